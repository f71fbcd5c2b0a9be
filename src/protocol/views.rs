//! Open **views**: the revisions that somebody still reads at.

use crate::protocol::node::NodeRef;
use crate::protocol::segmented::Segmented;
use crate::protocol::timeline::{Slot, Timeline};
use crate::reclaim::ReadPin;
use crate::sync::{AtomicUsize, Padded, Relaxed, shards, step, thread_index};

/// The slots in which open views show their revisions.
///
/// There are as many as views were ever open at once.
pub(crate) struct Views {
    slots: Segmented<Slot>,
    len: AtomicUsize,
    /// For each shard of threads, a slot that was free a moment ago.
    hints: Box<[Padded<AtomicUsize>]>,
}

impl Views {
    pub(super) fn new() -> Self {
        Self {
            slots: Segmented::new(),
            len: AtomicUsize::new(0),
            hints: (0..shards()).map(|_| Padded(AtomicUsize::new(0))).collect(),
        }
    }

    /// A slot that shows "opening" from now on.
    fn claim(&self) -> usize {
        // Relaxed: a hint.
        let hint = self.hint().load(Relaxed);
        // Relaxed: a slot that is missed is not free for us.
        let len = self.len.load(Relaxed);
        let hinted = (hint < len).then_some(hint);
        let found = hinted.into_iter().chain(0..len).find(|&number| self.slot(number).claim());
        // Relaxed: R2: whoever reads the clock after this slot's view has read it finds the slot.
        let number = found.unwrap_or_else(|| self.len.fetch_add(1, Relaxed));
        // Relaxed: a hint.
        self.hint().store(number + 1, Relaxed);
        number
    }

    fn slot(&self, number: usize) -> &Slot {
        self.slots.get_or_grow(number)
    }

    fn hint(&self) -> &AtomicUsize {
        &self.hints[thread_index() & (self.hints.len() - 1)].0
    }

    /// The smallest revision that an open view reads at; `u64::MAX` if there is none.
    ///
    /// Read after a grace period it is the whole truth about everything retired before that: a
    /// view that is opened, or kept, later reads at a larger revision (R2).
    pub(crate) fn oldest(&self) -> u64 {
        // Relaxed: R2: see `claim`.
        let slots = 0..self.len.load(Relaxed);
        slots.map(|number| self.slot(number).shown()).min().unwrap_or(u64::MAX)
    }

    /// How many views are open.
    pub(crate) fn open(&self) -> usize {
        // Relaxed: a figure.
        let slots = 0..self.len.load(Relaxed);
        slots.filter(|&number| self.slot(number).shown() != u64::MAX).count()
    }
}

/// A registered view: everything that was current at its revision stays until it is dropped.
#[derive(Debug)]
#[must_use = "a view that is dropped at once keeps nothing"]
pub(crate) struct Lease {
    number: usize,
    revision: u64,
}

impl Lease {
    /// Opens a view of this instant. It must be given back to the same timeline.
    pub(crate) fn open(timeline: &Timeline) -> Self {
        // The slot shows "opening" before the clock is read: a sweeper that comes between the
        // two waits (R2).
        let number = timeline.views().claim();
        step("open: before the clock");
        let revision = timeline.now_exactly();
        step("open: before the slot");
        timeline.views().slot(number).show(revision);
        Self { number, revision }
    }

    /// Makes a view of the instant that a pinned reader is looking at.
    ///
    /// `revision` was read under this pin. What is needed at it waits for the pin, and whoever
    /// buries looks at the slots after that (R2).
    pub(crate) fn keep(timeline: &Timeline, revision: u64, _pin: &ReadPin) -> Self {
        let number = timeline.views().claim();
        timeline.views().slot(number).show(revision);
        Self { number, revision }
    }

    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// Pins, lets `find` answer as of this view's revision, and keeps the answer for as long as
    /// the view.
    pub(crate) fn keeps<'v, R, K, V>(
        &'v self,
        rooms: &'v R,
        find: impl for<'g> FnOnce(&'g R, u64, &'g ReadPin) -> Option<NodeRef<'g, K, V>>,
    ) -> Option<NodeRef<'v, K, V>> {
        let pin = ReadPin::new();
        let found = find(rooms, self.revision, &pin)?;
        // SAFETY: R2: it is the newest one not younger than this view's revision, so it died
        // later, and stays while the slot shows that; the slot does for as long as `self`.
        Some(unsafe { found.kept() })
    }

    /// Ends the view. Nothing else happens: writers clean up.
    pub(crate) fn close(&mut self, timeline: &Timeline) {
        timeline.views().slot(self.number).free();
        // Relaxed: a hint.
        timeline.views().hint().store(self.number, Relaxed);
    }
}
