//! Panics in the traits of keys and values, at every verb.

use std::hash::{BuildHasher, DefaultHasher, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};

use folio::{Collection, Forked, Op, Quota, Revision, Store};

use super::fuse::{CODES, Code, Key, Value, arm, disarm, generate_for};
use crate::kit::census::Census;

type Documents = Collection<Key, Value, Crowded>;
type Verb = (&'static str, fn(&Documents, &Census));

/// Every verb that runs code of the user, those that are refused included.
const VERBS: [Verb; 39] = [
    ("get", |c, m| drop(c.get(&key(m, 1)))),
    ("get of nothing", |c, m| drop(c.get(&key(m, 90)))),
    ("try_get", |c, m| drop(c.try_get(&key(m, 90)).map(|found| found.number()))),
    ("get_cloned", |c, m| drop(c.get_cloned(&key(m, 1)))),
    ("get_many", |c, m| assert_eq!(c.pin().get_many(&[key(m, 1), key(m, 2)]).count(), 2)),
    ("view", |c, m| drop(c.view().get(&key(m, 1)))),
    ("view, sorted", |c, _| assert_eq!(c.view().sorted().count() as u64, DOCUMENTS)),
    ("iter", |c, _| assert_eq!(c.iter().map(|found| found.number()).sum::<u64>(), 42)),
    ("stream", |c, _| assert_eq!(c.stream(2).map(|found| found.number()).sum::<u64>(), 42)),
    ("cursor", |c, _| drop(c.cursor().next())),
    ("insert", |c, m| drop(c.insert(value(m)))),
    ("create", |c, m| drop(c.create(key(m, 90), value(m)))),
    ("create what exists", |c, m| drop(c.create(key(m, 1), value(m)))),
    ("set", |c, m| drop(c.set(key(m, 1), value(m)))),
    ("set a new key", |c, m| drop(c.set(key(m, 90), value(m)))),
    ("set_many", |c, m| {
        drop(c.set_many([5, 1, 90, 1].map(|number| (key(m, number), value(m)))));
    }),
    ("replace", |c, m| drop(c.replace(&key(m, 1), value(m)))),
    ("replace nothing", |c, m| drop(c.replace(&key(m, 90), value(m)))),
    ("update", |c, m| drop(c.update(&key(m, 1), |_| value(m)))),
    ("update of nothing", |c, m| drop(c.update(&key(m, 90), |_| value(m)))),
    ("update_in_place", |c, m| drop(c.update_in_place(&key(m, 1), |_| {}))),
    ("upsert_with", |c, m| drop(c.upsert_with(key(m, 1), |_| value(m)))),
    ("compute, new", |c, m| drop(c.compute(key(m, 90), |_| Op::Put(value(m))))),
    ("compute, remove", |c, m| drop(c.compute(key(m, 1), |_| Op::Remove))),
    ("compare_and_set", |c, m| drop(c.compare_and_set(&key(m, 1), never(), value(m)))),
    ("compare_and_remove", |c, m| drop(c.compare_and_remove(&key(m, 1), never()))),
    ("remove", |c, m| drop(c.remove(&key(m, 1)))),
    ("remove_if", |c, m| drop(c.remove_if(&key(m, 1), |_| true))),
    ("retain", |c, _| drop(c.retain(|name, _| name.number() > 2))),
    ("clear", |c, _| drop(c.clear())),
    ("fork", |c, _| drop(c.fork())),
    ("fork_with", |c, m| drop(c.fork_with(|_, _| Forked::Replace(value(m))))),
    ("insert, refused", |c, m| drop(c.insert(bad(m)))),
    ("set, refused", |c, m| drop(c.set(key(m, 1), bad(m)))),
    ("set_many, refused", |c, m| drop(c.set_many([(key(m, 1), value(m)), (key(m, 90), bad(m))]))),
    ("compute, refused", |c, m| drop(c.compute(key(m, 1), |_| Op::Put(bad(m))))),
    ("fork_with, refused", |c, m| drop(c.fork_with(|_, _| Forked::Replace(bad(m))))),
    ("remove, maintain, set", |c, m| {
        drop(c.remove(&key(m, 1)));
        assert!(c.maintain() < 1_000);
        drop(c.set(key(m, 1), value(m)));
    }),
    ("many writes", |c, m| (0..150).for_each(|_| drop(c.set(key(m, 1), value(m))))),
];

/// Goal: a panic in a trait of a key or a value leaves the collection whole, loses nothing and
/// drops nothing twice. Method: each trait panics in each verb, the first time that it runs, the
/// second time, and so on until the verb is over before; then everything is counted and used.
#[test]
fn panic_in_a_trait_of_key_or_value_leaves_the_collection_whole() {
    for skips in [false, true] {
        for (name, verb) in VERBS {
            for code in CODES {
                let mut nth = 0;
                while panics_and_leaves_it_whole(name, verb, code, nth, skips) {
                    nth += 1;
                }
            }
        }
    }
}

/// Says whether it panicked: the verb runs `code` more than `nth` times.
fn panics_and_leaves_it_whole(
    name: &str,
    verb: fn(&Documents, &Census),
    code: Code,
    nth: u32,
    skips: bool,
) -> bool {
    let place = format!("{name}, {code:?} number {nth}");
    let census = Census::new();
    generate_for(&census);
    let documents = filled(&census, skips);
    let revision = documents.stats().revision;
    arm(code, nth);
    let done = catch_unwind(AssertUnwindSafe(|| verb(&documents, &census)));
    let panicked = disarm();
    if code.is_drop() {
        assert!(panicked || done.is_ok(), "{place}");
        // A write drops no value but those that it cleans up, and they are contained.
        let cleans = name == "many writes" && code == Code::ValueDrop;
        assert!(!cleans || done.is_ok(), "{place}: a write paid for what others left");
    } else {
        assert_eq!(done.is_err(), panicked, "{place}: the caller is told");
        let of_many = MANY.contains(&name);
        let wrote = panicked && documents.stats().revision != revision;
        assert!(of_many || !wrote, "{place}: written all the same");
    }
    assert_whole(&documents, &census, &place);
    drop(documents);
    generate_for(&Census::new());
    census.assert_all_dropped_once();
    panicked
}

/// That every key can be read, written, removed and created.
fn assert_whole(documents: &Documents, census: &Census, place: &str) {
    assert_eq!(documents.verify(), Ok(()), "{place}");
    assert_eq!(documents.len(), documents.view().len(), "{place}");
    let all = (0..DOCUMENTS).chain([90, 100]);
    for number in all {
        let name = || key(census, number);
        let there = documents.contains(&name());
        assert_eq!(documents.set(name(), value(census)).is_ok_and(|o| o.is_created()), !there);
        assert_eq!(documents.get(&name()).map(|found| found.number()), Some(7), "{place}");
        let version = documents.update(&name(), |_| value(census)).map(|new| new.outcome.version());
        assert!(version.is_ok_and(|version| version.get() > 1), "{place}");
        assert!(documents.remove(&name()).is_ok_and(|old| old.is_some()), "{place}");
        assert!(documents.create(name(), value(census)).is_ok(), "{place}");
    }
    assert!(documents.maintain() < 1_000, "{place}");
    assert_eq!((documents.len() as u64, documents.verify()), (DOCUMENTS + 2, Ok(())), "{place}");
}

/// Goal: a destructor that panics while a collection ends stops nothing and is not run again.
/// Method: each destructor panics in turn while the collection is closed, and while its last handle
/// goes, with views, snapshots and removed documents about.
#[test]
fn destructors_that_panic_while_a_collection_ends_are_contained() {
    for code in [Code::KeyDrop, Code::ValueDrop] {
        for closes in [false, true] {
            let mut nth = 0;
            while ends_whole(code, nth, closes) {
                nth += 1;
            }
            assert!(nth >= 4, "{nth} destructors ran");
        }
    }
}

fn ends_whole(code: Code, nth: u32, closes: bool) -> bool {
    let census = Census::new();
    let documents = filled(&census, false);
    let view = documents.view();
    let kept = documents.get(&key(&census, 3)).map(|found| found.snapshot());
    drop(documents.remove(&key(&census, 1)));
    drop(documents.set(key(&census, 2), value(&census)));
    arm(code, nth);
    let done = catch_unwind(AssertUnwindSafe(|| {
        if closes {
            documents.close();
            assert!(documents.maintain() < 1_000);
        }
        drop(documents);
        assert_eq!(view.iter().count() as u64, DOCUMENTS);
        drop(view);
    }));
    let panicked = disarm();
    assert!(done.is_ok(), "{code:?} number {nth}");
    assert_eq!(kept.as_ref().map(|found| (found.key().number(), found.number())), Some((3, 7)));
    assert_eq!(census.living(), 2, "{code:?} number {nth}");
    drop(kept);
    census.assert_all_dropped_once();
    panicked
}

/// Goal: what a namespace is said to hold is what it holds, whatever panics. Method: the destructor
/// of each key that `set_many` has replaced a document of panics in turn; the new ones are larger.
#[test]
fn destructors_that_panic_give_no_quota_back_twice() {
    let mut nth = 0;
    while grows_whole(nth) {
        nth += 1;
    }
    assert!(nth >= 2, "{nth} destructors ran");
}

fn grows_whole(nth: u32) -> bool {
    let (store, census) = (Store::new(), Census::new());
    let scope = store.scope("ada").expect("a namespace");
    scope.set_quota(Quota::default().max_bytes(10_000));
    let texts = scope.collection::<Key, Vec<u8>>("texts").expect("no quota of collections");
    let items = |len| [1, 2].map(|number| (key(&census, number), vec![0; len]));
    assert!(texts.set_many(items(1)).is_ok());
    let larger = items(1_000);
    arm(Code::KeyDrop, nth);
    let done = catch_unwind(AssertUnwindSafe(|| texts.set_many(larger).map(drop)));
    let panicked = disarm();
    assert_eq!(done.is_err(), panicked);
    let held: usize = texts.view().values().map(Vec::len).sum();
    let bytes = 2 * (size_of::<Key>() + size_of::<Vec<u8>>()) + held;
    assert_eq!((scope.usage().bytes, texts.verify()), (bytes as u64, Ok(())), "number {nth}");
    panicked
}

/// Goal: whoever drops the last snapshot gets its destructor's panic, and key and memory go all the
/// same. Method: snapshots that outlive their collection, value and key in turn.
#[test]
fn panic_of_a_snapshot_reaches_whoever_drops_it() {
    for code in [Code::KeyDrop, Code::ValueDrop] {
        let census = Census::new();
        let documents = filled(&census, false);
        let kept = documents.get(&key(&census, 3)).map(|found| found.snapshot());
        let copy = kept.clone();
        drop(documents);
        arm(code, 0);
        drop(copy);
        assert!(catch_unwind(AssertUnwindSafe(|| drop(kept))).is_err(), "{code:?}");
        assert!(disarm());
        census.assert_all_dropped_once();
    }
}

fn filled(census: &Census, skips: bool) -> Documents {
    let good = |value: &Value| if value.number() == 13 { Err("bad") } else { Ok(()) };
    let builder = Collection::builder().hasher(Crowded).validate(good);
    let builder = if skips { builder.unchanged_if(|_: &Value, _| false) } else { builder };
    let documents = builder.build().expect("a collection on its own");
    for number in 0..DOCUMENTS {
        assert!(documents.set(key(census, number), value(census)).is_ok());
    }
    // Removed, and not cleaned up yet.
    for number in [90, 91] {
        assert!(documents.set(key(census, number), value(census)).is_ok());
        assert!(documents.remove(&key(census, number)).is_ok());
    }
    documents
}

fn key(census: &Census, number: u64) -> Key {
    Key::new(census, number)
}

fn value(census: &Census) -> Value {
    Value::new(census, 7)
}

/// A value that the validator refuses.
fn bad(census: &Census) -> Value {
    Value::new(census, 13)
}

/// A revision that no document has any more.
fn never() -> Revision {
    Revision::new(1_000_000).expect("not 0")
}

/// Leads to two places only, so that every search compares.
#[derive(Clone, Copy)]
struct Crowded;

impl BuildHasher for Crowded {
    type Hasher = Half;

    fn build_hasher(&self) -> Half {
        Half(DefaultHasher::new())
    }
}

struct Half(DefaultHasher);

impl Hasher for Half {
    fn finish(&self) -> u64 {
        self.0.finish() & 1
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.write(bytes);
    }
}

const DOCUMENTS: u64 = 6;
/// Verbs that are many writes.
const MANY: [&str; 6] =
    ["set_many", "retain", "clear", "many writes", "remove, maintain, set", "fork_with"];
