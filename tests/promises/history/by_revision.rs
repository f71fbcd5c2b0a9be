//! The first checker: trusts revisions to say in which order the writes took effect, and checks
//! that everything else agrees. Exact, O(n log n).
//!
//! With the order given, each write gets the earliest instant that it can have: not before its
//! call, not before the instant of the write before it, and not before the call of any read that
//! still saw the state before it. All of these are lower bounds, so if one of them lies behind a
//! return there is no order at all, and if none does the instants are one.
//!
//! A call that saw "absent" or "present" does not say which of several such states it saw. The
//! last one that had begun when the call returned is the best guess, whatever else is guessed: it
//! puts off the fewest writes. Guesses put writes off, which may make guesses wrong, so they are
//! made again until nothing changes; instants only ever grow, and stay lower bounds.

use std::collections::BTreeMap;

use crate::history::event::{Doc, Effect, Event, Seen};

/// Where the history of a key begins, or has come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) doc: Option<Doc>,
    /// The largest revision so far.
    pub(crate) revision: u64,
}

/// A state of the document, and the bounds of the instant from which it was.
#[derive(Clone, Copy, Debug)]
struct State {
    doc: Option<Doc>,
    earliest: u64,
    latest: u64,
}

/// Checks the events of one key, and says how it ends.
///
/// # Errors
///
/// What does not fit.
pub(crate) fn check(events: &[Event], known: Known) -> Result<Known, String> {
    if let Some(event) = events.iter().find(|event| event.removed_without_a_word()) {
        return Err(format!("{event:?}: what did it remove?"));
    }
    let mut writes: Vec<(u64, &Event)> =
        events.iter().filter_map(|event| Some((rank(event)?, event))).collect();
    writes.sort_by_key(|(rank, _)| *rank);
    let states = states(&writes, known)?;
    let end = states.last().expect("there is a state before the first write");
    let revision = states.iter().filter_map(|state| state.doc).map(|doc| doc.revision).max();
    let ended = Known { doc: end.doc, revision: known.revision.max(revision.unwrap_or(0)) };
    place(states, events)?;
    Ok(ended)
}

impl Event {
    fn removed_without_a_word(&self) -> bool {
        self.effect == Effect::Removed && self.shown().is_none()
    }
}

/// Where an event stands among the writes: a removal right behind what it removed.
fn rank(event: &Event) -> Option<u64> {
    match (event.effect, event.seen) {
        (Effect::Put(doc), _) => Some(2 * doc.revision),
        (Effect::Removed, Seen::This(old)) => Some(2 * old.revision + 1),
        _ => None,
    }
}

/// The states of the document one after another, each as its write says it followed.
fn states(writes: &[(u64, &Event)], known: Known) -> Result<Vec<State>, String> {
    let mut states = vec![State { doc: known.doc, earliest: 0, latest: u64::MAX }];
    let mut before = known.doc;
    let mut last = 2 * known.revision + u64::from(known.doc.is_none());
    for &(rank, write) in writes {
        if rank <= last {
            return Err(format!("two writes of one revision, or after one state: {write:?}"));
        }
        let fits = match write.seen {
            Seen::Absent => before.is_none(),
            Seen::Present => before.is_some(),
            Seen::This(old) => before == Some(old),
            Seen::Other(..) => false,
        };
        if !fits {
            return Err(format!("{write:?} follows {before:?}"));
        }
        let after = match write.effect {
            Effect::Put(doc) if doc.version != before.map_or(1, |old| old.version + 1) => {
                return Err(format!("{write:?} follows {before:?}: the version does not"));
            }
            Effect::Put(doc) => Some(doc),
            _ => None,
        };
        states.push(State { doc: after, earliest: write.call, latest: write.ret });
        (before, last) = (after, rank);
    }
    Ok(states)
}

/// Finds an instant for every state and every read, or says which has none.
fn place(mut states: Vec<State>, events: &[Event]) -> Result<(), String> {
    let index: BTreeMap<u64, usize> =
        (0..states.len()).filter_map(|at| Some((states[at].doc?.revision, at))).collect();
    let mut vague = Vec::new();
    for event in events.iter().filter(|event| event.effect == Effect::Nothing) {
        let revision = match event.seen {
            Seen::This(doc) => doc.revision,
            Seen::Other(than, Some(actual)) if actual != than.revision => actual,
            Seen::Other(_, Some(_)) => return Err(format!("{event:?} lost against itself")),
            Seen::Absent | Seen::Other(_, None) => {
                vague.push((false, event));
                continue;
            }
            Seen::Present => {
                vague.push((true, event));
                continue;
            }
        };
        let at = *index.get(&revision).ok_or_else(|| format!("{event:?}: nobody wrote it"))?;
        if event.shown().is_some_and(|doc| states[at].doc != Some(doc)) {
            return Err(format!("{event:?} shows {:?} otherwise", states[at].doc));
        }
        states[at].latest = states[at].latest.min(event.ret);
        put_off(&mut states, at + 1, event.call);
    }
    settle(&mut states);
    let nearest = nearest(&states);
    let mut moved = true;
    while moved {
        moved = false;
        for &(present, event) in &vague {
            let begun = states.partition_point(|state| state.earliest <= event.ret);
            let guess = begun.checked_sub(1).and_then(|at| nearest[at][usize::from(present)]);
            let at = guess.ok_or_else(|| format!("{event:?}: it never was so by then"))?;
            moved |= put_off(&mut states, at + 1, event.call);
        }
        settle(&mut states);
    }
    match states.iter().find(|state| state.earliest > state.latest) {
        Some(state) => Err(format!("{state:?} was seen when it could not be")),
        None => Ok(()),
    }
}

/// A state that cannot begin before `call`. Says whether that is news.
fn put_off(states: &mut [State], at: usize, call: u64) -> bool {
    states.get_mut(at).is_some_and(|state| {
        let news = state.earliest < call;
        state.earliest = state.earliest.max(call);
        news
    })
}

/// No state begins before the one before it.
fn settle(states: &mut [State]) {
    let mut earliest = 0;
    for state in states {
        earliest = earliest.max(state.earliest);
        state.earliest = earliest;
    }
}

/// For each state the nearest one, not behind it, that is absent, and the one that is present.
fn nearest(states: &[State]) -> Vec<[Option<usize>; 2]> {
    let mut nearest = [None; 2];
    let mark = |(at, state): (usize, &State)| {
        nearest[usize::from(state.doc.is_some())] = Some(at);
        nearest
    };
    states.iter().enumerate().map(mark).collect()
}

/// Checks that revisions order the writes of *all* keys as they took effect: who had returned when
/// another one was called has the smaller revision, and none is given twice.
///
/// # Errors
///
/// What does not fit.
pub(crate) fn check_store(events: &[Event]) -> Result<(), String> {
    let mut writes: Vec<(u64, &Event)> = Vec::new();
    for event in events {
        if let Effect::Put(doc) = event.effect {
            writes.push((doc.revision, event));
        }
    }
    writes.sort_by_key(|(revision, _)| *revision);
    let (mut last, mut earliest) = (0, 0);
    for (revision, write) in writes {
        if revision == last {
            return Err(format!("{write:?}: the revision was given twice"));
        }
        earliest = earliest.max(write.call);
        if earliest > write.ret {
            return Err(format!("{write:?}: a write with a smaller revision began after it"));
        }
        last = revision;
    }
    Ok(())
}
