//! [`Store`]: collections by name.
//!
//! A name leads to a **tenant**, which holds the collection whether or not somebody has a handle of
//! it. Handles share a **stay**, which keeps the name, and with all others of the store its
//! **life**, which keeps it open: both say so to the **registry** when the last one is dropped.

mod any_event;
mod builder;
mod life;
mod quota;
mod realm;
mod registry;
mod scope;
mod tenant;
mod view;
mod watch;

use std::fmt;
use std::hash::BuildHasher;
use std::io;

#[cfg(feature = "json")]
use uuid::Uuid;

use crate::builder::Builder;
use crate::collection::Collection;
#[cfg(feature = "json")]
use crate::document::Document;
use crate::error::{StoreError, WatchError};
use crate::hooks::Hooks;
use crate::key::{Key, Value};
use crate::protocol::timeline::Timeline;
use crate::stats::Stats;
use crate::sync::Arc;
use crate::watch::Subscription;

pub use self::any_event::AnyEvent;
pub use self::builder::StoreBuilder;
use self::life::Life;
pub(crate) use self::life::{Home, KeptName};
pub use self::quota::{Quota, Usage};
use self::realm::Realm;
use self::registry::Registry;
pub use self::scope::Scope;
use self::tenant::AnyTenant;
pub(crate) use self::view::SharedLease;
pub use self::view::StoreView;
pub use self::watch::{StoreWatch, StoreWatchBuilder};

/// Collections by name, of whatever types, under one clock.
///
/// Revisions are the store's: of any two writes, also to different collections, the later one has
/// the larger. [`view`](Self::view) shows all collections at one instant.
///
/// A handle, cheap to clone and to share. Each [`Collection`] and [`Index`](crate::Index) that was
/// had from a store is a handle of it, too. Dropping the last one closes it.
///
/// # Names
///
/// Any string is a name. A collection is there when it is first asked for, and is *listed* while it
/// holds a document. Its name keeps its types and hooks while it has a handle, a watch or a
/// document. When the last of them has gone its memory is given back at once, unless a view of the
/// store or its feed may still show what was there; and the name is as good as new.
///
/// # Concurrency
///
/// * **Takes effect**: each write in one instant, a view in one; what goes over several collections
///   ([`clear_prefix`](Self::clear_prefix), [`count`](Self::count), [`stats`](Self::stats)) in no
///   one instant.
/// * **Progress**: the names are behind a lock, held for as long as it takes to find one, or to go
///   over those with a prefix, and never while code of the user runs. Whatever is done with a
///   collection that one has a handle of is done without it: get handles once, and keep them.
/// * **Memory**: that of its collections. An empty one with a handle takes 1.5 KB, one with a small
///   document 3.5 KB, so that a hundred thousand are practical:
///   [what a collection costs](crate::guide::stores#what-does-a-collection-cost).
///
/// # Examples
///
/// ```
/// use folio::Store;
///
/// #[derive(Clone)]
/// struct User {
///     email: String,
/// }
///
/// let store = Store::new();
/// let users = store
///     .builder_for::<String, User>("users")
///     .validate(|user: &User| if user.email.is_empty() { Err("no e-mail") } else { Ok(()) })
///     .build()?;
/// let visits = store.collection::<String, u64>("visits")?;
///
/// users.set("ada".into(), User { email: "ada@example.org".into() })?;
/// visits.set("ada".into(), 1)?;
/// assert_eq!(store.collections(""), ["users".into(), "visits".into()]);
///
/// let refused = store.collection::<String, String>("users").unwrap_err();
/// assert!(refused.to_string().starts_with("collection \"users\" holds (alloc::string::String, "));
/// # Ok::<(), folio::Error>(())
/// ```
#[derive(Clone)]
pub struct Store {
    life: Arc<Life>,
    /// All names; those of a namespace inside of a `Scope`.
    realm: Realm,
}

impl Store {
    /// A store without collections.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Begins with settings, and ends in a store.
    pub fn builder() -> StoreBuilder {
        StoreBuilder::default()
    }

