//! A **turn**: of many threads that have something to do one does it, for all.

use crate::sync::{AcqRel, Acquire, AtomicBool, AtomicU8, AtomicU64, Relaxed, Release};

/// Who finds it taken leaves a note for whoever has it, and goes on.
pub(crate) struct Turn {
    state: AtomicU8,
    is_over: AtomicBool,
    mishaps: AtomicU64,
}

impl Turn {
    pub(crate) fn new() -> Self {
        Self {
            state: AtomicU8::new(FREE),
            is_over: AtomicBool::new(false),
            mishaps: AtomicU64::new(0),
        }
    }

    /// Takes the turn; or else whoever has it comes round once more.
    pub(crate) fn begin(&self) -> bool {
        // F7 (AcqRel): what was there to be done is seen by whoever does it.
        self.state.swap(CALLED, AcqRel) == FREE
    }

    /// Comes to the next round.
    pub(crate) fn go_round(&self) {
        // F7 (AcqRel): whoever calls from here on is heard at the end of this round.
        self.state.swap(TAKEN, AcqRel);
    }

    /// Gives the turn up, unless somebody has called since the round began.
    pub(crate) fn end(&self) -> bool {
        // F7 (AcqRel): hands on what was done, and takes what the callers did.
        self.state.compare_exchange(TAKEN, FREE, AcqRel, Acquire).is_ok()
    }

    /// There will be no more rounds.
    pub(crate) fn finish(&self) {
        // F7 (Release): as good as a call.
        self.is_over.store(true, Release);
    }

    pub(crate) fn is_over(&self) -> bool {
        // F7 (Acquire): see `finish`.
        self.is_over.load(Acquire)
    }

    pub(crate) fn count_mishap(&self) {
        // Relaxed: a figure.
        self.mishaps.fetch_add(1, Relaxed);
    }

    pub(crate) fn mishaps(&self) -> u64 {
        // Relaxed: a figure.
        self.mishaps.load(Relaxed)
    }
}

const FREE: u8 = 0;
const TAKEN: u8 = 1;
const CALLED: u8 = 2;
