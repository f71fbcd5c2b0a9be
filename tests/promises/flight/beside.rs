//! What else can happen to a key, or to its collection, while it is being loaded.

use std::cell::Cell;
use std::time::Duration;

use folio::{Collection, Kind, Rejected, Snapshot, Store, TestClock, WriteError};

use super::{Gate, Stock, Task, assert_over, ready};

type Found = Result<Snapshot<u64, u64>, Rejected<Option<u64>>>;

/// What two get who ask at once for what is not there, and something that happens meanwhile.
fn beside(stock: &Stock, happen: impl FnOnce()) -> [Found; 2] {
    let gate = Gate::default();
    let ask = |value| {
        let gate = &gate;
        Task::new(stock.get_or_insert_with_async(&1, async move {
            gate.pass().await;
            value
        }))
    };
    let (mut leader, mut other) = (ask(10), ask(11));
    assert!(leader.poll().is_pending() && other.poll().is_pending());
    happen();
    gate.open();
    [ready(leader.poll()), other.end()]
}

/// Goal: what was written while a key was being loaded stays, and is what all who asked get.
/// Method: set it while one loads and one waits.
#[test]
fn what_is_set_during_a_load_stays() {
    let stock = Stock::new();
    let found = beside(&stock, || drop(stock.set(1, 99)));
    for found in found {
        let found = found.expect("it is there");
        assert_eq!((*found, found.version().get()), (99, 1));
    }
    assert_eq!((stock.get_cloned(&1), stock.stats().writes), (Some(99), 1));
    assert_over(&stock);
}

/// Goal: a removal during a load is as if it came before it, as documented. Method: remove while
/// one loads: what is not there, and what was set meanwhile.
#[test]
fn what_is_removed_during_a_load_is_loaded_all_the_same() {
    let nothing = Stock::new();
    let found = beside(&nothing, || assert!(nothing.remove(&1).is_ok_and(|none| none.is_none())));
    assert!(found.into_iter().all(|found| *found.expect("it is kept") == 10));

    let stock = Stock::new();
    let found = beside(&stock, || {
        assert!(stock.set(1, 99).is_ok());
        assert!(stock.remove(&1).is_ok_and(|removed| removed.is_some()));
    });
    assert!(found.into_iter().all(|found| *found.expect("it is kept") == 10));
    assert_eq!(stock.get_cloned(&1), Some(10));
    assert_over(&stock);
}

/// Goal: what is loaded into a closed collection comes back, to each who asked. Method: close it
/// while one loads and one waits; then ask again.
#[test]
fn what_a_close_overtakes_comes_back() {
    let stock = Stock::new();
    let found = beside(&stock, || stock.close());
    for (found, value) in found.into_iter().zip([10, 11]) {
        let Rejected { given, reason } = found.expect_err("it is closed");
        assert!(matches!(reason, WriteError::Closed { .. }), "{reason}");
        assert_eq!(given, Some(value), "it is one's own");
    }
    let refused = stock.get_or_insert_with(&1, || 12).expect_err("it is closed");
    assert_eq!(refused.given, Some(12));
    assert_eq!(stock.stats().loading, 0);
}

/// Goal: a load goes on when all other handles have gone, and its document outlives the last one.
/// Method: a collection of its own, and one of a store, of which nothing is left but the load.
#[test]
fn a_load_may_outlive_all_other_handles() {
    for stock in [Some(Stock::new()), None] {
        let store = Store::new();
        let stock = stock.unwrap_or_else(|| store.collection("stock").expect("it is new"));
        let other = stock.clone();
        let mut load = Task::new(async move {
            let gate = Gate::default();
            gate.open();
            let load = async {
                gate.pass().await;
                10
            };
            stock.get_or_insert_with_async(&1, load).await
        });
        drop((store, other));
        let found = ready(load.poll()).expect("it is open");
        drop(load);
        assert_eq!(*found, 10);
    }
}

/// Goal: what is loaded is a write like any other: it is validated, told, and indexed as such.
/// Method: a watch.
#[test]
fn what_is_loaded_is_told_as_created() {
    let stock = Stock::new();
    let mut watch = stock.watch().subscribe();
    let found = stock.get_or_insert_with(&1, || 10).expect("it is kept");
    let event = watch.recv().expect("it is told");
    assert_eq!((event.revision, event.what()), (found.revision(), Kind::Created));
    assert_eq!(
        stock.get_or_insert_with(&1, || 11).expect("it is there").revision(),
        event.revision
    );
    assert!(watch.try_recv().expect("it goes on").is_none(), "a hit is no write");
}

/// Goal: a document that is over is missing, and is loaded anew, with the lifetime that documents
/// of its collection have, from when it is stored. Method: a clock that is moved between, and
/// during, loads.
#[test]
fn what_has_expired_is_loaded_anew() {
    let (clock, loads) = (TestClock::new(), Cell::new(0));
    let stock: Stock = Collection::builder()
        .time_to_live(Duration::from_secs(10))
        .clock(clock.clone())
        .build()
        .expect("it stands by itself");
    let ask = |takes: u64| {
        let load = || {
            clock.advance(Duration::from_secs(takes));
            loads.set(loads.get() + 1);
            loads.get()
        };
        *stock.get_or_insert_with(&1, load).expect("it is kept")
    };
    assert_eq!(ask(0), 1);
    clock.advance(Duration::from_secs(9));
    assert_eq!(ask(0), 1);
    clock.advance(Duration::from_secs(1));
    assert_eq!(ask(60), 2);
    assert_eq!(stock.ttl(&1), Some(Some(Duration::from_secs(10))));
    clock.advance(Duration::from_secs(9));
    assert_eq!(ask(0), 2);
    assert_over(&stock);
}

/// Goal: what is over as soon as it is stored was loaded for all who waited all the same. Method: a
/// collection that keeps nothing.
#[test]
fn what_is_over_at_once_was_loaded_for_all() {
    let stock: Stock = Collection::builder()
        .time_to_live(Duration::ZERO)
        .clock(TestClock::new())
        .build()
        .expect("it stands by itself");
    let found = beside(&stock, || ());
    assert!(found.into_iter().all(|found| *found.expect("it was stored") == 10));
    assert!(stock.get(&1).is_none());
    assert_eq!(stock.stats().loading, 0);
}
