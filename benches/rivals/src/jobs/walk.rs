//! Walks over everything.

use uuid::Uuid;

use crate::load::Shift;
use crate::systems::System;

/// Every document, again and again; the figure is for one document.
pub fn stream<S: System>(system: &S, keys: &[Uuid], shift: Shift) -> f64 {
    let docs = keys.len() as u64;
    let (work, _) = shift.run(keys, |lane| {
        lane.repeat::<1>(|_| {
            let walk = system.walk();
            assert_eq!(walk.seen, docs, "{} shows each document once in peace", S::NAME);
            walk.sum
        });
        lane.done *= docs;
    });
    work.ns_per_op()
}
