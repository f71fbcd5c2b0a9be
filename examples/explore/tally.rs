//! What the threads of a churn tell each other.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Counts that grow while a churn runs, and the signs to stop.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    over: AtomicBool,
    reading_over: AtomicBool,
    writes: AtomicU64,
    moves: AtomicU64,
    views: AtomicU64,
    /// Writes that were done when the last view was done with.
    audited: AtomicU64,
}

// Nothing is published through these words: the threads' results travel by their joins. Hence
// Relaxed throughout.
impl Tally {
    pub(crate) fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    pub(crate) fn is_reading_over(&self) -> bool {
        self.reading_over.load(Ordering::Relaxed)
    }

    pub(crate) fn writes(&self) -> u64 {
        self.writes.load(Ordering::Relaxed)
    }

    /// Documents that went from one key of an index to another.
    pub(crate) fn moves(&self) -> u64 {
        self.moves.load(Ordering::Relaxed)
    }

    pub(crate) fn views(&self) -> u64 {
        self.views.load(Ordering::Relaxed)
    }

    pub(crate) fn add_writes(&self, count: u64) {
        self.writes.fetch_add(count, Ordering::Relaxed);
    }

    pub(crate) fn add_moves(&self, count: u64) {
        self.moves.fetch_add(count, Ordering::Relaxed);
    }

    pub(crate) fn add_view(&self) {
        self.views.fetch_add(1, Ordering::Relaxed);
        self.audited.store(self.writes(), Ordering::Relaxed);
    }

    /// Whether the writers had better wait for the auditors, whose views keep all that they write.
    pub(crate) fn is_far_ahead(&self) -> bool {
        self.writes().saturating_sub(self.audited.load(Ordering::Relaxed)) > AHEAD_MAX
    }

    /// Sends the readers home, so that who goes on is sooner done.
    pub(crate) fn end_reading(&self) {
        self.reading_over.store(true, Ordering::Relaxed);
    }

    pub(crate) fn end(&self) {
        self.end_reading();
        self.over.store(true, Ordering::Relaxed);
    }

    /// Ends the churn when dropped: a thread that fails or panics takes the others along.
    pub(crate) fn end_on_drop(&self) -> EndOnDrop<'_> {
        EndOnDrop(self)
    }
}

/// Ends the churn when dropped.
#[derive(Debug)]
#[must_use = "the churn ends when this is dropped"]
pub(crate) struct EndOnDrop<'t>(&'t Tally);

impl Drop for EndOnDrop<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

const AHEAD_MAX: u64 = 20_000;
