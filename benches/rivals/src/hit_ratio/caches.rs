//! The caches: each is asked for a key, and takes it in if it has it not.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::FixedState;

use folio::Collection;

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

struct Folio(Collection<u32, (), FixedState>);

impl Folio {
    fn new(capacity: usize) -> Self {
        let builder = Collection::builder().hasher(FixedState::default()).max_entries(capacity);
        Self(builder.build().expect("one that stands by itself"))
    }
}

impl Cache for Folio {
    fn ask(&mut self, key: u32) -> bool {
        let hit = self.0.contains(&key);
        if !hit {
            self.0.set(key, ()).expect("somebody can go");
        }
        hit
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
