//! [`Writer`]: a handle that only writes.

use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};

use equivalent::Equivalent;

use crate::collection::Collection;
use crate::error::{Rejected, WriteError};
use crate::key::{GenerateKey, Key, Value};
use crate::outcome::{Outcome, Revision};

/// A handle of a collection that only writes: for code that must not see what is there.
///
/// Made by [`Collection::writer`]. It has every verb of a [`Collection`] that writes without
/// showing a value; each does what it does there, but removals do not hand out what they removed.
/// It keeps the collection open, as every handle.
///
/// It tells whether a key exists, and its version and revision; in a collection with
/// [`unchanged_if`](crate::Builder::unchanged_if) also whether a value counts as equal to the one
/// that is there. Hooks are given what is there, as with every write.
///
/// # Examples
///
/// ```
/// use folio::{Collection, Writer};
///
/// fn sign_up(users: &Writer<String, String>) -> Result<(), folio::Error> {
///     users.create("ada".into(), "secret".into())?;
///     Ok(())
/// }
///
/// let users: Collection<String, String> = Collection::new();
/// let writer = users.writer();
/// sign_up(&writer)?;
/// assert!(sign_up(&writer).is_err());
/// assert!(writer.remove("ada")?);
/// assert!(!writer.remove("ada")?);
/// # Ok::<(), folio::Error>(())
/// ```
pub struct Writer<K: Key, V: Value, S = RandomState> {
    collection: Collection<K, V, S>,
}

impl<K: Key, V: Value, S> Writer<K, V, S> {
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
}

impl<K: Key, V: Value, S: BuildHasher> Writer<K, V, S> {
    /// As [`Collection::insert`].
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create); the value comes back.
    pub fn insert(&self, value: V) -> Result<K, Rejected<V>>
    where
        K: GenerateKey,
    {
        self.collection.insert(value)
    }

    /// As [`Collection::create`].
    ///
    /// # Errors
    ///
    /// As there; key and value come back.
    pub fn create(&self, key: K, value: V) -> Result<Outcome, Rejected<(K, V)>> {
        self.collection.create(key, value)
    }

    /// As [`Collection::set`].
    ///
    /// # Errors
    ///
    /// As there; key and value come back.
    pub fn set(&self, key: K, value: V) -> Result<Outcome, Rejected<(K, V)>> {
        self.collection.set(key, value)
    }

    /// As [`Collection::set_many`].
    ///
    /// # Errors
    ///
    /// As there; what was not written comes back.
    pub fn set_many(
        &self,
        items: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Vec<Outcome>, Rejected<Vec<(K, V)>>> {
        self.collection.set_many(items)
    }

    /// As [`Collection::replace`].
    ///
    /// # Errors
    ///
    /// As there; the value comes back.
    pub fn replace<Q>(&self, key: &Q, value: V) -> Result<Outcome, Rejected<V>>
    where
        Q: Hash + Equivalent<K> + fmt::Debug + ?Sized,
    {
        self.collection.replace(key, value)
    }

    /// As [`Collection::compare_and_set`].
    ///
    /// # Errors
    ///
    /// As there; the value comes back.
    pub fn compare_and_set<Q>(
        &self,
        key: &Q,
        seen: Revision,
        value: V,
    ) -> Result<Outcome, Rejected<V>>
    where
        Q: Hash + Equivalent<K> + fmt::Debug + ?Sized,
    {
        self.collection.compare_and_set(key, seen, value)
    }

    /// As [`Collection::compare_and_remove`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn compare_and_remove<Q>(&self, key: &Q, seen: Revision) -> Result<(), WriteError>
    where
        Q: Hash + Equivalent<K> + fmt::Debug + ?Sized,
    {
        self.collection.compare_and_remove(key, seen).map(drop)
    }

    /// As [`Collection::remove`]; says whether there was a document.
    ///
    /// # Errors
    ///
    /// [`WriteError::Closed`].
    pub fn remove<Q>(&self, key: &Q) -> Result<bool, WriteError>
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        self.collection.remove(key).map(|removed| removed.is_some())
    }

    /// As [`Collection::clear`].
    ///
    /// # Errors
    ///
    /// [`WriteError::Closed`].
    pub fn clear(&self) -> Result<usize, WriteError> {
        self.collection.clear()
    }
}

impl<K: Key, V: Value, S: Clone> Clone for Writer<K, V, S> {
    fn clone(&self) -> Self {
        Self::new(self.collection.clone())
    }
}

impl<K: Key, V: Value, S> fmt::Debug for Writer<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("name", &self.name()).finish_non_exhaustive()
    }
}
