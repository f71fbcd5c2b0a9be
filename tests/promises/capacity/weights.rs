//! Weights that are nothing, everything, too much, or never come.

use std::cell::Cell;
use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use folio::{Collection, Equivalent, Forked, Store, WriteError};

type Loads = Collection<u32, u32>;

/// Each document weighs what it is.
fn weighing(max: u64) -> Loads {
    let weigher = |_: &u32, value: &u32| {
        assert_ne!(*value, UNLUCKY, "the scales break");
        *value
    };
    Collection::builder().max_weight(max, weigher).build().expect("stands alone")
}

const UNLUCKY: u32 = 13;

fn held(loads: &Loads) -> (usize, u64) {
    (loads.len(), loads.stats().weight)
}

/// Goal: what weighs nothing is held beside anything, and makes nobody go. Method: a thousand such
/// documents beside one that fills the collection; a collection that may weigh nothing.
#[test]
fn what_weighs_nothing_takes_no_room() {
    let loads = weighing(10);
    loads.set(0, 10).expect("fits");
    (1..1_000).for_each(|key| assert!(loads.set(key, 0).is_ok()));
    assert_eq!((held(&loads), loads.stats().evictions), ((1_000, 10), 0));
    loads.set(1, 10).expect("the only one of any weight can go");
    assert!(loads.contains(&1) && !loads.contains(&0));
    assert_eq!(loads.stats().weight, 10);
    loads.verify().expect("consistent");

    let nothing = weighing(0);
    nothing.set(1, 0).expect("weighs nothing");
    let refused = nothing.set(2, 1).expect_err("there may be no weight at all");
    assert!(matches!(refused.reason, WriteError::OverCapacity { weight: 1, max: 0, .. }));
    assert_eq!(held(&nothing), (1, 0));
}

/// Goal: the greatest weight is one like any other. Method: room for two such documents; for a
/// little less than one.
#[test]
fn greatest_weight_is_counted() {
    let max = 2 * u64::from(u32::MAX);
    let loads = weighing(max);
    (1..=3).for_each(|key| assert!(loads.set(key, u32::MAX).is_ok(), "fits if alone"));
    assert_eq!(held(&loads), (2, max));
    loads.update(&3, |_| 1).expect("is there");
    assert_eq!(held(&loads), (2, u64::from(u32::MAX) + 1));
    loads.verify().expect("consistent");

    let small = weighing(u64::from(u32::MAX) - 1);
    let refused = small.set(1, u32::MAX).expect_err("heavier than all");
    assert_eq!(refused.given, (1, u32::MAX));
    assert_eq!(held(&small), (0, 0));
}

/// Goal: what takes more than four gibibytes counts as what it takes, for a capacity and a quota.
/// Method: memory that is asked for, and never touched.
#[test]
#[cfg(target_pointer_width = "64")]
fn what_takes_more_than_four_gibibytes_counts_whole() {
    const LARGE: usize = (4 << 30) + 1_000;
    const MAX: u64 = 5 << 30;
    let store = Store::new();
    let scope = store.scope("ada").expect("a namespace");
    let builder = scope.builder_for::<u32, Vec<u8>>("pictures").max_bytes(MAX);
    let pictures = builder.build().expect("a new name");
    (1..=2).for_each(|key| assert!(pictures.set(key, Vec::with_capacity(LARGE)).is_ok()));
    let (weight, bytes) = (pictures.stats().weight, scope.usage().bytes);
    assert!(weight > LARGE as u64 && weight == bytes, "{weight} in all, {bytes} of the namespace");
    assert_eq!((pictures.len(), pictures.contains(&2)), (1, true), "one fits");
    let beyond = pictures.set(3, Vec::with_capacity(5 << 30)).expect_err("with its key");
    assert!(matches!(beyond.reason, WriteError::OverCapacity { max: MAX, .. }));
    pictures.verify().expect("consistent");
}

/// Goal: an update that is heavier than all is refused, and what was there stays. Method: each verb
/// that replaces.
#[test]
fn what_grows_beyond_all_leaves_what_was_there() {
    let loads = weighing(100);
    loads.set(1, 60).expect("fits");
    loads.set(2, 40).expect("fits beside");
    let over = |reason: WriteError| matches!(reason, WriteError::OverCapacity { weight: 101, .. });
    assert!(loads.set(1, 101).is_err_and(|refused| refused.given == (1, 101)));
    assert!(loads.replace(&1, 101).is_err_and(|refused| refused.given == 101));
    let seen = loads.get(&1).expect("is there").revision();
    assert!(loads.compare_and_set(&1, seen, 101).is_err_and(|refused| over(refused.reason)));
    assert!(loads.update(&1, |_| 101).is_err_and(over));
    assert!(loads.upsert_with(3, |_| 101).is_err_and(over));
    assert!(loads.get_or_insert_with(&3, || 101).is_err_and(|it| it.given == Some(101)));
    let refused = loads.set_many([(0, 0), (1, 101), (2, 1)]).expect_err("half-way");
    assert_eq!(refused.given, [(1, 101), (2, 1)]);
    assert_eq!((loads.get_cloned(&1), held(&loads)), (Some(60), (3, 100)));
    loads.verify().expect("consistent");
}

