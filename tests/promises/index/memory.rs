//! What an index leaves behind.

use std::panic::panic_any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use folio::{Collection, Op, by, key};

use crate::common::dice::{Dice, seed};
use crate::index::keys;
use crate::kit::patience::{settle, until};

type Stock = Collection<u64, u64>;

/// Goal: no entry is forgotten and none is lost, whatever became of the writes. Method: threads
/// that write with every verb, lose races, hold views, and create and drop an index; afterwards
/// there is one entry for each document that has a key.
#[test]
fn entries_are_as_many_as_documents_with_a_key_after_any_churn() {
    let (stock, seed) = (Stock::new(), seed());
    let all = stock.create_index("all", by(|n: &u64| *n)).expect("the first");
    let some = by(|n: &u64| (n % 3 > 0).then_some(n % 5));
    let some = stock.create_index("some", some).expect("the second");
    thread::scope(|threads| {
        for thread in 0..4 {
            let stock = &stock;
            threads.spawn(move || churn(stock, thread, &mut Dice::new(seed + thread)));
        }
    });
    settle(&stock);
    let with_key = stock.iter().filter(|n| **n % 3 > 0).count();
    assert_eq!((all.len(), some.len()), (stock.len(), with_key));
    assert_eq!(stock.stats().index_entries, stock.len() + with_key);
    assert!(stock.stats().conflicts > 0, "nobody was in anybody's way");
    assert!(stock.clear().is_ok());
    settle(&stock);
    assert_eq!(stock.stats().index_entries, 0);
}

fn churn(stock: &Stock, thread: u64, dice: &mut Dice) {
    let mut views = Vec::new();
    for round in 0..20_000 {
        let (key, n) = (dice.below(12), dice.below(40));
        match dice.below(10) {
            0..=2 => drop(stock.set(key, n)),
            3 => drop(stock.create(key, n)),
            4 => drop(stock.remove(&key)),
            5 => drop(stock.update(&key, |old| old + n)),
            6 => drop(stock.compute(key, |_| Op::Remove)),
            7 => drop(stock.set_many([(key, n), (key + 1, n)])),
            8 => drop(stock.update(&key, |old| *old)),
            _ => views.push(stock.view()),
        }
        if views.len() > 5 {
            views.clear();
        }
        if thread == 0 && round % 500 == 0 {
            drop(stock.create_index("passing", by(|n: &u64| n % 7)));
        }
        if thread == 0 && round % 500 == 400 {
            assert_eq!(stock.drop_index("passing"), Ok(()));
        }
    }
    drop(views);
    if thread == 0 {
        drop(stock.drop_index("passing"));
    }
}

/// Goal: documents from before an index lose their entries like all others. Method: rewritten with
/// and without another key, and removed, after the index was created.
#[test]
fn entries_of_documents_from_before_the_index_go_with_them() {
    let stock: Stock = (0..100).map(|key| (key, key)).collect();
    let index = stock.create_index("all", by(|n: &u64| *n)).expect("the first");
    assert_eq!(stock.stats().index_entries, 100);
    for key in 0..30 {
        assert!(stock.update(&key, |n| *n).is_ok(), "the same key");
        assert!(stock.update(&(key + 30), |n| n + 1_000).is_ok(), "another key");
        assert!(stock.remove(&(key + 60)).is_ok());
    }
    settle(&stock);
    assert_eq!((stock.stats().index_entries, index.len()), (70, 70));
    for key in 0..60 {
        assert!(stock.update(&key, |n| n + 5_000).is_ok());
    }
    settle(&stock);
    assert_eq!((stock.stats().index_entries, index.range(5_000..).count()), (70, 60));
}

/// Goal: a dropped index is freed when nobody looks at it any more. Method: what its extractor owns
/// is gone after the last handle and view.
#[test]
fn dropped_index_is_freed_when_nobody_looks_at_it() {
    let stock: Stock = (0..100).map(|key| (key, key)).collect();
    let alive = Arc::new(());
    let owned = Arc::clone(&alive);
    let extract = move |n: &u64| {
        assert!(Arc::strong_count(&owned) > 1, "the test has one");
        *n
    };
    let index = stock.create_index("all", by(extract)).expect("the first");
    let view = stock.view();
    let of_view = view.index("all").expect("it is there");
    assert_eq!(stock.drop_index("all"), Ok(()));
    drop(index);
    stock.maintain();
    assert_eq!(of_view.range(..).count(), 100);
    assert_eq!(Arc::strong_count(&alive), 2, "a view of the index keeps it");
    drop(of_view);
    until("the index is freed", || {
        stock.maintain();
        Arc::strong_count(&alive) == 1
    });
    assert_eq!((stock.stats().indexes, stock.stats().index_entries), (0, 0));
}

