//! The thread that ends what is over: when it ends itself, and what it is left with.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use folio::{Cause, Collection, EventKind, Store, TestClock, WatchError};

use crate::kit::alone::alone;
use crate::kit::census::{Canary, Census};
use crate::kit::locked::lock;
use crate::kit::patience::{PATIENCE, until, watched};

const SECOND: Duration = Duration::from_secs(1);
const OFTEN: Duration = Duration::from_millis(1);
/// In which a thread that does not wait for another one is done.
const SHORT: Duration = Duration::from_millis(100);

type Numbers = Collection<u64, u64>;

/// A collection with such a thread: by itself, or of a store that is kept by it alone.
fn numbers(in_store: bool, clock: &TestClock) -> (Option<Store>, Numbers) {
    if in_store {
        let store = Store::builder().clock(clock.clone()).purge_every(OFTEN).build();
        let numbers = store.collection("numbers").expect("a new name");
        return (Some(store), numbers);
    }
    let numbers = Collection::builder().clock(clock.clone()).purge_every(OFTEN).build();
    (None, numbers.expect("stands alone"))
}

fn is_here() -> bool {
    thread::current().name() == Some("folio-purge")
}

/// How many such threads this process has.
#[cfg(target_os = "linux")]
fn purgers() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").expect("there is one at least");
    let name = |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("comm"));
    tasks.flatten().filter_map(|task| name(task).ok()).filter(|it| it == "folio-purge\n").count()
}

#[cfg(not(target_os = "linux"))]
fn purgers() -> usize {
    0
}

/// Goal: nothing is left of the thread when the collection is closed, or its last handle dropped.
/// Method: both, of collections and stores, in a process without any other such thread.
#[test]
fn no_purger_outlives_what_it_purges() {
    if !alone("expiry::purger::no_purger_outlives_what_it_purges") {
        return;
    }
    let clock = TestClock::new();
    for in_store in [false, true] {
        for closed in [false, true] {
            let (store, numbers) = numbers(in_store, &clock);
            let kept = numbers.clone();
            numbers.set_with_ttl(1, 1, SECOND).expect("open");
            clock.advance(SECOND);
            until("it is at work", || numbers.stats().expirations == 1);
            if cfg!(target_os = "linux") {
                assert_eq!(purgers(), 1);
            }
            match (&store, closed) {
                (Some(store), true) => store.close(),
                (None, true) => numbers.close(),
                (_, false) => {}
            }
            let kept = closed.then_some(kept);
            drop((store, numbers));
            // What is joined may be listed for a moment longer.
            until("it has ended", || purgers() == 0);
            drop(kept);
        }
    }
}

/// Goal: a close does not wait for the next time. Method: a thread that has ages to wait.
#[test]
fn purger_that_rests_is_woken_by_a_close() {
    watched(|doing| {
        for interval in [Duration::from_secs(3_600), Duration::MAX] {
            doing(format!("a close, beside a thread that rests for {interval:?}"));
            let alone = Collection::builder().purge_every(interval).build();
            let alone: Numbers = alone.expect("stands alone");
            let store = Store::builder().purge_every(interval).build();
            let stored: Numbers = store.collection("numbers").expect("a new name");
            for numbers in [&alone, &stored] {
                numbers.set_with_ttl(1, 1, Duration::ZERO).expect("open");
            }
            alone.close();
            store.close();
            assert!(alone.is_closed() && stored.is_closed());
        }
    });
}

/// Goal: a close waits for the thread, each of several closes. Method: it stands in a callback when
/// two others close; neither is done before it is; in one case it has tried to close before that.
#[test]
fn every_close_waits_for_the_purger() {
    for (in_store, closes_itself) in [(false, false), (false, true), (true, false), (true, true)] {
        let clock = TestClock::new();
        let (store, numbers) = numbers(in_store, &clock);
        let close = {
            let (store, numbers) = (store.clone(), numbers.clone());
            move || store.as_ref().map_or_else(|| numbers.close(), Store::close)
        };
        let (entered, arrived) = channel();
        let (leave, left) = channel::<()>();
        let inside = Mutex::new(Some((close.clone(), entered, left)));
        let subscription = numbers.on_change(move |event| {
            if !is_here() || event.is_err() {
                return;
            }
            let Some((close, entered, left)) = lock(&inside).take() else {
                return;
            };
            if closes_itself {
                close();
            }
            entered.send(()).expect("somebody waits");
            let _told = left.recv();
        });
        numbers.set_with_ttl(1, 1, SECOND).expect("open");
        clock.advance(SECOND);
        arrived.recv_timeout(PATIENCE).expect("it is told of the end");
        let (done, all_done) = channel();
        thread::scope(|threads| {
            for _ in 0..2 {
                let (close, done) = (close.clone(), done.clone());
                threads.spawn(move || {
                    close();
                    done.send(()).expect("somebody waits");
                });
            }
            let early = all_done.recv_timeout(SHORT);
            leave.send(()).expect("it waits");
            assert_eq!(early, Err(RecvTimeoutError::Timeout), "{in_store}, {closes_itself}");
            (0..2).for_each(|_| all_done.recv_timeout(PATIENCE).expect("it has ended"));
        });
        assert!(numbers.is_closed() && numbers.set(1, 1).is_err());
        assert_eq!(subscription.panics(), 0);
    }
}

