//! The **indexes** of a collection: other ways to its documents than by key.
//!
//! # Words
//!
//! An **entry** leads from a key of the index to a handle; its **place** is that key and a **tag**
//! that was never used before. A snapshot **carries** the places of its entries. The **catalog** is
//! the set of indexes, which writers read under the pin under which they publish.
//!
//! # Invariants
//!
//! * **I8** An index answers for a revision only if every snapshot that may be found at it has its
//!   entry: from `ready` on; and if it is found not to be dropped after the revision was read.
//!
//! # How a query is exact
//!
//! An entry goes in before the snapshot that carries it is published, and out when the last one
//! that carries it is buried. So the index always says too much and never too little, and an entry
//! counts for a reader at `R` only if the snapshot that the reader finds at `R` carries its tag: no
//! key is compared, and a document that hops from one key to another is met exactly once.
//!
//! What was written before there was the index carries no place in it. Its tag there follows from
//! its revision (`tag_of_older`); `build` enters it, and the writer that replaces it carries that
//! entry on if the key is the same, or else notes its end.
//!
//! # An index of a collection that is in use
//!
//! 1. The catalog with the new index is published.
//! 2. A grace period: after it every writer that may still publish has read it.
//! 3. Each handle is visited, and its head entered unless it was written for the index.
//! 4. `ready` is the clock after that: whoever reads at an earlier revision goes by all documents
//!    instead.
//!
//! Dropping one sets its mark first and publishes the catalog without it then: a query that has its
//! revision, and then finds the mark missing, is exact.

mod build;
mod keys;
mod plan;
mod scan;

use std::hash::{BuildHasher, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};

pub(crate) use self::build::{Built, Documents};
pub(crate) use self::plan::Plan;
pub(crate) use self::scan::{Bounds, Scan};
use crate::catalog::build::Build;
use crate::ordered::Ordered;
use crate::protocol::entry::{Carried, Place, Tags, tag_of_older};
use crate::protocol::handle::Address;
use crate::protocol::node::NodeRef;
use crate::protocol::published::Published;
use crate::reclaim::{ReadPin, WritePin, contain};
use crate::sync::{Arc, Mutex, OnceLock, lock};

/// Writes the key of a value behind what is in the buffer; says whether the value has one.
pub(crate) type Extract<V> = Arc<dyn Fn(&V, &mut Vec<u8>) -> bool + Send + Sync>;

/// One index.
pub(crate) struct IndexCore<K: 'static, V: 'static> {
    number: u32,
    identity: u64,
    name: Arc<str>,
    extract: Extract<V>,
    entries: Ordered<K, V>,
    /// From which revision on it answers.
    ready: OnceLock<u64>,
    dropped: OnceLock<()>,
    build: Mutex<Build>,
}

/// All indexes of a collection, by number.
pub(crate) struct Catalog<K: 'static, V: 'static> {
    indexes: Published<Vec<Arc<IndexCore<K, V>>>>,
    tags: Tags,
    /// The last number given; whoever creates or drops holds it.
    numbers: Mutex<u32>,
}

/// Why an index was not created or dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    Exists,
    NotFound,
}

