//! A stream shows exactly the documents of one instant, which lies in the call that made it.
//!
//! The documents are such that it can be seen what they were at an instant. Some are never
//! touched. Some have numbers: one thread creates them in order, one removes them in order, so at
//! any instant those that are there are all from one number up to another, and how far the two
//! threads had come before and after a call says in what bounds. Some are a chain, written one
//! after another. The rest come and go, so that the collection grows and shrinks, and places that
//! a stream has yet to come to are used again by newer documents.

mod busy;

use std::thread;

use folio::{Collection, Ref, Snapshot, Stream, View};

use crate::common::crew::{Count, Crew};
use crate::common::dice::{Dice, seed};
use crate::common::payload::Payload;
use crate::stream::busy::{Bounds, Shelf, Shown};

/// Goal: streams, iterators and cursors show exactly what was there when they were made. Method: as
/// above; each way to walk over a collection, with others at work between any two steps.
#[test]
fn stream_shows_exactly_the_documents_of_its_instant() {
    let shelf = Shelf::new();
    let mut dice = Dice::new(seed());
    let walks = shelf.while_busy(&mut dice, WALKS, |dice| {
        let (shown, bounds) = walk(&shelf, dice);
        bounds.check(&shown);
    });
    println!("{walks} walks, in the end {} documents", shelf.stock.len());
    assert!(walks >= WALKS, "somebody else has failed");
    assert_eq!(shelf.stock.verify(), Ok(()));
}

/// Walks over all documents in one of the ways there are.
fn walk(shelf: &Shelf, dice: &mut Dice) -> (Shown, Bounds) {
    let (stock, prefetch) = (&shelf.stock, dice.place(50));
    match dice.below(7) {
        0..=2 => {
            let (stream, bounds) = shelf.bounded(|| stock.stream(prefetch));
            (collect(dice, stream.map(of_snapshot)), bounds)
        }
        3 => {
            let (walk, bounds) = shelf.bounded(|| stock.iter());
            (collect(dice, walk.map(of_ref)), bounds)
        }
        4 => {
            let (cursor, bounds) = shelf.bounded(|| stock.cursor());
            (collect(dice, cursor.map(of_snapshot)), bounds)
        }
        5 => {
            let pin = stock.pin();
            let (walk, bounds) = shelf.bounded(|| pin.iter());
            (collect(dice, walk.map(of_ref)), bounds)
        }
        _ => {
            let (view, bounds) = shelf.bounded(|| stock.pin().view());
            (collect(dice, view.iter().rev().map(of_ref)), bounds)
        }
    }
}

/// Goal: all that is asked of one view agrees. Method: two streams of a view, pulled in turn, what
/// it answers to `get` for each document and its neighbours, and its other ways to walk.
#[test]
fn streams_of_one_view_agree_with_each_other_and_with_get() {
    let shelf = Shelf::new();
    let mut dice = Dice::new(seed());
    let walks = shelf.while_busy(&mut dice, WALKS / 4, |dice| {
        let (view, bounds) = shelf.bounded(|| shelf.stock.view());
        let shown = collect(dice, view.stream(dice.clone().place(50)).map(of_snapshot));
        bounds.check(&shown);
        in_turn(dice, [view.stream(0), view.stream(20)], &view);
        for (key, value) in &shown {
            assert_eq!(view.get(key).map(of_ref), Some((*key, *value)), "get");
        }
        for key in bounds.around().filter(|key| !shown.contains_key(key)) {
            assert!(view.get(&key).is_none(), "get finds {key}, a stream does not");
        }
        assert_eq!(collect(dice, view.iter().map(of_ref)), shown, "iter");
        assert_eq!(collect(dice, view.cursor().map(of_snapshot)), shown, "cursor");
        assert_eq!(view.len(), shown.len(), "len");
    });
    println!("{walks} views, in the end {} documents", shelf.stock.len());
    assert!(walks >= WALKS / 4, "somebody else has failed");
}

