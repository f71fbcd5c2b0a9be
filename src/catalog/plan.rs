//! The **plan** of a write: the entries that its snapshot has to have.

use crate::catalog::{Catalog, IndexCore};
use crate::protocol::entry::{Carried, Drawn, Place};
use crate::protocol::handle::Address;
use crate::protocol::node::NodeRef;
use crate::reclaim::WritePin;
use crate::sync::Arc;

/// The entries that a write needs.
pub(crate) struct Plan<'g, K: 'static, V: 'static> {
    catalog: &'g Catalog<K, V>,
    indexes: &'g [Arc<IndexCore<K, V>>],
    bytes: Vec<u8>,
    /// Where in `bytes` the key of each index is; empty for a tombstone.
    keys: Vec<Option<(usize, usize)>>,
    pin: &'g WritePin,
}

impl<'g, K, V> Plan<'g, K, V>
where
    K: Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    /// Which entries a snapshot with this value has to have.
    ///
    /// Runs the extractors. The catalog is read under the pin under which the caller publishes.
    pub(crate) fn of(catalog: &'g Catalog<K, V>, value: Option<&V>, pin: &'g WritePin) -> Self {
        let indexes = catalog.load(pin.read());
        let mut plan = Self { catalog, indexes, bytes: Vec::new(), keys: Vec::new(), pin };
        if let Some(value) = value {
            plan.keys.reserve_exact(indexes.len());
            for index in indexes {
                let from = plan.bytes.len();
                let there = index.write_key(value, &mut plan.bytes);
                plan.keys.push(there.then_some((from, plan.bytes.len())));
            }
        }
        plan
    }

    fn keys(&self) -> impl Iterator<Item = (&'g IndexCore<K, V>, &[u8])> {
        let keys = self.indexes.iter().zip(&self.keys);
        keys.filter_map(|(index, key)| key.map(|(from, to)| (&**index, &self.bytes[from..to])))
    }

    /// I7: puts the entries in that the snapshot to be replaced does not carry already.
    pub(crate) fn enter(
        &self,
        old: Option<NodeRef<'_, K, V>>,
        address: Address<K, V>,
    ) -> Entered<'_, 'g, K, V> {
        let before = old.map_or(&[][..], |old| old.get().entries());
        let is = |(entry, (index, key)): (&Carried, (&IndexCore<K, V>, &[u8]))| {
            entry.index == index.number && entry.place.key.as_slice() == key
        };
        // No key changed, as most often.
        if before.len() == self.keys().count() && before.iter().zip(self.keys()).all(is) {
            let (carried, drawn) = old.map(|old| old.get().share_entries()).unwrap_or_default();
            return Entered { plan: self, carried, drawn, is_fresh: false };
        }
        let drawn = self.catalog.tags.draw(self.keys.len());
        let carry = |(nth, (index, key)): (usize, (&IndexCore<K, V>, &[u8]))| {
            let same = before.iter().find(|entry| is((entry, (index, key))));
            let place = same.map(|entry| entry.place.clone());
            let place = place.or_else(|| index.place_to_keep(old?, key, address, self.pin));
            let place = place.unwrap_or_else(|| Place::new(key, drawn.tag(nth)));
            Carried { index: index.number, place }
        };
        let carried: Arc<[_]> = self.keys().enumerate().map(carry).collect();
        let carried = Some(carried).filter(|carried| !carried.is_empty());
        let entered = Entered { plan: self, carried, drawn, is_fresh: true };
        for ((index, _), entry) in self.keys().zip(entered.all()) {
            if drawn.is_of_now(entry.place.tag) {
                index.entries.put(entry.place.clone(), address, self.pin);
            }
        }
        entered
    }

    /// I7: the entries that `old` had and `new`, which replaced it, does not carry; also those of
    /// an index that this writer has not heard of.
    pub(super) fn ended(&self, old: NodeRef<'_, K, V>, new: &[Carried]) -> Vec<Carried> {
        let ends = |entry: &&Carried| !new.iter().any(|other| other.is(entry));
        let mut ended: Vec<_> = old.get().entries().iter().filter(ends).cloned().collect();
        let older = self.indexes.iter().filter_map(|index| {
            let place = index.older_place(old)?;
            Some(Carried { index: index.number, place })
        });
        ended.extend(older.filter(|entry| ends(&entry)));
        ended
    }
}

/// The entries of an attempt to write: taken out again unless it succeeds.
pub(crate) struct Entered<'p, 'g, K: 'static, V: 'static>
where
    K: Send + Sync,
    V: Send + Sync,
{
    plan: &'p Plan<'g, K, V>,
    carried: Option<Arc<[Carried]>>,
    /// Tags of some of them.
    drawn: Drawn,
    /// Those with a tag of this draw were put in for this attempt.
    is_fresh: bool,
}

impl<K, V> Entered<'_, '_, K, V>
where
    K: Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    fn all(&self) -> &[Carried] {
        self.carried.as_deref().unwrap_or_default()
    }

    /// What the draft carries; shared with the old snapshot if that carries the same.
    pub(crate) fn carried(&self) -> (Option<Arc<[Carried]>>, Drawn) {
        (self.carried.clone(), self.drawn)
    }

    /// The draft was published: its entries stay, and those of `old` that it does not carry end.
    pub(crate) fn keep(mut self, old: Option<NodeRef<'_, K, V>>) {
        self.is_fresh = false;
        if let Some(old) = old {
            old.get().note_ended(self.plan.ended(old, self.all()));
        }
    }
}

impl<K, V> Drop for Entered<'_, '_, K, V>
where
    K: Send + Sync,
    V: Send + Sync,
{
    fn drop(&mut self) {
        if !self.is_fresh {
            return;
        }
        for entry in self.all().iter().filter(|entry| self.drawn.is_of_now(entry.place.tag)) {
            self.plan.catalog.take_out(entry, self.plan.pin);
        }
    }
}
