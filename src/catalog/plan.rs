//! The **plan** of a write: the entries that its snapshot has to have.

use crate::catalog::keys::Keys;
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
    /// Those of the value; none for a tombstone.
    keys: Keys,
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
    #[inline]
    pub(crate) fn of(catalog: &'g Catalog<K, V>, value: Option<&V>, pin: &'g WritePin) -> Self {
        let indexes = catalog.load(pin.read());
        let keys = match value {
            Some(value) if !indexes.is_empty() => Keys::of(value, indexes),
            _ => Keys::none(),
        };
        Self { catalog, indexes, keys, pin }
    }

    fn keys(&self) -> impl Iterator<Item = (&'g IndexCore<K, V>, &[u8])> {
        let keys = self.indexes.iter().zip(self.keys.iter());
        keys.filter_map(|(index, key)| Some((&**index, key?)))
    }

    /// I7: puts the entries in that the snapshot to be replaced does not carry already.
    #[inline]
    pub(crate) fn enter(
        &self,
        old: Option<NodeRef<'_, K, V>>,
        address: Address<K, V>,
    ) -> Entered<'_, 'g, K, V> {
        let before = old.map_or(&[][..], |old| old.get().entries());
        if self.indexes.is_empty() && before.is_empty() {
            return Entered { plan: self, carried: None, drawn: Drawn::default(), is_fresh: false };
        }
        self.enter_keys(old, before, address)
    }

    fn enter_keys(
        &self,
        old: Option<NodeRef<'_, K, V>>,
        before: &[Carried],
        address: Address<K, V>,
    ) -> Entered<'_, 'g, K, V> {
        let is = |(entry, (index, key)): (&Carried, (&IndexCore<K, V>, &[u8]))| {
            entry.index == index.number && entry.place.key.as_slice() == key
        };
        let mut keys = self.keys();
        // No key changed, as most often.
        if before.iter().all(|entry| keys.next().is_some_and(|key| is((entry, key))))
            && keys.next().is_none()
        {
            let (carried, drawn) = old.map(|old| old.get().share_entries()).unwrap_or_default();
            return Entered { plan: self, carried, drawn, is_fresh: false };
        }
        let drawn = self.catalog.tags.draw(self.indexes.len());
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

    /// I7: notes the entries that `old` had and `new`, which replaced it, does not carry; also those
    /// of an index that this writer has not heard of. Only the retirer of `old` calls this.
    #[inline]
    pub(super) fn note_ended(&self, old: NodeRef<'_, K, V>, new: &[Carried]) {
        let before = old.get().entries();
        let len = self.indexes.len();
        let same = before.iter().zip(new).all(|(before, new)| before.is(new));
        if same && before.len() == len && new.len() == len {
            return;
        }
        let ended = self.ended(old, new);
        if !ended.is_empty() {
            old.get().note_ended(ended);
        }
    }

    fn ended(&self, old: NodeRef<'_, K, V>, new: &[Carried]) -> Vec<Carried> {
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
            self.plan.note_ended(old, self.all());
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
