//! Watches of stores that are read late, or wait in quiet collections.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::thread;
use std::time::Duration;
#[cfg(feature = "async")]
use std::{
    pin::Pin,
    task::{Context, Waker},
};

use folio::{Collection, Kind, Pattern, Store, WatchError};
#[cfg(feature = "async")]
use futures_core::Stream;

use crate::kit::alone::alone;
use crate::kit::patience::watched;

/// What a replay that is read late tells of the collection `a`, in which 1 was there when it
/// began, when `change` and much else has happened: the keys that are there in the end.
fn told_late(change: impl FnOnce(&Store, Collection<u32, u32>)) -> BTreeSet<String> {
    let store = Store::builder().feed_capacity(1_024).build();
    let a = store.collection::<u32, u32>("a").expect("a new name");
    assert!(a.set(1, 1).is_ok());
    let mut watch = store.watch().replay().subscribe();
    let mut replica = BTreeSet::new();
    let first = watch.recv().expect("it replays");
    replica.insert(first.key_text().to_string());
    change(&store, a);
    let busy = store.collection::<u32, u32>("busy").expect("a new name");
    (0..600).for_each(|n| assert!(busy.set(0, n).is_ok()));
    while let Some(event) = watch.try_recv().expect("nothing is missed") {
        if event.collection() == "a" {
            let key = event.key_text().to_string();
            let changes = match event.kind() {
                Kind::Removed => replica.remove(&key),
                Kind::Cleared => true,
                kind => replica.insert(key) == (kind == Kind::Created),
            };
            assert!(changes, "{event:?}");
        }
    }
    replica
}

fn keys<const N: usize>(keys: [&str; N]) -> BTreeSet<String> {
    keys.map(String::from).into()
}

/// Goal: what happened in a collection that is not there any more is told by a replay that had
/// shown it. Method: it is let go of empty, made anew with another key and with the same, or
/// closed; between the views of a replay.
#[test]
fn late_replay_tells_of_collections_that_have_gone() {
    let gone = told_late(|_, a| assert!(a.remove(&1).is_ok()));
    assert_eq!(gone, keys([]));
    let anew = told_late(|store, a| {
        assert!(a.remove(&1).is_ok());
        drop(a);
        assert!(store.collection::<u32, u32>("a").is_ok_and(|a| a.set(2, 2).is_ok()));
    });
    assert_eq!(anew, keys(["2"]));
    let same = told_late(|store, a| {
        assert!(a.remove(&1).is_ok());
        drop(a);
        assert!(store.collection::<u32, u32>("a").is_ok_and(|a| a.set(1, 2).is_ok()));
    });
    assert_eq!(same, keys(["1"]));
    let closed = told_late(|_, a| {
        assert!(a.set(2, 2).is_ok());
        a.close();
    });
    assert_eq!(closed, keys(["1", "2"]));
}

/// Goal: who waits in a quiet collection does not fall behind, however little is written in each
/// of the others. Method: 200 collections with 60 writes each, then one to the key that is waited
/// for; in a process of its own, since whoever writes anywhere in it holds the feed's end up.
#[cfg(feature = "async")]
#[test]
fn watch_of_a_quiet_collection_does_not_lag_behind_many_small_ones() {
    if !alone("store::late::watch_of_a_quiet_collection_does_not_lag_behind_many_small_ones") {
        return;
    }
    let store = Store::new();
    let quiet = store.collection::<u32, u32>("quiet").expect("a new name");
    assert!(quiet.set(0, 0).is_ok());
    let mut watch = quiet.watch().keys(Pattern::exact(0)).subscribe();
    let mut asleep = Context::from_waker(Waker::noop());
    assert!(Pin::new(&mut watch).poll_next(&mut asleep).is_pending());
    for n in 0..200 {
        let small = store.collection::<u32, u32>(&format!("small {n}")).expect("a new name");
        (0..60).for_each(|key| assert!(small.set(key, key).is_ok()));
    }
    assert!(store.stats().feed_kept < 6_000, "{}", store.stats().feed_kept);
    let last = quiet.set(0, 1).expect("open").revision();
    assert_eq!(watch.recv().map(|event| event.revision), Ok(last));
}

