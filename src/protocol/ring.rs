//! The **ring**: what was committed last, by revision, for those who watch.
//!
//! A slot holds the snapshot itself, not a copy and not a count: the ring keeps what it shows as a
//! view does. Its **tail** is a revision in a slot of the views, which follows the clock at the
//! distance of the ring's length.

use std::ptr::{self, NonNull};

use crate::clock::coarse_now;
use crate::limits::{FEED_BYTES, FEED_CAPACITY, FEED_CAPACITY_MAX, TAKE_COMING, TAKE_SPINS};
use crate::protocol::note::{Entry, Note, Owned, Placed};
use crate::protocol::stamp::Stamp;
use crate::protocol::tender::{Departed, Tending};
use crate::protocol::timeline::Timeline;
use crate::reclaim::ReadPin;
use crate::sync::{
    AcqRel, Acquire, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Mutex, OnceLock, Relaxed, lock,
    prefetch_behind, spin, step,
};

/// The last revisions of a timeline, while anybody watches it.
pub(crate) struct Ring {
    /// Larger revisions are placed in their slots; `NOBODY` if nobody watches.
    pub(super) since: AtomicU64,
    /// Made when somebody watches for the first time.
    pub(super) slots: OnceLock<Box<[Slot]>>,
    pub(super) bounds: RingBounds,
    /// From here on nothing is missing but what was lapped.
    pub(super) whole: AtomicU64,
    /// Up to here slots are emptied, or were.
    pub(super) floor: AtomicU64,
    /// What the tail's slot shows.
    pub(super) tail: AtomicU64,
    /// Whoever committed something up to here has told those who sleep.
    pub(super) told: AtomicU64,
    /// From here on it has not been tended for long.
    pub(super) due: AtomicU64,
    /// How many watch.
    pub(super) watchers: AtomicUsize,
    pub(super) tending: Mutex<Tending>,
    /// The tail's slot among the views.
    pub(super) view: AtomicU32,
    pub(super) notes: Mutex<Vec<Owned>>,
    /// What collections have left behind, and the revision at which they did.
    pub(super) departed: Mutex<Vec<(u64, Departed)>>,
}

/// What a ring keeps at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RingBounds {
    pub(crate) revisions: usize,
    pub(crate) bytes: u64,
    /// Whether it is kept while nobody watches as well.
    pub(crate) retains: bool,
}

impl Default for RingBounds {
    fn default() -> Self {
        Self { revisions: FEED_CAPACITY, bytes: FEED_BYTES, retains: false }
    }
}

/// One place of the ring, for every revision with the same remainder.
pub(super) struct Slot {
    /// A stamp, whose ticket is its number, or a number that was given up, with the lowest bit set.
    pub(super) word: AtomicPtr<Stamp>,
    /// When that was placed, in nanoseconds of the wall clock.
    at: AtomicU64,
}

/// What a reader finds under a revision.
pub(crate) enum Taken<'g> {
    /// It is not drawn yet.
    Pending,
    /// Nobody committed anything under it.
    Nothing,
    Committed(Entry<'g>),
    /// The ring has come round since.
    Lapped,
}

impl Ring {
    /// An idle ring.
    pub(super) fn new(bounds: RingBounds) -> Self {
        let revisions = bounds.revisions.clamp(1, FEED_CAPACITY_MAX).next_power_of_two();
        Self {
            since: AtomicU64::new(NOBODY),
            slots: OnceLock::new(),
            bounds: RingBounds { revisions, ..bounds },
            whole: AtomicU64::new(NOBODY),
            floor: AtomicU64::new(0),
            tail: AtomicU64::new(NOBODY),
            told: AtomicU64::new(NOBODY),
            due: AtomicU64::new(NOBODY),
            watchers: AtomicUsize::new(0),
            tending: Mutex::new(Tending::Idle),
            view: AtomicU32::new(NO_VIEW),
            notes: Mutex::new(Vec::new()),
            departed: Mutex::new(Vec::new()),
        }
    }

