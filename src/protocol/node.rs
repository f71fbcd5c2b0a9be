//! A **node**: where one snapshot of one document lies in memory.

use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;

use crate::protocol::cause::Cause;
use crate::protocol::deadline::{Deadline, Lifetime};
use crate::protocol::doomed::Share;
use crate::protocol::entry::{Carried, Drawn, tag_of_older};
use crate::protocol::handle::{Address, one_more};
use crate::protocol::stamp::Stamp;
use crate::protocol::timeline::Timeline;
use crate::sync::{
    AcqRel, Acquire, Arc, AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, Relaxed,
    SharedCell,
};

/// One snapshot: what a document was from its revision until the next one.
///
/// The fields that a read needs come first, so that a small value shares their cache line.
#[repr(C)]
pub(crate) struct Node<K, V> {
    /// Revision, and where this snapshot was published: that is missing in a draft only.
    pub(super) stamp: Stamp,
    pub(super) deadline: Deadline,
    pub(super) body: Body<K, V>,
    pub(super) version: u64,
    /// Some of the tags of its entries: most readers need not look further.
    pub(super) drawn: Drawn,
    /// The snapshot before this one. May dangle; whoever walks stops before that (R2).
    pub(super) prev: *mut Node<K, V>,
    /// The chain's own count, and one for each [`Owned`].
    pub(super) owners: AtomicU32,
    /// Retired snapshots in the stack up to and with this one.
    pub(super) height: AtomicU32,
    /// Beyond this the deadline does not move.
    pub(super) until: u64,
    /// What the value owns on the heap, in bytes.
    pub(super) weight: u64,
    /// What its writer says that it weighs.
    pub(super) charge: u32,
    pub(super) fate: AtomicU8,
    /// Of a tombstone: why.
    pub(super) cause: Cause,
    /// The value was moved out: see `take_value`.
    pub(super) taken: AtomicBool,
    /// Whether `until` is that of every document of the collection.
    pub(super) common: bool,
    /// The index entries that this snapshot carries, by index; shared with its successor if no key
    /// changed.
    pub(super) entries: Option<Arc<[Carried]>>,
    /// Those that its successor does not carry: its retirer notes them.
    pub(super) ended: SharedCell<Option<Box<Ended>>>,
    /// The revision of the snapshot that replaced this one.
    pub(super) died: AtomicU64,
    /// The next node of a stack of retired ones.
    pub(super) below: AtomicPtr<Node<K, V>>,
}

/// Entries that go when their last carrier is buried.
pub(super) struct Ended(Vec<Carried>);

pub(super) enum Body<K, V> {
    Value(ManuallyDrop<V>),
    /// Another node owns the value: forks, and new deadlines.
    Shared(Owned<K, V>),
    Tombstone,
}

/// Why a snapshot was retired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Another value took its place.
    Replaced,
    /// A tombstone took its place: when it is buried, the handle may be killed.
    Removed,
    /// It was the last of its handle, which goes with it. Waits for no view, but for the ring.
    Last,
}

impl<K, V> Node<K, V> {
    /// The revision, or 0 if the snapshot is not stamped yet.
    #[inline]
    pub(crate) fn revision(&self) -> u64 {
        self.stamp.revision()
    }

    pub(super) fn stamp(&self) -> &Stamp {
        &self.stamp
    }

    #[inline]
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// The value, or `None` for a tombstone.
    #[inline]
    pub(crate) fn value(&self) -> Option<&V> {
        match &self.body {
            Body::Value(value) => Some(value),
            Body::Shared(owner) => owner.value(),
            Body::Tombstone => None,
        }
    }

    /// What it takes in memory, as far as is known.
    pub(crate) fn bytes(&self) -> u64 {
        size_of::<Self>() as u64 + self.weight
    }

    /// What the value owns on the heap, in bytes, if that was asked for.
    pub(crate) fn heap(&self) -> u64 {
        self.weight
    }

    pub(crate) fn charge(&self) -> u32 {
        self.charge
    }

    pub(crate) fn cause(&self) -> Cause {
        self.cause
    }

    #[inline]
    pub(crate) fn deadline(&self) -> &Deadline {
        &self.deadline
    }

    /// Until when the document is there, however often it is read; `NEVER` if for ever.
    pub(crate) fn until(&self) -> u64 {
        self.until
    }

    /// How long it was made to last, where documents last so long after they were read.
    pub(crate) fn lifetime(&self, idle: u64) -> Lifetime {
        Lifetime { until: self.until, idle, common: self.common }
    }

    /// Whether there is a document, for whoever reads as of `time`.
    #[inline]
    pub(crate) fn is_shown_at(&self, time: u64) -> bool {
        !self.is_tombstone() && !self.deadline.has_passed(time)
    }

    #[inline]
    pub(crate) fn is_tombstone(&self) -> bool {
        matches!(self.body, Body::Tombstone)
    }

    /// Where this snapshot is or was published.
    #[inline]
    pub(crate) fn address(&self) -> Address<K, V> {
        self.stamp.address().expect("I1: a published snapshot knows its handle")
    }

