//! The verbs that read.

use std::fmt;
use std::hash::{BuildHasher, Hash};

use equivalent::Equivalent;

use crate::collection::Collection;
use crate::cursor::Cursor;
use crate::error::{ReadError, key_text};
use crate::iter::Iter;
use crate::key::{Key, Value};
use crate::pinned::Pinned;
use crate::protocol::held::Held;
use crate::reference::Ref;
use crate::stream::Stream;
use crate::sync::Arc;
use crate::view::View;

impl<K: Key, V: Value, S: BuildHasher + Clone> Collection<K, V, S> {
    /// Finds a document as it is now.
    ///
    /// `None` if the key is absent, and once the collection is closed.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in one instant between call and return.
    /// * **Progress**: waits for nobody; allocates nothing after a thread's first call.
    /// * **Memory**: the document, and whatever is replaced or removed meanwhile, stays for as long
    ///   as the [`Ref`].
    #[inline]
    pub fn get<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<Ref<'_, K, V>> {
        let hash = self.hash_of(key);
        let held = Held::pinned(&*self.rooms, |rooms, pin| {
            rooms.get(hash, |found| key.equivalent(found), pin)
        });
        held.map(Ref::new)
    }

    /// Finds a document and copies its value out.
    pub fn get_cloned<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<V>
    where
        V: Clone,
    {
        // Cloned from an owner: the user's `clone` runs without a pin.
        let found = self.get(key)?.snapshot();
        Some(found.value().clone())
    }

    /// Finds a document, or says why not.
    ///
    /// # Errors
    ///
    /// [`ReadError::NotFound`] names the key (this is when it allocates), [`ReadError::Closed`].
    pub fn try_get<Q>(&self, key: &Q) -> Result<Ref<'_, K, V>, ReadError>
    where
        Q: Hash + Equivalent<K> + fmt::Debug + ?Sized,
    {
        self.get(key).ok_or_else(|| {
            let collection = Arc::clone(&self.title.name);
            if self.is_closed() {
                return ReadError::Closed { collection };
            }
            ReadError::NotFound { collection, key: key_text(&key) }
        })
    }

    /// Whether there is a document under this key now.
    pub fn contains<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> bool {
        self.get(key).is_some()
    }

    /// How many documents there are: exact when nobody writes.
    pub fn len(&self) -> usize {
        if self.is_closed() { 0 } else { self.rooms.limbo.live() }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Pins the current thread once for a batch of reads.
    ///
    /// # Examples
    ///
    /// ```
    /// let stock: folio::Collection<String, u32> =
    ///     [("apples".to_string(), 3), ("pears".to_string(), 4)].into_iter().collect();
    /// let pin = stock.pin();
    /// let sum: u32 = pin.get_many(["apples", "pears", "plums"]).flatten().map(|n| *n).sum();
    /// assert_eq!(sum, 7);
    /// ```
    pub fn pin(&self) -> Pinned<'_, K, V, S> {
        Pinned::new(self)
    }

    /// Walks over all documents of this instant, each once, in no promised order.
    ///
    /// Nothing is pinned between two items. A view is open for as long as the iterator or one of
    /// its items lives.
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter::of_collection(&self.rooms)
    }

    /// Opens a view of this instant: every answer repeatable for as long as it is held.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in one instant between call and return: a consistent cut over all keys.
    /// * **Progress**: lock-free, O(1); waits for nobody.
    /// * **Memory**: whatever is replaced or removed while it is open stays until it is dropped;
    ///   counted in [`stats`](Self::stats).
    pub fn view(&self) -> View<K, V, S> {
        View::open(&self.rooms, self.hasher.clone())
    }

    /// Streams owned documents of this instant, reading up to `prefetch` of them ahead.
    pub fn stream(&self, prefetch: usize) -> Stream<K, V> {
        Stream::new(View::open(&self.rooms, ()), prefetch)
    }

    /// A cursor over the documents of this instant in key order. O(n log n) now.
    pub fn cursor(&self) -> Cursor<K, V> {
        Cursor::sorted(self.stream(0))
    }
}

impl<'c, K: Key, V: Value, S: BuildHasher + Clone> IntoIterator for &'c Collection<K, V, S> {
    type Item = Ref<'c, K, V>;
    type IntoIter = Iter<'c, K, V>;

    fn into_iter(self) -> Iter<'c, K, V> {
        self.iter()
    }
}
