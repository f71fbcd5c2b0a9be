//! `scc::HashIndex`: lock-free reads of values in place, a lock for each bucket of 32 to write.
//!
//! Reads by `peek_with` or, pinned, by `peek`; updates by `get_sync(..).update(..)`, which puts a
//! new entry beside the old one; the old one goes when its bucket is written to after a grace
//! period.
//!
//! A peek that overlaps an update of its key may find neither the old entry nor the new one: it
//! looks at the blocks of a bucket one after the other, and an update may move the entry to one
//! that it has passed (seen in the mixed benches with scc 3.8.8). So a read that finds nothing
//! asks once more under the bucket's lock: no caller that must not miss could do with less.

use scc::{Guard, HashIndex};
use uuid::Uuid;

use crate::systems::{FOUND, Hasher, Pin, System, Value, Walk, read};

type Map = HashIndex<Uuid, Value, Hasher>;

pub struct SccHashIndex(Map);

pub struct Pinned<'a> {
    map: &'a Map,
    guard: Guard,
}

impl System for SccHashIndex {
    const NAME: &'static str = "scc_hash_index";
    const WALK: &'static str = "no instant; may show an entry twice while the table is resized";

    type Pin<'a> = Pinned<'a>;
    type View = std::convert::Infallible;

    fn new(hasher: Hasher) -> Self {
        Self(HashIndex::with_hasher(hasher))
    }

    #[inline]
    fn get(&self, key: &Uuid) -> u64 {
        self.0.peek_with(key, |_, value| read(value)).unwrap_or_else(|| read_locked(&self.0, key))
    }

    #[inline]
    fn pin(&self) -> Pinned<'_> {
        Pinned { map: &self.0, guard: Guard::new() }
    }

    #[inline]
    fn insert(&self, key: Uuid, value: Value) {
        assert!(self.0.insert_sync(key, value).is_ok());
    }

    #[inline]
    fn update(&self, key: Uuid, value: Value) {
        self.0.get_sync(&key).expect(FOUND).update(value);
    }

    fn walk(&self) -> Walk {
        let guard = Guard::new();
        Walk::over(self.0.iter(&guard).map(|(_, value)| value))
    }

    fn settle(&self) {
        // Several generations must pass before what was replaced can go.
        for _ in 0..8 {
            Guard::new().accelerate();
            self.0.retain_sync(|_, _| true);
        }
    }
}

impl Pin for Pinned<'_> {
    #[inline]
    fn read(&self, key: &Uuid) -> u64 {
        let found = self.map.peek(key, &self.guard).map(read);
        found.unwrap_or_else(|| read_locked(self.map, key))
    }
}

#[cold]
fn read_locked(map: &Map, key: &Uuid) -> u64 {
    map.read_sync(key, |_, value| read(value)).expect(FOUND)
}
