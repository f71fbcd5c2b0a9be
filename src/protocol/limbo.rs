//! **Limbo**: retired snapshots on their way out.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ptr;

use crate::limits::{HELD_ROOM_MIN, HELD_TOGETHER, SWEEP_EVERY};
use crate::protocol::cause::Cause;
use crate::protocol::doomed::Doomed;
use crate::protocol::draft::Draft;
use crate::protocol::entry::Carried;
use crate::protocol::handle::Address;
use crate::protocol::node::{Fate, Node, NodeRef};
use crate::protocol::shards::Shards;
use crate::protocol::timeline::Timeline;
use crate::reclaim::{Grace, WritePin};
use crate::sync::{
    AcqRel, Acquire, AtomicI64, AtomicPtr, AtomicU64, AtomicUsize, Mutex, Relaxed, Sweeping, step,
    try_lock,
};

/// What burying needs of the ways that lead to documents: the table and the indexes.
pub(crate) trait Forget<K, V> {
    /// Takes this very handle out; another one of the same key stays.
    fn forget(&self, address: Address<K, V>);

    /// Takes an index entry out, whose last carrier is being buried (I7).
    fn take_out(&self, entry: &Carried, pin: &WritePin);
}

/// Where replaced snapshots wait: first for the grace periods, then for the views that need them.
pub(crate) struct Limbo<K, V> {
    /// The next shard to be looked after by whoever comes by.
    turn: AtomicUsize,
    shards: Shards<Shard<K, V>>,
}

struct Shard<K, V> {
    /// A stack linked through the nodes.
    retired: AtomicPtr<Node<K, V>>,
    sweeper: Mutex<Sweeper<K, V>>,
    live: AtomicI64,
    fresh: AtomicU64,
    conflicts: AtomicU64,
    expired: AtomicU64,
    evicted: AtomicU64,
    /// Snapshots that were retired, but not because of a write.
    unwritten: AtomicU64,
    /// Snapshots in this shard after their retirement, for `stats`.
    waiting: AtomicU64,
    sealed: AtomicU64,
}

///
/// Lists of nodes move from field to field. At most one grace period is asked for at a time: a
/// collector that is held up for long would otherwise have to work through one request for each
/// 64 writes when it is let go.
struct Sweeper<K, V> {
    /// Sealed since the grace period under way was asked for.
    sealed: Vec<*mut Node<K, V>>,
    /// The grace period under way, and the lists that wait for it.
    asked: Option<Grace>,
    asked_for: Vec<*mut Node<K, V>>,
    /// Past their grace period, not yet looked at.
    ready: Vec<*mut Node<K, V>>,
    /// Past their grace period, but an open view needs them or may walk over them: lists, by when
    /// the first of each died.
    held: BinaryHeap<Reverse<(u64, *mut Node<K, V>)>>,
    /// Those of them that were found last, on the way to becoming a list of the heap.
    keeping: Keeping<K, V>,
}

/// A list of nodes that something still needs, few enough to be gone through again and again, and
/// the first revision at which one of them died.
struct Keeping<K, V> {
    list: *mut Node<K, V>,
    len: usize,
    died: u64,
}

// SAFETY: R1: retired nodes belong to the limbo alone, and nodes may be freed by any thread.
unsafe impl<K: Send + Sync, V: Send + Sync> Send for Limbo<K, V> {}
// SAFETY: R1: as above; the stack is atomic and the rest behind a lock.
unsafe impl<K: Send + Sync, V: Send + Sync> Sync for Limbo<K, V> {}

/// What the counters of all shards add up to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) live: i64,
    pub(crate) writes: u64,
    pub(crate) conflicts: u64,
    pub(crate) expired: u64,
    pub(crate) evicted: u64,
    pub(crate) waiting: u64,
}

impl<K, V> Limbo<K, V> {
    pub(crate) fn new() -> Self {
        Self { turn: AtomicUsize::new(0), shards: Shards::new() }
    }

    fn shard(&self) -> &Shard<K, V> {
        self.shards.own()
    }

    /// Takes over a snapshot that has left its handle. Nothing is looked at, nothing is freed.
    ///
    /// Says whether it is time for this thread to sweep, when it has dropped its pin.
    #[must_use = "somebody has to sweep now and then"]
    pub(crate) fn retire(&self, node: NodeRef<'_, K, V>, died: u64, fate: Fate) -> bool {
        node.note_end(died, fate);
        self.shard().push(node)
    }

    /// Takes over a dead handle in which nothing was ever committed. The caller is pinned.
    pub(crate) fn retire_empty(&self, address: Address<K, V>) {
        let mut bearer = Draft::tombstone(Cause::Deleted);
        bearer.settle(address);
        // SAFETY: R1: the limbo's own from here on.
        let bearer = unsafe { NodeRef::new(bearer.into_raw()) };
        self.retire_last(bearer, 0);
    }

