//! A thread that reads, and measures how long each read took.

use std::hint::black_box;
use std::time::Instant;

use folio::{Collection, Document};
use hdrhistogram::Histogram;
use uuid::Uuid;

use crate::dice::Dice;
use crate::tally::Tally;

/// What a reader has to tell.
#[derive(Debug)]
pub(crate) struct Reads {
    pub(crate) count: u64,
    /// Reads of a key that a writer had just removed.
    pub(crate) missed: u64,
    /// Nanoseconds from the call to the end of the look at the document. Reading the clock is
    /// part of it, some 20 of them.
    pub(crate) latency: Histogram<u64>,
}

impl Reads {
    pub(crate) fn new() -> Self {
        let latency = Histogram::new_with_bounds(1, LATENCY_NS_MAX, LATENCY_DIGITS);
        Self { count: 0, missed: 0, latency: latency.expect("these bounds are well-formed") }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.missed += other.missed;
        self.latency.add(&other.latency).expect("both have the same bounds");
    }
}

/// Reads documents by chance until the time for it is over.
pub(crate) fn read(
    collection: &Collection<Uuid, Document>,
    keys: &[Uuid],
    tally: &Tally,
    seed: u64,
) -> Reads {
    let mut reads = Reads::new();
    let mut dice = Dice::new(seed);
    let nothing = [Uuid::nil()];
    let keys = if keys.is_empty() { &nothing } else { keys };

    while !tally.is_reading_over() {
        for _ in 0..READS_PER_LOOK {
            let Some(key) = dice.pick(keys) else { continue };
            let started = Instant::now();
            let fields = collection.get(key).map(|found| found.len());
            let elapsed = started.elapsed();

            reads.count += 1;
            reads.missed += u64::from(black_box(fields).is_none());
            let ns = u64::try_from(elapsed.as_nanos()).unwrap_or(LATENCY_NS_MAX);
            reads.latency.saturating_record(ns);
        }
    }
    reads
}

const READS_PER_LOOK: usize = 64;
const LATENCY_NS_MAX: u64 = 600_000_000_000;
const LATENCY_DIGITS: u8 = 3;