/// Pulls two streams of a view as the dice will have it: they bring the same.
fn in_turn(dice: &mut Dice, mut streams: [Stream<u64, Payload>; 2], view: &View<u64, Payload>) {
    let mut brought = [Vec::new(), Vec::new()];
    let mut ended = [false; 2];
    while ended != [true; 2] {
        let turn = dice.place(2);
        match streams[turn].next() {
            Some(found) => {
                assert!(found.revision().get() <= view.revision(), "newer than its view");
                let numbers = (found.version(), found.revision());
                brought[turn].push((of_snapshot(found), numbers));
            }
            None => ended[turn] = true,
        }
        if dice.one_in(PAUSE) {
            thread::yield_now();
        }
    }
    for brought in &mut brought {
        brought.sort_unstable();
    }
    assert_eq!(brought[0], brought[1], "two streams of one view");
}

/// Goal: a close ends no stream that was there before, and leaves nothing to those after. Method:
/// one thread opens streams until another one, which begins when there are some, has closed: each
/// is whole, or empty, and after the first empty one they all are.
#[test]
fn stream_is_whole_or_empty_when_its_collection_is_being_closed() {
    let mut dice = Dice::new(seed());
    let mut kinds = [0; 2];
    for _ in 0..CLOSES {
        let stock: Collection<u64, Payload> =
            (0..DOCUMENTS).map(|key| (key, Payload::new(key))).collect();
        let (some, prefetch, wait) = (dice.below(STREAMS), dice.place(20), dice.below(200));
        let (crew, opened) = (Crew::default(), Count::default());
        thread::scope(|threads| {
            let ending = threads.spawn(|| {
                while opened.get() < some && !crew.is_done() {
                    thread::yield_now();
                }
                (0..wait).for_each(|_| std::hint::spin_loop());
                stock.close();
            });
            let _member = crew.member();
            let mut streams = Vec::new();
            while !ending.is_finished() {
                streams.push(stock.stream(prefetch));
                opened.add_one();
                // Time for the other one, where there are fewer cores than threads.
                if opened.get() > STREAMS {
                    thread::yield_now();
                }
            }
            ending.join().expect("a close is no failure");
            streams.push(stock.stream(prefetch));
            let mut closed = false;
            for stream in streams {
                let shown: Vec<_> = stream.map(|found| found.read()).collect();
                closed |= shown.is_empty();
                let whole = shown.len() as u64 == DOCUMENTS;
                assert!(whole != closed, "a stream of {} documents", shown.len());
                kinds[usize::from(closed)] += 1;
            }
        });
        assert_eq!(stock.stream(0).count(), 0, "a stream of a closed collection");
    }
    println!("{} streams were whole, {} empty", kinds[0], kinds[1]);
    assert!(kinds.iter().all(|&kind| kind >= CLOSES), "the two never met: {kinds:?}");
}

/// Takes it all, and lets others run now and then.
fn collect(dice: &mut Dice, walk: impl Iterator<Item = (u64, u64)>) -> Shown {
    let mut shown = Shown::new();
    for (key, value) in walk {
        assert_eq!(shown.insert(key, value), None, "key {key} comes twice");
        if dice.one_in(PAUSE) {
            thread::yield_now();
        }
    }
    shown
}

#[expect(clippy::needless_pass_by_value, reason = "for `map`")]
fn of_ref(found: Ref<'_, u64, Payload>) -> (u64, u64) {
    (*found.key(), found.read())
}

#[expect(clippy::needless_pass_by_value, reason = "for `map`")]
fn of_snapshot(found: Snapshot<u64, Payload>) -> (u64, u64) {
    (*found.key(), found.read())
}

const WALKS: u64 = 1000;
/// A walk lets others run once in so many steps.
const PAUSE: u64 = 400;
const CLOSES: u64 = 300;
const STREAMS: u64 = 50;
const DOCUMENTS: u64 = 20;
