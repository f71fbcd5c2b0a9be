//! A **handle**: the fixed place where a key's current snapshot is found.

use std::mem::MaybeUninit;
use std::process::abort;
use std::ptr::{self, NonNull};

use crate::limits::OWNERS_MAX;
use crate::protocol::draft::Draft;
use crate::protocol::node::{Node, NodeRef};
use crate::protocol::roster::Slab;
use crate::protocol::timeline::Timeline;
use crate::reclaim::ReadPin;
use crate::sync::{
    AcqRel, Acquire, AtomicBool, AtomicPtr, AtomicU32, Relaxed, SharedCell, prefetch,
    prefetch_behind, step,
};

/// One slot of the roster: vacant, or a key and the way to its snapshots.
#[repr(C)]
pub(crate) struct Handle<K, V> {
    /// First, for stamps.
    root: Root,
    /// Null: empty. `DEAD`: takes no further snapshot (a vacant slot is dead too). Else a node.
    head: AtomicPtr<Node<K, V>>,
    label: SharedCell<MaybeUninit<Label<K>>>,
    /// Where the document is found by whoever chooses who goes when the collection is full; behind
    /// their lock.
    token: AtomicU32,
    /// It was read since somebody asked.
    read: AtomicBool,
    /// It is not to be chosen.
    protected: AtomicBool,
}

/// What every handle begins with, whatever keys and values are.
#[repr(C)]
pub(super) struct Root {
    /// A `Slab`, whose first field leads to the heart.
    slab: *const (),
    /// One for the handle's life, one for each snapshot that keeps it, and one for each owner of
    /// another one.
    owners: AtomicU32,
    /// In a vacant slot: the next one (P10).
    next_vacant: AtomicU32,
}

impl Root {
    pub(super) fn slab(&self) -> *const *const () {
        self.slab.cast()
    }

    /// Adds a count.
    #[inline]
    pub(super) fn own(&self) {
        // R7: whoever can see a snapshot of the handle keeps its life, or owns it.
        one_more(&self.owners);
    }
}

/// Adds an owner where there is one already.
#[inline]
pub(super) fn one_more(owners: &AtomicU32) {
    // Relaxed: R7: the count that is there keeps it.
    if owners.fetch_add(1, Relaxed) > OWNERS_MAX {
        // As `Arc` does: so many owners were leaked, and the next might wrap the count.
        abort();
    }
}

struct Label<K> {
    hash: u64,
    key: K,
}

/// What a reader finds in a handle.
pub(crate) enum Head<'g, K, V> {
    /// Nothing was ever committed here: absent.
    Empty,
    /// The key has left this handle for ever; the table forgets it soon: absent.
    Dead,
    /// A stamped snapshot, perhaps a tombstone.
    At(NodeRef<'g, K, V>),
}

impl<'g, K, V> Head<'g, K, V> {
    pub(crate) fn node(&self) -> Option<NodeRef<'g, K, V>> {
        match self {
            Self::At(node) => Some(*node),
            Self::Empty | Self::Dead => None,
        }
    }

    /// The snapshot, if the document exists.
    #[inline]
    pub(crate) fn live(&self) -> Option<NodeRef<'g, K, V>> {
        self.node().filter(|node| !node.is_tombstone())
    }

    pub(crate) fn is_dead(&self) -> bool {
        matches!(self, Self::Dead)
    }

    fn word(&self) -> *mut Node<K, V> {
        match self {
            Self::Empty => ptr::null_mut(),
            Self::Dead => dead(),
            Self::At(node) => node.as_ptr(),
        }
    }
}

impl<K, V> Handle<K, V> {
    /// A vacant slot of `slab`.
    pub(super) fn vacant(slab: *const Slab<K, V>) -> Self {
        Self {
            root: Root {
                slab: slab.cast(),
                owners: AtomicU32::new(0),
                next_vacant: AtomicU32::new(0),
            },
            head: AtomicPtr::new(dead()),
            label: SharedCell::new(MaybeUninit::uninit()),
            token: AtomicU32::new(0),
            read: AtomicBool::new(false),
            protected: AtomicBool::new(false),
        }
    }

