//! The **plan** of a write: the entries that its snapshot has to have.

use crate::catalog::keys::Keys;
use crate::catalog::{Catalog, IndexCore};
use crate::protocol::draft::Draft;
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

    /// I7: puts the entries in that the snapshot to be replaced does not carry already, and gives
    /// the draft what it has to carry. If it is not published, `withdraw` follows.
    #[inline]
    pub(crate) fn enter(
        &self,
        old: Option<NodeRef<'_, K, V>>,
        draft: &mut Draft<K, V>,
        address: Address<K, V>,
    ) {
        let before = old.map_or(&[][..], |old| old.get().entries());
        if !self.is_idle(before) {
            draft.carry(if self.is_carried(before) {
                // As most often.
                old.map(|old| old.get().share_entries()).unwrap_or_default()
            } else {
                self.put_in(old, before, address)
            });
        }
    }

    /// Takes out again what was put in for a draft that was to replace `old`, and was not
    /// published.
    pub(crate) fn withdraw(&self, old: Option<NodeRef<'_, K, V>>, draft: &Draft<K, V>) {
        let drawn = draft.node().drawn();
        if old.is_some_and(|old| old.get().drawn() == drawn) {
            // Shared with `old`: nothing was put in.
            return;
        }
        let carried = draft.node().entries().iter();
        for entry in carried.filter(|entry| drawn.is_of_now(entry.place.tag)) {
            self.catalog.take_out(entry, self.pin);
        }
    }

    /// Whether these are the entries that the new snapshot has to have.
    fn is_carried(&self, before: &[Carried]) -> bool {
        let mut keys = self.keys();
        before.iter().all(|entry| keys.next().is_some_and(|key| is(entry, key)))
            && keys.next().is_none()
    }

    /// Puts in what `old` does not carry. Returns what its successor has to.
    fn put_in(
        &self,
        old: Option<NodeRef<'_, K, V>>,
        before: &[Carried],
        address: Address<K, V>,
    ) -> (Option<Arc<[Carried]>>, Drawn) {
        if self.keys().next().is_none() {
            return Default::default();
        }
        let drawn = self.catalog.tags.draw(self.indexes.len());
        let carry = |(nth, (index, key)): (usize, (&IndexCore<K, V>, &[u8]))| {
            let same = before.iter().find(|entry| is(entry, (index, key)));
            let place = same.map(|entry| entry.place.clone());
            let place = place.or_else(|| index.place_to_keep(old?, key, address, self.pin));
            let place = place.unwrap_or_else(|| Place::new(key, drawn.tag(nth)));
            Carried { index: index.number, place }
        };
        let carried: Arc<[_]> = self.keys().enumerate().map(carry).collect();
        for ((index, _), entry) in self.keys().zip(&*carried) {
            if drawn.is_of_now(entry.place.tag) {
                index.entries.put(entry.place.clone(), address, self.pin);
            }
        }
        (Some(carried), drawn)
    }

    /// I7: notes the entries that `old` had and `new`, which replaced it, does not carry; also
    /// those of an index that this writer has not heard of. Only the retirer of `old` calls this.
    #[inline]
    pub(crate) fn note_ended(&self, old: NodeRef<'_, K, V>, new: &[Carried]) {
        let before = old.get().entries();
        if !self.is_idle(before) && !self.is_same(before, new) {
            old.get().note_ended(self.ended(old, new));
        }
    }

    /// Whether there is nothing to enter and nothing to end, as without any index.
    #[inline]
    fn is_idle(&self, before: &[Carried]) -> bool {
        before.is_empty() && self.indexes.is_empty()
    }

    /// Whether both carry the same, in every index.
    fn is_same(&self, before: &[Carried], new: &[Carried]) -> bool {
        let all = self.indexes.len();
        before.len() == all && new.len() == all && before.iter().zip(new).all(|(a, b)| a.is(b))
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

/// Whether it is the entry of this key.
fn is<K, V>(entry: &Carried, (index, key): (&IndexCore<K, V>, &[u8])) -> bool {
    entry.index == index.number && entry.place.key.as_slice() == key
}