/// Goal: nothing of an index outlives its collection. Method: the collection is dropped, or closed
/// and cleaned up.
#[test]
fn index_is_freed_with_its_collection() {
    let alive = Arc::new(());
    for close in [false, true] {
        let stock: Stock = (0..100).map(|key| (key, key)).collect();
        let owned = Arc::clone(&alive);
        let extract = move |n: &u64| {
            assert!(Arc::strong_count(&owned) > 1, "the test has one");
            *n
        };
        let index = stock.create_index("all", by(extract)).expect("the first");
        drop(stock.remove(&1));
        if close {
            stock.close();
            until("the closed collection is empty", || {
                stock.maintain();
                stock.stats().index_entries == 0
            });
        }
        drop((index, stock));
        assert_eq!(Arc::strong_count(&alive), 1);
    }
}

/// Goal: an extractor that panics leaves the document without a key, and nothing else. Method: it
/// panics for some values, with what panics again when it is dropped; while the index is built, at
/// writes, and in scans.
#[test]
fn extractor_that_panics_leaves_the_document_without_a_key() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("planted in what is panicked with");
        }
    }
    let stock: Stock = (0..10).map(|key| (key, key)).collect();
    let view = stock.view();
    let extract = |n: &u64| {
        if n % 2 == 1 {
            panic_any(Bomb);
        }
        *n
    };
    let even = stock.create_index("even", by(extract)).expect("the first");
    assert_eq!(keys(even.range(..)), [0, 2, 4, 6, 8]);
    assert_eq!(view.index("even").map(|even| keys(even.range(1..5))), Ok(vec![2, 4]));
    for key in 0..10 {
        assert!(stock.update(&key, |n| n + 1).is_ok());
        assert!(stock.set(key + 10, key).is_ok());
    }
    assert_eq!(keys(even.range(..)), [10, 1, 12, 3, 14, 5, 16, 7, 18, 9]);
    assert_eq!((stock.len(), stock.verify()), (20, Ok(())));
    drop(view);
    settle(&stock);
    assert_eq!(stock.stats().index_entries, 10);
}

/// Goal: an extractor that does not keep its promise costs its own index its answers, and nothing
/// else. Method: one that answers differently each time, or panics, beside one that does not; what
/// it leaves in its index goes with it.
#[test]
fn extractor_that_answers_differently_each_time_harms_no_document() {
    let stock: Stock = (0..50).map(|key| (key, key)).collect();
    let calls = AtomicU64::new(0);
    let fickle = by(move |_: &u64| {
        // Relaxed: any number will do.
        let call = calls.fetch_add(1, Ordering::Relaxed);
        assert!(call % 5 > 0, "planted in an extractor");
        (call % 5 > 1).then_some(call % 7)
    });
    let fickle = stock.create_index("fickle", fickle).expect("the first");
    let steady = stock.create_index("steady", by(|n: &u64| key![n % 3, *n])).expect("the second");
    for round in 0..40 {
        for key in 0..50 {
            let written = stock.update(&key, |n| n + 1 + round % 2);
            assert!(written.is_ok());
        }
        drop(stock.remove(&(round % 50)));
        let mut met = keys(fickle.range(..));
        met.sort_unstable();
        assert!(met.is_sorted_by(|a, b| a < b), "no document comes twice: {met:?}");
        assert!(stock.set(round % 50, round).is_ok());
    }
    assert_eq!((stock.len(), steady.len(), stock.verify()), (50, 50, Ok(())));
    settle(&stock);
    println!("{} entries are left of {}", stock.stats().index_entries - 50, stock.len());
    assert_eq!(stock.drop_index("fickle"), Ok(()));
    assert_eq!((stock.stats().index_entries, fickle.len()), (50, 0));
}
