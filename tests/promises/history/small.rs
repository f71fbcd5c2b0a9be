//! The checkers themselves, on histories small enough to try every order.

use crate::common::dice::{Dice, seed};
use crate::history::by_revision::{self, Known};
use crate::history::by_value::{Searcher, State};
use crate::history::event::{Doc, Effect, Event, Seen};

/// Goal: the checkers find an order exactly where there is one. Method: small histories of a made
/// up document, half of them with something changed, against trying every order.
#[test]
fn checkers_agree_with_trying_every_order() {
    let mut dice = Dice::new(seed());
    let mut searcher = Searcher::default();
    let mut found = [[0, 0], [0, 0]];
    for _ in 0..HISTORIES {
        let threads = small_history(&mut dice);
        let all: Vec<Event> = threads.iter().flatten().copied().collect();

        let by_revision = by_revision::check(&all, Known::default()).is_ok();
        let tried = any_order(&all, &mut vec![false; all.len()], None, Eyes::Revisions);
        assert_eq!(by_revision, tried, "by revision: {all:?}");
        found[0][usize::from(tried)] += 1;

        let windows = [&threads[0][..], &threads[1][..], &threads[2][..]];
        let by_value = !searcher.ends(&windows, &[State::Absent]).is_empty();
        let tried = any_order(&all, &mut vec![false; all.len()], None, Eyes::Values);
        assert_eq!(by_value, tried, "by value: {all:?}");
        found[1][usize::from(tried)] += 1;
    }
    println!("without and with an order: by revision {:?}, by value {:?}", found[0], found[1]);
    assert!(found.iter().flatten().all(|&count| count > HISTORIES / 10), "one kind is too rare");
}

/// Goal: what a window leaves open the next one decides. Method: two writes at the same time, in
/// one window, and a read of either in the next.
#[test]
fn search_carries_every_possible_end_into_the_next_window() {
    let mut searcher = Searcher::default();
    let put = |value| event((1, 9), Seen::Present, Effect::Put(doc(value, value)));
    let ends = searcher.ends(&[&[put(1)], &[put(2)]], &[State::Value(7)]);
    for value in [1, 2] {
        assert!(ends.contains(&State::Value(value)), "{ends:?}");
        let read = event((10, 11), Seen::This(doc(value, value)), Effect::Nothing);
        assert_eq!(searcher.ends(&[&[read]], &ends), [State::Value(value)]);
    }
    let read = event((10, 11), Seen::This(doc(7, 7)), Effect::Nothing);
    assert_eq!(searcher.ends(&[&[read]], &ends), []);
}

/// What somebody who tries an order pays attention to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Eyes {
    Values,
    Revisions,
}

/// Whether the calls that are not done can be put in an order, from this state on.
fn any_order(all: &[Event], done: &mut [bool], state: Option<Doc>, eyes: Eyes) -> bool {
    let left: Vec<usize> = (0..all.len()).filter(|&at| !done[at]).collect();
    let in_order = left.iter().any(|&at| {
        let next = &all[at];
        if left.iter().any(|&other| all[other].ret < next.call) || !could_see(next, state, eyes) {
            return false;
        }
        let after = match next.effect {
            Effect::Nothing => state,
            Effect::Put(doc) => Some(doc),
            Effect::Removed => None,
        };
        if eyes == Eyes::Revisions && !could_follow(all, done, next, state) {
            return false;
        }
        done[at] = true;
        let found = any_order(all, done, after, eyes);
        done[at] = false;
        found
    });
    left.is_empty() || in_order
}

fn could_see(next: &Event, state: Option<Doc>, eyes: Eyes) -> bool {
    let same = |a: Doc, b: Doc| match eyes {
        Eyes::Values => a.value == b.value,
        Eyes::Revisions => a == b,
    };
    match (next.seen, state) {
        (Seen::Absent | Seen::Other(_, None), state) => state.is_none(),
        (_, None) => false,
        (Seen::Present, Some(_)) => true,
        (Seen::This(doc), Some(there)) => same(doc, there),
        (Seen::Other(than, Some(actual)), Some(there)) => {
            let named = eyes == Eyes::Values || actual == there.revision;
            named && than.value != there.value
        }
    }
}

