//! Threads and tasks of several runtimes that ask for the same key.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;

use folio::{Collection, Snapshot};
use futures_executor::ThreadPool;
use tokio::runtime::Builder;
use tokio::task::{JoinHandle, yield_now};

use super::{Stock, assert_over};
use crate::common::crew::Count;
use crate::kit::patience::watched;

/// Goal: threads and tasks of any runtime share a flight: of all that ask one loads at a time,
/// until one has loaded; and nobody sleeps on. Method: threads, tasks of tokio and tasks of another
/// executor ask for a new key in each round; every third loader fails, every fifth task of tokio is
/// cancelled.
#[test]
fn threads_and_tasks_of_any_runtime_share_a_flight() {
    let tokio = Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    let pool = ThreadPool::builder().pool_size(2).create().expect("a pool");
    watched(|tell| {
        let stock = Stock::new();
        for round in 0..ROUNDS {
            tell(format!("round {round}"));
            let loads = Arc::new(Loads { round, ..Loads::default() });
            let (done, heard) = channel();
            let task = |number| {
                let asked = ask(stock.clone(), Arc::clone(&loads), number);
                let done = done.clone();
                async move { drop(done.send(asked.await)) }
            };
            let tasks: Vec<_> = (0..EACH).map(|number| tokio.spawn(task(number))).collect();
            (0..EACH).for_each(|number| pool.spawn_ok(task(number)));
            let thread = |number| stock.get_or_try_insert_with(&round, || loads.run(number));
            thread::scope(|threads| {
                let (thread, done) = (&thread, &done);
                for number in 0..EACH {
                    threads.spawn(move || drop(done.send(thread(number).ok())));
                }
                tasks.iter().step_by(5).for_each(JoinHandle::abort);
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

async fn ask(stock: Stock, loads: Arc<Loads>, number: u64) -> Option<Snapshot<u64, u64>> {
    let load = async {
        yield_now().await;
        loads.run(number)
    };
    stock.get_or_try_insert_with_async(&loads.round, load).await.ok()
}

/// The loaders of one round.
#[derive(Default)]
struct Loads {
    round: u64,
    steps: Count,
    kept: Count,
}

impl Loads {
    fn run(&self, number: u64) -> Result<u64, &'static str> {
        self.steps.add_one();
        assert_eq!(self.steps.get() % 2, 1, "two loaders at once");
        thread::yield_now();
        self.steps.add_one();
        if number % 3 == 0 {
            return Err("no luck");
        }
        self.kept.add_one();
        Ok(self.round)
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
