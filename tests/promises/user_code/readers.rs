//! What readers may count on while the user's code runs elsewhere.

use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use folio::Collection;

use crate::common::crew::Crew;
use crate::common::payload::Payload;
use crate::kit::locked::lock;
use crate::kit::patience::watched;

/// Goal: a document that came from an iterator outlives it, whatever becomes of the document.
/// Method: one from each end is kept while everything is written over, removed and cleaned up.
#[test]
fn a_ref_outlives_the_iterator_it_came_from() {
    let documents: Collection<u64, Payload> = (0..100).map(|n| (n, Payload::new(n))).collect();
    let first = documents.iter().next().expect("one of 100");
    let last = documents.iter().next_back().expect("one of 100");
    let some: Vec<_> = documents.iter().step_by(10).collect();
    for round in 0..200 {
        for number in 0..100 {
            drop(documents.set(number, Payload::new(round)));
        }
        assert!(documents.clear().is_ok_and(|cleared| cleared == 100));
        assert!(documents.maintain() < 1_000_000);
    }
    for found in some.iter().chain([&first, &last]) {
        assert_eq!((found.read(), found.version().get()), (*found.key(), 1));
    }
    assert_eq!((some.len(), documents.stats().views), (10, 3));
    drop((some, first, last));
    assert_eq!((documents.stats().views, documents.verify()), (0, Ok(())));
}

/// Goal: opening a view costs the same however many are open. Method: the fastest of some rounds,
/// alone and beside 10,000 others; whoever looked at each of them would take a hundred times as
/// long.
#[test]
fn opening_a_view_costs_the_same_beside_many_others() {
    let documents: Collection<u64, u64> = (0..10).map(|n| (n, n)).collect();
    let fastest = || (0..50).map(|_| time_of_views(&documents)).min().expect("50 rounds");
    let alone = fastest();
    let others: Vec<_> = (0..10_000).map(|_| documents.view()).collect();
    let beside = fastest();
    assert_eq!(documents.stats().views, others.len());
    assert!(beside < 10 * alone, "alone {alone:?}, beside others {beside:?}");
}

fn time_of_views(documents: &Collection<u64, u64>) -> Duration {
    let began = Instant::now();
    for _ in 0..200 {
        assert!(documents.view().revision() > 0);
    }
    began.elapsed()
}

/// Goal: a reader does not wait for a writer's closure on the same key. Method: the closure stands
/// until the reader has read by every way there is.
#[test]
fn a_reader_does_not_wait_for_a_closure_on_its_key() {
    watched(|tell| {
        let documents: Collection<u64, u64> = [(1, 10)].into_iter().collect();
        let (inside, is_inside) = channel();
        let (go_on, may_go_on) = channel::<()>();
        thread::scope(|threads| {
            let documents = &documents;
            let writer = threads.spawn(move || {
                documents.update(&1, |old| {
                    inside.send(()).expect("the reader waits for it");
                    may_go_on.recv().expect("the reader says so");
                    old + 1
                })
            });
            is_inside.recv().expect("the writer comes there");
            tell("reading beside a closure".into());
            assert_eq!(documents.get(&1).map(|found| *found), Some(10));
            assert_eq!(documents.view().get(&1).map(|found| *found), Some(10));
            assert_eq!(documents.iter().map(|found| *found).sum::<u64>(), 10);
            assert_eq!(documents.stream(0).map(|found| *found).sum::<u64>(), 10);
            go_on.send(()).expect("the writer waits for it");
            let change = writer.join().expect("no panic").expect("it is there");
            assert_eq!((*change.new, documents.get_cloned(&1)), (11, Some(11)));
        });
    });
}

