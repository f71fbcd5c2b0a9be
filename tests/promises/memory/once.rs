//! Every key and every value is dropped exactly once, whoever outlives whom.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use folio::{Collection, Forked, Op, Revision, Snapshot, View};

use crate::common::dice::{Dice, seed};
use crate::kit::census::{Canary, Census, Name};
use crate::kit::patience::{settle, until};

type Documents = Collection<Name, Canary>;

/// Goal: nothing is lost or doubled on any path of any verb, refused writes included. Method: all
/// verbs on counted keys and values, in one thread.
#[test]
fn every_key_and_value_is_dropped_once_whatever_becomes_of_it() {
    let census = Census::new();
    let documents: Documents = Collection::builder()
        .validate(|value: &Canary| if value.number() < 1_000 { Ok(()) } else { Err("too much") })
        .unchanged_if(|old: &Canary, new| old == new)
        .build()
        .expect("a collection on its own");
    for round in 0..20 {
        all_verbs(&documents, &census, round);
    }
    settle(&documents);
    // A key and a value for each document, and nothing else.
    assert_eq!(census.living(), 2 * documents.len());
    documents.close();
    assert!(documents.set(census.key(1), census.value(1)).is_err());
    drop(documents);
    census.assert_all_dropped_once();
}

fn all_verbs(documents: &Documents, census: &Census, round: u64) {
    let (key, value) = (|n: u64| census.key(n), |n: u64| census.value(n));
    drop(documents.create(key(1), value(1)));
    assert!(documents.create(key(1), value(2)).is_err());
    assert!(documents.set(key(2), value(2_000)).is_err());
    drop(documents.set(key(2), value(round)));
    assert!(documents.set(key(2), value(round)).is_ok_and(|outcome| outcome.is_unchanged()));
    drop(documents.set_many([(key(3), value(3)), (key(4), value(4)), (key(3), value(5))]));
    drop(documents.set_many([(key(3), value(3)), (key(4), value(5_000))]));
    drop(documents.replace(&key(4), value(round + 100)));
    drop(documents.replace(&key(99), value(4)));
    drop(documents.update(&key(4), |old| value(old.number() + 1)));
    drop(documents.update_in_place(&key(4), |old| *old = value(9)));
    drop(documents.try_update(&key(4), |_| Err::<Canary, &str>("no")));
    drop(documents.try_update(&key(98), |_| Ok::<_, &str>(value(1))));
    drop(documents.upsert_with(key(5), |_| value(round)));
    drop(documents.compute(key(6), |_| Op::Put(value(6))));
    drop(documents.compute(key(6), |_| Op::Keep));
    drop(documents.compute(key(6), |_| Op::Remove));
    drop(documents.compute(key(97), |_| Op::Remove));
    let seen = documents.get(&key(2)).map(|found| found.revision());
    drop(documents.compare_and_set(&key(2), Revision::new(1).expect("not 0"), value(7)));
    drop(documents.compare_and_set(&key(2), seen.expect("it was set"), value(8)));
    drop(documents.compare_and_remove(&key(2), seen.expect("it was set")));
    drop(documents.remove_if(&key(5), |_| round % 2 == 0));
    drop(documents.get_cloned(&key(1)));
    let kept: Vec<Snapshot<Name, Canary>> = documents.stream(3).collect();
    let fork = documents.fork_with(|name, _| match name.number() {
        1 => Forked::Drop,
        2 => Forked::Replace(value(77)),
        _ => Forked::Keep,
    });
    drop(documents.remove(&key(1)));
    drop(documents.retain(|name, _| name.number() != 3));
    let mut cursor = documents.cursor();
    drop(documents.clear());
    assert_eq!(cursor.advance(100), cursor.total());
    assert_eq!(kept.iter().filter(|document| document.number() < 1_000).count(), kept.len());
    drop(fork);
    drop(documents.set(key(round), value(round)));
}