    /// Takes over the last snapshot of a dead handle, which goes with it. It was not written over:
    /// no view needs it.
    pub(crate) fn retire_last(&self, node: NodeRef<'_, K, V>, died: u64) {
        // Relaxed: a figure.
        self.shard().unwritten.fetch_add(1, Relaxed);
        let _later = self.retire(node, died, Fate::Last);
    }

    /// Counts a document that exists now; `fresh` if nothing was retired for it.
    ///
    /// Says whether it is time for this thread to sweep, as `retire` does.
    pub(crate) fn count_created(&self, fresh: bool) -> bool {
        let shard = self.shard();
        // Relaxed: figures; exact when nobody writes.
        shard.live.fetch_add(1, Relaxed);
        // Relaxed: likewise.
        let before = shard.fresh.fetch_add(u64::from(fresh), Relaxed);
        fresh && (before + 1) % u64::from(SWEEP_EVERY) == 0
    }

    pub(crate) fn count_removed(&self) {
        // Relaxed: a figure.
        self.shard().live.fetch_sub(1, Relaxed);
    }

    pub(crate) fn count_conflict(&self) {
        // Relaxed: a figure.
        self.shard().conflicts.fetch_add(1, Relaxed);
    }

    pub(crate) fn count_ended(&self, cause: Cause) {
        let Shard { expired, evicted, .. } = self.shard();
        // Relaxed: a figure.
        (if cause == Cause::Evicted { evicted } else { expired }).fetch_add(1, Relaxed);
    }

    /// The live documents: exact when nobody writes, never negative.
    pub(crate) fn live(&self) -> usize {
        // Relaxed: a figure.
        let live: i64 = self.shards.iter().map(|shard| shard.live.load(Relaxed)).sum();
        usize::try_from(live).unwrap_or(0)
    }

