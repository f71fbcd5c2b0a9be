//! [`Scope`]: a namespace of a store.

use std::fmt;
use std::io;

#[cfg(feature = "json")]
use uuid::Uuid;

use crate::builder::Builder;
use crate::collection::Collection;
#[cfg(feature = "json")]
use crate::document::Document;
use crate::error::{StoreError, WatchError};
use crate::key::{Key, Value};
use crate::stats::Stats;
use crate::store::Store;
use crate::store::any_event::AnyEvent;
use crate::store::quota::{Quota, Usage};
use crate::store::realm::{Namespace, Realm};
use crate::store::view::StoreView;
use crate::store::watch::StoreWatchBuilder;
use crate::sync::Arc;
use crate::watch::Subscription;

/// A namespace of a [`Store`]: those of its collections whose names begin with the namespace and a
/// colon, under the names that come after it.
///
/// What a scope calls `prefs` is the collection that the store calls `tenant-99:prefs`: the same
/// documents under the same clock, whichever way one gets at it. Whoever has a scope, and what he
/// gets from it (collections, views, watches), is told local names only, in events and errors as
/// well, and cannot reach any other.
///
/// A handle of the store, cheap to clone and to share. There is nothing to be created or dropped:
/// the namespace is its collections, and its [quota](Self::set_quota), which belongs to it and not
/// to a handle.
///
/// # Concurrency
///
/// As the same calls of a [`Store`].
///
/// # Examples
///
/// ```
/// use folio::{Quota, Store, StoreError};
///
/// let store = Store::new();
/// let tenant = store.scope("tenant-99")?;
/// tenant.set_quota(Quota::default().max_collections(1));
///
/// let mut watch = tenant.watch().subscribe();
/// let prefs = tenant.strings("prefs")?;
/// prefs.set("theme".into(), "dark".into())?;
/// store.strings("tenant-100:prefs")?.set("theme".into(), "light".into())?;
///
/// assert_eq!(store.collections("tenant-99:"), ["tenant-99:prefs".into()]);
/// assert_eq!((tenant.collections(""), prefs.name()), (vec!["prefs".into()], "prefs"));
/// assert_eq!(watch.recv()?.collection(), "prefs");
/// assert!(watch.try_recv()?.is_none());
///
/// let refused = tenant.strings("mail").unwrap_err();
/// assert!(matches!(refused, StoreError::QuotaExceeded { limit: 1, used: 1, .. }));
/// # Ok::<(), folio::Error>(())
/// ```
#[derive(Clone)]
pub struct Scope {
    /// The store, as if there were no other names.
    inside: Store,
    space: Arc<Namespace>,
}

impl Store {
    /// The namespace of this name: the collections whose names begin with it and a colon, as a
    /// store of their own, which knows them without that. See [`Scope`].
    ///
    /// A name is made of letters from A to Z, digits and hyphens; case counts. There is nothing to
    /// be created: what has such a name is in it.
    ///
    /// # Errors
    ///
    /// [`StoreError::InvalidNamespace`], if it is empty or has any other character;
    /// [`StoreError::Closed`].
    ///
    /// # Examples
    ///
    /// ```
    /// let store = folio::Store::new();
    /// store.strings("tenant-99:prefs")?.set("theme".into(), "dark".into())?;
    ///
    /// let tenant = store.scope("tenant-99")?;
    /// assert_eq!(tenant.collections(""), ["prefs".into()]);
    /// assert_eq!(tenant.strings("prefs")?.get_cloned("theme").as_deref(), Some("dark"));
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn scope(&self, namespace: &str) -> Result<Scope, StoreError> {
        if self.is_closed() {
            return Err(StoreError::Closed);
        }
        if !Namespace::may_be(namespace) {
            return Err(StoreError::InvalidNamespace { namespace: namespace.to_owned() });
        }
        let space = self.registry().namespace(namespace);
        let (life, realm) = (Arc::clone(&self.life), Realm::of(Arc::clone(&space)));
        Ok(Scope { inside: Self { life, realm }, space })
    }
}

impl Scope {
    /// The name of the namespace, without the colon.
    pub fn namespace(&self) -> &str {
        &self.space.name
    }

    /// The collection of this name; a new one if there is none. See [`Store::collection`].
    ///
    /// # Errors
    ///
    /// As [`Store::collection`].
    pub fn collection<K: Key, V: Value>(&self, name: &str) -> Result<Collection<K, V>, StoreError> {
        self.inside.collection(name)
    }

