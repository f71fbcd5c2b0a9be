//! What is told: which events, with what in them, in which order.

use std::hash::{BuildHasher, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::{Duration, SystemTime};

use folio::{Cause, Collection, Event, Kind, Op, Pattern, Revision, Snapshot, WatchError};

use crate::common::dice::{Dice, seed};
use crate::kit::locked::lock;
use crate::watch::{Stock, Told, all, end, told};

/// Goal: each write is told once, in the order of revisions, with the documents before and after.
/// Method: every verb in turn; revisions and versions against what the verbs returned.
#[test]
fn each_write_is_told_once_with_both_documents() {
    let stock: Stock = Collection::builder().name("stock").build().expect("on its own");
    let mut watch = stock.watch().subscribe();
    let created = stock.set(1, 10).expect("open");
    let updated = stock.update(&1, |n| n + 1).expect("there");
    let event = watch.recv().expect("the first");
    assert_eq!((&*event.collection, event.what()), ("stock", Kind::Created));
    assert_eq!((event.revision, event.key()), (created.revision(), Some(&1)));
    assert!(event.old().is_none());
    assert_eq!(event.new_value().map(Snapshot::version), Some(created.version()));
    let event = watch.recv().expect("the second").clone();
    assert_eq!((event.what(), event.revision), (Kind::Updated, updated.outcome.revision()));
    assert_eq!(event.old().map(|old| (**old, old.revision())), Some((10, created.revision())));
    assert_eq!(event.new_value().map(|new| **new), Some(11));
    assert!(format!("{event:?}").contains("Updated"));
    drop((created, updated, event));
    every_verb(&stock);
    assert_eq!(
        all(&mut watch),
        [
            Told::Created(2, 20),
            Told::Updated(2, 20, 21),
            Told::Updated(2, 21, 22),
            Told::Updated(2, 22, 23),
            Told::Updated(2, 23, 24),
            Told::Removed(2, 24, Cause::Deleted),
            Told::Created(2, 30),
            Told::Removed(2, 30, Cause::Deleted),
            Told::Created(3, 40),
            Told::Updated(3, 40, 41),
            Told::Removed(3, 41, Cause::Deleted),
            Told::Removed(1, 11, Cause::Deleted),
        ]
    );
}

fn every_verb(stock: &Stock) {
    drop(stock.create(2, 20));
    drop(stock.replace(&2, 21));
    let seen = stock.get(&2).map(|found| found.revision());
    drop(stock.compare_and_set(&2, seen.expect("there"), 22));
    drop(stock.update_in_place(&2, |n| *n += 1));
    drop(stock.try_update(&2, |n| Ok::<_, ()>(n + 1)));
    drop(stock.remove(&2));
    drop(stock.upsert_with(2, |_| 30));
    drop(stock.remove_if(&2, |_| true));
    drop(stock.compute(3, |_| Op::Put(40)));
    drop(stock.set_many([(3, 41)]));
    drop(stock.compute(3, |_| Op::Remove));
    drop(stock.retain(|key, _| *key != 1));
}

/// Goal: events come by revision, over all keys. Method: four threads write; revisions rise, and
/// each write that returned is among them.
#[test]
fn events_come_in_the_order_of_revisions() {
    let stock = Stock::new();
    let mut watch = stock.watch().subscribe();
    let written = Mutex::new(Vec::new());
    thread::scope(|threads| {
        for thread in 0..4 {
            let (stock, written) = (&stock, &written);
            threads.spawn(move || {
                for number in 0..500 {
                    let outcome = stock.set(number % 3, thread).expect("open");
                    lock(written).push(outcome.revision());
                }
            });
        }
    });
    let events = std::iter::from_fn(|| watch.try_recv().expect("2,000 are within the feed"));
    let revisions: Vec<Revision> = events.map(|event| event.revision).collect();
    assert!(revisions.is_sorted_by(|a, b| a < b));
    let mut written = std::mem::take(&mut *lock(&written));
    written.sort_unstable();
    assert_eq!(revisions, written);
}

/// Goal: only kinds that were asked for are told. Method: every set of kinds.
#[test]
fn only_the_kinds_that_were_asked_for_are_told() {
    let kinds = [Kind::Created, Kind::Updated, Kind::Removed, Kind::Cleared];
    let stock = Stock::new();
    let wanted = |set: usize| {
        let kinds = kinds.into_iter().enumerate();
        kinds.filter(move |(bit, _)| set & (1 << bit) != 0).map(|(_, kind)| kind)
    };
    let watches: Vec<_> =
        (0..16).map(|set| stock.watch().events(wanted(set)).subscribe()).collect();
    drop((stock.set(1, 1), stock.set(1, 2), stock.remove(&1), stock.set(2, 1), stock.clear()));
    let happened =
        [Kind::Created, Kind::Updated, Kind::Removed, Kind::Created, Kind::Removed, Kind::Cleared];
    for (set, mut watch) in watches.into_iter().enumerate() {
        let events = std::iter::from_fn(|| watch.try_recv().expect("nothing is missed"));
        let told: Vec<Kind> = events.map(|event| event.what()).collect();
        let expected: Vec<Kind> =
            happened.into_iter().filter(|kind| wanted(set).any(|wanted| wanted == *kind)).collect();
        assert_eq!(told, expected, "{set}");
    }
}

/// Goal: a pattern is about its keys. Method: all, exact, prefixes, by threads that wait as well;
/// with a hasher under which all keys are alike.
#[test]
fn only_the_keys_of_the_pattern_are_told() {
    let patterns: [(Pattern<String>, &[&str]); 7] = [
        (Pattern::all(), &["", "a", "ab", "b", "abc"]),
        (Pattern::exact("ab".into()), &["ab"]),
        (Pattern::exact(String::new()), &[""]),
        (Pattern::exact("none".into()), &[]),
        (Pattern::prefix(""), &["", "a", "ab", "b", "abc"]),
        (Pattern::prefix("ab"), &["ab", "abc"]),
        (Pattern::prefix("abcd"), &[]),
    ];
    for waits in [false, true] {
        let stock = Collection::<String, u64>::builder().hasher(Alike).build();
        let stock = stock.expect("on its own");
        let write = || {
            for key in ["", "a", "ab", "b", "abc"] {
                assert!(stock.set(key.into(), 1).is_ok());
            }
            stock.close();
        };
        let watched =
            patterns.clone().map(|(keys, wanted)| (stock.watch().keys(keys).subscribe(), wanted));
        if !waits {
            write();
        }
        thread::scope(|threads| {
            for (watch, wanted) in watched {
                threads.spawn(move || {
                    let told: Vec<_> = watch.map_while(Result::ok).collect();
                    let told: Vec<_> = told.iter().map(|event| event.key().cloned()).collect();
                    let wanted: Vec<_> = wanted.iter().map(|key| Some(key.to_string())).collect();
                    assert_eq!(told, wanted);
                });
            }
            if waits {
                write();
            }
        });
    }
}

/// A hasher under which all keys are alike.
#[derive(Clone, Copy, Default)]
struct Alike;

impl BuildHasher for Alike {
    type Hasher = Self;

    fn build_hasher(&self) -> Self {
        Self
    }
}

impl Hasher for Alike {
    fn finish(&self) -> u64 {
        7
    }

    fn write(&mut self, _bytes: &[u8]) {}
}

/// Goal: a filter may do what it wants. Method: one that reads and writes the collection, and one
/// that panics: the panic is the taker's, and costs that event alone.
#[test]
fn filter_may_call_the_collection_and_panic() {
    let stock = Stock::new();
    let inside = stock.clone();
    let filter = move |event: &Event<u64, u64>| {
        let Some(new) = event.new_value() else { return false };
        assert_ne!(**new, 13, "planted in a filter");
        // What it writes itself comes by here as well.
        let is_even = **new % 2 == 0;
        assert!(*new.key() > 5 || inside.set(6, 1_000).is_ok());
        is_even && inside.view().len() > 1
    };
    let mut watch = stock.watch().filter(filter).subscribe();
    for number in 11..16 {
        assert!(stock.set(1, number).is_ok());
    }
    assert_eq!(watch.try_recv().map(told_of), Ok(Some(Told::Updated(1, 11, 12))));
    let panicked = catch_unwind(AssertUnwindSafe(|| watch.try_recv().map(told_of)));
    assert!(panicked.is_err());
    assert_eq!(watch.try_recv().map(told_of), Ok(Some(Told::Updated(1, 13, 14))));
    assert_eq!(all(&mut watch)[0], Told::Created(6, 1_000));
    assert_eq!(stock.verify(), Ok(()));
}

/// Goal: a filter that panics costs the event that it was asked about, and no later one. Method:
/// places that have been used before, taken one by one, and by a function that is called.
#[test]
fn filter_that_panics_loses_no_other_event() {
    let filter = |event: &Event<u64, u64>| {
        event.new_value().is_some_and(|new| {
            assert_ne!(**new, 1, "planted in a filter");
            true
        })
    };
    let stock = Stock::new();
    let mut watch = stock.watch().filter(filter).subscribe();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&heard);
    let listener = stock.watch().filter(filter).for_each(move |event| {
        let new = event.ok().and_then(|event| event.new_value().map(|new| **new));
        lock(&ear).extend(new);
    });
    assert!(stock.set(1, 1).is_ok());
    assert!(catch_unwind(AssertUnwindSafe(|| watch.try_recv().map(told_of))).is_err());
    for number in 2..6 {
        assert!(stock.set(1, number).is_ok());
        let told = watch.try_recv().map(told_of);
        assert_eq!(told, Ok(Some(Told::Updated(1, number - 1, number))));
    }
    assert_eq!(watch.try_recv().map(told_of), Ok(None));
    assert_eq!(*lock(&heard), [2, 3, 4, 5]);
    drop(listener);
}

