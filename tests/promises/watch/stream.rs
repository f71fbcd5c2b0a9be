//! Watches as streams of any runtime.

use std::future::{Future, poll_fn};
use std::panic::panic_any;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, ThreadId};

use folio::{Event, Pattern, Watch, WatchError};
use futures_core::Stream as _;
use futures_executor::{ThreadPool, block_on};
use tokio::runtime::Builder;

use crate::kit::locked::lock;
use crate::kit::patience::{settle, watched};
use crate::watch::listener::Listener;
use crate::watch::replica::{begin, report, rounds, write};
use crate::watch::{Stock, Told, told};

type Item = Result<Event<u64, u64>, WatchError>;
type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Goal: a stream tells what a watch does, on any runtime. Method: the test of replicas, with a
/// task for each listener, on the threads of tokio.
#[test]
fn replicas_that_are_built_on_tokio_equal_the_collection() {
    let runtime = Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    build_replicas(|task| drop(runtime.spawn(task)));
}

/// Goal: likewise. Method: the same, on the threads of another executor.
#[test]
fn replicas_that_are_built_on_a_pool_of_threads_equal_the_collection() {
    let pool = ThreadPool::builder().pool_size(2).create().expect("a pool");
    build_replicas(|task| pool.spawn_ok(task));
}

fn build_replicas(spawn: impl Fn(Task)) {
    watched(|tell| {
        let (stock, mut listeners) = begin();
        let all = listeners.len();
        rounds(&stock, |round, times, writers| {
            tell(format!("round {round}"));
            let (done, heard) = channel();
            for listener in listeners.drain(..) {
                let (stock, done) = (stock.clone(), done.clone());
                spawn(Box::pin(async move {
                    let listener = listen(listener, &stock, round).await;
                    assert!(done.send(listener).is_ok(), "somebody waits for it");
                }));
            }
            drop(done);
            let journal = write(&stock, writers, times, round);
            listeners.extend(heard);
            assert_eq!(listeners.len(), all, "a task has failed");
            for listener in &mut listeners {
                listener.check(&journal, &stock);
            }
        });
        report(&listeners);
    });
}

async fn listen(mut listener: Listener, stock: &Stock, round: u64) -> Listener {
    while !listener.has_heard(round) {
        let mut watch = listener.lend();
        let item = next(&mut watch).await.expect("it goes on");
        listener.go_on(item, watch, stock);
    }
    listener
}

fn next(watch: &mut Watch<u64, u64>) -> impl Future<Output = Option<Item>> {
    poll_fn(|context| Pin::new(&mut *watch).poll_next(context))
}

/// A waker that notes on which threads it woke.
#[derive(Default)]
struct Noting {
    woken: Mutex<Vec<ThreadId>>,
}

impl Noting {
    fn woken(&self) -> Vec<ThreadId> {
        std::mem::take(&mut *lock(&self.woken))
    }
}

impl Wake for Noting {
    fn wake(self: Arc<Self>) {
        let mut woken = lock(&self.woken);
        woken.push(thread::current().id());
    }
}

fn poll(watch: &mut Watch<u64, u64>, waker: &Waker) -> Poll<Option<Item>> {
    Pin::new(watch).poll_next(&mut Context::from_waker(waker))
}

fn noting() -> (Arc<Noting>, Waker) {
    let noting = Arc::new(Noting::default());
    (Arc::clone(&noting), Waker::from(noting))
}

/// Goal: whoever writes wakes, before the write returns, and nobody else does: there is no thread.
/// Method: a waker that notes its thread; it is woken once, by what it waits for, and by the close.
#[test]
fn a_task_is_woken_by_the_thread_that_writes() {
    let stock = Stock::new();
    let (noting, waker) = noting();
    let mut watch = stock.watch().keys(Pattern::exact(1)).subscribe();
    assert!(stock.set(1, 1).is_ok());
    assert_eq!(noting.woken(), [], "it does not wait yet");
    assert!(matches!(poll(&mut watch, &waker), Poll::Ready(Some(Ok(_)))));
    assert!(poll(&mut watch, &waker).is_pending());
    assert!(stock.set(2, 1).is_ok());
    assert_eq!(noting.woken(), [], "that is another key");
    let writer = thread::scope(|threads| {
        let writer = threads.spawn(|| {
            assert!(stock.set(1, 2).is_ok() && stock.set(1, 3).is_ok());
            thread::current().id()
        });
        writer.join().expect("the writer ends well")
    });
    assert_eq!(noting.woken(), [writer], "once, until it is polled again");
    let item = |watch: &mut _| match poll(watch, &waker) {
        Poll::Ready(Some(Ok(event))) => Some(told(&event)),
        _ => None,
    };
    assert_eq!(item(&mut watch), Some(Told::Updated(1, 1, 2)));
    assert_eq!(item(&mut watch), Some(Told::Updated(1, 2, 3)));
    assert!(poll(&mut watch, &waker).is_pending());
    stock.close();
    assert_eq!(noting.woken(), [thread::current().id()]);
    assert!(matches!(poll(&mut watch, &waker), Poll::Ready(Some(Err(WatchError::Closed)))));
    assert!(matches!(poll(&mut watch, &waker), Poll::Ready(None)), "the end is told once");
    assert!(matches!(poll(&mut watch, &waker), Poll::Ready(None)));
}