    pub(crate) fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        let mut unwritten = 0;
        for shard in self.shards.iter() {
            let stacked = shard.stacked();
            // Relaxed: figures.
            tally.live += shard.live.load(Relaxed);
            tally.writes += shard.fresh.load(Relaxed) + shard.sealed.load(Relaxed) + stacked;
            // Relaxed: a figure. It counts what the line above counts as well.
            unwritten += shard.unwritten.load(Relaxed);
            tally.conflicts += shard.conflicts.load(Relaxed);
            tally.expired += shard.expired.load(Relaxed);
            tally.evicted += shard.evicted.load(Relaxed);
            tally.waiting += shard.waiting.load(Relaxed) + stacked;
        }
        tally.writes = tally.writes.saturating_sub(unwritten);
        tally
    }

    /// One bounded piece of cleaning in this thread's shard, and in another one, whose threads may
    /// have gone; nothing where somebody is at it.
    pub(crate) fn sweep(&self, limit: usize, timeline: &Timeline, ways: &impl Forget<K, V>) {
        let own = self.shard();
        self.sweep_shard(own, limit, timeline, ways);
        // Relaxed: whose turn it is matters to nobody.
        let turn = self.turn.fetch_add(1, Relaxed);
        if let Some(other) = self.shards.other(turn).filter(|other| !ptr::eq(own, *other)) {
            if other.is_due() {
                self.sweep_shard(other, limit, timeline, ways);
            }
        }
    }

    /// One bounded piece of cleaning in every shard. Says how many snapshots were buried.
    pub(crate) fn sweep_all(
        &self,
        limit: usize,
        timeline: &Timeline,
        ways: &impl Forget<K, V>,
    ) -> usize {
        let shards = self.shards.iter();
        shards.map(|shard| self.sweep_shard(shard, limit, timeline, ways)).sum()
    }

    fn sweep_shard(
        &self,
        shard: &Shard<K, V>,
        limit: usize,
        timeline: &Timeline,
        ways: &impl Forget<K, V>,
    ) -> usize {
        // A destructor that writes must not begin to sweep inside of this: the stack would grow
        // with the backlog.
        let Some(_sweeping) = Sweeping::begin() else { return 0 };
        let Some(mut sweeper) = try_lock(&shard.sweeper) else { return 0 };
        let pin = WritePin::new();
        step("sweep: locked");
        // 1. Seal what is on the stack, and ask for a grace period.
        shard.seal(&mut sweeper);
        sweeper.wait(&pin);
        step("sweep: sealed");
        // 2. and 3. See which grace periods are over; then look at the views; then bury.
        let mut doomed = Vec::new();
        let buried = self.bury_ready(&mut sweeper, limit, timeline, ways, &pin, &mut doomed);
        // Relaxed: a figure.
        shard.waiting.fetch_sub(buried as u64, Relaxed);
        drop(pin);
        drop(sweeper);
        // Without lock and pin: values may do what they like in their destructors.
        for each in doomed {
            each.free();
        }
        buried
    }

    fn bury_ready(
        &self,
        sweeper: &mut Sweeper<K, V>,
        limit: usize,
        timeline: &Timeline,
        ways: &impl Forget<K, V>,
        pin: &WritePin,
        doomed: &mut Vec<Doomed<K, V>>,
    ) -> usize {
        // R2: read after the grace period of everything that is ready or held now.
        let oldest = timeline.views().oldest();
        let mut buried = 0;
        if sweeper.keeping.died <= oldest {
            sweeper.seal_kept();
        }
        for _ in 0..limit {
            let Some(node) = sweeper.pop_ready() else { break };
            // SAFETY: R1: the limbo's own, until it is buried.
            let ready = unsafe { &*node };
            let end = ready.end();
            if end <= oldest {
                self.bury(node, timeline, ways, pin, doomed);
                buried += 1;
            } else {
                sweeper.keep(node, end);
            }
        }
        while buried < limit && sweeper.held.peek().is_some_and(|held| held.0.0 <= oldest) {
            let Some(Reverse((_, mut node))) = sweeper.held.pop() else { break };
            // SAFETY: R1: the limbo's own, until it is buried.
            while let Some(held) = unsafe { node.as_ref() } {
                let (end, below) = (held.end(), held.below());
                if end <= oldest {
                    self.bury(node, timeline, ways, pin, doomed);
                    buried += 1;
                } else {
                    sweeper.keep(node, end);
                }
                node = below;
            }
        }
        sweeper.give_room_back();
        buried
    }

    /// Ends a snapshot that nobody can reach: its grace period is over, and no view needs it.
    ///
    /// R4: reads this node only, never its successor, which may be gone.
    fn bury(
        &self,
        node: *mut Node<K, V>,
        timeline: &Timeline,
        ways: &impl Forget<K, V>,
        pin: &WritePin,
        doomed: &mut Vec<Doomed<K, V>>,
    ) {
        // SAFETY: R1: the limbo's own, until the last line.
        let ended = unsafe { &*node };
        // I7: nobody reads at a revision at which this snapshot, or one before it, was current.
        ended.take_ended().iter().for_each(|entry| ways.take_out(entry, pin));
        if ended.fate() == Fate::Removed {
            self.kill(ended.address(), ended.died(), timeline, ways, pin);
        }
        // SAFETY: R1, R2: grace period over, no view needs it, and it leaves the limbo here.
        doomed.push(unsafe { Doomed::bury(node) });
    }

    /// Ends the handle, if the tombstone that removed the document at `died` is still its head.
    fn kill(
        &self,
        address: Address<K, V>,
        died: u64,
        timeline: &Timeline,
        ways: &impl Forget<K, V>,
        pin: &WritePin,
    ) {
        let handle = address.handle();
        let head = handle.load(timeline, pin.read());
        let Some(node) = head.node() else { return };
        // R5: by revision, not by address: another tombstone may lie where this one lay.
        if !node.is_tombstone() || node.revision() != died || !handle.kill(&head) {
            return;
        }
        step("kill: before the table forgets");
        ways.forget(address);
        // R6: readers may still look at the tombstone; the handle goes with it.
        self.retire_last(node, 0);
    }
}

impl<K, V> Default for Shard<K, V> {
    fn default() -> Self {
        Self {
            retired: AtomicPtr::new(ptr::null_mut()),
            sweeper: Mutex::new(Sweeper {
                sealed: Vec::new(),
                asked: None,
                asked_for: Vec::new(),
                ready: Vec::new(),
                held: BinaryHeap::new(),
                keeping: Keeping::new(),
            }),
            live: AtomicI64::new(0),
            fresh: AtomicU64::new(0),
            conflicts: AtomicU64::new(0),
            expired: AtomicU64::new(0),
            evicted: AtomicU64::new(0),
            unwritten: AtomicU64::new(0),
            waiting: AtomicU64::new(0),
            sealed: AtomicU64::new(0),
        }
    }
}

impl<K, V> Shard<K, V> {
    fn push(&self, node: NodeRef<'_, K, V>) -> bool {
        let (below, height) = node.link();
        // P6 (Acquire): the height of the node below is read next.
        let mut top = self.retired.load(Acquire);
        loop {
            // SAFETY: R1: the caller is pinned, so even a node that has just been sealed stays.
            let depth = unsafe { top.as_ref() }.map_or(0, Node::height);
            // Relaxed: P6: published by the push.
            below.store(top, Relaxed);
            // Relaxed: P6: likewise.
            height.store(depth.wrapping_add(1), Relaxed);
            step("retire: before the push");
            // P6 (AcqRel): hands the node over, with all that was noted in it.
            match self.retired.compare_exchange_weak(top, node.as_ptr(), AcqRel, Acquire) {
                Ok(_) => return depth.wrapping_add(1) % SWEEP_EVERY == 0,
                Err(now) => top = now,
            }
        }
    }

