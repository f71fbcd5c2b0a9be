//! Documents that do not go when a collection is full.

use std::hash::{BuildHasher, Hash};

use equivalent::Equivalent;

use crate::collection::Collection;
use crate::key::{Key, Value};

impl<K: Key, V: Value, S: BuildHasher> Collection<K, V, S> {
    /// Keeps a document from being chosen to make room, until it is removed or
    /// [`unprotect`](Self::unprotect)ed. Says whether there is such a document.
    ///
    /// It still ends at its deadline, and is removed by whoever removes it. Where everything is
    /// protected new documents are refused:
    /// [`WriteError::OverCapacity`](crate::WriteError::OverCapacity). A heavy one may have made
    /// others go before it turns out that what is protected leaves too little.
    ///
    /// # Concurrency
    ///
    /// As [`get`](Self::get), and the lock of whoever chooses: it may be chosen already. Where it
    /// is removed and written anew at the same time, the new one may be protected. The protected
    /// ones are passed one by one, while other writers wait: protect few.
    ///
    /// # Examples
    ///
    /// ```
    /// use folio::Collection;
    ///
    /// let pages: Collection<&str, u32> = Collection::builder().max_entries(2).build()?;
    /// pages.set("home", 1)?;
    /// assert!(pages.protect("home"));
    /// for page in ["a", "b", "c", "d"] {
    ///     pages.set(page, 2)?;
    /// }
    /// assert!(pages.contains("home") && pages.contains("d"));
    /// assert_eq!((pages.len(), pages.stats().evictions), (2, 3));
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn protect<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> bool {
        self.mark(key, true)
    }

    /// Lets a document go again. Says whether there is such a document.
    ///
    /// # Concurrency
    ///
    /// As [`protect`](Self::protect).
    pub fn unprotect<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> bool {
        self.mark(key, false)
    }

    fn mark<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q, protected: bool) -> bool {
        self.rooms.mark(self.hash_of(key), |found| key.equivalent(found), protected)
    }
}
