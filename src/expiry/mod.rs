//! The **queue** of deadlines: which documents may be over, without a look at all of them.
//!
//! An entry is a time and a handle. It says too much: whoever comes to it looks at the document
//! that is there now, ends it if its deadline has passed, and else puts the handle back under the
//! deadline that it has now. Nothing is taken out when a document is written over or removed.
//!
//! What somebody has taken out stays known until it was looked at: it is **in hand**. Whoever has
//! to know that nothing is over, because it counts or needs the room, ends that as well; and waits
//! a little until nobody has it in hand, so that all that has ended is counted as ended.
//!
//! * **I11** For each document with a deadline there is an entry of its handle under that time or
//!   an earlier one; or its writer, or whoever has just taken the entry out, is about to put one
//!   in. So a document with a later deadline than the one before it needs none of its own.
//!
//! Entries that say nothing any more go when their time comes, or when there are more than twice
//! as many as there were when the queue was last gone through.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::limits::{DUE_AT_ONCE, QUEUE_ROOM_MIN, QUEUES};
use crate::protocol::deadline::{Horizon, NEVER};
use crate::protocol::handle::Address;
use crate::protocol::node::NodeRef;
use crate::sync::{Arc, Mutex, OnceLock, lock};

/// The deadlines of one collection.
pub(crate) struct Expiry<K, V> {
    /// How long a document may go without being read.
    pub(crate) idle: u64,
    /// None, as long as no document has had a deadline.
    queues: OnceLock<Box<[Queue<K, V>]>>,
}

struct Queue<K, V> {
    due: Mutex<Waiting<K, V>>,
    /// When the first of them is.
    first: Horizon,
}

struct Waiting<K, V> {
    heap: BinaryHeap<Due<K, V>>,
    /// Taken out, and not looked at yet: the earliest first.
    in_hand: Vec<Arc<Vec<Due<K, V>>>>,
    /// How many there may be before it is gone through.
    room: usize,
}

/// An entry. The earliest is the greatest.
pub(crate) struct Due<K, V> {
    at: u64,
    pub(crate) address: Address<K, V>,
}

impl<K, V> Clone for Due<K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for Due<K, V> {}

impl<K, V> Due<K, V> {
    fn order(&self) -> (u64, usize) {
        (self.at, self.address.number())
    }
}

impl<K, V> Ord for Due<K, V> {
    fn cmp(&self, other: &Self) -> Ordering {
        other.order().cmp(&self.order())
    }
}

impl<K, V> PartialOrd for Due<K, V> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<K, V> PartialEq for Due<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}

impl<K, V> Eq for Due<K, V> {}

impl<K, V> Expiry<K, V> {
    pub(crate) fn new() -> Self {
        Self { idle: NEVER, queues: OnceLock::new() }
    }

    /// Notes the deadline of a document that was published after `before`, if it has one that the
    /// entry of `before` does not cover (I11). That of `before` is stopped, so that nobody puts the
    /// entry back under a later one.
    #[inline]
    pub(crate) fn note(&self, before: Option<NodeRef<'_, K, V>>, new: NodeRef<'_, K, V>) {
        let Some(at) = new.deadline().get() else { return };
        let covered = before.and_then(|before| before.deadline().stop());
        if covered.is_none_or(|covered| covered > at) {
            self.put(at, new.address());
        }
    }

    /// Notes the deadline of a document in a collection that nobody else knows yet.
    pub(crate) fn found(&self, at: Option<u64>, address: Address<K, V>) {
        if let Some(at) = at {
            self.put(at, address);
        }
    }

    /// Puts a handle in.
    pub(crate) fn put(&self, at: u64, address: Address<K, V>) {
        let queue = &self.queues()[address.number() % QUEUES];
        let mut due = lock(&queue.due);
        due.heap.push(Due { at, address });
        due.make_room();
        queue.first.set(due.first());
    }

    fn queues(&self) -> &[Queue<K, V>] {
        self.queues.get_or_init(|| (0..QUEUES).map(|_| Queue::new()).collect())
    }

    fn all(&self) -> impl Iterator<Item = &Queue<K, V>> {
        self.queues.get().into_iter().flatten()
    }

    /// When the next of them is, if there is one.
    #[inline]
    pub(crate) fn next(&self) -> Option<u64> {
        self.all().map(|queue| queue.first.get()).min().filter(|next| *next != NEVER)
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.all().map(|queue| lock(&queue.due).heap.len()).sum()
    }

