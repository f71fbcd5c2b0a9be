//! `quick_cache`: shards behind locks that readers share; values are cloned out.

use std::convert::Infallible;

use quick_cache::UnitWeighter;
use quick_cache::sync::{self, DefaultLifecycle};

use crate::caches::{Cache, Content, Reader};
use crate::systems::Hasher;

pub struct Quick<V>(sync::Cache<u64, V, UnitWeighter, Hasher>);

impl<V: Content> Cache<V> for Quick<V> {
    const NAME: &'static str = "quick_cache";

    type Reader<'a> = &'a Self;

    fn new(capacity: usize, hasher: Hasher) -> Self {
        let lifecycle = DefaultLifecycle::default();
        Self(sync::Cache::with(capacity, capacity as u64, UnitWeighter, hasher, lifecycle))
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
        let found = self.0.get_or_insert_with::<_, Infallible>(&key, || Ok(make()));
        let Ok(value) = found;
        value.read()
    }
}

impl<V: Content> Reader for &Quick<V> {
    #[inline]
    fn get(&self, key: u64) -> Option<u64> {
        self.0.get(&key).map(|value| value.read())
    }
}
