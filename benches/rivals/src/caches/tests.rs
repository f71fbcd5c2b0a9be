//! Every cache does the work it is timed for, and holds what it is said to hold.

use std::sync::Arc;

#[cfg(feature = "folio")]
use super::folio::{Batches, Folio, Owned, Plain};
use super::foyer::Foyer;
use super::mini_moka::MiniMoka;
use super::moka::Moka;
use super::quick_cache::Quick;
use super::{Cache, Content, Reader};
use crate::systems::Hasher;

fn works<V: Content, C: Cache<V>>(is_bounded: bool) {
    let cache = C::new(2_000, Hasher::default());
    for key in 0..1_000 {
        cache.insert(key, V::new(key));
    }
    cache.settle();
    for key in 0..1_000 {
        assert_eq!(cache.reader().get(key), Some(V::new(key).read()), "{}", C::NAME);
        assert_eq!(cache.load(key, || unreachable!("it is there")), V::new(key).read());
    }
    assert_eq!(cache.reader().get(1_000), None);
    assert_eq!(cache.load(1_000, || V::new(7)), V::new(7).read());
    assert_eq!(cache.reader().get(1_000), Some(V::new(7).read()), "{}", C::NAME);

    for key in 0..10_000 {
        cache.insert(key, V::new(key));
    }
    cache.settle();
    let held = (0..10_000).filter(|key| cache.reader().get(*key).is_some()).count();
    assert!(held >= 1_000 && (held <= 2_000) == is_bounded, "{}: {held}", C::NAME);
}

fn all_work<V: Content>() {
    #[cfg(feature = "folio")]
    {
        works::<V, Folio<V, Plain<true>>>(true);
        works::<V, Folio<V, Batches>>(true);
        works::<V, Folio<V, Owned>>(true);
        works::<V, Folio<V, Plain<false>>>(false);
    }
    works::<V, Moka<V>>(true);
    works::<V, Quick<V>>(true);
    works::<V, MiniMoka<V>>(true);
    works::<V, Foyer<V>>(true);
}

#[test]
fn all_work_with_words() {
    all_work::<u64>();
}

#[test]
fn all_work_with_bytes() {
    all_work::<Arc<[u8]>>();
}
