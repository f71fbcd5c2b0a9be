//! [`View`]: a collection at one instant.

use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::OnceLock;

use equivalent::Equivalent;

use crate::collection::hash_with;
use crate::cursor::Cursor;
use crate::error::IndexError;
use crate::iter::Iter;
use crate::key::{Key, Value};
use crate::protocol::node::{NodeRef, Owned};
use crate::protocol::timeline::Moment;
use crate::protocol::views::Lease;
use crate::protocol::walk::{Instant, differences};
use crate::query::IndexView;
use crate::reference::Ref;
use crate::rooms::Rooms;
use crate::store::SharedLease;
use crate::stream::Stream;
use crate::sync::Arc;

/// A collection at one instant: every answer is the same for as long as the view is held.
///
/// Opening one is O(1) however large the collection is. `Send`, `Sync`, cheap to clone (clones are
/// the same view), and it goes on after the collection is closed. A view that is opened after the
/// close is empty.
///
/// # Concurrency
///
/// * **Takes effect** in the instant at which it was opened, whatever it is asked and whenever.
/// * **Progress**: reads as [`Collection::get`](crate::Collection::get), and one hop for each write
///   to the key since. No writer waits for a view. Dropping it is lock-free; once the collection is
///   closed the last to go cleans up after it.
/// * **Memory**: every document that is replaced or removed while it is open stays, and every state
///   in between, counted in [`Stats`](crate::Stats).
///
/// # Examples
///
/// ```
/// let stock: folio::Collection<String, u32> = [("apples".to_string(), 3)].into_iter().collect();
/// let before = stock.view();
/// stock.set("apples".into(), 0)?;
/// stock.set("pears".into(), 9)?;
///
/// assert_eq!((before.len(), before.get("apples").map(|n| *n)), (1, Some(3)));
/// assert_eq!(stock.view().values().sum::<u32>(), 9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct View<K: Key, V: Value, S = RandomState> {
    core: Arc<Core<K, V>>,
    hasher: S,
}

struct Core<K: Key, V: Value> {
    rooms: Arc<Rooms<K, V>>,
    /// `None`: opened after the close.
    keep: Option<Keep>,
    /// Entries of indexes with a later tag are younger than the view.
    youngest: u64,
    len: OnceLock<usize>,
}

/// What keeps the documents of a view: a lease of its own, or that of a view of the whole store.
enum Keep {
    Own(Lease),
    Shared(Arc<SharedLease>),
}

impl<K: Key, V: Value> Core<K, V> {
    fn lease(&self) -> Option<&Lease> {
        self.keep.as_ref().map(|keep| match keep {
            Keep::Own(lease) => lease,
            Keep::Shared(shared) => shared.lease(),
        })
    }
}

impl<K: Key, V: Value> Drop for Core<K, V> {
    fn drop(&mut self) {
        if self.keep.take().is_some() && self.rooms.is_closed() {
            // Nobody writes any more, so nobody else would clean up after this view. Contained,
            // since a thread that is being torn down may have no collectors any more, and a panic
            // there is an abort: what stays goes with the next `maintain`, or the collection.
            self.rooms.maintain_in_drop();
        }
    }
}

impl<K: Key, V: Value, S> View<K, V, S> {
    pub(crate) fn open(rooms: &Arc<Rooms<K, V>>, hasher: S) -> Self {
        Self::of_lease(rooms, rooms.open_view(), hasher)
    }

    pub(crate) fn of_lease(rooms: &Arc<Rooms<K, V>>, lease: Option<Lease>, hasher: S) -> Self {
        Self::kept(rooms, lease.map(Keep::Own), hasher)
    }

    /// One of the collections of a store, all of which are seen through one lease.
    pub(crate) fn shared(rooms: &Arc<Rooms<K, V>>, lease: &Arc<SharedLease>, hasher: S) -> Self {
        Self::kept(rooms, Some(Keep::Shared(Arc::clone(lease))), hasher)
    }

    fn kept(rooms: &Arc<Rooms<K, V>>, keep: Option<Keep>, hasher: S) -> Self {
        let youngest = rooms.catalog.youngest();
        let core = Core { rooms: Arc::clone(rooms), keep, youngest, len: OnceLock::new() };
        Self { core: Arc::new(core), hasher }
    }

