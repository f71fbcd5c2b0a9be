//! Writers of one key.

use std::thread;

use folio::Pattern;

use crate::common::crew::Meeting;
use crate::watch::{Stock, Told, all};

/// Goal: the last event of a key is the value that is stored. Method: two writers race on one key,
/// 5,000 times; after each race the last event, and the chain of all before it, is what is there.
#[test]
fn the_last_event_of_two_racing_writers_is_the_stored_value() {
    let stock = Stock::new();
    let mut watch = stock.watch().keys(Pattern::exact(1)).subscribe();
    let (meeting, mut first, mut last) = (Meeting::of(3), [0; 2], None);
    thread::scope(|threads| {
        for writer in 0..2 {
            let (stock, meeting) = (&stock, &meeting);
            threads.spawn(move || {
                let _attendance = meeting.attend();
                for round in 0..ROUNDS {
                    meeting.wait();
                    match (writer + round) % 3 {
                        0 => drop(stock.remove(&1)),
                        _ => assert!(stock.set(1, 2 * round + writer).is_ok()),
                    }
                    meeting.wait();
                }
            });
        }
        let _attendance = meeting.attend();
        for _ in 0..ROUNDS {
            meeting.wait();
            meeting.wait();
            for event in all(&mut watch) {
                let (old, new) = match event {
                    Told::Created(_, new) => (None, Some(new)),
                    Told::Updated(_, old, new) => (Some(old), Some(new)),
                    Told::Removed(_, old, _) => (Some(old), None),
                    Told::Cleared(..) => panic!("nobody clears"),
                };
                assert_eq!(old, last);
                last = new;
                if let Some(new) = new {
                    first[usize::from(new % 2 == 1)] += 1;
                }
            }
            assert_eq!(stock.get(&1).map(|found| *found), last);
        }
    });
    assert!(first.iter().all(|&told| told > ROUNDS / 3), "both were told: {first:?}");
}

const ROUNDS: u64 = 5_000;
