//! The verbs that load what is missing, once for all who ask.
//!
//! There is one way to load, which is asynchronous. A thread goes it by running the loader in its
//! first and only poll, and sleeps while it waits.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::hash::{BuildHasher, Hash};
use std::pin::pin;
use std::task::Context;

use equivalent::Equivalent;

use crate::collection::Collection;
use crate::commit::{ByKey, ByQuery, Expect, Refusal};
use crate::error::{LoadError, Rejected, WriteError, key_text};
use crate::flight::Turn;
use crate::key::{Key, Value};
use crate::protocol::node::Owned;
use crate::reference::Snapshot;
use crate::sync::Arc;
use crate::wait::{self, Until};

impl<K: Key, V: Value, S: BuildHasher> Collection<K, V, S> {
    /// Finds a document, or stores what `f` makes: for each key one `f` at a time, however many
    /// ask.
    ///
    /// As [`get_or_try_insert_with`](Self::get_or_try_insert_with), which says all there is to say,
    /// with a loader that cannot fail.
    ///
    /// # Concurrency
    ///
    /// As there.
    ///
    /// # Errors
    ///
    /// As there: the reason, and what `f` made.
    ///
    /// # Examples
    ///
    /// ```
    /// let squares: folio::Collection<u64, u64> = folio::Collection::new();
    /// assert_eq!(*squares.get_or_insert_with(&12, || 12 * 12)?, 144);
    /// assert_eq!(*squares.get_or_insert_with(&12, || unreachable!("it is there"))?, 144);
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn get_or_insert_with<Q>(
        &self,
        key: &Q,
        f: impl FnOnce() -> V,
    ) -> Result<Snapshot<K, V>, Rejected<Option<V>>>
    where
        Q: Hash + Equivalent<K> + ToOwned<Owned = K> + ?Sized,
    {
        self.get_or_try_insert_with(key, || Ok(f())).map_err(rejected)
    }

    /// Finds a document, or stores what `f` makes, if it makes anything: for each key one `f` at a
    /// time, however many ask.
    ///
    /// Of those who miss a key at once, on threads or in tasks
    /// ([`get_or_try_insert_with_async`](Self::get_or_try_insert_with_async)), one runs its loader;
    /// the others wait, and get the document that it stored. If its loader fails or panics, that is
    /// for its own caller to know: whoever has waited longest looks again, and runs its own loader.
    /// So it is if what was loaded is refused.
    ///
    /// What is there always counts for more than what was loaded. If the key was written while `f`
    /// ran, what was written stays and is returned, and what `f` made is dropped. If it was removed
    /// meanwhile, there is nothing that says so: what `f` made is stored, though it may be from
    /// before the removal. Set what is new, where that matters, instead of removing what is old.
    ///
    /// `f` runs without a lock or a pin, and may call the collection. If it asks for *its own* key,
    /// with one of these verbs and on the same thread, it is told so. Whoever waits for ever is for
    /// you to avoid, as with locks: two loaders that ask for each other's keys, or one that waits
    /// for another thread that asks for its key.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** as [`get`](Self::get) if there is a document; else as
    ///   [`create`](Self::create), by the one that loads.
    /// * **Progress**: as `get` if there is a document. Else a short lock, and the thread runs `f`,
    ///   or sleeps until whoever is loading the key is done. A task must not: if what it waits for
    ///   is a task of the same thread, its thread sleeps for ever. Use the asynchronous twin there.
    /// * **Memory**: nothing stays of a load that is over, but the document.
    ///
    /// # Errors
    ///
    /// [`LoadError::Loader`] with the error of `f`, as it is, for the one whose `f` it was.
    /// [`LoadError::Rejected`] with what `f` made, and why it is not stored:
    /// [`WriteError::Invalid`], [`WriteError::TooDeep`], [`WriteError::OverCapacity`],
    /// [`WriteError::QuotaExceeded`], [`WriteError::Closed`] (`f` is run all the same); without
    /// anything if `f` was not run: [`WriteError::Recursive`].
    ///
    /// # Panics
    ///
    /// If `f` does: whoever waits goes on.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::{fs, io, thread};
    ///
    /// use folio::{Collection, LoadError};
    ///
    /// let files: Collection<String, String> = Collection::new();
    /// let read = |path: &str| files.get_or_try_insert_with(path, || fs::read_to_string(path));
    /// thread::scope(|threads| {
    ///     for _ in 0..8 {
    ///         threads.spawn(|| read("Cargo.toml").map(|file| file.len())); // read once
    ///     }
    /// });
    /// let missing = read("no such file").unwrap_err(); // and nothing is stored
    /// assert!(matches!(missing, LoadError::Loader(e) if e.kind() == io::ErrorKind::NotFound));
    /// assert_eq!(files.len(), 1);
    /// ```
    pub fn get_or_try_insert_with<Q, E>(
        &self,
        key: &Q,
        f: impl FnOnce() -> Result<V, E>,
    ) -> Result<Snapshot<K, V>, LoadError<V, E>>
    where
        Q: Hash + Equivalent<K> + ToOwned<Owned = K> + ?Sized,
    {
        if let Some(found) = self.get(key) {
            return Ok(found.snapshot());
        }
        let mut load = pin!(self.load(key, async { f() }));
        let done = wait::block(Until::after(None), |waker| {
            load.as_mut().poll(&mut Context::from_waker(waker))
        });
        done.expect("without a time limit")
    }