    /// Takes out some of those whose time has come; `None` if there is none.
    pub(crate) fn take_due(&self, now: u64) -> Option<Batch<'_, K, V>> {
        // Of one that others have emptied meanwhile nothing follows for the next.
        let mut due = self.all().filter(|queue| queue.first.get() <= now);
        due.find_map(|queue| Some(Batch { queue, due: queue.take_due(now)?, looked_at: 0 }))
    }

    /// What others have in hand of those whose time had come by `now`.
    pub(crate) fn in_hand(&self, now: u64) -> Vec<Batch<'_, K, V>> {
        let due = self.all().filter(|queue| queue.first.get() <= now);
        due.flat_map(|queue| queue.in_hand(now)).collect()
    }

    /// Whether there is such.
    pub(crate) fn is_in_hand(&self, now: u64) -> bool {
        let mut due = self.all().filter(|queue| queue.first.get() <= now);
        due.any(|queue| lock(&queue.due).in_hand_since(now).next().is_some())
    }
}

impl<K, V> Queue<K, V> {
    fn new() -> Self {
        let (heap, in_hand) = (BinaryHeap::new(), Vec::new());
        let waiting = Waiting { heap, in_hand, room: QUEUE_ROOM_MIN };
        Self { due: Mutex::new(waiting), first: Horizon::clear() }
    }

    fn take_due(&self, now: u64) -> Option<Arc<Vec<Due<K, V>>>> {
        let mut waiting = lock(&self.due);
        let mut batch = Vec::new();
        while batch.len() < DUE_AT_ONCE && waiting.heap.peek().is_some_and(|due| due.at <= now) {
            let due = waiting.heap.pop();
            // Two entries of one handle that were put back come to the same time.
            batch.extend(due.filter(|due| batch.last() != Some(due)));
        }
        if batch.is_empty() {
            return None;
        }
        let batch = Arc::new(batch);
        waiting.in_hand.push(Arc::clone(&batch));
        Some(batch)
    }

    fn in_hand(&self, now: u64) -> Vec<Batch<'_, K, V>> {
        let waiting = lock(&self.due);
        let all = waiting.in_hand_since(now).map(Arc::clone);
        all.map(|due| Batch { queue: self, looked_at: due.len(), due }).collect()
    }
}

impl<K, V> Waiting<K, V> {
    /// When the earliest is, in hand or not.
    fn first(&self) -> u64 {
        let in_hand = self.in_hand.iter().filter_map(|batch| batch.first());
        in_hand.chain(self.heap.peek()).map(|due| due.at).min().unwrap_or(NEVER)
    }

    fn in_hand_since(&self, now: u64) -> impl Iterator<Item = &Arc<Vec<Due<K, V>>>> {
        self.in_hand.iter().filter(move |batch| batch.first().is_some_and(|due| due.at <= now))
    }

    /// Keeps one entry of each handle, the earliest, once there are too many.
    fn make_room(&mut self) {
        if self.heap.len() <= self.room {
            return;
        }
        let mut all = std::mem::take(&mut self.heap).into_vec();
        all.sort_unstable_by_key(|due| (due.address.number(), due.at));
        all.dedup_by_key(|due| due.address.number());
        self.heap = all.into();
        self.room = (2 * self.heap.len()).max(QUEUE_ROOM_MIN);
    }
}

/// Entries whose time has come, in hand until all who have them drop them. What whoever took them
/// has not looked at is put back then.
pub(crate) struct Batch<'e, K, V> {
    queue: &'e Queue<K, V>,
    due: Arc<Vec<Due<K, V>>>,
    looked_at: usize,
}

impl<K, V> Batch<'_, K, V> {
    /// The next that nobody has looked at.
    pub(crate) fn next(&mut self) -> Option<Address<K, V>> {
        let due = self.due.get(self.looked_at)?;
        self.looked_at += 1;
        Some(due.address)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = Address<K, V>> {
        self.due.iter().map(|due| due.address)
    }

    pub(crate) fn len(&self) -> usize {
        self.due.len()
    }
}

impl<K, V> Drop for Batch<'_, K, V> {
    fn drop(&mut self) {
        let mut waiting = lock(&self.queue.due);
        waiting.heap.extend(self.due[self.looked_at..].iter().copied());
        // Counted under the lock only: there are this one and that in the queue.
        if Arc::strong_count(&self.due) == 2 {
            waiting.in_hand.retain(|batch| !Arc::ptr_eq(batch, &self.due));
        }
        self.queue.first.set(waiting.first());
    }
}
