//! Entries in order. The only door to crossbeam's skip list.
//!
//! What is broken in its newest release (0.1.3) is not used: ranges leak unless the list is walked
//! under a guard of the caller's; an `insert` over an existing key hides it for a while, so each
//! place is used once; of two who remove one key both may be told that they did, so each entry is
//! one snapshot's to take out. User code never runs in here: keys are bytes.

use std::fmt;
use std::ops::Bound;

use crossbeam_skiplist::base::SkipList;

use crate::protocol::entry::Place;
use crate::protocol::handle::Address;
use crate::reclaim::{Contained, WritePin, index_collector};

/// The entries of one index. Lock-free; a walk sees whatever is there all the time.
pub(crate) struct Ordered<K: 'static, V: 'static> {
    list: Contained<SkipList<Place, Address<K, V>>>,
}

impl<K, V> Ordered<K, V>
where
    K: Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    pub(crate) fn new() -> Self {
        Self { list: Contained::new(SkipList::new(index_collector())) }
    }

    /// Puts an entry in, unless it is there already. O(log n).
    pub(crate) fn put(&self, place: Place, address: Address<K, V>, pin: &WritePin) {
        let guard = pin.index_guard();
        self.list.get_or_insert(place, address, guard).release(guard);
    }

    /// Takes an entry out, if it is there. O(log n).
    pub(crate) fn take_out(&self, place: &Place, pin: &WritePin) {
        let guard = pin.index_guard();
        if let Some(entry) = self.list.remove(place, guard) {
            entry.release(guard);
        }
    }

    /// The entries between two places, in order, from both ends. O(log n), then O(1) each from the
    /// front and O(log n) each from the back.
    pub(crate) fn range<'g>(
        &'g self,
        bounds: (Bound<&'g Place>, Bound<&'g Place>),
        pin: &'g WritePin,
    ) -> impl DoubleEndedIterator<Item = (&'g Place, Address<K, V>)> {
        let range = self.list.range::<Place, _>(bounds, pin.index_guard());
        range.map(|entry| (entry.key(), *entry.value()))
    }

    /// How many entries there are, those of former snapshots included.
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }
}

impl<K, V> fmt::Debug for Ordered<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ordered")
    }
}
