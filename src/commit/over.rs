//! Documents that are **over**: their deadlines have passed.

use std::iter;

use crate::catalog::Plan;
use crate::commit::{Left, Report};
use crate::limits::{EXPIRED_AT_ONCE, SWEEP_MAX};
use crate::protocol::cause::Cause;
use crate::protocol::deadline::NEVER;
use crate::protocol::draft::Draft;
use crate::protocol::handle::{Address, Head};
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
        let mut draft = Draft::tombstone(Cause::Expired);
        draft.follow(seen.node(), address);
        let entered = plan.enter(seen.node(), &mut draft, address);
        step("expire: before");
        let Ok(node) = address.handle().publish(seen, draft, pin.read()) else { return false };
        entered.keep(seen.node().map(|old| (old, node)));
        let written = self.finish(seen, node, Report::Numbers, pin, left);
        if written.is_ok() {
            self.limbo.count_ended(Cause::Expired);
        }
        written.is_ok()
    }

    /// Ends a batch of documents whose deadlines have passed. Says how many; `None` if there was
    /// none to look at.
    pub(super) fn expire_batch(&self, now: u64, pin: &WritePin, left: &mut Left) -> Option<usize> {
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

    /// A piece of the same, by a writer.
    pub(super) fn expire_some(&self) {
        let mut expired = 0;
        while expired < EXPIRED_AT_ONCE && self.is_due() {
            let Some(more) = self.expire_unpinned(self.timeline.time().coarse()) else { break };
            expired += more.max(1);
        }
    }

    /// Ends all documents whose deadlines have passed. Says how many.
    pub(crate) fn purge(&self) -> usize {
        if !self.is_due() {
            return 0;
        }
        let now = self.timeline.time().coarse();
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

    /// Whether some deadline may have passed.
    #[inline]
    pub(crate) fn is_due(&self) -> bool {
        let next = self.expiry.next();
        next != NEVER && next <= self.timeline.time().coarse()
    }
}