/// Goal: a key's destructor may watch: nothing is locked when it runs. Method: keys of watches
/// that come and go, each of which begins another watch when it is dropped.
#[test]
fn destructor_of_a_watched_key_may_watch() {
    watched(|tell| {
        tell("watches come and go".into());
        let store = Store::new();
        let stock = store.collection::<u32, u32>("stock").expect("a new name");
        for n in 0..1_000 {
            let key = Watching { name: n % 7, store: Some(store.clone()) };
            let watch = store.watch().keys(Pattern::exact(key)).subscribe();
            assert!(stock.set(n % 3, n).is_ok());
            drop(watch);
        }
    });
}

/// A key that watches when it is dropped.
#[derive(Clone, Debug)]
struct Watching {
    name: u32,
    store: Option<Store>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        drop(self.store.take().map(|store| store.watch().subscribe()));
    }
}

impl PartialEq for Watching {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Watching {}

impl Hash for Watching {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl PartialOrd for Watching {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Watching {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.name.cmp(&other.name)
    }
}

/// Goal: a watch that is not read costs its slots, whatever draws revisions. Method: collections
/// that come, are written three times and go, where the goings fall on every fourth revision; names
/// that are asked for and hold nothing; and clearing what is empty; in a process of its own, since
/// whoever is pinned anywhere in it holds the feed's end up.
#[test]
fn feed_is_tended_whatever_draws_revisions() {
    if !alone("store::late::feed_is_tended_whatever_draws_revisions") {
        return;
    }
    let kept = |round: &dyn Fn(&Store)| {
        let store = Store::builder().feed_capacity(512).build();
        let _watch = store.watch().subscribe();
        (0..20_000).for_each(|_| round(&store));
        store.stats().feed_kept
    };
    let come = |store: &Store| store.collection::<u32, u32>("passing").expect("open");
    let come_and_go = kept(&|store| {
        let passing = come(store);
        assert!(passing.set(1, 1).is_ok() && passing.set(1, 2).is_ok());
        assert!(passing.remove(&1).is_ok());
    });
    let only_asked = kept(&|store| drop(come(store)));
    let all_kept = [come_and_go, only_asked, kept(&|store| drop(come(store).clear()))];
    assert!(all_kept.iter().all(|kept| *kept < 2 * 512), "{all_kept:?}");
}

/// A key of which one is not comparable with others.
#[derive(Clone, Debug, PartialOrd, Ord)]
struct Odd(u32);

impl Hash for Odd {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl PartialEq for Odd {
    fn eq(&self, other: &Self) -> bool {
        assert_eq!(self.0 == 13, other.0 == 13, "told so");
        self.0 == other.0
    }
}

impl Eq for Odd {}

/// Goal: a key's `Eq` that panics at what a watch of a store looks for costs neither a write nor
/// anybody else's event. Method: one who waits for all, one who waits for the odd one, a callback
/// that replays; writes of other keys.
#[test]
fn key_that_panics_when_compared_is_none_that_is_looked_for() {
    watched(|_| {
        let store = Store::new();
        let odds = store.collection::<Odd, u32>("odds").expect("a new name");
        let mut of_all = store.watch().subscribe();
        let mut of_one = store.watch().keys(Pattern::exact(Odd(13))).subscribe();
        let waits = thread::spawn(move || of_all.recv().map(|event| event.revision()));
        let sleeps = thread::spawn(move || of_one.recv().map(|event| event.revision()));
        // Until both sleep, or nearly.
        thread::park_timeout(Duration::from_millis(20));
        let first = odds.set(Odd(1), 1).expect("a write is a write").revision();
        assert_eq!(waits.join().expect("no panic"), Ok(first));
        let replays = store.watch().replay().keys(Pattern::exact(Odd(13)));
        let subscription = replays.for_each(|_| unreachable!("nothing is there"));
        assert!(odds.set(Odd(2), 2).is_ok());
        assert_eq!(subscription.panics(), 0);
        store.close();
        assert_eq!(sleeps.join().expect("no panic"), Err(WatchError::Closed));
    });
}