fn told_of(event: Option<Event<u64, u64>>) -> Option<Told> {
    event.map(|event| told(&event))
}

/// Goal: nothing is announced of what did not happen. Method: whatever leaves things as they are,
/// or is refused; then one write.
#[test]
fn what_did_not_happen_is_not_announced() {
    let stock: Stock = Collection::builder()
        .validate(|n: &u64| if *n > 100 { Err("too many") } else { Ok(()) })
        .skip_equal()
        .build()
        .expect("on its own");
    assert!(stock.set(1, 10).is_ok());
    let seen = stock.get(&1).map(|found| found.revision()).expect("there");
    assert!(stock.set(1, 11).is_ok());
    let mut watch = stock.watch().subscribe();
    assert!(stock.remove(&2).is_ok_and(|removed| removed.is_none()));
    assert!(stock.set(1, 11).is_ok_and(|outcome| outcome.is_unchanged()));
    assert!(stock.update(&1, |n| *n).is_ok_and(|change| change.outcome.is_unchanged()));
    assert!(stock.set_many([(1, 11)]).is_ok());
    assert!(stock.set(1, 101).is_err() && stock.set_many([(3, 1), (4, 101)]).is_err());
    assert!(stock.create(1, 12).is_err() && stock.replace(&2, 12).is_err());
    assert!(stock.compare_and_set(&1, seen, 12).is_err());
    assert!(stock.compare_and_remove(&1, seen).is_err());
    assert!(stock.try_update(&1, |_| Err::<u64, _>("no")).is_err());
    assert!(stock.compute(1, |_| Op::Keep).is_ok() && stock.compute(2, |_| Op::Remove).is_ok());
    assert!(stock.remove_if(&1, |_| false).is_ok());
    assert!(stock.retain(|_, _| true).is_ok_and(|removed| removed == 0));
    assert_eq!(all(&mut watch), []);
    assert!(stock.set(1, 12).is_ok());
    assert_eq!(all(&mut watch), [Told::Updated(1, 11, 12)]);
}

