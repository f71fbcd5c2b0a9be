//! The **ring**: what was committed last, by revision, for those who watch.
//!
//! A slot holds the snapshot itself, not a copy and not a count: the ring keeps what it shows as a
//! view does. Its **tail** is a revision in a slot of the views, which follows the clock at the
//! distance of the ring's length.

use std::marker::PhantomData;
use std::ptr::{self, NonNull};

use crate::clock::coarse_now;
use crate::limits::{TAIL_STEP, TAKE_SPINS};
use crate::protocol::node::NodeRef;
use crate::protocol::stamp::{Origin, Stamp};
use crate::protocol::timeline::Timeline;
use crate::reclaim::{Grace, ReadPin, WritePin};
use crate::sync::{
    AcqRel, Acquire, AtomicPtr, AtomicU64, Mutex, OnceLock, Relaxed, Release, lock, spin, step,
    try_lock,
};

/// The last revisions of a timeline, while anybody watches it.
pub(crate) struct Ring {
    /// Larger revisions are placed in their slots; `NOBODY` if nobody watches.
    since: AtomicU64,
    /// Made when somebody watches for the first time.
    slots: OnceLock<Box<[Slot]>>,
    capacity: usize,
    /// From here on nothing is missing but what was lapped.
    whole: AtomicU64,
    /// What the tail's slot shows.
    tail: AtomicU64,
    /// Whoever committed something up to here has told those who sleep.
    told: AtomicU64,
    tender: Mutex<Tender>,
    notes: Mutex<Vec<Owned>>,
}

/// One place of the ring, for every revision with the same remainder.
struct Slot {
    /// A stamp, whose ticket is its number, or a number that was given up, with the lowest bit set.
    word: AtomicPtr<Stamp>,
    /// When that was placed, in nanoseconds of the wall clock.
    at: AtomicU64,
}

/// What happened that is no snapshot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Note {
    /// Which collection it is about.
    pub(crate) origin: Origin,
    /// How many documents a `clear` removed, of those with revisions up to the second number.
    pub(crate) count: usize,
    pub(crate) up_to: u64,
}

/// A note in its slot.
#[repr(C)]
struct Placed {
    stamp: Stamp,
    note: Note,
}

/// One that the ring has to free.
struct Owned(NonNull<Placed>);

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

/// A snapshot, or a note, that was committed under the revision asked for.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'g> {
    stamp: NonNull<Stamp>,
    kept: PhantomData<&'g Stamp>,
    /// When it was placed.
    pub(crate) at: u64,
}

/// Whoever holds it moves the tail.
struct Tender {
    watchers: usize,
    state: Tending,
}

enum Tending {
    /// All slots are empty, and no slot of the views is taken.
    Idle,
    Watched {
        view: u32,
        next: Marks,
    },
    /// Nobody watches. First those go who may still place something, then those who may still
    /// read it.
    Ending {
        view: u32,
        grace: Grace,
        is_clear: bool,
    },
}

/// What the tail and `told` are about to become, each after a grace period.
#[derive(Default)]
struct Marks {
    tail: Option<(u64, Grace)>,
    told: Option<(u64, Grace)>,
}

