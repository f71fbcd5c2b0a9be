//! The **bounds** of a collection: how much it may hold, and who goes when it is full.
//!
//! * **I12** What a write adds is reserved before it is published, and what it replaces is given
//!   back after it is stamped. So at no revision is there more than the limit. Nothing of the
//!   user's runs between the two.
//! * **I13** A document is known to whoever chooses who goes if it is there: whoever has changed
//!   whether it is, looks again under the lock.

mod capacity;
mod patience;
mod quota;

use std::cell::Cell;

use crate::protocol::budget::Advance;
pub(crate) use crate::protocol::budget::Cost;
use crate::protocol::draft::Draft;
use crate::protocol::handle::{Address, Head};
use crate::protocol::node::{Node, NodeRef};
use crate::protocol::timeline::Timeline;
use crate::reclaim::ReadPin;
use crate::sync::Arc;

pub(crate) use self::capacity::{Capacity, Choice, Weighs};
pub(crate) use self::patience::Patience;
pub(crate) use self::quota::{Quotas, Tenure};

/// What a collection may hold by itself, and as one of a namespace.
pub(crate) struct Bounds<K, V> {
    pub(crate) capacity: Option<Capacity<K, V>>,
    pub(crate) tenure: Option<Tenure>,
    /// What the key owns on the heap.
    pub(crate) key_heap: Option<fn(&K) -> usize>,
}

/// Why there is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Full {
    /// Somebody has to go.
    Capacity,
    /// It would not fit if it were alone.
    TooHeavy {
        weight: u64,
        max: u64,
    },
    Quota {
        limit: u64,
        used: u64,
    },
    /// The collection was closed.
    Closed,
}

/// What room is asked for.
pub(crate) struct Wanted<'w, 'a, K, V> {
    pub(crate) draft: &'w Draft<K, V>,
    pub(crate) address: Address<K, V>,
    /// What was reserved for it, and for others.
    pub(crate) advance: Option<&'a Advance>,
}

/// What was reserved for a write: given back if it is dropped.
#[must_use = "what is reserved is given back unless it is kept"]
pub(crate) struct Reserved<'b, K, V> {
    bounds: Option<&'b Bounds<K, V>>,
    cost: Cost,
    /// Where it goes back to, if not to the namespace.
    advance: Option<&'b Advance>,
}

impl<K, V> Reserved<'_, K, V> {
    /// For a write that needs no room.
    #[inline]
    pub(crate) fn nothing() -> Self {
        Self { bounds: None, cost: Cost::default(), advance: None }
    }

    /// The write was published.
    #[inline]
    pub(crate) fn keep(mut self) {
        self.bounds = None;
    }

    #[cold]
    fn give_back(&self, bounds: &Bounds<K, V>) {
        if let Some(capacity) = &bounds.capacity {
            capacity.release(self.cost);
        }
        match self.advance {
            Some(advance) => advance.set(advance.get().and(self.cost)),
            None => bounds.pay_back(self.cost),
        }
    }
}

impl<K, V> Drop for Reserved<'_, K, V> {
    #[inline]
    fn drop(&mut self) {
        if let Some(bounds) = self.bounds {
            self.give_back(bounds);
        }
    }
}

impl<K, V> Bounds<K, V> {
    /// Whether the values' own memory has to be known.
    pub(crate) fn counts_bytes(&self) -> bool {
        self.tenure.is_some() || self.capacity.as_ref().is_some_and(Capacity::counts_bytes)
    }

    /// What the documents weigh together.
    pub(crate) fn weight(&self) -> u64 {
        self.capacity.as_ref().map_or(0, Capacity::weight)
    }

    /// How many documents are remembered after they had to go.
    pub(crate) fn remembered(&self) -> usize {
        self.capacity.as_ref().map_or(0, Capacity::remembered)
    }

    fn bytes_of(&self, key: &K, heap: u64) -> u64 {
        let key_heap = self.key_heap.map_or(0, |heap| heap(key) as u64);
        (size_of::<K>() + size_of::<V>()) as u64 + key_heap + heap
    }

    fn cost_of(&self, key: &K, node: Option<&Node<K, V>>) -> Cost {
        let Some(node) = node.filter(|node| !node.is_tombstone()) else { return Cost::default() };
        let bytes = self.bytes_of(key, node.heap());
        let capacity = self.capacity.as_ref();
        let weight = capacity.map_or(0, |capacity| capacity.weight_of(bytes, node));
        Cost { entries: 1, weight, bytes }
    }

