//! What a collection tells about itself.

use std::error::Error;
use std::fmt;

use crate::key::{Key, Value};
use crate::protocol::node::Node;
use crate::protocol::timeline::Timeline;
use crate::rooms::Rooms;

/// Figures of a collection, or of a store. Each is exact when nobody is writing, and close to it
/// otherwise.
///
/// # Examples
///
/// ```
/// let stock: folio::Collection<&str, u32> = [("apples", 3)].into_iter().collect();
/// let view = stock.view();
/// stock.set("apples", 4)?;
/// let stats = stock.stats();
/// assert_eq!((stats.documents, stats.writes, stats.retired), (1, 2, 1));
/// assert_eq!((stats.views, stats.oldest_view), (1, Some(view.revision())));
/// # Ok::<(), folio::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Documents.
    pub documents: usize,
    /// Writes that took effect, removals among them.
    pub writes: u64,
    /// Attempts that another write of the same key came before, and conditions that did not hold.
    pub conflicts: u64,
    /// Documents that were removed to make room for others.
    pub evictions: u64,
    /// Documents that are remembered after they had to go, by their hashes, to learn who should
    /// have stayed: at most 64, or three for each that fits if that is more. Each takes 51 to 62
    /// bytes.
    pub remembered: usize,
    /// What the documents weigh together, where that is limited.
    pub weight: u64,
    /// Documents that were removed because their deadlines had passed.
    pub expirations: u64,
    /// Entries in the queues of deadlines. Those of documents that were removed or written over
    /// stay until their time comes, or there are twice as many as documents.
    pub deadlines: usize,
    /// Replaced and removed snapshots that are still in memory: they wait for pins, for views, or
    /// for the next cleaning.
    pub retired: u64,
    /// What those take in bytes, without what their values own on the heap.
    pub retired_bytes: u64,
    /// Open views; streams, and iterators of the collection itself, are among them.
    pub views: usize,
    /// How many were ever open at once: whoever cleans up looks at so many places.
    pub views_max: usize,
    /// The revision of the oldest of them.
    pub oldest_view: Option<u64>,
    /// The last revision drawn: what is written later has a larger one.
    pub revision: u64,
    /// Places for documents: the most there ever were at once, removed ones that were not cleaned
    /// up yet among them. It does not shrink, and is what a walk steps over.
    pub places: usize,
    /// Watches and callbacks that have not come to their end, of the whole store.
    pub watches: usize,
    /// Revisions that the feed of the store keeps memory for: what they replaced or removed is
    /// among the retired. 0 while nobody watches, unless
    /// [`retain_feed`](crate::Builder::retain_feed) was asked for.
    pub feed_kept: u64,
    /// Keys that are being loaded for whoever asks
    /// ([`get_or_insert_with`](crate::Collection::get_or_insert_with)).
    pub loading: usize,
    /// Indexes.
    pub indexes: usize,
    /// Entries of all indexes, those of retired snapshots among them.
    pub index_entries: usize,
}

impl Stats {
    pub(crate) fn of<K: Key, V: Value>(rooms: &Rooms<K, V>) -> Self {
        let tally = rooms.limbo.tally();
        let (indexes, bounds) = (rooms.catalog.all(), rooms.bounds.as_ref());
        Self {
            documents: if rooms.is_closed() { 0 } else { rooms.limbo.live() },
            writes: tally.writes,
            conflicts: tally.conflicts,
            evictions: tally.evicted,
            remembered: bounds.map_or(0, |bounds| bounds.remembered()),
            weight: bounds.map_or(0, |bounds| bounds.weight()),
            expirations: tally.expired,
            deadlines: rooms.expiry.len(),
            retired: tally.waiting,
            retired_bytes: tally.waiting * size_of::<Node<K, V>>() as u64,
            places: rooms.roster.len(),
            loading: rooms.flights.up(),
            indexes: indexes.len(),
            index_entries: indexes.iter().map(|index| index.len()).sum(),
            ..Self::of_timeline(&rooms.timeline)
        }
    }

    /// Those that are the same for all collections of a store.
    pub(crate) fn of_timeline(timeline: &Timeline) -> Self {
        let (views, ring) = (timeline.views(), timeline.ring());
        let (open, oldest_view) = views.open(ring.view());
        Self {
            views: open,
            views_max: views.slots(),
            oldest_view,
            revision: timeline.now(),
            watches: ring.watchers().saturating_sub(usize::from(ring.bounds().retains)),
            feed_kept: if ring.is_kept() { timeline.now().saturating_sub(ring.tail()) } else { 0 },
            ..Self::default()
        }
    }

    /// With the figures of another collection of the store.
    pub(crate) fn plus(self, other: &Self) -> Self {
        Self {
            documents: self.documents + other.documents,
            writes: self.writes + other.writes,
            conflicts: self.conflicts + other.conflicts,
            evictions: self.evictions + other.evictions,
            remembered: self.remembered + other.remembered,
            weight: self.weight + other.weight,
            expirations: self.expirations + other.expirations,
            deadlines: self.deadlines + other.deadlines,
            retired: self.retired + other.retired,
            retired_bytes: self.retired_bytes + other.retired_bytes,
            places: self.places + other.places,
            loading: self.loading + other.loading,
            indexes: self.indexes + other.indexes,
            index_entries: self.index_entries + other.index_entries,
            ..self
        }
    }
}

/// Something in a collection does not fit together: a defect of this crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inconsistent {
    what: String,
}

impl Inconsistent {
    pub(crate) fn new(what: String) -> Self {
        Self { what }
    }
}

impl fmt::Display for Inconsistent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the collection is inconsistent: {}", self.what)
    }
}

impl Error for Inconsistent {}
