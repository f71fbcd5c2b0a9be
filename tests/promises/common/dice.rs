//! Random numbers that can be had again.

use std::env;
use std::hash::{BuildHasher, RandomState};

/// A generator of random numbers (xorshift, as Marsaglia gave it), good enough to choose with.
#[derive(Clone, Debug)]
pub(crate) struct Dice {
    state: u64,
}

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        // Spread, because neighbouring seeds would begin alike; odd, because 0 would stay 0.
        Self { state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1 }
    }

    /// Any number.
    pub(crate) fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        (self.next() >> 20) % end
    }

    /// A place in something of this length.
    pub(crate) fn place(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).expect("a place is below the length")
    }

    /// True once in `times`.
    pub(crate) fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}

/// The seed of a random test: a new one each time, or the one in `FOLIO_SEED`. Printed, so that a
/// failure shows it.
pub(crate) fn seed() -> u64 {
    let given = env::var(SEED).ok().map(|text| text.parse().expect("a seed is a number"));
    let seed = given.unwrap_or_else(|| RandomState::new().hash_one(0));
    println!("{SEED}={seed} rolls the same dice");
    seed
}

const SEED: &str = "FOLIO_SEED";