impl Ring {
    /// An idle ring that keeps at least `capacity` revisions when it is watched.
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            since: AtomicU64::new(NOBODY),
            slots: OnceLock::new(),
            capacity: capacity.next_power_of_two(),
            whole: AtomicU64::new(NOBODY),
            tail: AtomicU64::new(NOBODY),
            told: AtomicU64::new(NOBODY),
            tender: Mutex::new(Tender { watchers: 0, state: Tending::Idle }),
            notes: Mutex::new(Vec::new()),
        }
    }

    /// Whether what is committed under this revision, which was just drawn, has to be placed.
    #[inline]
    pub(crate) fn takes(&self, drawn: u64) -> bool {
        // Relaxed: F2: the draw comes after that of whoever must not miss it.
        drawn > self.since.load(Relaxed)
    }

    /// Revisions that it keeps at least, while it is watched.
    pub(crate) fn capacity(&self) -> u64 {
        self.capacity as u64
    }

    /// Whether anybody watches, or did so until just now.
    pub(crate) fn is_kept(&self) -> bool {
        // Relaxed: a figure.
        self.tail.load(Relaxed) != NOBODY
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

    fn slot(&self, number: u64) -> &Slot {
        let slots = self.slots.get().expect("F2: made before anybody watches");
        #[expect(clippy::cast_possible_truncation, reason = "the remainder is what is meant")]
        &slots[number as usize & (slots.len() - 1)]
    }

    /// Puts a stamp in the slot of its ticket. `false` if that is given up or lapped: it will never
    /// be found under this number.
    ///
    /// The stamp was found without a revision after the number was drawn, so it dies later (F1).
    /// The caller is pinned.
    pub(super) fn place(&self, number: u64, stamp: NonNull<Stamp>, at: u64) -> bool {
        let (slot, stamp) = (self.slot(number), stamp.as_ptr());
        // Relaxed: F3: published by the exchange; a later lap's time is as good.
        slot.at.fetch_max(at, Relaxed);
        let mut found = slot.read();
        loop {
            if found.word == stamp {
                return true;
            }
            if found.number >= number {
                return false;
            }
            step("place: before");
            // F3 (AcqRel): only ever from a smaller number to a larger one.
            match slot.word.compare_exchange(found.word, stamp, AcqRel, Acquire) {
                Ok(_) => return true,
                Err(_) => found = slot.read(),
            }
        }
    }

    /// What was committed under `number`; gives the number up if whoever drew it has not placed
    /// anything, so that nobody waits for a stalled thread (F4).
    pub(crate) fn take<'g>(
        &self,
        number: u64,
        timeline: &Timeline,
        _pin: &'g ReadPin,
    ) -> Taken<'g> {
        let slot = self.slot(number);
        let mut spins = 0;
        loop {
            let found = slot.read();
            if found.number > number {
                return Taken::Lapped;
            }
            if found.number == number {
                // Relaxed: F3: the word was read first.
                let at = slot.at.load(Relaxed);
                let Some(stamp) = found.stamp() else { return self.given_up(number, timeline) };
                let entry = Entry { stamp, kept: PhantomData, at };
                let is_its = entry.stamp().fix(number) == number;
                return if is_its { Taken::Committed(entry) } else { Taken::Nothing };
            }
            if timeline.now() < number {
                return Taken::Pending;
            }
            if spins < TAKE_SPINS {
                spins += 1;
                spin();
                continue;
            }
            step("take: before giving up");
            // F3 (AcqRel): as in `place`.
            if slot.word.compare_exchange(found.word, given_up(number), AcqRel, Relaxed).is_ok() {
                return Taken::Nothing;
            }
        }
    }

    /// What it means that a number is given up: something may have been there before the tail left
    /// it behind.
    fn given_up(&self, number: u64, timeline: &Timeline) -> Taken<'static> {
        match timeline.now() >= number + self.capacity() {
            true => Taken::Lapped,
            false => Taken::Nothing,
        }
    }

    /// Takes part in watching: whatever is drawn after this call is found in the ring, until it is
    /// lapped.
    pub(crate) fn join(&self, timeline: &Timeline) {
        let mut tender = lock(&self.tender);
        tender.watchers += 1;
        match std::mem::replace(&mut tender.state, Tending::Idle) {
            Tending::Idle => {
                self.slots.get().is_none().then(|| self.slots.set(slots(self.capacity)));
                // R2: as a view is opened.
                let view = timeline.views().claim();
                let now = timeline.now_exactly();
                self.begin(view, now, timeline);
                tender.state = Tending::Watched { view, next: Marks::default() };
            }
            Tending::Ending { view, .. } => {
                self.begin_again(timeline);
                tender.state = Tending::Watched { view, next: Marks::default() };
            }
            watched @ Tending::Watched { .. } => tender.state = watched,
        }
    }

    fn begin(&self, view: u32, now: u64, timeline: &Timeline) {
        timeline.views().show(view, now);
        // F5 (Release): nothing waits behind it.
        self.tail.store(now, Release);
        self.told.store(now, Release);
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
        lock(&self.tender).watchers -= 1;
    }

    /// Moves the tail on, if it is time to and nobody else is at it. Never waits. Says whether
    /// there is nothing left to do but to follow those who watch.
    pub(crate) fn tend(&self, timeline: &Timeline, pin: &WritePin) -> bool {
        let Some(mut tender) = try_lock(&self.tender) else { return true };
        let watchers = tender.watchers;
        match &mut tender.state {
            Tending::Idle => {}
            Tending::Watched { view, .. } if watchers == 0 => {
                // Relaxed: F2: those who have not seen it are waited for.
                self.since.store(NOBODY, Relaxed);
                let (view, grace) = (*view, Grace::ask(pin));
                tender.state = Tending::Ending { view, grace, is_clear: false };
                Grace::urge(pin);
            }
            Tending::Watched { view, next } => self.follow(*view, next, timeline, pin),
            Tending::Ending { grace, .. } if !grace.is_over(pin) => Grace::urge(pin),
            Tending::Ending { grace, is_clear, .. } if !*is_clear => {
                let now = timeline.now();
                self.give_up_to(now.saturating_sub(self.capacity()), now);
                (*grace, *is_clear) = (Grace::ask(pin), true);
                Grace::urge(pin);
            }
            Tending::Ending { view, .. } => {
                // Relaxed: a figure from now on.
                self.tail.store(NOBODY, Relaxed);
                timeline.views().release(*view);
                self.drop_notes(u64::MAX);
                tender.state = Tending::Idle;
            }
        }
        !matches!(tender.state, Tending::Ending { .. })
    }

    /// Raises the marks, in steps: what lies behind the tail leaves the ring first, then whoever may
    /// be reading it (F5).
    fn follow(&self, view: u32, next: &mut Marks, timeline: &Timeline, pin: &WritePin) {
        if let Some((told, _)) = next.told.take_if(|(_, grace)| grace.is_over_for_writers(pin)) {
            // F5 (Release): after the grace period.
            self.told.store(told, Release);
        }
        if let Some((tail, _)) = next.tail.take_if(|(_, grace)| grace.is_over(pin)) {
            timeline.views().show(view, tail);
            // F5 (Release): after the grace period.
            self.tail.store(tail, Release);
            self.drop_notes(tail);
        }
        // Relaxed: this thread's own, by the lock.
        let (tail, told, now) = (self.tail.load(Relaxed), self.told.load(Relaxed), timeline.now());
        let step_at = |mark| mark + (self.capacity() / TAIL_STEP).max(1);
        let end = told.min(now.saturating_sub(self.capacity()));
        if next.tail.is_none() && end >= step_at(tail) {
            self.give_up_to(tail, end);
            step("tend: before the grace period");
            next.tail = Some((end, Grace::ask(pin)));
        }
        if next.told.is_none() && now >= step_at(told) {
            next.told = Some((now, Grace::ask(pin)));
        }
        if next.tail.is_some() || next.told.is_some() {
            Grace::urge(pin);
        }
    }

    /// Empties the slots of all numbers after `from` up to `to`, unless later ones are there
    /// already. The caller is pinned.
    fn give_up_to(&self, from: u64, to: u64) {
        for number in from + 1..=to {
            let slot = self.slot(number);
            loop {
                let found = slot.read();
                if found.number > number || found.word == given_up(number) {
                    break;
                }
                // F3 (AcqRel): as in `place`.
                let next = given_up(number);
                if slot.word.compare_exchange(found.word, next, AcqRel, Relaxed).is_ok() {
                    break;
                }
            }
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

    /// F5: nobody reads what lies behind the tail.
    fn drop_notes(&self, tail: u64) {
        lock(&self.notes).retain(|note| note.stamp().ticket() > tail);
    }
}

impl Slot {
    /// The word, and the number that it stands under. The caller is pinned.
    fn read(&self) -> Found {
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
}

struct Found {
    word: *mut Stamp,
    number: u64,
}

impl Found {
    fn stamp(&self) -> Option<NonNull<Stamp>> {
        NonNull::new(self.word).filter(|_| number_given_up(self.word).is_none())
    }
}

impl Owned {
    fn new(placed: Placed) -> Self {
        Self(NonNull::from(Box::leak(Box::new(placed))))
    }

    fn stamp(&self) -> &Stamp {
        // SAFETY: F5: dropped here only.
        unsafe { &(*self.0.as_ptr()).stamp }
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // SAFETY: F5: out of the ring, and nobody reads it any more.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

// SAFETY: F5: a note is plain numbers, and its stamp is atomic.
unsafe impl Send for Owned {}

impl<'g> Entry<'g> {
    fn stamp(self) -> &'g Stamp {
        // SAFETY: F1: found in its slot under a pin that lives for `'g`.
        unsafe { self.stamp.as_ref() }
    }

    /// Which collection it happened in.
    pub(crate) fn origin(self) -> Origin {
        self.note().map_or_else(|| self.stamp().origin(), |note| note.origin)
    }

    /// The note that this is, unless it is a snapshot.
    pub(crate) fn note(self) -> Option<Note> {
        let placed: NonNull<Placed> = self.stamp.cast();
        // SAFETY: F1: every stamp without a handle is the first field of a placed note, and stays.
        self.stamp().is_note().then(|| unsafe { placed.as_ref() }.note)
    }

    /// The snapshot that this is, unless it is a note.
    ///
    /// # Safety
    ///
    /// It happened in a collection of these types.
    pub(super) unsafe fn node<K, V>(self) -> Option<NodeRef<'g, K, V>> {
        // SAFETY: F1: every other stamp is the first field of a node, which stays.
        (!self.stamp().is_note()).then(|| unsafe { NodeRef::new(self.stamp.cast()) })
    }
}

fn given_up(number: u64) -> *mut Stamp {
    ptr::without_provenance_mut(usize::try_from(number << 1 | 1).unwrap_or(usize::MAX))
}

/// The number that a word is, unless it is a stamp. A slot that was never used is number 0.
fn number_given_up(word: *mut Stamp) -> Option<u64> {
    let bits = word.addr();
    (NonNull::new(word).is_none() || bits & 1 == 1).then_some(bits as u64 >> 1)
}

fn slots(len: usize) -> Box<[Slot]> {
    let slot = || Slot { word: AtomicPtr::new(ptr::null_mut()), at: AtomicU64::new(0) };
    std::iter::repeat_with(slot).take(len).collect()
}

const NOBODY: u64 = u64::MAX;
