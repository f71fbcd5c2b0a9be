//! How a watch ends, and begins anew.

use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use folio::{Lag, Pattern, WatchError};

use crate::kit::patience::{until, watched};
use crate::watch::{Stock, Told, all, end};

/// Goal: a closed collection ends its watches once, after all that happened before. Method: closed
/// by name and by the end of its last handle; while the watch waits in each way there is, or does
/// not.
#[test]
fn close_ends_a_watch_after_all_that_was_before() {
    for by_drop in [false, true] {
        let stock = Stock::new();
        let (mut idle, iterator) = (stock.watch().subscribe(), stock.watch().subscribe());
        let other = stock.watch().keys(Pattern::exact(77)).subscribe();
        let (told, heard) = channel();
        let waiting = [iterator, other].map(|watch| {
            let told = told.clone();
            thread::spawn(move || told.send(watch.collect::<Vec<_>>()))
        });
        assert!(stock.set(1, 1).is_ok());
        if by_drop {
            drop(stock);
        } else {
            stock.close();
            assert!(stock.set(1, 2).is_err());
        }
        for _ in 0..2 {
            let told = heard.recv_timeout(PATIENCE).expect("it ends");
            assert!(matches!(told.last(), Some(Err(WatchError::Closed))) && told.len() <= 2);
        }
        assert!(waiting.map(|thread| thread.join().is_ok()) == [true; 2]);
        assert_eq!(all_of(&mut idle), ([Told::Created(1, 1)].into(), WatchError::Closed));
    }
}

/// All that is told, and the end.
fn all_of(watch: &mut folio::Watch<u64, u64>) -> (Vec<Told>, WatchError) {
    let mut told = Vec::new();
    loop {
        match watch.try_recv() {
            Ok(Some(event)) => told.push(crate::watch::told(&event)),
            Ok(None) => panic!("it neither tells nor ends"),
            Err(end) => return (told, end),
        }
    }
}

/// Goal: an end is told by the iterator once, and by the calls again and again. Method: a lag and a
/// close; and a lag that is no end, after which it goes on.
#[test]
fn an_end_is_told_once_by_the_iterator() {
    let stock = Stock::new();
    let mut lagging = stock.watch().buffer(4).subscribe();
    let mut skipping = stock.watch().buffer(4).on_lag(Lag::Skip).subscribe();
    (0..10).for_each(|number| drop(stock.set(1, number)));
    assert!(matches!(lagging.next(), Some(Err(WatchError::Lagged { .. }))));
    assert!(lagging.next().is_none() && lagging.next().is_none());
    assert!(matches!(end(&mut lagging), WatchError::Lagged { .. }));
    assert!(matches!(skipping.next(), Some(Err(WatchError::Lagged { .. }))));
    assert!(matches!(skipping.next(), Some(Ok(_))));
    stock.close();
    assert_eq!(skipping.by_ref().filter(Result::is_err).count(), 1);
    assert!(skipping.next().is_none() && skipping.next().is_none());
    assert_eq!(end(&mut skipping), WatchError::Closed);
    assert_eq!(skipping.recv().map(drop), Err(WatchError::Closed));
    assert_eq!(skipping.recv_timeout(Duration::MAX).map(drop), Err(WatchError::Closed));
    assert!(matches!(end(&mut lagging), WatchError::Lagged { .. }), "the end that it had");
}

