//! The verbs that write a value, or remove one.

use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::iter;

use equivalent::Equivalent;

use crate::collection::Collection;
use crate::collection::terms::Terms;
use crate::commit::{ByQuery, Expect, Refusal};
use crate::error::{Rejected, WriteError};
use crate::key::{GenerateKey, Key, Value};
use crate::limits::REMOVED_AT_ONCE;
use crate::outcome::{Outcome, Revision};
use crate::protocol::cause::Cause;
use crate::reference::Snapshot;
use crate::view::View;

impl<K: Key, V: Value, S: BuildHasher> Collection<K, V, S> {
    /// Stores a new document under a generated key, and returns the key.
    ///
    /// # Concurrency
    ///
    /// As [`create`](Self::create). Making a [`Uuid`](uuid::Uuid) takes no lock.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create); the value comes back.
    ///
    /// # Examples
    ///
    /// ```
    /// use uuid::Uuid;
    ///
    /// let notes: folio::Collection<Uuid, String> = folio::Collection::new();
    /// let first = notes.insert("buy tea".into())?;
    /// let second = notes.insert("drink it".into())?;
    /// assert!(first < second); // they rise within a thread
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn insert(&self, value: V) -> Result<K, Rejected<V>>
    where
        K: GenerateKey,
    {
        let key = K::generate();
        match self.create(key.clone(), value) {
            Ok(_) => Ok(key),
            Err(Rejected { given: (copy, given), reason }) => {
                // Here, and not on the way out: see `compute`.
                drop((copy, key));
                Err(Rejected { given, reason })
            }
        }
    }

    /// Stores a new document.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in one instant. Of two that create the same key one is refused.
    /// * **Progress**: as [`set`](Self::set) with a new key.
    /// * **Memory**: the document and its key stay until it is removed, and nobody needs it.
    ///
    /// # Errors
    ///
    /// [`WriteError::AlreadyExists`], [`WriteError::Invalid`], [`WriteError::TooDeep`],
    /// [`WriteError::OverCapacity`], [`WriteError::QuotaExceeded`], [`WriteError::Closed`]; key and
    /// value come back.
    pub fn create(&self, key: K, value: V) -> Result<Outcome, Rejected<(K, V)>> {
        self.put_key(key, value, Expect::Absent, &Terms::default())
    }

    /// Stores a document, whether or not there was one.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in one instant: a reader finds the old document or the new one.
    /// * **Progress**: lock-free over an existing key. A new key, or one just removed, may wait for
    ///   the lock of the table's bucket, held for a few instructions (by a thread that may be
    ///   suspended there); the write that makes the table grow moves it. The write that retires a
    ///   shard's 64th snapshot cleans up afterwards: it frees up to 512 of them, and waits for a
    ///   bucket lock for each removed key among them.
    /// * **Memory**: the old document is freed some writes later, when no pin and no view is older.
    ///
    /// # Errors
    ///
    /// [`WriteError::Invalid`], [`WriteError::TooDeep`], [`WriteError::OverCapacity`],
    /// [`WriteError::QuotaExceeded`], [`WriteError::Closed`]; key and value come back.
    ///
    /// # Examples
    ///
    /// ```
    /// let stock: folio::Collection<String, u32> = folio::Collection::new();
    /// let created = stock.set("apples".into(), 3)?;
    /// let updated = stock.set("apples".into(), 2)?;
    /// assert!(created.is_created() && !updated.is_created());
    /// assert_eq!(updated.version().get(), 2);
    /// assert!(updated.revision() > created.revision());
    /// # Ok::<(), folio::Error>(())
    /// ```
    #[inline]
    pub fn set(&self, key: K, value: V) -> Result<Outcome, Rejected<(K, V)>> {
        self.put_key(key, value, Expect::Anything, &Terms::default())
    }

