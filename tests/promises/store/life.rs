//! How long a store, and a name in it, lives.

use std::sync::mpsc;

use folio::{Index, Kind, Pattern, ReadError, Store, StoreError, WatchError, by};

use crate::kit::census::{Canary, Census};
use crate::kit::patience::{until, watched};

/// Goal: every handle keeps the store open, and the last one closes it. Method: each kind of
/// handle is the last one; a view is none.
#[test]
fn last_handle_closes_the_store() {
    let store = Store::new();
    let stock = store.collection::<u32, u32>("stock").expect("a new name");
    let other = store.collection::<u32, u32>("other").expect("a new name");
    other.set(1, 1).expect("open");
    let index: Index<u32, u32> = stock.create_index("all", by(|n: &u32| *n)).expect("a new one");
    let (view, copy) = (store.view(), store.clone());
    let of_other = other.view();
    drop((store, other));
    assert!(!copy.is_closed());
    drop(copy);
    assert!(stock.set(1, 1).is_ok(), "the handle of a collection keeps the store open");
    drop(stock);
    assert_eq!(index.len(), 1, "and so does that of an index");
    drop(index);
    assert_eq!(of_other.len(), 1, "an open view goes on");
    let found = view.collection::<u32, u32>("other").expect("its types");
    assert_eq!(found.get(&1).map(|n| *n), Some(1), "also one of the store");
}

/// Goal: a name keeps type and hooks while it has a handle or a document, and no longer. Method:
/// each alone, then neither.
#[test]
fn name_keeps_its_type_and_hooks_while_it_has_a_handle_or_a_document() {
    let store = Store::new();
    let build = || store.builder_for::<u32, u32>("name").skip_equal().build();
    let taken = || store.collection::<u8, u8>("name").is_err() && build().is_err();

    let handle = build().expect("a new name");
    let copy = handle.clone();
    drop(handle);
    assert!(taken(), "a handle keeps it");
    copy.set(1, 1).expect("open");
    drop(copy);
    assert!(taken(), "a document keeps it");
    let back = store.collection::<u32, u32>("name").expect("the same types");
    assert!(back.set(1, 1).expect("open").is_unchanged(), "with its hooks");
    let index = back.create_index("all", by(|n: &u32| *n)).expect("a new one");
    back.clear().expect("open");
    drop(back);
    assert!(taken(), "the handle of an index keeps it");
    drop(index);
    let other = store.collection::<u8, u8>("name").expect("nothing keeps it");
    drop(other);
    let stocked = build().expect("nothing keeps it");
    stocked.set(1, 1).expect("open");
    drop(stocked);
    assert_eq!(store.clear_prefix("").expect("open"), 1);
    assert!(store.collection::<u8, u8>("name").is_ok(), "its last document has gone");
}

/// Goal: a watch keeps a name with its types and hooks, but no store open. Method: it is all that
/// is left; another type is refused; the same type goes on and is told; the last handle closes.
#[test]
fn watch_keeps_the_name_and_nothing_open() {
    let store = Store::new();
    let handle = store.builder_for::<u32, u32>("name").skip_equal().build().expect("new");
    let mut watch = handle.watch().subscribe();
    drop(handle);
    assert!(matches!(store.strings("name"), Err(StoreError::TypeMismatch { .. })));
    let again = store.collection::<u32, u32>("name").expect("the same types");
    again.set(1, 1).expect("open");
    assert!(again.set(1, 1).expect("open").is_unchanged(), "with its hooks");
    again.clear().expect("open");
    drop(again);
    let kinds = [Kind::Created, Kind::Removed, Kind::Cleared];
    for kind in kinds {
        assert_eq!(watch.recv().expect("open").what(), kind);
    }
    assert!(store.strings("name").is_err());
    let other = store.collection::<u8, u8>("other").expect("a new name");
    drop(watch);
    assert!(store.strings("name").is_ok(), "nothing keeps it any more");
    let mut watch = other.watch().subscribe();
    drop((store, other));
    assert_eq!(watch.recv().map(drop), Err(WatchError::Closed));
}

/// Goal: the end of a `clear` is told whatever the keys, by a watch of a store as by one of a
/// collection; a store's leaves out collections whose keys are of another type. Method: both watch
/// a key that is not there; two collections are cleared.
#[test]
fn end_of_a_clear_is_told_whatever_the_keys() {
    let store = Store::new();
    let one = store.collection::<u32, u32>("one").expect("a new name");
    let other = store.collection::<String, u32>("other").expect("a new name");
    let mut of_one = one.watch().keys(Pattern::exact(7)).subscribe();
    let mut of_all = store.watch().keys(Pattern::exact(7_u32)).subscribe();
    one.set(1, 1).expect("open");
    other.clear().expect("open");
    one.clear().expect("open");
    let told = of_one.try_recv().expect("open").expect("an event");
    let told_by_all = of_all.try_recv().expect("open").expect("an event");
    assert_eq!((told.what(), told_by_all.kind()), (Kind::Cleared, Kind::Cleared));
    assert_eq!((told.revision, "one"), (told_by_all.revision(), told_by_all.collection()));
    assert!(of_one.try_recv().expect("open").is_none());
    assert!(of_all.try_recv().expect("open").is_none());
}

