//! [`Reader`]: a handle that only reads.

use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};

use equivalent::Equivalent;

use crate::collection::Collection;
use crate::cursor::Cursor;
use crate::error::{IndexError, ReadError};
use crate::iter::Iter;
use crate::key::{Key, Value};
use crate::pinned::Pinned;
use crate::query::Index;
use crate::reference::Ref;
use crate::stats::Stats;
use crate::stream::Stream;
use crate::sync::Arc;
use crate::view::View;

/// A handle of a collection that only reads: for code that has no business with the rest.
///
/// Made by [`Collection::reader`]. It has every verb of a [`Collection`] that reads, and each does
/// what it does there; none that writes, closes, cleans up or creates. It keeps the collection
/// open, as every handle.
///
/// # Examples
///
/// ```
/// use folio::{Collection, Reader};
///
/// fn report(stock: &Reader<String, u32>) -> u32 {
///     stock.view().values().sum()
/// }
///
/// let stock: Collection<String, u32> = Collection::new();
/// stock.set("apples".into(), 3)?;
/// assert_eq!(report(&stock.reader()), 3);
/// # Ok::<(), folio::Error>(())
/// ```
pub struct Reader<K: Key, V: Value, S = RandomState> {
    collection: Collection<K, V, S>,
}

impl<K: Key, V: Value, S> Reader<K, V, S> {
    pub(crate) fn new(collection: Collection<K, V, S>) -> Self {
        Self { collection }
    }

    /// As [`Collection::name`].
    pub fn name(&self) -> &str {
        self.collection.name()
    }

    /// As [`Collection::is_closed`].
    pub fn is_closed(&self) -> bool {
        self.collection.is_closed()
    }

    /// As [`Collection::stats`].
    pub fn stats(&self) -> Stats {
        self.collection.stats()
    }

    /// As [`Collection::index`].
    ///
    /// # Errors
    ///
    /// [`IndexError::NotFound`]; [`IndexError::Closed`].
    pub fn index(&self, name: &str) -> Result<Index<K, V>, IndexError> {
        self.collection.index(name)
    }

    /// As [`Collection::indexes`].
    pub fn indexes(&self) -> Vec<Arc<str>> {
        self.collection.indexes()
    }
}

impl<K: Key, V: Value, S: BuildHasher> Reader<K, V, S> {
    /// As [`Collection::get`].
    #[inline]
    pub fn get<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<Ref<'_, K, V>> {
        self.collection.get(key)
    }

    /// As [`Collection::get_cloned`].
    pub fn get_cloned<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<V>
    where
        V: Clone,
    {
        self.collection.get_cloned(key)
    }

    /// As [`Collection::try_get`].
    ///
    /// # Errors
    ///
    /// [`ReadError::NotFound`], [`ReadError::Closed`].
    pub fn try_get<Q>(&self, key: &Q) -> Result<Ref<'_, K, V>, ReadError>
    where
        Q: Hash + Equivalent<K> + fmt::Debug + ?Sized,
    {
        self.collection.try_get(key)
    }

    /// As [`Collection::contains`].
    pub fn contains<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> bool {
        self.collection.contains(key)
    }

    /// As [`Collection::len`].
    pub fn len(&self) -> usize {
        self.collection.len()
    }

    /// As [`Collection::is_empty`].
    pub fn is_empty(&self) -> bool {
        self.collection.is_empty()
    }

    /// As [`Collection::pin`].
    pub fn pin(&self) -> Pinned<'_, K, V, S> {
        self.collection.pin()
    }

    /// As [`Collection::iter`].
    pub fn iter(&self) -> Iter<'_, K, V> {
        self.collection.iter()
    }

    /// As [`Collection::stream`].
    pub fn stream(&self, prefetch: usize) -> Stream<K, V> {
        self.collection.stream(prefetch)
    }

    /// As [`Collection::cursor`].
    pub fn cursor(&self) -> Cursor<K, V> {
        self.collection.cursor()
    }
}

impl<K: Key, V: Value, S: BuildHasher + Clone> Reader<K, V, S> {
    /// As [`Collection::view`].
    pub fn view(&self) -> View<K, V, S> {
        self.collection.view()
    }
}

impl<'r, K: Key, V: Value, S: BuildHasher> IntoIterator for &'r Reader<K, V, S> {
    type Item = Ref<'r, K, V>;
    type IntoIter = Iter<'r, K, V>;

    fn into_iter(self) -> Iter<'r, K, V> {
        self.iter()
    }
}

impl<K: Key, V: Value, S: Clone> Clone for Reader<K, V, S> {
    fn clone(&self) -> Self {
        Self::new(self.collection.clone())
    }
}

impl<K: Key, V: Value, S> fmt::Debug for Reader<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Reader").field(&self.collection).finish()
    }
}
