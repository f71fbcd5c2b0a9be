//! Whatever is dropped, at any moment, and what it leaves behind.

use std::cell::RefCell;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use folio::{Collection, Event, Pattern, Snapshot, Subscription, Watch, WatchError};

use crate::common::crew::Crew;
use crate::common::dice::{Dice, seed};
use crate::kit::alone::alone;
use crate::kit::census::{Canary, Census};
use crate::kit::patience::{settle, until, watched};
use crate::watch::Stock;

type Counted = Collection<u64, Canary>;

thread_local! { static KEPT: RefCell<Vec<Kept>> = const { RefCell::new(Vec::new()) }; }

/// What a thread keeps to its end.
enum Kept {
    Watch(Box<Watch<u64, Canary>>),
    Subscription(#[expect(dead_code, reason = "kept")] Subscription),
    Collection(#[expect(dead_code, reason = "kept")] Counted),
}

/// Goal: watches and subscriptions may end with their thread, in the destructor of a thread-local.
/// Method: one that ends before those of the collectors and one that ends after them, with the
/// collection and without; in a process of its own, since a panic there is an abort.
#[test]
fn watches_may_end_with_their_thread() {
    if !alone("watch::ending::watches_may_end_with_their_thread") {
        return;
    }
    watched(|tell| {
        for case in 0..16 {
            tell(format!("case {case}"));
            let (census, early, last) = (Census::new(), case & 0b1 == 0, case & 0b10 == 0);
            let documents = Counted::new();
            let rest = (!last).then(|| documents.clone());
            thread::scope(|threads| {
                let ended = threads.spawn(|| leave(&census, documents, early, case & 0b1100));
                ended.join().expect("the thread ends well");
            });
            if let Some(documents) = rest {
                assert!(documents.set(5, census.value(5)).is_ok());
                settle(&documents);
                assert_eq!((census.living(), documents.stats().views), (documents.len(), 0));
                drop(documents);
            }
            census.assert_all_dropped_once();
        }
    });
}

fn leave(census: &Census, documents: Counted, early: bool, what: u32) {
    if early {
        KEPT.with_borrow_mut(Vec::clear);
    }
    for key in 0..100 {
        assert!(documents.set(key, census.value(key)).is_ok());
    }
    let mut kept = Vec::new();
    if what & 0b100 == 0 {
        let watches = [documents.watch().replay(), documents.watch()];
        kept.extend(watches.map(|watch| Kept::Watch(Box::new(watch.subscribe()))));
    }
    if what & 0b1000 == 0 {
        let there = census.value(0);
        let call = move |_: Result<&_, _>| assert_eq!(there.number(), 0);
        kept.push(Kept::Subscription(documents.on_change(call)));
    }
    assert!(documents.set(1, census.value(1)).is_ok() && documents.remove(&2).is_ok());
    if let Some(Kept::Watch(watch)) = kept.first_mut() {
        assert!(watch.try_recv().is_ok());
    }
    kept.push(Kept::Collection(documents));
    KEPT.set(kept);
}

/// Goal: a watch that waits is woken by the end of its collection. Method: dropped and closed, from
/// a thread that does nothing else, with nothing written before; many times.
#[test]
fn a_waiting_watch_ends_with_its_collection() {
    watched(|_| {
        for round in 0..300 {
            let stock = Stock::new();
            let builder = stock.watch();
            let watch = match round % 3 {
                0 => builder.subscribe(),
                1 => builder.keys(Pattern::exact(1)).subscribe(),
                _ => builder.filter(|_| false).replay().subscribe(),
            };
            let (told, heard) = channel();
            let waiting = thread::spawn(move || told.send(watch.last().map(|end| end.map(drop))));
            if round % 2 == 0 {
                drop(stock);
            } else {
                stock.close();
            }
            let end = heard.recv_timeout(Duration::from_secs(20)).expect("it ends");
            assert_eq!(end, Some(Err(WatchError::Closed)));
            assert!(waiting.join().is_ok());
        }
    });
}

/// Goal: watches come and go under writers, and nothing is left of them. Method: 10,000 of all
/// kinds, opened and dropped by two threads, waiting or not, while two others write; then every
/// value was dropped but those that are there.
#[test]
fn watches_come_and_go_under_writers() {
    let (census, seed, crew) = (Census::new(), seed(), Crew::default());
    let documents = Counted::new();
    thread::scope(|threads| {
        let (documents, census, crew) = (&documents, &census, &crew);
        for writer in 0..2 {
            threads.spawn(move || {
                let mut dice = Dice::new(seed + writer);
                while !crew.is_done() {
                    let key = dice.below(20);
                    match dice.below(4) {
                        0 => drop(documents.remove(&key)),
                        _ => drop(documents.set(key, census.value(key))),
                    }
                    thread::park_timeout(Duration::from_micros(50));
                }
            });
        }
        let _member = crew.member();
        let come_and_go = |thread: u64| {
            let mut dice = Dice::new(seed + 10 + thread);
            let mut open = Vec::new();
            for _ in 0..5_000 {
                open.push(open_one(documents, &mut dice));
                if dice.one_in(20) {
                    open.clear();
                }
            }
        };
        let others = threads.spawn(move || come_and_go(0));
        come_and_go(1);
        others.join().expect("the other ends well");
    });
    until("nothing is left of the watches", || {
        documents.maintain();
        documents.stats().retired == 0 && documents.stats().views == 0
    });
    assert_eq!((census.living(), documents.verify()), (documents.len(), Ok(())));
    drop(documents);
    census.assert_all_dropped_once();
}

fn open_one(documents: &Counted, dice: &mut Dice) -> Kept {
    let builder = documents.watch();
    let mut watch = match dice.below(5) {
        0 => builder.subscribe(),
        1 => builder.keys(Pattern::exact(dice.below(20))).subscribe(),
        2 => builder.replay().subscribe(),
        3 => builder.buffer(4).subscribe(),
        _ => return Kept::Subscription(builder.for_each(|_| ())),
    };
    match dice.below(3) {
        0 => drop(watch.recv_timeout(Duration::ZERO)),
        1 => drop(watch.try_recv()),
        _ => {}
    }
    Kept::Watch(Box::new(watch))
}

/// Goal: a watch that is never read costs the feed's length and no more, and gives that back.
/// Method: 100,000 writes under one; what is retired then, and after it has gone.
#[test]
fn a_watch_that_is_never_read_holds_a_bounded_number_of_documents() {
    if !alone("watch::ending::a_watch_that_is_never_read_holds_a_bounded_number_of_documents") {
        return;
    }
    let (census, documents) = (Census::new(), Counted::new());
    let watch = documents.watch().subscribe();
    for number in 0..100_000 {
        assert!(documents.set(number % 10, census.value(number)).is_ok());
        // The feed, an eighth of it that may wait to be left behind, and what waits for a sweep.
        let retired = documents.stats().retired;
        assert!(retired <= FEED + FEED / 8 + 1_024, "{retired} are kept at {number}");
    }
    assert!(documents.stats().retired >= FEED - 10);
    drop(watch);
    settle(&documents);
    assert_eq!(census.living(), documents.len());
    drop(documents);
    census.assert_all_dropped_once();
}

type Of = fn(&Event<u64, Canary>) -> Option<&Snapshot<u64, Canary>>;

/// Goal: an event keeps its documents, and needs neither watch nor collection. Method: kept over
/// the end of both.
#[test]
fn an_event_outlives_everything() {
    let (census, documents) = (Census::new(), Counted::new());
    let mut watch = documents.watch().subscribe();
    for number in 0..3 {
        assert!(documents.set(1, census.value(number)).is_ok());
    }
    let events: Vec<_> = watch.by_ref().take(3).flatten().collect();
    drop((documents, watch));
    let numbers =
        |of: Of| events.iter().map(|event| of(event).map(|it| it.number())).collect::<Vec<_>>();
    assert_eq!(numbers(Event::old), [None, Some(0), Some(1)]);
    assert_eq!(numbers(Event::new_value), [Some(0), Some(1), Some(2)]);
    drop(events);
    census.assert_all_dropped_once();
}

/// Goal: a waker that is let go may drop a watch of the same collection. Method: a task whose last
/// owner is the waker of a watch that has gone owns another watch.
#[cfg(feature = "async")]
#[test]
fn a_waker_may_be_the_last_owner_of_a_watch() {
    use std::sync::{Arc, Mutex};
    use std::task::{Wake, Waker};

    struct Task {
        _owns: Mutex<Option<Watch<u64, u64>>>,
    }
    impl Wake for Task {
        fn wake(self: Arc<Self>) {}
    }
    watched(|_| {
        let stock = Stock::new();
        for round in 0..100 {
            let owned = stock.watch().keys(Pattern::exact(round)).subscribe();
            let task = Arc::new(Task { _owns: Mutex::new(Some(owned)) });
            let waker = Waker::from(task);
            let mut watch = stock.watch().subscribe();
            let mut context = std::task::Context::from_waker(&waker);
            let polled =
                futures_core::Stream::poll_next(std::pin::Pin::new(&mut watch), &mut context);
            assert!(polled.is_pending());
            drop(waker);
            drop(watch);
            drop(stock.watch().subscribe());
            stock.maintain();
        }
        settle(&stock);
    });
}

/// Revisions that a feed keeps.
const FEED: u64 = 4_096;
