//! Every system does the work it is timed for, so that no ratio is one of different work. Each is
//! filled and churned on the same small ground, then asked for everything in every way.

use crate::load::{Ground, value};
use crate::systems::dashmap::Dashmap;
#[cfg(feature = "folio")]
use crate::systems::folio::Folio;
use crate::systems::papaya::Papaya;
use crate::systems::rwlock_hashmap::RwLockHashMap;
use crate::systems::scc_hash_index::SccHashIndex;
use crate::systems::{MANY, Pin, System, Value};

/// Reads see both ends of this, so that a half-written value could not pass.
const LAST: Value = [5, 0, 0, 0, 0, 0, 0, 9];

fn answers_alike<S: System>() {
    let ground = Ground::new(5_000, 7);
    let system: S = ground.fill();
    assert_eq!(system.walk().seen, 5_000, "{}", S::NAME);

    for key in &ground.keys {
        system.update(*key, LAST);
    }
    system.settle();
    for key in &ground.keys {
        assert_eq!(system.get(key), 5 ^ 9, "{}", S::NAME);
        assert_eq!(system.pin().read(key), 5 ^ 9, "{}", S::NAME);
    }
    let many: [_; MANY] = std::array::from_fn(|i| ground.keys[i * 70]);
    assert_eq!(system.pin().read_many(&many), 64 * (5 ^ 9), "{}", S::NAME);

    for key in &ground.fresh {
        system.insert(*key, value(3));
    }
    let walk = system.walk();
    assert_eq!((walk.seen, walk.sum), (10_000, 5_000 * (5 ^ 9)), "{}", S::NAME);
}

#[test]
fn papaya_does_the_work() {
    answers_alike::<Papaya>();
}

#[test]
fn dashmap_does_the_work() {
    answers_alike::<Dashmap>();
}

#[test]
fn scc_hash_index_does_the_work() {
    answers_alike::<SccHashIndex>();
}

#[test]
fn rwlock_hashmap_does_the_work() {
    answers_alike::<RwLockHashMap>();
}

#[cfg(feature = "folio")]
#[test]
fn folio_does_the_work() {
    answers_alike::<Folio>();
}
