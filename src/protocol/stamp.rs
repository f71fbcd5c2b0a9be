//! A **stamp**: when a snapshot was committed, and where. The same whatever keys and values are.

use std::any::Any;
use std::ptr::{self, NonNull};

use crate::protocol::handle::{Address, Handle, Root};
use crate::sync::{AcqRel, Acquire, AtomicU64, OnceLock, Relaxed};

/// The first field of every node, and of every note.
#[repr(C)]
pub(crate) struct Stamp {
    /// 0 until stamped; never changes afterwards.
    revision: AtomicU64,
    /// The number under which it is placed in the ring, once there is one. It becomes the revision,
    /// unless somebody who did not know of the ring was first.
    ticket: AtomicU64,
    /// A `Handle`, which leads to its slab, whose first field leads to its collection's heart. Null
    /// in a draft, and in a note.
    handle: *const Root,
}

/// Which collection something belongs to: where its heart is, which begins with a `Source`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Origin(*const Source);

/// What the layers above want to find again of a collection.
pub(super) type Source = OnceLock<Box<dyn Any + Send + Sync>>;

// SAFETY: F8: what it leads to is only looked at where a pin or the collection keeps it.
unsafe impl Send for Origin {}
// SAFETY: F8: as above.
unsafe impl Sync for Origin {}

impl Origin {
    pub(super) fn of(heart: *const ()) -> Self {
        Self(heart.cast())
    }

    /// # Safety
    ///
    /// For `'g` the ring shows something of this collection to a pin, so that it is kept (F8).
    pub(super) unsafe fn source<'g>(self) -> &'g Source {
        // SAFETY: the caller's promise.
        unsafe { &*self.0 }
    }
}

impl Stamp {
    pub(super) fn new() -> Self {
        Self { revision: AtomicU64::new(0), ticket: AtomicU64::new(0), handle: ptr::null() }
    }

    /// The stamp of a note, under the number that it is placed under.
    pub(super) fn of_note(number: u64) -> Self {
        Self {
            revision: AtomicU64::new(number),
            ticket: AtomicU64::new(number),
            handle: ptr::null(),
        }
    }

    pub(super) fn is_note(&self) -> bool {
        self.handle.is_null()
    }

    /// The revision, or 0.
    #[inline]
    pub(super) fn revision(&self) -> u64 {
        // P2 (Acquire): comes after the draw, whoever drew.
        self.revision.load(Acquire)
    }

    /// Fixes the revision, unless somebody was first. Returns the one that counts.
    #[inline]
    pub(super) fn fix(&self, drawn: u64) -> u64 {
        // P2 (AcqRel): one number wins; the losers learn it.
        match self.revision.compare_exchange(0, drawn, AcqRel, Acquire) {
            Ok(_) => drawn,
            Err(first) => first,
        }
    }

    /// Fixes as the revision the ticket under which it is placed. Whoever was first has the
    /// snapshot keep its handle, on behalf of all its owners (R7). The caller is pinned.
    #[inline]
    pub(super) fn fix_placed(&self, ticket: u64) -> u64 {
        // P2 (AcqRel): as in `fix`.
        match self.revision.compare_exchange(0, ticket, AcqRel, Acquire) {
            Ok(_) => {
                if let Some(handle) = NonNull::new(self.handle.cast_mut()) {
                    // SAFETY: R3: of a published snapshot, which this pin keeps.
                    unsafe { handle.as_ref() }.own();
                }
                ticket
            }
            Err(first) => first,
        }
    }

    /// The revision; the ticket, if there was none. As a rule there is one: many who only look do
    /// not take the line from one another. The caller is pinned.
    #[inline]
    pub(super) fn fixed(&self, ticket: u64) -> u64 {
        match self.revision() {
            0 => self.fix_placed(ticket),
            revision => revision,
        }
    }

    /// Whether this snapshot, once it is stamped, keeps its handle itself (R7). That stays so: a
    /// snapshot whose ticket has become its revision gets no other (F4).
    #[inline]
    pub(super) fn keeps_handle(&self) -> bool {
        let revision = self.revision();
        revision != 0 && revision == self.ticket()
    }

    /// In a draft: the revision that it had elsewhere.
    pub(super) fn found(&self, revision: u64) {
        // Relaxed: P1: nobody else sees a draft.
        self.revision.store(revision, Relaxed);
    }

    #[inline]
    pub(super) fn ticket(&self) -> u64 {
        // F3 (Acquire): whoever finds another ticket finds the old one's slot without this stamp.
        self.ticket.load(Acquire)
    }

    /// The ticket that all who stamp this snapshot agree on, another one than `useless`.
    pub(super) fn agree(&self, useless: u64, mut draw: impl FnMut() -> u64) -> u64 {
        let known = self.ticket();
        if known != useless {
            return known;
        }
        let drawn = draw();
        // F4 (AcqRel): one number wins; the losers learn it.
        match self.ticket.compare_exchange(useless, drawn, AcqRel, Acquire) {
            Ok(_) => drawn,
            Err(theirs) => theirs,
        }
    }

    pub(super) fn settle<K, V>(&mut self, address: Address<K, V>) {
        self.handle = address.as_ptr().cast();
    }

    /// Where it was published.
    #[inline]
    pub(super) fn address<K, V>(&self) -> Option<Address<K, V>> {
        Address::from_ptr(self.handle.cast::<Handle<K, V>>())
    }

    /// Which collection it was published in.
    pub(super) fn origin(&self) -> Origin {
        // SAFETY: R3, F1: a published stamp leads to its handle.
        let slab = unsafe { &*self.handle }.slab();
        // SAFETY: R3: slabs stay, and begin with the heart.
        Origin::of(unsafe { *slab })
    }
}