    /// Whether what is committed under this revision, which was just drawn, has to be placed.
    #[inline]
    pub(crate) fn takes(&self, drawn: u64) -> bool {
        // Relaxed: F2: the draw comes after that of whoever must not miss it.
        // Without a feed: for `benches/feed_cost.sh`, which counts what this look costs.
        !cfg!(folio_no_feed) && drawn > self.since.load(Relaxed)
    }

    /// Revisions that it keeps at least, while it is watched.
    pub(crate) fn capacity(&self) -> u64 {
        self.bounds.revisions as u64
    }

    pub(crate) fn bounds(&self) -> RingBounds {
        self.bounds
    }

    /// Whether anybody watches, or did so until just now.
    pub(crate) fn is_kept(&self) -> bool {
        // Relaxed: a figure.
        self.tail.load(Relaxed) != NOBODY
    }

    /// What lies behind the ring's end.
    pub(crate) fn tail(&self) -> u64 {
        // F5 (Acquire): comes after the grace period before which it was raised.
        self.tail.load(Acquire)
    }

    /// Whoever committed something up to here has told those who sleep.
    pub(crate) fn told(&self) -> u64 {
        // F5 (Acquire): comes after the grace period before which it was raised.
        self.told.load(Acquire)
    }

    /// From which revision on nothing is missing but what was lapped.
    pub(crate) fn whole(&self) -> u64 {
        // F2 (Acquire): set before anybody could watch.
        self.whole.load(Acquire)
    }

    /// Its slot among the views, if it has one.
    pub(crate) fn view(&self) -> Option<u32> {
        // Relaxed: a figure.
        Some(self.view.load(Relaxed)).filter(|&view| view != NO_VIEW)
    }

    /// How many watch.
    pub(crate) fn watchers(&self) -> usize {
        // Relaxed: a figure; F2: for whoever holds the lock, one that is 0 only if nobody watches.
        self.watchers.load(Relaxed)
    }

    /// Up to here everything is gone, or is about to go.
    pub(crate) fn floor(&self) -> u64 {
        // F3 (Acquire): see `give_up_to`.
        self.floor.load(Acquire)
    }

    #[inline]
    pub(super) fn slot(&self, number: u64) -> &Slot {
        slot_of(self.slots(), number)
    }

    #[inline]
    fn slots(&self) -> &[Slot] {
        self.slots.get().expect("F2: made before anybody watches")
    }

    /// Has what stands in the slot of a number fetched, for a thread that needs it soon.
    #[inline]
    pub(super) fn prefetch(&self, number: u64) {
        prefetch_behind(&self.slot(number).word);
    }

    /// Puts a stamp in the slot of its ticket. `false` if that is given up or lapped: it will never
    /// be found under this number.
    ///
    /// The stamp was found without a revision after the number was drawn, so it dies later (F1).
    /// The caller is pinned.
    #[inline]
    pub(super) fn place(&self, number: u64, stamp: NonNull<Stamp>, at: u64) -> bool {
        let (slot, stamp) = (self.slot(number), stamp.as_ptr());
        // Relaxed: F3: published by the exchange; a later lap's time is as good.
        if slot.at.load(Relaxed) < at {
            // Relaxed: likewise.
            slot.at.fetch_max(at, Relaxed);
        }
        let mut found = slot.read();
        loop {
            if found.number >= number {
                // F4: perhaps it stands here under another number by now.
                return found.word == stamp && found.number == number;
            }
            step("place: before");
            if slot.replace(&found, stamp) {
                return true;
            }
            found = slot.read();
        }
    }

