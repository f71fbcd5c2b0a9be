//! The twin of `ordered`: a sorted list of entries.
//!
//! It promises what the real one does and nothing more: a walk looks anew for each entry, behind
//! the last one, so it sees whatever is there all the time and may see or miss the rest.

use std::ops::{Bound, RangeBounds};

use crate::list::List;
use crate::protocol::entry::Place;
use crate::protocol::handle::Address;
use crate::reclaim::WritePin;

type Entry<K, V> = (Place, Address<K, V>);

pub(crate) struct Ordered<K: 'static, V: 'static> {
    list: List<Entry<K, V>>,
}

impl<K, V> Ordered<K, V>
where
    K: Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    pub(crate) fn new() -> Self {
        Self { list: List::new() }
    }

    pub(crate) fn put(&self, place: Place, address: Address<K, V>, _pin: &WritePin) {
        self.list.replace(|list| {
            let at = list.binary_search_by(|(other, _)| other.cmp(&place)).err()?;
            let mut next = list.to_vec();
            next.insert(at, (place.clone(), address));
            Some(next)
        });
    }

    pub(crate) fn take_out(&self, place: &Place, _pin: &WritePin) {
        self.list.replace(|list| {
            let at = list.binary_search_by(|(other, _)| other.cmp(place)).ok()?;
            let mut next = list.to_vec();
            next.remove(at);
            Some(next)
        });
    }

    pub(crate) fn range<'g>(
        &'g self,
        bounds: (Bound<&'g Place>, Bound<&'g Place>),
        _pin: &'g WritePin,
    ) -> impl DoubleEndedIterator<Item = (&'g Place, Address<K, V>)> {
        Range { list: &self.list, rest: bounds }
    }

    pub(crate) fn len(&self) -> usize {
        self.list.now().len()
    }
}

struct Range<'g, K, V> {
    list: &'g List<Entry<K, V>>,
    rest: (Bound<&'g Place>, Bound<&'g Place>),
}

impl<'g, K, V> Range<'g, K, V> {
    fn left(&self) -> impl DoubleEndedIterator<Item = &'g Entry<K, V>> {
        let rest = self.rest;
        self.list.now().iter().filter(move |(place, _)| rest.contains(place))
    }
}

impl<'g, K, V> Iterator for Range<'g, K, V> {
    type Item = (&'g Place, Address<K, V>);

    fn next(&mut self) -> Option<Self::Item> {
        let (place, address) = self.left().next()?;
        self.rest.0 = Bound::Excluded(place);
        Some((place, *address))
    }
}

impl<K, V> DoubleEndedIterator for Range<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let (place, address) = self.left().next_back()?;
        self.rest.1 = Bound::Excluded(place);
        Some((place, *address))
    }
}
