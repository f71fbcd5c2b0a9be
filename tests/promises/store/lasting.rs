//! Documents with deadlines, in namespaces and under quotas.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, SystemTime};

use folio::{Cause, Clock, Collection, EventKind, Quota, Scope, Store, TestClock};

use crate::common::crew::Meeting;
use crate::kit::patience::watched;

const SECOND: Duration = Duration::from_secs(1);

type Numbers = Collection<u64, u64>;

fn timed(quota: Quota) -> (TestClock, Store, Scope) {
    let clock = TestClock::new();
    let store = Store::builder().clock(clock.clone()).feed_capacity(1 << 16).build();
    let scope = store.scope("ada").expect("a namespace");
    scope.set_quota(quota);
    (clock, store, scope)
}

fn numbers(scope: &Scope, name: &str) -> Numbers {
    scope.collection(name).expect("room")
}

/// Goal: what is over counts in no quota of keys or bytes. Method: a full quota of documents that
/// are over, in the collection that is written to, and in others without a handle; each verb that
/// creates.
#[test]
fn what_is_over_counts_in_no_quota() {
    let one = (size_of::<u64>() * 2) as u64;
    for quota in [Quota::default().max_keys(8), Quota::default().max_bytes(8 * one)] {
        let (clock, _store, scope) = timed(quota);
        let target = numbers(&scope, "a");
        let writes: [&dyn Fn() -> bool; 4] = [
            &|| target.set(100, 1).is_ok(),
            &|| target.create(101, 1).is_ok(),
            &|| target.set_many((102..110).map(|key| (key, 1))).is_ok(),
            &|| target.get_or_insert_with(&111, || 1).is_ok(),
        ];
        for (nth, write) in writes.into_iter().enumerate() {
            for place in ["a", "b", "c"] {
                let full = numbers(&scope, place);
                (0..8).for_each(|key| assert!(full.set_with_ttl(key, key, SECOND).is_ok()));
                // The last one may have no handle left but its documents.
                drop(full);
                assert!(!write(), "write {nth}, {place}: full");
                clock.advance(SECOND);
                assert!(write(), "write {nth}, {place}: what is over does not count");
                scope.clear_prefix("").expect("open");
                assert_eq!((scope.usage().keys, scope.usage().bytes), (0, 0));
            }
        }
    }
}

/// Goal: what is over counts in no quota of a fork either. Method: as before, in a fork of the
/// store, through the handles that it had from the beginning.
#[test]
fn what_is_over_counts_in_no_quota_of_a_fork() {
    let (clock, store, scope) = timed(Quota::default().max_keys(2));
    numbers(&scope, "a").set(1, 1).expect("room");
    numbers(&scope, "b").set_with_ttl(1, 1, SECOND).expect("room");
    let fork = store.fork().expect("open").scope("ada").expect("a namespace");
    let target = numbers(&fork, "a");
    assert!(target.set(2, 2).is_err(), "full");
    clock.advance(SECOND);
    target.set(2, 2).expect("what is over does not count");
}

/// Goal: a collection in which everything is over is not there, and counts in no quota. Method: one
/// that nothing but its documents keeps.
#[test]
fn collection_of_what_is_over_counts_in_no_quota() {
    let (clock, _store, scope) = timed(Quota::default().max_collections(1));
    numbers(&scope, "a").set_with_ttl(1, 1, SECOND).expect("room");
    assert!(scope.strings("b").is_err(), "its document keeps the name");
    clock.advance(SECOND);
    assert!(scope.strings("b").is_ok(), "there is no document any more");
    assert_eq!(scope.usage().collections, 0);
}

