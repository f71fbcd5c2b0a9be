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
mod scan;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub(crate) use self::build::{Built, Documents};
pub(crate) use self::scan::{Bounds, Scan};
use crate::catalog::build::Build;
use crate::ordered::Ordered;
use crate::protocol::entry::{Carried, Drawn, Place, Tags, tag_of_older};
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
    name: Arc<str>,
    extract: Extract<V>,
    entries: Ordered<K, V>,
    /// Those of the catalog.
    tags: Arc<Tags>,
    /// From which revision on it answers.
    ready: OnceLock<u64>,
    dropped: OnceLock<()>,
    build: Mutex<Build>,
}

/// All indexes of a collection, by number.
pub(crate) struct Catalog<K: 'static, V: 'static> {
    indexes: Published<Vec<Arc<IndexCore<K, V>>>>,
    tags: Arc<Tags>,
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
        Self { indexes: Published::new(), tags: Arc::new(Tags::new()), numbers: Mutex::new(0) }
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
        let index = Arc::new(IndexCore::new(*number, name, extract, Arc::clone(&self.tags)));
        self.change(|indexes| indexes.push(Arc::clone(&index)));
        Ok(index)
    }

    /// Adds an index to a collection that is empty and nobody else's yet.
    pub(crate) fn found(&self, name: &Arc<str>, extract: Extract<V>) {
        if let Ok(index) = self.create(name, extract) {
            index.is_whole(0);
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
        if let Some(plan) = self.plan(None, pin) {
            node.get().note_ended(plan.ended(node, &[]));
        }
    }

    /// Which entries a snapshot with this value has to have; `None` if there are no indexes.
    ///
    /// Runs the extractors. The catalog is read under the pin under which the caller publishes.
    pub(crate) fn plan<'g>(
        &'g self,
        value: Option<&V>,
        pin: &'g WritePin,
    ) -> Option<Plan<'g, K, V>> {
        let indexes = self.load(pin.read());
        if indexes.is_empty() {
            return None;
        }
        let mut plan = Plan { catalog: self, indexes, bytes: Vec::new(), keys: Vec::new(), pin };
        if let Some(value) = value {
            plan.keys.reserve_exact(indexes.len());
            for index in indexes {
                let from = plan.bytes.len();
                let there = index.write_key(value, &mut plan.bytes);
                plan.keys.push(there.then_some((from, plan.bytes.len())));
            }
        }
        Some(plan)
    }
}

