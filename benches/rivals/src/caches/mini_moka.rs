//! mini-moka: dashmap inside, the policy follows in batches; it knows no verb that loads.

use mini_moka::sync::{self, ConcurrentCacheExt};

use crate::caches::{Cache, Content, Reader};
use crate::systems::Hasher;

pub struct MiniMoka<V>(sync::Cache<u64, V, Hasher>);

impl<V: Content> Cache<V> for MiniMoka<V> {
    const NAME: &'static str = "mini_moka";
    const MISS: &'static str = "each loads it: asked, and then put in";

    type Reader<'a> = &'a Self;

    fn new(capacity: usize, hasher: Hasher) -> Self {
        let builder = sync::Cache::builder().max_capacity(capacity as u64);
        Self(builder.build_with_hasher(hasher))
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
        self.reader().get(key).unwrap_or_else(|| {
            let value = make();
            let word = value.read();
            self.insert(key, value);
            word
        })
    }

    fn settle(&self) {
        self.0.sync();
    }
}

impl<V: Content> Reader for &MiniMoka<V> {
    #[inline]
    fn get(&self, key: u64) -> Option<u64> {
        self.0.get(&key).map(|value| value.read())
    }
}