/// Goal: whoever finds the quota full of documents that are over has their room, however many look
/// for it at once. Method: threads that together write as much as there may be, when everything
/// that is there has ended at once.
#[test]
fn room_of_what_is_over_is_everybodys() {
    const THREADS: u64 = 2; // as many as meet
    const EACH: u64 = 2;
    let (clock, _store, scope) = timed(Quota::default().max_keys(THREADS * EACH));
    let all = ["a", "b"].map(|name| numbers(&scope, name));
    let mut refused = 0;
    for _ in 0..ROUNDS {
        let old = (0..THREADS * EACH).map(|key| (key, &all[usize::from(key % 3 == 0)]));
        old.for_each(|(key, numbers)| assert!(numbers.set_with_ttl(key, 0, SECOND).is_ok()));
        clock.advance(SECOND);
        let meeting = Meeting::of(2);
        let write = |thread: u64| {
            let _attendance = meeting.attend();
            meeting.wait();
            let keys = 1_000 + thread * EACH..1_000 + (thread + 1) * EACH;
            keys.filter(|key| all[0].set(*key, 1).is_err()).count()
        };
        refused += thread::scope(|threads| {
            let writers: Vec<_> = (0..THREADS).map(|it| threads.spawn(move || write(it))).collect();
            writers.into_iter().map(|writer| writer.join().expect("unharmed")).sum::<usize>()
        });
        scope.clear_prefix("").expect("open");
    }
    assert_eq!(refused, 0, "there was room for all");
    assert_eq!(scope.usage().keys, 0);
}

const ROUNDS: usize = if cfg!(miri) { 2 } else { 500 };

/// Goal: lifetimes are the same in a namespace. Method: a deadline of a document's own, those of
/// the collection, through the scope and through the store; told under local names.
#[test]
fn documents_in_a_namespace_have_their_lifetimes() {
    let (clock, store, scope) = timed(Quota::default().max_keys(10));
    let lasting = scope
        .builder_for::<u64, u64>("lasting")
        .time_to_live(10 * SECOND)
        .time_to_idle(4 * SECOND)
        .build()
        .expect("a new name");
    let plain: Numbers = store.collection("ada:plain").expect("a new name");
    let mut watch = scope.watch().subscribe();
    lasting.set(1, 1).expect("room");
    lasting.set_with_ttl(2, 2, SECOND).expect("room");
    numbers(&scope, "plain").set_with_ttl(3, 3, 2 * SECOND).expect("room");
    assert_eq!(plain.ttl(&3), Some(Some(2 * SECOND)));
    assert_eq!((scope.count(""), scope.usage().keys), (3, 3));
    clock.advance(SECOND);
    assert_eq!((scope.count(""), scope.usage().keys, lasting.len()), (2, 2, 1));
    assert!(store.builder_for::<u64, u64>("ada:lasting").time_to_live(SECOND).build().is_err());
    clock.advance(SECOND);
    assert_eq!((scope.collections(""), plain.len()), (vec!["lasting".into()], 0));
    for _ in 0..2 {
        clock.advance(7 * SECOND / 4);
        assert!(lasting.contains(&1), "it is read often enough");
    }
    clock.advance(4 * SECOND);
    assert!(!lasting.contains(&1) && scope.collections("").is_empty());
    assert_eq!((scope.purge_expired(), scope.usage().keys), (0, 0));

    let mut ends = Vec::new();
    while let Some(event) = watch.try_recv().expect("kept up") {
        let name = event.collection().to_owned();
        let event = event.downcast::<u64, u64>().expect("its types");
        if let EventKind::Removed { old, cause } = &event.kind {
            assert_eq!(*cause, Cause::Expired);
            ends.push((name, *old.key()));
        }
    }
    let told = [("lasting", 2), ("plain", 3), ("lasting", 1)];
    assert_eq!(ends, told.map(|(name, key)| (name.to_owned(), key)));
}

