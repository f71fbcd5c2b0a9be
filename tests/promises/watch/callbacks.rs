//! Functions that writers call.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::Duration;

use folio::{Collection, Subscription, WatchError};

use crate::kit::locked::lock;
use crate::kit::patience::{until, watched};
use crate::watch::{Stock, Told, told};

/// Goal: each write is told before it returns, on the thread that wrote, in order. Method: what was
/// told by then, after each.
#[test]
fn each_write_is_told_before_it_returns() {
    let stock: Stock = [(9, 9)].into_iter().collect();
    let (tell, heard) = channel();
    let here = thread::current().id();
    let subscription = stock.watch().replay().for_each(move |event| {
        assert_eq!(thread::current().id(), here);
        let _ = tell.send(event.map(told));
    });
    let next = || heard.try_recv().ok();
    assert_eq!(next(), Some(Ok(Told::Created(9, 9))), "what is replayed, before it returns");
    for number in 1..100 {
        assert!(stock.set(1, number).is_ok());
        let expected = match number {
            1 => Told::Created(1, 1),
            _ => Told::Updated(1, number - 1, number),
        };
        assert_eq!((next(), next()), (Some(Ok(expected)), None));
    }
    assert_eq!(subscription.panics(), 0);
    drop(subscription);
    assert!(stock.set(1, 0).is_ok());
    assert_eq!(next(), None, "nothing after the end");
}

/// Goal: whatever is written inside is told after the function has returned, and in order. Method:
/// it counts a document up; nobody is ever inside twice.
#[test]
fn what_is_written_inside_is_told_afterwards() {
    watched(|_| {
        let stock = Stock::new();
        let (inside, told) = (stock.clone(), Arc::new(Mutex::new(Vec::new())));
        let (all, is_inside) = (Arc::clone(&told), AtomicBool::new(false));
        let subscription = stock.on_change(move |event| {
            assert!(!is_inside.swap(true, Ordering::AcqRel), "it is called twice at once");
            let number = event.ok().and_then(|event| event.new_value().map(|n| **n));
            let number = number.expect("a number is put");
            lock(&all).push(number);
            if number < 1_000 {
                let written = inside.set(1, number + 1).expect("open").revision();
                assert_eq!(inside.get(&1).map(|found| found.revision()), Some(written));
            }
            is_inside.store(false, Ordering::Release);
        });
        assert!(stock.set(1, 1).is_ok());
        assert_eq!(*lock(&told), (1..=1_000).collect::<Vec<_>>());
        assert_eq!(subscription.panics(), 0);
    });
}

/// Goal: a panic is contained and counted, and costs the event alone. Method: the function, its
/// filter, and the destructor of a document that was told panic in turn; every write returns.
#[test]
fn panic_in_a_callback_is_contained_and_counted() {
    struct Bomb(u64);
    impl Drop for Bomb {
        fn drop(&mut self) {
            assert_ne!(self.0, 3, "planted in a destructor");
        }
    }
    let stock: Collection<u64, Bomb> = Collection::new();
    let (tell, heard) = channel();
    let filter = |event: &folio::Event<u64, Bomb>| {
        assert!(event.new_value().is_none_or(|new| new.0 != 5), "planted in a filter");
        true
    };
    let kept = stock.clone();
    let subscription = stock.watch().filter(filter).for_each(move |event| {
        let number = event.ok().and_then(|event| event.new_value().map(|new| new.0)).unwrap_or(0);
        if number == 3 {
            // The event becomes the document's last owner.
            drop(kept.remove(&3));
            for _ in 0..64 {
                kept.maintain();
            }
        }
        assert_ne!(number, 7, "planted in a callback");
        let _ = tell.send(number);
    });
    for number in 1..10 {
        assert!(stock.set(number, Bomb(number)).is_ok(), "{number}");
    }
    assert_eq!(heard.try_iter().collect::<Vec<_>>(), [1, 2, 3, 0, 4, 6, 8, 9]);
    assert!(subscription.panics() >= 2, "filter and function: {}", subscription.panics());
    assert_eq!(stock.verify(), Ok(()));
}

