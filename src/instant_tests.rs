//! A query finds what was written up to its instant, and nothing younger, also when that is written
//! while the instant is being found.
//!
//! What was entered later than the instant is not looked at: a bound of the tags tells. It has to
//! be read after the clock was, or what was written just before the instant would be missed.

use std::cell::Cell;

use crate::collection::Collection;
use crate::index::by;
use crate::query::Index;
use crate::sync::steps::on_this_thread;

type Stock = Collection<u64, u64>;

type Way = fn(&Stock, &Index<u64, u64>) -> usize;

/// Asks for all documents: by the live index, by what it makes its own instant of, and by a view.
const WAYS: [(&str, Way); 5] = [
    ("range", |_, index| index.range(..).count()),
    ("range, backwards", |_, index| index.range(..).rev().count()),
    ("len", |_, index| index.len()),
    ("page", |_, index| index.page(.., None, 1_000).items.len()),
    ("view", |stock, _| stock.view().index("all").map_or(0, |index| index.len())),
];

#[test]
fn query_finds_what_was_written_before_its_clock_was_read() {
    assert_eq!(found_if_written_at("open: before the clock"), WAYS.map(|(way, _)| (way, 11)));
}

#[test]
fn query_does_not_find_what_was_written_after_its_clock_was_read() {
    assert_eq!(found_if_written_at("open: before the slot"), WAYS.map(|(way, _)| (way, 10)));
}

/// What each way finds of ten documents and one that is created at a step of its own.
fn found_if_written_at(point: &'static str) -> [(&'static str, usize); WAYS.len()] {
    WAYS.map(|(way, ask)| {
        let stock: Stock = (0..10).map(|key| (key, key)).collect();
        let index = stock.create_index("all", by(|n: &u64| *n)).expect("the only one");
        let (writer, is_open) = (stock.clone(), Cell::new(false));
        on_this_thread(move |step| {
            if step == point && !is_open.replace(true) {
                assert!(writer.create(100, 5).is_ok());
            }
        });
        let found = ask(&stock, &index);
        on_this_thread(drop);
        assert_eq!((stock.len(), index.len()), (11, 11), "{way}: it came by the step");
        (way, found)
    })
}
