//! Ends that meet with everything else.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use folio::{Cause, Collection, EventKind, TestClock, Watch};

use crate::common::crew::{Crew, Meeting};

const SECOND: Duration = Duration::from_secs(1);
const ROUNDS: u64 = if cfg!(miri) { 10 } else { 3_000 };

type Numbers = Collection<u64, u64>;

fn timed() -> (TestClock, Numbers) {
    let clock = TestClock::new();
    let numbers = Collection::builder().clock(clock.clone()).feed_capacity(1 << 16).build();
    (clock, numbers.expect("stands alone"))
}

/// How many documents have ended so far, of all that is told by now; no key is made or ends twice.
fn ends(watch: &mut Watch<u64, u64>, there: &mut [bool]) -> u64 {
    let mut ends = 0;
    while let Some(event) = watch.try_recv().expect("kept up") {
        let key = event.key().map(|key| usize::try_from(*key).expect("small"));
        match (&event.kind, key) {
            (EventKind::Created { .. }, Some(key)) => {
                assert!(!there[key], "{key} is made twice");
                there[key] = true;
            }
            (EventKind::Removed { cause, .. }, Some(key)) => {
                assert!(there[key], "{key} ends twice");
                there[key] = false;
                ends += u64::from(*cause == Cause::Expired);
            }
            _ => {}
        }
    }
    ends
}

/// Goal: what is set anew while it is being purged stays, and the old one ends once. Method: two
/// threads at the same document that is over, again and again: one sets it, the other one purges;
/// some are renewed just before their time, with `expire_in` and `persist`.
#[test]
fn what_is_set_while_it_is_purged_stays() {
    let (clock, numbers) = timed();
    let (mut watch, mut there, mut ended) = (numbers.watch().subscribe(), [false; 4], 0);
    let meeting = Meeting::of(3);
    thread::scope(|threads| {
        threads.spawn(|| {
            let _attendance = meeting.attend();
            for round in 0..ROUNDS {
                meeting.wait();
                for key in 0..4 {
                    numbers.set_with_ttl((key + round) % 4, round, 2 * SECOND).expect("open");
                }
                meeting.wait();
            }
        });
        threads.spawn(|| {
            let _attendance = meeting.attend();
            for _ in 0..ROUNDS {
                meeting.wait();
                assert!(numbers.purge_expired() <= 4);
                meeting.wait();
            }
        });
        let _attendance = meeting.attend();
        for round in 0..ROUNDS {
            meeting.wait();
            meeting.wait();
            for key in 0..4 {
                assert_eq!(numbers.get_cloned(&key), Some(round), "it was set anew");
            }
            ended += ends(&mut watch, &mut there);
            assert_eq!((ended, numbers.len()), (4 * round, 4), "each old one has ended once");
            // Not yet; and then all of them.
            clock.advance(SECOND);
            assert_eq!(numbers.purge_expired(), 0);
            clock.advance(SECOND);
        }
    });
    assert_eq!((numbers.purge_expired(), numbers.stats().expirations), (4, 4 * ROUNDS));
    assert_eq!(numbers.stats().deadlines, 0);
    numbers.verify().expect("consistent");
}

/// Goal: a renewal in time is not undone by a purge, and one that comes too late is refused.
/// Method: two threads at the same document: one asks for more time when time has come, or just
/// before it; the other one purges.
#[test]
fn what_is_renewed_in_time_is_not_purged() {
    let (clock, numbers) = timed();
    for round in 0..ROUNDS {
        numbers.set_with_ttl(1, round, SECOND).expect("open");
        let in_time = round % 2 == 0;
        clock.advance(if in_time { 3 * SECOND / 4 } else { SECOND });
        let renewed = thread::scope(|threads| {
            let purge = threads.spawn(|| {
                clock.advance(SECOND / 4);
                numbers.purge_expired()
            });
            let renewed = match round % 3 {
                0 => numbers.persist(&1).is_ok(),
                1 => numbers.expire_in(&1, 9 * SECOND).is_ok(),
                _ => numbers.update(&1, |n| *n).is_ok() && numbers.persist(&1).is_ok(),
            };
            let purged = purge.join().expect("unharmed");
            assert!(!renewed || purged == 0, "round {round}: it was renewed, and ended");
            renewed
        });
        assert!(in_time || !renewed, "round {round}: it was over");
        assert_eq!(numbers.contains(&1), renewed, "round {round}");
    }
    numbers.verify().expect("consistent");
}

