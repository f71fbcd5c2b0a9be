//! The **terms** of a write, beside the value and the condition.

use std::cell::Cell;
use std::hash::BuildHasher;

use crate::bounds::{Bounds, Cost, Full, Patience};
use crate::collection::Collection;
use crate::commit::{ByQuery, Expect, Refusal};
use crate::error::WriteError;
use crate::key::{Key, Value};
use crate::protocol::budget::Advance;
use crate::protocol::deadline::Lifetime;

/// What most writes leave to the collection.
#[derive(Default)]
pub(super) struct Terms {
    /// How long the document lasts.
    pub(super) lifetime: Option<Lifetime>,
    /// What was reserved for it, and for others.
    pub(super) advance: Option<Advance>,
}

/// What is reserved for several writes: given back is what they have not taken.
pub(super) struct Prepaid<'b, K, V> {
    /// Those of each of them.
    pub(super) terms: Terms,
    bounds: Option<&'b Bounds<K, V>>,
}

impl<K, V> Drop for Prepaid<'_, K, V> {
    fn drop(&mut self) {
        if let (Some(advance), Some(bounds)) = (&self.terms.advance, self.bounds) {
            bounds.pay_back(advance.take());
        }
    }
}

impl<K: Key, V: Value, S: BuildHasher> Collection<K, V, S> {
    /// Reserves what all these writes need of the quota of the namespace, or nothing.
    pub(super) fn prepay(&self, items: &[(K, V)]) -> Result<Prepaid<'_, K, V>, WriteError> {
        let bounds = self.rooms.bounds.as_deref().filter(|bounds| bounds.tenure.is_some());
        let Some(bounds) = bounds else {
            return Ok(Prepaid { terms: Terms::default(), bounds: None });
        };
        let prices = items.iter().map(|(key, value)| {
            let old = self.rooms.look(&ByQuery { hash: self.hash_of(key), query: key });
            let heap = self.title.hooks.heap_size.map_or(0, |size| size(value));
            bounds.price(key, heap, old.as_deref())
        });
        let all = prices.fold(Cost::default(), Cost::and);
        let mut patience = Patience::default();
        loop {
            match bounds.prepay(all) {
                Ok(()) => {
                    let advance = Some(Cell::new(all));
                    let terms = Terms { advance, ..Terms::default() };
                    return Ok(Prepaid { terms, bounds: Some(bounds) });
                }
                // What is over does not count.
                Err(Full::Quota { .. }) if patience.wait(bounds.purge_namespace()) => {}
                Err(Full::Quota { limit, used }) => {
                    let why = Refusal::Quota { limit, used };
                    return Err(self.refusal(why, Expect::Anything, &()));
                }
                Err(_) => return Err(self.closed()),
            }
        }
    }
}
