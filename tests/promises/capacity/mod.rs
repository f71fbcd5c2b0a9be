//! Collections that hold so much and no more.

mod crowd;
mod sampled;
mod weights;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use folio::{Cause, Clock, Collection, EventKind, Store, TestClock, WriteError};

use crate::kit::locked::lock;

/// Goal: at no instant are there more documents than may be, and all room is given back. Method:
/// four writers of ten times as many keys, who also remove; two others look at one instant after
/// another, and at the count.
#[test]
fn there_are_never_more_documents_than_may_be() {
    const MAX: usize = 100;
    let documents: Collection<u64, u64> =
        Collection::builder().max_entries(MAX).build().expect("stands alone");
    let (stop, looks) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|threads| {
        for writer in 0..4 {
            let (documents, stop) = (&documents, &stop);
            threads.spawn(move || write_and_remove(documents, 10 * MAX as u64, writer, stop));
        }
        for _ in 0..2 {
            let (documents, stop, looks) = (&documents, &stop, &looks);
            threads.spawn(move || {
                while !stop.load(Relaxed) {
                    assert!(documents.len() <= MAX);
                    let seen = documents.view().iter().count();
                    assert!(seen <= MAX, "{seen} at one instant");
                    looks.fetch_add(1, Relaxed);
                }
            });
        }
        let end = Instant::now() + Duration::from_secs(2);
        while Instant::now() < end && looks.load(Relaxed) < 1_000_000 {
            thread::yield_now();
        }
        stop.store(true, Relaxed);
    });
    let stats = documents.stats();
    assert!(stats.evictions * 10 > stats.writes, "{} of {}", stats.evictions, stats.writes);
    assert!(looks.load(Relaxed) > 100);
    assert_eq!(documents.view().len(), documents.len());
    documents.verify().expect("consistent");
    documents.clear().expect("open");
    assert_eq!((documents.len(), documents.stats().weight), (0, 0));
}

fn write_and_remove(documents: &Collection<u64, u64>, keys: u64, seed: u64, stop: &AtomicBool) {
    let mut state = seed + 1;
    while !stop.load(Relaxed) {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let key = (state >> 33) % keys;
        if state >> 61 == 0 {
            documents.remove(&key).expect("open");
        } else {
            documents.set(key, state).expect("somebody can go");
        }
    }
}

/// Goal: weight is limited as well, and what is heavier than all comes back. Method: weights that
/// change under updates.
#[test]
fn documents_never_weigh_more_than_they_may() {
    let documents: Collection<&str, Vec<u8>> = Collection::builder()
        .max_weight(100, |_, value: &Vec<u8>| u32::try_from(value.len()).unwrap_or(u32::MAX))
        .build()
        .expect("stands alone");
    documents.set("a", vec![0; 60]).expect("fits");
    documents.set("b", vec![0; 60]).expect("a goes");
    assert_eq!((documents.contains("a"), documents.stats().weight), (false, 60));
    documents.update_in_place("b", |value| value.truncate(10)).expect("is there");
    documents.set("c", vec![0; 90]).expect("fits beside");
    assert_eq!((documents.len(), documents.stats().weight), (2, 100));
    documents.update_in_place("b", |value| value.resize(50, 0)).expect("c goes");
    assert_eq!((documents.len(), documents.stats().weight), (1, 50));
    let refused = documents.set("d", vec![0; 101]).expect_err("heavier than all");
    assert_eq!(refused.given.1.len(), 101);
    assert!(matches!(refused.reason, WriteError::OverCapacity { weight: 101, max: 100, .. }));
    assert!(documents.protect("b"));
    assert!(documents.set("e", vec![0; 60]).is_err() && documents.contains("b"));
}

