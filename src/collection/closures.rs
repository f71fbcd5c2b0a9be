//! The verbs that write what a closure makes of the document that is there.
//!
//! The closure runs without a lock or a pin: it may take its time, call the collection, and panic.
//! What it is shown is owned meanwhile. If another writer was first, it runs again.

use std::convert::Infallible;
use std::fmt;
use std::hash::{BuildHasher, Hash};

use equivalent::Equivalent;

use crate::change::{Change, Computed};
use crate::collection::Collection;
use crate::collection::put::outcome_of;
use crate::commit::{ByKey, ByQuery, Expect, Published, Refusal, Target};
use crate::error::{UpdateError, WriteError, key_text};
use crate::key::{Key, Value};
use crate::limits::ATTEMPTS_MAX;
use crate::outcome::{Op, Outcome, Revision};
use crate::reference::Snapshot;
use crate::sync::Arc;

impl<K: Key, V: Value, S: BuildHasher> Collection<K, V, S> {
    /// Replaces a document by what `f` makes of it; nobody's update is lost.
    ///
    /// `f` runs again if another write of the key came between. A deadline that the document has
    /// for itself stays, as with every verb that takes a closure.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in one instant, in which the document was what `f` was shown.
    /// * **Progress**: lock-free: whenever it starts over somebody else's write got through. Then
    ///   as [`set`](Self::set) over an existing key. `f` runs without a lock or a pin.
    /// * **Memory**: the documents before and after stay for as long as the returned [`Change`].
    ///
    /// # Errors
    ///
    /// [`WriteError::NotFound`], [`WriteError::Invalid`], [`WriteError::TooDeep`],
    /// [`WriteError::OverCapacity`], [`WriteError::QuotaExceeded`], [`WriteError::Closed`];
    /// [`WriteError::Conflict`] after 100,000 attempts in a row, which means that `f` itself writes
    /// the key.
    ///
    /// # Examples
    ///
    /// ```
    /// let hits: folio::Collection<String, u64> = [("home".to_string(), 0)].into_iter().collect();
    /// std::thread::scope(|threads| {
    ///     for _ in 0..4 {
    ///         threads.spawn(|| {
    ///             (0..100).try_for_each(|_| hits.update("home", |n| n + 1).map(drop))
    ///         });
    ///     }
    /// });
    /// let home = hits.get("home").ok_or("gone")?;
    /// assert_eq!((*home, home.version().get()), (400, 401));
    /// # Ok::<(), &str>(())
    /// ```
    pub fn update<Q>(&self, key: &Q, mut f: impl FnMut(&V) -> V) -> Result<Change<K, V>, WriteError>
    where
        Q: Hash + Equivalent<K> + fmt::Debug + ?Sized,
    {
        self.try_update(key, |old| Ok::<V, Infallible>(f(old))).map_err(infallible)
    }

    /// Replaces a document by what `f` makes of it, unless `f` fails: then nothing changes.
    ///
    /// # Concurrency
    ///
    /// As [`update`](Self::update).
    ///
    /// # Errors
    ///
    /// [`UpdateError::Closure`] with the error of `f`, as it is; [`UpdateError::Write`] as
    /// [`update`](Self::update).
    ///
    /// # Examples
    ///
    /// ```
    /// use folio::UpdateError;
    ///
    /// let stock: folio::Collection<&str, u32> = [("apples", 1)].into_iter().collect();
    /// let sell = || stock.try_update("apples", |n| n.checked_sub(1).ok_or("sold out"));
    /// assert_eq!(*sell().unwrap().new, 0);
    /// assert!(matches!(sell(), Err(UpdateError::Closure("sold out"))));
    /// ```
    pub fn try_update<Q, E>(
        &self,
        key: &Q,
        mut f: impl FnMut(&V) -> Result<V, E>,
    ) -> Result<Change<K, V>, UpdateError<E>>
    where
        Q: Hash + Equivalent<K> + fmt::Debug + ?Sized,
    {
        let mut target = ByQuery { hash: self.hash_of(key), query: key };
        let missing = || self.refusal(Refusal::Found(None), Expect::Present, key);
        let done = self.compute_at(&mut target, &key, |old| match old {
            Some(old) => f(old).map(Op::Put).map_err(UpdateError::Closure),
            None => Err(UpdateError::Write(missing())),
        });
        match done {
            Ok(Computed::Written(change)) => Ok(change),
            Ok(_) => Err(UpdateError::Write(missing())),
            Err(UpdateError::Closure(refused)) => Err(refused),
            Err(UpdateError::Write(refused)) => Err(UpdateError::Write(refused)),
        }
    }

