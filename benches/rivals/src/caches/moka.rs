//! moka: values are cloned out; reads and writes are noted, and the policy follows in batches.

use moka::sync;

use crate::caches::{Cache, Content, Reader};
use crate::systems::Hasher;

pub struct Moka<V>(sync::Cache<u64, V, Hasher>);

impl<V: Content> Cache<V> for Moka<V> {
    const NAME: &'static str = "moka";

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
        self.0.get_with(key, make).read()
    }

    fn settle(&self) {
        self.0.run_pending_tasks();
    }
}

impl<V: Content> Reader for &Moka<V> {
    #[inline]
    fn get(&self, key: u64) -> Option<u64> {
        self.0.get(&key).map(|value| value.read())
    }
}