    /// Stores many documents; other keys stay as they are.
    ///
    /// They are written in key order, each a write of its own (a view may see a part of them), and
    /// told in that order, with nothing between but what others commit meanwhile. Of a key that
    /// comes twice the last value counts. The outcomes are in key order.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in as many instants as there are keys, smallest first.
    /// * **Progress**: each as [`set`](Self::set).
    /// * **Memory**: as `set`.
    ///
    /// # Errors
    ///
    /// If one of them is invalid or too deep, or the quota of the namespace has no room for all,
    /// nothing is written, and all of it comes back. If the collection is closed half-way, or a
    /// document is heavier than all that may be there, what was not written comes back.
    ///
    /// # Examples
    ///
    /// ```
    /// let stock: folio::Collection<&str, u32> = [("pears", 1)].into_iter().collect();
    /// let outcomes = stock.set_many([("pears", 4), ("apples", 3), ("pears", 5)])?;
    /// assert!(outcomes[0].is_created() && !outcomes[1].is_created());
    /// assert_eq!(stock.get_cloned("pears"), Some(5));
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn set_many(
        &self,
        items: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Vec<Outcome>, Rejected<Vec<(K, V)>>> {
        let mut items: Vec<(K, V)> = items.into_iter().collect();
        if let Some(reason) = items.iter().find_map(|(key, value)| self.admit(key, value).err()) {
            return Err(Rejected { given: items, reason });
        }
        // Stable, so the last of equal keys is the last of its run: kept by going backwards.
        items.sort_by(|a, b| b.0.cmp(&a.0));
        items.reverse();
        items.dedup_by(|earlier, later| earlier.0 == later.0);
        let prepaid = match self.prepay(&items) {
            Ok(prepaid) => prepaid,
            Err(reason) => return Err(Rejected { given: items, reason }),
        };
        let mut outcomes = Vec::with_capacity(items.len());
        let mut items = items.into_iter();
        while let Some((key, value)) = items.next() {
            match self.put_admitted(key, value, Expect::Anything, &prepaid.terms) {
                Ok(outcome) => outcomes.push(outcome),
                Err(Rejected { given, reason }) => {
                    let given = iter::once(given).chain(items).collect();
                    return Err(Rejected { given, reason });
                }
            }
        }
        Ok(outcomes)
    }

    /// Stores a document in place of the one that is there: the whole of it, never a merge.
    ///
    /// # Concurrency
    ///
    /// As [`set`](Self::set) over an existing key.
    ///
    /// # Errors
    ///
    /// [`WriteError::NotFound`] if there is none, [`WriteError::Invalid`],
    /// [`WriteError::TooDeep`], [`WriteError::OverCapacity`], [`WriteError::QuotaExceeded`],
    /// [`WriteError::Closed`]; the value comes back.
    pub fn replace<Q>(&self, key: &Q, value: V) -> Result<Outcome, Rejected<V>>
    where
        Q: Hash + Equivalent<K> + fmt::Debug + ?Sized,
    {
        self.put_query(key, value, Expect::Present)
    }

    /// Stores a document unless it has changed since the caller saw it.
    ///
    /// `seen` is a *revision*: those never repeat, while a version starts again at 1 when a
    /// removed key is created anew.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in one instant, in which the document was at `seen`, or not at all.
    /// * **Progress**: as [`set`](Self::set) over an existing key; it does not start over on your
    ///   behalf.
    /// * **Memory**: as `set`.
    ///
    /// # Errors
    ///
    /// [`WriteError::Conflict`] with the revision that is there instead, or `None` if there is no
    /// document; [`WriteError::Invalid`], [`WriteError::TooDeep`], [`WriteError::OverCapacity`],
    /// [`WriteError::QuotaExceeded`], [`WriteError::Closed`]. The value comes back.
    ///
    /// # Examples
    ///
    /// ```
    /// let stock: folio::Collection<&str, u32> = [("apples", 3)].into_iter().collect();
    /// let seen = stock.get("apples").ok_or("gone")?.revision();
    /// stock.set("apples", 4)?;
    ///
    /// let refused = stock.compare_and_set("apples", seen, 2).unwrap_err();
    /// assert_eq!((refused.given, stock.get_cloned("apples")), (2, Some(4)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn compare_and_set<Q>(
        &self,
        key: &Q,
        seen: Revision,
        value: V,
    ) -> Result<Outcome, Rejected<V>>
    where
        Q: Hash + Equivalent<K> + fmt::Debug + ?Sized,
    {
        self.put_query(key, value, Expect::Revision(seen.get()))
    }