    fn starting(timeline: Timeline) -> Self {
        let life = Arc::new(Life::new(Registry::starting(timeline)));
        Self { life, realm: Realm::default() }
    }

    fn registry(&self) -> &Arc<Registry> {
        self.life.registry()
    }

    /// The collection of this name; a new one if there is none.
    ///
    /// # Concurrency
    ///
    /// * **Progress**: O(log names) under the lock of the names, which is shared with others who
    ///   look if the name is in use.
    ///
    /// # Errors
    ///
    /// [`StoreError::TypeMismatch`], if the name is in use for other types;
    /// [`StoreError::Configured`], if for the same, but with a hasher of another type than the
    /// standard library's: ask [`builder_for`](Self::builder_for) with that type then.
    /// [`StoreError::QuotaExceeded`], if it is a new one in a namespace that has as many as it may.
    /// [`StoreError::Closed`].
    pub fn collection<K: Key, V: Value>(&self, name: &str) -> Result<Collection<K, V>, StoreError> {
        match self.life.find(&self.realm, name)? {
            Some(found) => Ok(found),
            None => self.builder_for(name).build(),
        }
    }

    /// The collection of JSON documents of this name, under generated keys:
    /// [`collection`](Self::collection) with the types filled in.
    ///
    /// # Errors
    ///
    /// As [`collection`](Self::collection).
    #[cfg(feature = "json")]
    pub fn documents(&self, name: &str) -> Result<Collection<Uuid, Document>, StoreError> {
        self.collection(name)
    }

    /// The collection of strings of this name: [`collection`](Self::collection) with the types
    /// filled in.
    ///
    /// # Errors
    ///
    /// As [`collection`](Self::collection).
    pub fn strings(&self, name: &str) -> Result<Collection<String, String>, StoreError> {
        self.collection(name)
    }

    /// Begins a collection of this name with hooks, hasher and capacity of its own.
    ///
    /// They are set for as long as the name is in use, by whoever is first: a builder that sets a
    /// hook finds a name that is in use [`Configured`](StoreError::Configured). One that sets none
    /// gets the collection with the hooks that it has; also if it sets a hasher of the same type,
    /// which is dropped then.
    ///
    /// # Examples
    ///
    /// ```
    /// use folio::StoreError;
    ///
    /// let store = folio::Store::new();
    /// let flags = store.builder_for::<String, bool>("flags").skip_equal().build()?;
    ///
    /// let again = store.builder_for::<String, bool>("flags").skip_equal().build();
    /// assert!(matches!(again, Err(StoreError::Configured { .. })));
    /// let same = store.collection::<String, bool>("flags")?;
    /// flags.set("dark".into(), true)?;
    /// assert!(same.set("dark".into(), true)?.is_unchanged());
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn builder_for<K: Key, V: Value>(&self, name: &str) -> Builder<K, V> {
        Builder::within(self, name)
    }

    pub(crate) fn build<K, V, S>(
        &self,
        name: &str,
        hooks: Hooks<K, V>,
        hasher: S,
        capacity_hint: usize,
    ) -> Result<Collection<K, V, S>, StoreError>
    where
        K: Key,
        V: Value,
        S: BuildHasher + Clone + Send + Sync + 'static,
    {
        self.life.build(&self.realm, name, hooks, hasher, capacity_hint)
    }

    /// The names, in order, that begin with `prefix` and hold a document now.
    ///
    /// Compared byte by byte: case counts, and no letter means another. O(names with the prefix).
    /// What is over in these collections is removed first, as by
    /// [`purge_expired`](Self::purge_expired).
    ///
    /// # Examples
    ///
    /// ```
    /// let store = folio::Store::new();
    /// for name in ["a%", "a_1", "ab", "A"] {
    ///     store.strings(name)?.set("key".into(), "value".into())?;
    /// }
    /// store.strings("a-empty")?;
    /// assert_eq!(store.collections("a"), ["a%".into(), "a_1".into(), "ab".into()]);
    /// assert_eq!(store.collections("a_"), ["a_1".into()]);
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn collections(&self, prefix: &str) -> Vec<Arc<str>> {
        let stocked = self.stocked(prefix);
        stocked.iter().map(|tenant| Arc::clone(tenant.name_in(&self.realm))).collect()
    }

