//! A **deadline**: until when a document is there.

use crate::sync::{AtomicU64, Relaxed};

/// Until when a document is to be there, in nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lifetime {
    /// Whatever happens.
    pub(crate) until: u64,
    /// So long after it was last read, if that is sooner.
    pub(crate) idle: u64,
    /// It has `until` as every document of its collection, and not for itself.
    pub(crate) common: bool,
}

impl Lifetime {
    pub(crate) const FOREVER: Self = Self { until: NEVER, idle: NEVER, common: false };

    pub(crate) fn is_forever(self) -> bool {
        self == Self::FOREVER
    }
}

/// No time at all: a deadline that is this far away never comes.
pub(crate) const NEVER: u64 = u64::MAX;

/// The time from which on a document is not there any more, to the next four nanoseconds below.
pub(crate) struct Deadline {
    /// 0: none. The two lowest bits are marks.
    word: AtomicU64,
}

/// It moves when the document is read.
const MOVES: u64 = 1;
/// Somebody has found it passed, or the document was replaced: it does not move any more.
const STOPPED: u64 = 2;
const MARKS: u64 = MOVES | STOPPED;

impl Deadline {
    pub(crate) fn never() -> Self {
        Self { word: AtomicU64::new(0) }
    }

    pub(crate) fn of(lifetime: Lifetime, now: u64) -> Self {
        let moves = if lifetime.idle == NEVER { 0 } else { MOVES };
        let word = match next(lifetime, now) {
            NEVER => 0,
            at => at.max(MARKS + 1) & !MARKS | moves,
        };
        Self { word: AtomicU64::new(word) }
    }

    /// The same of a copy of the document, that has been found passed by nobody.
    pub(crate) fn twin(&self) -> Self {
        // Relaxed: I9: as in `get`.
        Self { word: AtomicU64::new(self.word.load(Relaxed) & !STOPPED) }
    }

    /// When it is; `None` if the document is there for ever.
    #[inline]
    pub(crate) fn get(&self) -> Option<u64> {
        // Relaxed: I9: nothing else is read because of it.
        match self.word.load(Relaxed) {
            0 => None,
            word => Some(word & !MARKS),
        }
    }

    /// When it is, from now on: the document was replaced.
    pub(crate) fn stop(&self) -> Option<u64> {
        // Relaxed: I9: as in `get`.
        if self.word.load(Relaxed) & MARKS == MOVES {
            // Relaxed: I9, I11: one word: nobody finds it later than this.
            self.word.fetch_or(STOPPED, Relaxed);
        }
        self.get()
    }

    /// Whether it has passed at `now`. The answer is the same for ever.
    pub(crate) fn has_passed(&self, now: u64) -> bool {
        // Relaxed: I9: as in `get`.
        let mut word = self.word.load(Relaxed);
        loop {
            if word == 0 || word & !MARKS > now {
                return false;
            }
            if word & MARKS != MOVES {
                return true;
            }
            // Relaxed: I9: one word, on which all agree.
            match self.word.compare_exchange(word, word | STOPPED, Relaxed, Relaxed) {
                Ok(_) => return true,
                Err(moved) => word = moved,
            }
        }
    }

    /// Moves it on, for the document is read `now`; unless it has passed, or does not move any
    /// more. Says whether it has not passed.
    pub(crate) fn renew(&self, lifetime: Lifetime, now: u64) -> bool {
        let later = next(lifetime, now) & !MARKS | MOVES;
        // Relaxed: I9: as in `get`.
        let mut word = self.word.load(Relaxed);
        while word & STOPPED == 0 && word & !MARKS > now {
            // The clock has not moved on, most often.
            if word >= later {
                return true;
            }
            // Relaxed: I9: as in `has_passed`.
            match self.word.compare_exchange(word, later, Relaxed, Relaxed) {
                Ok(_) => return true,
                Err(other) => word = other,
            }
        }
        !self.has_passed(now)
    }
}

fn next(lifetime: Lifetime, now: u64) -> u64 {
    lifetime.until.min(now.saturating_add(lifetime.idle))
}

/// What a queue of deadlines begins with, for those who have no lock of it.
pub(crate) struct Horizon(AtomicU64);

impl Horizon {
    /// Of an empty queue.
    pub(crate) fn clear() -> Self {
        Self(AtomicU64::new(NEVER))
    }

    pub(crate) fn get(&self) -> u64 {
        // Relaxed: a hint: who has come too early comes again.
        self.0.load(Relaxed)
    }

    /// The caller has the lock of the queue.
    pub(crate) fn set(&self, at: u64) {
        // Relaxed: likewise.
        self.0.store(at, Relaxed);
    }
}
