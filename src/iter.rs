//! [`Iter`]: documents of one instant, one after the other.

use std::fmt;
use std::iter::FusedIterator;

use crate::catalog::Scan;
use crate::key::{Key, Value};
use crate::protocol::node::NodeRef;
use crate::protocol::views::Lease;
use crate::protocol::walk::{Instant, Owning, Walk};
use crate::reclaim::ReadPin;
use crate::reference::Ref;
use crate::rooms::Rooms;

/// Documents of one instant, each once: those of a collection in no promised order, those that an
/// index finds in its order.
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
    kind: Kind<'a, K, V>,
}

enum Kind<'a, K: Key, V: Value> {
    /// Of a collection or a live index: with a view of its own, which the items share.
    Own(Owning<Source<'a, K, V>>),
    /// Of a view or a pin that outlives iterator and items.
    Borrowed(Source<'a, K, V>),
    /// Closed: nothing to be seen.
    Nothing,
}

/// Where the documents come from.
enum Source<'a, K: Key, V: Value> {
    All(Walk<'a, K, V>),
    Index(Scan<'a, K, V>),
    /// The index was dropped.
    Nothing,
}

impl<'a, K: Key, V: Value> Iter<'a, K, V> {
    pub(crate) fn of_collection(rooms: &'a Rooms<K, V>) -> Self {
        Self::own(rooms, |instant| Source::All(rooms.walk(instant)))
    }

    pub(crate) fn of_view(rooms: &'a Rooms<K, V>, lease: Option<&'a Lease>) -> Self {
        Self::borrowed(lease.map(|lease| Source::All(rooms.walk(Instant::View(lease)))))
    }

    pub(crate) fn of_pin(rooms: &'a Rooms<K, V>, pin: &'a ReadPin) -> Self {
        let now = rooms.instant(pin);
        Self::borrowed(now.map(|now| Source::All(rooms.walk(Instant::Pin(now, pin)))))
    }

    /// What `begin` finds in an index, as of a view of its own.
    pub(crate) fn of_live_index(
        rooms: &'a Rooms<K, V>,
        begin: impl FnOnce(Instant<'a>) -> Option<Scan<'a, K, V>>,
    ) -> Self {
        Self::own(rooms, |instant| begin(instant).map_or(Source::Nothing, Source::Index))
    }

    pub(crate) fn of_scan(scan: Option<Scan<'a, K, V>>) -> Self {
        Self::borrowed(scan.map(Source::Index))
    }

    pub(crate) fn nothing() -> Self {
        Self { kind: Kind::Nothing }
    }

    fn own(rooms: &'a Rooms<K, V>, begin: impl FnOnce(Instant<'a>) -> Source<'a, K, V>) -> Self {
        let own = |lease| Kind::Own(Owning::new(lease, begin));
        Self { kind: rooms.open_view().map_or(Kind::Nothing, own) }
    }

    fn borrowed(source: Option<Source<'a, K, V>>) -> Self {
        Self { kind: source.map_or(Kind::Nothing, Kind::Borrowed) }
    }

    /// How many documents are left at most, if that is known.
    fn left(&self) -> Option<usize> {
        match &self.kind {
            Kind::Own(owning) => owning.walk().left(),
            Kind::Borrowed(source) => source.left(),
            Kind::Nothing => Some(0),
        }
    }
}

impl<K: Key, V: Value> Source<'_, K, V> {
    fn left(&self) -> Option<usize> {
        match self {
            Self::All(walk) => Some(walk.left()),
            Self::Index(_) => None,
            Self::Nothing => Some(0),
        }
    }
}

impl<'a, K: Key, V: Value> Iterator for Source<'a, K, V> {
    type Item = NodeRef<'a, K, V>;

    #[inline]
    fn next(&mut self) -> Option<NodeRef<'a, K, V>> {
        match self {
            Self::All(walk) => walk.next(),
            Self::Index(scan) => scan.next(),
            Self::Nothing => None,
        }
    }
}

impl<K: Key, V: Value> DoubleEndedIterator for Source<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        match self {
            Self::All(walk) => walk.next_back(),
            Self::Index(scan) => scan.next_back(),
            Self::Nothing => None,
        }
    }
}

impl<'a, K: Key, V: Value> Iterator for Iter<'a, K, V> {
    type Item = Ref<'a, K, V>;

    fn next(&mut self) -> Option<Ref<'a, K, V>> {
        match &mut self.kind {
            Kind::Own(owning) => owning.next().map(Ref::new),
            Kind::Borrowed(source) => source.next().map(Ref::borrowed),
            Kind::Nothing => None,
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, self.left())
    }
}

impl<K: Key, V: Value> DoubleEndedIterator for Iter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        match &mut self.kind {
            Kind::Own(owning) => owning.next_back().map(Ref::new),
            Kind::Borrowed(source) => source.next_back().map(Ref::borrowed),
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
