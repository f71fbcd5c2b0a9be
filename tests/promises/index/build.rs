//! An index is built while its collection is in use, and waits for nobody whom it would wait for
//! itself.

use std::sync::mpsc::channel;
use std::thread;

use folio::{Collection, Index, IndexError, by};

use crate::index::{is_complete, keys};
use crate::kit::patience::{until, watched};

type Stock = Collection<u64, u64>;

/// Goal: whoever holds a `Ref` or a pin gets an index at once, which answers right, and is complete
/// in the end. Method: with each of the two; then by `maintain`, or by later updates.
#[test]
fn creating_an_index_does_not_wait_for_the_callers_own_pin() {
    watched(|doing| {
        for (by_writes, pinned) in [(false, false), (false, true), (true, false), (true, true)] {
            doing(format!("by writes: {by_writes}, pinned: {pinned}"));
            create_under_a_pin(by_writes, pinned);
        }
    });
}

fn create_under_a_pin(by_writes: bool, pinned: bool) {
    let stock = filled();
    let pin = pinned.then(|| stock.pin());
    let found = stock.get(&7);
    let index = create(&stock);
    assert!(!is_complete(&index), "it cannot be");
    answers(&stock, &index);
    assert!(stock.set(150, 5).is_ok() && stock.remove(&150).is_ok());
    stock.maintain();
    assert!(!is_complete(&index), "still pinned");
    assert_eq!(found.as_ref().map(|found| **found), Some(7));
    drop((found, pin));
    until("the index is complete", || {
        if by_writes {
            assert!(stock.update(&3, |n| *n).is_ok());
        } else {
            stock.maintain();
        }
        is_complete(&index)
    });
    answers(&stock, &index);
}

/// Goal: inserts alone complete an index that its creator left. Method: it was created under a pin,
/// which goes; then nothing but new documents, as many as go between two looks.
#[test]
fn inserts_alone_complete_an_index_that_its_creator_left() {
    watched(|_| {
        let stock = filled();
        let pin = stock.pin();
        let index = create(&stock);
        let mut fresh = 1_000..;
        let mut insert = || (&mut fresh).take(64).all(|key| stock.create(key, key).is_ok());
        assert!(insert() && !is_complete(&index), "still pinned");
        drop(pin);
        until("the index is complete", || insert() && is_complete(&index));
        assert_eq!(keys(index.range(40..50)), (40..50).collect::<Vec<_>>());
        assert_eq!(index.len(), stock.len());
    });
}

/// Goal: an index waits for what other threads hold, and is complete when it is there. Method: one
/// thread holds a `Ref` and lets go of it when another one has waited for a while.
#[test]
fn creating_an_index_waits_for_the_pins_of_other_threads() {
    watched(|_| {
        let stock = filled();
        let (holds, is_held) = channel::<()>();
        let (release, released) = channel::<()>();
        thread::scope(|threads| {
            let stock = &stock;
            threads.spawn(move || {
                let found = stock.get(&7).expect("it is there");
                holds.send(()).expect("heard");
                released.recv().expect("told");
                assert_eq!(*found, 7);
            });
            is_held.recv().expect("told");
            let creator = threads.spawn(|| {
                let index = create(stock);
                assert!(is_complete(&index), "it has waited");
                index
            });
            until("the index is there", || !stock.indexes().is_empty());
            for _ in 0..1_000 {
                stock.maintain();
                assert!(!creator.is_finished(), "it cannot be complete");
            }
            // Neither readers nor writers are held up meanwhile.
            assert!(stock.set(150, 5).is_ok() && stock.remove(&150).is_ok());
            answers(stock, &stock.index("all").expect("it is there already"));
            release.send(()).expect("heard");
            answers(stock, &creator.join().expect("it is created"));
        });
    });
}

/// Goal: a build that waits ends with the index, or with the collection. Method: while one thread
/// waits for another one's `Ref`, the index is dropped, or the collection closed.
#[test]
fn waiting_for_an_index_ends_with_the_index_and_with_the_collection() {
    watched(|doing| {
        for close in [false, true] {
            doing(format!("closed: {close}"));
            let stock = filled();
            let held = stock.get(&7);
            thread::scope(|threads| {
                let creator = threads.spawn(|| create(&stock));
                until("the index is there", || !stock.indexes().is_empty());
                if close {
                    stock.close();
                } else {
                    assert_eq!(stock.drop_index("all"), Ok(()));
                }
                assert_eq!(creator.join().expect("it ends").len(), 0);
            });
            assert_eq!(held.map(|found| *found), Some(7));
        }
    });
}

