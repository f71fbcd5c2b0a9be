//! [`Collection`]: documents of one type by key.

mod care;
mod closures;
pub(crate) mod fork;
mod indexes;
mod lifetimes;
mod loads;
mod put;
mod rank;
mod reads;
mod terms;
mod watches;
mod writes;

use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::time::Duration;

use crate::builder::Builder;
use crate::hooks::Hooks;
use crate::key::{Key, Value};
use crate::protocol::timeline::Timeline;
use crate::purger::{Purged, Purger};
use crate::reader::Reader;
use crate::rooms::Rooms;
use crate::store::Home;
use crate::sync::Arc;
use crate::watcher::Watcher;
use crate::writer::Writer;

/// Documents by key: typed values, strings or JSON, read by many threads while others write.
///
/// A handle, cheap to clone and to share; all clones are the same collection. Dropping the last one
/// closes it; one of a [`Store`](crate::Store) stays there for as long as it holds a document. Keys
/// are looked up by anything [`Equivalent`](crate::Equivalent) to them: a `&str` finds a `String`,
/// and nothing is allocated.
///
/// | verb | progress | cost |
/// |---|---|---|
/// | `get`, `try_get`, `contains`, `pin`, `get_many` | wait-free; lock-free while the table is being resized | O(1) a key |
/// | `view`, opening and dropping | lock-free | O(1) |
/// | `iter`, `stream`, each item | as a read of the view; nothing is pinned between two calls | O(places) in all |
/// | `cursor` | likewise | O(n log n) when opened |
/// | `get_or_insert_with` and its twins | as `get` if it is there; else a short lock, and the key's loader | O(1), and the loader |
/// | writes to an existing key, `remove` | lock-free | O(1) |
/// | a new key, or one just removed | and a short lock of the table's bucket | O(1); the write that makes the table grow moves it |
/// | cleaning, in every 64th write of a shard | a short lock of the bucket for each removed key | at most 512 snapshots |
/// | `set_many`, `clear`, `retain` | many writes | O(n), `set_many` O(n log n) |
/// | `fork` | waits for nobody | O(n) |
/// | `close`, `maintain` | as cleaning; `close` waits for the thread of [`purge_every`](Builder::purge_every) | O(n) |
/// | `create_index` | stops nobody; waits for other creators and droppers, and for pins of other threads | O(n log n) |
/// | `drop_index` | waits for other creators and droppers | O(entries), once nobody looks |
/// | `watch`, `on_change`, beginning and ending | a short lock that no writer takes | O(watches) |
/// | a write that is watched | as the write; runs functions of `on_change` | O(watches of all keys or a prefix) |
/// | `len`, `is_empty` | wait for nobody, unless something is over: then as `purge_expired` | O(1), and the purge |
/// | `purge_expired` | short locks of the queues of deadlines; each document as `remove` | O(log n) for each that is over |
/// | `stats` | short locks of those queues, and of who chooses who goes | O(1), a look at each view's slot |
///
/// `n` is the number of documents, places the most there ever were
/// ([`Stats::places`](crate::Stats::places)). What the words mean:
/// [who waits for whom](crate#who-waits-for-whom).
///
/// # Examples
///
/// ```
/// use folio::Collection;
///
/// let stock: Collection<String, u32> = Collection::new();
/// stock.set("apples".into(), 3)?;
/// stock.update("apples", |n| n + 1)?;
///
/// let view = stock.view();
/// stock.remove("apples")?;
/// assert!(stock.get("apples").is_none());
/// assert_eq!(*view.get("apples").ok_or("gone")?, 4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Collection<K: Key, V: Value, S = RandomState> {
    pub(crate) rooms: Arc<Rooms<K, V>>,
    pub(crate) title: Arc<Title<K, V>>,
    pub(crate) hasher: S,
}

/// What all handles of a collection share besides its documents. The last one closes it.
pub(crate) struct Title<K: Key, V: Value> {
    pub(crate) name: Arc<str>,
    pub(crate) hooks: Hooks<K, V>,
    pub(crate) rooms: Arc<Rooms<K, V>>,
    /// `None`: it stands by itself.
    pub(crate) home: Option<Home>,
    pub(crate) purger: Option<Purger>,
}