/// Goal: where nobody can go a write is refused at once. Method: a hundred refusals among so many
/// protected documents that waiting for one to go would take minutes.
#[test]
fn write_is_refused_at_once_where_everything_is_protected() {
    let documents: Collection<u32, u32> =
        Collection::builder().max_entries(10_000).build().expect("stands alone");
    for key in 0..10_000 {
        documents.set(key, key).expect("fits");
        assert!(documents.protect(&key));
    }
    for key in 10_000..10_100 {
        let refused = documents.set(key, key).expect_err("nobody can go");
        assert!(matches!(refused.reason, WriteError::OverCapacity { weight: 1, max: 10_000, .. }));
    }
    assert!(documents.unprotect(&7));
    documents.set(10_000, 1).expect("one can go");
    assert_eq!((documents.contains(&7), documents.len()), (false, 10_000));
}

/// A clock that does something before it tells the time, once.
#[derive(Clone, Default)]
struct Hooked {
    clock: TestClock,
    hook: Arc<Mutex<Option<Hook>>>,
}

type Hook = Box<dyn FnOnce() + Send>;

impl Clock for Hooked {
    fn now(&self) -> SystemTime {
        let hook = lock(&self.hook).take();
        if let Some(hook) = hook {
            hook();
        }
        self.clock.now()
    }
}

/// Goal: a document is protected for as long as it is there, and the next one of its key is not.
/// Method: it goes, in either way, after it was found and before it is protected: there it is
/// looked whether it is over.
#[test]
fn protection_is_not_inherited() {
    for evicted in [false, true] {
        let clock = Hooked::default();
        let documents: Collection<u32, u32> =
            Collection::builder().max_entries(1).clock(clock.clone()).build().expect("alone");
        documents.set_with_ttl(1, 1, Duration::from_secs(1)).expect("fits");
        let other = documents.clone();
        *lock(&clock.hook) = Some(Box::new(move || {
            let gone = if evicted { other.set(2, 2).is_ok() } else { other.remove(&1).is_ok() };
            assert!(gone, "it can go");
        }));
        assert!(!documents.protect(&1), "it has gone");
        documents.set(1, 1).expect("the other one can go");
        documents.set(2, 2).expect("the next one can go");
        assert_eq!((documents.contains(&1), documents.len()), (false, 1));
    }
}

/// Goal: who goes is told, once, with the reason. Method: a watch over twice as many writes as
/// there may be documents.
#[test]
fn who_has_to_go_is_told() {
    let documents: Collection<u32, u32> =
        Collection::builder().max_entries(50).build().expect("stands alone");
    let mut watch = documents.watch().subscribe();
    for key in 0..100 {
        documents.set(key, key).expect("somebody can go");
        assert!(documents.contains(&key), "what was just written is there");
    }
    let (mut created, mut evicted) = (0, 0);
    while let Some(event) = watch.try_recv().expect("kept up") {
        match event.kind {
            EventKind::Created { .. } => created += 1,
            EventKind::Removed { cause: Cause::Evicted, .. } => evicted += 1,
            _ => panic!("neither made nor gone"),
        }
    }
    assert_eq!((created, evicted, documents.len()), (100, 50, 50));
    assert_eq!(documents.fork().expect("open").len(), 50);
}

/// Goal: it is told how many are remembered of those who had to go, and there are no more than
/// three for each that fits. Method: as long as few have gone, all of them; then many more; a store
/// adds up.
#[test]
fn who_is_remembered_is_counted() {
    const MAX: usize = 50;
    let store = Store::new();
    let open = |name| store.builder_for::<u32, u32>(name).max_entries(MAX).build().expect("new");
    let (few, many) = (open("few"), open("many"));
    (0..50).for_each(|key| assert!(few.set(key, key).is_ok()));
    assert_eq!(few.stats().remembered, 0);
    (50..60).for_each(|key| assert!(few.set(key, key).is_ok()));
    (0..10_000).for_each(|key| assert!(many.set(key, key).is_ok()));
    let (some, most) = (few.stats().remembered, many.stats().remembered);
    assert!(some == 10 && (2 * MAX..=3 * MAX).contains(&most), "{some} of 10, {most} of many");
    assert_eq!(store.stats().remembered, some + most);
    let unlimited: Collection<u32, u32> = store.collection("unlimited").expect("new");
    (0..100).for_each(|key| assert!(unlimited.set(key, key).is_ok()));
    assert_eq!(unlimited.stats().remembered, 0);
}
