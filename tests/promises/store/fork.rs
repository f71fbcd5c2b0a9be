//! Copies of whole stores.

use folio::{Store, WriteError, by};

/// Goal: a fork has everything of one instant, and is independent. Method: hooks, hasher, versions,
/// revisions and indexes of two collections; then both stores are written to.
#[test]
fn fork_of_a_store_goes_on_from_one_instant() {
    let store = Store::new();
    let small = |n: &u32| if *n < 100 { Ok(()) } else { Err("large") };
    let stock = store.builder_for::<u32, u32>("stock").validate(small).build().expect("new");
    let notes = store.strings("notes").expect("a new name");
    let empty = store.collection::<u8, u8>("empty").expect("a new name");
    stock.create_index("left", by(|n: &u32| *n)).expect("a new one");
    (0..10).for_each(|n| assert!(stock.set(n, n).is_ok()));
    stock.set(1, 11).expect("open");
    let last = notes.set("a".into(), "b".into()).expect("open").revision();

    let fork = store.fork().expect("open");
    assert_eq!(fork.collections(""), ["notes".into(), "stock".into()]);
    assert_eq!(fork.view().revision(), last.get());
    stock.clear().expect("open");
    empty.set(1, 1).expect("open");
    store.close();

    let copy = fork.collection::<u32, u32>("stock").expect("its types");
    assert_eq!(copy.len(), 10);
    let one = copy.get(&1).expect("taken over").snapshot();
    assert_eq!((*one, one.version().get(), one.revision().get()), (11, 2, 11));
    let refused = copy.set(1, 100).expect_err("the validator came along");
    assert!(matches!(refused.reason, WriteError::Invalid { .. }));
    let left = copy.index("left").expect("the index came along");
    assert_eq!((left.range(5..).count(), left.get(11).count()), (6, 1));
    assert_eq!(copy.set(1, 1).expect("open").revision().get(), last.get() + 1);
    let notes = fork.strings("notes").expect("its types");
    assert!(notes.set("c".into(), "d".into()).expect("open").revision().get() > last.get() + 1);
    assert!(fork.collection::<u16, u16>("empty").is_ok(), "nothing kept that name");
    copy.verify().expect("whole");
}
