//! One write, in order. Each step is one call into one room, and says what a reader may see.
//!
//! 1. pin       both collectors; the catalog of indexes is read under this pin, and the keys of the
//!    catalog   value are extracted
//! 2. table     find the handle, or put an empty one in
//! 3. protocol  load the head and stamp it; a document that is over ends first, as by a write of
//!    condition its own; look whether the collection is closed, and at the condition: may
//!    refuse, and nothing has happened yet
//! 4. bounds    reserve what it takes, if there are any: who has to go for that goes as by a write
//!    of its own
//!    catalog   add the new entries           the index now says too much, which is allowed
//! 5. protocol  publish                       <- live readers see it from here
//! 6. protocol  stamp                         <- views and the feed see it from here
//! 7. protocol  retire the old snapshot       its entries go when it is buried, never earlier
//! 8. protocol  look whether the close came first: then nobody is ever shown the snapshot, and
//!    the value goes back to its owner
//! 9. feed      tell those who wait for it, if anybody watches
//! 10. end      drop the pin, wake them, call the callbacks, and sweep if it is time to
//!
//! Losing at step 5 undoes 4 and starts again from 3. No code of the user runs between 1 and 10
//! but the key's `Eq`, the extractors of indexes, the clock (in 3, and in 4 also under the lock of
//! the eviction policy) and, where the quota of a namespace is reached and something in it is over,
//! those who watch that: closures and hooks are called by the layer above, which holds an owner of
//! what they are shown and comes back with the revision as the condition.

mod over;
mod room;

use equivalent::Equivalent;

use crate::bounds::Wanted;
use crate::catalog::Plan;
use crate::feed::Told;
use crate::limits::SWEEP_MAX;
use crate::protocol::budget::Advance;
use crate::protocol::draft::Draft;
use crate::protocol::handle::{Address, Head};
use crate::protocol::node::{Fate, Node, NodeRef, Owned};
use crate::reclaim::{ReadPin, WritePin};
use crate::rooms::Rooms;
use crate::sync::step;

/// What has to be there for a write to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expect {
    Anything,
    Absent,
    Present,
    /// The document, unchanged since this revision.
    Revision(u64),
}

impl Expect {
    /// Whether a document at revision `found`, or none, is as expected.
    pub(crate) fn accepts(self, found: Option<u64>) -> bool {
        match self {
            Self::Anything => true,
            Self::Absent => found.is_none(),
            Self::Present => found.is_some(),
            Self::Revision(revision) => found == Some(revision),
        }
    }
}

/// Why a write did not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Closed,
    /// The condition does not hold; what is there instead, if anything.
    Found(Option<u64>),
    /// It is heavier than all that may be there, or nobody can go.
    OverCapacity {
        weight: u64,
        max: u64,
    },
    /// There is as much in the namespace as there may be.
    Quota {
        limit: u64,
        used: u64,
    },
}

/// A write that happened, for as long as the pin under which it did.
pub(crate) struct Published<'g, K, V> {
    /// The document that it replaced.
    pub(crate) before: Option<NodeRef<'g, K, V>>,
    pub(crate) node: NodeRef<'g, K, V>,
}

/// What a write asks for, beside what it writes; and what it gets back if it is refused. (That is
/// not returned: what is larger than two words goes through memory at each return.)
struct Order<'o, V> {
    expect: Expect,
    /// What was reserved for it, and for others.
    advance: Option<&'o Advance>,
    refused: Option<Refused<V>>,
}

impl<V> Order<'_, V> {
    /// Notes that nothing is published, and why.
    fn refuse<T>(&mut self, refused: Refused<V>) -> Option<T> {
        self.refused = Some(refused);
        None
    }
}

/// What a writer does when it has dropped its pin.
#[derive(Default)]
struct Left {
    /// Those to be woken and called.
    told: Told,
    /// It is time to sweep.
    is_due: bool,
}

/// A refused write: the value, unless it was a removal, and the reason.
pub(crate) struct Refused<V> {
    pub(crate) value: Option<V>,
    pub(crate) why: Refusal,
}

/// The key of a write: how to find it, and the key itself if the write may create it.
pub(crate) trait Target<K> {
    fn hash(&self) -> u64;

    fn matches(&self, key: &K) -> bool;

    /// The key itself, if this target has it.
    fn key(&self) -> Option<&K>;

    /// Gives the key away, to be moved into a handle; `None` if this write must find it.
    fn take(&mut self) -> Option<K>;

    /// Takes the key back, if this target once had one and lacks it now.
    fn restore(&mut self, key: impl FnOnce() -> K);
}

/// A key by value: the write may create it.
pub(crate) struct ByKey<K> {
    pub(crate) hash: u64,
    /// `None` once a handle has it.
    pub(crate) key: Option<K>,
}

impl<K: Eq> Target<K> for ByKey<K> {
    fn hash(&self) -> u64 {
        self.hash
    }

    #[inline]
    fn matches(&self, key: &K) -> bool {
        self.key.as_ref() == Some(key)
    }