    /// How many documents there are in all collections whose names begin with `prefix`: exact when
    /// nobody writes. O(names with the prefix). What is over is removed first, as by
    /// [`purge_expired`](Self::purge_expired).
    pub fn count(&self, prefix: &str) -> usize {
        self.stocked(prefix).iter().map(|tenant| tenant.len()).sum()
    }

    /// What holds documents, when those that are over are gone.
    fn stocked(&self, prefix: &str) -> Vec<Arc<dyn AnyTenant>> {
        let prefix = self.realm.whole(prefix);
        self.registry().purge(&prefix);
        self.registry().stocked(&prefix)
    }

    /// Removes every document that is over, in all collections, and says how many: see
    /// [`Collection::purge_expired`].
    pub fn purge_expired(&self) -> usize {
        self.registry().purge(&self.realm.whole(""))
    }

    /// Removes all documents of all collections whose names begin with `prefix`, as
    /// [`Collection::clear`] does for each, and returns how many those were.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in one instant for each document.
    /// * **Progress**: O(documents). Waits for nobody but, to find them, for the lock of the names.
    ///
    /// # Errors
    ///
    /// [`StoreError::Closed`]. What was removed before stays removed.
    pub fn clear_prefix(&self, prefix: &str) -> Result<usize, StoreError> {
        let mut cleared = 0;
        for (tenant, stay) in self.registry().kept(&self.realm.whole(prefix)) {
            // One that is closed for itself has nothing to remove.
            cleared += tenant.clear(Home::new(stay, &self.life)).unwrap_or(0);
        }
        if self.is_closed() { Err(StoreError::Closed) } else { Ok(cleared) }
    }

    /// Opens a view of this instant, over all collections.
    ///
    /// # Concurrency
    ///
    /// As [`Collection::view`]: lock-free, O(1).
    pub fn view(&self) -> StoreView {
        StoreView::open(self.registry(), self.realm.clone())
    }

    /// Begins to say what to watch, in all collections together; also in those that are not there
    /// yet.
    ///
    /// # Examples
    ///
    /// ```
    /// let store = folio::Store::new();
    /// let mut watch = store.watch().subscribe();
    /// store.strings("settings")?.set("theme".into(), "dark".into())?;
    /// assert_eq!(watch.recv()?.collection(), "settings");
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn watch(&self) -> StoreWatchBuilder {
        StoreWatchBuilder::new(self.registry(), self.realm.clone())
    }

    /// Calls `f` for each change in any collection, in the order of revisions, until the
    /// subscription is dropped. See [`Collection::on_change`].
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::mpsc;
    ///
    /// let store = folio::Store::new();
    /// let (tell, told) = mpsc::channel();
    /// let subscription = store.on_change(move |event| {
    ///     let _ = tell.send(event.map(|event| event.collection().to_owned()));
    /// });
    /// store.strings("settings")?.set("theme".into(), "dark".into())?;
    /// assert_eq!(told.try_recv(), Ok(Ok("settings".into())));
    /// drop(subscription);
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn on_change(
        &self,
        f: impl FnMut(Result<&AnyEvent, WatchError>) + Send + 'static,
    ) -> Subscription {
        self.watch().for_each(f)
    }