/// Goal: a reader does not wait for a writer that stands inside of the table, with the lock of its
/// bucket. Method: all keys fall into one bucket; the writer of a new key stands in its `Eq`, which
/// the table calls under that lock, until the reader has read an old key of the bucket.
#[test]
fn a_reader_does_not_wait_for_a_writer_inside_of_the_table() {
    watched(|tell| {
        let documents: Collection<Standing, u64> = [(Standing(1), 10)].into_iter().collect();
        // The first comparison is that of a read without a lock, the second one is the table's.
        for comparison in [1, 2] {
            let (inside, is_inside) = channel();
            let (go_on, may_go_on) = channel();
            let meeting = Mutex::new(Some((inside, may_go_on)));
            thread::scope(|threads| {
                let (documents, meeting) = (&documents, &meeting);
                let writer = threads.spawn(move || {
                    let meeting = lock(meeting).take();
                    STANDS.set(meeting.map(|meeting| (comparison, meeting)));
                    documents.create(Standing(2), 20).map(|outcome| outcome.is_created())
                });
                is_inside.recv().expect("the writer compares as often");
                tell(format!("reading beside comparison {comparison}"));
                assert_eq!(documents.get(&Standing(1)).map(|found| *found), Some(10));
                assert!(!documents.contains(&Standing(2)));
                assert_eq!(documents.iter().count(), 1);
                go_on.send(()).expect("the writer waits for it");
                assert!(writer.join().expect("no panic").is_ok_and(|created| created));
            });
            assert_eq!(documents.get_cloned(&Standing(2)), Some(20));
            assert!(documents.remove(&Standing(2)).is_ok_and(|removed| removed.is_some()));
            while documents.stats().retired > 0 {
                documents.maintain();
            }
        }
    });
}

type Stand = (u32, (Sender<()>, Receiver<()>));

thread_local! { static STANDS: Cell<Option<Stand>> = const { Cell::new(None) }; }

/// A key in whose `Eq` a thread may be told to stand. All of them have the same hash.
#[derive(Clone, Debug, PartialOrd, Ord)]
struct Standing(u64);

impl PartialEq for Standing {
    fn eq(&self, other: &Self) -> bool {
        match STANDS.take() {
            Some((1, (inside, go_on))) => {
                inside.send(()).expect("the reader waits for it");
                go_on.recv().expect("the reader says so");
            }
            Some((left, meeting)) => STANDS.set(Some((left - 1, meeting))),
            None => {}
        }
        self.0 == other.0
    }
}

impl Eq for Standing {}

impl Hash for Standing {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(0);
    }
}

/// Goal: a key that is never removed is always found, while the table grows and shrinks. Method:
/// readers look for some keys over and over while thousands of others come and go.
#[test]
fn a_key_that_is_never_removed_is_always_found() {
    let documents: Collection<u64, Payload> =
        (0..KEPT).map(|number| (number, Payload::new(number))).collect();
    let crew = Crew::default();
    thread::scope(|threads| {
        for reader in 0..2 {
            let (documents, crew) = (&documents, &crew);
            threads.spawn(move || look_for_kept(documents, crew, reader));
        }
        let _member = crew.member();
        for _ in 0..ROUNDS {
            // A new table each time, so that it grows from small to large and back.
            for number in KEPT..20_000 {
                drop(documents.set(number, Payload::new(number)));
            }
            assert!(documents.retain(|number, _| *number < KEPT).is_ok());
            while documents.stats().retired > 1_000 {
                documents.maintain();
            }
        }
    });
    assert_eq!((documents.len() as u64, documents.verify()), (KEPT, Ok(())));
}

/// Looks until the crew is done.
fn look_for_kept(documents: &Collection<u64, Payload>, crew: &Crew, reader: u64) {
    let mut looked = 0_u64;
    while !crew.is_done() {
        let number = (looked + reader) % KEPT;
        let found = documents.get(&number).map(|found| found.read());
        assert_eq!(found, Some(number), "after {looked} looks");
        looked += 1;
        // A writer that yields at its steps is to come round again.
        if looked % PAUSE == 0 {
            thread::yield_now();
        }
    }
    assert!(looked > 0);
}

const KEPT: u64 = 32;
const PAUSE: u64 = 64;
const ROUNDS: u64 = if cfg!(folio_chaos) { 2 } else { 20 };
