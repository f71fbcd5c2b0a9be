//! Falling behind.

use std::thread;
use std::time::Duration;

use folio::{Kind, Lag, Pattern, WatchError};

use crate::watch::{Stock, Told, all, told};

/// Goal: a watch that waits does not fall behind, whatever happens elsewhere. Method: one with a
/// small buffer waits for one key while 20,000 others are written, twenty times; once more while a
/// document is held all the time, so that nothing can be freed.
#[test]
fn a_watch_that_waits_never_lags() {
    let stock: Stock = [(0, 0)].into_iter().collect();
    let mut watch = stock.watch().keys(Pattern::exact(7)).buffer(16).subscribe();
    let mut rounds = |numbers: std::ops::Range<u64>| {
        for number in numbers {
            assert!(watch.recv_timeout(Duration::ZERO).is_ok_and(|event| event.is_none()));
            for other in 0..20_000 {
                assert!(stock.set(other % 5, other).is_ok());
            }
            assert!(stock.set(7, number).is_ok());
            let event = watch.recv_timeout(Duration::from_secs(5)).expect("it does not lag");
            assert_eq!(event.map(|event| event.new_value().map(|n| **n)), Some(Some(number)));
        }
    };
    rounds(0..20);
    let held = stock.get(&0);
    rounds(20..40);
    drop(held);
}
