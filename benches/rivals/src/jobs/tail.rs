//! How long the unlucky reads take while others write.

use std::time::Instant;

use hdrhistogram::Histogram;
use uuid::Uuid;

use crate::jobs::{NS_PER_OP, Sample};
use crate::load::{BATCH, Lane, Shift};
use crate::systems::System;

/// The first lanes read and time each read, the others update as fast as they can.
pub fn tail<S: System>(system: &S, keys: &[Uuid], shift: Shift, readers: usize) -> Sample {
    let (work, latencies) = shift.run(keys, |lane| {
        if lane.number < readers {
            Some(time(lane, Lane::key, |key| system.get(key)))
        } else {
            lane.repeat::<BATCH>(|lane| {
                system.update(*lane.key(), lane.value());
                0
            });
            None
        }
    });

    let mut all = empty();
    for latencies in latencies.iter().flatten() {
        all.add(latencies).expect("same bounds");
    }
    let written: u64 = work.done[readers..].iter().sum();
    vec![
        (NS_PER_OP, all.mean()),
        ("p50", quantile(&all, 0.5)),
        ("p99", quantile(&all, 0.99)),
        ("p999", quantile(&all, 0.999)),
        ("p9999", quantile(&all, 0.9999)),
        ("max", all.max() as f64),
        ("writes", written as f64),
    ]
}

/// Picks before the clock is read and records after, so that neither is part of the latency.
pub fn time<'a, P>(
    lane: &mut Lane<'a>,
    mut pick: impl FnMut(&mut Lane<'a>) -> P,
    mut read: impl FnMut(P) -> u64,
) -> Histogram<u64> {
    let mut latencies = empty();
    lane.repeat::<BATCH>(|lane| {
        let pick = pick(lane);
        let start = Instant::now();
        let found = read(pick);
        let elapsed = start.elapsed();
        latencies.saturating_record(elapsed.as_nanos() as u64);
        found
    });
    latencies
}

pub fn quantile(latencies: &Histogram<u64>, quantile: f64) -> f64 {
    latencies.value_at_quantile(quantile) as f64
}

/// From a nanosecond to a minute, to three digits.
pub fn empty() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60_000_000_000, 3).expect("bounds are in order")
}