    /// Finds a document, or stores what `load` makes: for each key one `load` at a time, however
    /// many ask.
    ///
    /// As [`get_or_try_insert_with_async`](Self::get_or_try_insert_with_async), which says all
    /// there is to say, with a loader that cannot fail.
    ///
    /// # Concurrency
    ///
    /// As there.
    ///
    /// # Errors
    ///
    /// As there: the reason, and what `load` made.
    ///
    /// # Cancel safety
    ///
    /// As there.
    ///
    /// # Examples
    ///
    /// ```
    /// # futures_executor::block_on(async {
    /// let squares: folio::Collection<u64, u64> = folio::Collection::new();
    /// assert_eq!(*squares.get_or_insert_with_async(&12, async { 12 * 12 }).await?, 144);
    /// # Ok::<(), folio::Error>(())
    /// # })?;
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub async fn get_or_insert_with_async<Q, F>(
        &self,
        key: &Q,
        load: F,
    ) -> Result<Snapshot<K, V>, Rejected<Option<V>>>
    where
        Q: Hash + Equivalent<K> + ToOwned<Owned = K> + ?Sized,
        F: Future<Output = V>,
    {
        let load = async { Ok(load.await) };
        self.get_or_try_insert_with_async(key, load).await.map_err(rejected)
    }

    /// Finds a document, or stores what `load` makes, if it makes anything: for each key one `load`
    /// at a time, however many ask.
    ///
    /// The asynchronous twin of [`get_or_try_insert_with`](Self::get_or_try_insert_with), and all
    /// that is said there holds. The two may be mixed: who waits for a key waits for whoever loads
    /// it, on a thread or in a task, of whatever runtime. `load` is polled by this future only, and
    /// only if it is its turn; else it is dropped as it was given.
    ///
    /// If it asks for *its own* key, it is told so, provided that it does so while it is polled and
    /// on that thread. Whoever waits for ever is for you to avoid: a loader that waits for a task
    /// that asks for its key; two loaders that ask for each other's keys; a thread of an executor
    /// that sleeps in the synchronous twin until a task of that very thread has loaded.
    ///
    /// # Concurrency
    ///
    /// As [`get_or_try_insert_with`](Self::get_or_try_insert_with), but that no thread sleeps.
    ///
    /// # Errors
    ///
    /// As [`get_or_try_insert_with`](Self::get_or_try_insert_with).
    ///
    /// # Panics
    ///
    /// If `load` does: whoever waits goes on.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops `load`, and then lets whoever has waited longest load. Nothing is
    /// stored then. A future that was polled has its place in the queue, and may be the one that
    /// loads: poll it on, or drop it, as one that waits for a lock. Everybody waits for it else.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::io;
    ///
    /// use folio::{Collection, LoadError};
    ///
    /// async fn render(id: &str) -> Result<String, io::Error> {
    ///     Ok(format!("<h1>{id}</h1>"))
    /// }
    ///
    /// # futures_executor::block_on(async {
    /// let pages: Collection<String, String> = Collection::new();
    /// let page = pages.get_or_try_insert_with_async("home", render("home")).await?;
    /// assert_eq!(*page, "<h1>home</h1>");
    /// # Ok::<(), LoadError<String, io::Error>>(())
    /// # })?;
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub async fn get_or_try_insert_with_async<Q, F, E>(
        &self,
        key: &Q,
        load: F,
    ) -> Result<Snapshot<K, V>, LoadError<V, E>>
    where
        Q: Hash + Equivalent<K> + ToOwned<Owned = K> + ?Sized,
        F: Future<Output = Result<V, E>>,
    {
        if let Some(found) = self.get(key) {
            return Ok(found.snapshot());
        }
        self.load(key, load).await
    }

