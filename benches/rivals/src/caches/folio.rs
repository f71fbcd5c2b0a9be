//! Folio itself: `set` puts in, `get_or_insert_with` loads.

use std::marker::PhantomData;

use folio::{Collection, Pinned};

use crate::caches::{Cache, Content, Reader};
use crate::systems::Hasher;
use crate::systems::folio::settle;

type Documents<V> = Collection<u64, V, Hasher>;

pub struct Folio<V: Content, W>(Documents<V>, PhantomData<W>);

/// How it is used.
pub trait Way: Send + Sync + 'static {
    const NAME: &'static str;
    const IS_BOUNDED: bool = true;

    type Reader<'a, V: Content>: Reader;

    fn reader<V: Content>(documents: &Documents<V>) -> Self::Reader<'_, V>;
}

/// A pin for each read; with a bound, or without.
pub struct Plain<const BOUNDED: bool>;

/// A pin for a batch of reads.
pub struct Batches;

/// Each document is owned by whoever reads it.
pub struct Owned;

impl<V: Content, W: Way> Cache<V> for Folio<V, W> {
    const NAME: &'static str = W::NAME;

    type Reader<'a> = W::Reader<'a, V>;

    fn new(capacity: usize, hasher: Hasher) -> Self {
        let builder = Collection::builder().hasher(hasher);
        let builder = if W::IS_BOUNDED { builder.max_entries(capacity) } else { builder };
        Self(builder.build().expect("a name of its own"), PhantomData)
    }

    #[inline]
    fn reader(&self) -> Self::Reader<'_> {
        W::reader(&self.0)
    }

    #[inline]
    fn insert(&self, key: u64, value: V) {
        self.0.set(key, value).expect("somebody can go");
    }

    #[inline]
    fn load(&self, key: u64, make: impl FnOnce() -> V) -> u64 {
        self.0.get_or_insert_with(&key, make).map(|value| value.read()).expect("somebody can go")
    }

    fn settle(&self) {
        settle(&self.0);
    }
}

impl<const BOUNDED: bool> Way for Plain<BOUNDED> {
    const NAME: &'static str = if BOUNDED { "folio" } else { "folio_unbounded" };
    const IS_BOUNDED: bool = BOUNDED;

    type Reader<'a, V: Content> = &'a Documents<V>;

    #[inline]
    fn reader<V: Content>(documents: &Documents<V>) -> &Documents<V> {
        documents
    }
}

impl Way for Batches {
    const NAME: &'static str = "folio_pinned";

    type Reader<'a, V: Content> = Pinned<'a, u64, V, Hasher>;

    #[inline]
    fn reader<V: Content>(documents: &Documents<V>) -> Self::Reader<'_, V> {
        documents.pin()
    }
}

impl Way for Owned {
    const NAME: &'static str = "folio_snapshot";

    type Reader<'a, V: Content> = Owners<'a, V>;

    #[inline]
    fn reader<V: Content>(documents: &Documents<V>) -> Owners<'_, V> {
        Owners(documents)
    }
}

pub struct Owners<'a, V: Content>(&'a Documents<V>);

impl<V: Content> Reader for &Documents<V> {
    #[inline]
    fn get(&self, key: u64) -> Option<u64> {
        Documents::get(self, &key).map(|value| value.read())
    }
}

impl<V: Content> Reader for Pinned<'_, u64, V, Hasher> {
    #[inline]
    fn get(&self, key: u64) -> Option<u64> {
        Pinned::get(self, &key).map(|value| value.read())
    }
}

impl<V: Content> Reader for Owners<'_, V> {
    #[inline]
    fn get(&self, key: u64) -> Option<u64> {
        let owner = self.0.get(&key)?.snapshot();
        Some(owner.read())
    }
}