/// Goal: a subscription may be dropped from inside, and the function goes when it has returned.
/// Method: at the third event; what the function owns is gone afterwards.
#[test]
fn a_subscription_may_be_dropped_from_inside() {
    watched(|_| {
        let stock = Stock::new();
        let itself: Arc<Mutex<Option<Subscription>>> = Arc::default();
        let (calls, inside, place) = (Arc::new(()), stock.clone(), Arc::clone(&itself));
        let (owned, mut left) = (Arc::clone(&calls), 3);
        let subscription = stock.on_change(move |_| {
            left -= 1;
            if left == 0 {
                drop(lock(&place).take());
                assert!(inside.set(2, 2).is_ok(), "it is told to nobody");
                assert_eq!(Arc::strong_count(&owned), 2, "the function is still there");
            }
        });
        *lock(&itself) = Some(subscription);
        for number in 0..3 {
            assert_eq!(Arc::strong_count(&calls), 2);
            assert!(stock.set(1, number).is_ok());
        }
        assert_eq!(Arc::strong_count(&calls), 1, "the function is gone");
        assert!(stock.set(1, 4).is_ok());
    });
}

/// Goal: a function may subscribe others and end them. Method: each event makes one more, which
/// hears what comes after it, and ends the one before.
#[test]
fn a_callback_may_subscribe_and_unsubscribe() {
    watched(|_| {
        let stock = Stock::new();
        let (inside, mut last) = (stock.clone(), None);
        let (tell, heard) = channel();
        let subscription = stock.on_change(move |event| {
            let number = event.ok().and_then(|event| event.new_value().map(|n| **n));
            let tell: Sender<_> = tell.clone();
            let next = inside.on_change(move |event| {
                let heard = event.ok().and_then(|event| event.new_value().map(|n| **n));
                let _ = tell.send((number, heard));
            });
            drop(last.replace(next));
        });
        (0..50).for_each(|number| drop(stock.set(1, number)));
        drop(subscription);
        let heard: Vec<_> = heard.try_iter().collect();
        assert!(heard.iter().all(|(made, heard)| heard.is_some() && made < heard), "{heard:?}");
        // One that is ended before its turn came has heard nothing.
        assert!(heard.len() <= 49, "{heard:?}");
    });
}

/// Goal: each event is told once, in order, whoever writes; one call at a time. Method: four
/// threads write; revisions rise, and each one that was returned is among them.
#[test]
fn many_writers_tell_one_callback_each_event_once() {
    watched(|_| {
        let stock = Stock::new();
        let (told, at_once) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicU64::new(0)));
        let (all, inside) = (Arc::clone(&told), Arc::clone(&at_once));
        let subscription = stock.on_change(move |event| {
            assert_eq!(inside.fetch_add(1, Ordering::AcqRel), 0);
            lock(&all).push(event.expect("it does not fall behind").revision);
            inside.fetch_sub(1, Ordering::AcqRel);
        });
        let written = Mutex::new(Vec::new());
        let write = |thread: u64, number: u64| {
            let revision = stock.set(number % 3, thread).expect("open").revision();
            lock(&written).push(revision);
        };
        thread::scope(|threads| {
            for thread in 0..4 {
                threads.spawn(move || (0..1_000).for_each(|number| write(thread, number)));
            }
        });
        let mut written = lock(&written).clone();
        written.sort_unstable();
        assert_eq!(*lock(&told), written);
        assert_eq!(subscription.panics(), 0);
    });
}

/// Goal: a function that does not keep up is told so in place of what it missed, and others do not
/// wait for it. Method: it stands while another thread writes more than its buffer.
#[test]
fn a_lag_is_told_in_place_of_what_was_missed() {
    let stock = Stock::new();
    let (tell, heard) = channel();
    let stands = Arc::new(Barrier::new(2));
    let (meet, mut is_first) = (Arc::clone(&stands), true);
    let subscription = stock.watch().buffer(16).for_each(move |event| {
        if std::mem::take(&mut is_first) {
            meet.wait();
            meet.wait();
        }
        let _ = tell.send(event.map(|event| event.revision.get()));
    });
    thread::scope(|threads| {
        threads.spawn(|| stock.set(1, 1).is_ok());
        stands.wait();
        (0..100).for_each(|number| drop(stock.set(2, number)));
        stands.wait();
    });
    let mut next = 1;
    for item in heard.try_iter() {
        next = match item {
            Ok(revision) => {
                assert_eq!(revision, next);
                revision + 1
            }
            Err(WatchError::Lagged { missed, resume_at }) => {
                assert_eq!(resume_at.get(), next + missed);
                resume_at.get()
            }
            Err(other) => panic!("{other}"),
        };
    }
    assert_eq!((next, subscription.panics()), (102, 0));
}

