//! The **terms** of a write, beside the value and the condition.

use std::cell::Cell;
use std::hash::BuildHasher;
use std::rc::Rc;

use crate::bounds::{Bounds, Cost, Full};
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
pub(super) struct Prepaid<'b, K, V>(Option<(Advance, &'b Bounds<K, V>)>);

impl<K, V> Prepaid<'_, K, V> {
    /// The terms of one of them.
    pub(super) fn terms(&self) -> Terms {
        let advance = self.0.as_ref().map(|(advance, _)| Rc::clone(advance));
        Terms { advance, ..Terms::default() }
    }
}

impl<K, V> Drop for Prepaid<'_, K, V> {
    fn drop(&mut self) {
        self.0.iter().for_each(|(advance, bounds)| bounds.pay_back(advance.take()));
    }
}

impl<K: Key, V: Value, S: BuildHasher> Collection<K, V, S> {
    /// Reserves what all these writes need of the quota of the namespace, or nothing.
    pub(super) fn prepay(&self, items: &[(K, V)]) -> Result<Prepaid<'_, K, V>, WriteError> {
        let bounds = self.rooms.bounds.as_deref().filter(|bounds| bounds.tenure.is_some());
        let Some(bounds) = bounds else { return Ok(Prepaid(None)) };
        let prices = items.iter().map(|(key, value)| {
            let old = self.rooms.look(&ByQuery { hash: self.hash_of(key), query: key });
            let heap = self.title.hooks.heap_size.map_or(0, |size| size(value));
            bounds.price(key, heap, old.as_deref())
        });
        let all = prices.fold(Cost::default(), Cost::and);
        loop {
            match bounds.prepay(all) {
                Ok(()) => return Ok(Prepaid(Some((Rc::new(Cell::new(all)), bounds)))),
                // What is over does not count.
                Err(Full::Quota { .. }) if bounds.purge_namespace() > 0 => {}
                Err(Full::Quota { limit, used }) => {
                    let why = Refusal::Quota { limit, used };
                    return Err(self.refusal(why, Expect::Anything, &()));
                }
                Err(_) => return Err(self.closed()),
            }
        }
    }
}
