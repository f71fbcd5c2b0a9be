//! The **vacancies** of an array: numbers of places that are free again.

use crate::sync::{AcqRel, Acquire, AtomicU32, AtomicU64, Relaxed};

/// A stack of numbers, linked through the places themselves.
///
/// Its one word holds the first vacant number + 1 below, and above it a count that makes every
/// state differ from those before, so that a place that was taken and put back in the meantime
/// does not fool an exchange. (It would take 2^32 turns while one thread is stopped in `take`.)
pub(super) struct Vacancies {
    first: AtomicU64,
}

impl Vacancies {
    pub(super) fn new() -> Self {
        Self { first: AtomicU64::new(0) }
    }

    /// Takes a vacant number. `link` is where its place keeps the next one.
    pub(super) fn take<'a>(&self, link: impl Fn(u32) -> &'a AtomicU32) -> Option<u32> {
        // P10 (Acquire): comes after the push that vacated the place.
        let mut first = self.first.load(Acquire);
        loop {
            let number = number(first).checked_sub(1)?;
            // Relaxed: if the place has been taken meanwhile, the exchange fails.
            let next = link(number).load(Relaxed);
            // P10 (AcqRel): takes the place after everything that its last user did.
            match self.first.compare_exchange_weak(first, turn(first, next), AcqRel, Acquire) {
                Ok(_) => return Some(number),
                Err(now) => first = now,
            }
        }
    }

    /// Puts a number back, which must not be `u32::MAX`.
    pub(super) fn put(&self, vacant: u32, link: &AtomicU32) {
        // Relaxed: the exchange below decides.
        let mut first = self.first.load(Relaxed);
        loop {
            // Relaxed: P10: published by the exchange.
            link.store(number(first), Relaxed);
            let mine = turn(first, vacant + 1);
            // P10 (AcqRel): hands the place on.
            // Relaxed: a failure decides nothing.
            match self.first.compare_exchange_weak(first, mine, AcqRel, Relaxed) {
                Ok(_) => return,
                Err(now) => first = now,
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is the number")]
fn number(state: u64) -> u32 {
    state as u32
}

fn turn(state: u64, first: u32) -> u64 {
    ((state >> 32).wrapping_add(1) << 32) | u64::from(first)
}
