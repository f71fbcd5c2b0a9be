//! A **scan**: the documents of one instant between two places of an index, in its order.

use std::collections::VecDeque;
use std::ops::Bound;

use crate::catalog::IndexCore;
use crate::limits::{SCAN_AHEAD_MAX, SCAN_AHEAD_MIN};
use crate::protocol::entry::Place;
use crate::protocol::handle::Address;
use crate::protocol::node::{Node, NodeRef};
use crate::protocol::roster::Roster;
use crate::protocol::timeline::Timeline;
use crate::protocol::walk::{Instant, Walk};

/// Each document once, from both ends. Pins for a batch at a time, each larger than the last.
pub(crate) struct Scan<'a, K: 'static, V: 'static> {
    index: &'a IndexCore<K, V>,
    timeline: &'a Timeline,
    instant: Instant<'a>,
    /// What nobody has looked at yet.
    rest: Option<Bounds>,
    front: VecDeque<Found<'a, K, V>>,
    back: VecDeque<Found<'a, K, V>>,
    batch: usize,
}

/// From the first place to before or after the second.
pub(crate) type Bounds = (Bound<Place>, Bound<Place>);

/// A document, and where it stands in the index.
pub(crate) struct Found<'a, K, V> {
    pub(crate) place: Place,
    pub(crate) node: NodeRef<'a, K, V>,
}

impl<'a, K, V> Scan<'a, K, V>
where
    K: Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    pub(crate) fn new(
        index: &'a IndexCore<K, V>,
        roster: &'a Roster<K, V>,
        timeline: &'a Timeline,
        instant: Instant<'a>,
        bounds: Bounds,
    ) -> Self {
        let empty = VecDeque::new;
        let mut scan =
            Self { index, timeline, instant, rest: None, front: empty(), back: empty(), batch: 0 };
        scan.batch = SCAN_AHEAD_MIN;
        if !is_empty(&bounds) {
            if index.serves(instant.revision()) {
                scan.rest = Some(bounds);
            } else {
                scan.front = scan.by_all(roster, &bounds);
            }
        }
        scan
    }

    /// The instant is older than the index: looks at all documents.
    fn by_all(&self, roster: &'a Roster<K, V>, bounds: &Bounds) -> VecDeque<Found<'a, K, V>> {
        let mut key = Vec::new();
        let mut found: Vec<_> = Walk::new(roster, self.timeline, self.instant)
            .filter_map(|node| {
                key.clear();
                let value = node.get().value()?;
                let there = self.index.write_key(value, &mut key);
                let place = there.then(|| Place::new(&key, node.get().tag_in(self.index.number)))?;
                contains(bounds, &place).then_some(Found { place, node })
            })
            .collect();
        found.sort_unstable_by(|a, b| a.place.cmp(&b.place));
        found.into()
    }

    /// Looks at the next entries of one end. Says whether there may be more.
    fn fill(&mut self, end: End) -> bool {
        let Some(rest) = self.rest.take() else { return false };
        let limit = self.batch;
        self.batch = (2 * limit).min(SCAN_AHEAD_MAX);
        let found = match end {
            End::Front => &mut self.front,
            End::Back => &mut self.back,
        };
        let index = self.index;
        let look = self.instant.look(self.timeline);
        let mut seen = 0;
        let mut last = None;
        let range = index.entries.range((rest.0.as_ref(), rest.1.as_ref()), look.pin());
        let mut each = |(place, address): (&Place, Address<K, V>)| {
            seen += 1;
            if seen == limit {
                last = Some(place.clone());
            }
            // I7: the entry counts if the snapshot of this instant carries its tag.
            let carries = |node: &Node<K, V>| node.tag_in(index.number) == place.tag;
            if let Some(node) = look.at(address, carries) {
                found.push_back(Found { place: place.clone(), node });
            }
        };
        match end {
            End::Front => range.take(limit).for_each(&mut each),
            End::Back => range.rev().take(limit).for_each(&mut each),
        }
        self.rest = last.map(|last| match end {
            End::Front => (Bound::Excluded(last), rest.1),
            End::Back => (rest.0, Bound::Excluded(last)),
        });
        self.rest.as_ref().is_some_and(|rest| !is_empty(rest)) || seen > 0
    }
}

#[derive(Clone, Copy)]
enum End {
    Front,
    Back,
}

impl<'a, K, V> Iterator for Scan<'a, K, V>
where
    K: Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    type Item = Found<'a, K, V>;

    fn next(&mut self) -> Option<Found<'a, K, V>> {
        while self.front.is_empty() && self.fill(End::Front) {}
        self.front.pop_front().or_else(|| self.back.pop_back())
    }
}

impl<K, V> DoubleEndedIterator for Scan<'_, K, V>
where
    K: Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    fn next_back(&mut self) -> Option<Self::Item> {
        while self.back.is_empty() && self.fill(End::Back) {}
        self.back.pop_front().or_else(|| self.front.pop_back())
    }
}

fn contains((from, to): &Bounds, place: &Place) -> bool {
    use std::ops::RangeBounds;
    (from.as_ref(), to.as_ref()).contains(place)
}

/// Whether nothing can lie between: the skip list must not be asked for an inverted range.
fn is_empty(bounds: &Bounds) -> bool {
    match bounds {
        (Bound::Included(from), Bound::Included(to)) => from > to,
        (Bound::Included(from) | Bound::Excluded(from), Bound::Included(to) | Bound::Excluded(to)) => {
            from >= to
        }
        _ => false,
    }
}
