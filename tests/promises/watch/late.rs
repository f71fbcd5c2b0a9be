//! Replays that are read late, when the feed has gone on; and looks that find nothing for long.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use folio::{Collection, Event, Kind, Pattern, Store, TestClock, WatchError};

use crate::kit::alone::alone;
use crate::kit::census::{Canary, Census};
use crate::kit::patience::watched;
use crate::watch::{Stock, Told, all};

/// Goal: a replay whose view is read and whose feed has gone on goes on where the view ends, if
/// the close comes before there is a later one. Method: a watch begins beside a writer, and is
/// read when the collection is closed; revisions rise.
#[test]
fn replay_that_a_close_cuts_short_tells_nothing_twice() {
    for round in 0..40 {
        let stock: Stock = Collection::builder().feed_capacity(1_024).build().expect("valid");
        assert!(stock.set(0, 0).is_ok());
        let _kept = stock.watch().subscribe();
        let (writing, end) = (stock.clone(), Arc::new(AtomicU64::new(u64::MAX)));
        let ends = Arc::clone(&end);
        let writer = thread::spawn(move || {
            let revision = || writing.set(0, 1).expect("open").revision().get();
            while revision() < ends.load(Ordering::Relaxed) {}
        });
        while stock.stats().revision < 2_000 + round {}
        let watch = stock.watch().replay().subscribe();
        end.store(stock.stats().revision + 700, Ordering::Relaxed);
        writer.join().expect("the writer ends well");
        stock.close();
        let told: Vec<_> = watch.flatten().map(|event| event.revision).collect();
        assert!(told.is_sorted_by(|a, b| a < b), "round {round}");
    }
}

/// What a replay tells that is read slowly: of a document that is in its first view, is over and
/// not removed in a second one, and of which is so, `then`, in a third. Says what it told of it.
fn told_across_an_end(then: impl FnOnce(&Stock)) -> Vec<Kind> {
    let (clock, second) = (TestClock::new(), Duration::from_secs(1));
    let builder = Collection::builder().clock(clock.clone()).feed_capacity(4);
    let stock: Stock = builder.build().expect("valid");
    assert!(stock.set_with_ttl(0, 1, second).is_ok());
    let write = |number| (1..=40).for_each(|key| assert!(stock.set(key, number).is_ok()));
    write(0);
    let mut watch = stock.watch().replay().subscribe();
    let (mut replica, mut told) = (BTreeSet::new(), Vec::new());
    let mut take = |most| {
        for event in (0..most).map_while(|_| watch.try_recv().expect("nothing is missed")) {
            let key = *event.key().expect("of a document");
            let changes = match event.what() {
                Kind::Removed => replica.remove(&key),
                kind => replica.insert(key) == (kind == Kind::Created),
            };
            assert!(changes, "{event:?}");
            told.extend((key == 0).then_some(event.what()));
        }
        replica.contains(&0)
    };
    assert!(take(10), "it is in the first view");
    write(1);
    clock.advance(2 * second);
    assert!(take(36), "over, and not removed, in the second");
    then(&stock);
    write(2);
    take(1_000);
    told
}

/// Goal: who was shown a document is told of what becomes of it, also if it was over at the instant
/// of a second view: nothing comes twice, and nothing goes that had not come. Method: it is
/// removed, or written anew, before a third one.
#[test]
fn end_of_a_document_between_two_views_of_a_replay_is_told() {
    let removed = told_across_an_end(|stock| assert_eq!(stock.purge_expired(), 1));
    assert_eq!(removed, [Kind::Created, Kind::Removed]);
    let anew = told_across_an_end(|stock| assert!(stock.set(0, 9).is_ok()));
    assert_eq!(anew, [Kind::Created, Kind::Updated]);
}

/// Goal: of a document that a replay has not shown, as it was over, nothing is told until it is
/// written anew. Method: it is over at the first view, and removed, or written, before a second.
#[test]
fn document_that_was_over_when_a_replay_began_comes_when_it_is_written() {
    for is_removed in [true, false] {
        let clock = TestClock::new();
        let builder = Collection::builder().clock(clock.clone()).feed_capacity(4);
        let stock: Stock = builder.build().expect("valid");
        assert!(stock.set_with_ttl(0, 1, Duration::from_secs(1)).is_ok());
        assert!(stock.set(1, 1).is_ok());
        clock.advance(Duration::from_secs(2));
        let mut watch = stock.watch().replay().subscribe();
        if is_removed {
            assert_eq!(stock.purge_expired(), 1);
        } else {
            assert!(stock.set(0, 9).is_ok());
        }
        (0..40).for_each(|number| assert!(stock.set(1, number).is_ok()));
        let events = std::iter::from_fn(|| watch.try_recv().expect("nothing is missed"));
        let told: Vec<_> = events.filter(|event| event.key() == Some(&0)).collect();
        let kinds: Vec<_> = told.iter().map(Event::what).collect();
        assert_eq!(kinds, if is_removed { vec![] } else { vec![Kind::Created] });
    }
}

