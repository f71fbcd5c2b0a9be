//! Reads by key.

use uuid::Uuid;

use crate::load::{BATCH, Shift};
use crate::systems::{MANY, Pin, System};

/// One key, with whatever protection a single read needs.
pub fn get<S: System>(system: &S, keys: &[Uuid], shift: Shift) -> f64 {
    let (work, _) = shift.run(keys, |lane| lane.repeat::<BATCH>(|lane| system.get(lane.key())));
    work.ns_per_op()
}

/// One key, under a pin that is held over the whole loop.
pub fn get_pinned<S: System>(system: &S, keys: &[Uuid], shift: Shift) -> f64 {
    let (work, _) = shift.run(keys, |lane| {
        let pin = system.pin();
        lane.repeat::<BATCH>(|lane| pin.read(lane.key()));
    });
    work.ns_per_op()
}

/// Many keys a call, each call with a pin of its own; the figure is for one key.
pub fn get_many<S: System>(system: &S, keys: &[Uuid], shift: Shift) -> f64 {
    let (work, _) = shift.run(keys, |lane| {
        lane.repeat::<1>(|lane| {
            let keys: [Uuid; MANY] = std::array::from_fn(|_| *lane.key());
            system.pin().read_many(&keys)
        });
        lane.done *= MANY as u64;
    });
    work.ns_per_op()
}