/// Revisions grow, and versions count.
fn could_follow(all: &[Event], done: &[bool], next: &Event, state: Option<Doc>) -> bool {
    let Effect::Put(doc) = next.effect else { return true };
    let before = all.iter().zip(done).filter(|(_, done)| **done);
    let smaller = before.into_iter().all(|(event, _)| match event.effect {
        Effect::Put(before) => before.revision < doc.revision,
        _ => true,
    });
    smaller && doc.version == state.map_or(1, |state| state.version + 1)
}

/// A history of one key by three threads, as it might be, or with one thing changed.
fn small_history(dice: &mut Dice) -> [Vec<Event>; 3] {
    let mut drawn: Vec<(u64, usize, Event)> = Vec::new();
    for thread in 0..3 {
        let mut now = dice.below(6);
        for _ in 0..=dice.below(2) {
            let (call, ret) = (now, now + dice.below(8));
            let instant = call + dice.below(ret - call + 1);
            now = ret + 1 + dice.below(3);
            drawn.push((instant, thread, event((call, ret), Seen::Absent, Effect::Nothing)));
        }
    }
    drawn.sort_by_key(|(instant, ..)| *instant);

    let (mut state, mut docs) = (None, Vec::new());
    let mut threads: [Vec<Event>; 3] = Default::default();
    for (_, thread, mut event) in drawn {
        (event.seen, event.effect) = some_call(dice, state, &mut docs);
        state = match event.effect {
            Effect::Nothing => state,
            Effect::Put(doc) => Some(doc),
            Effect::Removed => None,
        };
        threads[thread].push(event);
    }
    if dice.one_in(2) {
        let thread = dice.place(3);
        let at = dice.place(threads[thread].len());
        let event = &mut threads[thread][at];
        let doc = (!docs.is_empty()).then(|| docs[dice.place(docs.len())]);
        event.seen = match (event.effect, doc) {
            (_, Some(doc)) if dice.one_in(2) => Seen::This(doc),
            (Effect::Removed, _) => event.seen,
            (Effect::Nothing, Some(doc)) if dice.one_in(2) => {
                Seen::Other(doc, Some(doc.revision + 1))
            }
            (Effect::Nothing, Some(doc)) if dice.one_in(2) => Seen::Other(doc, None),
            _ if dice.one_in(2) => Seen::Present,
            _ => Seen::Absent,
        };
    }
    threads
}

/// A call on a document in this state, and what it is told.
fn some_call(dice: &mut Dice, state: Option<Doc>, docs: &mut Vec<Doc>) -> (Seen, Effect) {
    let vague = if state.is_some() { Seen::Present } else { Seen::Absent };
    let exact = state.map_or(Seen::Absent, Seen::This);
    let other = docs.iter().copied().find(|doc| Some(*doc) != state);
    match dice.below(8) {
        0 => (vague, Effect::Nothing),
        1 | 2 => (exact, Effect::Nothing),
        3 => other.map_or((exact, Effect::Nothing), |than| {
            (Seen::Other(than, state.map(|state| state.revision)), Effect::Nothing)
        }),
        4 if state.is_some() => (exact, Effect::Removed),
        5 => (vague, put(state, docs)),
        _ => (exact, put(state, docs)),
    }
}

fn put(state: Option<Doc>, docs: &mut Vec<Doc>) -> Effect {
    let revision = docs.len() as u64 + 1;
    let version = state.map_or(1, |state| state.version + 1);
    let new = Doc { value: revision * 10, version, revision };
    docs.push(new);
    Effect::Put(new)
}

fn doc(value: u64, revision: u64) -> Doc {
    Doc { value, version: 1, revision }
}

fn event((call, ret): (u64, u64), seen: Seen, effect: Effect) -> Event {
    Event { key: 0, thread: 0, round: 0, call, ret, seen, effect }
}

const HISTORIES: usize = 100_000;
