//! What stands in the ring: an **entry**, which is a snapshot or a **note**.

use std::marker::PhantomData;
use std::ptr::NonNull;

use crate::protocol::node::NodeRef;
use crate::protocol::stamp::{Origin, Stamp};

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
pub(super) struct Placed {
    pub(super) stamp: Stamp,
    pub(super) note: Note,
}

/// One that the ring has to free.
pub(super) struct Owned(pub(super) NonNull<Placed>);

/// A snapshot, or a note, that was committed under the revision asked for.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'g> {
    stamp: NonNull<Stamp>,
    kept: PhantomData<&'g Stamp>,
    /// When it was placed.
    pub(crate) at: u64,
}

impl Owned {
    pub(super) fn new(placed: Placed) -> Self {
        Self(NonNull::from(Box::leak(Box::new(placed))))
    }

    pub(super) fn stamp(&self) -> &Stamp {
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
    pub(super) fn new(stamp: NonNull<Stamp>, at: u64) -> Self {
        Self { stamp, kept: PhantomData, at }
    }

    pub(super) fn stamp(self) -> &'g Stamp {
        // SAFETY: F1: found in its slot under a pin that lives for `'g`.
        unsafe { self.stamp.as_ref() }
    }

    /// Which collection it happened in.
    pub(crate) fn origin(self) -> Origin {
        self.note().map_or_else(|| self.stamp().origin(), |note| note.origin)
    }

    /// What `Roster::introduce` was given, if that was a `T`.
    pub(crate) fn source<T: 'static>(self) -> Option<&'g T> {
        // SAFETY: F8: found in its slot under a pin that lives for `'g`.
        let source = unsafe { self.origin().source() };
        source.get()?.downcast_ref()
    }

    /// The note that this is, unless it is a snapshot.
    pub(crate) fn note(self) -> Option<Note> {
        if !self.stamp().is_note() {
            return None;
        }
        let placed: NonNull<Placed> = self.stamp.cast();
        // SAFETY: F1: every stamp without a handle is the first field of a placed note, and stays.
        Some(unsafe { placed.as_ref() }.note)
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