    #[inline]
    pub(crate) fn key(&self) -> &K {
        self.address().key()
    }

    /// Moves the value out of a snapshot that nobody will ever be shown.
    ///
    /// I5: it was stamped after the close, so every reader that meets it looks at its revision
    /// and goes away; the bytes stay where they are and are never dropped.
    pub(crate) fn take_value(&self) -> Option<V> {
        let Body::Value(value) = &self.body else { return None };
        // P7 (AcqRel): whoever frees the node later finds the mark.
        if self.taken.swap(true, AcqRel) {
            return None;
        }
        let value: *const V = &raw const **value;
        // SAFETY: I5: only the writer of this snapshot calls this, once, and nobody else is ever
        // shown the value; `taken` keeps it from being dropped here.
        Some(unsafe { value.read() })
    }

    /// Notes how this snapshot ended. Only its retirer calls this, before it is pushed.
    pub(crate) fn note_end(&self, died: u64, fate: Fate) {
        // Relaxed: P6: the push publishes both.
        self.died.store(died, Relaxed);
        // Relaxed: P6: likewise.
        self.fate.store(fate as u8, Relaxed);
    }

    pub(crate) fn died(&self) -> u64 {
        // Relaxed: P6: read by the sweeper, after the seal.
        self.died.load(Relaxed)
    }

    /// The last revision at which somebody may need it: of the last of a handle it is the number
    /// under which the ring may show it (F1), which may be above its revision; no view needs it.
    /// Asked after its grace period: it was placed before that, or never.
    pub(super) fn end(&self) -> u64 {
        if self.fate() == Fate::Last { self.stamp.ticket() } else { self.died() }
    }

    pub(crate) fn fate(&self) -> Fate {
        // Relaxed: P6: likewise.
        match self.fate.load(Relaxed) {
            0 => Fate::Replaced,
            1 => Fate::Removed,
            _ => Fate::Last,
        }
    }

    /// The index entries that this snapshot carries.
    #[inline]
    pub(crate) fn entries(&self) -> &[Carried] {
        self.entries.as_deref().unwrap_or_default()
    }

    /// The same, to be carried on as they are.
    pub(crate) fn share_entries(&self) -> (Option<Arc<[Carried]>>, Drawn) {
        (self.entries.clone(), self.drawn)
    }

    /// The draw that its entries were made with, or those of an older one that it shares.
    pub(crate) fn drawn(&self) -> Drawn {
        self.drawn
    }

    /// Whether this snapshot, which is stamped, carries an entry of this index with this tag (I7).
    #[inline]
    pub(crate) fn carries(&self, tag: u64, index: u32) -> bool {
        self.drawn.contains(tag) || self.tag_in(index) == tag
    }

    /// The tag under which this snapshot, which is stamped, stands in an index.
    pub(crate) fn tag_in(&self, index: u32) -> u64 {
        match self.entry_in(index) {
            Some(entry) => entry.place.tag,
            None => tag_of_older(self.revision()),
        }
    }

    /// The entry that it carries in an index, if it was written for that.
    pub(crate) fn entry_in(&self, index: u32) -> Option<&Carried> {
        self.entries().iter().find(|entry| entry.index == index)
    }

    /// Notes the entries that end with this snapshot. Only its retirer calls this, before it is
    /// pushed.
    pub(crate) fn note_ended(&self, ended: Vec<Carried>) {
        let ended = (!ended.is_empty()).then(|| Box::new(Ended(ended)));
        // SAFETY: P6: its retirer's alone; the push hands it on.
        self.ended.with_mut(|cell| unsafe { *cell = ended });
    }

    /// The entries that end with this snapshot, for whoever buries it.
    pub(super) fn take_ended(&self) -> Vec<Carried> {
        // SAFETY: P6: the limbo's own, since the seal.
        let ended = self.ended.with_mut(|cell| unsafe { (*cell).take() });
        ended.map_or_else(Vec::new, |ended| ended.0)
    }

    /// Where a retired node's place in its stack is noted: what lies below, and how high it is.
    pub(super) fn link(&self) -> (&AtomicPtr<Self>, &AtomicU32) {
        (&self.below, &self.height)
    }

    pub(super) fn below(&self) -> *mut Self {
        // Relaxed: P6: read after the seal.
        self.below.load(Relaxed)
    }

    pub(super) fn height(&self) -> u32 {
        // Relaxed: P6: read after the load that found this node on the stack.
        self.height.load(Relaxed)
    }
}

impl<K, V> Drop for Node<K, V> {
    fn drop(&mut self) {
        // P7 (Acquire): pairs with the mark in `take_value`.
        if self.taken.load(Acquire) {
            return;
        }
        if let Body::Value(value) = &mut self.body {
            // SAFETY: I5: not moved out, and dropped here only.
            unsafe { ManuallyDrop::drop(value) };
        }
    }
}

/// A node that a pin or a view keeps for `'g`.
pub(crate) struct NodeRef<'g, K, V> {
    node: NonNull<Node<K, V>>,
    kept: PhantomData<&'g Node<K, V>>,
}