/// Goal: whatever ends, is renewed or is cleared at once ends once, and gives its room back.
/// Method: a namespace is cleared, purged and written to by several threads while time goes on; a
/// watch rebuilds it.
#[test]
fn namespace_may_be_cleared_while_its_documents_end() {
    let (clock, _store, scope) = timed(Quota::default().max_keys(64));
    let all = ["a", "b"].map(|name| numbers(&scope, name));
    let mut watches = [0, 1].map(|n: usize| all[n].watch().buffer(1 << 16).subscribe());
    thread::scope(|threads| {
        for (mine, theirs) in [(&all[0], &all[1]), (&all[1], &all[0])] {
            let clock = &clock;
            threads.spawn(move || {
                for round in 0..CLEARED {
                    let key = (round * 7) % 40;
                    let ttl = Duration::from_millis(round % 5);
                    drop(mine.set_with_ttl(key, round, ttl));
                    drop(theirs.set(key + 40, round));
                    clock.advance(Duration::from_millis(1));
                }
            });
        }
        threads.spawn(|| (0..CLEARED / 20).for_each(|_| drop(scope.clear_prefix(""))));
        threads.spawn(|| {
            let purged: usize = (0..CLEARED / 2).map(|_| scope.purge_expired()).sum();
            assert!(purged as u64 <= 2 * CLEARED, "each ends once");
        });
    });
    clock.advance(SECOND);
    let left: usize = all.iter().map(Collection::len).sum();
    assert_eq!((scope.usage().keys, scope.count("")), (left as u64, left));
    for (watch, numbers) in watches.iter_mut().zip(&all) {
        let mut replica = BTreeMap::new();
        let mut ended = 0;
        while let Some(event) = watch.try_recv().expect("the feed holds all of it") {
            match &event.kind {
                EventKind::Created { new } => {
                    assert!(replica.insert(*new.key(), **new).is_none(), "created twice");
                }
                EventKind::Updated { old, new } => {
                    assert_eq!(replica.insert(*new.key(), **new), Some(**old));
                }
                EventKind::Removed { old, cause } => {
                    assert_eq!(replica.remove(old.key()), Some(**old), "removed twice");
                    ended += u64::from(*cause == Cause::Expired);
                }
                _ => {}
            }
        }
        let found: BTreeMap<_, _> =
            numbers.view().entries().map(|(key, value)| (*key, *value)).collect();
        assert_eq!((replica, ended), (found, numbers.stats().expirations));
        numbers.verify().expect("consistent");
    }
    scope.clear_prefix("").expect("open");
    assert_eq!(scope.usage().keys, 0);
}

/// A clock that panics once, when it was asked so often.
#[derive(Clone, Default)]
struct Fused {
    clock: TestClock,
    left: Arc<AtomicI64>,
}

impl Clock for Fused {
    fn now(&self) -> SystemTime {
        assert!(self.left.fetch_sub(1, Relaxed) != 1, "planted");
        self.clock.now()
    }
}

/// Goal: a clock that panics harms nobody but who asks. Method: each question of a purge over two
/// collections without a handle panics in turn; another purge does what that has left.
#[test]
fn clock_may_panic_while_a_store_is_purged() {
    watched(|doing| {
        let mut nth = 1;
        loop {
            doing(format!("a purge with a panic at question {nth}"));
            let fused = Fused::default();
            let store = Store::builder().clock(fused.clone()).build();
            for name in ["a", "b"] {
                let numbers: Numbers = store.collection(name).expect("a new name");
                numbers.set_with_ttl(1, 1, SECOND).expect("open");
            }
            fused.clock.advance(SECOND);
            fused.left.store(nth, Relaxed);
            let purged = catch_unwind(AssertUnwindSafe(|| store.purge_expired()));
            let panicked = fused.left.swap(0, Relaxed) <= 0;
            let left = 2 - purged.unwrap_or(0);
            assert!(store.purge_expired() <= left && store.count("") == 0, "{store:?}");
            assert!(format!("{store:?}").contains("names: 0"), "{store:?}");
            if !panicked {
                break assert!(nth > 3, "{nth} questions");
            }
            nth += 1;
        }
    });
}

const CLEARED: u64 = if cfg!(miri) { 40 } else { 1_000 };
