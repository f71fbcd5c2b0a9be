//! How the ring is **tended**: who watches comes and goes, and the tail follows the clock.

use std::any::Any;
use std::collections::VecDeque;

use crate::limits::{MARK_EVERY, SWEEP_EVERY, TAIL_STEP};
use crate::protocol::ring::{NO_VIEW, NOBODY, Ring, given_up, slots};
use crate::protocol::timeline::Timeline;
use crate::reclaim::{Grace, WritePin};
use crate::sync::{Relaxed, Release, lock, step, try_lock};

pub(super) type Departed = Box<dyn Any + Send + Sync>;

/// Whoever holds it moves the tail.
pub(super) enum Tending {
    /// All slots are empty, and no slot of the views is taken.
    Idle,
    Watched {
        view: u32,
        next: Coming,
        marks: VecDeque<Mark>,
    },
    /// Nobody watches. Those may still place something, or look at it, who did so until just now.
    Ending {
        view: u32,
        grace: Grace,
    },
}

/// What the tail and `told` are about to become, each after a grace period.
#[derive(Default)]
pub(super) struct Coming {
    tail: Option<(u64, Grace)>,
    told: Option<(u64, Grace)>,
}

/// How many bytes had been displaced when the clock stood at a revision.
pub(super) struct Mark {
    revision: u64,
    displaced: u64,
}

impl Ring {
    /// Takes part in watching: whatever is drawn after this call is found in the ring, until it is
    /// lapped.
    pub(crate) fn join(&self, timeline: &Timeline) {
        let mut state = lock(&self.tending);
        // Relaxed: F2: whoever ends the watching holds the lock as well.
        self.watchers.fetch_add(1, Relaxed);
        match std::mem::replace(&mut *state, Tending::Idle) {
            Tending::Idle => {
                self.slots.get_or_init(|| slots(self.bounds.revisions));
                // R2: as a view is opened.
                let view = timeline.views().claim();
                // Relaxed: a figure.
                self.view.store(view, Relaxed);
                let now = timeline.now_exactly();
                self.begin(view, now, timeline);
                *state = Tending::watched(view, self.tail(), timeline);
            }
            Tending::Ending { view, .. } => {
                self.begin_again(timeline);
                *state = Tending::watched(view, self.tail(), timeline);
            }
            watched @ Tending::Watched { .. } => *state = watched,
        }
    }

    fn begin(&self, view: u32, now: u64, timeline: &Timeline) {
        timeline.views().show(view, now);
        // F5 (Release): nothing waits behind it.
        self.tail.store(now, Release);
        // F5 (Release): nobody sleeps yet.
        self.told.store(now, Release);
        self.is_due_from(now);
        self.begin_again(timeline);
    }

    fn begin_again(&self, timeline: &Timeline) {
        // F2 (Release): whoever draws after the look at the clock that follows sees it.
        self.since.store(timeline.now_exactly(), Release);
        step("join: before the clock");
        // F2 (Release): whoever draws a larger number has seen `since`.
        self.whole.store(timeline.now_exactly(), Release);
    }

    /// One less watches. What nobody needs any more goes with the next sweeps.
    pub(crate) fn leave(&self) {
        // Relaxed: F5: what it read it read under pins.
        self.watchers.fetch_sub(1, Relaxed);
    }

    /// Moves the tail on, if it is time to and nobody else is at it. Never waits. Says whether
    /// there is nothing left to do but to follow those who watch.
    pub(crate) fn tend(&self, timeline: &Timeline, pin: &WritePin) -> bool {
        let Some(mut state) = try_lock(&self.tending) else { return true };
        let watchers = self.watchers();
        match &mut *state {
            Tending::Idle => {}
            Tending::Watched { view, .. } if watchers == 0 => {
                // Relaxed: F2: those who have not seen it are waited for.
                self.since.store(NOBODY, Relaxed);
                let (view, grace) = (*view, Grace::ask(pin));
                *state = Tending::Ending { view, grace };
                Grace::urge(pin);
            }
            Tending::Watched { view, next, marks } => {
                self.mark(marks, timeline);
                self.follow(*view, next, marks, timeline, pin);
            }
            Tending::Ending { grace, .. } if !grace.is_over(pin) => Grace::urge(pin),
            Tending::Ending { view, .. } => {
                self.give_up_to(0, timeline.now());
                // Relaxed: a figure from now on.
                self.tail.store(NOBODY, Relaxed);
                // Relaxed: likewise.
                self.view.store(NO_VIEW, Relaxed);
                timeline.views().release(*view);
                self.drop_notes(u64::MAX);
                *state = Tending::Idle;
            }
        }
        !matches!(*state, Tending::Ending { .. })
    }