/// Goal: everything that is over ends once, however many end it. Method: several threads purge at
/// once, in their own ways, when everything has just ended.
#[test]
fn what_several_purge_ends_once() {
    let (clock, numbers) = timed();
    for round in 0..ROUNDS / 10 {
        let items = (0..100).map(|key| (key, round));
        items.for_each(|(key, n)| assert!(numbers.set_with_ttl(key, n, SECOND).is_ok()));
        clock.advance(SECOND);
        let meeting = Meeting::of(3);
        let purged: usize = thread::scope(|threads| {
            let purge = || {
                let _attendance = meeting.attend();
                meeting.wait();
                numbers.purge_expired()
            };
            let purgers = [threads.spawn(purge), threads.spawn(purge), threads.spawn(purge)];
            purgers.into_iter().map(|purger| purger.join().expect("unharmed")).sum()
        });
        assert_eq!((purged, numbers.len()), (100, 0));
        assert_eq!(numbers.stats().expirations, 100 * (round + 1));
    }
    numbers.verify().expect("consistent");
}

/// Goal: nobody counts what is over, also while another one is just removing it. Method: several
/// threads ask for the length at once, when everything has just ended.
#[test]
fn what_is_over_is_counted_by_nobody() {
    let (clock, numbers) = timed();
    for round in 0..ROUNDS / 10 {
        (0..100).for_each(|key| assert!(numbers.set_with_ttl(key, round, SECOND).is_ok()));
        clock.advance(SECOND);
        let meeting = Meeting::of(3);
        thread::scope(|threads| {
            for _ in 0..3 {
                threads.spawn(|| {
                    let _attendance = meeting.attend();
                    meeting.wait();
                    assert_eq!(numbers.len(), 0, "all of it is over");
                });
            }
        });
        assert_eq!(numbers.stats().expirations, 100 * (round + 1));
    }
}

/// Goal: documents that end, are made to go, and are cleared, all at once, go once each. Method:
/// four writers in a full collection while it is cleared and purged, and time goes on; a watch
/// counts.
#[test]
fn collection_may_be_cleared_while_documents_end_and_go() {
    const MAX: usize = 50;
    let clock = TestClock::new();
    let numbers: Numbers = Collection::builder()
        .max_entries(MAX)
        .clock(clock.clone())
        .feed_capacity(1 << 16)
        .build()
        .expect("stands alone");
    let mut watch = numbers.watch().buffer(1 << 16).subscribe();
    let crew = Crew::default();
    thread::scope(|threads| {
        for writer in 0..4 {
            let (numbers, clock) = (&numbers, &clock);
            threads.spawn(move || {
                for round in 0..ROUNDS {
                    let key = (round * 13 + writer * 50) % 200;
                    let ttl = Duration::from_millis(1 + round % 7);
                    numbers.set_with_ttl(key, round, ttl).expect("somebody can go");
                    clock.advance(Duration::from_micros(100));
                }
            });
        }
        threads.spawn(|| {
            let _member = crew.member();
            (0..ROUNDS / 30).for_each(|_| assert!(numbers.clear().is_ok()));
        });
        threads.spawn(|| {
            while !crew.is_done() {
                numbers.purge_expired();
                assert!(numbers.len() <= MAX);
            }
        });
    });
    let mut there = [false; 200];
    let ended = ends(&mut watch, &mut there);
    assert_eq!(ended, numbers.stats().expirations);
    clock.advance(SECOND);
    assert_eq!((numbers.len(), numbers.stats().deadlines), (0, 0));
    ends(&mut watch, &mut there);
    assert!(there.iter().all(|there| !there), "each end was told");
    numbers.verify().expect("consistent");
}

/// Goal: what has ended is loaded once, however many miss it, and whoever purges it just then.
/// Method: 64 threads ask at once for a document that is over, while a thread of the collection's
/// own purges.
#[test]
fn what_has_ended_is_loaded_once_beside_a_purger() {
    const ASKERS: usize = if cfg!(miri) { 4 } else { 64 };
    let clock = TestClock::new();
    let numbers: Numbers = Collection::builder()
        .clock(clock.clone())
        .time_to_live(SECOND)
        .purge_every(Duration::from_millis(1))
        .build()
        .expect("stands alone");
    let (loads, meeting) = (AtomicUsize::new(0), Meeting::of(ASKERS));
    thread::scope(|threads| {
        let mut askers = Vec::new();
        for asker in 0..ASKERS {
            // One of them moves the time on.
            let by = if asker == 0 { SECOND } else { Duration::ZERO };
            let (loads, meeting, numbers, clock) = (&loads, &meeting, &numbers, &clock);
            askers.push(threads.spawn(move || {
                let _attendance = meeting.attend();
                for round in 0..ROUNDS / 30 {
                    clock.advance(by);
                    meeting.wait();
                    let load = || loads.fetch_add(1, Relaxed) as u64;
                    let found = numbers.get_or_insert_with(&1, load).expect("open");
                    assert_eq!(*found, round, "loaded once a round");
                    meeting.wait();
                }
            }));
        }
        // One by one: race detectors do not see what a scope waits for.
        for one in askers {
            one.join().expect("unharmed");
        }
    });
    assert_eq!(loads.into_inner() as u64, ROUNDS / 30);
    numbers.close();
}
