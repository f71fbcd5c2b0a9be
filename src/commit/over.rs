//! Documents that are **over**: their deadlines have passed.

use std::iter;

use crate::catalog::Plan;
use crate::commit::{Left, Report};
use crate::limits::{EXPIRED_AT_ONCE, SWEEP_MAX};
use crate::protocol::cause::Cause;
use crate::protocol::deadline::NEVER;
use crate::protocol::draft::Draft;
use crate::protocol::handle::{Address, Head};
use crate::protocol::node::NodeRef;
use crate::reclaim::WritePin;
use crate::rooms::Rooms;
use crate::sync::step;

impl<K, V> Rooms<K, V>
where
    K: Clone + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    /// How many documents there are, without those that are over: exact when nobody writes.
    pub(crate) fn len(&self) -> usize {
        if self.is_closed() {
            return 0;
        }
        self.purge();
        let capacity = self.bounds.as_ref().and_then(|bounds| bounds.capacity.as_ref());
        capacity.map_or_else(
            || self.limbo.live(),
            |capacity| usize::try_from(capacity.len()).unwrap_or(usize::MAX),
        )
    }

    /// Whether the deadline of the document has passed.
    pub(super) fn is_over(&self, seen: &Head<'_, K, V>) -> bool {
        seen.live().is_some_and(|node| self.has_expired(node))
    }

    /// Ends a document whose deadline has passed, if it is still as it was seen. Says whether it
    /// did.
    pub(super) fn expire(
        &self,
        address: Address<K, V>,
        seen: &Head<'_, K, V>,
        pin: &WritePin,
        left: &mut Left,
    ) -> bool {
        let plan = Plan::of(&self.catalog, None, pin);
        step("expire: before");
        let ended = publish_end(&plan, Cause::Expired, address, seen, pin);
        ended.is_some_and(|end| self.finish_end(seen, end, pin, left))
    }

    /// Steps 6 to 9 for a document that ended without a write of the user's. Says whether anybody
    /// is shown that: not if the close came first.
    pub(super) fn finish_end(
        &self,
        seen: &Head<'_, K, V>,
        end: NodeRef<'_, K, V>,
        pin: &WritePin,
        left: &mut Left,
    ) -> bool {
        let shown = self.finish(seen, end, Report::Numbers, pin, left).is_ok();
        if shown {
            self.limbo.count_ended(end.cause());
        }
        shown
    }

    /// Ends a batch of documents whose deadlines have passed. Says how many; `None` if there was
    /// none to look at.
    fn expire_batch(&self, now: u64, pin: &WritePin, left: &mut Left) -> Option<usize> {
        let mut batch = self.expiry.take_due(now);
        if batch.is_empty() || self.is_closed() {
            return None;
        }
        let mut expired = 0;
        while let Some(address) = batch.next() {
            expired += usize::from(self.look_after(address, now, pin, left));
        }
        Some(expired)
    }

    /// The same by a caller that holds no pin.
    fn expire_unpinned(&self, now: u64) -> Option<usize> {
        let (pin, mut left) = (WritePin::new(), Left::default());
        let expired = self.expire_batch(now, &pin, &mut left);
        drop(pin);
        left.told.announce();
        expired
    }

    /// I11: ends what is there if it is over, or puts it back under its own time.
    fn look_after(
        &self,
        address: Address<K, V>,
        now: u64,
        pin: &WritePin,
        left: &mut Left,
    ) -> bool {
        loop {
            let seen = address.handle().load(&self.timeline, pin.read());
            let Some(node) = seen.live() else { return false };
            let Some(at) = node.deadline().get() else { return false };
            if !node.deadline().has_passed(now) {
                self.expiry.put(at, address);
                return false;
            }
            if self.expire(address, &seen, pin, left) {
                return true;
            }
        }
    }

    /// A piece of the same, by a writer, batch by batch. Says how many it ended.
    fn expire_bounded(&self, mut batch: impl FnMut(u64) -> Option<usize>) -> usize {
        let (mut expired, mut looked) = (0, 0);
        while looked < EXPIRED_AT_ONCE {
            let Some(more) = self.due_by().and_then(&mut batch) else { break };
            expired += more;
            looked += more.max(1);
        }
        expired
    }

    /// On the way of a write that has dropped its pin.
    pub(super) fn expire_some(&self) {
        self.expire_bounded(|now| self.expire_unpinned(now));
    }

    /// For a write that has its pin, and needs the room. Says how many: some, if there are any.
    pub(super) fn expire_now(&self, pin: &WritePin, left: &mut Left) -> usize {
        self.expire_bounded(|now| self.expire_batch(now, pin, left))
    }

    /// Ends all documents whose deadlines have passed. Says how many.
    pub(crate) fn purge(&self) -> usize {
        let Some(now) = self.due_by() else { return 0 };
        let expired: usize = iter::from_fn(|| self.expire_unpinned(now)).sum();
        self.sweep(SWEEP_MAX);
        expired
    }

    /// A piece of the same. Says how many; `None` if there was nothing to do.
    pub(crate) fn purge_some(&self) -> Option<usize> {
        let expired = self.expire_unpinned(self.timeline.time().coarse());
        self.sweep(SWEEP_MAX);
        expired
    }

    /// The time, if some deadline may have passed by now.
    #[inline]
    fn due_by(&self) -> Option<u64> {
        let next = self.expiry.next();
        if next == NEVER {
            return None;
        }
        let now = self.timeline.time().coarse();
        (next <= now).then_some(now)
    }

    /// Whether some deadline may have passed at the time `now`.
    pub(crate) fn is_due(&self, now: u64) -> bool {
        let next = self.expiry.next();
        next != NEVER && next <= now
    }
}

/// Steps 4 and 5 for the end of a document, if it is still as it was `seen`.
pub(super) fn publish_end<'g, K, V>(
    plan: &Plan<'_, K, V>,
    cause: Cause,
    address: Address<K, V>,
    seen: &Head<'_, K, V>,
    pin: &'g WritePin,
) -> Option<NodeRef<'g, K, V>>
where
    K: Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    let mut tombstone = Draft::tombstone(cause);
    tombstone.follow(seen.node(), address);
    let entered = plan.enter(seen.node(), &mut tombstone, address);
    let end = address.handle().publish(seen, tombstone, pin.read()).ok()?;
    entered.keep(seen.node().map(|old| (old, end)));
    Some(end)
}
