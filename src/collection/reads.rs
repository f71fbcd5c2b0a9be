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

impl<K: Key, V: Value, S: BuildHasher> Collection<K, V, S> {
    /// Finds a document as it is now.
    ///
    /// `None` if the key is absent, and once the collection is closed.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in one instant between call and return.
    /// * **Progress**: wait-free. While the table is being resized lock-free: the call moves a
    ///   piece of it along if nobody else is at it, and may have to look again. But for that, and
    ///   for a thread's first call, it allocates nothing.
    /// * **Memory**: the [`Ref`] is a pin. While it lives nothing that is replaced or removed, in
    ///   any collection, is freed.
    ///
    /// # Examples
    ///
    /// ```
    /// let stock: folio::Collection<String, u32> =
    ///     [("apples".to_string(), 3)].into_iter().collect();
    /// assert_eq!(stock.get("apples").map(|n| *n), Some(3)); // a `&str` finds a `String`
    /// assert!(stock.get("pears").is_none());
    /// ```
    #[inline(always)]
    pub fn get<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<Ref<'_, K, V>> {
        let hash = self.hash_of(key);
        let held = Held::pinned(&*self.rooms, |rooms, pin| {
            rooms.get(hash, |found| key.equivalent(found), pin)
        });
        held.map(Ref::new)
    }

    /// Finds a document and copies its value out.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in one instant, as [`get`](Self::get).
    /// * **Progress**: as `get`, then the value's `Clone`, which runs without a pin.
    /// * **Memory**: nothing stays. The document's counters are touched, and if it was replaced
    ///   while it was copied its destructor may run here.
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
    /// # Concurrency
    ///
    /// As [`get`](Self::get).
    ///
    /// # Errors
    ///
    /// [`ReadError::NotFound`] names the key (this is when it allocates), [`ReadError::Closed`].
    ///
    /// # Examples
    ///
    /// ```
    /// use folio::{Collection, ReadError};
    ///
    /// let stock: Collection<String, u32> = Collection::new();
    /// assert!(matches!(stock.try_get("apples"), Err(ReadError::NotFound { .. })));
    /// stock.close();
    /// assert!(matches!(stock.try_get("apples"), Err(ReadError::Closed { .. })));
    /// ```
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
    ///
    /// # Concurrency
    ///
    /// As [`get`](Self::get); nothing stays in memory because of it.
    pub fn contains<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> bool {
        self.get(key).is_some()
    }

    /// How many documents there are: exact when nobody writes. 0 once the collection is closed.
    ///
    /// What is over does not count: it is removed first.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in no one instant: adds up a counter for each shard. The
    ///   [`len`](View::len) of a view is exact.
    /// * **Progress**: wait-free, O(1), unless a deadline has passed. Then as
    ///   [`purge_expired`](Self::purge_expired): O(log n) for each document that is over, with
    ///   short locks, functions of [`on_change`](Self::on_change), and destructors.
    /// * **Memory**: nothing stays; what it removes is given back.
    pub fn len(&self) -> usize {
        self.rooms.len()
    }

    /// Whether there are none: as [`len`](Self::len).
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Pins the current thread once for a batch of reads.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** at once; each read under it is an instant of its own.
    /// * **Progress**: wait-free, and the reads under it as [`get`](Self::get).
    /// * **Memory**: while it lives nothing that is replaced or removed, in any collection, is
    ///   freed.
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
    /// # Concurrency
    ///
    /// * **Takes effect** in one instant of this call: what is written later is not met.
    /// * **Progress**: lock-free to open; O(1) for each place of the collection to walk, and a hop
    ///   for each write to a document since. Nothing is pinned between two items.
    /// * **Memory**: a view is open for as long as the iterator or one of its items lives.
    ///
    /// # Examples
    ///
    /// ```
    /// let stock: folio::Collection<&str, u32> =
    ///     [("apples", 3), ("pears", 4)].into_iter().collect();
    /// for fruit in &stock {
    ///     stock.set(*fruit.key(), *fruit * 2)?; // not met again
    /// }
    /// assert_eq!(stock.iter().map(|fruit| *fruit).sum::<u32>(), 14);
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter::of_collection(&self.rooms)
    }

    /// Streams owned documents of this instant, reading up to `prefetch` of them ahead.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in one instant of this call: exactly its documents, each once.
    /// * **Progress**: as [`iter`](Self::iter).
    /// * **Memory**: a view is open for as long as the stream lives.
    ///
    /// # Examples
    ///
    /// ```
    /// let stock: folio::Collection<u32, String> = (0..100).map(|n| (n, n.to_string())).collect();
    /// let stream = stock.stream(16);
    /// stock.clear()?;
    /// let elsewhere = std::thread::spawn(move || stream.map(|text| text.len()).sum::<usize>());
    /// assert_eq!(elsewhere.join().unwrap(), 10 + 90 * 2);
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn stream(&self, prefetch: usize) -> Stream<K, V> {
        Stream::new(View::open(&self.rooms, ()), prefetch)
    }

    /// A cursor over the documents of this instant in key order. O(n log n) now.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in one instant of this call.
    /// * **Progress**: as [`iter`](Self::iter), then a sort by the key's `Ord`.
    /// * **Memory**: the cursor owns its documents one by one; no view stays open.
    pub fn cursor(&self) -> Cursor<K, V> {
        Cursor::sorted(self.stream(0))
    }
}

impl<K: Key, V: Value, S: BuildHasher + Clone> Collection<K, V, S> {
    /// Opens a view of this instant: every answer repeatable for as long as it is held.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in one instant between call and return: a consistent cut over all keys.
    /// * **Progress**: lock-free, O(1). Allocates one small thing, and slots when more views are
    ///   open than ever before.
    /// * **Memory**: whatever is replaced or removed while it is open stays until it is dropped;
    ///   counted in [`stats`](Self::stats).
    pub fn view(&self) -> View<K, V, S> {
        View::open(&self.rooms, self.hasher.clone())
    }
}

impl<'c, K: Key, V: Value, S: BuildHasher> IntoIterator for &'c Collection<K, V, S> {
    type Item = Ref<'c, K, V>;
    type IntoIter = Iter<'c, K, V>;

    fn into_iter(self) -> Iter<'c, K, V> {
        self.iter()
    }
}
