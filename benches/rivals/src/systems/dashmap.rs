//! dashmap: a lock for each shard, values in place. It has no pin: a pinned read is a read.

use dashmap::DashMap;
use uuid::Uuid;

use crate::systems::{FOUND, Hasher, Pin, System, Value, Walk, read};

pub struct Dashmap(DashMap<Uuid, Value, Hasher>);

impl System for Dashmap {
    const NAME: &'static str = "dashmap";
    const WALK: &'static str = "no instant; its shard is read-locked while an item is held, so \
                                writers of that shard wait, and a write by the walker deadlocks";

    type Pin<'a> = &'a Self;
    type View = std::convert::Infallible;

    fn new(hasher: Hasher) -> Self {
        Self(DashMap::with_hasher(hasher))
    }

    #[inline]
    fn get(&self, key: &Uuid) -> u64 {
        self.0.get(key).map(|value| read(&value)).expect(FOUND)
    }

    #[inline]
    fn pin(&self) -> &Self {
        self
    }

    #[inline]
    fn insert(&self, key: Uuid, value: Value) {
        assert!(self.0.insert(key, value).is_none());
    }

    #[inline]
    fn update(&self, key: Uuid, value: Value) {
        assert!(self.0.insert(key, value).is_some());
    }

    fn walk(&self) -> Walk {
        self.0.iter().fold(Walk::default(), |walk, item| walk.and(item.value()))
    }
}

impl Pin for &Dashmap {
    #[inline]
    fn read(&self, key: &Uuid) -> u64 {
        self.get(key)
    }
}