/// Goal: a watch waits as long as it is told to. Method: not at all, for a while, for ever; with
/// and without an event that comes.
#[test]
fn a_watch_waits_as_long_as_it_is_told_to() {
    watched(|_| {
        let stock = Stock::new();
        let mut watch = stock.watch().subscribe();
        assert_eq!(watch.recv_timeout(Duration::ZERO).map(|event| event.is_none()), Ok(true));
        let began = Instant::now();
        let waited = watch.recv_timeout(Duration::from_millis(30));
        assert_eq!(waited.map(|event| event.is_none()), Ok(true));
        assert!(began.elapsed() >= Duration::from_millis(30));
        assert!(stock.set(1, 1).is_ok());
        assert_eq!(watch.recv_timeout(Duration::ZERO).map(|event| event.is_some()), Ok(true));
        for round in 0..200 {
            thread::scope(|threads| {
                threads.spawn(|| stock.set(1, round).is_ok());
                let patience = if round % 2 == 0 { Duration::MAX } else { PATIENCE };
                let waited = watch.recv_timeout(patience);
                assert_eq!(waited.map(|event| event.is_some()), Ok(true));
            });
        }
        assert_eq!(all(&mut watch), []);
    });
}

/// Goal: `resync` is a fresh view and what comes after it, whatever was before. Method: after a
/// lag, with nothing wrong, in the middle of a replay, and after a close.
#[test]
fn resync_begins_anew() {
    let stock: Stock = (0..100).map(|key| (key, key)).collect();
    let mut lagging = stock.watch().buffer(4).subscribe();
    let mut well = stock.watch().subscribe();
    let mut replaying = stock.watch().replay().keys(Pattern::exact(5)).subscribe();
    let mut half = stock.watch().replay().subscribe();
    assert!(half.next().is_some_and(|event| event.is_ok()));
    (0..10).for_each(|number| drop(stock.set(5, number)));
    assert!(matches!(end(&mut lagging), WatchError::Lagged { .. }));
    let watches = [&mut lagging, &mut well, &mut replaying, &mut half];
    for (number, watch) in (10..).zip(watches) {
        let view = watch.resync();
        assert_eq!((view.len(), view.get(&5).map(|n| *n)), (100, Some(number - 1)));
        assert_eq!(view.revision(), stock.stats().revision);
        assert_eq!(all(watch), []);
        assert!(stock.set(5, number).is_ok());
        assert_eq!(all(watch), [Told::Updated(5, number - 1, number)]);
        assert_eq!(view.get(&5).map(|n| *n), Some(number - 1));
    }
    stock.close();
    for mut watch in [lagging, well, replaying] {
        // One is at its end, one has still something to tell, one is about to.
        assert!(watch.resync().is_empty());
        assert_eq!(watch.next().map(|item| item.map(drop)), Some(Err(WatchError::Closed)));
        assert!(watch.next().is_none());
        assert!(watch.resync().is_empty());
        assert_eq!(end(&mut watch), WatchError::Closed);
    }
}

/// Goal: a watch may outlive its collection, and everything may be dropped in any order. Method:
/// the last handle goes while the watch waits, before it has begun, and after it lagged.
#[test]
fn a_watch_may_outlive_its_collection() {
    let stock: Stock = [(1, 1)].into_iter().collect();
    let (builder, mut behind) = (stock.watch().replay(), stock.watch().buffer(1).subscribe());
    (0..10).for_each(|number| drop(stock.set(1, number)));
    let mut begun = stock.watch().replay().subscribe();
    drop(stock);
    assert_eq!(end(&mut builder.subscribe()), WatchError::Closed);
    assert_eq!(all_of(&mut begun), ([Told::Created(1, 9)].into(), WatchError::Closed));
    assert!(matches!(end(&mut behind), WatchError::Lagged { .. }));
    assert!(behind.resync().is_empty());
    assert_eq!(end(&mut behind), WatchError::Closed);
}

/// Goal: an idle feed keeps nothing, and takes no part in views. Method: the last watch goes, and
/// the feed is given up by the cleaning.
#[test]
fn a_feed_without_watches_keeps_nothing() {
    let stock = Stock::new();
    let watch = stock.watch().subscribe();
    (0..1_000).for_each(|number| drop(stock.set(1, number)));
    assert!(stock.stats().retired > 900);
    drop(watch);
    until("the feed is given up", || {
        stock.maintain();
        stock.stats().retired == 0 && stock.stats().views == 0
    });
}

const PATIENCE: Duration = Duration::from_secs(20);
