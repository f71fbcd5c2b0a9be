//! Replays that are read late, when the feed has gone on; and looks that find nothing for long.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use folio::{Collection, Kind, Pattern, TestClock};

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

/// Goal: who was shown a document is told of its end, also if it was over at the instant of a
/// second view and removed at that of a third. Method: a replay that is read slowly.
#[test]
fn end_of_a_document_between_two_views_of_a_replay_is_told() {
    let (clock, second) = (TestClock::new(), Duration::from_secs(1));
    let builder = Collection::builder().clock(clock.clone()).feed_capacity(4);
    let stock: Stock = builder.build().expect("valid");
    assert!(stock.set_with_ttl(0, 1, second).is_ok());
    let write = |number| (1..=40).for_each(|key| assert!(stock.set(key, number).is_ok()));
    write(0);
    let mut watch = stock.watch().replay().subscribe();
    let mut replica = BTreeSet::new();
    let mut take = |most| {
        for event in (0..most).map_while(|_| watch.try_recv().expect("nothing is missed")) {
            let key = *event.key().expect("of a document");
            let changes = match event.what() {
                Kind::Removed => replica.remove(&key),
                kind => replica.insert(key) == (kind == Kind::Created),
            };
            assert!(changes, "{event:?}");
        }
        replica.contains(&0)
    };
    assert!(take(10), "it is in the first view");
    write(1);
    clock.advance(2 * second);
    assert!(take(36), "over, and not removed, in the second");
    assert_eq!(stock.purge_expired(), 1);
    write(2);
    assert!(!take(1_000), "and gone in the third");
}

/// Goal: a time limit is one, whatever a filter passes. Method: a thousand events that a slow
/// filter does not pass.
#[test]
fn time_limit_holds_while_nothing_passes() {
    let stock = Stock::new();
    let slowly = |_: &_| {
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_millis(2) {}
        false
    };
    let mut watch = stock.watch().filter(slowly).subscribe();
    (0..1_000).for_each(|key| assert!(stock.set(key, key).is_ok()));
    let begin = Instant::now();
    assert!(watch.recv_timeout(Duration::from_millis(10)).expect("open").is_none());
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
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
