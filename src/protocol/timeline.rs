//! The **timeline**: the revision clock that a store's writes are ordered by.

use std::ptr::NonNull;

use crate::clock::{Time, coarse_now};
use crate::limits::{HELP_SPINS, MOMENT_READS};
use crate::protocol::node::NodeRef;
use crate::protocol::note::Note;
use crate::protocol::ring::{Ring, RingBounds};
use crate::protocol::stamp::Stamp;
use crate::protocol::views::Views;
use crate::reclaim::ReadPin;
use crate::sync::{
    AcqRel, Acquire, AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Padded, Relaxed, Release, spin,
    step,
};

/// One total order of everything that is committed, and the views that are open on it.
///
/// Revisions begin at 1. At a billion writes a second they last 584 years.
pub(crate) struct Timeline {
    clock: Padded<Clock>,
    /// Every writer looks at it after its draw.
    ring: Padded<Ring>,
    views: Views,
    time: Time,
    /// How many there ever were.
    collections: AtomicUsize,
    /// Whether any document has ever had a deadline.
    expects_deadlines: AtomicBool,
}

/// What a reader looks at: what was committed up to a revision, and was not over at a time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) revision: u64,
    pub(crate) time: u64,
}

/// What every write of a watched timeline counts up.
struct Clock {
    revision: AtomicU64,
    /// What those snapshots take, in bytes, that were replaced by those placed in the ring.
    displaced: AtomicU64,
}

impl Timeline {
    /// A timeline whose next revision is `after + 1`.
    pub(crate) fn starting(after: u64, bounds: RingBounds, time: Time) -> Self {
        let clock = Clock { revision: AtomicU64::new(after), displaced: AtomicU64::new(0) };
        let (clock, ring) = (Padded(clock), Padded(Ring::new(bounds)));
        let expects_deadlines = AtomicBool::new(false);
        let (views, collections) = (Views::new(), AtomicUsize::new(0));
        let timeline = Self { clock, ring, views, time, collections, expects_deadlines };
        if bounds.retains {
            timeline.ring().join(&timeline);
        }
        timeline
    }

    /// A timeline of its own with the same bounds and clock, whose next revision is `after + 1`.
    pub(crate) fn successor(&self, after: u64) -> Self {
        Self::starting(after, self.ring().bounds(), self.time.clone())
    }

    /// Notes that there is one more collection whose writes it orders.
    pub(super) fn count_collection(&self) {
        // Relaxed: F1: whatever is placed from that collection is placed later.
        self.collections.fetch_add(1, Relaxed);
    }

    /// Whether all that the caller has found in the ring is of one collection.
    #[inline]
    pub(super) fn is_of_one(&self) -> bool {
        // Relaxed: F1: the slot was read first (F3), so whatever was placed in it was counted.
        self.collections.load(Relaxed) == 1
    }

    /// The snapshot's revision. Whoever meets a snapshot without one draws it on its writer's
    /// behalf, so that nobody ever waits for a writer (I4).
    #[inline]
    pub(crate) fn stamp<K, V>(&self, node: NodeRef<'_, K, V>) -> u64 {
        match node.revision() {
            0 => self.help(node),
            revision => revision,
        }
    }

    /// As `stamp`, for the writer, which need not look whether somebody is just about to.
    pub(crate) fn stamp_own<K, V>(&self, node: NodeRef<'_, K, V>) -> u64 {
        step("stamp: before the draw");
        let drawn = self.draw();
        step("stamp: before the fix");
        if self.ring.0.takes(drawn) {
            return self.place_node(node, drawn);
        }
        node.get().stamp().fix(drawn)
    }

    /// Somebody watches. Out of the way of those whom nobody does.
    #[cold]
    fn place_node<K, V>(&self, node: NodeRef<'_, K, V>, drawn: u64) -> u64 {
        // SAFETY: F1: found without a revision under the caller's pin.
        let old = unsafe { node.before() };
        self.place(node.stamp(), drawn, old.map_or(0, |old| old.bytes()))
    }

    /// The snapshot is placed in the ring before its revision is fixed, under a number that all who
    /// stamp it agree on.
    fn place(&self, place: NonNull<Stamp>, drawn: u64, displaced: u64) -> u64 {
        // SAFETY: R1: of a snapshot that the caller found under its pin.
        let stamp = unsafe { place.as_ref() };
        self.ring.0.prefetch(drawn);
        let (at, mut drawn) = (coarse_now(), Some(drawn));
        let mut useless = 0;
        loop {
            let number = stamp.agree(useless, || drawn.take().unwrap_or_else(|| self.draw()));
            // F1: without a revision after the number was drawn.
            let revision = stamp.revision();
            if revision != 0 {
                return revision;
            }
            if self.ring.0.place(number, place, at) {
                // Relaxed: a figure; on the clock's own line, which this thread has just had.
                self.clock.0.displaced.fetch_add(displaced, Relaxed);
                step("place: before the fix");
                return stamp.fix_placed(number);
            }
            // F4: given up by a reader, or lapped. If it was there before, it has a revision, and
            // its ticket stays as it is.
            let revision = stamp.revision();
            if revision != 0 {
                return revision;
            }
            useless = number;
        }
    }

    /// Announces a note to those who watch, under a revision of its own, which comes back.
    pub(crate) fn announce(&self, note: Note, _pin: &ReadPin) -> u64 {
        self.ring.0.announce(note, self)
    }

    #[cold]
    fn help<K, V>(&self, node: NodeRef<'_, K, V>) -> u64 {
        // The writer is usually a few instructions away; a number drawn for nothing is lost.
        for _ in 0..HELP_SPINS {
            spin();
            let revision = node.revision();
            if revision != 0 {
                return revision;
            }
        }
        self.stamp_own(node)
    }

