//! Views, for whoever has them.

use uuid::Uuid;

use crate::jobs::write;
use crate::load::{BATCH, Shift, value};
use crate::systems::System;

/// A view is opened and dropped, while `others` stay open.
pub fn open<S: System>(system: &S, keys: &[Uuid], shift: Shift, others: usize) -> Option<f64> {
    drop(system.view()?);
    let others = open_many(system, keys, others);
    let (work, _) = shift.run(keys, |lane| {
        lane.repeat::<BATCH>(|_| {
            drop(system.view());
            0
        });
    });
    drop(others);
    system.settle();
    Some(work.ns_per_op())
}

/// An update, while so many views are open.
pub fn update_among<S: System>(
    system: &S,
    keys: &[Uuid],
    shift: Shift,
    views: usize,
) -> Option<f64> {
    drop(system.view()?);
    let views = open_many(system, keys, views);
    let ns = write::update(system, keys, shift);
    drop(views);
    system.settle();
    Some(ns)
}

/// Opens views with a write after each, so that no two are of the same instant.
fn open_many<S: System>(system: &S, keys: &[Uuid], views: usize) -> Vec<S::View> {
    (0..views)
        .filter_map(|i| {
            let view = system.view();
            system.update(keys[i % keys.len()], value(i as u64));
            view
        })
        .collect()
}
