//! A **draft**: a snapshot that only its writer knows.

use std::mem::ManuallyDrop;
use std::ptr::{self, NonNull};

use crate::protocol::cause::Cause;
use crate::protocol::deadline::{Deadline, Lifetime, NEVER};
use crate::protocol::entry::{Carried, Drawn};
use crate::protocol::handle::Address;
use crate::protocol::node::{Body, Fate, Node, NodeRef};
use crate::protocol::stamp::Stamp;
use crate::sync::{Arc, AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, SharedCell};

/// A snapshot that is not published yet: its writer's alone.
pub(crate) struct Draft<K, V> {
    node: Box<Node<K, V>>,
}

impl<K, V> Draft<K, V> {
    #[inline]
    pub(crate) fn value(value: V) -> Self {
        Self::new(Body::Value(ManuallyDrop::new(value)))
    }

    /// Notes what the value owns on the heap, in bytes.
    pub(crate) fn weighing(mut self, heap: usize) -> Self {
        self.node.weight = heap as u64;
        self
    }

    /// Notes what the document is to weigh.
    pub(crate) fn charging(mut self, charge: u32) -> Self {
        self.node.charge = charge;
        self
    }

    pub(crate) fn node(&self) -> &Node<K, V> {
        &self.node
    }

    pub(crate) fn tombstone(cause: Cause) -> Self {
        let mut draft = Self::new(Body::Tombstone);
        draft.node.cause = cause;
        draft
    }

    /// The same value, version, revision and deadline as `of`, to be published under another clock.
    pub(crate) fn twin(of: NodeRef<'_, K, V>) -> Self {
        debug_assert!(!of.is_tombstone(), "a tombstone has no twin");
        let mut draft = Self::new(Body::Shared(of.value_owner()));
        draft.node.version = of.version;
        (draft.node.deadline, draft.node.until) = (of.deadline.twin(), of.until);
        draft.node.common = of.common;
        (draft.node.weight, draft.node.charge) = (of.weight, of.charge);
        draft.node.stamp.found(of.revision());
        draft
    }

    /// The same value as `of`, to be written anew.
    pub(crate) fn again(of: NodeRef<'_, K, V>) -> Self {
        let mut draft = Self::new(Body::Shared(of.value_owner()));
        (draft.node.weight, draft.node.charge) = (of.weight, of.charge);
        draft
    }

    /// Ends it when its time has come.
    pub(crate) fn lasting(mut self, lifetime: Lifetime, now: u64) -> Self {
        self.node.deadline = Deadline::of(lifetime, now);
        (self.node.until, self.node.common) = (lifetime.until, lifetime.common);
        self
    }

    /// When the document is to end.
    pub(crate) fn deadline(&self) -> Option<u64> {
        self.node.deadline.get()
    }

    #[inline]
    fn new(body: Body<K, V>) -> Self {
        let mut node = Box::new_uninit();
        // Where it stays: a node that is built elsewhere is copied, and waited for.
        node.write(Node {
            stamp: Stamp::new(),
            body,
            version: 1,
            drawn: Drawn::default(),
            prev: ptr::null_mut(),
            owners: AtomicU32::new(1),
            deadline: Deadline::never(),
            until: NEVER,
            weight: 0,
            charge: 0,
            height: AtomicU32::new(0),
            fate: AtomicU8::new(Fate::Replaced as u8),
            cause: Cause::Deleted,
            taken: AtomicBool::new(false),
            common: false,
            entries: None,
            ended: SharedCell::new(None),
            died: AtomicU64::new(0),
            below: AtomicPtr::new(ptr::null_mut()),
        });
        // SAFETY: P1: its writer's alone, and written just now.
        Self { node: unsafe { node.assume_init() } }
    }

    /// Prepares the draft to follow `prev` (null in an empty handle) in the handle at `address`.
    pub(crate) fn follow(&mut self, prev: Option<NodeRef<'_, K, V>>, address: Address<K, V>) {
        let live = prev.filter(|prev| !prev.is_tombstone());
        self.node.version = live.map_or(1, |live| live.version + 1);
        self.node.prev = prev.map_or(ptr::null_mut(), NodeRef::as_ptr);
        self.node.stamp.settle(address);
    }

    /// The index entries that were made for this draft, or are carried on.
    pub(crate) fn carry(&mut self, (entries, drawn): (Option<Arc<[Carried]>>, Drawn)) {
        (self.node.entries, self.node.drawn) = (entries, drawn);
    }

    pub(crate) fn settle(&mut self, address: Address<K, V>) {
        self.node.stamp.settle(address);
    }

    /// The value that it would show; `None` for a tombstone.
    pub(crate) fn get(&self) -> Option<&V> {
        self.node.value()
    }

    /// Gives the value back, if the draft has one of its own.
    pub(crate) fn into_value(self) -> Option<V> {
        self.node.take_value()
    }

    pub(super) fn into_raw(self) -> NonNull<Node<K, V>> {
        NonNull::from(Box::leak(self.node))
    }

    /// # Safety
    ///
    /// `raw` came from `into_raw` and was never published.
    pub(super) unsafe fn from_raw(raw: NonNull<Node<K, V>>) -> Self {
        // SAFETY: the caller's promise.
        Self { node: unsafe { Box::from_raw(raw.as_ptr()) } }
    }
}
