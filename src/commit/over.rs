//! Documents that are **over**: their deadlines have passed.

use std::iter;

use crate::bounds::Patience;
use crate::catalog::Plan;
use crate::commit::Left;
use crate::expiry::Batch;
use crate::limits::{EXPIRED_AT_ONCE, SWEEP_MAX};
use crate::protocol::cause::Cause;
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
        let shown = self.finish(seen, end, pin, left);
        if shown {
            self.limbo.count_ended(end.cause());
        }
        shown
    }

    /// Ends a batch of documents whose deadlines have passed; `None` if there was none to take.
    fn expire_batch(&self, now: u64, pin: &WritePin, left: &mut Left) -> Option<Ended> {
        let mut batch = self.expiry.take_due(now).filter(|_| !self.is_closed())?;
        let mut ended = Ended { entries: batch.len(), documents: 0 };
        while let Some(address) = batch.next() {
            ended.documents += usize::from(self.look_after(address, now, pin, left));
        }
        Some(ended)
    }

    /// Ends what others have taken, and may be asleep over. Says how many documents.
    fn expire_in_hand(&self, now: u64, pin: &WritePin, left: &mut Left) -> usize {
        if self.is_closed() {
            return 0;
        }
        let in_hand = self.expiry.in_hand(now);
        let addresses = in_hand.iter().flat_map(Batch::all);
        addresses.filter(|address| self.end_if_over(*address, now, pin, left).is_ok()).count()
    }

    /// Does something of that without a pin.
    fn unpinned<T>(&self, expire: impl FnOnce(&WritePin, &mut Left) -> T) -> T {
        let (pin, mut left) = (WritePin::new(), Left::default());
        let ended = expire(&pin, &mut left);
        drop(pin);
        left.told.announce();
        if left.is_due {
            self.sweep(SWEEP_MAX);
        }
        ended
    }

    /// I11: ends what is there if it is over, or puts it back under its own time.
    fn look_after(
        &self,
        address: Address<K, V>,
        now: u64,
        pin: &WritePin,
        left: &mut Left,
    ) -> bool {
        let ended = self.end_if_over(address, now, pin, left);
        if let Err(Some(at)) = ended {
            self.expiry.put(at, address);
        }
        ended.is_ok()
    }

    /// Ends what is there if it is over. Else says when it will be, if there is anything that ends.
    fn end_if_over(
        &self,
        address: Address<K, V>,
        now: u64,
        pin: &WritePin,
        left: &mut Left,
    ) -> Result<(), Option<u64>> {
        loop {
            let seen = address.handle().load(&self.timeline, pin.read());
            let node = seen.live().ok_or(None)?;
            let at = node.deadline().get().ok_or(None)?;
            if !node.deadline().has_passed(now) {
                return Err(Some(at));
            }
            if self.expire(address, &seen, pin, left) {
                return Ok(());
            }
        }
    }

    /// A piece of the same, batch by batch. Says how many documents it ended.
    fn expire_bounded(&self, mut batch: impl FnMut(u64) -> Option<Ended>) -> usize {
        let mut all = Ended::default();
        while all.entries < EXPIRED_AT_ONCE {
            let Some(ended) = self.due_by().and_then(&mut batch) else { break };
            all.entries += ended.entries;
            all.documents += ended.documents;
        }
        all.documents
    }

    /// On the way of a write that has dropped its pin.
    pub(super) fn expire_some(&self) {
        self.expire_bounded(|now| self.unpinned(|pin, left| self.expire_batch(now, pin, left)));
    }

    /// For a write that has its pin, and needs the room. Says how many documents it ended: some, if
    /// there are any.
    pub(super) fn expire_now(&self, pin: &WritePin, left: &mut Left) -> usize {
        match self.expire_bounded(|now| self.expire_batch(now, pin, left)) {
            0 => self.due_by().map_or(0, |now| self.expire_in_hand(now, pin, left)),
            ended => ended,
        }
    }

    /// Ends all documents whose deadlines have passed, and waits a while for others that are in the
    /// middle of it: when they are done nothing of it is counted. Says how many.
    pub(crate) fn purge(&self) -> usize {
        let Some(now) = self.due_by() else { return 0 };
        let expire = || self.unpinned(|pin, left| self.expire_batch(now, pin, left));
        let ended: usize = iter::from_fn(expire).map(|ended| ended.documents).sum();
        let in_hand = self.unpinned(|pin, left| self.expire_in_hand(now, pin, left));
        let mut patience = Patience::default();
        while self.expiry.is_in_hand(now) && patience.wait(true) {}
        self.sweep(SWEEP_MAX);
        ended + in_hand
    }

    /// A piece of the same, without what others have in hand; and sweeps. `None` if there was none
    /// to take.
    pub(crate) fn purge_some(&self) -> Option<usize> {
        let now = self.timeline.time().coarse();
        let ended = self.unpinned(|pin, left| self.expire_batch(now, pin, left));
        self.sweep(SWEEP_MAX);
        ended.map(|ended| ended.documents)
    }

    /// The time, if some deadline may have passed by now.
    #[inline]
    fn due_by(&self) -> Option<u64> {
        let next = self.expiry.next()?;
        let now = self.timeline.time().coarse();
        (next <= now).then_some(now)
    }

    /// Whether some deadline may have passed at the time `now`.
    pub(crate) fn is_due(&self, now: u64) -> bool {
        self.expiry.next().is_some_and(|next| next <= now)
    }
}

/// What a look at deadlines that have passed came to.
#[derive(Clone, Copy, Default)]
struct Ended {
    /// Looked at.
    entries: usize,
    documents: usize,
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
    // Without a value it carries nothing, and there is nothing to withdraw.
    plan.enter(seen.node(), &mut tombstone, address);
    let end = address.handle().publish(seen, tombstone, pin.read()).ok()?;
    seen.node().inspect(|old| plan.note_ended(*old, end.get().entries()));
    Some(end)
}
