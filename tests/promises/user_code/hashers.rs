//! Hashers that are the caller's own, good and bad.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::time::{Duration, Instant};

use folio::{Collection, Op};

use crate::kit::patience::settle;

thread_local! { static COMPARED: Cell<u64> = const { Cell::new(0) }; }

/// A key that counts how often it is compared.
#[derive(Clone, Copy, Debug, PartialOrd, Ord)]
struct Counted(u64);

impl PartialEq for Counted {
    fn eq(&self, other: &Self) -> bool {
        COMPARED.set(COMPARED.get() + 1);
        self.0 == other.0
    }
}

impl Eq for Counted {}

impl Hash for Counted {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0);
    }
}

type Numbers<S> = Collection<Counted, u64, S>;

/// Hands a number through, or makes one of all.
#[derive(Clone, Copy)]
enum Simple {
    Identity,
    Constant,
}

struct Taken(Simple, u64);

impl BuildHasher for Simple {
    type Hasher = Taken;

    fn build_hasher(&self) -> Taken {
        Taken(*self, 0)
    }
}

impl Hasher for Taken {
    fn finish(&self) -> u64 {
        match self.0 {
            Simple::Identity => self.1,
            Simple::Constant => 0,
        }
    }

    fn write(&mut self, _bytes: &[u8]) {
        unreachable!("the keys are numbers");
    }

    fn write_u64(&mut self, number: u64) {
        self.1 = number;
    }
}

/// Goal: with a hasher that does nothing every verb is right, and keys do not crowd together.
/// Method: 10,000 keys that differ in low, in middle and in high bits only; finding all of them
/// takes as many comparisons as it must, and not much longer than with the default hasher.
#[test]
fn identity_hasher_is_right_and_does_not_crowd() {
    for shift in [0, 20, 48] {
        let keys: Vec<_> = (0..10_000).map(|number: u64| Counted(number << shift)).collect();
        let usual = every_verb(RandomState::new(), &keys);
        let documents = every_verb(Simple::Identity, &keys);
        COMPARED.set(0);
        let time = time_of_reads(&documents, &keys);
        assert_eq!(COMPARED.get(), 10_000, "shifted by {shift}");
        let fastest = (0..20).map(|_| time_of_reads(&documents, &keys)).min().unwrap_or(time);
        let usual = (0..20).map(|_| time_of_reads(&usual, &keys)).min().unwrap_or(time);
        assert!(fastest < 10 * usual, "shifted by {shift}: {fastest:?}, usually {usual:?}");
    }
}

fn time_of_reads<S: BuildHasher>(documents: &Numbers<S>, keys: &[Counted]) -> Duration {
    let began = Instant::now();
    for key in keys {
        assert_eq!(documents.get(key).map(|found| *found), Some(key.0));
    }
    began.elapsed()
}

/// Goal: with a hasher that makes one of all every verb is right. Method: 500 keys.
#[test]
fn constant_hasher_is_right() {
    let keys: Vec<_> = (0..500).map(Counted).collect();
    let documents = every_verb(Simple::Constant, &keys);
    COMPARED.set(0);
    assert!(documents.contains(&keys[0]) && !documents.contains(&Counted(1 << 40)));
    assert!(COMPARED.get() >= 500, "all of them are in one place");
}

/// Puts every key through every verb, against a map. Each key is there in the end, as its number.
fn every_verb<S>(hasher: S, keys: &[Counted]) -> Numbers<S>
where
    S: BuildHasher + Clone + Send + Sync + 'static,
{
    let documents = Collection::builder().hasher(hasher).build().expect("on its own");
    let mut map = BTreeMap::new();
    for (step, &key) in keys.iter().enumerate() {
        assert!(documents.create(key, 1).is_ok() && documents.create(key, 2).is_err());
        assert!(documents.set(key, 2).is_ok_and(|outcome| !outcome.is_created()));
        assert!(documents.update(&key, |old| old + 1).is_ok_and(|change| *change.new == 3));
        assert!(documents.replace(&key, 4).is_ok());
        let seen = documents.get(&key).expect("it was set").revision();
        assert!(documents.compare_and_set(&key, seen, 5).is_ok());
        map.insert(key, 5);
        match step % 4 {
            0 => assert!(documents.remove(&key).is_ok_and(|old| old.is_some())),
            1 => assert!(documents.compute(key, |_| Op::Remove).is_ok()),
            2 => assert!(documents.remove_if(&key, |_| true).is_ok_and(|old| old.is_some())),
            _ => continue,
        }
        map.remove(&key);
    }
    assert_eq!(documents.retain(|key, _| key.0 != keys[3].0).ok(), Some(1));
    map.remove(&keys[3]);
    let view = documents.view();
    for key in keys {
        let found = documents.get_cloned(key);
        assert_eq!((found, view.get(key).map(|old| *old)), (map.get(key).copied(), found));
    }
    let listed: Vec<_> = documents.cursor().map(|found| (*found.key(), *found)).collect();
    assert_eq!(listed, map.into_iter().collect::<Vec<_>>());
    let fork = documents.fork().expect("it is open");
    assert!(documents.clear().is_ok_and(|cleared| cleared == listed.len()));
    assert_eq!((fork.len(), view.len(), documents.len()), (listed.len(), listed.len(), 0));
    drop(view);
    settle(&documents);
    assert!(documents.set_many(keys.iter().map(|key| (*key, key.0))).is_ok());
    assert_eq!(documents.pin().get_many(keys).flatten().count(), keys.len());
    assert_eq!((documents.verify(), fork.verify()), (Ok(()), Ok(())));
    documents
}