/// Goal: a stream may be dropped while its task waits, or when it was woken; nothing is woken then,
/// and the waker is let go. Method: both, with each pattern; the wakers are counted.
#[test]
fn a_stream_may_be_dropped_while_its_task_waits() {
    let stock = Stock::new();
    for round in 0..100 {
        let (noting, waker) = noting();
        let builder = stock.watch();
        let builder = match round % 3 {
            0 => builder.keys(Pattern::exact(1)),
            1 => builder.filter(|_| true),
            _ => builder,
        };
        let mut watch = builder.subscribe();
        assert!(poll(&mut watch, &waker).is_pending() && poll(&mut watch, &waker).is_pending());
        let is_woken = round % 2 == 0;
        if is_woken {
            assert!(stock.set(1, round).is_ok());
        }
        drop(watch);
        assert!(stock.set(1, round).is_ok());
        assert_eq!(noting.woken().len(), usize::from(is_woken));
        drop(waker);
        assert_eq!(Arc::strong_count(&noting), 1, "the waker is let go");
    }
    settle(&stock);
}

/// Goal: the last waker is woken, wherever the stream has gone. Method: polled by one task, and
/// then by another, on another thread.
#[test]
fn a_stream_may_go_from_task_to_task() {
    let stock = Stock::new();
    let ((first, of_first), (second, of_second)) = (noting(), noting());
    let mut watch = stock.watch().subscribe();
    assert!(poll(&mut watch, &of_first).is_pending());
    let mut watch = thread::scope(|threads| {
        let moved = threads.spawn(move || {
            assert!(poll(&mut watch, &of_second).is_pending());
            watch
        });
        moved.join().expect("it may be moved")
    });
    assert!(stock.set(1, 1).is_ok());
    assert_eq!((first.woken().len(), second.woken().len()), (0, 1));
    let item = block_on(next(&mut watch));
    assert!(matches!(item, Some(Ok(_))));
    thread::scope(|threads| {
        threads.spawn(|| stock.set(1, 2).is_ok());
        assert!(block_on(next(&mut watch)).is_some_and(|item| item.is_ok()));
    });
    drop(stock);
    assert!(matches!(block_on(next(&mut watch)), Some(Err(WatchError::Closed))));
    assert!(block_on(next(&mut watch)).is_none());
}

/// Goal: what an executor does when it is woken harms no writer. Method: wakers that write, that
/// drop what they wake, and that panic with what panics again.
#[test]
fn a_waker_may_do_anything() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("planted in what is panicked with");
        }
    }
    struct Busy {
        stock: Stock,
        watch: Mutex<Option<Watch<u64, u64>>>,
    }
    impl Wake for Busy {
        fn wake(self: Arc<Self>) {
            assert!(self.stock.set(2, 2).is_ok() && self.stock.view().len() > 1);
            drop(lock(&self.watch).take());
            self.stock.maintain();
            panic_any(Bomb);
        }
    }
    watched(|_| {
        let stock = Stock::new();
        for number in 0..50 {
            let busy = Arc::new(Busy { stock: stock.clone(), watch: Mutex::default() });
            let waker = Waker::from(Arc::clone(&busy));
            let mut watch = stock.watch().subscribe();
            assert!(poll(&mut watch, &waker).is_pending());
            *lock(&busy.watch) = Some(watch);
            assert!(stock.set(1, number).is_ok());
            assert!(lock(&busy.watch).is_none());
        }
        assert_eq!((stock.len(), stock.verify()), (2, Ok(())));
        settle(&stock);
    });
}

/// Goal: a stream that finds nothing that passes gives others of its executor a turn. Method: many
/// events that a filter does not pass, polled by hand: each poll but the last wakes its task.
#[test]
fn stream_that_passes_nothing_gives_others_a_turn() {
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    let stock: Stock = (0..4_000).map(|key| (key, 0)).collect();
    let mut watch = stock.watch().filter(|event| event.key() == Some(&0)).subscribe();
    (1..4_000).for_each(|key| assert!(stock.set(key, 1).is_ok()));
    let count = Arc::new(Count(AtomicUsize::new(0)));
    let waker = Waker::from(Arc::clone(&count));
    let mut poll = || Pin::new(&mut watch).poll_next(&mut Context::from_waker(&waker));
    let mut turns = 0;
    while count.0.load(Ordering::Relaxed) == turns {
        assert!(poll().is_pending());
        turns += 1;
    }
    assert!(turns > 3, "{turns} turns for 4,000 events");
    assert!(stock.set(0, 1).is_ok());
    assert_eq!(count.0.load(Ordering::Relaxed), turns, "it slept, and is woken");
    assert!(matches!(poll(), Poll::Ready(Some(Ok(event))) if event.key() == Some(&0)));
}
