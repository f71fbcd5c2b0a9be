//! F6 and F7: nobody sleeps on, and nobody's call is lost. And what waits for a view in lists (R2).
#![allow(unsafe_code, reason = "cells are read and written through the checker")]

use std::task::{Wake, Waker};

use crate::base::spawn;
use crate::clock::Time;
use crate::model::{TWO, model};
use crate::protocol::ring::RingBounds;
use crate::protocol::timeline::Timeline;
use crate::protocol::turn::Turn;
use crate::protocol::waiter::{Slept, Waiter};
use crate::shelf::Shelf;
use crate::sync::{Arc, AtomicU64, Relaxed, SharedCell, fence_both};

/// F6: a writer and somebody who falls asleep: one of the two sees the other.
#[test]
fn f6_sleeper_sees_the_clock_or_is_seen() {
    model(TWO, || {
        let bounds = RingBounds { revisions: 1, bytes: u64::MAX, retains: false };
        let both = Arc::new((Timeline::starting(0, bounds, Time::new()), Waiter::new(None)));
        let writer = spawn({
            let both = Arc::clone(&both);
            move || {
                let revision = both.0.draw();
                fence_both();
                both.1.tell(revision).is_some()
            }
        });
        both.1.doze(Waker::noop());
        let sees = both.0.now() == 1;
        assert!(writer.join().unwrap() || sees, "it sleeps on");
    });
}

/// F6: the same of a whole write and a whole watch.
#[test]
fn f6_watch_is_woken_or_finds_it() {
    model(TWO, || {
        let shelf = Shelf::new();
        let mut watch = shelf.watch();
        let writer = shelf.beside(|shelf| shelf.set(1, 10));
        let mut told = watch.poll().unwrap();
        let written = writer.join().unwrap();
        if told.is_empty() {
            assert!(watch.is_woken(), "it sleeps on");
            told = watch.poll().unwrap();
        }
        assert_eq!(told, [(written, None, Some(10))]);
    });
}

/// F6: a writer that comes late with what was found long ago does no harm to what comes next.
#[test]
fn f6_late_writer_does_no_harm() {
    model(TWO, || {
        let shelf = Shelf::new();
        let mut watch = shelf.watch();
        assert_eq!(watch.poll(), Ok(Vec::new()));
        let writer = shelf.beside(|shelf| [shelf.set(1, 10), shelf.set(1, 11)]);
        let mut told = watch.poll().unwrap();
        let [first, second] = writer.join().unwrap();
        while told.len() < 2 {
            // One that found something is awake.
            let was_asleep = watch.is_asleep();
            assert!(!was_asleep || watch.is_woken(), "it sleeps on");
            told.extend(watch.poll().unwrap());
        }
        assert_eq!(told, [(first, None, Some(10)), (second, Some(10), Some(11))]);
    });
}

/// F6: who lay down to sleep, looked once more and found something is awake: what was written
/// before it lay down was told to nobody.
#[test]
fn f6_follower_that_found_something_is_awake() {
    model(TWO, || {
        let shelf = Shelf::with_feed(2);
        let mut watch = shelf.watch().one_by_one();
        let writer = shelf.beside(|shelf| [shelf.set(1, 10), shelf.set(1, 11)]);
        let first = watch.poll();
        let [_, last] = writer.join().unwrap();
        (0..4).for_each(|_| shelf.pass());
        shelf.tend();
        let mut found = watch.poll();
        while found == Ok(Vec::new()) && watch.is_woken() {
            found = watch.poll();
        }
        let told = found.as_ref().is_ok_and(|told| told.last().is_some_and(|told| told.0 == last));
        assert!(told || found.is_err(), "lost in silence: {first:?}, then {found:?}");
    });
}

/// F6: of two who tell a sleeper it remembers the smaller revision, whoever comes first.
#[test]
fn f6_sleeper_knows_the_first_thing_that_it_missed() {
    model(TWO, || {
        let waiter = Arc::new(Waiter::new(None));
        waiter.doze(Waker::noop());
        let other = spawn({
            let waiter = Arc::clone(&waiter);
            move || waiter.tell(1).is_some()
        });
        let mine = waiter.tell(2).is_some();
        assert_ne!(mine, other.join().unwrap(), "one of the two wakes it");
        assert_eq!(waiter.wake(), Slept::Until(1));
    });
}