    /// The current snapshot, stamped: its writer may not have come to that yet (I4).
    #[inline]
    pub(crate) fn load<'g>(&self, timeline: &Timeline, pin: &'g ReadPin) -> Head<'g, K, V> {
        let head = self.load_raw(pin);
        if let Head::At(node) = &head {
            timeline.stamp(*node);
        }
        head
    }

    /// Whether it still is as it was seen.
    pub(crate) fn is_at(&self, seen: &Head<'_, K, V>) -> bool {
        // Relaxed: whoever acts upon it loads it anew.
        self.head.load(Relaxed) == seen.word()
    }

    #[inline]
    fn load_raw<'g>(&self, _pin: &'g ReadPin) -> Head<'g, K, V> {
        // P1 (Acquire): whoever finds a snapshot finds all of it.
        let word = self.head.load(Acquire);
        if word == dead() {
            return Head::Dead;
        }
        match NonNull::new(word) {
            // SAFETY: R1: found under this pin, so it stays for as long as the pin.
            Some(node) => Head::At(unsafe { NodeRef::new(node) }),
            None => Head::Empty,
        }
    }

    /// The snapshot of this document as of `revision`, perhaps a tombstone.
    ///
    /// The caller read `revision` under this pin, or a view shows it.
    pub(crate) fn as_of<'g>(
        &self,
        revision: u64,
        timeline: &Timeline,
        pin: &'g ReadPin,
    ) -> Option<NodeRef<'g, K, V>> {
        self.load_raw(pin).node()?.as_of(revision, timeline)
    }

    /// The same, and whether it took a walk to find out.
    pub(crate) fn walk_to<'g>(
        &self,
        revision: u64,
        timeline: &Timeline,
        pin: &'g ReadPin,
    ) -> (Option<NodeRef<'g, K, V>>, bool) {
        let Some(head) = self.load_raw(pin).node() else { return (None, false) };
        let found = head.as_of(revision, timeline);
        (found, found.is_none_or(|found| found.as_ptr() != head.as_ptr()))
    }

    /// Has the way to the snapshots fetched, for whoever looks soon.
    #[inline]
    pub(crate) fn prefetch_head(&self) {
        prefetch(&raw const self.head);
    }

    /// Has the current snapshot fetched, once the way to it is there.
    #[inline]
    pub(crate) fn prefetch_snapshot(&self) {
        prefetch_behind(&self.head);
    }

    /// Notes that the document was read: one store, unless that is known.
    #[inline]
    pub(crate) fn note_read(&self) {
        // Relaxed: a hint.
        if !self.read.load(Relaxed) {
            // Relaxed: likewise.
            self.read.store(true, Relaxed);
        }
    }

    /// Whether it was read since this was last asked.
    pub(crate) fn take_read(&self) -> bool {
        // Relaxed: a hint.
        let was_read = self.read.load(Relaxed);
        if was_read {
            // Relaxed: likewise.
            self.read.store(false, Relaxed);
        }
        was_read
    }

    pub(crate) fn is_protected(&self) -> bool {
        // Relaxed: a wish.
        self.protected.load(Relaxed)
    }

    pub(crate) fn protect(&self, protected: bool) {
        // Relaxed: likewise.
        self.protected.store(protected, Relaxed);
    }

    pub(crate) fn token(&self) -> u32 {
        // Relaxed: behind a lock.
        self.token.load(Relaxed)
    }

    pub(crate) fn set_token(&self, token: u32) {
        // Relaxed: likewise.
        self.token.store(token, Relaxed);
    }

    /// Forgets, behind the same lock, what was noted of a document that has gone.
    pub(crate) fn has_gone(&self) {
        self.set_token(0);
        self.protect(false);
    }

    /// Makes `next` the current snapshot, provided that `seen` still is.
    ///
    /// This compare-exchange is the instant from which live readers see a write; views see it
    /// from the stamp that follows.
    pub(crate) fn publish<'g>(
        &self,
        seen: &Head<'_, K, V>,
        next: Draft<K, V>,
        _pin: &'g ReadPin,
    ) -> Result<NodeRef<'g, K, V>, Draft<K, V>> {
        debug_assert!(!seen.is_dead(), "I3: a dead handle takes no further snapshot");
        let next = next.into_raw();
        step("publish: before");
        // P1 (AcqRel): publishes all of `next`, and comes after the snapshot that it replaces.
        match self.head.compare_exchange(seen.word(), next.as_ptr(), AcqRel, Acquire) {
            // SAFETY: R1: in its chain since just now, and this thread is pinned.
            Ok(_) => Ok(unsafe { NodeRef::new(next) }),
            // SAFETY: P1: the exchange failed, so nobody ever saw it.
            Err(_) => Err(unsafe { Draft::from_raw(next) }),
        }
    }

    /// Puts a stamped draft into a handle that nobody else has seen yet.
    pub(crate) fn found(&self, draft: Draft<K, V>) {
        // P1 (AcqRel): as in `publish`; nobody races.
        let before = self.head.swap(draft.into_raw().as_ptr(), AcqRel);
        debug_assert!(before.is_null(), "I6: founded in an empty handle");
    }

    /// Ends this handle if it is still as `seen`. Nothing can be published in it afterwards.
    pub(crate) fn kill(&self, seen: &Head<'_, K, V>) -> bool {
        step("kill: before");
        // P1 (AcqRel): exactly one of a reviver and a killer exchanges the word.
        self.head.compare_exchange(seen.word(), dead(), AcqRel, Acquire).is_ok()
    }

    /// Whatever is still here when nobody else can be: for dropping the roster.
    pub(super) fn clear(&self) -> Option<*mut Node<K, V>> {
        // P1 (AcqRel): the last writer may have been another thread.
        let word = self.head.swap(dead(), AcqRel);
        (word != dead()).then_some(word)
    }
}

