//! Names that come and go under many threads.

use std::thread;

use folio::{Store, StoreError};

use crate::common::crew::Crew;
use crate::common::dice::{Dice, seed};
use crate::kit::census::{Canary, Census};
use crate::kit::patience::until;

/// Goal: no document that was written is lost with its name, whoever drops the last handle just
/// then. Method: threads open the same few names, write a key of their own, drop the handle, and
/// must find it when they open the name again; they remove it then, so that names come and go.
#[test]
fn no_document_is_lost_while_names_come_and_go() {
    let (store, census) = (Store::new(), Census::new());
    let seed = seed();
    thread::scope(|threads| {
        for thread in 0..4 {
            let (store, census) = (&store, &census);
            threads.spawn(move || come_and_go(store, census, thread, Dice::new(seed + thread)));
        }
    });
    assert!(format!("{store:?}").contains("names: 0"), "{store:?}");
    until("all is given back", || census.living() == 0);
    census.assert_all_dropped_once();
}

fn come_and_go(store: &Store, census: &Census, thread: u64, mut dice: Dice) {
    for _ in 0..ROUNDS {
        let name = ["a", "b", "c"][dice.place(3)];
        let open = || store.collection::<u64, Canary>(name).expect("open");
        open().create(thread, census.value(thread)).expect("its own key");
        if dice.one_in(4) {
            assert!(store.collections("").iter().any(|found| &**found == name));
            let view = store.view().collection::<u64, Canary>(name).expect("its types");
            assert_eq!(view.get(&thread).expect("there").number(), thread);
        }
        let found = open().remove(&thread).expect("open");
        assert_eq!(found.expect("it was written").number(), thread);
    }
}

/// Goal: a close of the store and of its collections passes whoever creates and writes. Method: a
/// collection is closed for itself all the time, the store at the end; a write that was refused
/// says so, and one that was not took effect before.
#[test]
fn collections_and_stores_may_be_closed_under_writers() {
    for round in 0..CLOSES {
        let store = Store::new();
        thread::scope(|threads| {
            for thread in 0..3 {
                let store = store.clone();
                threads.spawn(move || write_and_close(&store, thread));
            }
            (0..round % 50).for_each(|_| thread::yield_now());
            let view = store.view();
            let len = view.collection::<u64, u64>("stock").expect("its types").len();
            store.close();
            assert_eq!(view.collection::<u64, u64>("stock").expect("its types").len(), len);
        });
        assert!(store.collections("").is_empty());
    }
}

/// Until the store is closed.
fn write_and_close(store: &Store, thread: u64) {
    for n in 0.. {
        let stock = match store.collection::<u64, u64>("stock") {
            Ok(stock) => stock,
            Err(StoreError::Closed) => return,
            Err(other) => panic!("{other}"),
        };
        let written = stock.set(thread, n);
        assert!(written.is_ok() || stock.is_closed());
        if thread == 0 && n % 8 == 0 {
            stock.close();
            assert!(stock.is_empty());
        }
    }
}

/// Goal: a view of a store finds what a name meant at its instant, whoever tidies up meanwhile.
/// Method: one thread looks, closes the collection that it has found, and looks again; others open
/// and drop views, which lets go of closed collections that no view shows.
#[test]
fn view_of_a_store_keeps_what_is_closed_while_views_come_and_go() {
    let (store, crew) = (Store::new(), Crew::default());
    thread::scope(|threads| {
        for _ in 0..3 {
            threads.spawn(|| {
                while !crew.is_done() {
                    drop(store.view());
                }
            });
        }
        let _member = crew.member();
        for round in 0..KEPT {
            let stock = store.collection::<u64, u64>("stock").expect("open");
            stock.set(1, round).expect("open");
            let view = store.view();
            stock.close();
            let kept = view.collection::<u64, u64>("stock").expect("its types");
            assert_eq!(kept.get(&1).map(|it| *it), Some(round), "it was there");
        }
    });
}

const KEPT: u64 = if cfg!(miri) { 20 } else { 20_000 };
const ROUNDS: usize = if cfg!(miri) { 20 } else { 5_000 };
const CLOSES: usize = if cfg!(miri) { 3 } else { 30 };
