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
            Some(read(system, lane))
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
        ("p50", all.value_at_quantile(0.5) as f64),
        ("p99", all.value_at_quantile(0.99) as f64),
        ("p999", all.value_at_quantile(0.999) as f64),
        ("p9999", all.value_at_quantile(0.9999) as f64),
        ("max", all.max() as f64),
        ("writes", written as f64),
    ]
}

/// Picks before the clock is read and records after, so that neither is part of the latency.
fn read<S: System>(system: &S, lane: &mut Lane<'_>) -> Histogram<u64> {
    let mut latencies = empty();
    lane.repeat::<BATCH>(|lane| {
        let key = lane.key();
        let start = Instant::now();
        let found = system.get(key);
        let elapsed = start.elapsed();
        latencies.saturating_record(elapsed.as_nanos() as u64);
        found
    });
    latencies
}

/// From a nanosecond to a minute, to three digits.
fn empty() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60_000_000_000, 3).expect("bounds are in order")
}