    /// I12: reserves what is `wanted` beyond what it replaces.
    pub(crate) fn reserve<'b>(
        &'b self,
        old: Option<NodeRef<'_, K, V>>,
        wanted: &Wanted<'_, 'b, K, V>,
    ) -> Result<Reserved<'b, K, V>, Full> {
        let Wanted { draft, address, advance } = *wanted;
        let key = address.key();
        let new = self.cost_of(key, Some(draft.node()));
        if let Some(max) = self.capacity.as_ref().and_then(|capacity| capacity.too_heavy(new)) {
            return Err(Full::TooHeavy { weight: new.weight.max(new.entries), max });
        }
        let cost = new.beyond(self.cost_of(key, old.map(NodeRef::get)));
        if let Some(capacity) = &self.capacity {
            capacity.reserve(cost)?;
        }
        let ahead = advance.map(Cell::get).unwrap_or_default();
        self.prepay(cost.beyond(ahead)).inspect_err(|_| {
            self.capacity.iter().for_each(|capacity| capacity.release(cost));
        })?;
        if let Some(advance) = advance {
            advance.set(ahead.beyond(cost));
        }
        Ok(Reserved { bounds: Some(self), cost, advance })
    }

    /// What a document with so much on the heap takes of the namespace beyond `old`.
    pub(crate) fn price(&self, key: &K, heap: usize, old: Option<&Node<K, V>>) -> Cost {
        let bytes = self.bytes_of(key, heap as u64);
        Cost { entries: 1, weight: 0, bytes }.beyond(self.cost_of(key, old))
    }

    /// Reserves in the namespace what one write needs, or several.
    pub(crate) fn prepay(&self, cost: Cost) -> Result<(), Full> {
        self.tenure.as_ref().map_or(Ok(()), |tenure| tenure.reserve(cost))
    }

    /// Gives back what they have left of it.
    pub(crate) fn pay_back(&self, cost: Cost) {
        if let Some(tenure) = &self.tenure {
            tenure.release(cost);
        }
    }

    /// Chooses who goes to make room for what is `wanted`, in a collection that is full: see
    /// [`Capacity::choose`].
    pub(crate) fn choose<'g>(
        &self,
        wanted: &Wanted<'_, '_, K, V>,
        timeline: &Timeline,
        pin: &'g ReadPin,
        publish: impl FnMut(Address<K, V>, &Head<'g, K, V>) -> Option<NodeRef<'g, K, V>>,
    ) -> Choice<'g, K, V> {
        let Some(capacity) = &self.capacity else { return Choice::Nobody };
        let Wanted { draft, address, .. } = *wanted;
        let cost = self.cost_of(address.key(), Some(draft.node()));
        let cost_of =
            |address: Address<K, V>, node: &Node<K, V>| self.cost_of(address.key(), Some(node));
        capacity.choose((address, cost), cost_of, timeline, pin, publish)
    }

    /// I12: gives back what `new`, which is stamped, does not need of what it replaces.
    pub(crate) fn settle(
        &self,
        old: Option<NodeRef<'_, K, V>>,
        new: NodeRef<'_, K, V>,
        timeline: &Timeline,
        pin: &ReadPin,
    ) {
        let address = new.get().address();
        let before = self.cost_of(address.key(), old.map(NodeRef::get));
        let after = self.cost_of(address.key(), Some(new.get()));
        self.release(before.beyond(after));
        let matters = (before.entries, before.weight) != (after.entries, after.weight);
        if let Some(capacity) = self.capacity.as_ref().filter(|_| matters) {
            let weigh = |node: &Node<K, V>| self.cost_of(address.key(), Some(node));
            capacity.look_again(address, weigh, timeline, pin);
        }
    }

    /// What a document weighs for which there is no room, and how much there may be.
    pub(crate) fn shortage(&self, wanted: &Wanted<'_, '_, K, V>) -> (u64, u64) {
        let cost = self.cost_of(wanted.address.key(), Some(wanted.draft.node()));
        self.capacity.as_ref().map_or((0, 0), |capacity| capacity.shortage(cost))
    }

    /// Notes a document of a collection that nobody else knows yet.
    pub(crate) fn found(&self, node: NodeRef<'_, K, V>, timeline: &Timeline, pin: &ReadPin) {
        let cost = self.cost_of(node.get().key(), Some(node.get()));
        // It was in a collection with the same bounds.
        if let Some(capacity) = &self.capacity {
            capacity.found(cost);
        }
        if let Some(tenure) = &self.tenure {
            tenure.found(cost);
        }
        self.settle(None, node, timeline, pin);
    }

    /// Whether whoever chooses who goes knows what is there; and what it takes. Only for an open
    /// collection that nobody writes to.
    pub(crate) fn audit(
        &self,
        address: Address<K, V>,
        there: Option<NodeRef<'_, K, V>>,
    ) -> Result<Cost, &'static str> {
        let is_known = address.handle().token() != 0;
        match there {
            None if is_known => Err("chosen from, but not there"),
            None => Ok(Cost::default()),
            Some(_) if !is_known && self.capacity.is_some() => Err("there, but never chosen"),
            Some(node) => Ok(self.cost_of(address.key(), Some(node.get()))),
        }
    }

    /// Whether as much is taken as all documents together take. As before.
    pub(crate) fn audit_all(&self, all: Cost) -> Result<(), String> {
        if let Some(capacity) = &self.capacity {
            let (taken, known) = ((capacity.len(), capacity.weight()), capacity.known());
            if taken != (all.entries, all.weight) || known as u64 != all.entries {
                return Err(format!("{all:?}, but {taken:?} taken, and {known} chosen from"));
            }
        }
        let held = self.tenure.as_ref().map(Tenure::held);
        if held.is_some_and(|held| held != (all.entries, all.bytes)) {
            return Err(format!("{all:?}, but {held:?} held of the namespace"));
        }
        Ok(())
    }

    fn release(&self, cost: Cost) {
        if cost.is_nothing() {
            return;
        }
        if let Some(capacity) = &self.capacity {
            capacity.release(cost);
        }
        self.pay_back(cost);
    }

    /// The collection is closed: what it held of its namespace is given back.
    pub(crate) fn end(&self) {
        if let Some(tenure) = &self.tenure {
            tenure.end();
        }
    }

    /// Ends what is over in the whole namespace. Says whether room has come of it, or is about to.
    pub(crate) fn purge_namespace(&self) -> bool {
        self.tenure.as_ref().is_some_and(Tenure::purge)
    }

    /// Whose quota it was that was reached.
    pub(crate) fn namespace(&self) -> Option<Arc<str>> {
        self.tenure.as_ref().map(|tenure| Arc::clone(&tenure.quotas().name))
    }
}
