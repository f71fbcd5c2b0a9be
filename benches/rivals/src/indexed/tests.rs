//! Every system finds what a look at all orders would find, before and after changes of each kind.

#[cfg(feature = "folio")]
use crate::indexed::folio::Folio;
use crate::indexed::free::{CrossbeamSkipList, SccTreeIndex};
use crate::indexed::locked::{RwLockBTreeMap, RwLockHashMap};
use crate::indexed::rusqlite::Rusqlite;
use crate::indexed::{Change, Indexed, Order, fill};
use crate::load::Ground;

fn answers_alike<S: Indexed>() {
    let ground = Ground::new(5_000, 7);
    let order = |i| {
        let Order { city, amount, .. } = ground.order(i, ground.moved());
        ground.order(i, 0).with(Change::Both { city, amount })
    };
    let late: S = fill(&ground, false);
    late.build();
    for store in [fill::<S>(&ground, true), late] {
        agree(&store, &(0..5_000).map(order).collect::<Vec<_>>());

        let changes = [
            Change::Count(9),
            Change::City(3),
            Change::Both { city: 7, amount: 77 },
            Change::City(order(3).city),
        ];
        let later = |i: usize| order(i).with(changes[i % 4]);
        for (i, key) in ground.keys.iter().enumerate() {
            store.change(key, changes[i % 4]);
        }
        store.settle();
        let mut orders: Vec<_> = (0..5_000).map(later).collect();
        agree(&store, &orders);

        for (i, key) in ground.fresh.iter().enumerate() {
            store.insert(*key, order(i));
        }
        orders.extend((0..5_000).map(order));
        agree(&store, &orders);
    }
}

fn agree<S: Indexed>(store: &S, orders: &[Order]) {
    let sum = |of: &dyn Fn(&Order) -> bool| {
        let found = orders.iter().filter(|order| of(order));
        found.fold((0, 0), |(seen, sum), order| (seen + 1, sum + order.count))
    };
    for city in [0, 3, 7, 49, 50] {
        let found = store.lookup(city);
        assert_eq!((found.seen, found.sum), sum(&|order| order.city == city), "{}", S::NAME);
    }
    for amounts in [0..100, 77..78, 2_450..3_700, 4_999..9_999] {
        let Some(found) = store.range(amounts.clone()) else { continue };
        let expected = sum(&|order| amounts.contains(&order.amount));
        assert_eq!((found.seen, found.sum), expected, "{}", S::NAME);
    }
}

#[cfg(feature = "folio")]
#[test]
fn folio_finds_all() {
    answers_alike::<Folio>();
}

#[test]
fn rwlock_hashmap_finds_all() {
    answers_alike::<RwLockHashMap>();
}

#[test]
fn rwlock_btreemap_finds_all() {
    answers_alike::<RwLockBTreeMap>();
}

#[test]
fn scc_tree_index_finds_all() {
    answers_alike::<SccTreeIndex>();
}

#[test]
fn skip_list_finds_all() {
    answers_alike::<CrossbeamSkipList>();
}

#[test]
fn rusqlite_finds_all() {
    answers_alike::<Rusqlite>();
}
