//! The **doomed**: snapshots that were buried, on their way to their destructors.

use std::ptr::NonNull;

use crate::protocol::handle::Address;
use crate::protocol::node::{Fate, Node};
use crate::reclaim::contain;
use crate::sync::{AcqRel, Acquire};

/// One count on a handle, given back when dropped.
pub(super) struct Share<K, V> {
    address: Address<K, V>,
}

impl<K, V> Share<K, V> {
    /// Takes over a count that the caller has.
    pub(super) fn of(address: Address<K, V>) -> Self {
        Self { address }
    }
}

impl<K, V> Drop for Share<K, V> {
    fn drop(&mut self) {
        self.address.release();
    }
}

/// What is left to do for a buried snapshot: it runs the user's destructors, so it is done when
/// no lock and no pin is held.
#[must_use = "what is doomed leaks unless it is freed"]
pub(crate) struct Doomed<K, V> {
    address: Address<K, V>,
    /// Nobody else can reach it; `None` if somebody still owns it.
    node: Option<NonNull<Node<K, V>>>,
    /// That snapshot kept its handle.
    kept: bool,
    /// The snapshot was its handle's last, and gives the handle's life back.
    last: bool,
}

impl<K, V> Doomed<K, V> {
    /// Gives the chain's own count back.
    ///
    /// # Safety
    ///
    /// `node` is out of its chain and no pin or view can reach it. Called once for each node.
    pub(super) unsafe fn bury(node: *mut Node<K, V>) -> Self {
        // SAFETY: the caller's promise: the chain's count is still there.
        let buried = unsafe { &*node };
        // Read while it is there: if somebody still owns it, it is theirs to free from then on.
        let (address, last) = (buried.address(), buried.fate() == Fate::Last);
        let keeps = buried.stamp().keeps_handle();
        // P7 (Acquire): whoever owned it has read all it wanted. R7: nobody can add to 1 now.
        // P7 (AcqRel): as in `Owned::drop`.
        let free = buried.owners.load(Acquire) == 1 || buried.owners.fetch_sub(1, AcqRel) == 1;
        let node = NonNull::new(node).filter(|_| free);
        Self { address, node, kept: free && keeps, last }
    }

    /// What is left of a handle in which nothing was ever committed.
    pub(super) fn of_empty(address: Address<K, V>) -> Self {
        Self { address, node: None, kept: false, last: true }
    }

    /// Ends a chain whose collection is being dropped.
    ///
    /// # Safety
    ///
    /// As for `bury`; besides, nobody but the caller knows the collection.
    pub(super) unsafe fn bury_last(node: *mut Node<K, V>) -> Self {
        // SAFETY: the caller's promise.
        unsafe { &*node }.note_end(0, Fate::Last);
        // SAFETY: the caller's promise.
        unsafe { Self::bury(node) }
    }

    /// Frees, and contains a panic of the user's destructors.
    pub(crate) fn free(self) {
        let Self { address, node, kept, last } = self;
        // SAFETY: R7: the last count is gone; nobody else has the pointer.
        let node = node.map(|node| unsafe { Box::from_raw(node.as_ptr()) });
        let share = |counts: bool| counts.then(|| Share::of(address));
        let (kept, life) = (share(kept), share(last));
        // What a panicking destructor leaves half done is the value's own, and it is gone.
        contain(|| drop(node));
        contain(|| drop(kept));
        contain(|| drop(life));
    }
}
