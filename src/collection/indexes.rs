//! The verbs that create, find and drop indexes.

use crate::catalog::Trouble;
use crate::collection::Collection;
use crate::error::IndexError;
use crate::index::IndexSpec;
use crate::key::{Key, Value};
use crate::query::Index;
use crate::sync::Arc;
use crate::trace;

impl<K: Key, V: Value, S> Collection<K, V, S> {
    /// Adds an index, which lists the documents that are there and every one that is written from
    /// now on.
    ///
    /// Returns when the index is complete; at once if this thread holds a [`Ref`](crate::Ref) or a
    /// [`Pinned`](crate::Pinned), because the build would wait for that, which later writes and
    /// [`maintain`](Self::maintain) then go on with. Until an index is complete its answers are the
    /// same, by looking at every document.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in one instant, from which on each write enters its document.
    /// * **Progress**: O(n log n), without stopping anybody. Waits for whoever is creating or
    ///   dropping an index of this collection, and for the pins and `Ref`s that other threads hold.
    /// * **Memory**: for each document the key, once in the index and once with the snapshot, and
    ///   some 90 bytes.
    ///
    /// # Errors
    ///
    /// [`IndexError::Exists`], [`IndexError::Empty`] for one without a field,
    /// [`IndexError::Closed`].
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "json")] {
    /// use folio::{Collection, Document, doc, fields};
    ///
    /// let quakes: Collection<u32, Document> = Collection::new();
    /// quakes.set(1, doc! { "mag": 4.5, "place": { "country": "NL" } })?;
    /// quakes.set(2, doc! { "mag": 6, "place": { "country": "JP" } })?;
    ///
    /// let strength = quakes.create_index("strength", fields(["mag"]))?;
    /// assert_eq!(strength.range(5..).count(), 1);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn create_index(&self, name: &str, by: IndexSpec<V>) -> Result<Index<K, V>, IndexError> {
        if self.is_closed() {
            return Err(IndexError::Closed);
        }
        let index: Arc<str> = name.into();
        if by.is_empty() {
            return Err(IndexError::Empty { index });
        }
        let create = || self.rooms.create_index(name, by.into_extract());
        let created = trace::building(self.name(), name, create);
        let core = created.map_err(|trouble| error(trouble, index))?;
        Ok(Index::new(&self.rooms, &self.title, core))
    }

    /// Drops an index. Its name may be used again at once.
    ///
    /// Handles of it find nothing from now on; views of it that were made before go on.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in one instant.
    /// * **Progress**: waits for whoever is creating or dropping an index of this collection.
    /// * **Memory**: gives the entries back when nobody looks at them any more: no handle or view
    ///   of the index, and no pin.
    ///
    /// # Errors
    ///
    /// [`IndexError::NotFound`].
    pub fn drop_index(&self, name: &str) -> Result<(), IndexError> {
        self.rooms.catalog.remove(name).map_err(|trouble| error(trouble, name.into()))
    }

    /// Finds an index by its name. O(indexes).
    ///
    /// # Errors
    ///
    /// [`IndexError::NotFound`]; [`IndexError::Closed`].
    pub fn index(&self, name: &str) -> Result<Index<K, V>, IndexError> {
        if self.is_closed() {
            return Err(IndexError::Closed);
        }
        let found = self.rooms.catalog.find(name);
        let core = found.ok_or_else(|| IndexError::NotFound { index: name.into() })?;
        Ok(Index::new(&self.rooms, &self.title, core))
    }

    /// The names of the indexes, in the order in which they were created.
    pub fn indexes(&self) -> Vec<Arc<str>> {
        self.rooms.catalog.names()
    }
}

fn error(trouble: Trouble, index: Arc<str>) -> IndexError {
    match trouble {
        Trouble::Exists => IndexError::Exists { index },
        Trouble::NotFound => IndexError::NotFound { index },
    }
}
