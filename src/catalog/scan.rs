//! A **scan**: the documents of one instant between two places of an index, in its order.

use std::collections::VecDeque;
use std::mem;
use std::ops::{Bound, ControlFlow};

use crate::catalog::IndexCore;
use crate::limits::{SCAN_AHEAD_MAX, SCAN_AHEAD_MIN, SCAN_COMING, SCAN_LATER_MAX, SCAN_MEMORY};
use crate::protocol::entry::{Place, is_later};
use crate::protocol::handle::Address;
use crate::protocol::node::NodeRef;
use crate::protocol::roster::Roster;
use crate::protocol::timeline::Timeline;
use crate::protocol::walk::{Instant, Look, Walk};

/// Each document once, from both ends. Pins for a batch at a time, each larger than the last.
pub(crate) struct Scan<'a, K: 'static, V: 'static> {
    index: &'a IndexCore<K, V>,
    timeline: &'a Timeline,
    instant: Instant<'a>,
    /// What nobody has looked at yet.
    rest: Option<Bounds>,
    front: VecDeque<NodeRef<'a, K, V>>,
    back: VecDeque<NodeRef<'a, K, V>>,
    batch: usize,
    /// Entries with a later tag are too young for this instant.
    youngest: u64,
    /// Documents that many others have been written over since, where their chains would be walked
    /// for each entry: by address, the last one of each kind.
    walked: Vec<Option<Walked<'a, K, V>>>,
}

/// What a handle holds at the instant of a scan.
type Walked<'a, K, V> = (Address<K, V>, Option<NodeRef<'a, K, V>>);

/// From the first place to before or after the second.
pub(crate) type Bounds = (Bound<Place>, Bound<Place>);

/// Entries, by tag and handle, whose documents are fetched from memory while the walk goes on: at
/// first the handles, half way the snapshots.
struct Coming<K, V> {
    entries: [Option<(u64, Address<K, V>)>; SCAN_COMING],
    /// Where the one stands that came first.
    first: usize,
}

impl<K, V> Coming<K, V> {
    fn new() -> Self {
        Self { entries: [None; SCAN_COMING], first: 0 }
    }

    /// Lets one in, and the one out that came `SCAN_COMING` calls before.
    #[inline]
    fn pass(&mut self, entry: Option<(u64, Address<K, V>)>) -> Option<(u64, Address<K, V>)> {
        if let Some((_, address)) = entry {
            address.handle().prefetch_head();
        }
        if let Some((_, address)) = self.entries[(self.first + SCAN_COMING / 2) % SCAN_COMING] {
            address.handle().prefetch_snapshot();
        }
        let out = mem::replace(&mut self.entries[self.first], entry);
        self.first = (self.first + 1) % SCAN_COMING;
        out
    }
}

impl<'a, K, V> Scan<'a, K, V>
where
    K: Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    /// I7: `youngest` is what `Catalog::youngest` said after the revision of the instant was read.
    pub(crate) fn new(
        index: &'a IndexCore<K, V>,
        roster: &'a Roster<K, V>,
        timeline: &'a Timeline,
        instant: Instant<'a>,
        youngest: u64,
        bounds: Bounds,
    ) -> Self {
        let mut scan = Self {
            index,
            timeline,
            instant,
            rest: None,
            front: VecDeque::new(),
            back: VecDeque::new(),
            batch: SCAN_AHEAD_MIN,
            youngest,
            walked: Vec::new(),
        };
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
    fn by_all(&self, roster: &'a Roster<K, V>, bounds: &Bounds) -> VecDeque<NodeRef<'a, K, V>> {
        let mut room = Vec::new();
        let walk = Walk::new(roster, self.timeline, self.instant);
        let mut found: Vec<_> = walk
            .filter_map(|node| Some((self.index.place_of(node, &mut room)?, node)))
            .filter(|(place, _)| contains(bounds, place))
            .collect();
        found.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        found.into_iter().map(|(_, node)| node).collect()
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
        let look = self.instant.look(self.timeline);
        let (index, youngest, walked) = (self.index, self.youngest, &mut self.walked);
        let mut coming = Coming::new();
        let mut take = |entry| {
            let Some((tag, address)) = coming.pass(entry) else { return };
            // I7: the entry counts if the snapshot of this instant carries its tag.
            let node = find(&look, address, walked);
            found.extend(node.filter(|node| node.carries(tag, index.number)));
        };
        let (mut seen, mut later) = (0, 0);
        let range = index.entries.range((rest.0.as_ref(), rest.1.as_ref()), look.pin());
        let mut each = |(place, address): (&Place, Address<K, V>)| {
            seen += 1;
            if is_later(place.tag, youngest) {
                later += 1;
                if later == SCAN_LATER_MAX {
                    return ControlFlow::Break(end.past_later(place, youngest));
                }
            } else {
                later = 0;
                take(Some((place.tag, address)));
            }
            if seen < limit {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(Bound::Excluded(place.clone()))
            }
        };
        let stopped = match end {
            End::Front => { range }.try_for_each(&mut each),
            End::Back => range.rev().try_for_each(&mut each),
        };
        (0..SCAN_COMING).for_each(|_| take(None));
        let rest = stopped.break_value().map(|at| match end {
            End::Front => (at, rest.1),
            End::Back => (rest.0, at),
        });
        self.rest = rest.filter(|rest| !is_empty(rest));
        self.rest.is_some() || seen > 0
    }
}

/// Goes to a document, or remembers having gone there.
#[inline]
fn find<'a, K, V>(
    look: &Look<'a>,
    address: Address<K, V>,
    walked: &mut Vec<Option<Walked<'a, K, V>>>,
) -> Option<NodeRef<'a, K, V>> {
    let kind = address.number() % SCAN_MEMORY;
    if let Some(Some((known, node))) = walked.get(kind) {
        if *known == address {
            return *node;
        }
    }
    let (node, has_walked) = look.at(address);
    if has_walked {
        walked.resize(SCAN_MEMORY, None);
        walked[kind] = Some((address, node));
    }
    node
}

#[derive(Clone, Copy)]
enum End {
    Front,
    Back,
}

impl End {
    /// Where to go on after an entry that is too young. Under its key all that are too young stand
    /// behind all others, and writers may add to them faster than a walk passes them.
    fn past_later(self, place: &Place, youngest: u64) -> Bound<Place> {
        let at = |tag| Place { key: place.key.clone(), tag };
        match self {
            Self::Front => Bound::Excluded(at(u64::MAX)),
            Self::Back => Bound::Included(at(youngest)),
        }
    }
}

impl<'a, K, V> Iterator for Scan<'a, K, V>
where
    K: Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    type Item = NodeRef<'a, K, V>;

    fn next(&mut self) -> Option<NodeRef<'a, K, V>> {
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
        (
            Bound::Included(from) | Bound::Excluded(from),
            Bound::Included(to) | Bound::Excluded(to),
        ) => from >= to,
        _ => false,
    }
}
