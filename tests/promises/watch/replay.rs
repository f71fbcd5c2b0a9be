//! What was there before.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use folio::{Kind, Pattern, Watch, WatchError};

use crate::common::crew::Crew;
use crate::common::dice::{Dice, seed};
use crate::watch::{Stock, Told, all, told};

/// Goal: a replay tells what is there, each document once, before anything newer; and nothing is
/// told twice or left out between the two. Method: writes before, during and after.
#[test]
fn a_replay_tells_each_document_once_and_before_anything_newer() {
    let stock: Stock = (0..1_000).map(|key| (key, key)).collect();
    assert!(stock.remove(&0).is_ok() && stock.set(1, 100).is_ok());
    let replayed = stock.stats().revision;
    let mut watch = stock.watch().replay().subscribe();
    assert!(stock.set(2, 200).is_ok() && stock.set(0, 300).is_ok());
    let mut seen = BTreeSet::new();
    for _ in 0..999 {
        let event = watch.recv().expect("it replays");
        assert!(event.what() == Kind::Created && event.revision.get() <= replayed);
        let found = event.new_value().expect("created");
        assert_eq!((event.revision, **found), (found.revision(), known(*found.key())));
        assert!(seen.insert(*found.key()), "{} comes twice", found.key());
    }
    assert_eq!(all(&mut watch), [Told::Updated(2, 2, 200), Told::Created(0, 300)]);
}

fn known(key: u64) -> u64 {
    if key == 1 { 100 } else { key }
}

/// Goal: a replay is of what the watch is about. Method: one key that is there, one that is not,
/// a filter, and kinds without creation.
#[test]
fn a_replay_is_of_what_the_watch_is_about() {
    let stock: Stock = (0..100).map(|key| (key, key)).collect();
    let watch = || stock.watch().replay();
    let mut present = watch().keys(Pattern::exact(7)).subscribe();
    let mut absent = watch().keys(Pattern::exact(700)).subscribe();
    let filter = |event: &folio::Event<u64, u64>| event.key().is_some_and(|key| key % 50 == 7);
    let mut filtered = watch().filter(filter).subscribe();
    let mut no_creation = watch().events([Kind::Updated, Kind::Removed]).subscribe();
    assert!(stock.set(7, 70).is_ok() && stock.set(700, 1).is_ok());
    assert_eq!(all(&mut present), [Told::Created(7, 7), Told::Updated(7, 7, 70)]);
    assert_eq!(all(&mut absent), [Told::Created(700, 1)]);
    let [one, other, last] = all(&mut filtered)[..] else { panic!("three") };
    assert_eq!(BTreeSet::from([key(one), key(other)]), BTreeSet::from([7, 57]));
    assert_eq!(last, Told::Updated(7, 7, 70));
    assert_eq!(all(&mut no_creation), [Told::Updated(7, 7, 70)]);
    stock.close();
    assert_eq!(watch().subscribe().recv().map(drop), Err(WatchError::Closed));
}

fn key(told: Told) -> u64 {
    match told {
        Told::Created(key, _) => key,
        other => panic!("not created: {other:?}"),
    }
}

/// Goal: a replay does not count against the buffer, however long it takes, and however the feed
/// has gone on: 100,000 documents into a buffer of 16. Method: two writers change, remove and
/// create meanwhile; what is told, applied in order, is what is there in the end.
#[test]
fn a_replay_of_many_documents_succeeds_with_a_small_buffer() {
    let stock: Stock = (0..100_000).map(|key| (key, key)).collect();
    let (crew, seed) = (Crew::default(), seed());
    let mut watch = stock.watch().replay().buffer(16).subscribe();
    thread::scope(|threads| {
        for thread in 0..2 {
            let (stock, crew) = (&stock, &crew);
            threads.spawn(move || churn(stock, &mut Dice::new(seed + thread), crew));
        }
        let _member = crew.member();
        let mut replica = BTreeMap::new();
        // Until what is told is younger than the replay; a lag afterwards is no failure of it.
        while replica.len() < 90_000 {
            let event = watch.recv().expect("a replay does not lag");
            apply(&mut replica, told(&event));
        }
    });
    let mut replica = BTreeMap::new();
    let mut watch = stock.watch().replay().buffer(16).subscribe();
    read_slowly(&stock, &mut watch, &mut replica, &mut Dice::new(seed));
    let there: BTreeMap<u64, u64> = stock.iter().map(|found| (*found.key(), *found)).collect();
    assert!(replica == there, "{} documents, but {} told", there.len(), replica.len());
}

fn churn(stock: &Stock, dice: &mut Dice, crew: &Crew) {
    while !crew.is_done() {
        write(stock, dice);
    }
}

fn write(stock: &Stock, dice: &mut Dice) {
    let (key, number) = (dice.below(110_000), dice.below(1_000));
    match dice.below(4) {
        0 => drop(stock.remove(&key)),
        _ => drop(stock.set(key, number)),
    }
}

/// Takes one event, and writes two documents each time, so that the feed laps the replay many
/// times; then no more.
fn read_slowly(
    stock: &Stock,
    watch: &mut Watch<u64, u64>,
    replica: &mut BTreeMap<u64, u64>,
    dice: &mut Dice,
) {
    let mut taken = 0;
    while let Some(event) = watch.try_recv().expect("a replay does not lag") {
        apply(replica, told(&event));
        taken += 1;
        if taken < 90_000 {
            write(stock, dice);
            write(stock, dice);
        }
    }
}

fn apply(replica: &mut BTreeMap<u64, u64>, event: Told) {
    let (key, old, new) = match event {
        Told::Created(key, new) => (key, None, Some(new)),
        Told::Updated(key, old, new) => (key, Some(old), Some(new)),
        Told::Removed(key, old, _) => (key, Some(old), None),
        Told::Cleared(..) => return,
    };
    assert_eq!(replica.remove(&key), old, "{event:?}");
    replica.extend(new.map(|new| (key, new)));
}