/// F6: the waker that is taken is the sleeper's, whole.
#[test]
fn f6_waker_is_there_before_it_is_used() {
    struct Notes(SharedCell<u64>);

    impl Wake for Notes {
        fn wake(self: Arc<Self>) {
            // SAFETY: the checker reports an access that races with this one.
            self.0.with(|note| assert_eq!(unsafe { *note }, 1));
        }
    }

    model(TWO, || {
        let waiter = Arc::new(Waiter::new(None));
        let teller = spawn({
            let waiter = Arc::clone(&waiter);
            move || waiter.tell(1).into_iter().for_each(Waker::wake)
        });
        let notes = Arc::new(Notes(SharedCell::new(0)));
        // SAFETY: as above.
        notes.0.with_mut(|note| unsafe { *note = 1 });
        waiter.doze(&Waker::from(notes));
        teller.join().unwrap();
    });
}

/// What is done in turns: everybody's calls are counted.
struct Desk {
    turn: Turn,
    calls: [AtomicU64; 2],
    served: SharedCell<u64>,
    is_closed: SharedCell<bool>,
}

impl Desk {
    fn new() -> Arc<Self> {
        let calls = [AtomicU64::new(0), AtomicU64::new(0)];
        let (served, is_closed) = (SharedCell::new(0), SharedCell::new(false));
        Arc::new(Self { turn: Turn::new(), calls, served, is_closed })
    }

    /// As a callback is delivered.
    fn serve(&self) {
        if !self.turn.begin() {
            return;
        }
        loop {
            self.turn.go_round();
            let calls = self.calls.iter().map(|calls| calls.load(Relaxed)).sum();
            // SAFETY: F7: one at a time; the checker reports it otherwise.
            self.served.with_mut(|served| unsafe { *served = calls });
            let is_over = self.turn.is_over();
            // SAFETY: as above.
            self.is_closed.with_mut(|is_closed| unsafe { *is_closed = is_over });
            if self.turn.end() {
                return;
            }
        }
    }

    fn call(&self, which: usize) {
        self.calls[which].store(1, Relaxed);
        self.serve();
    }
}

/// F7: two who have something to do at once: it is done one after the other, and all of it.
#[test]
fn f7_nobodys_call_is_lost() {
    model(TWO, || {
        let desk = Desk::new();
        let other = spawn({
            let desk = Arc::clone(&desk);
            move || desk.call(1)
        });
        desk.call(0);
        other.join().unwrap();
        // SAFETY: nobody else is here.
        assert_eq!(desk.served.with(|served| unsafe { *served }), 2, "a call is lost");
        assert!(desk.turn.begin(), "nobody has the turn, and nobody gets it");
    });
}

/// F7: the end is as good as a call.
#[test]
fn f7_end_is_heard() {
    model(TWO, || {
        let desk = Desk::new();
        let other = spawn({
            let desk = Arc::clone(&desk);
            move || {
                desk.turn.finish();
                desk.serve();
            }
        });
        desk.call(0);
        other.join().unwrap();
        // SAFETY: nobody else is here.
        assert!(desk.is_closed.with(|is_closed| unsafe { *is_closed }), "the end is not heard");
    });
}

/// R2: what waits for a view does so in lists; each is gone through when the first of it may go,
/// and what may not stays.
#[test]
fn r2_lists_wait_for_their_views() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let first = shelf.open();
        shelf.set(1, 11);
        shelf.set(1, 12);
        let second = shelf.open();
        shelf.set(1, 13);
        shelf.sweep_twice();
        let reader = shelf.beside(move |_| {
            assert_eq!(first.get(1), Some(10));
            drop(first);
            assert_eq!(second.get(1), Some(12));
            second
        });
        shelf.sweep();
        let second = reader.join().unwrap();
        shelf.sweep_twice();
        assert_eq!(shelf.rooms().limbo.tally().waiting, 1, "what the second view needs");
        assert_eq!(second.get(1), Some(12));
        drop(second);
        shelf.settle();
    });
}
