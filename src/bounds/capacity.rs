//! The **capacity** of a collection: how many documents, and how heavy together.

use crate::bounds::{Cost, Full};
use crate::eviction::{Policy, Token};
use crate::protocol::budget::Budget;
use crate::protocol::handle::{Address, Head};
use crate::protocol::node::{Node, NodeRef};
use crate::protocol::timeline::Timeline;
use crate::reclaim::ReadPin;
use crate::sync::{Mutex, lock};

/// Two budgets, and who goes when one of them is used up.
pub(crate) struct Capacity<K, V> {
    entries: Budget,
    weight: Budget,
    weighs: Weighs,
    policy: Mutex<Policy<Address<K, V>>>,
}

/// What a document weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weighs {
    /// Only their number counts.
    Nothing,
    /// What it takes in memory.
    Bytes,
    /// What its writer has noted.
    AsNoted,
}

/// Who goes.
pub(crate) enum Choice<'g, K, V> {
    /// It has just gone.
    Gone { was: Head<'g, K, V>, end: NodeRef<'g, K, V> },
    /// Nobody yet: other writers have reserved or removed, and are about to say so.
    NotYet,
    /// Nobody, however long one waits: too much is protected.
    Nobody,
}

impl<K, V> Capacity<K, V> {
    /// For so many documents, that weigh so much together.
    pub(crate) fn new(entries: Option<u64>, weight: Option<(u64, Weighs)>) -> Self {
        let (limit, kind) = weight.unwrap_or((u64::MAX, Weighs::Nothing));
        let entries = entries.unwrap_or(u64::MAX);
        let policy = Policy::new(if weight.is_some() { limit } else { entries });
        Self {
            entries: Budget::new(entries),
            weight: Budget::new(limit),
            weighs: kind,
            policy: Mutex::new(policy),
        }
    }

    pub(crate) fn counts_bytes(&self) -> bool {
        self.weighs == Weighs::Bytes
    }

    pub(crate) fn len(&self) -> u64 {
        self.entries.used()
    }

    pub(crate) fn weight(&self) -> u64 {
        self.weight.used()
    }

    pub(super) fn weight_of(&self, bytes: u64, node: &Node<K, V>) -> u64 {
        match self.weighs {
            Weighs::Nothing => 0,
            Weighs::Bytes => bytes,
            Weighs::AsNoted => u64::from(node.charge()),
        }
    }

    /// The limit that a document would exceed if it were alone.
    pub(super) fn too_heavy(&self, cost: Cost) -> Option<u64> {
        let (entries, weight) = (self.entries.limit(), self.weight.limit());
        let is_over = |(cost, max): (u64, u64)| (cost > max).then_some(max);
        is_over((cost.weight, weight)).or_else(|| is_over((cost.entries, entries)))
    }

    /// The cost, and the limit, of what counts.
    pub(super) fn shortage(&self, cost: Cost) -> (u64, u64) {
        match self.weighs {
            Weighs::Nothing => (cost.entries, self.entries.limit()),
            _ => (cost.weight, self.weight.limit()),
        }
    }

    pub(super) fn reserve(&self, cost: Cost) -> Result<(), Full> {
        if cost.entries > 0 {
            self.entries.reserve(cost.entries).map_err(|_| Full::Capacity)?;
        }
        if cost.weight > 0 && self.weight.reserve(cost.weight).is_err() {
            if cost.entries > 0 {
                self.entries.release(cost.entries);
            }
            return Err(Full::Capacity);
        }
        Ok(())
    }

    pub(super) fn found(&self, cost: Cost) {
        self.entries.add(cost.entries);
        self.weight.add(cost.weight);
    }

    pub(super) fn release(&self, cost: Cost) {
        if cost.entries > 0 {
            self.entries.release(cost.entries);
        }
        if cost.weight > 0 {
            self.weight.release(cost.weight);
        }
    }

    /// I13: lets whoever chooses know what is there now.
    pub(super) fn look_again(
        &self,
        address: Address<K, V>,
        cost_of: impl Fn(&Node<K, V>) -> Cost,
        timeline: &Timeline,
        pin: &ReadPin,
    ) {
        let mut policy = lock(&self.policy);
        // I13: looked at under the lock, by each who has changed it: so the last one is right.
        let head = address.handle().load(timeline, pin);
        let known = Token::from_bits(address.handle().token());
        let now = head.live().map(|node| self.share_of(cost_of(node.get())));
        match (known, now) {
            (None, Some(weight)) => {
                address.handle().take_read();
                let read = &mut |item: Address<K, V>| item.handle().take_read();
                let token = policy.admit(address.hash(), address, weight, read);
                address.handle().set_token(token.to_bits());
            }
            (Some(token), Some(weight)) => policy.reweigh(token, weight),
            (known, None) => {
                if let Some(token) = known {
                    policy.remove(token);
                }
                address.handle().has_gone();
            }
        }
    }

    /// Says whether the document at `address` may go. Says whether there is one.
    pub(crate) fn mark(
        &self,
        address: Address<K, V>,
        protected: bool,
        timeline: &Timeline,
        pin: &ReadPin,
    ) -> bool {
        // Under the lock of whoever chooses: one that has just gone leaves nothing to the next.
        let _policy = lock(&self.policy);
        let is_there = address.handle().load(timeline, pin).live().is_some();
        address.handle().protect(protected && is_there);
        is_there
    }

    /// How many documents are known to whoever chooses who goes.
    pub(super) fn known(&self) -> usize {
        lock(&self.policy).len()
    }

    /// How many documents are remembered after they had to go.
    pub(crate) fn remembered(&self) -> usize {
        lock(&self.policy).remembered()
    }

    /// What counts where it is chosen who goes.
    fn share_of(&self, cost: Cost) -> u32 {
        let share = if self.weighs == Weighs::Nothing { cost.entries } else { cost.weight };
        u32::try_from(share).unwrap_or(u32::MAX)
    }

    /// Chooses who goes, and has `publish` end it if it is still what it was when it was chosen.
    /// Never chooses the document for which there is to be room: `but`, which costs `cost`.
    pub(super) fn choose<'g>(
        &self,
        (but, cost): (Address<K, V>, Cost),
        cost_of: impl Fn(Address<K, V>, &Node<K, V>) -> Cost,
        timeline: &Timeline,
        pin: &'g ReadPin,
        mut publish: impl FnMut(Address<K, V>, &Head<'g, K, V>) -> Option<NodeRef<'g, K, V>>,
    ) -> Choice<'g, K, V> {
        let mut policy = lock(&self.policy);
        let read = &mut |item: Address<K, V>| item.handle().take_read();
        let mut stays = cost;
        while let Some((token, address)) = policy.victim(read) {
            let was = address.handle().load(timeline, pin);
            match was.live().filter(|_| address != but) {
                Some(node) if address.handle().is_protected() => {
                    stays = stays.and(cost_of(address, node.get()));
                }
                Some(_) => {
                    if let Some(end) = publish(address, &was) {
                        policy.evict(token, read);
                        address.handle().has_gone();
                        return Choice::Gone { was, end };
                    }
                }
                None => {}
            }
            policy.spare(token);
        }
        if self.too_heavy(stays).is_some() { Choice::Nobody } else { Choice::NotYet }
    }
}
