//! Lock-free trees beside `scc::HashIndex`, whose entry a writer holds while it changes the trees.
//!
//! The trees lead to the orders themselves. A change puts the new entry in before it takes the old
//! one out; where no key changes it replaces what the entry leads to.

use std::ops::{Bound, Range};
use std::sync::{Arc, OnceLock};

use crossbeam_epoch as epoch;
use crossbeam_skiplist::base::SkipList;
use scc::{Guard, HashIndex, TreeIndex};
use uuid::Uuid;

use crate::indexed::{BUILT, Change, Indexed, Order};
use crate::systems::{FOUND, Hasher, Walk};

/// Copy-on-write leaves: `scc::TreeIndex`.
pub type SccTreeIndex = Free<TreeIndex<(u32, Uuid), Arc<Order>>>;

/// The skip list that Folio's own indexes stand on, without anything around it.
pub type CrossbeamSkipList = Free<SkipList<(u32, Uuid), Arc<Order>>>;

pub struct Free<T> {
    all: HashIndex<Uuid, Arc<Order>, Hasher>,
    trees: OnceLock<[T; 2]>,
}

/// An index over one field.
pub trait Tree: Send + Sync + 'static {
    const NAME: &'static str;

    fn new() -> Self;
    /// Puts an entry in, or replaces what it leads to.
    fn put(&self, at: (u32, Uuid), order: Arc<Order>);
    fn take_out(&self, at: &(u32, Uuid));
    fn walk(&self, range: Range<(u32, Uuid)>) -> Walk;
}

impl<T: Tree> Indexed for Free<T> {
    const NAME: &'static str = T::NAME;
    const ANSWER: &'static str = "no instant: one that moves may come twice or not at all";

    fn new(hasher: Hasher) -> Self {
        Self { all: HashIndex::with_hasher(hasher), trees: OnceLock::new() }
    }

    /// Only while nobody writes.
    fn build(&self) {
        let [cities, amounts] = self.trees.get_or_init(|| [T::new(), T::new()]);
        for (key, order) in self.all.iter(&Guard::new()) {
            cities.put((order.city, *key), Arc::clone(order));
            amounts.put((order.amount, *key), Arc::clone(order));
        }
    }

    fn insert(&self, key: Uuid, order: Order) {
        let order = Arc::new(order);
        if let Some([cities, amounts]) = self.trees.get() {
            cities.put((order.city, key), Arc::clone(&order));
            amounts.put((order.amount, key), Arc::clone(&order));
        }
        assert!(self.all.insert_sync(key, order).is_ok());
    }

    fn change(&self, key: &Uuid, change: Change) {
        let mut entry = self.all.get_sync(key).expect(FOUND);
        let old = Arc::clone(entry.get());
        let new = Arc::new(old.with(change));
        if let Some([cities, amounts]) = self.trees.get() {
            follow(cities, old.city, new.city, key, &new);
            follow(amounts, old.amount, new.amount, key, &new);
        }
        entry.update(new);
    }

    fn lookup(&self, city: u32) -> Walk {
        let [cities, _] = self.trees.get().expect(BUILT);
        cities.walk((city, Uuid::nil())..(city + 1, Uuid::nil()))
    }

    fn range(&self, values: Range<u32>) -> Option<Walk> {
        let [_, amounts] = self.trees.get().expect(BUILT);
        Some(amounts.walk((values.start, Uuid::nil())..(values.end, Uuid::nil())))
    }

    fn settle(&self) {
        for _ in 0..8 {
            Guard::new().accelerate();
            self.all.retain_sync(|_, _| true);
            epoch::pin().flush();
        }
    }
}

fn follow<T: Tree>(tree: &T, from: u32, to: u32, key: &Uuid, new: &Arc<Order>) {
    tree.put((to, *key), Arc::clone(new));
    if from != to {
        tree.take_out(&(from, *key));
    }
}

impl Tree for TreeIndex<(u32, Uuid), Arc<Order>> {
    const NAME: &'static str = "scc_tree_index";

    fn new() -> Self {
        Self::new()
    }

    fn put(&self, at: (u32, Uuid), order: Arc<Order>) {
        self.upsert_sync(at, order);
    }

    fn take_out(&self, at: &(u32, Uuid)) {
        self.remove_sync(at);
    }

    fn walk(&self, range: Range<(u32, Uuid)>) -> Walk {
        let guard = Guard::new();
        // A range that begins before the first key takes scc 3.8.8 seconds.
        let from = match range.start {
            (0, _) => Bound::Unbounded,
            start => Bound::Included(start),
        };
        self.range((from, Bound::Excluded(range.end)), &guard)
            .fold(Walk::default(), |walk, (_, order)| walk.with(order))
    }
}

impl Tree for SkipList<(u32, Uuid), Arc<Order>> {
    const NAME: &'static str = "skip_list";

    fn new() -> Self {
        Self::new(epoch::default_collector().clone())
    }

    fn put(&self, at: (u32, Uuid), order: Arc<Order>) {
        let guard = epoch::pin();
        self.insert(at, order, &guard).release(&guard);
    }

    fn take_out(&self, at: &(u32, Uuid)) {
        let guard = epoch::pin();
        if let Some(entry) = self.remove(at, &guard) {
            entry.release(&guard);
        }
    }

    fn walk(&self, range: Range<(u32, Uuid)>) -> Walk {
        let guard = epoch::pin();
        let entries = self.range::<(u32, Uuid), _>(range, &guard);
        entries.fold(Walk::default(), |walk, entry| walk.with(entry.value()))
    }
}
