//! What the benches share: a filled and churned collection, random picks, and threads.
#![allow(dead_code, reason = "each bench takes what it needs")]
#![allow(clippy::disallowed_methods, reason = "a bench reads the clock")]

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use criterion::Criterion;
use uuid::{Builder, Uuid};

use folio::Collection;

/// A document of 64 bytes.
pub(crate) type Value = [u64; 8];

/// Random picks (xorshift): cheap beside what is measured.
pub(crate) struct Picks(u64);

impl Picks {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    #[inline]
    pub(crate) fn draw(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    #[inline]
    pub(crate) fn of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[usize::try_from(self.draw() >> 32).unwrap_or(0) % items.len()]
    }
}

/// Short by default, so that all benches together end in about two minutes; criterion's own flags
/// (`--sample-size`, `--measurement-time`) lengthen a run that must be exact.
pub(crate) fn short() -> Criterion {
    Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .without_plots()
}

/// Random keys, the same in every run.
pub(crate) fn keys(docs: usize) -> Vec<Uuid> {
    let mut picks = Picks::new(1);
    let mut key = || {
        let bits = u128::from(picks.draw()) << 64 | u128::from(picks.draw());
        Builder::from_random_bytes(bits.to_ne_bytes()).into_uuid()
    };
    (0..docs).map(|_| key()).collect()
}

/// A collection in which every document was updated about once, in random order: a fresh one is
/// laid out in memory as no collection in use is.
pub(crate) fn churned(docs: usize) -> (Collection<Uuid, Value>, Vec<Uuid>) {
    let keys = keys(docs);
    let collection: Collection<_, _> = keys.iter().map(|key| (*key, [0; 8])).collect();
    let mut picks = Picks::new(2);
    for round in 0..docs {
        collection.set(*picks.of(&keys), [round as u64; 8]).expect("open");
    }
    collection.maintain();
    (collection, keys)
}

/// Lets so many threads do `op` so many times each; the time from the first start to the last end.
pub(crate) fn crew(threads: u64, times: u64, op: impl Fn(&mut Picks) -> u64 + Sync) -> Duration {
    let gate = &Barrier::new(usize::try_from(threads).expect("a few"));
    let op = &op;
    thread::scope(|scope| {
        let lanes: Vec<_> = (0..threads)
            .map(|lane| {
                scope.spawn(move || {
                    let mut picks = Picks::new(lane + 3);
                    gate.wait();
                    let start = Instant::now();
                    for _ in 0..times {
                        black_box(op(&mut picks));
                    }
                    (start, Instant::now())
                })
            })
            .collect();
        let spans: Vec<_> = lanes.into_iter().map(|lane| lane.join().expect("no panic")).collect();
        let start = spans.iter().map(|span| span.0).min().expect("a thread");
        let end = spans.iter().map(|span| span.1).max().expect("a thread");
        end - start
    })
}

/// How long `work` takes.
pub(crate) fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

pub(crate) const FEW: usize = 1_000;
pub(crate) const MANY: usize = 100_000;
