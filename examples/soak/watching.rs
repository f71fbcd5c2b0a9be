//! Watches that come and go, read on or fall behind, and functions that are called.

use std::time::Duration;

use folio::{Collection, Event, Lag, Pattern, Watch, WatchError};

use crate::entry::Entry;
use crate::work::Place;

/// Every way to watch. Whatever is told has to be whole, and in order.
pub(crate) fn watch(place: &Place<'_>) {
    let (documents, mut dice) = (place.documents, place.dice());
    while !place.is_over() {
        let way = dice.below(5);
        let mut watch = begin(documents, way, dice.below(place.keys));
        // What is replayed is in no order.
        let in_order = way != REPLAY;
        let called = documents.on_change(|event| event.into_iter().for_each(look));
        follow(place, &mut watch, dice.below(EVENTS_MAX), in_order);
        drop(called);
        if dice.below(2) == 0 {
            // It falls behind; then it begins anew, or goes.
            place.wait_for_writes(WRITES_MISSED);
            follow(place, &mut watch, dice.below(EVENTS_MAX), in_order);
        }
    }
}

fn begin(documents: &Collection<u64, Entry>, way: u64, key: u64) -> Watch<u64, Entry> {
    let builder = documents.watch();
    match way {
        0 => builder.keys(Pattern::exact(key)),
        REPLAY => builder.replay(),
        2 => builder.buffer(64).on_lag(Lag::Skip),
        3 => builder.filter(|event| event.new_value().is_some()),
        _ => builder,
    }
    .subscribe()
}

/// Takes so many events, or waits for a while. What was missed is looked up.
fn follow(place: &Place<'_>, watch: &mut Watch<u64, Entry>, events: u64, in_order: bool) {
    let mut last = None;
    for _ in 0..events {
        match watch.recv_timeout(Duration::from_millis(1)) {
            Ok(Some(event)) => {
                look(&event);
                assert!(!in_order || last < Some(event.revision), "told out of order");
                last = Some(event.revision);
            }
            Ok(None) if place.is_over() => return,
            Ok(None) => {}
            Err(WatchError::Lagged { .. }) => {
                let now = watch.resync();
                now.iter().take(100).for_each(|found| found.look(*found.key()));
            }
            Err(other) => panic!("nobody closes the collection: {other}"),
        }
    }
}

fn look(event: &Event<u64, Entry>) {
    let documents = event.old().into_iter().chain(event.new_value());
    documents.for_each(|found| found.look(*found.key()));
}

const REPLAY: u64 = 1;
const EVENTS_MAX: u64 = 20_000;
/// More than the feed goes back.
const WRITES_MISSED: u64 = 8_192;