impl<K, V> Catalog<K, V>
where
    K: Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    pub(crate) fn new() -> Self {
        Self { indexes: Published::new(), tags: Tags::new(), numbers: Mutex::new(0) }
    }

    /// The indexes as they are now.
    pub(crate) fn load<'g>(&'g self, pin: &'g ReadPin) -> &'g [Arc<IndexCore<K, V>>] {
        self.indexes.load(pin).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn find(&self, name: &str) -> Option<Arc<IndexCore<K, V>>> {
        let pin = ReadPin::new();
        self.load(&pin).iter().find(|index| &*index.name == name).cloned()
    }

    pub(crate) fn all(&self) -> Vec<Arc<IndexCore<K, V>>> {
        self.load(&ReadPin::new()).to_vec()
    }

    /// A bound of the tags that entries of this moment have; to be read after its revision (I7).
    pub(crate) fn youngest(&self) -> u64 {
        self.tags.bound()
    }

    /// The first one that is not complete yet.
    pub(crate) fn first_unfinished(&self) -> Option<Arc<IndexCore<K, V>>> {
        let pin = ReadPin::new();
        self.load(&pin).iter().find(|index| !index.is_ready()).cloned()
    }

    pub(crate) fn names(&self) -> Vec<Arc<str>> {
        self.load(&ReadPin::new()).iter().map(|index| Arc::clone(&index.name)).collect()
    }

    /// Adds an index that knows no document yet: see `build`.
    pub(crate) fn create(
        &self,
        name: &str,
        extract: Extract<V>,
    ) -> Result<Arc<IndexCore<K, V>>, Trouble> {
        let mut number = lock(&self.numbers);
        if self.find(name).is_some() {
            return Err(Trouble::Exists);
        }
        *number = number.checked_add(1).expect("a number for each index that ever was");
        let index = Arc::new(IndexCore::new(*number, name, extract));
        self.change(|indexes| indexes.push(Arc::clone(&index)));
        Ok(index)
    }

    /// Adds an index to a collection that is empty and nobody else's yet.
    pub(crate) fn found(&self, name: &Arc<str>, extract: Extract<V>) {
        if let Ok(index) = self.create(name, extract) {
            index.complete(0);
        }
    }

    pub(crate) fn remove(&self, name: &str) -> Result<(), Trouble> {
        let _number = lock(&self.numbers);
        let index = self.find(name).ok_or(Trouble::NotFound)?;
        // I8: the mark comes before the first writer that does not know the index.
        let _first = index.dropped.set(());
        self.change(|indexes| indexes.retain(|other| other.number != index.number));
        Ok(())
    }

    fn change(&self, change: impl FnOnce(&mut Vec<Arc<IndexCore<K, V>>>)) {
        let mut next = self.load(&ReadPin::new()).to_vec();
        change(&mut next);
        self.indexes.replace(next);
        self.indexes.tidy();
    }

    /// Frees what dropped indexes have left, as far as nobody looks at it.
    pub(crate) fn tidy(&self) {
        self.indexes.tidy();
    }

    /// Takes the entry of a buried snapshot out.
    pub(crate) fn take_out(&self, entry: &Carried, pin: &WritePin) {
        let indexes = self.load(pin.read());
        // What a dropped index still holds goes with it.
        if let Ok(at) = indexes.binary_search_by_key(&entry.index, |index| index.number) {
            indexes[at].entries.take_out(&entry.place, pin);
        }
    }

    /// Notes that all entries of a snapshot end with it. Only its retirer calls this.
    pub(crate) fn note_last(&self, node: NodeRef<'_, K, V>, pin: &WritePin) {
        Plan::of(self, None, pin).note_ended(node, &[]);
    }
}

impl<K, V> IndexCore<K, V>
where
    K: Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    fn new(number: u32, name: &str, extract: Extract<V>) -> Self {
        Self {
            number,
            identity: RandomState::new().hash_one(number),
            name: name.into(),
            extract,
            entries: Ordered::new(),
            ready: OnceLock::new(),
            dropped: OnceLock::new(),
            build: Mutex::new(Build::New),
        }
    }

    pub(crate) fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// A random number that no other index has, not even one of the same name.
    pub(crate) fn identity(&self) -> u64 {
        self.identity
    }

    pub(crate) fn extract(&self) -> &Extract<V> {
        &self.extract
    }

    /// Entries in memory, those of former snapshots included.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn is_dropped(&self) -> bool {
        self.dropped.get().is_some()
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.ready.get().is_some()
    }

    /// Whether a reader at `revision` may rely on it.
    fn serves(&self, revision: u64) -> bool {
        self.ready.get().is_some_and(|ready| *ready <= revision)
    }

    /// It answers whoever reads at `since` or later.
    fn complete(&self, since: u64) {
        let _first = self.ready.set(since);
    }

    /// Where a snapshot stands in it, written for it or older. The key is made in `room`.
    pub(crate) fn place_of(&self, node: NodeRef<'_, K, V>, room: &mut Vec<u8>) -> Option<Place> {
        if let Some(entry) = node.get().entry_in(self.number) {
            return Some(entry.place.clone());
        }
        room.clear();
        let there = self.write_key(node.get().value()?, room);
        there.then(|| Place::new(room, tag_of_older(node.get().revision())))
    }

    /// Where a snapshot stands in it that may be older than the index.
    fn older_place(&self, old: NodeRef<'_, K, V>) -> Option<Place> {
        let revision = old.get().revision();
        let carried = old.get().entry_in(self.number).is_some();
        if carried || self.ready.get().is_some_and(|ready| *ready < revision) {
            return None;
        }
        self.place_of(old, &mut Vec::new())
    }

    /// The place of an older snapshot, if its successor has the same key: a document that keeps its
    /// key keeps its place.
    fn place_to_keep(
        &self,
        old: NodeRef<'_, K, V>,
        key: &[u8],
        address: Address<K, V>,
        pin: &WritePin,
    ) -> Option<Place> {
        // Before that, a writer may get through that does not note the end of the entry.
        let place = if self.is_ready() { self.older_place(old)? } else { return None };
        if place.key.as_slice() != key {
            return None;
        }
        // The build has entered it, unless the extractor told the build something else.
        self.entries.put(place.clone(), address, pin);
        Some(place)
    }

    /// Writes the key of `value` behind what is in `bytes`. An extractor that panics has none.
    fn write_key(&self, value: &V, bytes: &mut Vec<u8>) -> bool {
        let from = bytes.len();
        let extract = AssertUnwindSafe(|| (self.extract)(value, bytes));
        let there = catch_unwind(extract).unwrap_or_else(|payload| {
            contain(|| drop(payload));
            false
        });
        if !there {
            bytes.truncate(from);
        }
        there
    }
}
