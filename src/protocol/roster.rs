//! The **roster**: every handle of a collection, by position.

use std::any::Any;
use std::ptr::{self, NonNull};

use crate::limits::{SLAB_FIRST, SLAB_LEN};
use crate::protocol::doomed::Doomed;
use crate::protocol::handle::{Address, Handle};
use crate::protocol::node::NodeRef;
use crate::protocol::note::Entry;
use crate::protocol::segmented::Segmented;
use crate::protocol::stamp::{Origin, Source};
use crate::protocol::timeline::Timeline;
use crate::protocol::vacancies::Vacancies;
use crate::sync::{AcqRel, Acquire, AtomicPtr, AtomicUsize, Relaxed};

/// Handles in slabs that never move. Walks go over positions: each key is met once, a walk can
/// be resumed, and nothing is pinned between two items.
pub(crate) struct Roster<K, V> {
    heart: NonNull<Heart<K, V>>,
}

/// A change, as the ring shows it.
pub(crate) struct Committed<'g, K, V> {
    /// A tombstone if the document was removed.
    pub(crate) new: NodeRef<'g, K, V>,
    /// The document before, if there was one.
    pub(crate) old: Option<NodeRef<'g, K, V>>,
    pub(crate) at: u64,
}

/// What outlives the collection for as long as somebody owns one of its snapshots.
#[repr(C)]
struct Heart<K, V> {
    /// First, for `Entry::source`.
    source: Source,
    /// One for the collection, one for each occupied handle.
    owners: AtomicUsize,
    slabs: Segmented<AtomicPtr<Slab<K, V>>>,
    /// Positions handed out so far.
    len: AtomicUsize,
    vacancies: Vacancies,
}

#[repr(C)]
pub(crate) struct Slab<K, V> {
    /// First, for `Stamp::origin`.
    heart: *const Heart<K, V>,
    first: u32,
    handles: Box<[Handle<K, V>]>,
}

// SAFETY: R3: keys and nodes move between threads with the roster.
unsafe impl<K: Send + Sync, V: Send + Sync> Send for Roster<K, V> {}
// SAFETY: R3: everything in it is shared by atomics.
unsafe impl<K: Send + Sync, V: Send + Sync> Sync for Roster<K, V> {}

impl<K, V> Roster<K, V> {
    /// Of a new collection on this timeline.
    pub(crate) fn new(timeline: &Timeline) -> Self {
        timeline.count_collection();
        let heart = Box::new(Heart {
            source: Source::new(),
            owners: AtomicUsize::new(1),
            slabs: Segmented::new(),
            len: AtomicUsize::new(0),
            vacancies: Vacancies::new(),
        });
        // SAFETY: a box is never null.
        Self { heart: unsafe { NonNull::new_unchecked(Box::into_raw(heart)) } }
    }

    fn heart(&self) -> &Heart<K, V> {
        // SAFETY: R7: the roster's own count keeps it.
        unsafe { self.heart.as_ref() }
    }

    /// What tells this collection from others, for as long as any of its snapshots is there.
    pub(crate) fn origin(&self) -> Origin {
        Origin::of(self.heart.as_ptr().cast())
    }

    /// Says what whoever finds a snapshot of this collection in the ring should be led to.
    pub(crate) fn introduce(&self, source: Box<dyn Any + Send + Sync>) {
        let _first = self.heart().source.set(source);
    }