/// Goal: what is left of a collection stays for as long as the feed shows it, and no longer.
/// Method: collections come and go while another one is watched; the watch passes over what they
/// did.
#[test]
fn watch_passes_over_collections_that_have_gone() {
    let (store, census) = (Store::builder().feed_capacity(64).build(), Census::new());
    let kept = store.collection::<u64, u64>("kept").expect("a new name");
    let mut watch = kept.watch().subscribe();
    for round in 0..200 {
        let passing = store.collection::<u64, Canary>("passing").expect("free");
        (0..5).for_each(|n| assert!(passing.set(n, census.value(n)).is_ok()));
        match round % 3 {
            0 => passing.close(),
            _ => assert_eq!(passing.clear().expect("open"), 5),
        }
        drop(passing);
        kept.set(round, round).expect("open");
        let event = watch.recv().expect("it follows");
        assert_eq!(event.key(), Some(&round));
    }
    until("the feed has passed over all of them", || {
        kept.set(0, 0).expect("open");
        watch.recv().expect("it follows");
        store.maintain();
        census.living() == 0
    });
    census.assert_all_dropped_once();
}

/// Goal: a name without handle and document gives its memory back. Method: what was replaced and
/// removed there is counted; an open view of the store holds it, and gives it back.
#[test]
fn name_that_nothing_keeps_gives_its_memory_back() {
    let (store, census) = (Store::new(), Census::new());
    for viewed in [false, true] {
        let canaries = store.collection::<u64, Canary>("canaries").expect("free");
        (0..100).for_each(|n| assert!(canaries.set(n, census.value(n)).is_ok()));
        let view = viewed.then(|| store.view());
        canaries.clear().expect("open");
        drop(canaries);
        if let Some(view) = view {
            let before = view.collection::<u64, Canary>("canaries").expect("as it was");
            assert_eq!(before.values().map(Canary::number).sum::<u64>(), 99 * 100 / 2);
            let _another_life = store.collection::<u8, u8>("canaries").expect("free");
            assert_eq!(view.collection::<u64, Canary>("canaries").expect("as it was").len(), 100);
            drop(view);
            assert_eq!(census.living(), 100, "the view of the collection goes on");
            assert_eq!(before.len(), 100);
        }
        assert_eq!(census.living(), 0);
        assert!(format!("{store:?}").contains("names: 0"), "{store:?}");
    }
    census.assert_all_dropped_once();
}

/// Goal: a collection closes for itself alone, and its name is free. Method: its handles, another
/// collection, a view of the store from before, and the name's next life.
#[test]
fn collection_of_a_store_closes_for_itself_alone() {
    let store = Store::new();
    let stock = store.collection::<u32, u32>("stock").expect("a new name");
    let other = store.collection::<u32, u32>("other").expect("a new name");
    stock.set(1, 1).expect("open");
    let view = store.view();
    let copy = stock.clone();
    stock.close();
    stock.close();
    assert!(copy.is_closed() && copy.set(2, 2).is_err() && copy.get(&1).is_none());
    assert!(matches!(copy.try_get(&1), Err(ReadError::Closed { .. })));
    assert!(!store.is_closed() && other.set(1, 1).is_ok());
    assert_eq!(store.collections(""), ["other".into()]);

    let again = store.collection::<String, u32>("stock").expect("the name is free");
    again.set("apples".into(), 3).expect("open");
    assert!(copy.is_closed() && copy.is_empty(), "they are two collections");
    drop((stock, copy));
    assert_eq!(again.len(), 1, "the first one's handles are nothing to the second");
    assert_eq!(view.collection::<u32, u32>("stock").expect("as it was").len(), 1);
    let now = store.view().collection::<String, u32>("stock").expect("as it is");
    assert_eq!(now.len(), 1);
}