    fn key(&self) -> Option<&K> {
        self.key.as_ref()
    }

    fn take(&mut self) -> Option<K> {
        self.key.take()
    }

    fn restore(&mut self, key: impl FnOnce() -> K) {
        self.key.get_or_insert_with(key);
    }
}

/// Something equivalent to a key: the write must find it.
pub(crate) struct ByQuery<'q, Q: ?Sized> {
    pub(crate) hash: u64,
    pub(crate) query: &'q Q,
}

impl<K, Q: Equivalent<K> + ?Sized> Target<K> for ByQuery<'_, Q> {
    fn hash(&self) -> u64 {
        self.hash
    }

    #[inline]
    fn matches(&self, key: &K) -> bool {
        self.query.equivalent(key)
    }

    fn key(&self) -> Option<&K> {
        None
    }

    fn take(&mut self) -> Option<K> {
        None
    }

    fn restore(&mut self, _key: impl FnOnce() -> K) {}
}

impl<K, V> Rooms<K, V>
where
    K: Clone + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    /// Writes `draft` (a value, or a tombstone) if the document is as expected, and lets `read`
    /// look at what was written.
    ///
    /// One attempt that succeeds or is refused; it starts over only when another write of the
    /// same key came between, so some write always gets through (lock-free).
    #[inline(always)]
    pub(crate) fn write<R>(
        &self,
        target: &mut impl Target<K>,
        draft: Draft<K, V>,
        expect: Expect,
        read: impl FnOnce(&Published<'_, K, V>) -> R,
    ) -> Result<R, Refused<V>> {
        self.write_paid(target, draft, expect, None, read)
    }

    /// The same, of what may have been reserved ahead.
    #[inline(always)]
    pub(crate) fn write_paid<R>(
        &self,
        target: &mut impl Target<K>,
        draft: Draft<K, V>,
        expect: Expect,
        advance: Option<&Advance>,
        read: impl FnOnce(&Published<'_, K, V>) -> R,
    ) -> Result<R, Refused<V>> {
        if draft.deadline().is_some() {
            self.timeline.expect_deadlines();
        }
        let mut order = Order { expect, advance, refused: None };
        let pin = WritePin::new();
        let mut left = Left::default();
        let written = self.publish(target, draft, &mut order, &pin, &mut left);
        let written = written.as_ref().map(read);
        drop(pin);
        self.leave(left);
        written.ok_or_else(|| order.refused.expect("what is not published is refused"))
    }

    /// Step 10, without the pin.
    fn leave(&self, left: Left) {
        left.told.announce();
        if left.is_due {
            self.sweep(SWEEP_MAX);
            self.expire_some();
        }
    }

    /// Steps 2 to 9; `None`: it was refused.
    fn publish<'g>(
        &'g self,
        target: &mut impl Target<K>,
        mut draft: Draft<K, V>,
        order: &mut Order<'_, V>,
        pin: &'g WritePin,
        left: &mut Left,
    ) -> Option<Published<'g, K, V>> {
        let plan = Plan::of(&self.catalog, draft.get(), pin);
        let mut reached = None;
        loop {
            let (address, made) = match reached {
                Some(reached) => reached,
                None => match self.reach(target, order.expect, draft.node(), pin) {
                    Ok(reached) => reached,
                    Err(why) => return order.refuse(Refused { value: draft.into_value(), why }),
                },
            };
            let seen = address.handle().load(&self.timeline, pin.read());
            if seen.is_dead() {
                // Its killer may be asleep: help the table to forget it, and ask again.
                self.table.forget(address);
                target.restore(|| address.key().clone());
                reached = None;
                continue;
            }
            if self.is_over(&seen) && !self.is_closed() {
                // It ends for itself, before anything else happens to the key.
                let _or_others_did = self.expire(address, &seen, pin, left);
                reached = Some((address, made));
                continue;
            }
            if let Some(why) = self.refusal(&seen, order.expect) {
                if matches!(order.expect, Expect::Revision(_)) {
                    self.limbo.count_conflict();
                }
                return order.refuse(self.refuse(target, draft, address, made, why));
            }
            let wanted = Wanted { draft: &draft, address, advance: order.advance };
            let reserved = match self.reserve(&seen, &wanted, pin, left) {
                Ok(Some(reserved)) => reserved,
                Ok(None) => {
                    reached = Some((address, made));
                    continue;
                }
                Err(why) => {
                    return order.refuse(self.refuse(target, draft, address, made, why));
                }
            };
            draft.follow(seen.node(), address);
            plan.enter(seen.node(), &mut draft, address);
            match address.handle().publish(&seen, draft, pin.read()) {
                Ok(node) => {
                    reserved.keep();
                    seen.node().inspect(|old| plan.note_ended(*old, node.get().entries()));
                    if self.finish(&seen, node, pin, left) {
                        return Some(Published { before: seen.live(), node });
                    }
                    target.restore(|| address.key().clone());
                    let value = node.take_value();
                    return order.refuse(Refused { value, why: Refusal::Closed });
                }
                Err(lost) => draft = lost,
            }
            plan.withdraw(seen.node(), &draft);
            self.limbo.count_conflict();
            reached = Some((address, made));
        }
    }

    /// Leaves everything as it was found.
    fn refuse(
        &self,
        target: &mut impl Target<K>,
        draft: Draft<K, V>,
        address: Address<K, V>,
        made: bool,
        why: Refusal,
    ) -> Refused<V> {
        if made {
            self.give_up(address);
        }
        target.restore(|| address.key().clone());
        Refused { value: draft.into_value(), why }
    }

    /// Steps 6 to 9. Notes what is left to do without the pin. Says whether
    /// the write came before the close.
    fn finish(
        &self,
        seen: &Head<'_, K, V>,
        node: NodeRef<'_, K, V>,
        pin: &WritePin,
        left: &mut Left,
    ) -> bool {
        step("write: published");
        let revision = self.timeline.stamp_own(node);
        step("write: stamped");
        let before = seen.live();
        if let Some(before) = seen.node() {
            let fate = if node.is_tombstone() { Fate::Removed } else { Fate::Replaced };
            left.is_due |= self.limbo.retire(before, revision, fate);
        }
        left.is_due |= self.count(seen, before.is_none(), node.is_tombstone());
        self.expiry.note(seen.node(), node);
        if let Some(bounds) = &self.bounds {
            bounds.settle(before, node, &self.timeline, pin.read());
        }
        if self.closing.closed_at(&self.timeline).is_some_and(|closed| closed < revision) {
            return false;
        }
        let ring = self.timeline.ring();
        if ring.takes(revision) {
            self.tell(node, revision, pin, &mut left.told);
            left.is_due |= ring.is_due(revision);
        }
        true
    }

    /// Says whether it is time to sweep, also if documents are only created.
    fn count(&self, seen: &Head<'_, K, V>, created: bool, removed: bool) -> bool {
        debug_assert!(!(created && removed), "a removal finds what it removes");
        if removed {
            self.limbo.count_removed();
        }
        created && self.limbo.count_created(seen.node().is_none())
    }

    /// An owner of the current snapshot, for code of the user to look at without a pin.
    pub(crate) fn look(&self, target: &impl Target<K>) -> Option<Owned<K, V>> {
        let pin = ReadPin::new();
        let node = self.get(target.hash(), |key| target.matches(key), &pin)?;
        Some(node.own())
    }

    /// Puts a stamped draft in, in a collection that nobody else knows yet.
    pub(crate) fn found(&self, hash: u64, key: K, mut draft: Draft<K, V>) {
        if draft.deadline().is_some() {
            self.timeline.expect_deadlines();
        }
        let pin = WritePin::new();
        let occupied = self.roster.occupy(hash, key);
        let address = occupied.address();
        draft.settle(address);
        if self.table.put(address, draft.node()) {
            let plan = Plan::of(&self.catalog, draft.get(), &pin);
            plan.enter(None, &mut draft, address);
            self.expiry.found(draft.deadline(), address);
            let handle = occupied.tell().handle();
            handle.found(draft);
            if let Some(bounds) = &self.bounds {
                let head = handle.load(&self.timeline, pin.read());
                head.node().inspect(|node| bounds.found(*node, &self.timeline, pin.read()));
            }
            let _nothing_to_sweep = self.limbo.count_created(true);
        }
    }

    /// Step 2: the handle of the key; made, empty, if the write may create the document. Says
    /// whether this write made it.
    fn reach(
        &self,
        target: &mut impl Target<K>,
        expect: Expect,
        draft: &Node<K, V>,
        pin: &WritePin,
    ) -> Result<(Address<K, V>, bool), Refusal> {
        loop {
            let matches = |key: &K| target.matches(key);
            if let Some(found) = self.table.find(target.hash(), matches, pin.read()) {
                return Ok((found, false));
            }
            if self.is_closed() {
                return Err(Refusal::Closed);
            }
            let creates = matches!(expect, Expect::Anything | Expect::Absent);
            let key = if creates { target.take() } else { None };
            let Some(key) = key else { return Err(Refusal::Found(None)) };
            let occupied = self.roster.occupy(target.hash(), key);
            step("create: before the table");
            if self.table.put(occupied.address(), draft) {
                step("create: empty");
                return Ok((occupied.tell(), true));
            }
            target.restore(|| occupied.withdraw());
        }
    }

    /// I6: nobody leaves an empty handle behind. Whoever publishes in it meanwhile keeps it.
    fn give_up(&self, address: Address<K, V>) {
        if !address.handle().kill(&Head::Empty) {
            return;
        }
        step("create: gave up");
        self.table.forget(address);
        self.limbo.retire_empty(address);
    }

    /// Step 3.
    fn refusal(&self, seen: &Head<'_, K, V>, expect: Expect) -> Option<Refusal> {
        if self.is_closed() {
            return Some(Refusal::Closed);
        }
        let found = seen.live().map(|node| node.revision());
        (!expect.accepts(found)).then_some(Refusal::Found(found))
    }
}
