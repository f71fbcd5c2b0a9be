//! Who waits for room looks at its document again: another one may have written it meanwhile.

use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use crate::collection::Collection;
use crate::error::Rejected;
use crate::outcome::Outcome;
use crate::sync::steps::on_this_thread;

/// One writer is stopped when it has reserved what there is and not published yet; another one of
/// the same document finds no room, and lets it go on. Both documents are of one weight, so there
/// is room for either in the other's place.
#[test]
fn who_waits_for_room_sees_that_the_document_was_written() {
    let weighs = |_: &u64, value: &u64| u32::try_from(*value).unwrap_or(u32::MAX);
    let numbers: Collection<u64, u64> =
        Collection::builder().max_weight(15, weighs).build().expect("stands alone");
    numbers.set(1, 10).expect("fits");

    let (other, mut is_first) = (numbers.clone(), true);
    let (found, find) = mpsc::channel();
    on_this_thread(move |point| {
        if point == "publish: before" && std::mem::take(&mut is_first) {
            found.send(finds_no_room(other.clone())).expect("somebody joins it");
        }
    });
    numbers.set(1, 15).expect("it has its room");
    let second = find.recv().expect("there was another one").join().expect("no panic");
    assert_eq!(second.expect("as heavy as the one before").version().get(), 3);
    assert_eq!(numbers.get(&1).map(|value| *value), Some(15));
}

/// A writer that has come to where it makes room, and goes on.
fn finds_no_room(
    numbers: Collection<u64, u64>,
) -> JoinHandle<Result<Outcome, Rejected<(u64, u64)>>> {
    let (comes, come) = mpsc::channel();
    let writer = thread::spawn(move || {
        // It comes there again and again, and is heard once.
        on_this_thread(move |point| {
            if point == "evict: before" {
                comes.send(()).ok();
            }
        });
        numbers.set(1, 15)
    });
    come.recv().expect("it finds no room");
    writer
}