/// Goal: what is refused because of a close is never told; what returned before is. Method: writers
/// race with a close by one of them, many times; the events are those of the writes that were not
/// refused.
#[test]
fn write_that_a_close_refuses_is_never_told() {
    let mut dice = Dice::new(seed());
    for _ in 0..200 {
        let stock = Stock::new();
        let mut watch = stock.watch().subscribe();
        let (start, last) = (Barrier::new(2), dice.below(800));
        let write = |key| {
            start.wait();
            let writes = (0..1_000).map(|number| {
                if key == 1 && number == last {
                    stock.close();
                }
                stock.set(key, number)
            });
            writes.map_while(|written| written.ok().map(|it| it.revision())).collect::<Vec<_>>()
        };
        let mut written = thread::scope(|threads| {
            let writers = [1, 2].map(|key| threads.spawn(move || write(key)));
            writers.map(|writer| writer.join().expect("a writer ends well")).concat()
        });
        written.sort_unstable();
        let events = std::iter::from_fn(|| watch.recv().ok());
        assert_eq!(events.map(|event| event.revision).collect::<Vec<_>>(), written);
        assert_eq!(end(&mut watch), WatchError::Closed);
    }
}

/// Goal: `set_many` is told in key order, and nothing of its own thread comes between; what others
/// write may. Method: a large one alone has revisions without a gap; beside another writer its keys
/// are in order, and all there.
#[test]
fn set_many_is_told_in_key_order() {
    let stock = Stock::new();
    let mut watch = stock.watch().subscribe();
    let items = || (0..1_000).rev().map(|key| (key, key));
    assert!(stock.set_many(items()).is_ok());
    let events: Vec<_> = std::iter::from_fn(|| watch.try_recv().expect("it fits")).collect();
    let keys: Vec<_> = events.iter().filter_map(|event| event.key().copied()).collect();
    assert_eq!(keys, (0..1_000).collect::<Vec<_>>());
    let revisions: Vec<_> = events.iter().map(|event| event.revision.get()).collect();
    assert!(revisions.windows(2).all(|pair| pair[0] + 1 == pair[1]));
    thread::scope(|threads| {
        let other = threads.spawn(|| (0..500).for_each(|n| drop(stock.set(5_000, n))));
        assert!(stock.set_many(items()).is_ok());
        other.join().expect("the other ends well");
    });
    let mut keys: Vec<_> = all(&mut watch).into_iter().map(key_of).collect();
    keys.retain(|key| *key != 5_000);
    assert_eq!(keys, (0..1_000).collect::<Vec<_>>());
}

