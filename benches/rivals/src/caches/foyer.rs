//! foyer's cache in memory: shards behind locks; a read hands out an entry that is counted. Its
//! verb that loads is for tasks only.

use crate::caches::{Cache, Content, Reader};
use crate::systems::Hasher;

pub struct Foyer<V: Content>(foyer_memory::Cache<u64, V, Hasher>);

impl<V: Content> Cache<V> for Foyer<V> {
    const NAME: &'static str = "foyer";
    const MISS: &'static str = "each thread loads it: asked, and then put in; of tasks, one";

    type Reader<'a> = &'a Self;

    fn new(capacity: usize, hasher: Hasher) -> Self {
        let builder = foyer_memory::CacheBuilder::new(capacity).with_hash_builder(hasher);
        Self(builder.build())
    }

    #[inline]
    fn reader(&self) -> &Self {
        self
    }

    #[inline]
    fn insert(&self, key: u64, value: V) {
        self.0.insert(key, value);
    }

    #[inline]
    fn load(&self, key: u64, make: impl FnOnce() -> V) -> u64 {
        let reader = self.reader();
        reader.get(key).unwrap_or_else(|| self.0.insert(key, make()).value().read())
    }
}

impl<V: Content> Reader for &Foyer<V> {
    #[inline]
    fn get(&self, key: u64) -> Option<u64> {
        self.0.get(&key).map(|entry| entry.value().read())
    }
}
