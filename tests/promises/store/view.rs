//! Views of a whole store: one instant of all collections.

use std::sync::Arc;
use std::thread;

use folio::{Store, StoreView, by};

use crate::common::crew::Crew;

/// Goal: what was committed first is seen by whoever sees what was committed second, whatever the
/// collections. Method: a writer counts in three collections in turn; views never show a count
/// that is ahead of the one before it, nor more than one behind.
#[test]
fn view_of_a_store_shows_no_effect_without_its_cause() {
    let store = Store::new();
    let names = ["first", "second", "third"];
    let counts = names.map(|name| store.collection::<u32, u64>(name).expect("a new name"));
    assert!(counts.iter().all(|count| count.set(1, 0).is_ok()));
    let crew = Crew::default();
    thread::scope(|threads| {
        for _ in 0..2 {
            threads.spawn(|| {
                let _member = crew.member();
                let mut seen = 0;
                for _ in 0..ROUNDS {
                    let view = store.view();
                    // Backwards: were these three instants, the last would be ahead.
                    let now @ [third, second, first] =
                        ["third", "second", "first"].map(|name| count_in(&view, name));
                    assert!(first >= second && second >= third && third + 1 >= first, "{now:?}");
                    assert!(first >= seen, "later views see more");
                    seen = first;
                }
            });
        }
        threads.spawn(|| {
            let mut round = 0;
            while !crew.is_done() {
                round += 1;
                assert!(counts.iter().all(|count| count.set(1, round).is_ok()));
            }
        });
    });
}

/// Goal: a document that moves from one collection to another is in one of them at least, at every
/// instant. Method: it is created in the new place before it is removed from the old one; views
/// find it, by key and by index.
#[test]
fn document_that_moves_between_collections_is_in_every_view() {
    let store = Store::new();
    let halls = ["east", "west"].map(|name| {
        let hall = store.collection::<u32, u32>(name).expect("a new name");
        hall.create_index("all", by(|guest: &u32| *guest)).expect("a new one");
        hall
    });
    halls[0].set(7, 7).expect("open");
    let crew = Crew::default();
    thread::scope(|threads| {
        threads.spawn(|| {
            let _member = crew.member();
            for _ in 0..ROUNDS {
                let view = store.view();
                let found = ["east", "west"].map(|name| guests_in(&view, name));
                assert!(found[0] + found[1] >= 1, "it is nowhere at {}", view.revision());
            }
        });
        threads.spawn(|| {
            for (from, to) in [(0, 1), (1, 0)].into_iter().cycle() {
                halls[to].set(7, 7).expect("open");
                halls[from].remove(&7).expect("open");
                if crew.is_done() {
                    return;
                }
            }
        });
    });
}

/// Goal: views of collections agree with the view of the store that they are of, and with each
/// other, whatever happens to the names meanwhile. Method: a name has three lives, of three types;
/// a view from each, asked again and again, also after the next ones.
#[test]
fn view_of_a_store_finds_what_a_name_meant_at_its_instant() {
    let store = Store::new();
    let nothing = store.view();
    let first = store.collection::<u32, u32>("name").expect("free");
    first.set(1, 1).expect("open");
    let of_first = store.view();
    first.clear().expect("open");
    drop(first);
    let between = store.view();
    let second = store.collection::<u32, String>("name").expect("free");
    second.set(1, "two".into()).expect("open");
    let of_second = store.view();
    second.close();
    let third = store.collection::<u32, bool>("name").expect("free");
    third.set(1, true).expect("open");
    let of_third = store.view();

    for _ in 0..2 {
        assert!(nothing.collections("").is_empty() && between.collections("").is_empty());
        let one = of_first.collection::<u32, u32>("name").expect("its types");
        let two = of_second.collection::<u32, String>("name").expect("its types");
        let three = of_third.collection::<u32, bool>("name").expect("its types");
        assert_eq!(one.get(&1).map(|n| *n), Some(1));
        assert_eq!(two.get(&1).map(|text| text.len()), Some(3));
        assert_eq!(three.get(&1).map(|truth| *truth), Some(true));
        assert_eq!(one.revision(), of_first.revision());
        for view in [&of_first, &of_second, &of_third] {
            assert_eq!(view.collections("na"), ["name".into()]);
        }
        assert!(
            of_second.collection::<u32, bool>("name").is_err(),
            "not its types at that instant"
        );
        assert!(nothing.collection::<u8, u8>("no such").expect("empty").is_empty());
        assert!(nothing.collection::<u32, u32>("name").expect("empty").is_empty());
    }
    let clone = of_second.clone();
    drop((of_first, of_second));
    assert_eq!(clone.collection::<u32, String>("name").expect("its types").len(), 1);
}

/// Goal: views may be sent, and kept. Method: one collection's view outlives the store's, in
/// another thread, after the store is gone.
#[test]
fn views_of_one_instant_share_it_and_go_on() {
    let store = Store::new();
    let stock = store.collection::<u32, u32>("stock").expect("a new name");
    (0..100).for_each(|n| assert!(stock.set(n, n).is_ok()));
    let view = Arc::new(store.view());
    (0..100).for_each(|n| assert!(stock.set(n, 0).is_ok()));
    let (one, two) = (view.collection::<u32, u32>("stock"), view.collection::<u32, u32>("stock"));
    let (one, two) = (one.expect("its types"), two.expect("its types"));
    assert_eq!(store.stats().views, 1, "they share a slot");
    drop((store, stock, view));
    let sum = thread::spawn(move || one.values().sum::<u32>());
    assert_eq!(sum.join().expect("no panic"), 4_950);
    assert_eq!(two.stream(10).map(|n| *n).sum::<u32>(), 4_950);
}

fn count_in(view: &StoreView, name: &str) -> u64 {
    let of = view.collection::<u32, u64>(name).expect("its types");
    of.get(&1).map(|count| *count).expect("never removed")
}

fn guests_in(view: &StoreView, name: &str) -> usize {
    let hall = view.collection::<u32, u32>(name).expect("its types");
    let by_index = hall.index("all").expect("it is there").get(7).count();
    assert_eq!((hall.len(), hall.contains(&7)), (by_index, by_index == 1));
    by_index
}

const ROUNDS: usize = if cfg!(miri) { 50 } else { 20_000 };