    /// Raises the tail and `told`, in steps: what lies behind the tail leaves the ring first, then
    /// whoever may be reading it (F5).
    fn follow(
        &self,
        view: u32,
        next: &mut Coming,
        marks: &mut VecDeque<Mark>,
        timeline: &Timeline,
        pin: &WritePin,
    ) {
        if let Some((told, _)) = next.told.take_if(|(_, grace)| grace.is_over_for_writers(pin)) {
            // F5 (Release): after the grace period.
            self.told.store(told, Release);
            self.is_due_from(told);
        }
        if let Some((tail, _)) = next.tail.take_if(|(_, grace)| grace.is_over(pin)) {
            timeline.views().show(view, tail);
            // F5 (Release): after the grace period.
            self.tail.store(tail, Release);
            self.drop_notes(tail);
        }
        // Relaxed: this thread's own, by the lock.
        let (tail, told) = (self.tail.load(Relaxed), self.told.load(Relaxed));
        let end = self.end(marks, timeline).min(told);
        if next.tail.is_none() && end > tail {
            self.give_up_to(tail, end);
            step("tend: before the grace period");
            next.tail = Some((end, Grace::ask(pin)));
        }
        let now = timeline.now();
        if next.told.is_none() && now >= told + self.step() {
            next.told = Some((now, Grace::ask(pin)));
        }
        if next.tail.is_some() || next.told.is_some() {
            Grace::urge(pin);
        }
    }

    /// Whether whoever has just drawn this revision should see to it that it is tended: sweeps do,
    /// but where little is written they are rare. Says so once for so many revisions.
    #[inline]
    pub(crate) fn is_due(&self, drawn: u64) -> bool {
        // Relaxed: a figure.
        let due = self.due.load(Relaxed);
        drawn >= due && self.is_mine_to_tend(due, drawn)
    }

    #[cold]
    fn is_mine_to_tend(&self, due: u64, drawn: u64) -> bool {
        let next = drawn + u64::from(SWEEP_EVERY);
        // Relaxed: likewise.
        self.due.compare_exchange(due, next, Relaxed, Relaxed).is_ok()
    }

    fn is_due_from(&self, told: u64) {
        // Relaxed: likewise.
        self.due.store(told + self.step() + self.step() / 2, Relaxed);
    }

    /// How far the tail and `told` go at once.
    fn step(&self) -> u64 {
        (self.capacity() / TAIL_STEP).max(1)
    }

    /// Notes how much was displaced up to now, and forgets what lies behind the tail.
    fn mark(&self, marks: &mut VecDeque<Mark>, timeline: &Timeline) {
        // Relaxed: this thread's own, by the lock.
        let tail = self.tail.load(Relaxed);
        while marks.get(1).is_some_and(|mark| mark.revision <= tail) {
            marks.pop_front();
        }
        let (revision, displaced) = (timeline.now(), timeline.displaced());
        if marks.back().is_none_or(|last| last.revision + MARK_EVERY <= revision) {
            marks.push_back(Mark { revision, displaced });
        }
    }

    /// What the tail should be by now: as many revisions behind the clock as the ring goes, or
    /// less, if they keep too much; in steps.
    fn end(&self, marks: &VecDeque<Mark>, timeline: &Timeline) -> u64 {
        let now = timeline.now();
        let late = now.saturating_sub(self.capacity());
        // Relaxed: this thread's own, by the lock.
        let is_time = late >= self.tail.load(Relaxed) + self.step();
        // As much as this was displaced so long ago that it may go.
        let too_much = timeline.displaced().saturating_sub(self.bounds.bytes);
        let kept = marks.iter().find(|mark| mark.displaced >= too_much);
        let heavy = kept.map_or(now, |mark| mark.revision);
        heavy.max(if is_time { late } else { 0 })
    }

    /// Empties the slots of all numbers after `from` up to `to`, unless later ones are there
    /// already. The caller is pinned.
    fn give_up_to(&self, from: u64, to: u64) {
        // F3 (Release): whoever finds a slot emptied finds this.
        self.floor.store(to, Release);
        // Each slot once, however long it could not be done.
        for number in from.max(to.saturating_sub(self.capacity())) + 1..=to {
            let slot = self.slot(number);
            loop {
                let found = slot.read();
                let is_empty = found.number > number || found.word == given_up(number);
                if is_empty || slot.replace(&found, given_up(number)) {
                    break;
                }
            }
        }
    }

    /// Keeps what holds the snapshots of a collection that is gone, if it may still show them.
    pub(super) fn see_off<T: Send + Sync + 'static>(&self, thing: T, timeline: &Timeline) {
        // An idle ring is empty, and nothing is placed any more of a collection that is gone.
        if self.is_kept() {
            let thing: Departed = Box::new(thing);
            lock(&self.departed).push((timeline.now(), thing));
        }
    }

    /// What nobody is shown any more (F8). The caller drops it, without a pin.
    #[must_use = "it has destructors of the user's"]
    pub(crate) fn let_go(&self) -> Vec<(u64, Departed)> {
        let tail = self.tail();
        let Some(mut departed) = try_lock(&self.departed) else { return Vec::new() };
        let (gone, left) = std::mem::take(&mut *departed).into_iter().partition(|it| it.0 <= tail);
        *departed = left;
        gone
    }

    /// F5: nobody reads what lies behind the tail. If somebody adds one just now, they stay.
    fn drop_notes(&self, tail: u64) {
        if let Some(mut notes) = try_lock(&self.notes) {
            notes.retain(|note| note.stamp().ticket() > tail);
        }
    }
}

impl Tending {
    fn watched(view: u32, tail: u64, timeline: &Timeline) -> Self {
        // There is always one that is not behind the tail.
        let first = Mark { revision: tail, displaced: timeline.displaced() };
        Self::Watched { view, next: Coming::default(), marks: VecDeque::from([first]) }
    }
}
