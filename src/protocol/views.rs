//! Open **views**: the revisions that somebody still reads at.

use crate::protocol::node::NodeRef;
use crate::protocol::segmented::Segmented;
use crate::protocol::timeline::{Moment, Slot, Timeline};
use crate::protocol::vacancies::Vacancies;
use crate::reclaim::ReadPin;
use crate::sync::{Arc, AtomicUsize, Relaxed, step};

/// The slots in which open views show their revisions.
///
/// There are as many as views were ever open at once, and whoever buries looks at all of them.
pub(crate) struct Views {
    slots: Segmented<Slot>,
    len: AtomicUsize,
    vacancies: Vacancies,
}

impl Views {
    pub(super) fn new() -> Self {
        Self { slots: Segmented::new(), len: AtomicUsize::new(0), vacancies: Vacancies::new() }
    }

    /// A slot that shows "opening" from now on.
    pub(super) fn claim(&self) -> u32 {
        if let Some(number) = self.vacancies.take(|number| self.slot(number).next_vacant()) {
            self.slot(number).claim();
            return number;
        }
        // Relaxed: R2: whoever comes after this view's look at the clock finds the slot.
        let number = self.len.fetch_add(1, Relaxed);
        assert!(number < u32::MAX as usize, "limit: 4 billion open views");
        u32::try_from(number).unwrap_or(0)
    }

    /// R2: shows a revision in a slot that was claimed.
    pub(super) fn show(&self, number: u32, revision: u64) {
        self.slot(number).show(revision);
    }

    /// Ends a view. Nothing else happens: writers clean up.
    pub(super) fn release(&self, number: u32) {
        let slot = self.slot(number);
        slot.free();
        self.vacancies.put(number, slot.next_vacant());
    }

    fn slot(&self, number: u32) -> &Slot {
        self.slots.get_or_grow(number as usize)
    }

    fn shown(&self) -> impl Iterator<Item = u64> {
        // Relaxed: R2: see `claim`.
        (0..self.len.load(Relaxed)).map(|number| self.slots.get_or_grow(number).shown())
    }

    /// The smallest revision that an open view reads at; `u64::MAX` if there is none.
    ///
    /// Read after a grace period it is the whole truth about everything retired before that: a
    /// view that is opened, or kept, later reads at a larger revision (R2).
    pub(crate) fn oldest(&self) -> u64 {
        self.shown().min().unwrap_or(u64::MAX)
    }

    /// How many views are open, and the revision of the oldest, without the slot of a ring.
    pub(crate) fn open(&self, ring: Option<u32>) -> (usize, Option<u64>) {
        let but = ring.map_or(usize::MAX, |number| number as usize);
        let shown = self.shown().enumerate().filter(|(number, _)| *number != but);
        let open: Vec<u64> = shown.map(|(_, shown)| shown).filter(|&it| it != u64::MAX).collect();
        (open.len(), open.into_iter().min())
    }

    /// How many were ever open at once.
    pub(crate) fn slots(&self) -> usize {
        // Relaxed: a figure.
        self.len.load(Relaxed)
    }
}

/// A registered view: everything that was current at its revision stays until it is dropped.
#[must_use = "a view that is dropped at once keeps nothing"]
pub(crate) struct Lease {
    timeline: Arc<Timeline>,
    number: u32,
    moment: Moment,
}

impl Lease {
    /// Opens a view of this instant.
    pub(crate) fn open(timeline: &Arc<Timeline>) -> Self {
        // The slot shows "opening" before the clock is read: a sweeper that comes between the
        // two waits (R2).
        let number = timeline.views().claim();
        step("open: before the clock");
        let moment = timeline.moment(Timeline::now_exactly);
        step("open: before the slot");
        timeline.views().show(number, moment.revision);
        Self { timeline: Arc::clone(timeline), number, moment }
    }

    /// Makes a view of the instant that a pinned reader is looking at.
    ///
    /// Its revision was read under this pin. What is needed at it waits for the pin, and whoever
    /// buries looks at the slots after that (R2).
    pub(crate) fn keep(timeline: &Arc<Timeline>, moment: Moment, _pin: &ReadPin) -> Self {
        step("keep: before the slot");
        let number = timeline.views().claim();
        timeline.views().show(number, moment.revision);
        Self { timeline: Arc::clone(timeline), number, moment }
    }

    pub(crate) fn revision(&self) -> u64 {
        self.moment.revision
    }

    pub(crate) fn moment(&self) -> Moment {
        self.moment
    }

    /// What was over at this time is not seen.
    pub(crate) fn time(&self) -> u64 {
        self.moment.time
    }

    /// Pins, lets `find` answer as of this view's revision, and keeps the answer for as long as
    /// the view.
    pub(crate) fn keeps<'v, R, K, V>(
        &'v self,
        rooms: &'v R,
        find: impl for<'g> FnOnce(&'g R, u64, &'g ReadPin) -> Option<NodeRef<'g, K, V>>,
    ) -> Option<NodeRef<'v, K, V>> {
        let pin = ReadPin::new();
        let found = find(rooms, self.revision(), &pin)?;
        // A tombstone is not kept (R6).
        let found = if found.is_shown_at(self.time()) { found } else { return None };
        // SAFETY: R2: it is the newest one not younger than this view's revision, so it died
        // later, and stays while the slot shows that; the slot does for as long as `self`.
        Some(unsafe { found.kept() })
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.timeline.views().release(self.number);
    }
}