/// Goal: a close is the last thing that is told, once, and lets the function go. Method: closed
/// from outside, from inside, by the end of the last handle, and with a function that panics then.
#[test]
fn a_close_is_told_last_and_once() {
    for (inside, panics) in [(false, false), (false, true), (true, false), (true, true)] {
        let stock = Stock::new();
        let owned = Arc::new(());
        let (tell, heard) = channel();
        let (owns, place) = (Arc::clone(&owned), inside.then(|| stock.clone()));
        let subscription = stock.on_change(move |event| {
            assert_eq!(Arc::strong_count(&owns), 2);
            let _ = tell.send(event.map(told));
            place.iter().for_each(Collection::close);
            assert!(event.is_ok() || !panics, "planted at the end");
        });
        assert!(stock.set(1, 1).is_ok());
        if inside {
            assert!(stock.is_closed() && stock.set(1, 2).is_err());
        } else {
            drop(stock);
        }
        let told: Vec<_> = heard.try_iter().collect();
        assert_eq!(told, [Ok(Told::Created(1, 1)), Err(WatchError::Closed)]);
        assert_eq!(Arc::strong_count(&owned), 1, "the function is gone");
        assert_eq!(subscription.panics(), u64::from(panics));
    }
}

/// Goal: nothing keeps a collection but its handles, watches and subscriptions. Method: what a
/// value owns is gone when a collection that had callbacks is dropped, in any order.
#[test]
fn callbacks_keep_no_collection() {
    for subscription_first in [false, true] {
        let owned = Arc::new(());
        let stock: Collection<u64, Arc<()>> = Collection::new();
        let subscriptions: Vec<_> = (0..5).map(|_| stock.on_change(|_| ())).collect();
        (0..10).for_each(|key| drop(stock.set(key, Arc::clone(&owned))));
        if subscription_first {
            drop(subscriptions);
            drop(stock);
        } else {
            drop(stock);
            drop(subscriptions);
        }
        assert_eq!(Arc::strong_count(&owned), 1);
    }
}

/// Goal: whoever drops a subscription does not wait for a call that is under way, and the function
/// is let go when that has returned. Method: it stands on another thread meanwhile.
#[test]
fn dropping_a_subscription_waits_for_nobody() {
    watched(|_| {
        let stock = Stock::new();
        let (owned, stands) = (Arc::new(()), Arc::new(Barrier::new(2)));
        let (owns, meet) = (Arc::clone(&owned), Arc::clone(&stands));
        let subscription = stock.on_change(move |_| {
            assert_eq!(Arc::strong_count(&owns), 2);
            meet.wait();
            meet.wait();
        });
        thread::scope(|threads| {
            threads.spawn(|| stock.set(1, 1).is_ok());
            stands.wait();
            drop(subscription);
            assert_eq!(Arc::strong_count(&owned), 2);
            assert!(stock.set(1, 2).is_ok());
            stands.wait();
        });
        until("the function is let go", || Arc::strong_count(&owned) == 1);
    });
}

/// Goal: what is replayed is told when `for_each` returns, whoever else writes. Method: two writers
/// that would take the turn.
#[test]
fn replay_is_told_before_for_each_returns() {
    let stock: Stock = (0..500).map(|key| (key, 0)).collect();
    let is_over = AtomicBool::new(false);
    thread::scope(|threads| {
        let write = || {
            let numbers = (0..).take_while(|_| !is_over.load(Ordering::Relaxed));
            numbers.for_each(|n| {
                assert!(stock.set(n % 500, n).is_ok());
                if n % 64 == 0 {
                    // Whoever is faster than all who write comes to an end.
                    thread::park_timeout(Duration::from_micros(20));
                }
            });
        };
        let writers = [threads.spawn(write), threads.spawn(write)];
        for _ in 0..300 {
            let calls = Arc::new(AtomicU64::new(0));
            let count = Arc::clone(&calls);
            let subscription = stock.watch().replay().for_each(move |_| {
                count.fetch_add(1, Ordering::Relaxed);
            });
            assert!(calls.load(Ordering::Relaxed) >= 500);
            drop(subscription);
        }
        is_over.store(true, Ordering::Relaxed);
        for writer in writers {
            writer.join().expect("a writer ends well");
        }
    });
}