/// Goal: the same under many threads. Method: random verbs on few keys from four threads, with
/// views, snapshots, iterators and forks held across them, and dropped in any order.
#[test]
fn threads_drop_every_key_and_value_once() {
    let (census, seed) = (Census::new(), seed());
    let documents = Documents::new();
    thread::scope(|threads| {
        for thread in 0..4 {
            let (documents, census) = (documents.clone(), census.clone());
            threads.spawn(move || churn(&documents, &census, &mut Dice::new(seed + thread)));
        }
    });
    assert_eq!(documents.verify(), Ok(()));
    settle(&documents);
    assert_eq!(census.living(), 2 * documents.len());
    drop(documents);
    census.assert_all_dropped_once();
}

fn churn(documents: &Documents, census: &Census, dice: &mut Dice) {
    let mut views: Vec<View<Name, Canary>> = Vec::new();
    let mut kept: Vec<Snapshot<Name, Canary>> = Vec::new();
    let mut forks: Vec<Documents> = Vec::new();
    for round in 0..5_000 {
        let key = dice.below(16);
        match dice.below(12) {
            0..=3 => drop(documents.set(census.key(key), census.value(round))),
            4 => drop(documents.create(census.key(key), census.value(round))),
            5 => drop(documents.remove(&census.key(key))),
            6 => drop(documents.update(&census.key(key), |_| census.value(round))),
            7 => kept.extend(documents.get(&census.key(key)).map(|found| found.snapshot())),
            8 => views.push(documents.view()),
            9 => drop(documents.compute(census.key(key), |_| Op::Remove)),
            10 if dice.one_in(20) => forks.extend(documents.fork()),
            11 if dice.one_in(50) => drop(documents.clear()),
            _ => {
                let walk = documents.iter().chain(views.iter().flat_map(|view| view.iter()));
                kept.extend(walk.take(3).map(|found| found.snapshot()));
            }
        }
        forget_some(dice, &mut views, 8);
        forget_some(dice, &mut kept, 30);
        forget_some(dice, &mut forks, 3);
        assert!(kept.iter().all(|document| document.number() < 5_000));
    }
}

fn forget_some<T>(dice: &mut Dice, held: &mut Vec<T>, most: usize) {
    while held.len() > most {
        held.swap_remove(dice.place(held.len()));
    }
}

/// Goal: an owned snapshot needs nothing but itself. Method: the collection, its forks and views go
/// first, on another thread; then the snapshots are read.
#[test]
fn snapshots_outlive_their_collection() {
    let census = Census::new();
    let documents = filled(&census, 10);
    let mut kept: Vec<Snapshot<Name, Canary>> = documents.stream(4).collect();
    kept.extend(documents.remove(&census.key(3)).expect("it is open"));
    kept.extend(documents.cursor());
    kept.push(kept[0].clone());
    thread::spawn(move || drop(documents)).join().expect("it is dropped");
    assert_eq!(kept.iter().filter(|document| document.key().number() < 10).count(), 21);
    assert_eq!(kept.iter().map(|document| document.number()).sum::<u64>(), 90 + kept[0].number());
    // Each has its key and its value, and shares them with its copies; the keys of the lookups are
    // gone.
    assert_eq!(census.living(), 20);
    drop(kept);
    census.assert_all_dropped_once();
}

/// Goal: a fork needs nothing of its original, nor the fork of a fork. Method: they go in the order
/// in which they were made, and each is read after its original has gone.
#[test]
fn forks_outlive_their_original() {
    let census = Census::new();
    let first = filled(&census, 50);
    let second = first.fork().expect("it is open");
    let third = second.fork().expect("it is open");
    let view = second.view();
    drop(first);
    assert_eq!(second.stream(7).map(|document| document.number()).sum::<u64>(), 1_225);
    drop(second.set(census.key(0), census.value(100)));
    drop(second);
    assert_eq!(view.values().map(Canary::number).sum::<u64>(), 1_225);
    drop(view);
    assert_eq!(third.iter().map(|document| document.number()).sum::<u64>(), 1_225);
    assert_eq!(third.get(&census.key(0)).map(|found| found.number()), Some(0));
    settle(&third);
    drop(third);
    census.assert_all_dropped_once();
}