    /// The next revision, this thread's to use or to waste.
    pub(crate) fn draw(&self) -> u64 {
        // P3 (AcqRel): comes after whatever was committed or opened under a smaller number.
        self.clock.0.revision.fetch_add(1, AcqRel) + 1
    }

    /// The last revision drawn, for a pinned reader: its pin keeps what it may see.
    pub(crate) fn now(&self) -> u64 {
        // P3 (Acquire): every snapshot stamped up to here is found in its handle.
        self.clock.0.revision.load(Acquire)
    }

    /// The last revision drawn, for a view that is about to show it in its slot.
    pub(crate) fn now_exactly(&self) -> u64 {
        // P3 (AcqRel): a read-modify-write takes its place among the draws, so a writer that
        // draws later also finds this view's slot taken.
        self.clock.0.revision.fetch_add(0, AcqRel)
    }

    /// What a reader looks at, from now on, that reads revisions like this.
    pub(crate) fn moment(&self, read: impl Fn(&Self) -> u64) -> Moment {
        let revision = read(self);
        // I10 (Relaxed): whoever published a deadline up to this revision said so before its draw.
        if !self.expects_deadlines.load(Relaxed) {
            // Nothing is over before everything.
            return Moment { revision, time: 0 };
        }
        // I10: the time at which this was the revision. With a later one a document would be over
        // that was renewed in between.
        let mut moment = Moment { revision, time: self.time.coarse() };
        for _ in 0..MOMENT_READS {
            moment.revision = read(self);
            let time = self.time.coarse();
            if time == moment.time {
                break;
            }
            moment.time = time;
        }
        moment
    }

    /// Whether any document has ever had a deadline.
    pub(crate) fn expects_deadlines(&self) -> bool {
        // Relaxed: a figure.
        self.expects_deadlines.load(Relaxed)
    }

    /// A deadline is about to be published.
    pub(crate) fn expect_deadlines(&self) {
        // Relaxed: most often it is so already.
        if !self.expects_deadlines.load(Relaxed) {
            // I10 (Relaxed): the draw that follows hands it on (P3).
            self.expects_deadlines.store(true, Relaxed);
        }
    }

    pub(crate) fn time(&self) -> &Time {
        &self.time
    }

    /// Bytes of what was replaced by what was placed in the ring.
    pub(super) fn displaced(&self) -> u64 {
        // Relaxed: a figure.
        self.clock.0.displaced.load(Relaxed)
    }

    pub(crate) fn views(&self) -> &Views {
        &self.views
    }

    pub(crate) fn ring(&self) -> &Ring {
        &self.ring.0
    }
}

/// Whether, and when, a collection was closed. Closing is stamped like a write.
pub(crate) struct Closing {
    at: AtomicU64,
}

impl Closing {
    pub(crate) fn new() -> Self {
        Self { at: AtomicU64::new(OPEN) }
    }

    /// Closes, and says at which revision. The first to ask decides; everybody helps.
    pub(crate) fn close(&self, timeline: &Timeline) -> u64 {
        // P8 (AcqRel): from now on whoever looks helps to fix the revision.
        // Relaxed: the loser looks again at once.
        let _ = self.at.compare_exchange(OPEN, CLOSING, AcqRel, Relaxed);
        step("close: before the draw");
        self.closed_at(timeline).unwrap_or(OPEN)
    }

    /// The revision of the close, or `None` while the collection is open.
    #[inline]
    pub(crate) fn closed_at(&self, timeline: &Timeline) -> Option<u64> {
        // P8 (Acquire): a writer whose revision is beyond the close finds the close.
        match self.at.load(Acquire) {
            OPEN => None,
            CLOSING => Some(self.fix(timeline)),
            closed => Some(closed),
        }
    }

    #[cold]
    fn fix(&self, timeline: &Timeline) -> u64 {
        let drawn = timeline.draw();
        // P8 (AcqRel): one number wins.
        match self.at.compare_exchange(CLOSING, drawn, AcqRel, Acquire) {
            Ok(_) => drawn,
            Err(first) => first,
        }
    }
}

const OPEN: u64 = u64::MAX;
const CLOSING: u64 = 0;

/// What an open view shows to whoever buries; kept beside the clock, whose orderings it needs.
pub(super) struct Slot {
    shows: AtomicU64,
    /// In a free slot: the next one (P10).
    next_vacant: AtomicU32,
}

impl Slot {
    /// From free to opening. The number of the slot was taken, so it is the caller's.
    pub(super) fn claim(&self) {
        // P4 (Acquire): comes after whatever its last user did under it.
        // Relaxed: it does not fail.
        let claimed = self.shows.compare_exchange(FREE, OPENING, Acquire, Relaxed);
        debug_assert!(claimed.is_ok(), "P10: a vacant slot is free");
    }

    pub(super) fn show(&self, revision: u64) {
        // P5 (Release): the sweeper finds it, or finds the slot opening.
        self.shows.store(revision, Release);
    }

    pub(super) fn free(&self) {
        // P4 (Release): whatever was read under this view was read before.
        self.shows.store(FREE, Release);
    }

    /// What the sweeper has to respect: `u64::MAX` for a free slot, 0 for one that is opening.
    pub(super) fn shown(&self) -> u64 {
        // P5 (Acquire): what a closed view read was read before anything is freed.
        self.shows.load(Acquire)
    }

    pub(super) fn next_vacant(&self) -> &AtomicU32 {
        &self.next_vacant
    }
}

impl Default for Slot {
    /// A new slot is its maker's from the start.
    fn default() -> Self {
        Self { shows: AtomicU64::new(OPENING), next_vacant: AtomicU32::new(0) }
    }
}

const FREE: u64 = u64::MAX;
const OPENING: u64 = 0;
