//! [`Iter`]: a walk over documents as of one instant.

use std::fmt;
use std::iter::FusedIterator;
use std::ops::Range;
use std::rc::Rc;

use crate::key::{Key, Value};
use crate::protocol::held::Held;
use crate::protocol::node::NodeRef;
use crate::protocol::views::Lease;
use crate::reclaim::ReadPin;
use crate::reference::Ref;
use crate::rooms::Rooms;

/// Documents of one instant, each once, in no promised order.
///
/// Goes by position in the roster, not through the table, so it may be slow, interrupted, or
/// walked from both ends, while the collection grows and shrinks.
#[must_use = "iterators are lazy"]
pub struct Iter<'a, K: Key, V: Value> {
    walk: Walk<'a, K, V>,
    instant: Instant<'a>,
}

/// What keeps the documents of an instant.
enum Instant<'a> {
    /// The iterator's own view, which it shares with its items.
    Own(Rc<Lease>),
    /// A view that outlives the iterator and its items.
    Leased(&'a Lease),
    /// A pin that outlives the iterator and its items, and the revision read under it.
    Pinned(u64, &'a ReadPin),
    /// Closed: nothing to be seen.
    Nothing,
}

/// The positions that are left to be walked.
pub(crate) struct Walk<'a, K: Key, V: Value> {
    rooms: &'a Rooms<K, V>,
    positions: Range<usize>,
}

/// Which end of a walk to take the next position from.
#[derive(Clone, Copy)]
enum End {
    Front,
    Back,
}

impl<'a, K: Key, V: Value> Walk<'a, K, V> {
    /// All positions. To be made after the revision of the walk was read: every document of that
    /// instant has a position then.
    pub(crate) fn new(rooms: &'a Rooms<K, V>) -> Self {
        Self { rooms, positions: 0..rooms.roster.len() }
    }

    /// The next document that a view sees.
    pub(crate) fn next_kept(&mut self, lease: &'a Lease) -> Option<NodeRef<'a, K, V>> {
        self.step_kept(End::Front, lease)
    }

    fn step_kept(&mut self, end: End, lease: &'a Lease) -> Option<NodeRef<'a, K, V>> {
        let positions = &mut self.positions;
        lease.keeps(self.rooms, |rooms, revision, pin| step(rooms, positions, end, revision, pin))
    }
}

/// The next document from one end of the positions that are left, as of `revision`.
fn step<'g, K: Key, V: Value>(
    rooms: &'g Rooms<K, V>,
    positions: &mut Range<usize>,
    end: End,
    revision: u64,
    pin: &'g ReadPin,
) -> Option<NodeRef<'g, K, V>> {
    let at = |position| rooms.at(position, revision, pin);
    match end {
        End::Front => positions.find_map(at),
        End::Back => positions.rev().find_map(at),
    }
}

impl<'a, K: Key, V: Value> Iter<'a, K, V> {
    pub(crate) fn of_collection(rooms: &'a Rooms<K, V>) -> Self {
        let instant =
            rooms.open_view().map_or(Instant::Nothing, |lease| Instant::Own(Rc::new(lease)));
        Self { instant, walk: Walk::new(rooms) }
    }

    pub(crate) fn of_view(rooms: &'a Rooms<K, V>, lease: Option<&'a Lease>) -> Self {
        let instant = lease.map_or(Instant::Nothing, Instant::Leased);
        Self { instant, walk: Walk::new(rooms) }
    }

    pub(crate) fn of_pin(rooms: &'a Rooms<K, V>, pin: &'a ReadPin) -> Self {
        let now = rooms.instant(pin);
        let instant = now.map_or(Instant::Nothing, |now| Instant::Pinned(now, pin));
        Self { instant, walk: Walk::new(rooms) }
    }

    fn step(&mut self, end: End) -> Option<Ref<'a, K, V>> {
        let Walk { rooms, positions } = &mut self.walk;
        match &self.instant {
            Instant::Own(lease) => {
                let held = Held::leased(*rooms, lease, |rooms, revision, pin| {
                    step(rooms, positions, end, revision, pin)
                });
                held.map(Ref::new)
            }
            Instant::Leased(lease) => self.walk.step_kept(end, lease).map(Ref::borrowed),
            Instant::Pinned(revision, pin) => {
                step(rooms, positions, end, *revision, pin).map(Ref::borrowed)
            }
            Instant::Nothing => None,
        }
    }
}

impl<'a, K: Key, V: Value> Iterator for Iter<'a, K, V> {
    type Item = Ref<'a, K, V>;

    fn next(&mut self) -> Option<Ref<'a, K, V>> {
        self.step(End::Front)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.walk.positions.len()))
    }
}

impl<K: Key, V: Value> DoubleEndedIterator for Iter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.step(End::Back)
    }
}

impl<K: Key, V: Value> FusedIterator for Iter<'_, K, V> {}

impl<K: Key, V: Value> fmt::Debug for Iter<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iter").field("positions", &self.walk.positions).finish_non_exhaustive()
    }
}