/// What a callback does that is called on the thread, once.
fn once_there(numbers: &Numbers, act: impl FnOnce() + Send + 'static) -> folio::Subscription {
    let mut act = Some(act);
    numbers.on_change(move |event| {
        let ended = event.is_ok_and(|event| {
            matches!(event.kind, EventKind::Removed { cause: Cause::Expired, .. })
        });
        if ended && is_here() {
            act.take().into_iter().for_each(|act| act());
        }
    })
}

/// Goal: the last handle may be dropped by the thread itself, which then ends by itself. Method: a
/// callback owns it; by itself and in a store.
#[test]
fn last_handle_may_be_dropped_by_the_purger() {
    if !alone("expiry::purger::last_handle_may_be_dropped_by_the_purger") {
        return;
    }
    for in_store in [false, true] {
        let clock = TestClock::new();
        let (store, numbers) = numbers(in_store, &clock);
        let mut watch = numbers.watch().subscribe();
        let (told, dropped) = channel();
        let last = Arc::new(Mutex::new(None));
        let kept = Arc::clone(&last);
        let subscription = once_there(&numbers, move || {
            drop(lock(&kept).take());
            told.send(()).expect("somebody waits");
        });
        numbers.set_with_ttl(1, 1, SECOND).expect("open");
        *lock(&last) = Some((store, numbers));
        clock.advance(SECOND);
        dropped.recv_timeout(PATIENCE).expect("it was told of the end");
        let mut events = 0;
        while watch.recv().is_ok() {
            events += 1;
        }
        assert_eq!((events, watch.recv().map(drop)), (2, Err(WatchError::Closed)));
        until("it ends by itself", || purgers() == 0);
        assert_eq!(subscription.panics(), 0);
    }
}

/// Goal: whoever drops the last handle waits for the thread. Method: it stands in a callback then.
#[test]
fn last_handle_waits_for_the_purger() {
    for in_store in [false, true] {
        let clock = TestClock::new();
        let (store, numbers) = numbers(in_store, &clock);
        let (entered, arrived) = channel();
        let (leave, left) = channel::<()>();
        let subscription = once_there(&numbers, move || {
            entered.send(()).expect("somebody waits");
            let _told = left.recv();
        });
        numbers.set_with_ttl(1, 1, SECOND).expect("open");
        clock.advance(SECOND);
        arrived.recv_timeout(PATIENCE).expect("it is told of the end");
        let (done, dropped) = channel();
        let last = thread::spawn(move || {
            drop((store, numbers));
            done.send(()).expect("somebody waits");
        });
        let early = dropped.recv_timeout(SHORT);
        leave.send(()).expect("it waits");
        assert_eq!(early, Err(RecvTimeoutError::Timeout), "{in_store}");
        dropped.recv_timeout(PATIENCE).expect("it has ended");
        last.join().expect("unharmed");
        assert_eq!(subscription.panics(), 0);
    }
}

/// A value that may own a handle of its own collection, and says where it was dropped.
struct Owner {
    handle: Option<Collection<u64, Self>>,
    canary: Canary,
    told: Sender<bool>,
}

impl Drop for Owner {
    fn drop(&mut self) {
        assert!(self.canary.number() < 3);
        let _nobody_waits = self.told.send(is_here() && self.handle.is_some());
    }
}

/// Goal: the last handle may be dropped by the destructor of a value, on the thread. Method: a
/// document owns it, and ends; every other value goes with the collection.
#[test]
fn last_handle_may_be_in_a_value_that_ends() {
    let (clock, census, (told, dropped)) = (TestClock::new(), Census::new(), channel());
    let owners: Collection<u64, Owner> =
        Collection::builder().clock(clock.clone()).purge_every(OFTEN).build().expect("alone");
    let owner = |number, handle| Owner { handle, canary: census.value(number), told: told.clone() };
    owners.set(0, owner(0, None)).expect("open");
    owners.set_with_ttl(1, owner(1, Some(owners.clone())), SECOND).expect("open");
    owners.set_with_ttl(2, owner(2, None), SECOND).expect("open");
    drop(owners);
    clock.advance(SECOND);
    until("the owner goes", || dropped.try_iter().any(|it_was_the_last| it_was_the_last));
    until("all go", || census.living() == 0);
    census.assert_all_dropped_once();
}

/// Goal: the thread survives a callback that panics, and goes on. Method: it panics at each end.
#[test]
fn purger_survives_callbacks_that_panic() {
    for in_store in [false, true] {
        let clock = TestClock::new();
        let (_store, numbers) = numbers(in_store, &clock);
        let subscription = numbers.on_change(|_| assert!(!is_here(), "this callback panics"));
        for round in 1..=3 {
            numbers.set_with_ttl(round, 1, SECOND).expect("open");
            clock.advance(SECOND);
            until("it goes on", || numbers.stats().expirations == round);
            until("it has been told", || subscription.panics() >= round);
        }
        numbers.verify().expect("consistent");
        numbers.close();
    }
}

/// Goal: a purge by hand gives the memory of what it ends back. Method: look at what is retired and
/// still there.
#[test]
fn purge_gives_memory_back() {
    let documents = if cfg!(miri) { 500 } else { 20_000 };
    let clock = TestClock::new();
    let numbers: Collection<u64, u64> =
        Collection::builder().clock(clock.clone()).build().expect("stands alone");
    for key in 0..documents {
        numbers.set_with_ttl(key, key, Duration::from_secs(1)).expect("open");
    }
    clock.advance(Duration::from_secs(2));
    assert_eq!(numbers.purge_expired() as u64, documents);
    let left = numbers.stats().retired;
    assert!(left < documents / 4, "{left} of {documents} are still there");
}