    /// The snapshot that was committed, and the one before it, if it happened in this collection.
    /// The entry was found in the ring of this timeline, on which the collection was made.
    #[inline]
    pub(crate) fn committed<'g>(
        &self,
        entry: Entry<'g>,
        timeline: &Timeline,
    ) -> Option<Committed<'g, K, V>> {
        // Whoever is alone need not go by way of the document's handle, which is seldom at hand.
        if !timeline.is_of_one() && entry.origin() != self.origin() {
            return None;
        }
        debug_assert!(entry.origin() == self.origin(), "F1: of the only collection there is");
        // SAFETY: F1: of this very collection, or of the only one that there ever was on its
        // timeline; and so of these types.
        let new = unsafe { entry.node() }?;
        // SAFETY: F1: the ring shows it under its revision.
        let old = unsafe { new.before() };
        Some(Committed { new, old: old.filter(|old| !old.is_tombstone()), at: entry.at })
    }

    /// Moves `key` into an empty handle that nobody else knows yet.
    pub(crate) fn occupy(&self, hash: u64, key: K) -> Occupied<K, V> {
        let heart = self.heart();
        let vacant = heart.vacancies.take(|position| heart.address(position).next_vacant());
        let address = match vacant {
            Some(position) => heart.address(position),
            None => heart.append(self.heart),
        };
        // Relaxed: R7: the roster's own count is there.
        heart.owners.fetch_add(1, Relaxed);
        address.occupy(hash, key);
        Occupied { address, told: false }
    }

    /// How far a walk has to go: every document older than this call is below.
    pub(crate) fn len(&self) -> usize {
        // Relaxed: a document's position was handed out before it was published, and whoever
        // walks has read a revision that comes after it.
        self.heart().len.load(Relaxed)
    }

    /// The handle at `position`, occupied or vacant.
    pub(crate) fn handle(&self, position: usize) -> Option<&Handle<K, V>> {
        let place = Place::of(position);
        // P9 (Acquire): whoever finds a slab finds its handles.
        let slab = self.heart().slabs.get(place.slab)?.load(Acquire);
        // SAFETY: R3: slabs stay as long as the roster.
        let slab = unsafe { slab.as_ref()? };
        slab.handles.get(place.offset())
    }

    /// The address of the handle at `position`, for whoever has found a snapshot in it.
    pub(crate) fn address(&self, position: usize) -> Option<Address<K, V>> {
        let place = Place::of(position);
        // P9 (Acquire): as in `handle`.
        let slab = NonNull::new(self.heart().slabs.get(place.slab)?.load(Acquire))?;
        // SAFETY: R3: slabs stay as long as the roster.
        Some(unsafe { Slab::address(slab.as_ptr(), place.offset()) })
    }
}

impl<K, V> Heart<K, V> {
    /// The handle at a position that was handed out by `append`.
    fn address(&self, position: u32) -> Address<K, V> {
        let place = Place::of(position as usize);
        // P9 (Acquire): made before the position was handed out.
        let slab = self.slabs.get_or_grow(place.slab).load(Acquire);
        // SAFETY: P10: the slot was vacated, so its slab is there; it stays with the heart.
        unsafe { Slab::address(slab, place.offset()) }
    }

    fn append(&self, heart: NonNull<Self>) -> Address<K, V> {
        // Relaxed: a number of one's own is all it gives.
        let position = self.len.fetch_add(1, Relaxed);
        assert!(position < u32::MAX as usize, "limit: 4 billion documents in a collection");
        let place = Place::of(position);
        let made = self.slabs.get_or_grow(place.slab);
        // P9 (Acquire): as in `Roster::handle`.
        let mut slab = made.load(Acquire);
        if slab.is_null() {
            let mine = Slab::boxed(&place, heart.as_ptr());
            // P9 (AcqRel): publishes the slab, or finds that of whoever was first.
            slab = match made.compare_exchange(ptr::null_mut(), mine, AcqRel, Acquire) {
                Ok(_) => mine,
                Err(theirs) => {
                    // SAFETY: P9: the exchange failed, so nobody ever saw it.
                    drop(unsafe { Box::from_raw(mine) });
                    theirs
                }
            };
        }
        // SAFETY: R3: slabs stay as long as the heart.
        unsafe { Slab::address(slab, place.offset()) }
    }

    /// # Safety
    ///
    /// The caller gives back one count that it has.
    unsafe fn release(heart: *const Self) {
        let last = {
            // SAFETY: the caller's count keeps it until the next line.
            let owners = unsafe { &(*heart).owners };
            // P7 (AcqRel): whatever was done with the slabs was done before they go.
            owners.fetch_sub(1, AcqRel) == 1
        };
        if last {
            // SAFETY: R7: the last count is gone.
            drop(unsafe { Box::from_raw(heart.cast_mut()) });
        }
    }
}

impl<K, V> Slab<K, V> {
    fn boxed(place: &Place, heart: *const Heart<K, V>) -> *mut Self {
        let first = u32::try_from(place.first).unwrap_or(u32::MAX);
        let slab = Box::into_raw(Box::new(Self { first, heart, handles: Box::default() }));
        let handles = (0..place.len).map(|_| Handle::vacant(slab)).collect();
        // SAFETY: P9: not published yet.
        unsafe { (*slab).handles = handles };
        slab
    }

    /// # Safety
    ///
    /// `slab` leads to a slab that stays, and `offset` is one of its handles.
    unsafe fn address(slab: *const Self, offset: usize) -> Address<K, V> {
        // SAFETY: the caller's promise.
        let handles = unsafe { &(*slab).handles };
        Address::new(NonNull::from(&handles[offset]))
    }

    fn heart(&self) -> &Heart<K, V> {
        // SAFETY: R3: the heart goes last.
        unsafe { &*self.heart }
    }