    /// What was committed under `number`; gives the number up if whoever drew it has not placed
    /// anything, so that nobody waits for a stalled thread (F4).
    #[inline]
    pub(crate) fn take<'g>(
        &self,
        number: u64,
        timeline: &Timeline,
        _pin: &'g ReadPin,
    ) -> Taken<'g> {
        let slots = self.slots();
        let slot = slot_of(slots, number);
        // Whoever takes one takes more.
        prefetch_behind(&slot_of(slots, number.wrapping_add(TAKE_COMING)).word);
        let mut spins = 0;
        loop {
            let found = slot.read();
            if found.number > number {
                return Taken::Lapped;
            }
            if found.number == number {
                return self.found(slot, &found);
            }
            if timeline.now() < number {
                return Taken::Pending;
            }
            if spins != TAKE_SPINS {
                spins += 1;
                spin();
                continue;
            }
            step("take: before giving up");
            if slot.replace(&found, given_up(number)) {
                return Taken::Nothing;
            }
        }
    }

    /// What it means that a slot holds the number that was asked for.
    #[inline]
    fn found<'g>(&self, slot: &Slot, found: &Found) -> Taken<'g> {
        // Relaxed: F3: the word was read first.
        let at = slot.at.load(Relaxed);
        let Some(stamp) = found.stamp() else {
            // F3 (Acquire): set before the slots are emptied.
            let is_gone = found.number <= self.floor.load(Acquire);
            return if is_gone { Taken::Lapped } else { Taken::Nothing };
        };
        let entry = Entry::new(stamp, at);
        if entry.stamp().fixed(found.number) == found.number {
            Taken::Committed(entry)
        } else {
            Taken::Nothing
        }
    }

    /// Announces something that is no snapshot, under a revision of its own. The caller is pinned.
    pub(super) fn announce(&self, note: Note, timeline: &Timeline) -> u64 {
        loop {
            let number = timeline.draw();
            if !self.takes(number) {
                return number;
            }
            let placed = Owned::new(Placed { stamp: Stamp::of_note(number), note });
            if self.place(number, placed.0.cast(), coarse_now()) {
                lock(&self.notes).push(placed);
                return number;
            }
        }
    }
}

impl Slot {
    /// The word, and the number that it stands under. The caller is pinned.
    #[inline]
    pub(super) fn read(&self) -> Found {
        loop {
            // F3 (Acquire): all of the stamp, and the time.
            let word = self.word.load(Acquire);
            let Some(number) = number_given_up(word) else {
                // SAFETY: F1: in its slot under this pin.
                let number = unsafe { &*word }.ticket();
                // A stamp that has left its slot may have drawn another ticket since.
                // F3 (Acquire): looked at after the ticket.
                if self.word.load(Acquire) == word {
                    return Found { word, number };
                }
                continue;
            };
            return Found { word, number };
        }
    }

    /// Puts something with a larger number in the place of what was found. The caller is pinned.
    ///
    /// F4: a snapshot that goes without a revision gets this one first: it is not placed again.
    pub(super) fn replace(&self, found: &Found, next: *mut Stamp) -> bool {
        if let Some(stamp) = found.stamp() {
            // SAFETY: F1: found in its slot under this pin.
            unsafe { stamp.as_ref() }.fixed(found.number);
        }
        // F3 (AcqRel): only ever from a smaller number to a larger one.
        // Relaxed: who fails looks again.
        self.word.compare_exchange(found.word, next, AcqRel, Relaxed).is_ok()
    }
}

pub(super) struct Found {
    pub(super) word: *mut Stamp,
    pub(super) number: u64,
}

impl Found {
    fn stamp(&self) -> Option<NonNull<Stamp>> {
        NonNull::new(self.word).filter(|_| number_given_up(self.word).is_none())
    }
}

pub(super) fn given_up(number: u64) -> *mut Stamp {
    ptr::without_provenance_mut(usize::try_from(number << 1 | 1).unwrap_or(usize::MAX))
}

/// The number that a word is, unless it is a stamp. A slot that was never used is number 0.
fn number_given_up(word: *mut Stamp) -> Option<u64> {
    let bits = word.addr();
    (NonNull::new(word).is_none() || bits & 1 == 1).then_some(bits as u64 >> 1)
}

#[inline]
fn slot_of(slots: &[Slot], number: u64) -> &Slot {
    #[expect(clippy::cast_possible_truncation, reason = "the remainder is what is meant")]
    &slots[number as usize & (slots.len() - 1)]
}

pub(super) fn slots(len: usize) -> Box<[Slot]> {
    let slot = || Slot { word: AtomicPtr::new(ptr::null_mut()), at: AtomicU64::new(0) };
    std::iter::repeat_with(slot).take(len).collect()
}

pub(super) const NOBODY: u64 = u64::MAX;
pub(super) const NO_VIEW: u32 = u32::MAX;

const _: () = assert!(usize::BITS == 64, "a number that was given up stands in a word");
