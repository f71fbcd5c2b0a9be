//! What the models rely on in the checker itself.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use crate::base::{AtomicUsize, spawn};
use crate::model::{TWO, model};
use crate::sync::{AcqRel, Acquire};

/// A load before a write must not hide the write from other loads: loom's own atomics never try
/// the order in which the reader comes second.
#[test]
fn a_load_before_a_write_hides_no_order() {
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let found = Arc::clone(&seen);
    model(TWO, move || {
        let word = Arc::new(AtomicUsize::new(0));
        let writer = spawn({
            let word = Arc::clone(&word);
            move || {
                let before = word.load(Acquire);
                word.compare_exchange(before, 1, AcqRel, Acquire).unwrap();
            }
        });
        found.lock().unwrap().insert(word.load(Acquire));
        writer.join().unwrap();
    });
    assert_eq!(*seen.lock().unwrap(), BTreeSet::from([0, 1]));
}