/// A handle's address: `Copy`, without a lifetime, for the table and for snapshots.
pub(crate) struct Address<K, V>(NonNull<Handle<K, V>>);

// SAFETY: R3: an address gives access to a key (`Sync`), and the last to release it drops it.
unsafe impl<K: Send + Sync, V: Send + Sync> Send for Address<K, V> {}
// SAFETY: R3: as above.
unsafe impl<K: Send + Sync, V: Send + Sync> Sync for Address<K, V> {}

impl<K, V> Clone for Address<K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for Address<K, V> {}

impl<K, V> PartialEq for Address<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<K, V> Eq for Address<K, V> {}

impl<K, V> Address<K, V> {
    pub(super) fn new(handle: NonNull<Handle<K, V>>) -> Self {
        Self(handle)
    }

    /// The handle, for as long as the caller is pinned or holds one of its snapshots.
    #[inline]
    pub(crate) fn handle<'g>(self) -> &'g Handle<K, V>
    where
        K: 'g,
        V: 'g,
    {
        // SAFETY: R3: addresses are kept only where the handle cannot go: in the table, in
        // snapshots of the handle, and in retired ones; slabs stay for as long as any of these.
        unsafe { self.0.as_ref() }
    }

    /// The key. The slot is occupied as long as a table entry or a snapshot leads here (R3).
    #[inline]
    pub(crate) fn key<'g>(self) -> &'g K
    where
        V: 'g,
    {
        // SAFETY: R3: written before the address was given to anybody, and dropped only after
        // the last who can use the address is gone.
        self.read_label(|label| unsafe { &(*label).key })
    }

    #[inline]
    pub(crate) fn hash(self) -> u64 {
        // SAFETY: R3: as for the key.
        self.read_label(|label| unsafe { (*label).hash })
    }

    #[inline]
    fn read_label<R>(self, read: impl FnOnce(*const Label<K>) -> R) -> R {
        self.handle().label.with(|label| read(label.cast()))
    }

    fn write_label<R>(self, write: impl FnOnce(*mut Label<K>) -> R) -> R {
        self.handle().label.with_mut(|label| write(label.cast()))
    }

    /// Moves a key into a vacant slot that only the caller knows.
    pub(super) fn occupy(self, hash: u64, key: K) {
        let handle = self.handle();
        // SAFETY: P10: the slot was taken off the vacant list by this thread alone.
        self.write_label(|label| unsafe { label.write(Label { hash, key }) });
        // Relaxed: P10: handed on by whatever publishes the address.
        handle.root.owners.store(1, Relaxed);
        handle.protect(false);
        // P1 (AcqRel): empty from now on; a walker that comes by reads "absent", as before.
        handle.head.swap(ptr::null_mut(), AcqRel);
    }

    /// Takes the key back out of a slot that nobody else has been told of.
    pub(super) fn vacate(self) -> K {
        let handle = self.handle();
        // P1 (AcqRel): vacant slots are dead.
        handle.head.swap(dead(), AcqRel);
        // Relaxed: P10: pushed by the caller.
        handle.root.owners.store(0, Relaxed);
        // SAFETY: I6: occupied, and the caller alone knows the slot.
        self.write_label(|label| unsafe { label.read() }).key
    }

    /// Adds a count, for an owner of one of the handle's snapshots.
    #[inline]
    pub(super) fn own(self) {
        self.handle().root.own();
    }

    /// Gives one count of the handle back; the last one drops the key and vacates the slot.
    #[inline]
    pub(super) fn release(self) {
        // P7 (AcqRel): whatever was done with the key was done before it goes.
        if self.handle().root.owners.fetch_sub(1, AcqRel) == 1 {
            self.end();
        }
    }

    #[cold]
    fn end(self) {
        // SAFETY: R3: the last count is gone, so the key is this thread's to drop.
        let label = self.write_label(|label| unsafe { label.read() });
        // SAFETY: R3: vacated just now.
        unsafe { Slab::vacate(self.slab(), self) };
        drop(label);
    }

    pub(super) fn slab(self) -> *const Slab<K, V> {
        self.handle().root.slab.cast()
    }

    pub(super) fn next_vacant<'g>(self) -> &'g AtomicU32
    where
        K: 'g,
        V: 'g,
    {
        &self.handle().root.next_vacant
    }

    pub(super) fn as_ptr(self) -> *const Handle<K, V> {
        self.0.as_ptr()
    }

    /// The same, for `Stamp::address`.
    pub(super) fn from_ptr(handle: *const Handle<K, V>) -> Option<Self> {
        NonNull::new(handle.cast_mut()).map(Self)
    }

    /// A number that tells handles apart, close ones by its low bits.
    #[inline]
    pub(crate) fn number(self) -> usize {
        self.0.addr().get() / size_of::<Handle<K, V>>()
    }
}

/// The word of a handle that takes no further snapshot. Never followed.
fn dead<K, V>() -> *mut Node<K, V> {
    ptr::without_provenance_mut(align_of::<Node<K, V>>())
}
