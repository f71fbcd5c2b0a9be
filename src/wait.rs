//! How a thread waits for what wakes a task.
#![allow(clippy::disallowed_methods, reason = "a limit of time has to be measured")]

use std::sync::Arc;
use std::task::{Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use crate::limits::{LINGER_FLOW, LINGER_LONGEST, LINGER_NOT, LINGER_SHORTEST, LINGER_SPINS};
use crate::sync::spin;

/// Looks again for a while before its owner sleeps: to sleep and be woken takes longer, also for
/// whoever wakes. It learns when that is in vain.
///
/// Whoever reads what another thread writes, and follows on its heels, takes every cache line from
/// it while it is at it: both are faster if the reader lets something come together first. So
/// pauses are long while much comes, and short else.
#[derive(Clone, Copy)]
pub(crate) struct Lingering {
    /// How long the first pause is.
    shift: u32,
    /// Waits without looking again, the last time that it was in vain, and of those still to come.
    rest: u32,
    left: u32,
}

impl Lingering {
    pub(crate) fn new() -> Self {
        Self { shift: LINGER_SHORTEST, rest: 0, left: 0 }
    }

    /// Asks again a few times, and says how it went.
    pub(crate) fn ask<T>(&mut self, mut poll: impl FnMut() -> Poll<T>) -> Poll<T> {
        if self.left > 0 {
            self.left -= 1;
            return Poll::Pending;
        }
        let (mut shift, mut spins) = (self.shift, 0);
        while spins < LINGER_SPINS {
            (0..1 << shift).for_each(|_| spin());
            spins += 1 << shift;
            shift = (shift + 1).min(LINGER_LONGEST);
            let polled = poll();
            if polled.is_ready() {
                self.rest = 0;
                return polled;
            }
        }
        self.rest = (2 * self.rest + 1).min(LINGER_NOT);
        self.left = self.rest;
        Poll::Pending
    }

    /// So much had come when it was asked again.
    pub(crate) fn came(&mut self, much: u64) {
        self.shift = match much {
            0..=LINGER_FLOW => self.shift.saturating_sub(1).max(LINGER_SHORTEST),
            _ => (self.shift + 1).min(LINGER_LONGEST),
        };
    }
}

/// Until when somebody waits; `None`: for as long as it takes.
#[derive(Clone, Copy)]
pub(crate) struct Until(Option<Instant>);

impl Until {
    pub(crate) fn after(timeout: Option<Duration>) -> Self {
        // What is too far off to be told as an instant never comes.
        Self(timeout.and_then(|timeout| Instant::now().checked_add(timeout)))
    }

    pub(crate) fn has_passed(self) -> bool {
        self.0.is_some_and(|until| Instant::now() >= until)
    }
}

/// Asks until there is an answer, and sleeps between. `None` when the time is over.
pub(crate) fn block<T>(
    Until(deadline): Until,
    mut poll: impl FnMut(&Waker) -> Poll<T>,
) -> Option<T> {
    let waker = Waker::from(Arc::new(Parked(thread::current())));
    loop {
        if let Poll::Ready(answer) = poll(&waker) {
            return Some(answer);
        }
        let Some(deadline) = deadline else {
            thread::park();
            continue;
        };
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return None;
        }
        thread::park_timeout(left);
    }
}

struct Parked(Thread);

impl Wake for Parked {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks in vain, and says how often.
    fn in_vain(lingering: &mut Lingering) -> u32 {
        let mut asked = 0;
        let polled = lingering.ask(|| {
            asked += 1;
            Poll::<()>::Pending
        });
        assert!(polled.is_pending());
        asked
    }

    #[test]
    fn who_lingers_in_vain_lingers_less_often() {
        let mut lingering = Lingering::new();
        let waits: Vec<bool> = (0..64).map(|_| in_vain(&mut lingering) > 0).collect();
        let rests: Vec<usize> = waits.split(|lingered| *lingered).map(<[bool]>::len).collect();
        assert_eq!(rests, [0, 1, 3, 7, 15, 15, 15, 1]);
    }

    #[test]
    fn who_finds_something_lingers_again_the_next_time() {
        let mut lingering = Lingering::new();
        for _ in 0..8 {
            in_vain(&mut lingering);
        }
        let mut waits = 0;
        while lingering.ask(|| Poll::Ready(())).is_pending() {
            waits += 1;
        }
        assert!(waits > 0, "it did not rest");
        assert!(lingering.ask(|| Poll::Ready(())).is_ready());
        let again: Vec<bool> = (0..3).map(|_| in_vain(&mut lingering) > 0).collect();
        assert_eq!(again, [true, false, true], "it rests as after its first vain wait");
    }

    #[test]
    fn pauses_are_longer_where_much_comes() {
        let mut lingering = Lingering::new();
        let looks = in_vain(&mut lingering);
        (0..LINGER_LONGEST).for_each(|_| lingering.came(LINGER_FLOW + 1));
        lingering.left = 0;
        let looks_in_a_flow = in_vain(&mut lingering);
        (0..LINGER_LONGEST).for_each(|_| lingering.came(LINGER_FLOW));
        lingering.left = 0;
        assert_eq!((looks, looks_in_a_flow, in_vain(&mut lingering)), (6, 2, 6));
    }
}
