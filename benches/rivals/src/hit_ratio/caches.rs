//! The caches: each is asked for a key, and takes it in if it has it not.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use crate::eviction::{Policy, Token};

pub trait Cache {
    /// Whether it was there.
    fn ask(&mut self, key: u32) -> bool;
}

type Make = fn(usize) -> Box<dyn Cache>;

/// In the order of the table: [`FOLIO`], [`PEERS`], then what everybody knows.
pub const CACHES: [(&str, Make); 4] = [
    ("folio", |capacity| Box::new(Folio::new(capacity))),
    ("moka", |capacity| Box::new(Moka::new(capacity))),
    ("quick_cache", |capacity| Box::new(Quick::new(capacity))),
    ("lru", |capacity| Box::new(Lru::new(capacity))),
];
pub const FOLIO: usize = 0;
pub const PEERS: std::ops::Range<usize> = 1..3;

/// The policy alone, driven as a collection does it.
struct Folio {
    policy: Policy<u32>,
    /// With the mark that a reader leaves.
    inside: HashMap<u32, (Token, Cell<bool>), FixedState>,
}

impl Folio {
    fn new(capacity: usize) -> Self {
        Self { policy: Policy::new(capacity as u64), inside: HashMap::default() }
    }
}

impl Cache for Folio {
    fn ask(&mut self, key: u32) -> bool {
        if let Some((_, read)) = self.inside.get(&key) {
            read.set(true);
            return true;
        }
        while !self.policy.has_room(1) {
            let mut read = |key| self.inside[&key].1.take();
            let (token, gone) = self.policy.victim(&mut read).expect("nothing is pinned");
            self.policy.evict(token, &mut read);
            self.inside.remove(&gone);
        }
        let hash = self.inside.hasher().hash_one(key);
        let token = self.policy.admit(hash, key, 1, &mut |key| self.inside[&key].1.take());
        self.inside.insert(key, (token, Cell::new(false)));
        false
    }
}

struct Moka(moka::sync::Cache<u32, (), FixedState>);

impl Moka {
    fn new(capacity: usize) -> Self {
        let builder = moka::sync::Cache::builder().max_capacity(capacity as u64);
        Self(builder.build_with_hasher(FixedState::default()))
    }
}

impl Cache for Moka {
    fn ask(&mut self, key: u32) -> bool {
        let hit = self.0.get(&key).is_some();
        if !hit {
            self.0.insert(key, ());
        }
        self.0.run_pending_tasks();
        hit
    }
}

/// The unsynchronised cache is a single shard.
struct Quick(quick_cache::unsync::Cache<u32, ()>);

impl Quick {
    fn new(capacity: usize) -> Self {
        Self(quick_cache::unsync::Cache::new(capacity))
    }
}

impl Cache for Quick {
    fn ask(&mut self, key: u32) -> bool {
        let hit = self.0.get(&key).is_some();
        if !hit {
            self.0.insert(key, ());
        }
        hit
    }
}

struct Lru {
    capacity: usize,
    /// When each was last asked for, both ways round.
    last: HashMap<u32, u64, FixedState>,
    order: BTreeMap<u64, u32>,
    now: u64,
}

impl Lru {
    fn new(capacity: usize) -> Self {
        Self { capacity, last: HashMap::default(), order: BTreeMap::new(), now: 0 }
    }
}

impl Cache for Lru {
    fn ask(&mut self, key: u32) -> bool {
        self.now += 1;
        let before = self.last.insert(key, self.now);
        if let Some(before) = before {
            self.order.remove(&before);
        }
        self.order.insert(self.now, key);
        if self.last.len() > self.capacity
            && let Some((_, oldest)) = self.order.pop_first()
        {
            self.last.remove(&oldest);
        }
        before.is_some()
    }
}