    /// Makes an independent store of the documents of this instant.
    ///
    /// Names, hooks, hashers, indexes, quotas, keys, versions and revisions are the same, and its
    /// clock goes on from this instant's revision. Values are shared, not copied. Collections
    /// without a document are not taken over: nothing keeps their names. Nor is the thread of
    /// [`purge_every`](StoreBuilder::purge_every): the fork has none.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in one instant of this call, for all collections.
    /// * **Progress**: O(n), without stopping anybody.
    /// * **Memory**: a view is open until it returns. The memory of an original (a document, and
    ///   the slabs of its collection) is kept for as long as a fork shares a value of it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Closed`].
    ///
    /// # Examples
    ///
    /// ```
    /// let store = folio::Store::new();
    /// let stock = store.collection::<String, u32>("stock")?;
    /// stock.set("apples".into(), 3)?;
    /// let plan = store.fork()?;
    /// plan.collection::<String, u32>("stock")?.set("apples".into(), 30)?;
    /// assert_eq!(stock.get_cloned("apples"), Some(3));
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn fork(&self) -> Result<Self, StoreError> {
        let view = self.view();
        if self.is_closed() {
            return Err(StoreError::Closed);
        }
        let fork = Self::starting(self.registry().timeline().successor(view.revision()));
        fork.registry().take_over_quotas(self.registry());
        for (tenant, lease) in view.stocked("") {
            fork.registry().found(tenant.fork(&lease, &fork.life));
        }
        Ok(fork)
    }

    /// Writes out what this instant holds: for each collection that holds a document, in the order
    /// of names, a line with its name and how many it holds; after it, if it was built
    /// [`printable`](Builder::printable), a line for each document, in key order.
    ///
    /// Names, keys and values stand there as their `Debug` says. No lock and no pin is held
    /// meanwhile.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in one instant, as a view.
    /// * **Progress**: O(n log n).
    /// * **Memory**: a view is open until it returns.
    ///
    /// # Errors
    ///
    /// What `out` says; what a `Debug` refuses to print.
    ///
    /// # Examples
    ///
    /// ```
    /// let store = folio::Store::new();
    /// let stock = store.builder_for::<String, u32>("stock").printable().build()?;
    /// stock.set("pears".into(), 4)?;
    /// stock.set("apples".into(), 3)?;
    /// store.collection::<u8, Vec<u8>>("pictures")?.set(1, vec![0; 64])?;
    ///
    /// let mut text = Vec::new();
    /// store.dump(&mut text)?;
    /// let text = String::from_utf8(text)?;
    /// assert_eq!(text, "\"pictures\" 1\n\"stock\" 2\n  \"apples\": 3\n  \"pears\": 4\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn dump(&self, out: &mut dyn io::Write) -> io::Result<()> {
        self.view().dump(out)
    }

    /// What the collections hold and have done, added up, as of about now. O(names).
    ///
    /// Views are those of the store and of all of its collections. What was done in collections
    /// that have lost their names is not counted any more.
    pub fn stats(&self) -> Stats {
        let common = Stats::of_timeline(self.registry().timeline());
        self.all().iter().fold(common, |sum, tenant| sum.plus(&tenant.stats()))
    }

    fn all(&self) -> Vec<Arc<dyn AnyTenant>> {
        self.registry().all(&self.realm.whole(""))
    }

    /// Cleans up in every collection, as [`Collection::maintain`].
    ///
    /// Writers clean up in the collection that they write to. So what the last writes to a
    /// collection left behind stays until the next one, or this.
    pub fn maintain(&self) -> usize {
        let buried = self.all().iter().map(|tenant| tenant.maintain()).sum();
        self.registry().hub().tidy();
        self.registry().tidy();
        buried
    }

    /// Closes the store and all of its collections, for all handles.
    ///
    /// Idempotent. For each collection as [`Collection::close`]; for a [`StoreView`] that is opened
    /// meanwhile all are open, or all are closed.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in one instant for each collection.
    /// * **Progress**: O(collections) under the lock of the names, and O(n). Waits for no reader,
    ///   writer or view; runs destructors. With [`purge_every`](StoreBuilder::purge_every) it waits
    ///   for that thread to end, which may be in a function of [`on_change`](Self::on_change):
    ///   close under no lock that one takes.
    /// * **Memory**: gives back what no open view and no pin needs.
    pub fn close(&self) {
        self.life.close();
    }

    /// Whether the store is closed.
    pub fn is_closed(&self) -> bool {
        self.registry().is_closed()
    }
}

impl Default for Store {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("names", &self.registry().len())
            .field("is_closed", &self.is_closed())
            .finish_non_exhaustive()
    }
}