    /// What to do when a document was missed.
    async fn load<Q, E>(
        &self,
        key: &Q,
        load: impl Future<Output = Result<V, E>>,
    ) -> Result<Snapshot<K, V>, LoadError<V, E>>
    where
        Q: Hash + Equivalent<K> + ToOwned<Owned = K> + ?Sized,
    {
        let hash = self.hash_of(key);
        let Some(caller) = self.rooms.flights.join(hash, key.to_owned()) else {
            return Err(LoadError::Rejected(self.recursive(key)));
        };
        // Dropped before the caller leaves: the next loader begins when nothing is left of it.
        let mut load = pin!(load);
        if let Turn::Landed(found) = poll_fn(|context| caller.poll(context.waker())).await {
            return Ok(Snapshot::new(found));
        }
        // It may have been stored between the look and the lead.
        let document = match self.rooms.look(&ByQuery { hash, query: key }) {
            Some(found) => found,
            None => poll_fn(|context| {
                caller.load(|| {
                    let loaded = load.as_mut().poll(context);
                    loaded.map_ok(|value| self.keep(hash, key.to_owned(), value))
                })
            })
            .await
            .map_err(LoadError::Loader)?
            .map_err(LoadError::Rejected)?,
        };
        caller.land(document.clone());
        Ok(Snapshot::new(document))
    }

    /// Stores what was loaded, unless something is there by now; returns what is there then.
    fn keep(&self, hash: u64, key: K, mut value: V) -> Result<Owned<K, V>, Rejected<Option<V>>> {
        if let Err(reason) = self.admit(&key, &value) {
            return Err(Rejected { given: Some(value), reason });
        }
        let mut target = ByKey { hash, key: Some(key) };
        loop {
            let draft = self.draft(&target, value, self.lifetime());
            match self.rooms.write(&mut target, draft, Expect::Absent, |it| it.node.own()) {
                Ok(loaded) => return Ok(loaded),
                Err(refused) => {
                    value = refused.value.expect("a refused value comes back");
                    if !matches!(refused.why, Refusal::Found(_)) {
                        let key = target.key.as_ref().expect("a refused write has its key back");
                        let reason = self.refusal(refused.why, Expect::Absent, key);
                        return Err(Rejected { given: Some(value), reason });
                    }
                }
            }
            // `None`: it is gone again, or the collection is closed.
            if let Some(found) = self.rooms.look(&target) {
                return Ok(found);
            }
        }
    }

    fn recursive<Q>(&self, key: &Q) -> Rejected<Option<V>>
    where
        Q: ToOwned<Owned = K> + ?Sized,
    {
        let (collection, key) = (Arc::clone(&self.title.name), key_text(&key.to_owned()));
        Rejected { given: None, reason: WriteError::Recursive { collection, key } }
    }
}

fn rejected<V>(error: LoadError<V, Infallible>) -> Rejected<Option<V>> {
    match error {
        LoadError::Rejected(refused) => refused,
        LoadError::Loader(never) => match never {},
    }
}
