//! Threads that run together, and all stop when one of them fails.
#![allow(clippy::disallowed_types, reason = "a test is no part of the crate that loom compiles")]

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

/// A sign that threads look at between two steps.
///
/// Whoever has to be there for the others to get on holds a [`Member`]: when that ends, by panic
/// or otherwise, the sign is raised.
#[derive(Debug, Default)]
pub(crate) struct Crew {
    done: AtomicBool,
}

impl Crew {
    pub(crate) fn is_done(&self) -> bool {
        // Relaxed: it says when to stop, and nothing else.
        self.done.load(Ordering::Relaxed)
    }

    pub(crate) fn member(&self) -> Member<'_> {
        Member { crew: self }
    }
}

/// When this ends, the crew is done.
#[must_use = "the crew is done when this is dropped"]
#[derive(Debug)]
pub(crate) struct Member<'c> {
    crew: &'c Crew,
}

impl Drop for Member<'_> {
    fn drop(&mut self) {
        // Relaxed: as in `is_done`.
        self.crew.done.store(true, Ordering::Relaxed);
    }
}

/// A number that threads tell each other.
#[derive(Debug, Default)]
pub(crate) struct Count {
    count: AtomicU64,
}

impl Count {
    pub(crate) fn get(&self) -> u64 {
        // Acquire: what was done before the number was told can be relied on.
        self.count.load(Ordering::Acquire)
    }

    pub(crate) fn set(&self, count: u64) {
        // Release: see `get`.
        self.count.store(count, Ordering::Release);
    }

    pub(crate) fn add_one(&self) {
        // AcqRel: see `get`.
        self.count.fetch_add(1, Ordering::AcqRel);
    }
}

/// A place where so many threads wait for each other, again and again. When one of them panics
/// the others do so as well, where a `Barrier` of the standard library would wait for ever.
#[derive(Debug)]
pub(crate) struct Meeting {
    members: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    here: usize,
    round: usize,
    broken: bool,
}

impl Meeting {
    pub(crate) fn of(members: usize) -> Self {
        Self { members, state: Mutex::default(), changed: Condvar::new() }
    }

    /// Waits for all others.
    pub(crate) fn wait(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let round = state.round;
        state.here += 1;
        if state.here == self.members {
            (state.here, state.round) = (0, round + 1);
            self.changed.notify_all();
        }
        while state.round == round && !state.broken {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        assert!(!state.broken, "another thread has failed");
    }

    /// To be held by a thread for as long as the others may wait for it.
    pub(crate) fn attend(&self) -> Attendance<'_> {
        Attendance { meeting: self }
    }
}

/// Breaks the meeting up if its thread panics.
#[must_use = "nobody is told of a panic after this is dropped"]
#[derive(Debug)]
pub(crate) struct Attendance<'m> {
    meeting: &'m Meeting,
}

impl Drop for Attendance<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.meeting.state.lock().unwrap_or_else(PoisonError::into_inner).broken = true;
            self.meeting.changed.notify_all();
        }
    }
}