impl<K, V> Clone for NodeRef<'_, K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for NodeRef<'_, K, V> {}

impl<K, V> Deref for NodeRef<'_, K, V> {
    type Target = Node<K, V>;

    #[inline]
    fn deref(&self) -> &Node<K, V> {
        self.get()
    }
}

impl<'g, K, V> NodeRef<'g, K, V> {
    /// # Safety
    ///
    /// `node` stays where it is for `'g`: because of a pin (R1), a view (R2) or an owner (R7).
    #[inline]
    pub(super) unsafe fn new(node: NonNull<Node<K, V>>) -> Self {
        Self { node, kept: PhantomData }
    }

    #[inline]
    pub(crate) fn get(self) -> &'g Node<K, V> {
        // SAFETY: R1, R2, R7: the promise of `new`.
        unsafe { self.node.as_ref() }
    }

    /// The same node, kept by something else.
    ///
    /// # Safety
    ///
    /// As for `new`.
    #[inline]
    pub(super) unsafe fn kept<'k>(self) -> NodeRef<'k, K, V> {
        // SAFETY: the caller's promise.
        unsafe { NodeRef::new(self.node) }
    }

    #[inline]
    pub(super) fn as_ptr(self) -> *mut Node<K, V> {
        self.node.as_ptr()
    }

    /// Its stamp, with which it begins.
    #[inline]
    pub(super) fn stamp(self) -> NonNull<Stamp> {
        self.node.cast()
    }

    /// The snapshot before this one.
    ///
    /// # Safety
    ///
    /// For `'g` a pin is held under which this one was found without a revision, or in the ring
    /// under its own (F1): so the one before it is not buried.
    pub(super) unsafe fn before(self) -> Option<Self> {
        // SAFETY: the caller's promise.
        NonNull::new(self.prev).map(|before| unsafe { Self::new(before) })
    }

    /// The newest snapshot of this chain that is not younger than `revision`, from here on.
    ///
    /// The caller has been pinned since before it read `revision`, or a view shows it (R2).
    #[inline]
    pub(crate) fn as_of(self, revision: u64, timeline: &Timeline) -> Option<Self> {
        let mut node = self;
        while timeline.stamp(node) > revision {
            // SAFETY: R2: this snapshot is younger than the walker's revision, so the one before
            // it died later than that, and waits for the walker's pin or view.
            let before = unsafe { Self::new(NonNull::new(node.prev)?) };
            debug_assert!(before.revision() < node.revision(), "I2: revisions only fall");
            node = before;
        }
        Some(node)
    }

    /// An owner of this snapshot, which may outlive every pin and view.
    #[inline]
    pub(crate) fn own(self) -> Owned<K, V> {
        // R7: the chain's own count cannot go while the caller can see the node.
        one_more(&self.owners);
        if !self.stamp.keeps_handle() {
            self.address().own();
        }
        Owned { node: self.node }
    }

    /// Who owns the value that this node shows: itself, or the node that it shares with.
    pub(super) fn value_owner(self) -> Owned<K, V> {
        match &self.body {
            Body::Shared(owner) => owner.clone(),
            _ => self.own(),
        }
    }
}

/// One count on a node. `Send`, `Sync`, clonable; keeps value, key and their memory alive.
pub(crate) struct Owned<K, V> {
    node: NonNull<Node<K, V>>,
}

// SAFETY: R7: an owner lets any thread read key and value (`Sync`) and drop them (`Send`).
unsafe impl<K: Send + Sync, V: Send + Sync> Send for Owned<K, V> {}
// SAFETY: R7: as above; counting is atomic.
unsafe impl<K: Send + Sync, V: Send + Sync> Sync for Owned<K, V> {}

impl<K, V> Deref for Owned<K, V> {
    type Target = Node<K, V>;

    #[inline]
    fn deref(&self) -> &Node<K, V> {
        // SAFETY: R7: this owner's count keeps the node.
        unsafe { self.node.as_ref() }
    }
}

impl<K, V> Clone for Owned<K, V> {
    fn clone(&self) -> Self {
        self.as_ref().own()
    }
}

impl<K, V> Owned<K, V> {
    pub(crate) fn as_ref(&self) -> NodeRef<'_, K, V> {
        // SAFETY: R7: this owner's count keeps the node.
        unsafe { NodeRef::new(self.node) }
    }
}

impl<K, V> Drop for Owned<K, V> {
    fn drop(&mut self) {
        let (address, kept) = (self.address(), self.stamp.keeps_handle());
        // P7 (AcqRel): what this owner read was read before the node goes; the last one comes
        // after all of that.
        let last = self.owners.fetch_sub(1, AcqRel) == 1;
        // R7. The key goes after the value, and also when the value's destructor panics.
        let _handle = (last || !kept).then(|| Share::of(address));
        if last {
            // SAFETY: R7: the last count is gone; nobody else has the pointer.
            drop(unsafe { Box::from_raw(self.node.as_ptr()) });
        }
    }
}
