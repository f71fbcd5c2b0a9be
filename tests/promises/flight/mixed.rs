//! Threads and tasks of several runtimes that ask for the same key.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;

use folio::{Collection, Snapshot};
use futures_executor::ThreadPool;
use tokio::runtime::Builder;
use tokio::task::yield_now;

use super::{Stock, assert_over};
use crate::common::crew::Count;
use crate::kit::patience::watched;

/// Goal: threads and tasks of any runtime share a flight: of all that ask one loads at a time,
/// until one has loaded; and nobody sleeps on. Method: threads, tasks of tokio and tasks of another
/// executor ask for a new key in each round; every third loader fails, every fifth task is
/// cancelled.
#[test]
fn threads_and_tasks_of_any_runtime_share_a_flight() {
    let tokio = Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    let pool = ThreadPool::builder().pool_size(2).create().expect("a pool");
    watched(|tell| {
        let stock = Stock::new();
        for round in 0..ROUNDS {
            tell(format!("round {round}"));
            let loads = Arc::new(Loads::default());
            let (done, heard) = channel();
            let mut tasks = Vec::new();
            for number in 0..EACH {
                let (stock, loads, done) = (stock.clone(), Arc::clone(&loads), done.clone());
                let load = ask(stock, loads, round, number);
                tasks.push(tokio.spawn(async move { drop(done.send(load.await)) }));
            }
            for number in 0..EACH {
                let (stock, loads, done) = (stock.clone(), Arc::clone(&loads), done.clone());
                pool.spawn_ok(
                    async move { drop(done.send(ask(stock, loads, round, number).await)) },
                );
            }
            thread::scope(|threads| {
                for number in 0..EACH {
                    let (stock, loads, done) = (&stock, &loads, done.clone());
                    threads.spawn(move || {
                        let loaded =
                            stock.get_or_try_insert_with(&round, || loads.run(round, number));
                        drop(done.send(loaded.ok()));
                    });
                }
                tasks.iter().step_by(5).for_each(tokio::task::JoinHandle::abort);
            });
            drop(done);
            let found: Vec<Snapshot<u64, u64>> = heard.iter().flatten().collect();
            assert!(found.iter().all(|found| **found == round), "round {round}");
            assert_eq!(loads.kept.get(), 1, "round {round}: one has loaded for all");
        }
        assert_eq!(stock.len() as u64, ROUNDS);
        assert_over(&stock);
    });
}

async fn ask(
    stock: Stock,
    loads: Arc<Loads>,
    round: u64,
    number: u64,
) -> Option<Snapshot<u64, u64>> {
    let load = async {
        yield_now().await;
        loads.run(round, number)
    };
    stock.get_or_try_insert_with_async(&round, load).await.ok()
}

/// The loaders of one round.
#[derive(Default)]
struct Loads {
    steps: Count,
    kept: Count,
}

impl Loads {
    fn run(&self, round: u64, number: u64) -> Result<u64, &'static str> {
        self.steps.add_one();
        assert_eq!(self.steps.get() % 2, 1, "two loaders at once");
        thread::yield_now();
        self.steps.add_one();
        if number % 3 == 0 {
            return Err("no luck");
        }
        self.kept.add_one();
        Ok(round)
    }
}

/// Goal: what the verbs return may be spawned, and go from thread to thread. Method: the compiler.
#[test]
fn futures_of_a_load_may_be_sent() {
    fn sent<T: Send>(future: T) -> T {
        future
    }
    let pages: Collection<String, String> = Collection::new();
    let home = sent(pages.get_or_insert_with_async("home", async { "x".to_string() }));
    assert!(futures_executor::block_on(home).is_ok());
    let load = async { Ok::<_, std::io::Error>("x".to_string()) };
    let home = sent(pages.get_or_try_insert_with_async("home", load));
    assert!(futures_executor::block_on(home).is_ok());
}

const ROUNDS: u64 = 200;
const EACH: u64 = 10;
