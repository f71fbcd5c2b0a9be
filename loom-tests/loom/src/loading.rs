//! L1 to L3: one loader at a time, whoever leaves; nobody sleeps on, or waits for itself.
#![allow(unsafe_code, reason = "cells are read and written through the checker")]

use std::task::{Poll, Wake, Waker};

use crate::base::{self, JoinHandle, spawn};
use crate::flight::{Caller, Flights, Turn};
use crate::model::{THREE, TWO, model};
use crate::sync::{AcqRel, Acquire, Arc, AtomicU64, SharedCell};

/// What is loaded, and where it is kept once it is; behind no lock.
struct Desk {
    flights: Flights<u64, u64>,
    /// Written by whoever loads.
    loader: SharedCell<u64>,
    stored: AtomicU64,
    loads: AtomicU64,
}

/// Somebody who asks, and is polled when it was woken.
struct Asking<'d> {
    desk: &'d Desk,
    caller: Option<Caller<'d, u64, u64>>,
    woken: Arc<Woken>,
}

/// Whoever wakes may drop it last, which no lock of ours puts in order.
struct Woken(base::AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.swap(true, AcqRel);
    }
}

impl Desk {
    fn new() -> Arc<Self> {
        let (stored, loads) = (AtomicU64::new(0), AtomicU64::new(0));
        Arc::new(Self { flights: Flights::new(), loader: SharedCell::new(0), stored, loads })
    }

    fn beside<T: 'static>(
        self: &Arc<Self>,
        thread: impl FnOnce(&Desk) -> T + 'static,
    ) -> JoinHandle<T> {
        let copy = Arc::clone(self);
        spawn(move || thread(&copy))
    }

    fn ask(&self) -> Asking<'_> {
        let caller = self.flights.join(1, 1);
        Asking { desk: self, caller, woken: Arc::new(Woken(base::AtomicBool::new(false))) }
    }

    /// One loader: it finds nothing, and brings something, or fails.
    fn load(&self, succeeds: bool) -> Option<u64> {
        let loads = self.loads.fetch_add(1, AcqRel) + 1;
        // SAFETY: L1: one at a time; the checker reports it otherwise.
        self.loader.with_mut(|loader| unsafe { *loader = loads });
        succeeds.then(|| {
            let before = self.stored.swap(loads, AcqRel);
            assert_eq!(before, 0, "L1: loaded twice");
            loads
        })
    }

    /// That nothing is under way.
    fn assert_over(&self) {
        assert_eq!(self.flights.up(), 0, "a flight is still up");
    }
}

impl Asking<'_> {
    /// As `Collection::load`: what it found, loaded, or failed to load, unless it has to wait.
    fn poll(&mut self, succeeds: bool) -> Poll<Option<u64>> {
        let caller = self.caller.as_ref().expect("it is polled until it is done");
        self.woken.0.swap(false, AcqRel);
        match caller.poll(&Waker::from(Arc::clone(&self.woken))) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Turn::Landed(found)) => return Poll::Ready(Some(found)),
            Poll::Ready(Turn::Lead) => {}
        }
        let stored = self.desk.stored.load(Acquire);
        let found =
            if stored > 0 { Some(stored) } else { caller.load(|| self.desk.load(succeeds)) };
        let caller = self.caller.take().expect("it is there");
        match found {
            Some(found) => caller.land(found),
            None => drop(caller),
        }
        Poll::Ready(found)
    }

    /// Once nobody else is here: it was woken, or it is done.
    fn end(mut self, succeeds: bool) -> Option<u64> {
        while self.woken.0.load(Acquire) {
            if let Poll::Ready(done) = self.poll(succeeds) {
                return done;
            }
        }
        panic!("L2: it sleeps on");
    }

    /// Is polled once, and dropped, whatever it was told.
    fn vanish(self) {
        let caller = self.caller.as_ref().expect("it has not been polled");
        drop(caller.poll(&Waker::from(Arc::clone(&self.woken))));
    }
}