/// Goal: a close is one for all. Method: idempotent; every collection refuses, every question is
/// answered; views from before go on, later ones show nothing.
#[test]
fn closing_the_store_closes_every_collection() {
    let (store, census) = (Store::new(), Census::new());
    let kept = store.collection::<u64, Canary>("kept").expect("a new name");
    kept.set(1, census.value(1)).expect("open");
    let left = store.collection::<u64, Canary>("left").expect("a new name");
    left.set(1, census.value(2)).expect("open");
    drop(left);
    let view = store.view();
    store.close();
    store.close();
    assert!(store.is_closed() && kept.is_closed());
    assert!(kept.set(2, census.value(3)).is_err() && kept.get(&1).is_none());
    assert!(matches!(store.collection::<u64, Canary>("kept"), Err(StoreError::Closed)));
    assert!(matches!(store.strings("new"), Err(StoreError::Closed)));
    assert!(matches!(store.builder_for::<u8, u8>("new").build(), Err(StoreError::Closed)));
    assert!(matches!(store.fork(), Err(StoreError::Closed)));
    assert!(store.collections("").is_empty() && store.count("") == 0);
    assert_eq!(store.stats().documents, 0);
    let closed = store.view();
    assert_eq!(closed.revision(), 0);
    assert!(closed.collection::<u64, Canary>("kept").expect("nothing").is_empty());
    assert!(closed.collections("").is_empty());
    assert_eq!(view.collections(""), ["kept".into(), "left".into()]);
    assert_eq!(view.collection::<u64, Canary>("left").expect("as it was").len(), 1);
    assert_eq!(census.living(), 2);
    drop(view);
    until("all is given back", || {
        kept.maintain();
        census.living() == 0
    });
    census.assert_all_dropped_once();
}

/// Goal: whoever is told of a close may ask the store anything. Method: callbacks on a collection
/// and on the store call it while it, or the collection alone, is being closed; under a watchdog.
#[test]
fn store_may_be_asked_by_whoever_is_told_of_its_close() {
    watched(|doing| {
        doing("closing under callbacks".into());
        let store = Store::new();
        let (tell, told) = mpsc::channel();
        let stocks = ["one", "two"].map(|name| store.collection::<u32, u32>(name).expect("new"));
        let subscriptions = [0, 1].map(|place| {
            let (store, tell) = (store.clone(), tell.clone());
            stocks[place].on_change(move |event| {
                let (names, new) = (store.collections(""), store.strings("new").is_ok());
                tell.send((event.is_err(), names.len(), new)).expect("it is heard");
            })
        });
        stocks[0].set(1, 1).expect("open");
        assert_eq!(told.try_recv(), Ok((false, 1, true)));
        stocks[0].close();
        assert_eq!(told.try_recv(), Ok((true, 0, true)));
        store.close();
        assert_eq!(told.try_recv(), Ok((true, 0, false)));
        drop(subscriptions);
    });
}

/// Goal: a handle may be dropped anywhere, also by what the collection itself holds. Method: values
/// own handles of other collections, whose last documents own further ones.
#[test]
fn values_may_own_handles_of_their_store() {
    struct Owner(#[expect(dead_code, reason = "owned for its destructor")] Option<Handle>);
    type Handle = folio::Collection<u32, Owner>;
    let store = Store::new();
    let mut inner: Option<Handle> = None;
    for name in ["a", "b", "c", "d"] {
        let next = store.collection::<u32, Owner>(name).expect("a new name");
        next.set(1, Owner(inner.take())).expect("open");
        inner = Some(next);
    }
    let last = inner.expect("four were made");
    last.remove(&1).expect("open");
    drop(last);
    until("only what has documents has a name", || {
        store.maintain();
        format!("{store:?}").contains("names: 3")
    });
    assert_eq!(store.clear_prefix("").expect("open"), 3);
    until("all names are gone", || {
        store.maintain();
        format!("{store:?}").contains("names: 0")
    });
    let stock = store.collection::<u32, Owner>("own").expect("free");
    stock.set(1, Owner(Some(stock.clone()))).expect("open");
    store.close();
}

/// Goal: figures of a store are those of its collections. Method: after some of everything.
#[test]
fn figures_of_a_store_add_up_those_of_its_collections() {
    let store = Store::new();
    let one = store.collection::<u32, u32>("one").expect("a new name");
    let two = store.collection::<u32, String>("two").expect("a new name");
    one.create_index("all", by(|n: &u32| *n)).expect("a new one");
    (0..10).for_each(|n| assert!(one.set(n, n).is_ok()));
    two.set(1, "a".into()).expect("open");
    let view = store.view();
    two.set(1, "b".into()).expect("open");
    let stats = store.stats();
    assert_eq!((stats.documents, stats.writes, stats.places), (11, 12, 11));
    assert_eq!((stats.views, stats.oldest_view), (1, Some(view.revision())));
    assert_eq!((stats.revision, stats.retired, stats.index_entries), (12, 1, 10));
    drop(view);
    until("what the view kept is freed", || {
        store.maintain();
        store.stats().retired == 0
    });
}
