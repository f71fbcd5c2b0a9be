//! The **terms** of a write, beside the value and the condition.

use std::hash::BuildHasher;

use crate::bounds::{Bounds, Full, Patience};
use crate::collection::Collection;
use crate::commit::{ByQuery, Expect, Refusal};
use crate::error::WriteError;
use crate::key::{Key, Value};
use crate::protocol::deadline::Lifetime;

/// What most writes leave to the collection.
#[derive(Clone, Copy, Default)]
pub(super) struct Terms {
    /// How long the document lasts.
    pub(super) lifetime: Option<Lifetime>,
    /// Keys and bytes that were reserved for it.
    pub(super) prepaid: (u64, u64),
}

/// Keys and bytes that are reserved for one of several writes: given back, unless it happens.
pub(super) struct Price<'b, K, V>(pub(super) (u64, u64), Option<&'b Bounds<K, V>>);

impl<K, V> Price<'_, K, V> {
    /// The write has taken it over, unless there was none.
    pub(super) fn spent_unless(mut self, was_none: bool) {
        if !was_none {
            self.1 = None;
        }
    }
}

impl<K, V> Drop for Price<'_, K, V> {
    fn drop(&mut self) {
        self.1.into_iter().for_each(|bounds| bounds.pay_back(self.0));
    }
}

impl<K: Key, V: Value, S: BuildHasher> Collection<K, V, S> {
    /// Reserves what all these writes need of the quota of the namespace, or nothing.
    pub(super) fn prepay(&self, items: &[(K, V)]) -> Result<Vec<Price<'_, K, V>>, WriteError> {
        let bounds = self.rooms.bounds.as_deref().filter(|bounds| bounds.tenure.is_some());
        let mut prices = Vec::with_capacity(items.len());
        for (key, value) in items {
            let Some(bounds) = bounds else {
                prices.push(Price((0, 0), None));
                continue;
            };
            let old = self.rooms.look(&ByQuery { hash: self.hash_of(key), query: key });
            let heap = self.title.hooks.heap_size.map_or(0, |size| size(value));
            let price = bounds.price(key, heap, old.as_deref());
            let mut patience = Patience::default();
            loop {
                match bounds.prepay(price) {
                    Ok(()) => break prices.push(Price(price, Some(bounds))),
                    // What is over does not count.
                    Err(Full::Quota { .. }) if patience.wait(bounds.purge_namespace()) => {}
                    Err(Full::Quota { limit, used }) => {
                        let why = Refusal::Quota { limit, used };
                        return Err(self.refusal(why, Expect::Anything, key));
                    }
                    Err(_) => return Err(self.closed()),
                }
            }
        }
        Ok(prices)
    }
}