    /// An index, as of this view: all of its answers are about the same instant, also if the index
    /// is younger than the view.
    ///
    /// # Errors
    ///
    /// [`IndexError::NotFound`], if there is no such index now.
    pub fn index(&self, name: &str) -> Result<IndexView<'_, K, V>, IndexError> {
        let rooms = &*self.core.rooms;
        let core = rooms.catalog.find(name);
        let core = core.ok_or_else(|| IndexError::NotFound { index: name.into() })?;
        let instant = self.core.lease().map(Instant::View);
        Ok(IndexView::new(rooms, core, instant, self.core.youngest))
    }

    /// The revision up to which the view sees; 0 for one of a closed collection.
    pub fn revision(&self) -> u64 {
        self.core.lease().map_or(0, Lease::revision)
    }

    /// How many documents there were. Walks over all of them the first time.
    pub fn len(&self) -> usize {
        *self.core.len.get_or_init(|| self.iter().count())
    }

    /// Whether there were none.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Walks over all documents, each once, in no promised order.
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter::of_view(&self.core.rooms, self.core.lease())
    }

    /// Walks over all documents in key order. O(n log n) when called.
    pub fn sorted(&self) -> impl DoubleEndedIterator<Item = Ref<'_, K, V>> + ExactSizeIterator {
        let mut all: Vec<_> = self.iter().collect();
        all.sort_by(|a, b| a.key().cmp(b.key()));
        all.into_iter()
    }

    /// All keys, in no promised order.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.nodes().map(|node| node.get().key())
    }

    /// All values, in no promised order.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.nodes().filter_map(|node| node.get().value())
    }

    /// All keys and values, in no promised order.
    pub fn entries(&self) -> impl Iterator<Item = (&K, &V)> {
        self.nodes().filter_map(|node| Some((node.get().key(), node.get().value()?)))
    }

    fn nodes(&self) -> impl Iterator<Item = NodeRef<'_, K, V>> {
        let lease = self.core.lease().into_iter();
        lease.flat_map(|lease| self.core.rooms.walk(Instant::View(lease)))
    }
}

impl<K: Key, V: Value, S: BuildHasher> View<K, V, S> {
    /// Finds a document as it was.
    ///
    /// One hop for each write to this key since the view was opened.
    pub fn get<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<Ref<'_, K, V>> {
        let hash = hash_with(&self.hasher, key);
        let lease = self.core.lease()?;
        let node = lease.keeps(&*self.core.rooms, |rooms, revision, pin| {
            rooms.get_as_of(hash, |found| key.equivalent(found), revision, pin)
        })?;
        Some(Ref::borrowed(node))
    }

    /// Whether there was a document under this key.
    pub fn contains<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> bool {
        self.get(key).is_some()
    }
}

impl<K: Key, V: Value, S: Clone> View<K, V, S> {
    /// Streams owned documents, reading up to `prefetch` of them ahead. The stream keeps the view
    /// open.
    pub fn stream(&self, prefetch: usize) -> Stream<K, V> {
        let view = View { core: Arc::clone(&self.core), hasher: () };
        Stream::new(view, prefetch)
    }

    /// A cursor over the documents in key order. O(n log n) now.
    pub fn cursor(&self) -> Cursor<K, V> {
        Cursor::sorted(self.stream(0))
    }
}

impl<K: Key, V: Value> View<K, V, ()> {
    /// Owners of the first `limit` documents at `position` and beyond. Says where to go on.
    pub(crate) fn owned_from(
        &self,
        position: usize,
        limit: usize,
        mut take: impl FnMut(Owned<K, V>),
    ) -> usize {
        self.core.lease().map_or(usize::MAX, |lease| {
            let walk = self.core.rooms.walk(Instant::View(lease)).from(position);
            walk.take(limit, |node| take(node.own()))
        })
    }

    /// An owner of the document under a key with this hash.
    pub(crate) fn owned_one(&self, key: &K, hash: u64) -> Option<Owned<K, V>> {
        let lease = self.core.lease()?;
        let node = lease.keeps(&*self.core.rooms, |rooms, revision, pin| {
            rooms.get_as_of(hash, |found| found == key, revision, pin)
        })?;
        Some(node.own())
    }

    pub(crate) fn moment(&self) -> Option<Moment> {
        self.core.lease().map(Lease::moment)
    }

    /// What is different from an earlier view, at `position` and beyond: the document before, if
    /// there was one, and what is there now, perhaps a tombstone. Says where to go on. `first` is
    /// the instant of the view that all began with.
    pub(crate) fn changed_since(
        &self,
        (first, before): (Moment, &Self),
        position: usize,
        limit: usize,
        each: impl FnMut(Option<NodeRef<'_, K, V>>, NodeRef<'_, K, V>),
    ) -> usize {
        let leases = before.core.lease().zip(self.core.lease());
        leases.map_or(usize::MAX, |(before, now)| {
            let Rooms { roster, timeline, closing, .. } = &*self.core.rooms;
            // I5: a view of a store may be younger than the end of this collection.
            let last = closing.closed_at(timeline).map_or(u64::MAX, |closed| closed - 1);
            let revisions = (before.revision(), now.revision().min(last));
            differences(roster, timeline, first, revisions, position, limit, each)
        })
    }
}

impl<'v, K: Key, V: Value, S> IntoIterator for &'v View<K, V, S> {
    type Item = Ref<'v, K, V>;
    type IntoIter = Iter<'v, K, V>;

    fn into_iter(self) -> Iter<'v, K, V> {
        self.iter()
    }
}

impl<K: Key, V: Value, S: Clone> Clone for View<K, V, S> {
    fn clone(&self) -> Self {
        Self { core: Arc::clone(&self.core), hasher: self.hasher.clone() }
    }
}

impl<K: Key, V: Value, S> fmt::Debug for View<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View").field("revision", &self.revision()).finish_non_exhaustive()
    }
}
