//! How a load can end without a document, and what becomes of those who wait.

use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::thread;

use folio::{Collection, LoadError, Rejected, WriteError};

use super::{Gate, Loaded, Stock, Task, assert_over, ready};
use crate::common::crew::{Count, Meeting};
use crate::kit::patience::watched;

/// Goal: the error of a loader is for its own caller; whoever has waited longest loads then, and
/// the first one that succeeds does so for all the rest. Method: five wait for each other, the
/// first three fail.
#[test]
fn a_loaders_error_is_for_its_own_caller() {
    let (stock, gate, loads) = (Stock::new(), Gate::default(), Count::default());
    let ask = |number: u64| {
        let (gate, loads) = (&gate, &loads);
        Task::new(stock.get_or_try_insert_with_async(&1, async move {
            gate.pass().await;
            loads.add_one();
            if number < 3 { Err(number) } else { Ok(number) }
        }))
    };
    let mut tasks: Vec<_> = (0..5).map(ask).collect();
    assert!(tasks.iter_mut().all(|task| task.poll().is_pending()));
    gate.open();
    for number in 0..5 {
        let mut task = tasks.remove(0);
        assert!(number == 0 || task.is_woken(), "number {number} is the next one");
        match ready(task.poll()) {
            Err(LoadError::Loader(error)) => assert_eq!(error, number),
            Err(other) => panic!("{other}"),
            Ok(loaded) => assert_eq!(*loaded, 3),
        }
        let woken = tasks.iter().filter(|task| task.is_woken()).count();
        assert_eq!(woken, if number < 3 { 1 } else { tasks.len() });
    }
    assert_eq!(loads.get(), 4);
    assert_over(&stock);
}

/// Goal: a loader that panics, or fails, or is refused, lets the next one load; of each key one
/// loader runs at a time. Method: threads that ask at once, each with a misfortune of its own but
/// for the last; what is told to whom is checked.
#[test]
fn a_loader_that_panics_lets_the_next_one_load() {
    watched(|tell| {
        for round in 0..ROUNDS {
            tell(format!("round {round}"));
            let stock: Stock = Collection::builder()
                .validate(|value| if *value == REFUSED { Err("refused") } else { Ok(()) })
                .build()
                .expect("it stands by itself");
            let (running, meeting) = (Count::default(), Meeting::of(THREADS));
            let ask = |number: usize| {
                let _attendance = meeting.attend();
                meeting.wait();
                let load = || {
                    running.add_one();
                    assert_eq!(running.get() % 2, 1, "two loaders at once");
                    thread::yield_now();
                    running.add_one();
                    match number % 4 {
                        0 => panic_any(number),
                        1 => Err("no luck"),
                        2 => Ok(REFUSED),
                        _ => Ok(7),
                    }
                };
                let asked = AssertUnwindSafe(|| stock.get_or_try_insert_with(&1, load));
                check(number, catch_unwind(asked));
            };
            thread::scope(|threads| {
                let ask = &ask;
                (0..THREADS).for_each(|number| drop(threads.spawn(move || ask(number))));
            });
            assert_eq!(stock.get_cloned(&1), Some(7));
            assert_over(&stock);
        }
    });
}

fn check(number: usize, told: thread::Result<Loaded>) {
    match (number % 4, told) {
        (0, Err(panicked)) => assert_eq!(panicked.downcast_ref(), Some(&number)),
        (1, Ok(Err(LoadError::Loader(error)))) => assert_eq!(error, "no luck"),
        (2, Ok(Err(LoadError::Rejected(Rejected { given, reason })))) => {
            assert_eq!(given, Some(REFUSED), "what was loaded comes back");
            assert!(matches!(reason, WriteError::Invalid { .. }), "{reason}");
        }
        // Another one was luckier.
        (_, Ok(Ok(found))) => assert_eq!(*found, 7),
        (_, told) => panic!("number {number} was told {told:?}"),
    }
}

/// Goal: so it is with tasks that are polled by hand: a panic leaves the poll, and the next one
/// loads. Method: one panics while another waits.
#[test]
fn a_loader_that_panics_in_a_task_lets_the_next_one_load() {
    let (stock, gate) = (Stock::new(), Gate::default());
    let mut first = Task::new(stock.get_or_insert_with_async(&1, async {
        gate.pass().await;
        panic_any("no luck")
    }));
    let mut second = Task::new(stock.get_or_insert_with_async(&1, async { 10 }));
    assert!(first.poll().is_pending() && second.poll().is_pending());
    gate.open();
    let panicked = catch_unwind(AssertUnwindSafe(|| first.poll())).expect_err("it panics");
    assert_eq!(panicked.downcast_ref(), Some(&"no luck"));
    assert_eq!(*second.end().expect("it is kept"), 10);
    assert_over(&stock);
}

const ROUNDS: usize = 200;
const THREADS: usize = 8;
const REFUSED: u64 = 666;