impl<K: Key, V: Value> Drop for Title<K, V> {
    fn drop(&mut self) {
        // Views may go on; everything else goes with the rooms. A store keeps what has documents,
        // and is told by the home.
        if self.home.is_none() {
            self.purger.take();
            self.rooms.shut();
        }
    }
}

impl<K: Key, V: Value> Collection<K, V> {
    /// An empty collection, with the standard library's keyed hasher.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build_open()
    }

    /// Begins with hooks, hasher and capacity, and ends in a collection.
    pub fn builder() -> Builder<K, V> {
        Builder::new()
    }
}

impl<K: Key, V: Value> Default for Collection<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Key, V: Value, S> Collection<K, V, S> {
    pub(crate) fn open(
        name: Arc<str>,
        hooks: Hooks<K, V>,
        hasher: S,
        capacity_hint: usize,
        timeline: Timeline,
        purge_every: Option<Duration>,
    ) -> Self {
        let mut rooms = Rooms::new(Arc::new(timeline), capacity_hint);
        hooks.furnish(&mut rooms, None);
        let rooms = Arc::new(rooms);
        let purger = purge_every.map(|interval| purger_of(&rooms, interval));
        Self::titled(Arc::new(Title { name, hooks, rooms, home: None, purger }), hasher)
    }

    pub(crate) fn titled(title: Arc<Title<K, V>>, hasher: S) -> Self {
        Self { rooms: Arc::clone(&title.rooms), title, hasher }
    }

    /// A handle that only reads.
    pub fn reader(&self) -> Reader<K, V, S>
    where
        S: Clone,
    {
        Reader::new(self.clone())
    }

    /// A handle that only writes, and shows no value.
    pub fn writer(&self) -> Writer<K, V, S>
    where
        S: Clone,
    {
        Writer::new(self.clone())
    }

    /// A handle that only watches.
    pub fn watcher(&self) -> Watcher<K, V, S>
    where
        S: Clone,
    {
        Watcher::new(self.clone())
    }

    /// The collection's name, as errors and events tell it: that in its store, or in the
    /// [`Scope`](crate::Scope) that this handle was had from; for one that stands by itself the one
    /// that it was built with, or none.
    pub fn name(&self) -> &str {
        &self.title.name
    }
}

impl<K: Key, V: Value, S: BuildHasher> Collection<K, V, S> {
    #[inline]
    pub(crate) fn hash_of<Q: Hash + ?Sized>(&self, key: &Q) -> u64 {
        hash_with(&self.hasher, key)
    }
}

/// Ends what is over in a collection that stands by itself.
fn purger_of<K: Key, V: Value>(rooms: &Arc<Rooms<K, V>>, interval: Duration) -> Purger {
    let rooms = Arc::downgrade(rooms);
    Purger::start(interval, move || match rooms.upgrade() {
        None => Purged::Gone,
        Some(rooms) if rooms.purge_some().is_some() => Purged::Some,
        Some(_) => Purged::All,
    })
}

/// The hash that the table is asked with. Multiplied by an odd number, because the table takes the
/// upper bits, which simple hashers leave empty.
#[inline]
pub(crate) fn hash_with<S: BuildHasher, Q: Hash + ?Sized>(hasher: &S, key: &Q) -> u64 {
    hasher.hash_one(key).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

impl<K: Key, V: Value, S: Clone> Clone for Collection<K, V, S> {
    fn clone(&self) -> Self {
        Self {
            rooms: Arc::clone(&self.rooms),
            title: Arc::clone(&self.title),
            hasher: self.hasher.clone(),
        }
    }
}

impl<K: Key, V: Value, S> fmt::Debug for Collection<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collection")
            .field("name", &self.title.name)
            .field("len", &self.rooms.limbo.live())
            .finish_non_exhaustive()
    }
}

impl<K: Key, V: Value> FromIterator<(K, V)> for Collection<K, V> {
    /// Of a key that comes twice the last value stays.
    ///
    /// # Panics
    ///
    /// If a value is a document that is nested too deeply: use [`Collection::set_many`] where that
    /// can happen, which hands it back.
    fn from_iter<I: IntoIterator<Item = (K, V)>>(items: I) -> Self {
        let items = items.into_iter();
        let collection = Self::builder().capacity_hint(items.size_hint().0).build_open();
        for (key, value) in items {
            if let Err(refused) = collection.set(key, value) {
                panic!("{refused}");
            }
        }
        collection
    }
}
