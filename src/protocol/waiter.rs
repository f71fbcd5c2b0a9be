//! A **waiter**: how somebody who sleeps is told of what was committed.

use std::task::Waker;

use crate::sync::{AcqRel, Acquire, Arc, AtomicU64, AtomicUsize, AtomicWaker, fence_both};

/// One reader of the ring. It asks to be told only when it has found nothing to read.
pub(crate) struct Waiter {
    /// `AWAKE`, `ASLEEP`, or the smallest revision that it was told of since it fell asleep.
    told: AtomicU64,
    waker: AtomicWaker,
    /// Among whom it is counted while it sleeps.
    among: Option<Arc<Sleepers>>,
}

/// How many of those are asleep whom a writer would have to look at one by one.
pub(crate) struct Sleepers(AtomicUsize);

impl Sleepers {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicUsize::new(0)))
    }

    /// Whether there are any. The caller has passed the writer's fence.
    #[inline]
    pub(crate) fn are_there(&self) -> bool {
        // F6 (Acquire): as `Waiter::tell`.
        self.0.load(Acquire) > 0
    }
}

/// What a sleeper missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slept {
    /// Nothing that concerns it.
    Quietly,
    /// This is the first thing, or an earlier one whose writer is not that far yet.
    Until(u64),
}

impl Waiter {
    pub(crate) fn new(among: Option<Arc<Sleepers>>) -> Self {
        Self { told: AtomicU64::new(AWAKE), waker: AtomicWaker::new(), among }
    }

    /// Falls asleep. The caller then looks at the ring once more, up to the clock of after this.
    pub(crate) fn doze(&self, waker: &Waker) {
        self.waker.register(waker);
        // F6 (AcqRel): the waker is there before anybody uses it.
        let before = self.told.swap(ASLEEP, AcqRel);
        if let Some(among) = self.among.as_ref().filter(|_| before == AWAKE) {
            // F6 (AcqRel): before the fence, as the line above.
            among.0.fetch_add(1, AcqRel);
        }
        // F6: between this and the look at the clock; a writer's lies between its draw and its look
        // at this waiter. So one of the two sees the other.
        fence_both();
    }

    /// Wakes up. What the ring said before this call to be told has told of itself.
    pub(crate) fn wake(&self) -> Slept {
        // F6 (AcqRel): takes what it was told.
        let told = self.told.swap(AWAKE, AcqRel);
        if let Some(among) = self.among.as_ref().filter(|_| told != AWAKE) {
            // F6 (AcqRel): it is told nothing more.
            among.0.fetch_sub(1, AcqRel);
        }
        match told {
            ASLEEP | AWAKE => Slept::Quietly,
            revision => Slept::Until(revision),
        }
    }

    /// Who is never to be woken again lets the waker go: its last owner may be a task.
    pub(crate) fn leave(&self) -> Option<Waker> {
        self.wake();
        self.waker.take()
    }

    /// Tells of something committed, if it sleeps, and says whom to wake. The caller has passed the
    /// writer's fence.
    #[must_use = "a sleeper that was told and not woken sleeps on"]
    pub(crate) fn tell(&self, revision: u64) -> Option<Waker> {
        // F6 (Acquire): the waker is there.
        let mut told = self.told.load(Acquire);
        while told > revision {
            // F6 (AcqRel): the smallest one stays.
            match self.told.compare_exchange(told, revision, AcqRel, Acquire) {
                Ok(ASLEEP) => return self.waker.take(),
                Ok(_) => return None,
                Err(now) => told = now,
            }
        }
        None
    }
}

/// What a sleeper is told of that should look, and can miss nothing.
pub(crate) const NO_REVISION: u64 = ASLEEP - 1;

const AWAKE: u64 = 0;
const ASLEEP: u64 = u64::MAX;
