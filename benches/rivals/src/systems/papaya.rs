//! papaya: lock-free table, values behind pointers, reclaimed by seize.

use papaya::{Guard, HashMap, HashMapRef, LocalGuard};
use uuid::Uuid;

use crate::systems::{FOUND, Hasher, Pin, System, Value, Walk, read};

pub struct Papaya(HashMap<Uuid, Value, Hasher>);

pub struct Pinned<'a>(HashMapRef<'a, Uuid, Value, Hasher, LocalGuard<'a>>);

impl System for Papaya {
    const NAME: &'static str = "papaya";
    const WALK: &'static str = "no instant: may or may not show what is written during the walk";

    type Pin<'a> = Pinned<'a>;
    type View = std::convert::Infallible;

    fn new(hasher: Hasher) -> Self {
        Self(HashMap::builder().hasher(hasher).build())
    }

    #[inline]
    fn get(&self, key: &Uuid) -> u64 {
        self.0.pin().get(key).map(read).expect(FOUND)
    }

    #[inline]
    fn pin(&self) -> Pinned<'_> {
        Pinned(self.0.pin())
    }

    #[inline]
    fn insert(&self, key: Uuid, value: Value) {
        assert!(self.0.pin().insert(key, value).is_none());
    }

    #[inline]
    fn update(&self, key: Uuid, value: Value) {
        assert!(self.0.pin().insert(key, value).is_some());
    }

    fn walk(&self) -> Walk {
        Walk::over(self.0.pin().values())
    }

    fn settle(&self) {
        self.0.guard().flush();
    }
}

impl Pin for Pinned<'_> {
    #[inline]
    fn read(&self, key: &Uuid) -> u64 {
        self.0.get(key).map(read).expect(FOUND)
    }
}
