//! [`StoreView`]: a whole store at one instant.

use std::fmt;
use std::hash::RandomState;
use std::io;

use crate::error::StoreError;
use crate::key::{Key, Value};
use crate::protocol::views::Lease;
use crate::rooms::Rooms;
use crate::store::realm::Realm;
use crate::store::registry::Registry;
use crate::store::tenant::{AnyTenant, typed};
use crate::sync::Arc;
use crate::view::View;

/// All collections of a store, or of a [`Scope`](crate::Scope), at one instant.
///
/// What is written has a place in one order, over all collections; a view sees everything up to
/// its revision and nothing after it. So two writes, one to each of two collections, are two
/// instants: a view may see the first alone, but never the second without the first.
///
/// `Send`, `Sync`, cheap to clone (clones are the same view). It is no handle: the store may be
/// closed while it is open, and it goes on. One that is opened after the close shows nothing.
///
/// # Concurrency
///
/// * **Takes effect** in the instant at which it was opened, whatever it is asked and whenever.
/// * **Progress**: opened without a lock, in O(1) however many collections there are. To find a
///   collection takes a short shared lock of the store's names; after that as [`View`].
/// * **Memory**: what is replaced or removed in any collection while it is open stays, and so does
///   a collection that is closed or loses its name.
///
/// # Examples
///
/// ```
/// let store = folio::Store::new();
/// let stock = store.collection::<String, u32>("stock")?;
/// let sold = store.collection::<String, u32>("sold")?;
/// stock.set("apples".into(), 3)?;
///
/// let before = store.view();
/// sold.set("apples".into(), 3)?;
/// stock.remove("apples")?;
///
/// assert_eq!(before.collection::<String, u32>("stock")?.len(), 1);
/// assert!(before.collection::<String, u32>("sold")?.is_empty());
/// # Ok::<(), folio::Error>(())
/// ```
#[derive(Clone)]
pub struct StoreView {
    registry: Arc<Registry>,
    realm: Realm,
    /// `None`: opened after the close.
    lease: Option<Arc<SharedLease>>,
}

/// One lease for a view of the store and those of its collections. Closed collections that it
/// kept go with it.
pub(crate) struct SharedLease {
    lease: Option<Lease>,
    onlooker: Option<Arc<()>>,
    registry: Arc<Registry>,
}

impl SharedLease {
    pub(crate) fn lease(&self) -> &Lease {
        self.lease.as_ref().expect("taken in the destructor only")
    }
}

impl Drop for SharedLease {
    fn drop(&mut self) {
        drop((self.lease.take(), self.onlooker.take()));
        self.registry.tidy();
    }
}

impl StoreView {
    pub(super) fn open(registry: &Arc<Registry>, realm: Realm) -> Self {
        let registry = Arc::clone(registry);
        // The share comes before the revision: see `Registry::oldest_onlooker`.
        let onlooker = Some(registry.onlooker());
        let lease = Some(Lease::open(registry.timeline()));
        let shared = Arc::new(SharedLease { lease, onlooker, registry: Arc::clone(&registry) });
        // If the close is not seen, its first revision was drawn after this view's (P3): either
        // every collection that it closes is seen, or none is.
        let lease = (!registry.is_closed()).then_some(shared);
        Self { registry, realm, lease }
    }

    /// The revision up to which the view sees; 0 for one of a closed store.
    pub fn revision(&self) -> u64 {
        self.lease.as_ref().map_or(0, |shared| shared.lease().revision())
    }

    /// A collection as it was; empty, if there was none of this name.
    ///
    /// # Errors
    ///
    /// [`StoreError::TypeMismatch`], if it held other types (or, where there was none, holds them
    /// now); [`StoreError::Configured`], if it has a hasher of another type.
    pub fn collection<K: Key, V: Value>(&self, name: &str) -> Result<View<K, V>, StoreError> {
        let nothing = || Arc::new(Rooms::new(Arc::clone(self.registry.timeline()), 0));
        let Some(lease) = &self.lease else {
            return Ok(View::of_lease(&nothing(), None, RandomState::new()));
        };
        match self.registry.as_of(&self.realm.whole(name), self.revision()) {
            Some(found) => Ok(typed::<K, V, RandomState>(&found, &self.realm)?.view(lease)),
            None => Ok(View::shared(&nothing(), lease, RandomState::new())),
        }
    }

    /// The names, in order, that begin with `prefix` and held a document.
    ///
    /// O(names with the prefix), and for each a step over its places up to the first document.
    pub fn collections(&self, prefix: &str) -> Vec<Arc<str>> {
        let stocked = self.stocked(prefix).into_iter();
        stocked.map(|(tenant, _)| Arc::clone(tenant.name_in(&self.realm))).collect()
    }

    /// Writes out every collection that held a document: see [`Store::dump`](crate::Store::dump).
    ///
    /// # Errors
    ///
    /// What `out` says; what a `Debug` refuses to print.
    pub fn dump(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let mut stocked = self.stocked("").into_iter();
        stocked.try_for_each(|(tenant, lease)| tenant.dump(&lease, &self.realm, out))
    }

    pub(super) fn into_lease(self) -> Option<Arc<SharedLease>> {
        self.lease
    }

    pub(super) fn stocked(&self, prefix: &str) -> Vec<(Arc<dyn AnyTenant>, Arc<SharedLease>)> {
        let Some(lease) = &self.lease else { return Vec::new() };
        let mut found = self.registry.all_as_of(&self.realm.whole(prefix), self.revision());
        found.retain(|tenant| !tenant.was_empty(lease));
        found.into_iter().map(|tenant| (tenant, Arc::clone(lease))).collect()
    }
}

impl fmt::Debug for StoreView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreView").field("revision", &self.revision()).finish_non_exhaustive()
    }
}
