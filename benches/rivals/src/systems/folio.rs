//! Folio itself: `get` takes a pin of its own, `set` writes over an existing key, `create` puts in
//! a new one, `stream` walks one instant and hands out owned snapshots.

use folio::{Collection, Pinned, View};
use uuid::Uuid;

use crate::systems::{FOUND, Hasher, MANY, Pin, System, Value, Walk, read};

pub struct Folio(Collection<Uuid, Value, Hasher>);

impl System for Folio {
    const NAME: &'static str = "folio";
    const WALK: &'static str = "one instant, each document once, nobody waits";

    type Pin<'a> = Pinned<'a, Uuid, Value, Hasher>;
    type View = View<Uuid, Value, Hasher>;

    fn new(hasher: Hasher) -> Self {
        Self(Collection::builder().hasher(hasher).build().expect("a name of its own"))
    }

    #[inline]
    fn get(&self, key: &Uuid) -> u64 {
        self.0.get(key).map(|value| read(&value)).expect(FOUND)
    }

    #[inline]
    fn pin(&self) -> Self::Pin<'_> {
        self.0.pin()
    }

    #[inline]
    fn insert(&self, key: Uuid, value: Value) {
        assert!(self.0.create(key, value).is_ok());
    }

    #[inline]
    fn update(&self, key: Uuid, value: Value) {
        assert!(!self.0.set(key, value).expect("open, and without hooks").is_created());
    }

    fn walk(&self) -> Walk {
        self.0.stream(PREFETCH).fold(Walk::default(), |walk, document| walk.and(&document))
    }

    #[inline]
    fn view(&self) -> Option<Self::View> {
        Some(self.0.view())
    }

    fn settle(&self) {
        settle(&self.0);
    }
}

/// Does the maintenance that is due.
pub fn settle<K: folio::Key, V: folio::Value>(collection: &Collection<K, V, Hasher>) {
    // A grace period takes a few calls, and the first of them may find nothing to do yet.
    let mut idle = 0;
    while idle < GRACE {
        idle = if collection.maintain() == 0 { idle + 1 } else { 0 };
    }
}

impl Pin for Pinned<'_, Uuid, Value, Hasher> {
    #[inline]
    fn read(&self, key: &Uuid) -> u64 {
        self.get(key).map(|value| read(&value)).expect(FOUND)
    }

    #[inline]
    fn read_many(&self, keys: &[Uuid; MANY]) -> u64 {
        self.get_many(keys)
            .fold(0, |sum, found| sum.wrapping_add(found.map(|value| read(&value)).expect(FOUND)))
    }
}

/// Documents that a stream may read ahead.
const PREFETCH: usize = 64;

/// Calls of `maintain` without work after which nothing is due any more.
const GRACE: u32 = 16;