/// Goal: many who create indexes at once neither hang nor get in each other's way. Method: threads
/// that create and drop under the same names, and others that write and clean up; one wins each
/// name, and every index that is left is complete and right.
#[test]
fn indexes_that_are_created_at_once_are_all_completed() {
    watched(|_| {
        let stock = filled();
        thread::scope(|threads| {
            for thread in 0..4 {
                let stock = &stock;
                threads.spawn(move || create_and_drop(stock, thread));
            }
        });
        for key in 200..204 {
            assert!(stock.remove(&key).is_ok());
        }
        for name in stock.indexes() {
            let index = stock.index(&name).expect("it is there");
            until("the index is complete", || {
                stock.maintain();
                is_complete(&index)
            });
            answers(&stock, &index);
        }
    });
}

fn create_and_drop(stock: &Stock, thread: u64) {
    for round in 0..300 {
        let name = format!("index {}", (round + thread) % 3);
        match stock.create_index(&name, by(|n: &u64| *n)) {
            Ok(index) => assert!(is_complete(&index) || index.is_empty(), "dropped"),
            Err(error) => assert_eq!(error, taken(&name)),
        }
        assert!(stock.set(200 + thread, round).is_ok());
        if round % 2 == 0 {
            drop(stock.drop_index(&name));
        } else {
            stock.maintain();
        }
    }
}

/// Goal: a view that is older than an index gets the answers of its own instant. Method: documents
/// are changed and removed before and after the index is created.
#[test]
fn view_that_is_older_than_the_index_answers_for_its_own_instant() {
    let stock = filled();
    let before = stock.view();
    assert!(stock.set(0, 1_000).is_ok() && stock.remove(&1).is_ok());
    let between = stock.view();
    let index = create(&stock);
    assert!(stock.set(2, 2_000).is_ok() && stock.set(500, 3_000).is_ok());

    let of = |view: &folio::View<u64, u64>, from: u64| {
        view.index("all").map(|index| keys(index.range(from..)))
    };
    assert_eq!(of(&before, 97), Ok(vec![97, 98, 99]));
    assert_eq!(of(&between, 97), Ok(vec![97, 98, 99, 0]));
    assert_eq!(keys(index.range(97..)), [97, 98, 99, 0, 2, 500]);
    assert_eq!(before.index("all").map(|index| keys(index.range(..3))), Ok(vec![0, 1, 2]));
}

/// Goal: an index without a field, one of a closed collection and one of a name that is taken are
/// refused. Method: each.
#[test]
fn index_that_cannot_be_is_refused() {
    let stock = filled();
    let index = create(&stock);
    let again = stock.create_index("all", by(|n: &u64| *n)).map(drop);
    assert_eq!(again, Err(taken("all")));
    assert_eq!(stock.indexes(), ["all".into()]);
    assert_eq!(stock.drop_index("none"), Err(IndexError::NotFound { index: "none".into() }));
    #[cfg(feature = "json")]
    {
        let documents: Collection<u64, folio::Document> = Collection::new();
        let nothing: [&str; 0] = [];
        let empty = documents.create_index("empty", folio::fields(nothing)).map(drop);
        assert_eq!(empty, Err(IndexError::Empty { index: "empty".into() }));
        assert!(documents.indexes().is_empty());
    }
    stock.close();
    assert_eq!(stock.create_index("new", by(|n: &u64| *n)).map(drop), Err(IndexError::Closed));
    assert_eq!(stock.index("all").map(drop), Err(IndexError::Closed));
    assert_eq!((index.len(), index.is_empty()), (0, true));
}

fn filled() -> Stock {
    (0..100).map(|key| (key, key)).collect()
}

fn create(stock: &Stock) -> Index<u64, u64> {
    stock.create_index("all", by(|n: &u64| *n)).expect("the only one")
}

fn taken(name: &str) -> IndexError {
    IndexError::Exists { index: name.into() }
}

/// An index of a collection in its first state answers as that.
fn answers(stock: &Stock, index: &Index<u64, u64>) {
    assert_eq!(keys(index.range(40..50)), (40..50).collect::<Vec<_>>());
    assert_eq!(keys(index.get(42)), [42]);
    assert_eq!(index.range(..).next_back().map(|found| *found), Some(99));
    assert_eq!(index.len(), stock.len());
}