impl<K, V> IndexCore<K, V>
where
    K: Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    fn new(number: u32, name: &str, extract: Extract<V>, tags: Arc<Tags>) -> Self {
        Self {
            number,
            name: name.into(),
            extract,
            entries: Ordered::new(),
            tags,
            ready: OnceLock::new(),
            dropped: OnceLock::new(),
            build: Mutex::new(Build::new()),
        }
    }

    pub(crate) fn name(&self) -> &Arc<str> {
        &self.name
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

    fn is_whole(&self, since: u64) {
        let _first = self.ready.set(since);
    }

    /// Where a snapshot stands in it that may be older than the index.
    fn older_place(&self, old: NodeRef<'_, K, V>) -> Option<Place> {
        let (value, revision) = (old.get().value()?, old.get().revision());
        let carried = old.get().entries().iter().any(|entry| entry.index == self.number);
        if carried || self.ready.get().is_some_and(|ready| *ready < revision) {
            return None;
        }
        let mut key = Vec::new();
        let there = self.write_key(value, &mut key);
        there.then(|| Place::new(&key, tag_of_older(revision)))
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

/// The entries that a write needs.
pub(crate) struct Plan<'g, K: 'static, V: 'static> {
    catalog: &'g Catalog<K, V>,
    indexes: &'g [Arc<IndexCore<K, V>>],
    bytes: Vec<u8>,
    /// Where in `bytes` the key of each index is; empty for a tombstone.
    keys: Vec<Option<(usize, usize)>>,
    pin: &'g WritePin,
}

impl<'g, K, V> Plan<'g, K, V>
where
    K: Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    fn keys(&self) -> impl Iterator<Item = (&'g IndexCore<K, V>, &[u8])> {
        let keys = self.indexes.iter().zip(&self.keys);
        keys.filter_map(|(index, key)| key.map(|(from, to)| (&**index, &self.bytes[from..to])))
    }

    /// I7: puts the entries in that the snapshot to be replaced does not carry already.
    pub(crate) fn enter(
        &self,
        old: Option<NodeRef<'_, K, V>>,
        address: Address<K, V>,
    ) -> Entered<'_, 'g, K, V> {
        let before = old.map_or(&[][..], |old| old.get().entries());
        let is = |(entry, (index, key)): (&Carried, (&IndexCore<K, V>, &[u8]))| {
            entry.index == index.number && entry.place.key.as_slice() == key
        };
        // No key changed, as most often.
        if before.len() == self.keys().count() && before.iter().zip(self.keys()).all(is) {
            let (carried, drawn) = old.map(|old| old.get().share_entries()).unwrap_or_default();
            return Entered { plan: self, carried, drawn, is_fresh: false };
        }
        let drawn = self.catalog.tags.draw(self.keys.len());
        let carry = |(nth, (index, key)): (usize, (&IndexCore<K, V>, &[u8]))| {
            let same = before.iter().find(|entry| is((entry, (index, key))));
            let place = same.map(|entry| entry.place.clone());
            let place = place.or_else(|| index.place_to_keep(old?, key, address, self.pin));
            let place = place.unwrap_or_else(|| Place::new(key, drawn.tag(nth)));
            Carried { index: index.number, place }
        };
        let carried: Arc<[_]> = self.keys().enumerate().map(carry).collect();
        let carried = Some(carried).filter(|carried| !carried.is_empty());
        let entered = Entered { plan: self, carried, drawn, is_fresh: true };
        for ((index, _), entry) in self.keys().zip(entered.all()) {
            if drawn.is_of_now(entry.place.tag) {
                index.entries.put(entry.place.clone(), address, self.pin);
            }
        }
        entered
    }

    /// The entries that `old` had and `new`, which replaced it, does not carry.
    fn ended(&self, old: NodeRef<'_, K, V>, new: &[Carried]) -> Vec<Carried> {
        let ends = |entry: &&Carried| !new.iter().any(|other| other.is(entry));
        let mut ended: Vec<_> = old.get().entries().iter().filter(ends).cloned().collect();
        let older = self.indexes.iter().filter_map(|index| {
            let place = index.older_place(old)?;
            Some(Carried { index: index.number, place })
        });
        ended.extend(older.filter(|entry| ends(&entry)));
        ended
    }
}

/// The entries of an attempt to write: taken out again unless it succeeds.
pub(crate) struct Entered<'p, 'g, K: 'static, V: 'static>
where
    K: Send + Sync,
    V: Send + Sync,
{
    plan: &'p Plan<'g, K, V>,
    carried: Option<Arc<[Carried]>>,
    /// Tags of some of them.
    drawn: Drawn,
    /// Those with a tag of this draw were put in for this attempt.
    is_fresh: bool,
}

impl<K, V> Entered<'_, '_, K, V>
where
    K: Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    fn all(&self) -> &[Carried] {
        self.carried.as_deref().unwrap_or_default()
    }

    /// What the draft carries; shared with the old snapshot if that carries the same.
    pub(crate) fn carried(&self) -> (Option<Arc<[Carried]>>, Drawn) {
        (self.carried.clone(), self.drawn)
    }

    /// The draft was published: its entries stay, and those of `old` that it does not carry end.
    pub(crate) fn keep(mut self, old: Option<NodeRef<'_, K, V>>) {
        self.is_fresh = false;
        if let Some(old) = old {
            old.get().note_ended(self.plan.ended(old, self.all()));
        }
    }
}

impl<K, V> Drop for Entered<'_, '_, K, V>
where
    K: Send + Sync,
    V: Send + Sync,
{
    fn drop(&mut self) {
        if !self.is_fresh {
            return;
        }
        for entry in self.all().iter().filter(|entry| self.drawn.is_of_now(entry.place.tag)) {
            self.plan.catalog.take_out(entry, self.plan.pin);
        }
    }
}
