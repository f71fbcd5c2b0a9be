//! The caches: bounded stores that choose who goes, behind one face.
//!
//! Each is used as its own documentation recommends, from threads. All get the same hasher, the
//! same keys of eight bytes and the same values, and read both ends of every value they find.
//!
//! Folio is here four times: read with a pin for each read (`folio`), with one for a batch
//! (`folio_pinned`), by owned snapshots (`folio_snapshot`), and without a bound
//! (`folio_unbounded`), to see what a bound costs.

#[cfg(feature = "folio")]
pub mod folio;
mod foyer;
mod mini_moka;
mod moka;
mod quick_cache;

use std::sync::Arc;

use crate::jobs::{Entrant, cache};
use crate::systems::Hasher;

/// What every cache can do. The loops around these are compiled for each separately.
pub trait Cache<V>: Sized + Send + Sync + 'static {
    /// As it stands in the output.
    const NAME: &'static str;

    /// What it does for many who miss the same key at once.
    const MISS: &'static str = "one loads it, the others wait";

    /// Whatever makes several reads in a row cheaper.
    type Reader<'a>: Reader;

    /// An empty one for so many.
    fn new(capacity: usize, hasher: Hasher) -> Self;

    fn reader(&self) -> Self::Reader<'_>;

    /// Puts in a key, whether it is there or not.
    fn insert(&self, key: u64, value: V);

    /// Reads a key, or puts in what `make` makes, by the verb that the cache has for it.
    fn load(&self, key: u64, make: impl FnOnce() -> V) -> u64;

    /// Does the maintenance that is due.
    fn settle(&self) {}
}

pub trait Reader {
    /// Reads the value of a key, if it is there.
    fn get(&self, key: u64) -> Option<u64>;
}

/// A value.
pub trait Content: Clone + Send + Sync + 'static {
    fn new(word: u64) -> Self;

    fn read(&self) -> u64;
}

impl Content for u64 {
    #[inline]
    fn new(word: u64) -> Self {
        word
    }

    #[inline]
    fn read(&self) -> u64 {
        *self
    }
}

/// A hundred bytes that owners share.
impl Content for Arc<[u8]> {
    #[inline]
    fn new(word: u64) -> Self {
        Self::from([word as u8; BYTES])
    }

    #[inline]
    fn read(&self) -> u64 {
        u64::from(self[0] ^ self[BYTES - 1])
    }
}

const BYTES: usize = 100;

const fn entrants<V: Content>() -> &'static [Entrant] {
    const {
        &[
            #[cfg(feature = "folio")]
            cache::entrant::<V, folio::Folio<V, folio::Plain<true>>>(),
            #[cfg(feature = "folio")]
            cache::entrant::<V, folio::Folio<V, folio::Batches>>(),
            #[cfg(feature = "folio")]
            cache::entrant::<V, folio::Folio<V, folio::Owned>>(),
            #[cfg(feature = "folio")]
            cache::entrant::<V, folio::Folio<V, folio::Plain<false>>>(),
            cache::entrant::<V, moka::Moka<V>>(),
            cache::entrant::<V, quick_cache::Quick<V>>(),
            cache::entrant::<V, mini_moka::MiniMoka<V>>(),
            cache::entrant::<V, foyer::Foyer<V>>(),
        ]
    }
}

/// Everybody, in the order of the output, with values of a word.
pub const ENTRANTS: &[Entrant] = entrants::<u64>();

/// The same with values of a hundred shared bytes.
pub const ENTRANTS_ARC: &[Entrant] = entrants::<Arc<[u8]>>();

#[cfg(test)]
mod tests;
