//! The systems that are measured, behind one face.
//!
//! Each is used as its own documentation recommends for documents that are read more often than
//! written. All of them get the same hasher, the same keys of 16 bytes and the same values of 64,
//! grow from empty without a capacity hint, and read both ends of every value they find.

mod dashmap;
#[cfg(feature = "folio")]
pub mod folio;
mod papaya;
mod rwlock_hashmap;
mod scc_hash_index;

use uuid::Uuid;

use crate::jobs::{Entrant, entrant};

/// One hasher, made once for a run and cloned for each system, so that all hash alike.
pub type Hasher = foldhash::quality::RandomState;

/// A document: 64 bytes.
pub type Value = [u64; 8];

/// What every system can do. The loops around these are compiled for each system separately.
pub trait System: Sized + Send + Sync + 'static {
    /// As it stands in the output.
    const NAME: &'static str;

    /// What [`System::walk`] promises, and what not, while others write.
    const WALK: &'static str;

    /// Whatever makes several reads in a row cheaper.
    type Pin<'a>: Pin;

    /// An instant that can be held. `Infallible` where there is none.
    type View;

    /// An empty store.
    fn new(hasher: Hasher) -> Self;

    /// Reads the value of a key that is there.
    fn get(&self, key: &Uuid) -> u64;

    /// Pins once for several reads.
    fn pin(&self) -> Self::Pin<'_>;

    /// Puts in a key that is not there.
    fn insert(&self, key: Uuid, value: Value);

    /// Replaces the value of a key that is there.
    fn update(&self, key: Uuid, value: Value);

    /// Visits every document, as cheaply as the system can.
    fn walk(&self) -> Walk;

    /// Opens a view, where there is such a thing.
    fn view(&self) -> Option<Self::View> {
        None
    }

    /// Does the maintenance that is due.
    fn settle(&self) {}
}

/// Several reads in a row.
pub trait Pin {
    /// Reads the value of a key that is there.
    fn read(&self, key: &Uuid) -> u64;

    /// Reads the values of many keys that are there.
    #[inline]
    fn read_many(&self, keys: &[Uuid; MANY]) -> u64 {
        keys.iter().fold(0, |sum, key| sum.wrapping_add(self.read(key)))
    }
}

/// What a walk has come across.
#[derive(Clone, Copy, Default)]
pub struct Walk {
    /// Documents visited.
    pub seen: u64,
    /// Their values, so that none of the reading can be left out.
    pub sum: u64,
}

impl Walk {
    /// Sums up a walk over `values`.
    #[inline]
    pub fn over<'a>(values: impl Iterator<Item = &'a Value>) -> Self {
        values.fold(Self::default(), Self::and)
    }

    /// One document more.
    #[inline]
    pub fn and(self, value: &Value) -> Self {
        Self { seen: self.seen + 1, sum: self.sum.wrapping_add(read(value)) }
    }
}

/// Reads both ends of a value, so that all of its cache lines were needed.
#[inline]
pub fn read(value: &Value) -> u64 {
    value[0] ^ value[7]
}

/// Everybody, in the order of the output.
pub const ENTRANTS: &[Entrant] = &[
    #[cfg(feature = "folio")]
    entrant::<folio::Folio>(),
    entrant::<papaya::Papaya>(),
    entrant::<dashmap::Dashmap>(),
    entrant::<scc_hash_index::SccHashIndex>(),
    entrant::<rwlock_hashmap::RwLockHashMap>(),
];

/// Keys of one `get_many`.
pub const MANY: usize = 64;

/// What a read that finds nothing dies of: only keys that are there are asked for.
pub const FOUND: &str = "the key is there";

#[cfg(test)]
mod tests;
