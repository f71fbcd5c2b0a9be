//! Collections that are rebuilt from what watches tell.

use std::env;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use folio::by;

use crate::common::dice::{Dice, seed};
use crate::kit::locked::lock;
use crate::kit::patience::watched;
use crate::watch::Stock;
use crate::watch::journal::{Journal, Writer};
use crate::watch::listener::{END, Listener, Manner};

/// Goal: what is told is what happened: nothing is lost, told twice or out of order without being
/// said. Method: four writers in rounds; watches that are fast, slow, small, filtered, and dropped
/// and resumed, and a callback, each rebuild the collection from their events; after each round
/// the replicas are the collection, its index included, and every write that returned was told, or
/// is covered by a lag. `FOLIO_EVENTS` says how many writes there are.
#[test]
fn replicas_that_are_built_from_events_equal_the_collection() {
    watched(|tell| {
        let (stock, mut listeners) = begin();
        let callback = Arc::new(Mutex::new(Listener::new(&stock, Manner::Called)));
        let (called, there) = (Arc::clone(&callback), stock.clone());
        let subscription = stock.watch().for_each(move |event| {
            let mut called = lock(&called);
            called.called(event.cloned(), &there);
        });
        rounds(&stock, |round, times, writers| {
            tell(format!("round {round}"));
            let journal = thread::scope(|threads| {
                let listen = |listener| threads.spawn(|| Listener::listen(listener, &stock, round));
                let listening: Vec<_> = listeners.iter_mut().map(listen).collect();
                let journal = write(&stock, writers, times, round);
                for one in listening {
                    one.join().expect("a listener ends well");
                }
                journal
            });
            let mut called = lock(&callback);
            for listener in listeners.iter_mut().chain([&mut *called]) {
                listener.check(&journal, &stock);
            }
        });
        assert_eq!(subscription.panics(), 0);
        drop(subscription);
        report(&listeners);
    });
}

/// A collection with an index, and one listener of each manner.
pub(super) fn begin() -> (Stock, Vec<Listener>) {
    let stock = Stock::new();
    drop(stock.create_index("rest", by(|n: &u64| n % 10)).expect("the first"));
    let manners = [Manner::Fast, Manner::Slow, Manner::Small, Manner::Odd, Manner::Resumed];
    let listeners = manners.map(|manner| Listener::new(&stock, manner)).into();
    (stock, listeners)
}

/// Runs `round` until there were as many writes as were asked for. Rounds are of different lengths:
/// the feed holds some of them, and is lapped many times in others.
pub(super) fn rounds(stock: &Stock, mut round: impl FnMut(u64, u64, &mut [Writer])) {
    let asked = env::var("FOLIO_EVENTS").ok().map(|text| text.parse().expect("a number"));
    let (seed, wanted) = (seed(), asked.unwrap_or(EVENTS));
    let mut writers: Vec<_> = (0..4).map(|number| Writer::new(number, seed)).collect();
    let (mut dice, mut number, began) = (Dice::new(seed), 0, Instant::now());
    while stock.stats().writes < wanted {
        number += 1;
        let most = 100 << dice.below(if wanted > EVENTS { 10 } else { 7 });
        round(number, 1 + dice.below(most), &mut writers);
    }
    println!("{} writes in {:?}", stock.stats().writes, began.elapsed());
}

/// One round of all writers; the end is written when all of them are done.
pub(super) fn write(stock: &Stock, writers: &mut [Writer], times: u64, round: u64) -> Journal {
    let mut all = Journal::default();
    thread::scope(|threads| {
        let mut written = Vec::new();
        for writer in writers {
            written.push(threads.spawn(move || writer.write(stock, times)));
        }
        for journal in written {
            all.add(journal.join().expect("a writer ends well"));
        }
    });
    let outcome = stock.set(END, round).expect("open");
    all.put.insert(outcome.revision().get(), (END, round));
    all
}

/// That all of it has happened, and not only one thing or the other.
pub(super) fn report(listeners: &[Listener]) {
    for listener in listeners {
        println!("{:?}: {} events, {} lags", listener.manner, listener.events, listener.lags);
        assert!(listener.events > 100, "{:?} was told nothing", listener.manner);
    }
    assert!(listeners.iter().any(|listener| listener.lags > 0), "nobody fell behind");
}

/// Writes, unless `FOLIO_EVENTS` asks for more.
const EVENTS: u64 = 300_000;
