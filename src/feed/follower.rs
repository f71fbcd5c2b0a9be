//! A **follower**: a place in the ring that moves on.

use std::task::Waker;

use crate::protocol::note::Entry;
use crate::protocol::ring::Taken;
use crate::protocol::timeline::Timeline;
use crate::protocol::waiter::{Sleepers, Slept, Waiter};
use crate::reclaim::ReadPin;
use crate::sync::{Arc, step};

/// Somebody who reads a timeline's ring. The ring is kept while it lives.
pub(crate) struct Follower {
    timeline: Arc<Timeline>,
    waiter: Arc<Waiter>,
    /// The next revision to be read.
    next: u64,
    /// How many revisions it may fall behind.
    reach: u64,
    /// Up to here it may have fallen behind: it was asleep, or busy with a replay.
    excused: u64,
    rest: Rest,
}

/// What it does since it has found nothing.
enum Rest {
    No,
    /// It is about to look once more.
    Lingers,
    /// It is told.
    Sleeps,
}

/// What a follower finds next.
pub(crate) enum Next<'g> {
    /// What was committed under this revision.
    Committed(u64, Entry<'g>),
    /// It has come to the clock.
    Nothing,
    /// What was between is no longer there.
    Lagged(Gap),
}

/// Revisions that a follower has missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gap {
    pub(crate) missed: u64,
    /// Where it goes on.
    pub(crate) resume_at: u64,
}

impl Follower {
    /// Begins after the present instant. `reach` is 0 for as far as the ring goes.
    pub(crate) fn new(
        timeline: &Arc<Timeline>,
        reach: usize,
        among: Option<Arc<Sleepers>>,
    ) -> Self {
        timeline.ring().join(timeline);
        let all = timeline.ring().capacity();
        let reach = if reach == 0 { all } else { (reach as u64).min(all) };
        let (timeline, waiter) = (Arc::clone(timeline), Arc::new(Waiter::new(among)));
        // F2: what is drawn from here on is in the ring.
        let next = timeline.now_exactly() + 1;
        Self { timeline, waiter, next, reach, excused: 0, rest: Rest::No }
    }

    pub(crate) fn waiter(&self) -> &Arc<Waiter> {
        &self.waiter
    }

    pub(crate) fn now(&self) -> u64 {
        self.timeline.now()
    }

    /// The next revision to be read.
    pub(crate) fn position(&self) -> u64 {
        self.next
    }

    /// Goes on from there, and may take its time to come to what is now the present.
    pub(crate) fn go_to(&mut self, revision: u64) {
        self.next = revision;
        self.excused = self.timeline.now();
    }

    /// Leaves out what was committed up to now.
    pub(crate) fn go_to_now(&mut self) {
        self.go_to(self.timeline.now() + 1);
    }

    /// Whether all that was committed since `revision` can still be read, and for a while yet.
    pub(crate) fn reaches(&self, revision: u64) -> bool {
        let ring = self.timeline.ring();
        let behind = self.timeline.now().saturating_sub(revision);
        behind <= ring.capacity() / 2 && revision >= ring.floor()
    }

    /// What comes next, of what was drawn by now.
    #[inline]
    pub(crate) fn next<'g>(&mut self, pin: &'g ReadPin) -> Next<'g> {
        let ring = self.timeline.ring();
        loop {
            match ring.take(self.next, &self.timeline, pin) {
                Taken::Pending => return Next::Nothing,
                Taken::Nothing => self.next += 1,
                Taken::Lapped => return Next::Lagged(self.gap()),
                Taken::Committed(entry) => {
                    self.next += 1;
                    return Next::Committed(self.next - 1, entry);
                }
            }
        }
    }

    /// What it has missed, if it has fallen behind by more than it may.
    pub(crate) fn lag(&self) -> Option<Gap> {
        let late = self.timeline.now().saturating_sub(self.next) >= self.reach;
        let behind = late && self.next > self.excused;
        let before = self.next <= self.timeline.ring().whole();
        (behind || before).then(|| self.gap())
    }

    fn gap(&self) -> Gap {
        // Not the very oldest: by the time that it is asked for, it might be gone.
        let kept = self.reach - self.reach / 8;
        let oldest = (self.timeline.now() + 1).saturating_sub(kept);
        let gone = self.timeline.ring().whole().max(self.timeline.ring().floor());
        let resume_at = oldest.max(gone + 1).max(self.next.saturating_add(1));
        Gap { missed: resume_at - self.next, resume_at }
    }

    /// Has found nothing, and looks once more soon. It is not late meanwhile.
    pub(crate) fn linger(&mut self) {
        self.rest = Rest::Lingers;
    }

    /// Falls asleep. What was committed meanwhile has to be looked for once more.
    pub(crate) fn doze(&mut self, waker: &Waker) {
        step("recv: before it sleeps");
        self.rest = Rest::Sleeps;
        self.waiter.doze(waker);
    }

    /// Stays awake after all. Nobody has told it of what lies before the clock, and it may not
    /// have come that far.
    pub(crate) fn stay_awake(&mut self) {
        self.rest = Rest::No;
        self.waiter.wake();
    }

    /// Comes back, if it was away; wakes up, if it slept, where something may have been committed
    /// that concerns it.
    #[inline]
    pub(crate) fn come_back(&mut self) {
        match std::mem::replace(&mut self.rest, Rest::No) {
            Rest::No => return,
            Rest::Lingers => {}
            Rest::Sleeps => self.wake(),
        }
        self.excused = self.timeline.now();
    }

    fn wake(&mut self) {
        // F5: read before the waiter: whatever was committed up to there was told.
        let unsure = self.timeline.ring().told() + 1;
        let first = match self.waiter.wake() {
            Slept::Until(revision) => revision.min(unsure),
            Slept::Quietly => unsure,
        };
        self.next = self.next.max(first);
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.timeline.ring().leave();
    }
}