    /// Removes a document, and returns it; `None` if there was none.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in one instant. Of two that remove the same document one gets it.
    /// * **Progress**: lock-free, and the cleaning of [`set`](Self::set).
    /// * **Memory**: the key stays until a later write, or [`maintain`](Self::maintain), has taken
    ///   it out of the table; the document for as long as the returned snapshot.
    ///
    /// # Errors
    ///
    /// [`WriteError::Closed`].
    ///
    /// # Examples
    ///
    /// ```
    /// let stock: folio::Collection<&str, u32> = [("apples", 3)].into_iter().collect();
    /// let last = stock.remove("apples")?.ok_or("was never there")?;
    /// assert_eq!((*last, stock.remove("apples")?.is_none()), (3, true));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn remove<Q>(&self, key: &Q) -> Result<Option<Snapshot<K, V>>, WriteError>
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        let mut target = ByQuery { hash: self.hash_of(key), query: key };
        match self.take(&mut target, Expect::Present) {
            Ok(removed) => Ok(removed),
            Err(Refusal::Closed) => Err(self.closed()),
            Err(_) => Ok(None),
        }
    }

    /// Removes a document unless it has changed since the caller saw it.
    ///
    /// # Concurrency
    ///
    /// As [`remove`](Self::remove); it does not start over on your behalf.
    ///
    /// # Errors
    ///
    /// [`WriteError::Conflict`] with the revision that is there instead, or `None` if there is no
    /// document; [`WriteError::Closed`].
    pub fn compare_and_remove<Q>(
        &self,
        key: &Q,
        seen: Revision,
    ) -> Result<Snapshot<K, V>, WriteError>
    where
        Q: Hash + Equivalent<K> + fmt::Debug + ?Sized,
    {
        let mut target = ByQuery { hash: self.hash_of(key), query: key };
        match self.take(&mut target, Expect::Revision(seen.get())) {
            Ok(Some(removed)) => Ok(removed),
            Ok(None) => Err(self.refusal(Refusal::Found(None), Expect::Revision(0), key)),
            Err(why) => Err(self.refusal(why, Expect::Revision(seen.get()), key)),
        }
    }

    /// Removes every document that is there now, and returns how many it removed.
    ///
    /// What is written after the call began stays.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in as many instants as there are documents: each is a removal of its own.
    /// * **Progress**: O(n), each as [`remove`](Self::remove).
    /// * **Memory**: a view is open meanwhile, so nothing is freed before the end.
    ///
    /// # Errors
    ///
    /// [`WriteError::Closed`].
    pub fn clear(&self) -> Result<usize, WriteError> {
        let (removed, instant) = self.remove_where(Cause::Cleared, |_, _| true)?;
        self.rooms.announce_cleared(removed, instant);
        Ok(removed)
    }

    /// Removes every document of this instant for which `keep` says no, and returns how many.
    ///
    /// What is written after the call began stays, whatever `keep` says of what was there before.
    /// `keep` runs without a lock or a pin, and may call the collection.
    ///
    /// # Concurrency
    ///
    /// As [`clear`](Self::clear).
    ///
    /// # Errors
    ///
    /// [`WriteError::Closed`].
    pub fn retain(&self, mut keep: impl FnMut(&K, &V) -> bool) -> Result<usize, WriteError> {
        let (removed, _) = self.remove_where(Cause::Deleted, |key, value| !keep(key, value))?;
        Ok(removed)
    }

    /// Says how many it removed, of those of which instant.
    fn remove_where(
        &self,
        cause: Cause,
        mut gone: impl FnMut(&K, &V) -> bool,
    ) -> Result<(usize, u64), WriteError> {
        if self.is_closed() {
            return Err(self.closed());
        }
        let instant = View::open(&self.rooms, ());
        let mut removed = 0;
        for document in instant.stream(REMOVED_AT_ONCE) {
            if !gone(document.key(), document.value()) {
                continue;
            }
            let node = document.node();
            let mut target = ByQuery { hash: node.address().hash(), query: document.key() };
            match self.take_for(cause, &mut target, Expect::Revision(node.revision())) {
                Ok(_) => removed += 1,
                Err(Refusal::Closed) => return Err(self.closed()),
                // Written or removed since this instant: no longer the one that was asked about.
                Err(_) => {}
            }
        }
        Ok((removed, instant.revision()))
    }
}
