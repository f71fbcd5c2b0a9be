//! `RwLock<HashMap<_, Arc<_>>>`: what one writes without a library. Reads look at the value under
//! the lock, which is cheaper than taking the `Arc` out; a pin is the read lock, kept.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::{RwLock, RwLockReadGuard};
use uuid::Uuid;

use crate::systems::{FOUND, Hasher, Pin, System, Value, Walk, read};

type Map = HashMap<Uuid, Arc<Value>, Hasher>;

pub struct RwLockHashMap(RwLock<Map>);

impl System for RwLockHashMap {
    const NAME: &'static str = "rwlock_hashmap";
    const WALK: &'static str = "one instant, but every writer waits until the walk is over";

    type Pin<'a> = RwLockReadGuard<'a, Map>;
    type View = std::convert::Infallible;

    fn new(hasher: Hasher) -> Self {
        Self(RwLock::new(HashMap::with_hasher(hasher)))
    }

    #[inline]
    fn get(&self, key: &Uuid) -> u64 {
        self.0.read().get(key).map(|value| read(value)).expect(FOUND)
    }

    #[inline]
    fn pin(&self) -> RwLockReadGuard<'_, Map> {
        self.0.read()
    }

    #[inline]
    fn insert(&self, key: Uuid, value: Value) {
        assert!(self.replace(key, value).is_none());
    }

    #[inline]
    fn update(&self, key: Uuid, value: Value) {
        assert!(self.replace(key, value).is_some());
    }

    fn walk(&self) -> Walk {
        Walk::over(self.0.read().values().map(|value| &**value))
    }
}

impl RwLockHashMap {
    /// Allocates before the lock is taken; what comes back is freed after it was given up.
    #[inline]
    fn replace(&self, key: Uuid, value: Value) -> Option<Arc<Value>> {
        let value = Arc::new(value);
        self.0.write().insert(key, value)
    }
}

impl Pin for RwLockReadGuard<'_, Map> {
    #[inline]
    fn read(&self, key: &Uuid) -> u64 {
        self.get(key).map(|value| read(value)).expect(FOUND)
    }
}
