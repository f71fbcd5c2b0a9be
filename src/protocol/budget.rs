//! A **budget**: how much of something there may be, and how much there is.

use std::cell::Cell;

use crate::sync::{AcqRel, Acquire, AtomicU64, Relaxed};

/// How much of everything a document takes; nothing, if there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cost {
    pub(crate) entries: u64,
    pub(crate) weight: u64,
    pub(crate) bytes: u64,
}

impl Cost {
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            entries: self.entries + other.entries,
            weight: self.weight + other.weight,
            bytes: self.bytes + other.bytes,
        }
    }

    /// What is here and not there.
    pub(crate) fn beyond(self, other: Self) -> Self {
        Self {
            entries: self.entries.saturating_sub(other.entries),
            weight: self.weight.saturating_sub(other.weight),
            bytes: self.bytes.saturating_sub(other.bytes),
        }
    }

    pub(crate) fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

/// What was reserved for several writes of one thread: each takes what it needs, and puts back what
/// it has taken if it is not published. Who has reserved it gives back what is left.
pub(crate) type Advance = Cell<Cost>;

/// What is used never exceeds the limit, unless that was lowered.
pub(crate) struct Budget {
    limit: AtomicU64,
    used: AtomicU64,
}

impl Budget {
    pub(crate) fn new(limit: u64) -> Self {
        Self { limit: AtomicU64::new(limit), used: AtomicU64::new(0) }
    }

    pub(crate) fn limit(&self) -> u64 {
        // Relaxed: a figure.
        self.limit.load(Relaxed)
    }

    pub(crate) fn set_limit(&self, limit: u64) {
        // Relaxed: who reserves later goes by it.
        self.limit.store(limit, Relaxed);
    }

    pub(crate) fn used(&self) -> u64 {
        // I12 (Acquire): what was given back before is not there any more.
        self.used.load(Acquire)
    }

    /// Takes `amount`, before what needs it is there; or says how much is used.
    pub(crate) fn reserve(&self, amount: u64) -> Result<(), u64> {
        let fits = |used: u64| used.checked_add(amount).filter(|all| *all <= self.limit());
        // I12 (AcqRel): what made room is gone before what takes it is there.
        let reserved = self.used.fetch_update(AcqRel, Acquire, fits);
        reserved.map(drop)
    }

    /// Takes `amount`, whatever the limit.
    pub(crate) fn add(&self, amount: u64) {
        // I12 (AcqRel): as in `reserve`.
        self.used.fetch_add(amount, AcqRel);
    }

    /// Gives `amount` back, when what needed it is gone.
    pub(crate) fn release(&self, amount: u64) {
        // I12 (AcqRel): pairs with `reserve`.
        let before = self.used.fetch_sub(amount, AcqRel);
        debug_assert!(before >= amount, "I12: what is given back was taken");
    }
}

/// A part of a budget that ends as a whole.
pub(crate) struct Share {
    /// `ENDED`, or how much.
    used: AtomicU64,
}

const ENDED: u64 = u64::MAX;

impl Share {
    pub(crate) fn new() -> Self {
        Self { used: AtomicU64::new(0) }
    }

    pub(crate) fn used(&self) -> u64 {
        // Relaxed: a figure.
        self.used.load(Relaxed)
    }

    /// Notes what was reserved. Says whether the share goes on; if not it is the caller's to give
    /// back.
    #[must_use]
    pub(crate) fn add(&self, amount: u64) -> bool {
        self.change(|used| used + amount).is_some()
    }

    /// Notes what is about to be given back. Says whether the share goes on; if not that was done.
    #[must_use]
    pub(crate) fn take(&self, amount: u64) -> bool {
        self.change(|used| used - amount).is_some()
    }

    /// Ends the share, and says how much is to be given back.
    pub(crate) fn end(&self) -> u64 {
        // I12 (AcqRel): either whoever adds or takes comes before, or finds the end.
        match self.used.swap(ENDED, AcqRel) {
            ENDED => 0,
            used => used,
        }
    }

    fn change(&self, change: impl Fn(u64) -> u64) -> Option<u64> {
        let change = |used| (used != ENDED).then(|| change(used));
        // I12 (AcqRel): as in `end`.
        self.used.fetch_update(AcqRel, Acquire, change).ok()
    }
}
