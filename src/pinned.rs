//! [`Pinned`]: one pin for a batch of reads.

use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};

use equivalent::Equivalent;

use crate::collection::Collection;
use crate::error::IndexError;
use crate::iter::Iter;
use crate::key::{Key, Value};
use crate::limits::LOOK_AHEAD;
use crate::protocol::views::Lease;
use crate::protocol::walk::Instant;
use crate::query::IndexView;
use crate::reclaim::ReadPin;
use crate::reference::Ref;
use crate::view::View;

/// A collection, and a pin that its reads share.
///
/// `get` and `contains` answer as of now; `iter` and `view` as of the moment when they are called.
/// Everything found is good for as long as this lives, and nothing that is replaced or removed
/// meanwhile, in any collection, is freed: hold it for a batch, not for a request that waits. Other
/// calls to a collection are cheaper under it, too.
///
/// Not `Send`, since a pin belongs to its thread: the collector asks each thread what it may be
/// looking at.
///
/// ```compile_fail,E0277
/// let stock: folio::Collection<&str, u32> = [("apples", 3)].into_iter().collect();
/// let pinned = stock.pin();
/// std::thread::scope(|threads| {
///     threads.spawn(move || pinned.contains("apples"));
/// });
/// ```
pub struct Pinned<'c, K: Key, V: Value, S = RandomState> {
    collection: &'c Collection<K, V, S>,
    pin: ReadPin,
}

impl<'c, K: Key, V: Value, S> Pinned<'c, K, V, S> {
    pub(crate) fn new(collection: &'c Collection<K, V, S>) -> Self {
        Self { collection, pin: ReadPin::new() }
    }
}

impl<K: Key, V: Value, S: BuildHasher> Pinned<'_, K, V, S> {
    /// Finds a document as it is now.
    ///
    /// # Concurrency
    ///
    /// As [`Collection::get`], but the pin is there already.
    #[inline(always)]
    pub fn get<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<Ref<'_, K, V>> {
        let hash = self.collection.hash_of(key);
        let rooms = &*self.collection.rooms;
        rooms.get(hash, |found| key.equivalent(found), &self.pin).map(Ref::borrowed)
    }

    /// Whether there is a document under this key now.
    ///
    /// # Concurrency
    ///
    /// As [`get`](Self::get).
    pub fn contains<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> bool {
        self.get(key).is_some()
    }

    /// Finds many documents, each as of its own moment, in the order of the keys.
    ///
    /// Looks some keys ahead, so that their cache misses overlap.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in one instant for each key, which may come before its item is asked for.
    /// * **Progress**: as [`get`](Self::get), each key.
    /// * **Memory**: what the pin keeps.
    pub fn get_many<'q, Q: Hash + Equivalent<K> + ?Sized + 'q>(
        &self,
        keys: impl IntoIterator<Item = &'q Q>,
    ) -> impl Iterator<Item = Option<Ref<'_, K, V>>> {
        let rooms = &*self.collection.rooms;
        let mut keys = keys.into_iter();
        let mut ready = [const { None }; LOOK_AHEAD];
        let mut filled = 0;
        let mut next = 0;
        std::iter::from_fn(move || {
            if next == filled {
                let mut found = [None; LOOK_AHEAD];
                (filled, next) = (0, 0);
                for key in keys.by_ref().take(LOOK_AHEAD) {
                    let hash = self.collection.hash_of(key);
                    found[filled] = rooms.find(hash, |other| key.equivalent(other), &self.pin);
                    filled += 1;
                }
                for (place, address) in ready.iter_mut().zip(found).take(filled) {
                    *place = address.and_then(|at| rooms.current(at.handle(), &self.pin));
                }
            }
            let document = (next < filled).then(|| ready[next].take());
            next += 1;
            document.map(|node| node.map(Ref::borrowed))
        })
    }

    /// An index, as of this instant: all of its answers are about it.
    ///
    /// # Errors
    ///
    /// [`IndexError::NotFound`].
    pub fn index(&self, name: &str) -> Result<IndexView<'_, K, V>, IndexError> {
        let rooms = &*self.collection.rooms;
        let instant = rooms.instant(&self.pin).map(|now| Instant::Pin(now, &self.pin));
        // I8: found after the instant's revision was read.
        let core = rooms.catalog.find(name);
        let core = core.ok_or_else(|| IndexError::NotFound { index: name.into() })?;
        Ok(IndexView::new(rooms, core, instant, rooms.catalog.youngest()))
    }

    /// Walks over all documents of this instant, each once, in no promised order.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in one instant of this call.
    /// * **Progress**: O(1) for each place of the collection to walk, and a hop for each write to a
    ///   document since.
    /// * **Memory**: what the pin keeps; no view is opened.
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter::of_pin(&self.collection.rooms, &self.pin)
    }
}

impl<K: Key, V: Value, S: BuildHasher + Clone> Pinned<'_, K, V, S> {
    /// A view of this instant, which may outlive the pin.
    ///
    /// # Concurrency
    ///
    /// As [`Collection::view`].
    pub fn view(&self) -> View<K, V, S> {
        let rooms = &self.collection.rooms;
        let lease = rooms.instant(&self.pin);
        let lease = lease.map(|now| Lease::keep(&rooms.timeline, now, &self.pin));
        View::of_lease(rooms, lease, self.collection.hasher.clone())
    }
}

impl<'p, K: Key, V: Value, S: BuildHasher> IntoIterator for &'p Pinned<'_, K, V, S> {
    type Item = Ref<'p, K, V>;
    type IntoIter = Iter<'p, K, V>;

    fn into_iter(self) -> Iter<'p, K, V> {
        self.iter()
    }
}

impl<K: Key, V: Value, S> fmt::Debug for Pinned<'_, K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pinned").field("collection", self.collection).finish_non_exhaustive()
    }
}
