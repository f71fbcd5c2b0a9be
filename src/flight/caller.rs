//! A **caller**: somebody who asked for what has to be loaded.

use std::mem;
use std::task::{Poll, Waker};

use super::{Airspace, Flight, Shard};
use crate::reclaim::contain;
use crate::sync::{Arc, Mutex, lock, thread_index};

/// Somebody aboard a flight. Dropped before the landing it leaves, and hands the lead on, if it has
/// it.
#[must_use = "nobody else loads while this one leads"]
pub(crate) struct Caller<'f, K, T: Clone> {
    shard: &'f Shard<K, T>,
    hash: u64,
    /// Among those who wait.
    place: u64,
    answer: Arc<Answer<T>>,
}

/// What a caller has waited for.
pub(crate) enum Turn<T> {
    /// To load.
    Lead,
    /// What another one has brought.
    Landed(T),
}

/// Where a caller is told what it waits for.
pub(super) struct Answer<T>(Mutex<Told<T>>);

enum Told<T> {
    /// Nothing yet; who is to be woken.
    Wait(Option<Waker>),
    /// To lead; the thread on which the loader runs at the moment.
    Lead(Option<usize>),
    Landed(T),
}

impl<'f, K, T: Clone> Caller<'f, K, T> {
    pub(super) fn new(
        shard: &'f Shard<K, T>,
        hash: u64,
        place: u64,
        answer: Arc<Answer<T>>,
    ) -> Self {
        Self { shard, hash, place, answer }
    }

    /// Says what this caller was told, or notes who is to be woken when it is.
    pub(crate) fn poll(&self, waker: &Waker) -> Poll<Turn<T>> {
        // Before the lock, as what it replaces goes after it: wakers are code of an executor.
        let next = waker.clone();
        let former = {
            let mut told = lock(&self.answer.0);
            match &mut *told {
                Told::Wait(waker) => waker.replace(next),
                Told::Lead(_) => return Poll::Ready(Turn::Lead),
                Told::Landed(landed) => return Poll::Ready(Turn::Landed(landed.clone())),
            }
        };
        drop(former);
        Poll::Pending
    }

    /// Runs the loader, or a part of it. Only for the one who leads.
    pub(crate) fn load<R>(&self, work: impl FnOnce() -> R) -> R {
        struct Loading<'p, T>(&'p Answer<T>);

        impl<T> Drop for Loading<'_, T> {
            fn drop(&mut self) {
                self.0.loads_on(None);
            }
        }

        // L3: whoever is called from here on is known by its thread.
        self.answer.loads_on(Some(thread_index()));
        let _loading = Loading(&self.answer);
        work()
    }

    /// Ends the flight: everybody aboard gets what was brought. Only for the one who leads.
    pub(crate) fn land(self, landed: T) {
        let flight = self.take_down(&mut lock(self.shard));
        for answer in flight.waiting.values() {
            wake(answer.tell(Told::Landed(landed.clone())));
        }
        drop(flight);
        // And this one: it has nothing to leave any more.
        wake(self.answer.tell(Told::Landed(landed)));
    }

    /// Leaves its flight, if that is still up. Says whom to wake, and what is over.
    fn leave(&self) -> (Option<Waker>, Option<Flight<K, T>>) {
        let mut flights = lock(self.shard);
        let Some(same) = flights.get_mut(&self.hash) else { return (None, None) };
        let Some(flight) = same.iter_mut().find(|flight| self.leads(flight)) else {
            for flight in same {
                flight.give_up_place(self.place, &self.answer);
            }
            return (None, None);
        };
        let Some((_, next)) = flight.waiting.pop_first() else {
            return (None, Some(self.take_down(&mut flights)));
        };
        // L1, L2: under the lock, so whoever comes or leaves now finds who leads.
        let woken = next.lead();
        flight.leader = next;
        (woken, None)
    }

    /// Takes the flight that this caller leads out of its shard.
    fn take_down(&self, flights: &mut Airspace<K, T>) -> Flight<K, T> {
        let same = flights.get_mut(&self.hash).expect("L1: the flight of its leader is up");
        let led = same.iter().position(|flight| self.leads(flight));
        let flight = same.swap_remove(led.expect("L1: the flight of its leader is up"));
        if same.is_empty() {
            flights.remove(&self.hash);
        }
        flight
    }

    fn leads(&self, flight: &Flight<K, T>) -> bool {
        Arc::ptr_eq(&flight.leader, &self.answer)
    }
}

impl<K, T: Clone> Drop for Caller<'_, K, T> {
    fn drop(&mut self) {
        if self.answer.has_landed() {
            return;
        }
        let (woken, over) = self.leave();
        wake(woken);
        drop(over);
    }
}

impl<T> Answer<T> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Told::Wait(None)))
    }

    /// Tells it to lead. Says whom to wake.
    #[must_use = "a caller that was told and not woken sleeps on"]
    pub(super) fn lead(&self) -> Option<Waker> {
        self.tell(Told::Lead(None))
    }

    /// Whether its loader runs on this thread, and this is called from within.
    pub(super) fn is_loading_here(&self) -> bool {
        matches!(*lock(&self.0), Told::Lead(Some(thread)) if thread == thread_index())
    }

    fn has_landed(&self) -> bool {
        matches!(*lock(&self.0), Told::Landed(_))
    }

    fn loads_on(&self, thread: Option<usize>) {
        let before = mem::replace(&mut *lock(&self.0), Told::Lead(thread));
        debug_assert!(matches!(before, Told::Lead(_)), "L1: who does not lead does not load");
    }

    #[must_use = "a caller that was told and not woken sleeps on"]
    fn tell(&self, told: Told<T>) -> Option<Waker> {
        match mem::replace(&mut *lock(&self.0), told) {
            Told::Wait(waker) => waker,
            Told::Lead(_) | Told::Landed(_) => None,
        }
    }
}

/// The caller holds no lock: executors do what they like then.
fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        contain(|| waker.wake());
    }
}
