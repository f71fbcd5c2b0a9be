//! Folio itself: one index over each field. A query opens a view of its own, and `update` reads
//! and writes.

use std::ops::Range;
use std::sync::OnceLock;

use folio::{Collection, Index, by};
use uuid::Uuid;

use crate::indexed::{BUILT, Change, Indexed, Order};
use crate::systems::{Hasher, Walk, folio::settle};

pub struct Folio {
    orders: Collection<Uuid, Order, Hasher>,
    indexes: OnceLock<[Index<Uuid, Order>; 2]>,
}

impl Indexed for Folio {
    const NAME: &'static str = "folio";
    const ANSWER: &'static str = "one instant, each document once, nobody waits";

    fn new(hasher: Hasher) -> Self {
        let orders = Collection::builder().hasher(hasher).build().expect("a name of its own");
        Self { orders, indexes: OnceLock::new() }
    }

    fn build(&self) {
        let create = |name, by| self.orders.create_index(name, by).expect("a new name");
        let indexes = [
            create("city", by(|order: &Order| order.city)),
            create("amount", by(|order: &Order| order.amount)),
        ];
        assert!(self.indexes.set(indexes).is_ok());
    }

    #[inline]
    fn insert(&self, key: Uuid, order: Order) {
        assert!(self.orders.create(key, order).is_ok());
    }

    #[inline]
    fn change(&self, key: &Uuid, change: Change) {
        assert!(self.orders.update(key, |old| old.with(change)).is_ok());
    }

    #[inline]
    fn lookup(&self, city: u32) -> Walk {
        let [cities, _] = self.indexes.get().expect(BUILT);
        cities.get(city).fold(Walk::default(), |walk, order| walk.with(&order))
    }

    #[inline]
    fn range(&self, amounts: Range<u32>) -> Option<Walk> {
        let [_, all] = self.indexes.get().expect(BUILT);
        Some(all.range(amounts).fold(Walk::default(), |walk, order| walk.with(&order)))
    }

    fn settle(&self) {
        settle(&self.orders);
    }
}