fn key_of(told: Told) -> u64 {
    match told {
        Told::Created(key, _) | Told::Updated(key, ..) | Told::Removed(key, ..) => key,
        Told::Cleared(..) => panic!("nothing was cleared"),
    }
}

/// Goal: `clear` tells each removal with its cause, and then that it is done. Method: documents
/// from before, one that is written while it is under way, and a clear of nothing.
#[test]
fn clear_tells_of_each_removal_and_then_of_itself() {
    let stock: Stock = (0..10).map(|key| (key, key)).collect();
    let up_to = stock.stats().revision;
    let mut watch = stock.watch().subscribe();
    assert_eq!(stock.clear().expect("open"), 10);
    let mut events = all(&mut watch);
    assert_eq!(events.pop(), Some(Told::Cleared(10, up_to)));
    events.sort_by_key(|told| key_of(*told));
    let removed = |key| Told::Removed(key, key, Cause::Cleared);
    assert_eq!(events, (0..10).map(removed).collect::<Vec<_>>());
    assert!(stock.set(1, 1).is_ok() && stock.clear().is_ok() && stock.clear().is_ok());
    let events = all(&mut watch);
    assert_eq!(events[..2], [Told::Created(1, 1), Told::Removed(1, 1, Cause::Cleared)]);
    assert!(
        matches!(events[2..], [Told::Cleared(1, first), Told::Cleared(0, last)] if first < last)
    );
    // Other watches hear of it, too, whatever their keys.
    let mut of_one = stock.watch().keys(Pattern::exact(77)).subscribe();
    assert!(stock.clear().is_ok());
    assert!(matches!(all(&mut of_one)[..], [Told::Cleared(0, _)]));
}

/// Goal: the time of an event is that of its commit, by the system's coarse clock. Method: it lies
/// between the clock's tick before the write began and the time when it had returned.
#[test]
fn time_of_an_event_is_that_of_its_commit() {
    let stock = Stock::new();
    let mut watch = stock.watch().subscribe();
    for number in 0..50 {
        let before = SystemTime::now() - TICK;
        assert!(stock.set(1, number).is_ok());
        let after = SystemTime::now();
        let at = watch.recv().expect("it is there").at;
        assert!(before <= at && at <= after, "{before:?}, {at:?}, {after:?}");
        thread::park_timeout(Duration::from_millis(1));
    }
}

/// The longest tick of a coarse clock (100 Hz), and what a busy machine adds.
const TICK: Duration = Duration::from_secs(1);