    /// Changes a copy of a document, and stores it in its place.
    ///
    /// # Concurrency
    ///
    /// As [`update`](Self::update). Nobody sees the copy before it is done.
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update).
    ///
    /// # Examples
    ///
    /// ```
    /// let carts: folio::Collection<&str, Vec<&str>> = folio::Collection::new();
    /// carts.set("ada", vec!["tea"])?;
    /// let change = carts.update_in_place("ada", |cart| cart.push("milk"))?;
    /// assert_eq!(*change.new, ["tea", "milk"]);
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn update_in_place<Q>(
        &self,
        key: &Q,
        mut f: impl FnMut(&mut V),
    ) -> Result<Change<K, V>, WriteError>
    where
        Q: Hash + Equivalent<K> + fmt::Debug + ?Sized,
        V: Clone,
    {
        self.update(key, |old| {
            let mut next = old.clone();
            f(&mut next);
            next
        })
    }

    /// Stores what `f` makes of the document, or of its absence.
    ///
    /// # Concurrency
    ///
    /// As [`update`](Self::update), or as [`set`](Self::set) with a new key.
    ///
    /// # Errors
    ///
    /// [`WriteError::Invalid`], [`WriteError::TooDeep`], [`WriteError::OverCapacity`],
    /// [`WriteError::QuotaExceeded`], [`WriteError::Closed`], and [`WriteError::Conflict`] as
    /// [`update`](Self::update).
    ///
    /// # Examples
    ///
    /// ```
    /// let words: folio::Collection<&str, u32> = folio::Collection::new();
    /// for word in ["tea", "for", "two", "two", "for", "tea"] {
    ///     words.upsert_with(word, |seen| seen.map_or(1, |n| n + 1))?;
    /// }
    /// assert_eq!(words.get_cloned("two"), Some(2));
    /// # Ok::<(), folio::WriteError>(())
    /// ```
    pub fn upsert_with(
        &self,
        key: K,
        mut f: impl FnMut(Option<&V>) -> V,
    ) -> Result<Change<K, V>, WriteError> {
        self.compute(key, |old| Op::Put(f(old))).map(|computed| match computed {
            Computed::Written(change) => change,
            _ => unreachable!("the closure puts"),
        })
    }

    /// Keeps, puts or removes, as `f` decides: the general form of all verbs with a closure.
    ///
    /// # Concurrency
    ///
    /// As [`update`](Self::update), [`set`](Self::set) with a new key, or [`remove`](Self::remove).
    /// If `f` keeps, it was shown what was there in one instant of the call.
    ///
    /// # Errors
    ///
    /// As [`upsert_with`](Self::upsert_with).
    ///
    /// # Examples
    ///
    /// ```
    /// use folio::{Computed, Op};
    ///
    /// let stock: folio::Collection<&str, u32> = [("apples", 1)].into_iter().collect();
    /// let sell = |left: Option<&u32>| match left {
    ///     None => Op::Keep,
    ///     Some(1) => Op::Remove,
    ///     Some(n) => Op::Put(n - 1),
    /// };
    /// assert!(matches!(stock.compute("apples", sell)?, Computed::Removed(_)));
    /// assert!(matches!(stock.compute("apples", sell)?, Computed::Kept(None)));
    /// # Ok::<(), folio::WriteError>(())
    /// ```
    pub fn compute(
        &self,
        key: K,
        mut f: impl FnMut(Option<&V>) -> Op<V>,
    ) -> Result<Computed<K, V>, WriteError> {
        let name = key.clone();
        let mut target = ByKey { hash: self.hash_of(&key), key: Some(key) };
        let done = self.compute_at(&mut target, &name, |old| Ok::<_, Infallible>(f(old)));
        // Here, and not on the way out: what is being returned would be leaked by the compiler
        // (rust-lang/rust#47949) if the key's destructor panics.
        drop((target, name));
        done.map_err(infallible)
    }

    /// Removes a document if `f` says so, and returns it; `None` if there was none, or `f` said no.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in one instant, in which the document was what `f` was shown.
    /// * **Progress**: as [`update`](Self::update).
    /// * **Memory**: as [`remove`](Self::remove).
    ///
    /// # Errors
    ///
    /// [`WriteError::Closed`], and [`WriteError::Conflict`] as [`update`](Self::update).
    pub fn remove_if<Q>(
        &self,
        key: &Q,
        mut f: impl FnMut(&V) -> bool,
    ) -> Result<Option<Snapshot<K, V>>, WriteError>
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        let mut target = ByQuery { hash: self.hash_of(key), query: key };
        let done = self.compute_at(&mut target, &"the key asked for", |old| {
            Ok::<_, Infallible>(match old {
                Some(old) if f(old) => Op::Remove,
                _ => Op::Keep,
            })
        });
        match done.map_err(infallible)? {
            Computed::Removed(removed) => Ok(Some(removed)),
            _ => Ok(None),
        }
    }

    fn compute_at<E>(
        &self,
        target: &mut impl Target<K>,
        name: &impl fmt::Debug,
        mut f: impl FnMut(Option<&V>) -> Result<Op<V>, E>,
    ) -> Result<Computed<K, V>, UpdateError<E>> {
        for _ in 0..ATTEMPTS_MAX {
            if self.is_closed() {
                return Err(UpdateError::Write(self.closed()));
            }
            let old = self.rooms.look(target).map(Snapshot::new);
            let op = f(old.as_deref()).map_err(UpdateError::Closure)?;
            let done = match (op, old) {
                (Op::Keep, old) => return Ok(Computed::Kept(old)),
                (Op::Remove, None) => return Ok(Computed::Kept(None)),
                (Op::Remove, Some(old)) => {
                    let unmoved = Expect::Revision(old.revision().get());
                    self.take(target, unmoved).map(|_| Computed::Removed(old))
                }
                (Op::Put(value), old) => {
                    if let Err(reason) = self.admit(name, &value) {
                        // Now: if they panic when dropped, what is already returned leaks.
                        drop((value, old));
                        return Err(UpdateError::Write(reason));
                    }
                    self.put_over(target, value, old)
                }
            };
            match done {
                Ok(computed) => return Ok(computed),
                Err(Refusal::Found(_)) => {}
                Err(why) => {
                    let refused = self.refusal(why, Expect::Anything, name);
                    return Err(UpdateError::Write(refused));
                }
            }
        }
        let found = self.rooms.look(target).map(Snapshot::new);
        let key = found.as_ref().map_or_else(|| key_text(name), |found| key_text(found.key()));
        let (collection, actual) = (Arc::clone(&self.title.name), found.map(|f| f.revision()));
        Err(UpdateError::Write(WriteError::Conflict { collection, key, actual }))
    }

    fn put_over(
        &self,
        target: &mut impl Target<K>,
        value: V,
        old: Option<Snapshot<K, V>>,
    ) -> Result<Computed<K, V>, Refusal> {
        let lifetime = self.lifetime_after(old.as_ref());
        if let Some(old) = &old {
            if self.counts_as_equal(old, &value, lifetime) {
                let (version, revision) = (old.version(), old.revision());
                let outcome = Outcome::Unchanged { version, revision };
                let (old, new) = (Some(old.clone()), old.clone());
                return Ok(Computed::Written(Change { outcome, old, new }));
            }
        }
        let unmoved = old.as_ref().map(Snapshot::revision).map(Revision::get);
        let unmoved = unmoved.map_or(Expect::Absent, Expect::Revision);
        let draft = self.draft(target, value, lifetime);
        let read = |it: &Published<'_, K, V>| (outcome_of(it), Snapshot::new(it.node.own()));
        let written = self.rooms.write(target, draft, unmoved, read);
        let (outcome, new) = written.map_err(|refused| refused.why)?;
        Ok(Computed::Written(Change { outcome, old, new }))
    }
}

fn infallible(error: UpdateError<Infallible>) -> WriteError {
    match error {
        UpdateError::Write(error) => error,
        UpdateError::Closure(never) => match never {},
    }
}
