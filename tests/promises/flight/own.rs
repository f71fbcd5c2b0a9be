//! Loaders that ask for keys themselves.

use std::thread;

use folio::{Collection, LoadError, Rejected, WriteError};
use futures_executor::block_on;

use super::{Constant, Gate, Stock, Task, assert_over, ready};
use crate::kit::patience::watched;

fn assert_is_told<E>(told: Result<impl Sized, LoadError<u64, E>>) {
    match told {
        Err(LoadError::Rejected(Rejected { given: None, reason })) => {
            let text = "the loader of key 1 in collection \"stock\" asks for that key itself";
            assert!(matches!(reason, WriteError::Recursive { .. }), "{reason}");
            assert_eq!(reason.to_string(), text);
        }
        _ => panic!("it was told something else"),
    }
}

fn stock() -> Stock {
    Collection::builder().name("stock").build().expect("it stands by itself")
}

/// Goal: a loader that asks for its own key is told so, and does not wait for itself; it goes on,
/// and what it makes is stored. Method: both verbs inside of both.
#[test]
fn a_loader_that_asks_for_its_own_key_is_told_so() {
    watched(|tell| {
        let stock = stock();
        let ask = || stock.get_or_try_insert_with(&1, || Ok::<_, &str>(11));
        let wait = || stock.get_or_try_insert_with_async(&1, async { Ok::<_, &str>(11) });
        for both in 0..4 {
            tell(format!("case {both}"));
            let loaded = match both {
                0 => stock.get_or_insert_with(&1, || {
                    assert_is_told(ask());
                    10
                }),
                1 => stock.get_or_insert_with(&1, || {
                    assert_is_told(block_on(wait()));
                    10
                }),
                2 => block_on(stock.get_or_insert_with_async(&1, async {
                    assert_is_told(ask());
                    10
                })),
                _ => block_on(stock.get_or_insert_with_async(&1, async {
                    assert_is_told(wait().await);
                    10
                })),
            };
            assert_eq!(*loaded.expect("it is kept"), 10);
            assert!(stock.remove(&1).is_ok_and(|removed| removed.is_some()));
        }
        assert_over(&stock);
    });
}

/// Goal: whoever asks by chance on the thread of a loader that is not running is not mistaken for
/// it. Method: two tasks of one thread.
#[test]
fn a_task_beside_a_loader_is_not_mistaken_for_it() {
    let (stock, gate) = (stock(), Gate::default());
    let mut leader = Task::new(stock.get_or_insert_with_async(&1, async {
        gate.pass().await;
        10
    }));
    let mut other = Task::new(stock.get_or_insert_with_async(&1, async { unreachable!("twice") }));
    assert!(leader.poll().is_pending() && other.poll().is_pending());
    gate.open();
    assert_eq!(*ready(leader.poll()).expect("it is kept"), 10);
    assert_eq!(*other.end().expect("it is there"), 10);
}

/// Goal: hooks and callbacks that run while a document is stored count as its loader. Method: a
/// validator asks for the key.
#[test]
fn a_validator_that_asks_for_the_key_is_told_so() {
    watched(|tell| {
        tell("a validator".into());
        thread_local! {
            static STOCK: std::cell::RefCell<Option<Stock>> =
                const { std::cell::RefCell::new(None) };
        }
        let validate = |value: &u64| {
            let stock = STOCK.with_borrow(|stock| stock.clone().expect("it is there"));
            match value {
                11 => Ok(()),
                _ => stock.get_or_insert_with(&1, || 11).map(drop),
            }
        };
        let stock: Stock = Collection::builder().validate(validate).build().expect("alone");
        STOCK.set(Some(stock.clone()));
        let refused = stock.get_or_insert_with(&1, || 10).expect_err("it asks for its own key");
        assert_eq!(refused.given, Some(10));
        let WriteError::Invalid { source, .. } = refused.reason else { panic!("{refused}") };
        assert!(source.to_string().ends_with("asks for that key itself"), "{source}");
        STOCK.set(None);
        assert_over(&stock);
    });
}

/// Goal: a loader may ask for any other key, of the same hash or not, and do whatever else it
/// likes. Method: a chain of keys, each loaded by the loader of the one before it, which also
/// writes, reads, watches, forks, and closes another collection.
#[test]
fn a_loader_may_make_any_other_call() {
    fn sum(stock: &Collection<u64, u64, Constant>, key: u64) -> u64 {
        let load = || {
            assert!(stock.set(100, key).is_ok() && stock.get(&100).is_some());
            assert!(stock.fork().is_ok() && stock.maintain() < usize::MAX);
            let watch = stock.watch().replay().subscribe();
            stock.fork().expect("it is open").close();
            drop(watch);
            if key == 0 { 0 } else { key + sum(stock, key - 1) }
        };
        *stock.get_or_insert_with(&key, load).expect("it is kept")
    }
    watched(|tell| {
        tell("a chain".into());
        let stock: Collection<u64, u64, Constant> =
            Collection::builder().hasher(Constant).build().expect("it stands by itself");
        assert_eq!(sum(&stock, 10), 55);
        assert_eq!(stock.len(), 12);
        assert_over(&stock);
    });
}

/// Goal: a thread that waits for a task, and a task that waits for a thread, both get what the
/// other one loads. Method: each in turn, the waiting one on another thread.
#[test]
fn a_thread_may_wait_for_a_task() {
    watched(|tell| {
        tell("a thread that waits for a task".into());
        let (stock, gate) = (stock(), Gate::default());
        let mut leader = Task::new(stock.get_or_insert_with_async(&1, async {
            gate.pass().await;
            10
        }));
        assert!(leader.poll().is_pending());
        thread::scope(|threads| {
            let other = threads.spawn(|| stock.get_or_insert_with(&1, || 11).map(|found| *found));
            gate.open();
            let first = ready(leader.poll()).map(|found| *found).ok();
            assert_eq!((first, other.join().expect("no panic").ok()), (Some(10), Some(10)));
        });
        assert_over(&stock);
    });
}
