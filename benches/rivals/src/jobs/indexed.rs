//! The loops over stores with indexes.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use crate::indexed::{Change, Indexed, fill};
use crate::jobs::tail::{quantile, time};
use crate::jobs::{Case, Entrant, NS_PER_OP, Sample, Store, memory};
use crate::load::{Ground, Lane, Shift};
use crate::plan::Job;

/// The face of one system.
pub const fn entrant<S: Indexed>() -> Entrant {
    Entrant {
        name: S::NAME,
        walk: S::ANSWER,
        fill: |ground| Box::new(Filled::<S>(fill(ground, true))),
        alone: |ground, case| match case.job {
            Job::Build => build::<S>(ground),
            Job::UpdateIndexed => update::<S>(ground, case),
            _ => insert::<S>(ground, case),
        },
        weigh: memory::weigh_entries::<S>,
    }
}

struct Filled<S>(S);

impl<S: Indexed> Store for Filled<S> {
    fn measure(&self, ground: &Ground, case: &Case) -> Option<Sample> {
        let (store, shift) = (&self.0, case.shift());
        let cities = ground.cities() as usize;
        let (work, _) = match case.job {
            Job::LookupAmong { writers } => {
                return Some(lookup_among(store, ground, case, writers));
            }
            Job::Range { len } => {
                store.range(0..0)?;
                let starts = ground.docs().saturating_sub(len as usize).max(1);
                shift.run(&ground.keys, |lane| {
                    lane.repeat::<1>(|lane| {
                        let from = lane.below(starts) as u32;
                        store.range(from..from + len).map_or(0, |walk| walk.sum)
                    });
                })
            }
            _ => shift.run(&ground.keys, |lane| {
                lane.repeat::<1>(|lane| store.lookup(lane.below(cities) as u32).sum);
            }),
        };
        Some(vec![(NS_PER_OP, work.ns_per_op())])
    }
}

/// Lookups timed one by one, alone and then while others move documents.
fn lookup_among<S: Indexed>(store: &S, ground: &Ground, case: &Case, writers: usize) -> Sample {
    let cities = ground.cities() as usize;
    let half = |writers| {
        let shift = Shift { threads: 1 + writers, length: case.pace.tail / 2, seed: case.seed };
        let (work, latencies) = shift.run(&ground.keys, |lane| {
            if lane.number > 0 {
                lane.repeat::<1>(|lane| {
                    store.change(lane.key(), Change::City(lane.below(cities) as u32));
                    0
                });
                return None;
            }
            let pick = |lane: &mut Lane<'_>| lane.below(cities) as u32;
            Some(time(lane, pick, |city| store.lookup(city).sum))
        });
        let latencies: Histogram<u64> = latencies.into_iter().flatten().next().expect("a reader");
        (latencies, work.done[1..].iter().sum::<u64>())
    };
    let (quiet, _) = half(0);
    let (among, written) = half(writers);
    vec![
        (NS_PER_OP, quiet.mean()),
        ("p50", quantile(&quiet, 0.5)),
        ("p99", quantile(&quiet, 0.99)),
        ("busy_p50", quantile(&among, 0.5)),
        ("busy_p99", quantile(&among, 0.99)),
        ("p99_ratio", quantile(&among, 0.99) / quantile(&quiet, 0.99)),
        ("writes", written as f64),
    ]
}

/// A field that no index knows, in stores without and with indexes; then one that an index goes by.
fn update<S: Indexed>(ground: &Ground, case: &Case) -> Sample {
    let cities = ground.cities() as usize;
    let time = |store: &S, change: fn(&mut Lane<'_>, usize) -> Change| {
        let (work, _) = case.shift().run(&ground.keys, |lane| {
            lane.repeat::<1>(|lane| {
                let change = change(lane, cities);
                store.change(lane.key(), change);
                0
            });
        });
        work.ns_per_op()
    };
    let (plain, store): (S, S) = (fill(ground, false), fill(ground, true));
    let count = |lane: &mut Lane<'_>, _| Change::Count(lane.draw() >> 1);
    // In turns, so that neither has the better moment.
    let (before, same) = (time(&plain, count), time(&store, count));
    let plain = f64::midpoint(before, time(&plain, count));
    let moved = time(&store, |lane, cities| Change::City(lane.below(cities) as u32));
    vec![(NS_PER_OP, same), ("plain", plain), ("times_plain", same / plain), ("moved", moved)]
}

/// New keys, into a store that has as many documents already.
fn insert<S: Indexed>(ground: &Ground, case: &Case) -> Sample {
    let store: S = fill(ground, true);
    let fresh = &ground.fresh[..ground.docs().min(case.pace.inserts)];
    let shift = Shift { threads: 1, length: Duration::ZERO, seed: case.seed };
    let (work, _) = shift.run(fresh, |lane| {
        for (i, key) in fresh.iter().enumerate() {
            store.insert(*key, ground.order(i, 0));
            lane.done += 1;
        }
    });
    vec![(NS_PER_OP, work.ns_per_op())]
}

/// The time that one entry of both indexes takes.
fn build<S: Indexed>(ground: &Ground) -> Sample {
    let store: S = fill(ground, false);
    let start = Instant::now();
    store.build();
    let elapsed = start.elapsed();
    vec![(NS_PER_OP, elapsed.as_nanos() as f64 / (2 * ground.docs()) as f64)]
}