    fn seal(&self, sweeper: &mut Sweeper<K, V>) {
        // P6 (AcqRel): takes over everything that was pushed.
        let first = self.retired.swap(ptr::null_mut(), AcqRel);
        // SAFETY: R1: the limbo's own now.
        let Some(top) = (unsafe { first.as_ref() }) else { return };
        let height = u64::from(top.height());
        // Relaxed: figures.
        self.sealed.fetch_add(height, Relaxed);
        // Relaxed: a figure.
        self.waiting.fetch_add(height, Relaxed);
        sweeper.sealed.push(first);
    }

    /// Whether anything was sealed that is not buried yet.
    fn is_due(&self) -> bool {
        // Relaxed: a figure.
        self.waiting.load(Relaxed) > 0
    }

    /// How many snapshots lie on the stack.
    fn stacked(&self) -> u64 {
        let _pin = WritePin::new();
        // P6 (Acquire): as in `push`.
        let top = self.retired.load(Acquire);
        // SAFETY: R1: pinned.
        unsafe { top.as_ref() }.map_or(0, |top| u64::from(top.height()))
    }
}

impl<K, V> Keeping<K, V> {
    fn new() -> Self {
        Self { list: ptr::null_mut(), len: 0, died: u64::MAX }
    }
}

impl<K, V> Sweeper<K, V> {
    /// Moves on what has waited long enough, and asks for the next grace period.
    fn wait(&mut self, pin: &WritePin) {
        if self.asked.as_ref().is_some_and(|grace| grace.is_over(pin)) {
            self.asked = None;
            self.ready.append(&mut self.asked_for);
        }
        if self.asked.is_none() && !self.sealed.is_empty() {
            // Asked for after the seal: R1.
            self.asked = Some(Grace::ask(pin));
            self.asked_for.append(&mut self.sealed);
        }
        if self.asked.is_some() {
            Grace::urge(pin);
        }
    }

    /// The heap had to have room for all that a long view held up; when it has gone, so does this.
    fn give_room_back(&mut self) {
        let (len, room) = (self.held.len(), self.held.capacity());
        if room > HELD_ROOM_MIN && len < room / 4 {
            self.held.shrink_to((2 * len).max(HELD_ROOM_MIN));
        }
    }

    /// Keeps a node for as long as something needs it.
    fn keep(&mut self, node: *mut Node<K, V>, died: u64) {
        // SAFETY: R1: the limbo's own.
        let (below, _) = unsafe { &*node }.link();
        // Relaxed: P6: as above.
        below.store(self.keeping.list, Relaxed);
        self.keeping.list = node;
        self.keeping.died = self.keeping.died.min(died);
        self.keeping.len += 1;
        if self.keeping.len >= HELD_TOGETHER {
            self.seal_kept();
        }
    }

    fn seal_kept(&mut self) {
        let Keeping { list, len, died } = std::mem::replace(&mut self.keeping, Keeping::new());
        if len > 0 {
            self.held.push(Reverse((died, list)));
        }
    }

    fn pop_ready(&mut self) -> Option<*mut Node<K, V>> {
        let list = self.ready.last_mut()?;
        let node = *list;
        // SAFETY: R1: the limbo's own.
        *list = unsafe { &*node }.below();
        if list.is_null() {
            self.ready.pop();
        }
        Some(node)
    }
}

impl<K, V> Drop for Limbo<K, V> {
    /// The collection is gone, and every pin and view of it: nothing waits any more.
    fn drop(&mut self) {
        for shard in self.shards.iter_mut() {
            let mut list = Vec::new();
            // P6 (AcqRel): the last writer may have been another thread.
            list.push(shard.retired.swap(ptr::null_mut(), AcqRel));
            let sweeper = match shard.sweeper.get_mut() {
                Ok(sweeper) => sweeper,
                Err(poisoned) => poisoned.into_inner(),
            };
            list.append(&mut sweeper.ready);
            list.append(&mut sweeper.asked_for);
            list.append(&mut sweeper.sealed);
            sweeper.seal_kept();
            list.extend(sweeper.held.drain().map(|Reverse((_, held))| held));
            for mut node in list {
                // SAFETY: R1: the limbo's own.
                while let Some(next) = unsafe { node.as_ref() }.map(Node::below) {
                    // SAFETY: R1, R2: as above.
                    unsafe { Doomed::bury(node) }.free();
                    node = next;
                }
            }
        }
    }
}

const _: () = assert!(SWEEP_EVERY > 0);