    /// Puts a slot back among the vacancies. The roster's heart may go with it, and the slab.
    ///
    /// # Safety
    ///
    /// `address` is in `slab`, and vacated.
    pub(super) unsafe fn vacate(slab: *const Self, address: Address<K, V>) {
        let heart = {
            // SAFETY: R3: the slot's count still keeps the heart, and so the slab.
            let slab = unsafe { &*slab };
            // SAFETY: R3: both lie in the same box of handles.
            let offset = unsafe { address.as_ptr().offset_from(slab.handles.as_ptr()) };
            let position = slab.first + u32::try_from(offset).unwrap_or(0);
            slab.heart().vacancies.put(position, address.next_vacant());
            slab.heart
        };
        // SAFETY: R7: gives back the count of `Roster::occupy`.
        unsafe { Heart::release(heart) };
    }
}

impl<K, V> Drop for Roster<K, V> {
    /// Nobody reads or writes the collection any more: every chain ends here.
    fn drop(&mut self) {
        for position in 0..self.len() {
            let Some(address) = self.address(position) else { continue };
            let Some(word) = address.handle().clear() else { continue };
            if word.is_null() {
                Doomed::of_empty(address).free();
            } else {
                // SAFETY: R1: out of its chain, and nobody else is here.
                unsafe { Doomed::bury_last(word) }.free();
            }
        }
        // SAFETY: R7: the collection's own count.
        unsafe { Heart::release(self.heart.as_ptr()) };
    }
}

impl<K, V> Drop for Heart<K, V> {
    fn drop(&mut self) {
        // Relaxed: the last count was given back before.
        let last = self.len.load(Relaxed).checked_sub(1);
        let slabs = last.map_or(0, |last| Place::of(last).slab + 1);
        for slab in 0..slabs {
            // P9 (Acquire): the thread that drops may not be the one that made it.
            let slab = self.slabs.get(slab).map_or(ptr::null_mut(), |place| place.load(Acquire));
            if !slab.is_null() {
                // SAFETY: R3: no handle is in use.
                drop(unsafe { Box::from_raw(slab) });
            }
        }
    }
}

/// The slab in which a position lies.
struct Place {
    position: usize,
    slab: usize,
    /// The first position of that slab, and how many it has.
    first: usize,
    len: usize,
}

impl Place {
    #[inline]
    fn of(position: usize) -> Self {
        let (slab, first, len) = if position < SLAB_FIRST {
            (0, 0, SLAB_FIRST)
        } else if position < SLAB_LEN {
            // Each as long as all those before it together.
            let doubled = (position / SLAB_FIRST).ilog2() as usize;
            (doubled + 1, SLAB_FIRST << doubled, SLAB_FIRST << doubled)
        } else {
            let first = position - position % SLAB_LEN;
            (DOUBLINGS + position / SLAB_LEN, first, SLAB_LEN)
        };
        Self { position, slab, first, len }
    }

    #[inline]
    fn offset(&self) -> usize {
        self.position - self.first
    }
}

/// How often the first slab is doubled to reach the length of the others.
const DOUBLINGS: usize = (SLAB_LEN / SLAB_FIRST).ilog2() as usize;

const _: () = assert!(SLAB_FIRST << DOUBLINGS == SLAB_LEN);

/// An empty handle that the table has not been told of, or that nothing was committed in yet.
#[must_use = "an empty handle stays in the way until somebody publishes in it or gives it up"]
pub(crate) struct Occupied<K, V> {
    address: Address<K, V>,
    told: bool,
}

impl<K, V> Occupied<K, V> {
    pub(crate) fn address(&self) -> Address<K, V> {
        self.address
    }

    /// The table leads to the handle from now on.
    pub(crate) fn tell(mut self) -> Address<K, V> {
        self.told = true;
        self.address
    }

    /// Nobody was told: the key comes back.
    pub(crate) fn withdraw(mut self) -> K {
        self.told = true;
        self.take_back()
    }

    fn take_back(&self) -> K {
        let slab = self.address.slab();
        let key = self.address.vacate();
        // SAFETY: R3: just vacated.
        unsafe { Slab::vacate(slab, self.address) };
        key
    }
}

impl<K, V> Drop for Occupied<K, V> {
    /// The table's search panicked in the user's `Eq`.
    fn drop(&mut self) {
        if !self.told {
            drop(self.take_back());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_position_has_a_place_of_its_own() {
        let mut expected = (0, 0);
        for position in 0..10_000 {
            let place = Place::of(position);
            assert_eq!((place.slab, place.offset()), expected, "position {position}");
            expected.1 += 1;
            if expected.1 == place.len {
                expected = (expected.0 + 1, 0);
            }
        }
    }
}