/// Goal: a weigher that panics harms nobody, and takes no room. Method: each verb that weighs.
#[test]
fn weigher_that_panics_takes_no_room() {
    let loads = weighing(100);
    loads.set(1, 60).expect("fits");
    let writes: [&dyn Fn(); 7] = [
        &|| drop(loads.set(1, UNLUCKY)),
        &|| drop(loads.create(2, UNLUCKY)),
        &|| drop(loads.replace(&1, UNLUCKY)),
        &|| drop(loads.update(&1, |_| UNLUCKY)),
        &|| drop(loads.upsert_with(2, |_| UNLUCKY)),
        &|| drop(loads.get_or_insert_with(&2, || UNLUCKY)),
        &|| drop(loads.set_many([(0, 0), (2, UNLUCKY)])),
    ];
    for (nth, write) in writes.into_iter().enumerate() {
        assert!(catch_unwind(AssertUnwindSafe(write)).is_err(), "write {nth} is weighed");
        assert_eq!((loads.get_cloned(&1), loads.stats().weight), (Some(60), 60), "write {nth}");
        assert!(loads.get(&2).is_none() && loads.stats().loading == 0, "write {nth}");
        loads.verify().expect("consistent");
    }
    assert_eq!(*loads.get_or_insert_with(&2, || 40).expect("nobody is in the way"), 40);
}

/// A key to ask for. Something happens when it is first compared with another one.
struct Late<'a> {
    key: u32,
    happens: &'a dyn Fn(),
    has_happened: Cell<bool>,
}

impl Hash for Late<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

impl Equivalent<u32> for Late<'_> {
    fn equivalent(&self, key: &u32) -> bool {
        if !self.has_happened.replace(true) {
            (self.happens)();
        }
        self.key == *key
    }
}

impl fmt::Debug for Late<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.key.fmt(f)
    }
}

/// Goal: every document that is there was weighed. Method: a document is replaced that another
/// thread makes while it is looked for: all keys hash alike, and it is compared with another one
/// before that.
#[test]
fn what_is_replaced_just_after_it_was_made_is_weighed() {
    let weigher = |_: &u32, value: &u32| *value;
    let loads = Collection::builder().max_weight(100, weigher).hasher(Alike);
    let loads: Collection<u32, u32, Alike> = loads.build().expect("stands alone");
    loads.set(0, 1).expect("fits");
    let make = || thread::scope(|threads| drop(threads.spawn(|| loads.set(1, 5)).join()));
    let late = Late { key: 1, happens: &make, has_happened: Cell::new(false) };
    drop(loads.replace(&late, 7));
    let found = loads.get_cloned(&1).expect("it was made");
    assert_eq!(loads.stats().weight, 1 + u64::from(found));
}

/// Hashes everything alike.
#[derive(Clone, Copy, Default)]
struct Alike;

impl BuildHasher for Alike {
    type Hasher = Self;

    fn build_hasher(&self) -> Self {
        *self
    }
}

impl Hasher for Alike {
    fn finish(&self) -> u64 {
        7
    }

    fn write(&mut self, _bytes: &[u8]) {}
}

/// Goal: a fork holds no more than its original may. Method: one that makes the lighter of two
/// documents as heavy as both.
#[test]
fn fork_holds_no_more_than_there_may_be() {
    let loads = weighing(100);
    loads.set(1, 10).expect("fits");
    loads.set(2, 90).expect("fits beside");
    for heavy in [1, 2] {
        let grow = |key: &u32, _: &u32| {
            if *key == heavy { Forked::Replace(95) } else { Forked::Keep }
        };
        let fork = loads.fork_with(grow).expect("fits if alone");
        assert_eq!((fork.get_cloned(&heavy), held(&fork)), (Some(95), (1, 95)), "{heavy}");
        fork.verify().expect("consistent");
    }
    let all = loads.fork_with(|_, _| Forked::Replace(80)).expect("fits if alone");
    assert_eq!(held(&all), (1, 80));
    assert!(loads.fork_with(|_, _| Forked::Replace(101)).is_err(), "heavier than all");
    assert_eq!(held(&loads), (2, 100));
}
