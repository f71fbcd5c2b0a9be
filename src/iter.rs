//! [`Iter`]: a walk over documents as of one instant.

use std::fmt;
use std::iter::FusedIterator;

use crate::key::{Key, Value};
use crate::protocol::views::Lease;
use crate::protocol::walk::{Instant, OwnWalk, Walk};
use crate::reclaim::ReadPin;
use crate::reference::Ref;
use crate::rooms::Rooms;

/// Documents of one instant, each once, in no promised order.
///
/// Goes by place, not through the table, so it may be slow, interrupted, or walked from both ends,
/// while the collection grows and shrinks.
///
/// Not `Send`: its items may rest on a pin of its thread, or share its view without atomics. A
/// [`Stream`](crate::Stream) goes anywhere.
///
/// ```compile_fail,E0277
/// let stock: folio::Collection<&str, u32> = [("apples", 3)].into_iter().collect();
/// let all = stock.iter();
/// std::thread::scope(|threads| {
///     threads.spawn(move || all.count());
/// });
/// ```
#[must_use = "iterators are lazy"]
pub struct Iter<'a, K: Key, V: Value> {
    walk: Kind<'a, K, V>,
}

enum Kind<'a, K: Key, V: Value> {
    /// Of a collection: with a view of its own, which the items share.
    Own(OwnWalk<'a, K, V>),
    /// Of a view or a pin that outlives iterator and items.
    Borrowed(Walk<'a, K, V>),
    /// Closed: nothing to be seen.
    Nothing,
}

impl<'a, K: Key, V: Value> Iter<'a, K, V> {
    pub(crate) fn of_collection(rooms: &'a Rooms<K, V>) -> Self {
        let own = |lease| Kind::Own(OwnWalk::new(&rooms.roster, &rooms.timeline, lease));
        Self { walk: rooms.open_view().map_or(Kind::Nothing, own) }
    }

    pub(crate) fn of_view(rooms: &'a Rooms<K, V>, lease: Option<&'a Lease>) -> Self {
        Self::borrowed(rooms, lease.map(Instant::View))
    }

    pub(crate) fn of_pin(rooms: &'a Rooms<K, V>, pin: &'a ReadPin) -> Self {
        Self::borrowed(rooms, rooms.instant(pin).map(|now| Instant::Pin(now, pin)))
    }

    fn borrowed(rooms: &'a Rooms<K, V>, instant: Option<Instant<'a>>) -> Self {
        let borrowed = |instant| Kind::Borrowed(rooms.walk(instant));
        Self { walk: instant.map_or(Kind::Nothing, borrowed) }
    }

    fn left(&self) -> usize {
        match &self.walk {
            Kind::Own(walk) => walk.left(),
            Kind::Borrowed(walk) => walk.left(),
            Kind::Nothing => 0,
        }
    }
}

impl<'a, K: Key, V: Value> Iterator for Iter<'a, K, V> {
    type Item = Ref<'a, K, V>;

    fn next(&mut self) -> Option<Ref<'a, K, V>> {
        match &mut self.walk {
            Kind::Own(walk) => walk.next().map(Ref::new),
            Kind::Borrowed(walk) => walk.next().map(Ref::borrowed),
            Kind::Nothing => None,
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.left()))
    }
}

impl<K: Key, V: Value> DoubleEndedIterator for Iter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        match &mut self.walk {
            Kind::Own(walk) => walk.next_back().map(Ref::new),
            Kind::Borrowed(walk) => walk.next_back().map(Ref::borrowed),
            Kind::Nothing => None,
        }
    }
}

impl<K: Key, V: Value> FusedIterator for Iter<'_, K, V> {}

impl<K: Key, V: Value> fmt::Debug for Iter<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iter").field("left_at_most", &self.left()).finish_non_exhaustive()
    }
}
