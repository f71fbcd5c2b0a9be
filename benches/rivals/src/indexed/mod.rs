//! The systems that have indexes, behind one face.
//!
//! Each holds the same orders under the same keys and finds them by two of their fields: by city,
//! which a hundred orders share, and by amount, which none do. All read every order they find.

#[cfg(feature = "folio")]
mod folio;
mod free;
mod locked;
mod rusqlite;

use std::ops::Range;

use uuid::Uuid;

use crate::jobs::{Entrant, indexed};
use crate::load::Ground;
use crate::systems::{Hasher, Walk};

/// A document of five fields: 64 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// Indexed.
    pub city: u32,
    /// Indexed.
    pub amount: u32,
    pub count: u64,
    pub price: u64,
    pub note: [u64; 5],
}

/// What becomes of an order.
#[derive(Clone, Copy)]
pub enum Change {
    /// No index knows of this.
    Count(u64),
    /// One of two has to follow.
    City(u32),
    /// Both have.
    Both { city: u32, amount: u32 },
}

/// What every such system can do. The loops around these are compiled for each separately.
pub trait Indexed: Sized + Send + Sync + 'static {
    /// As it stands in the output.
    const NAME: &'static str;

    /// What an answer promises, and what not, while others write.
    const ANSWER: &'static str;

    /// An empty store without indexes.
    fn new(hasher: Hasher) -> Self;

    /// Adds both indexes, over the orders that are there and those to come.
    fn build(&self);

    /// Puts in a key that is not there.
    fn insert(&self, key: Uuid, order: Order);

    /// Changes the order of a key that is there.
    fn change(&self, key: &Uuid, change: Change);

    /// Reads the orders of a city.
    fn lookup(&self, city: u32) -> Walk;

    /// Reads the orders of these amounts, where that does not take a look at all of them.
    fn range(&self, amounts: Range<u32>) -> Option<Walk>;

    /// Does the maintenance that is due.
    fn settle(&self) {}

    /// Bytes that this program's allocator does not see.
    fn bytes_elsewhere(&self) -> usize {
        0
    }
}

impl Order {
    /// The order that is at this place by amount.
    pub fn new(place: u32, cities: u32) -> Self {
        let word = u64::from(place);
        Self { city: place % cities, amount: place, count: word, price: word, note: [word; 5] }
    }

    #[inline]
    pub fn with(self, change: Change) -> Self {
        match change {
            Change::Count(count) => Self { count, ..self },
            Change::City(city) => Self { city, ..self },
            Change::Both { city, amount } => Self { city, amount, ..self },
        }
    }
}

impl Walk {
    /// Reads one order more.
    #[inline]
    pub fn with(self, order: &Order) -> Self {
        Self { seen: self.seen + 1, sum: self.sum.wrapping_add(order.count) }
    }
}

/// A store of all orders, each of which has moved once, in random order.
pub fn fill<S: Indexed>(ground: &Ground, with_indexes: bool) -> S {
    let store = S::new(ground.hasher.clone());
    if with_indexes {
        store.build();
    }
    for (i, key) in ground.keys.iter().enumerate() {
        store.insert(*key, ground.order(i, 0));
    }
    for i in ground.churn() {
        let Order { city, amount, .. } = ground.order(i, ground.moved());
        store.change(&ground.keys[i], Change::Both { city, amount });
    }
    store.settle();
    store
}

/// Everybody, in the order of the output.
pub const ENTRANTS: &[Entrant] = &[
    #[cfg(feature = "folio")]
    indexed::entrant::<folio::Folio>(),
    indexed::entrant::<locked::RwLockHashMap>(),
    indexed::entrant::<locked::RwLockBTreeMap>(),
    indexed::entrant::<free::SccTreeIndex>(),
    indexed::entrant::<free::CrossbeamSkipList>(),
    indexed::entrant::<rusqlite::Rusqlite>(),
];

/// What a question before the indexes are there dies of.
const BUILT: &str = "the indexes were built";

#[cfg(test)]
mod tests;
