//! New keys, into stores that have as many documents already.

use std::time::Duration;

use crate::jobs::{Case, NS_PER_OP, Sample};
use crate::load::{Ground, Shift, value};
use crate::systems::System;

/// Doubles fresh stores, so that every system pays for growing once; the crew shares the keys.
/// Small stores are doubled many in a row, without a pause for the slower lanes in between.
pub fn insert<S: System>(ground: &Ground, case: &Case) -> Sample {
    let copies = case.pace.inserts.div_ceil(ground.docs());
    let stores: Vec<S> = (0..copies).map(|_| ground.fill()).collect();

    let shift = Shift { threads: case.threads, length: Duration::ZERO, seed: case.seed };
    let (work, _) = shift.run(&ground.fresh, |lane| {
        for store in &stores {
            for key in ground.fresh.iter().skip(lane.number).step_by(case.threads) {
                store.insert(*key, value(lane.done));
                lane.done += 1;
            }
        }
    });
    vec![(NS_PER_OP, work.ns_per_op())]
}