/// L1, L2: two who ask at once: one loads, and both get that.
#[test]
fn l1_l2_one_loads_for_both() {
    model(TWO, || {
        let desk = Desk::new();
        let other = desk.beside(|desk| desk.ask().poll(true));
        let mut asking = desk.ask();
        let polled = asking.poll(true);
        let theirs = other.join().unwrap();
        let (mine, waited) = match polled {
            Poll::Ready(mine) => (mine, false),
            Poll::Pending => (asking.end(true), true),
        };
        assert_eq!((mine, desk.loads.load(Acquire)), (Some(1), 1));
        assert!(!waited || theirs == Poll::Ready(Some(1)), "it waited for nobody");
        desk.assert_over();
    });
}

/// L1, L2: a leader that fails beside one that has not come yet, comes, or waits: that one loads.
#[test]
fn l1_l2_leader_that_fails_is_followed() {
    model(TWO, || {
        let desk = Desk::new();
        let leader = desk.beside(|desk| desk.ask().poll(false));
        let mut asking = desk.ask();
        let polled = asking.poll(true);
        let theirs = leader.join().unwrap();
        let mine = match polled {
            Poll::Ready(mine) => mine,
            Poll::Pending => asking.end(true),
        };
        let loads = if theirs == Poll::Ready(None) { 2 } else { 1 };
        assert_eq!((mine, desk.loads.load(Acquire)), (Some(loads), loads));
        desk.assert_over();
    });
}

/// L2: one that waits vanishes while the leader fails: whoever else waits loads.
#[test]
fn l2_one_that_vanishes_hands_the_lead_on() {
    model(TWO, || {
        let desk = Desk::new();
        let mut first = desk.ask();
        let vanishing = desk.beside(|desk| desk.ask().vanish());
        let mut last = desk.ask();
        assert_eq!(last.poll(true), Poll::Pending);
        assert_eq!(first.poll(false), Poll::Ready(None));
        vanishing.join().unwrap();
        assert_eq!(last.end(true), Some(2));
        desk.assert_over();
    });
}

/// L2: one that waits vanishes while the flight lands: nothing is left of it.
#[test]
fn l2_one_that_vanishes_at_the_landing_leaves_nothing() {
    model(TWO, || {
        let desk = Desk::new();
        let mut first = desk.ask();
        let vanishing = desk.beside(|desk| desk.ask().vanish());
        let mut last = desk.ask();
        assert_eq!(last.poll(true), Poll::Pending);
        assert_eq!(first.poll(true), Poll::Ready(Some(1)));
        assert_eq!(last.end(true), Some(1));
        vanishing.join().unwrap();
        desk.assert_over();
    });
}

/// L1, L2: one fails, one vanishes, and one loads, all at once.
#[test]
fn l1_l2_three_at_once() {
    model(THREE, || {
        let desk = Desk::new();
        let failing = desk.beside(|desk| desk.ask().poll(false));
        let vanishing = desk.beside(|desk| desk.ask().vanish());
        let mut asking = desk.ask();
        let polled = asking.poll(true);
        assert_ne!(failing.join().unwrap(), Poll::Ready(Some(0)));
        vanishing.join().unwrap();
        let mine = match polled {
            Poll::Ready(mine) => mine,
            Poll::Pending => asking.end(true),
        };
        assert_eq!(mine, Some(desk.loads.load(Acquire)));
        desk.assert_over();
    });
}

/// L3: whoever asks on the thread of the loader, from within, may not join; anybody else may.
#[test]
fn l3_loader_does_not_wait_for_itself() {
    model(TWO, || {
        let desk = Desk::new();
        let leader = desk.flights.join(1, 1).expect("nobody loads");
        let other = leader.load(|| {
            assert!(desk.flights.join(1, 1).is_none(), "L3: it would wait for itself");
            assert!(desk.flights.join(2, 2).is_some(), "that is another key");
            desk.beside(|desk| desk.flights.join(1, 1).is_some())
        });
        assert!(desk.flights.join(1, 1).is_some(), "the loader does not run");
        assert!(other.join().unwrap(), "that is another thread");
        drop(leader);
        desk.assert_over();
    });
}