    /// The collection of JSON documents of this name. See [`Store::documents`].
    ///
    /// # Errors
    ///
    /// As [`Store::collection`].
    #[cfg(feature = "json")]
    pub fn documents(&self, name: &str) -> Result<Collection<Uuid, Document>, StoreError> {
        self.inside.documents(name)
    }

    /// The collection of strings of this name. See [`Store::strings`].
    ///
    /// # Errors
    ///
    /// As [`Store::collection`].
    pub fn strings(&self, name: &str) -> Result<Collection<String, String>, StoreError> {
        self.inside.strings(name)
    }

    /// Begins a collection of this name with hooks, hasher and capacity of its own. See
    /// [`Store::builder_for`].
    pub fn builder_for<K: Key, V: Value>(&self, name: &str) -> Builder<K, V> {
        self.inside.builder_for(name)
    }

    /// The names, in order, that begin with `prefix` and hold a document now. See
    /// [`Store::collections`].
    pub fn collections(&self, prefix: &str) -> Vec<Arc<str>> {
        self.inside.collections(prefix)
    }

    /// How many documents there are in all collections whose names begin with `prefix`. See
    /// [`Store::count`].
    pub fn count(&self, prefix: &str) -> usize {
        self.inside.count(prefix)
    }

    /// Removes all documents of all collections whose names begin with `prefix`. See
    /// [`Store::clear_prefix`].
    ///
    /// # Errors
    ///
    /// As [`Store::clear_prefix`].
    pub fn clear_prefix(&self, prefix: &str) -> Result<usize, StoreError> {
        self.inside.clear_prefix(prefix)
    }

    /// Opens a view of this instant, over all collections of the namespace. See [`Store::view`].
    pub fn view(&self) -> StoreView {
        self.inside.view()
    }

    /// Begins to say what to watch, in all collections of the namespace together. See
    /// [`Store::watch`].
    ///
    /// The feed is that of the store: what others write counts for how far a watch may fall behind.
    pub fn watch(&self) -> StoreWatchBuilder {
        self.inside.watch()
    }

    /// Calls `f` for each change in any collection of the namespace. See [`Store::on_change`].
    pub fn on_change(
        &self,
        f: impl FnMut(Result<&AnyEvent, WatchError>) + Send + 'static,
    ) -> Subscription {
        self.inside.on_change(f)
    }

    /// Writes out what this instant holds, under local names. See [`Store::dump`].
    ///
    /// # Errors
    ///
    /// As [`Store::dump`].
    pub fn dump(&self, out: &mut dyn io::Write) -> io::Result<()> {
        self.inside.dump(out)
    }

    /// What the collections of the namespace hold and have done, added up. Views, watches and the
    /// feed are those of the store. See [`Store::stats`].
    pub fn stats(&self) -> Stats {
        self.inside.stats()
    }

    /// Cleans up in every collection of the namespace. See [`Store::maintain`].
    pub fn maintain(&self) -> usize {
        self.inside.maintain()
    }

    /// Sets how much the namespace may hold, for all handles, from the next write on.
    ///
    /// What is there already stays, however much it is: only what is new, or grows, is refused.
    ///
    /// # Examples
    ///
    /// ```
    /// use folio::{Quota, Store};
    ///
    /// let store = Store::new();
    /// let quota = Quota::default().max_collections(2);
    /// store.scope("ada")?.set_quota(quota);
    /// assert_eq!(store.scope("ada")?.quota(), quota);
    ///
    /// let kept = [store.strings("ada:mail")?, store.strings("ada:prefs")?];
    /// assert!(store.strings("ada:notes").is_err());
    /// drop(kept);
    /// assert!(store.strings("ada:notes").is_ok()); // nothing kept the other names
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn set_quota(&self, quota: Quota) {
        self.space.set_quota(quota);
    }

    /// How much the namespace may hold.
    pub fn quota(&self) -> Quota {
        self.space.quota()
    }

    /// Removes every document that is over, in all collections of the namespace. See
    /// [`Store::purge_expired`].
    pub fn purge_expired(&self) -> usize {
        self.inside.purge_expired()
    }

    /// How much the namespace holds: exact when nobody writes. What is over does not count: it is
    /// removed first, as by [`purge_expired`](Self::purge_expired).
    pub fn usage(&self) -> Usage {
        self.purge_expired();
        let quotas = self.space.quotas();
        let (keys, bytes) = (quotas.keys.used(), quotas.bytes.used());
        Usage { keys, collections: self.inside.registry().names_in(self.namespace()), bytes }
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope")
            .field("namespace", &self.namespace())
            .field("quota", &self.quota())
            .finish_non_exhaustive()
    }
}
