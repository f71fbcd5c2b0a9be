//! Many who miss the same key at once.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use folio::Collection;

use super::{Constant, Gate, Stock, Task, assert_over, ready};
use crate::common::crew::Count;
use crate::kit::patience::{until, watched};

/// A key that counts its copies: whoever misses it makes one, just before it waits.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Wanted(u64);

static COPIES: AtomicU64 = AtomicU64::new(0);

impl Clone for Wanted {
    fn clone(&self) -> Self {
        // Relaxed: it counts.
        COPIES.fetch_add(1, Ordering::Relaxed);
        Self(self.0)
    }
}

/// Goal: of 64 threads that miss a key one loads, and all get the same document. Method: the loader
/// waits until all have missed; again and again, with other keys.
#[test]
fn a_stampede_of_threads_loads_once() {
    watched(|tell| {
        let stock: Collection<Wanted, u64> = Collection::new();
        for round in 0..ROUNDS {
            tell(format!("round {round}"));
            let before = COPIES.load(Ordering::Relaxed);
            let loads = Count::default();
            let load = || {
                loads.add_one();
                until("all have missed it", || {
                    COPIES.load(Ordering::Relaxed) >= before + u64::from(THREADS)
                });
                assert_eq!(stock.stats().loading, 1);
                round
            };
            let mut found: Vec<_> = thread::scope(|threads| {
                let ask = || stock.get_or_insert_with(&Wanted(round), load).expect("it is kept");
                let threads: Vec<_> = (0..THREADS).map(|_| threads.spawn(ask)).collect();
                threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
            });
            assert_eq!(loads.get(), 1, "round {round}");
            found.dedup_by_key(|found| (**found, found.version(), found.revision()));
            assert_eq!(found.len(), 1, "they all got the same");
        }
        assert_eq!((stock.len() as u64, stock.stats().writes), (ROUNDS, ROUNDS));
        assert_eq!(stock.stats().loading, 0);
    });
}

/// Goal: whoever waits gets what was loaded, even if it has gone by the time it looks. Method: two
/// wait for a third; the document is removed before they are polled.
#[test]
fn whoever_waits_gets_what_was_loaded_though_it_is_gone() {
    let (stock, gate) = (Stock::new(), Gate::default());
    let mut leader = Task::new(stock.get_or_insert_with_async(&1, async {
        gate.pass().await;
        10
    }));
    let unwanted = || stock.get_or_insert_with_async(&1, async { unreachable!("loaded twice") });
    let mut others = [Task::new(unwanted()), Task::new(unwanted())];
    assert!(leader.poll().is_pending());
    assert!(others.iter_mut().all(|other| other.poll().is_pending() && !other.is_woken()));
    gate.open();
    assert_eq!(*ready(leader.poll()).expect("it is kept"), 10);
    assert_eq!(stock.remove(&1).expect("it is open").map(|gone| *gone), Some(10));
    for other in others {
        assert_eq!(*other.end().expect("it was loaded"), 10);
    }
    assert!(stock.is_empty());
    assert_over(&stock);
}

/// Goal: a hit runs no loader, and takes no part in a flight. Method: look, while the same key is
/// being loaded and was set meanwhile.
#[test]
fn a_hit_waits_for_no_loader() {
    let (stock, gate) = (Stock::new(), Gate::default());
    let mut leader = Task::new(stock.get_or_insert_with_async(&1, async {
        gate.pass().await;
        10
    }));
    assert!(leader.poll().is_pending());
    assert!(stock.set(1, 11).is_ok());
    let hit = stock.get_or_insert_with(&1, || unreachable!("it is there"));
    assert_eq!(*hit.expect("it is there"), 11);
    let hit = stock.get_or_insert_with_async(&1, async { unreachable!("it is there") });
    assert_eq!(*Task::new(hit).end().expect("it is there"), 11);
    drop(leader);
    assert_over(&stock);
}

/// Goal: loads of different keys do not wait for each other, in whatever order they begin and end,
/// and however bad the hasher. Method: all hashes are equal; each loader waits for the next one.
#[test]
fn loads_of_different_keys_do_not_wait_for_each_other() {
    let stock: Collection<u64, u64, Constant> =
        Collection::builder().hasher(Constant).build().expect("it stands by itself");
    let gates: Vec<Gate> = (0..KEYS).map(|_| Gate::default()).collect();
    let keys: Vec<u64> = (0..).take(KEYS).collect();
    let load = |place: usize| {
        let gate = &gates[place];
        Task::new(stock.get_or_insert_with_async(&keys[place], async move {
            gate.pass().await;
            10
        }))
    };
    let mut tasks: Vec<_> = (0..KEYS).map(load).collect();
    assert!(tasks.iter_mut().all(|task| task.poll().is_pending()));
    assert_eq!(stock.stats().loading, KEYS);
    for (left, place) in [3, 0, 4, 1, 2].into_iter().enumerate().map(|(n, at)| (KEYS - 1 - n, at)) {
        gates[place].open();
        assert_eq!(*ready(tasks[place].poll()).expect("it is kept"), 10);
        assert_eq!(stock.stats().loading, left);
    }
    assert_eq!(stock.len(), KEYS);
    assert_over(&stock);
}

const THREADS: u32 = 64;
const ROUNDS: u64 = 20;
const KEYS: usize = 5;
