//! Indexes that are dropped, and collections that end, under whoever looks at them.

use folio::{Collection, Index, IndexError, by};

use crate::index::keys;

type Stock = Collection<u64, u64>;

/// Goal: what has begun goes on after its index is dropped; what begins later finds nothing. Method:
/// an iterator of the handle, one of a view and one of a pin are half way when the index is dropped.
#[test]
fn queries_go_on_when_their_index_is_dropped() {
    let (stock, index) = filled();
    let (view, pin) = (stock.view(), stock.pin());
    let (of_view, of_pin) = (view.index("all").expect("there"), pin.index("all").expect("there"));
    let mut walks = [index.range(..), of_view.range(..), of_pin.range(..)];
    for walk in &mut walks {
        assert_eq!(walk.by_ref().take(5).count(), 5);
        assert_eq!(walk.next_back().map(|found| *found), Some(99));
    }
    assert_eq!(stock.drop_index("all"), Ok(()));
    assert!(stock.set(50, 1_000).is_ok() && stock.remove(&51).is_ok());
    stock.maintain();
    for walk in walks {
        assert_eq!(keys(walk), (5..99).collect::<Vec<_>>());
    }
    assert_eq!((of_view.len(), of_pin.get(51).count(), of_view.cursor().total()), (100, 1, 100));
    assert_eq!((index.len(), index.get(7).count(), index.cursor().total()), (0, 0, 0));
    assert!(index.page(.., None, 10).items.is_empty());
    let gone = Err(IndexError::NotFound { index: "all".into() });
    assert_eq!(view.index("all").map(drop), gone);
    assert_eq!(pin.index("all").map(drop), gone);
    assert_eq!(stock.index("all").map(drop), gone);
    assert_eq!(stock.drop_index("all"), gone);
}

/// Goal: a name may be used again at once, for something else. Method: the new index answers by its
/// own rule, the old handle finds nothing, and the old view goes on.
#[test]
fn name_of_a_dropped_index_may_be_used_again_at_once() {
    let (stock, old) = filled();
    let view = stock.view();
    let of_view = view.index("all").expect("it is there");
    for round in 1..20 {
        assert_eq!(stock.drop_index("all"), Ok(()));
        let rest = move |n: &u64| n % (round + 1);
        let new = stock.create_index("all", by(rest)).expect("the name is free");
        assert_eq!(new.get(round).count() as u64, (100 - round).div_ceil(round + 1));
        assert_eq!((old.len(), of_view.len(), new.len()), (0, 100, 100));
        assert_eq!(view.index("all").map(|index| index.get(0).count()), Ok(new.get(0).count()));
    }
    assert_eq!(stock.indexes(), ["all".into()]);
}

/// Goal: a close ends no query that has begun, and leaves nothing to those after it. Method: as when
/// the index is dropped; cleaned up as well.
#[test]
fn queries_go_on_when_their_collection_is_closed() {
    let (stock, index) = filled();
    let view = stock.view();
    let of_view = view.index("all").expect("it is there");
    let mut walk = index.range(10..);
    assert_eq!(walk.next().map(|found| *found), Some(10));
    stock.close();
    stock.maintain();
    assert_eq!(keys(walk), (11..100).collect::<Vec<_>>());
    assert_eq!(keys(of_view.range(97..)), [97, 98, 99]);
    assert_eq!(view.index("all").map(|index| index.len()), Ok(100));
    let pin = stock.pin();
    assert_eq!(pin.index("all").map(|index| index.len()), Ok(0), "nothing is to be seen now");
    assert_eq!((index.len(), stock.view().index("all").map(|index| index.len())), (0, Ok(0)));
    assert!(index.range(..).next().is_none() && index.page(.., None, 1).next.is_none());
}

/// Goal: the handle of an index keeps its collection open. Method: it is the last one.
#[test]
fn handle_of_an_index_keeps_the_collection_open() {
    let (stock, index) = filled();
    let copy = index.clone();
    drop((stock, index));
    assert_eq!((copy.len(), copy.name()), (100, "all"));
    let held = copy.get(42).next().map(|found| found.snapshot());
    assert_eq!(keys(copy.range(97..)), [97, 98, 99]);
    drop(copy);
    assert_eq!(held.map(|found| *found), Some(42), "and a snapshot needs neither");
}

/// Goal: a fork has the indexes of its original, and they go their own ways. Method: asked before
/// and after both are written to; an index that is dropped in one stays in the other.
#[test]
fn fork_keeps_the_indexes() {
    let (stock, index) = filled();
    drop(stock.create_index("rest", by(|n: &u64| n % 10)).expect("the second"));
    let fork = stock.fork().expect("it is open");
    let of_fork = fork.index("all").expect("kept");
    assert_eq!((fork.indexes(), of_fork.len()), (stock.indexes(), 100));
    assert_eq!(fork.stats().index_entries, 200);
    assert!(stock.set(0, 500).is_ok() && fork.set(1, 700).is_ok());
    assert_eq!((keys(index.range(99..)), keys(of_fork.range(99..))), (vec![99, 0], vec![99, 1]));
    assert_eq!(stock.drop_index("all"), Ok(()));
    assert_eq!((index.len(), of_fork.len()), (0, 100));
    assert_eq!(fork.index("rest").map(|rest| rest.get(3).count()), Ok(10));
    drop(stock);
    assert_eq!(keys(of_fork.get(700)), [1]);
}

/// Goal: there may be many indexes. Method: 1,000 of them on one collection; each answers, before
/// and after writes, and they can be dropped in any order.
#[test]
fn thousand_indexes_answer() {
    let stock: Stock = (0..10).map(|key| (key, key)).collect();
    let indexes: Vec<_> = (0..1_000_u64)
        .map(|number| {
            let rule = by(move |n: &u64| n * 1_000 + number);
            stock.create_index(&format!("index {number}"), rule).expect("a new name")
        })
        .collect();
    assert!(stock.set(3, 33).is_ok() && stock.remove(&4).is_ok() && stock.set(10, 10).is_ok());
    for (number, index) in (0..).zip(&indexes) {
        assert_eq!(keys(index.get(33_000 + number)), [3]);
        assert_eq!(keys(index.range(4_000..6_000)), [5]);
        assert_eq!(index.len(), 10);
    }
    assert_eq!(stock.indexes().len(), 1_000);
    for (number, index) in indexes.iter().enumerate().filter(|(number, _)| number % 3 > 0) {
        assert_eq!(stock.drop_index(&format!("index {number}")), Ok(()));
        assert!(index.is_empty());
    }
    assert_eq!((stock.indexes().len(), indexes[999].len(), stock.verify()), (334, 10, Ok(())));
}

fn filled() -> (Stock, Index<u64, u64>) {
    let stock: Stock = (0..100).map(|key| (key, key)).collect();
    let index = stock.create_index("all", by(|n: &u64| *n)).expect("the only one");
    (stock, index)
}
