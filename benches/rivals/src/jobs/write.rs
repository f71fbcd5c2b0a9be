//! Writes over existing keys, alone and among reads.

use uuid::Uuid;

use crate::load::{BATCH, Shift};
use crate::systems::System;

/// A new value for an existing key.
pub fn update<S: System>(system: &S, keys: &[Uuid], shift: Shift) -> f64 {
    let (work, _) = shift.run(keys, |lane| {
        lane.repeat::<BATCH>(|lane| {
            system.update(*lane.key(), lane.value());
            0
        });
    });
    work.ns_per_op()
}

/// Reads, and in so many of a hundred cases an update.
pub fn mixed<S: System>(system: &S, keys: &[Uuid], shift: Shift, updates: usize) -> f64 {
    let (work, _) = shift.run(keys, |lane| {
        lane.repeat::<BATCH>(|lane| {
            if lane.chance(updates) {
                system.update(*lane.key(), lane.value());
                0
            } else {
                system.get(lane.key())
            }
        });
    });
    work.ns_per_op()
}