/// Goal: a view goes on after the last handle is gone, and whoever drops it last drops everything.
/// Method: two clones of a view, a stream and a cursor, dropped on other threads.
#[test]
fn views_that_go_last_take_everything_with_them() {
    let census = Census::new();
    let documents = filled(&census, 100);
    let (view, stream, mut cursor) = (documents.view(), documents.stream(5), documents.cursor());
    drop(documents.clear());
    drop(documents);
    let copy = view.clone();
    assert_eq!(view.len(), 100);
    thread::spawn(move || {
        assert_eq!(copy.iter().map(|document| document.number()).sum::<u64>(), 4_950);
        drop(view);
    })
    .join()
    .expect("it is read");
    assert_eq!(stream.map(|document| document.number()).sum::<u64>(), 4_950);
    assert_eq!(cursor.next().map(|document| document.number()), Some(0));
    drop(cursor);
    census.assert_all_dropped_once();
}

/// Goal: what a closed collection held comes back when the last `Ref` and the last view are gone.
/// Method: it is closed while they are held, and again looked after when they are not.
#[test]
fn a_closed_collection_gives_everything_back_when_nobody_reads_it_any_more() {
    let census = Census::new();
    let documents = filled(&census, 100);
    let (view, held) = (documents.view(), documents.get(&census.key(7)));
    let kept = documents.get(&census.key(8)).map(|found| found.snapshot());
    documents.close();
    documents.maintain();
    assert_eq!(held.as_ref().map(|found| found.number()), Some(7));
    assert_eq!(view.len(), 100);
    drop(held);
    assert_eq!(census.living(), 200, "the view keeps all of it");
    drop(view);
    until("the closed collection is empty", || {
        documents.maintain();
        census.living() == 2
    });
    assert_eq!(kept.map(|document| document.number()), Some(8));
    assert_eq!((census.living(), documents.verify()), (0, Ok(())));
    drop(documents);
    census.assert_all_dropped_once();
}

/// Goal: a destructor that panics neither stops the cleaning nor is run again, and its key is
/// dropped. Method: every third value panics when it is dropped, on all paths.
#[test]
fn values_that_panic_when_dropped_are_dropped_once() {
    let census = Census::new();
    let documents: Collection<Name, Explosive> = Collection::new();
    let armed = std::sync::Arc::new(AtomicBool::new(true));
    let explosive = |number| Explosive { canary: census.value(number), armed: armed.clone() };
    for round in 0..30 {
        for number in 0..20 {
            // A value that counts as given back, or that a closure loses, would explode here.
            let value = explosive(number + round);
            assert!(documents.set(census.key(number), value).is_ok());
        }
        for number in 0..10 {
            drop(catch_unwind(AssertUnwindSafe(|| drop(documents.remove(&census.key(number))))));
        }
        assert_eq!(documents.verify(), Ok(()));
    }
    settle(&documents);
    assert_eq!(census.living(), 2 * documents.len());
    let kept: Vec<_> = documents.stream(1).collect();
    drop(documents);
    armed.store(false, Ordering::Relaxed);
    assert_eq!(kept.len(), 10);
    drop(kept);
    census.assert_all_dropped_once();
}

/// A value whose destructor panics now and then.
struct Explosive {
    canary: Canary,
    armed: std::sync::Arc<AtomicBool>,
}

impl Drop for Explosive {
    fn drop(&mut self) {
        let armed = self.armed.load(Ordering::Relaxed);
        assert!(!armed || self.canary.number() % 3 > 0, "planted in a destructor");
    }
}

/// Documents with these numbers as keys and values.
fn filled(census: &Census, documents: u64) -> Documents {
    (0..documents).map(|number| (census.key(number), census.value(number))).collect()
}