/// Goal: a time limit is one, however long nothing passes. Method: a filter that passes nothing,
/// and causes another event each time that it looks.
#[test]
fn time_limit_holds_while_nothing_passes() {
    watched(|_| {
        let stock = Stock::new();
        let writes = stock.clone();
        let endless = move |_: &_| writes.set(0, 0).is_err();
        let mut watch = stock.watch().filter(endless).subscribe();
        assert!(stock.set(0, 0).is_ok());
        for limit in [0, 10, 2_000].map(Duration::from_micros) {
            assert!(watch.recv_timeout(limit).expect("open").is_none());
        }
        assert!(watch.try_recv().expect("open").is_none());
    });
}

/// Goal: what has happened before the call is found without any wait, whatever lies before it.
/// Method: events that a filter does not pass, other keys, and a replay; no time at all.
#[test]
fn event_is_found_in_no_time_behind_others() {
    let is_last = |event: &Event<u64, u64>| event.key() == Some(&2_000);
    let stock: Stock = (0..=2_000).map(|key| (key, 0)).collect();
    let begin = [
        stock.watch().filter(is_last),
        stock.watch().keys(Pattern::exact(2_000)),
        stock.watch().replay().filter(is_last),
    ];
    let watches = begin.map(folio::WatchBuilder::subscribe);
    (0..=2_000).for_each(|key| assert!(stock.set(key, 1).is_ok()));
    for (number, mut watch) in watches.into_iter().enumerate() {
        let found = match number {
            0 => watch.recv_timeout(Duration::ZERO),
            _ => watch.try_recv(),
        };
        assert!(found.expect("open").is_some(), "{number}");
    }
}

/// Goal: a watch that has told of the end keeps nothing. Method: counted values; in a process of
/// its own, where nobody else holds anything up.
#[test]
fn watch_that_has_ended_keeps_no_document() {
    if !alone("watch::late::watch_that_has_ended_keeps_no_document") {
        return;
    }
    let census = Census::new();
    let fill = |stock: &Collection<u64, Canary>| {
        (0..1_000).for_each(|key| assert!(stock.set(key, census.value(key)).is_ok()));
    };
    let stock = Collection::new();
    fill(&stock);
    let mut ended = stock.watch().subscribe();
    drop(stock);
    assert!(matches!(ended.recv(), Err(WatchError::Closed)));
    assert_eq!(census.living(), 0, "a watch");

    let stock = Collection::new();
    fill(&stock);
    let subscription = stock.on_change(|_| {});
    drop(stock);
    assert_eq!(census.living(), 0, "a subscription");

    let store = Store::new();
    let stock = store.collection("stock").expect("a new name");
    let mut of_all = store.watch().subscribe();
    fill(&stock);
    drop((store, stock));
    while of_all.recv().is_ok() {}
    assert_eq!(census.living(), 0, "a watch of a store");
    drop((ended, subscription, of_all));
    census.assert_all_dropped_once();
}

/// Goal: a feed that is retained can be resumed though nobody watched, and counts as no watch.
/// Method: writes that nobody watches, and a watch from the second of them on.
#[test]
fn retained_feed_is_resumed_and_counts_as_no_watch() {
    let stock: Stock = Collection::builder().retain_feed().build().expect("valid");
    let revisions = [1, 2, 3].map(|key| stock.set(key, key).expect("open").revision());
    assert_eq!((stock.stats().watches, stock.stats().feed_kept), (0, 3));
    let mut watch = stock.watch().from(revisions[1]).subscribe();
    assert_eq!(stock.stats().watches, 1);
    assert_eq!(all(&mut watch), [Told::Created(2, 2), Told::Created(3, 3)]);
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Name(&'static str);

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        assert_ne!(self.0, "a bad one", "told so");
        self.0
    }
}

/// Goal: a key that panics when it is looked at as a text has no prefix, and does not hold up a
/// replay. Method: one among others, in a watch and a callback.
#[test]
fn key_that_panics_as_a_text_has_no_prefix() {
    let names = ["a1", "a2", "a bad one", "a3", "b"];
    let stock: Collection<Name, u64> = names.into_iter().map(|name| (Name(name), 1)).collect();
    let watch = || stock.watch().replay().keys(Pattern::prefix("a"));
    let mut read = watch().subscribe();
    let (calls, count) = (Arc::new(AtomicU64::new(0)), |calls: &AtomicU64| {
        calls.fetch_add(1, Ordering::Relaxed);
    });
    let called = Arc::clone(&calls);
    let subscription = watch().for_each(move |_| count(&called));
    assert!(stock.set(Name("a bad one"), 2).is_ok() && stock.set(Name("a1"), 2).is_ok());
    let events = std::iter::from_fn(|| read.try_recv().expect("open"));
    let told: Vec<_> = events.map(|event| event.key().expect("of a document").0).collect();
    assert_eq!((told.len(), told[3]), (4, "a1"));
    assert!(!told.contains(&"a bad one"));
    assert_eq!((calls.load(Ordering::Relaxed), subscription.panics()), (4, 0));
}
