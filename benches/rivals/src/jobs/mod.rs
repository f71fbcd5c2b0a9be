//! The loops. Each is compiled once for each system; nothing is dispatched inside of one.

pub mod cache;
pub mod feed;
pub mod indexed;
mod insert;
#[cfg(feature = "folio")]
pub mod lives;
pub mod memory;
mod read;
mod tail;
mod view;
mod walk;
mod write;

use crate::load::{Dist, Ground, Shift};
use crate::plan::{Job, Pace};
use crate::systems::System;

/// A system, before it has any documents.
pub struct Entrant {
    pub name: &'static str,
    /// What a walk or an answer promises: see [`System::WALK`].
    pub walk: &'static str,
    /// Fills and churns a store.
    pub fill: fn(&Ground) -> Box<dyn Store>,
    /// Measures something in stores of its own.
    pub alone: fn(&Ground, &Case) -> Sample,
    /// Bytes that one document takes beyond key and value, or one entry of an index, in this
    /// process.
    pub weigh: fn(&Ground) -> f64,
}

/// A filled store of some system.
pub trait Store {
    /// Does a job once; `None` if the system has no such thing.
    fn measure(&self, ground: &Ground, case: &Case) -> Option<Sample>;
}

/// One measurement.
#[derive(Clone, Copy)]
pub struct Case {
    pub job: Job,
    pub threads: usize,
    pub dist: Dist,
    pub pace: Pace,
    /// Decides the picks: the same for all systems of a round.
    pub seed: u64,
}

/// Figures by name.
pub type Sample = Vec<(&'static str, f64)>;

/// The face of one system.
pub const fn entrant<S: System>() -> Entrant {
    Entrant {
        name: S::NAME,
        walk: S::WALK,
        fill: |ground| Box::new(Filled(ground.fill::<S>())),
        alone: insert::insert::<S>,
        weigh: memory::weigh::<S>,
    }
}

struct Filled<S>(S);

impl<S: System> Store for Filled<S> {
    fn measure(&self, ground: &Ground, case: &Case) -> Option<Sample> {
        let system = &self.0;
        let keys = ground.keys(case.dist);
        let shift = case.shift();
        let ns = match case.job {
            Job::Get => read::get(system, keys, shift),
            Job::GetPinned => read::get_pinned(system, keys, shift),
            Job::GetMany => read::get_many(system, keys, shift),
            Job::Update => write::update(system, keys, shift),
            Job::Mixed { updates } => write::mixed(system, keys, shift, updates),
            Job::Stream => walk::stream(system, keys, shift),
            Job::ViewOpen { others } => view::open(system, keys, shift, others)?,
            Job::UpdateAmong { views } => view::update_among(system, keys, shift, views)?,
            Job::Tail { readers } => {
                let shift = Shift { length: case.pace.tail, ..shift };
                return Some(tail::tail(system, keys, shift, readers));
            }
            _ => unreachable!("another set's, or done in stores of its own"),
        };
        Some(vec![(NS_PER_OP, ns)])
    }
}

impl Case {
    fn shift(&self) -> Shift {
        Shift { threads: self.threads, length: self.pace.shift, seed: self.seed }
    }
}

/// What every throughput is reported as.
pub const NS_PER_OP: &str = "ns_per_op";
