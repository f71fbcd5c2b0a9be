//! The twin of `clock`: it stands where a model has put it.

use crate::sync::{Arc, AtomicU64, Relaxed};

#[derive(Clone)]
pub(crate) struct Time(Arc<AtomicU64>);

impl Time {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicU64::new(1)))
    }

    pub(crate) fn advance(&self, by: u64) {
        self.0.fetch_add(by, Relaxed);
    }

    pub(crate) fn coarse(&self) -> u64 {
        self.0.load(Relaxed)
    }

    pub(crate) fn exact(&self) -> u64 {
        self.coarse()
    }
}

pub(crate) fn coarse_now() -> u64 {
    1
}
