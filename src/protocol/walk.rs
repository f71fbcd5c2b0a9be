//! A **walk**: the documents of one instant, by position in the roster.

use std::ops::Range;
use std::rc::Rc;

use crate::limits::{WALK_AHEAD, WALKED_AT_ONCE};
use crate::protocol::handle::Address;
use crate::protocol::held::Held;
use crate::protocol::node::NodeRef;
use crate::protocol::roster::Roster;
use crate::protocol::timeline::{Moment, Timeline};
use crate::protocol::views::Lease;
use crate::reclaim::{ReadPin, WritePin};

/// Each document once, in no promised order, from both ends. It does not go through the table, so
/// it may take its time while the collection grows and shrinks.
///
/// Finds some documents ahead, so that one pin serves them all and their cache misses overlap.
pub(crate) struct Walk<'a, K, V> {
    roster: &'a Roster<K, V>,
    timeline: &'a Timeline,
    instant: Instant<'a>,
    positions: Range<usize>,
    /// Found and not handed out yet, from the front end: those in `ready`.
    ahead: [Option<NodeRef<'a, K, V>>; WALK_AHEAD],
    ready: Range<usize>,
}

/// What keeps the documents of a walk.
#[derive(Clone, Copy)]
pub(crate) enum Instant<'a> {
    View(&'a Lease),
    /// The revision was read under this pin.
    Pin(Moment, &'a ReadPin),
}

impl<'a> Instant<'a> {
    pub(crate) fn revision(&self) -> u64 {
        self.moment().revision
    }

    fn moment(&self) -> Moment {
        match self {
            Self::View(lease) => lease.moment(),
            Self::Pin(moment, _) => *moment,
        }
    }

    /// Pins both collectors, to look for documents by their addresses.
    pub(crate) fn look(self, timeline: &'a Timeline) -> Look<'a> {
        Look { instant: self, timeline, pin: WritePin::new() }
    }
}

/// A pin, for whoever goes from an index to documents as of an instant.
pub(crate) struct Look<'a> {
    instant: Instant<'a>,
    timeline: &'a Timeline,
    pin: WritePin,
}

impl<'a> Look<'a> {
    pub(crate) fn pin(&self) -> &WritePin {
        &self.pin
    }

    /// The document at `address`, which was found under this pin, and whether it took a walk from
    /// its current snapshot. The answer is the same for as long as the instant.
    #[inline]
    pub(crate) fn at<K, V>(&self, address: Address<K, V>) -> (Option<NodeRef<'a, K, V>>, bool) {
        let (moment, pin) = (self.instant.moment(), self.pin.read());
        let (node, walked) = address.handle().walk_to(moment.revision, self.timeline, pin);
        // Tombstones are not kept (R6).
        let node = node.filter(|node| node.is_shown_at(moment.time));
        // SAFETY: R2: as of the revision of a view or pin that lives for `'a`.
        (node.map(|node| unsafe { node.kept() }), walked)
    }
}

impl<'a, K, V> Walk<'a, K, V> {
    pub(crate) fn new(
        roster: &'a Roster<K, V>,
        timeline: &'a Timeline,
        instant: Instant<'a>,
    ) -> Self {
        // Read after the instant's revision: every document of it has a position below.
        let positions = 0..roster.len();
        Self {
            roster,
            timeline,
            instant,
            positions,
            ahead: [const { None }; WALK_AHEAD],
            ready: 0..0,
        }
    }

    /// Leaves the positions before `position` out.
    pub(crate) fn from(mut self, position: usize) -> Self {
        self.positions.start = position.min(self.positions.end);
        self
    }

    /// How many documents are left at most.
    pub(crate) fn left(&self) -> usize {
        self.positions.len() + self.ready.len()
    }

    /// Up to `limit` documents from the front, and the position to go on from.
    pub(crate) fn take(mut self, limit: usize, mut each: impl FnMut(NodeRef<'a, K, V>)) -> usize {
        let mut left = limit;
        while left > 0 && self.fill(left) {
            left -= self.ready.len();
            self.ahead[self.ready.clone()].iter().flatten().for_each(|node| each(*node));
            self.ready = 0..0;
        }
        self.positions.start
    }

    /// Finds the next documents, at most `limit`. Says whether there are any.
    fn fill(&mut self, limit: usize) -> bool {
        let mut found = 0;
        let Self { roster, timeline, instant, positions, ahead, .. } = self;
        let mut look = |moment, pin: &ReadPin| {
            while found < limit.min(WALK_AHEAD) {
                let Some(position) = positions.next() else { break };
                let Some(node) = at(roster, position, moment, timeline, pin) else { continue };
                // SAFETY: R2: as of the revision of a view or pin that lives for `'a`.
                ahead[found] = Some(unsafe { node.kept() });
                found += 1;
            }
        };
        match instant {
            Instant::View(lease) => look(lease.moment(), &ReadPin::new()),
            Instant::Pin(moment, pin) => look(*moment, pin),
        }
        self.ready = 0..found;
        found > 0
    }

    fn last(&mut self) -> Option<NodeRef<'a, K, V>> {
        let Self { roster, timeline, instant, positions, .. } = self;
        let mut look = |moment, pin: &ReadPin| {
            let node =
                positions.rev().find_map(|position| at(roster, position, moment, timeline, pin))?;
            // SAFETY: R2: as in `fill`.
            Some(unsafe { node.kept() })
        };
        match instant {
            Instant::View(lease) => look(lease.moment(), &ReadPin::new()),
            Instant::Pin(moment, pin) => look(*moment, pin),
        }
    }
}

impl<'a, K, V> Iterator for Walk<'a, K, V> {
    type Item = NodeRef<'a, K, V>;

    #[inline]
    fn next(&mut self) -> Option<NodeRef<'a, K, V>> {
        if self.ready.is_empty() && !self.fill(WALK_AHEAD) {
            return None;
        }
        self.ahead[self.ready.next()?].take()
    }
}

impl<K, V> DoubleEndedIterator for Walk<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        match self.last() {
            Some(node) => Some(node),
            None => self.ahead[self.ready.next_back()?].take(),
        }
    }
}

/// The document at `position` as of `moment`.
fn at<'g, K, V>(
    roster: &Roster<K, V>,
    position: usize,
    moment: Moment,
    timeline: &Timeline,
    pin: &'g ReadPin,
) -> Option<NodeRef<'g, K, V>> {
    let node = roster.handle(position)?.as_of(moment.revision, timeline, pin)?;
    node.is_shown_at(moment.time).then_some(node)
}

/// What is different between two views, from `position` on: of each document that was written
/// between them the snapshot before, unless there was none, and the one after, perhaps a tombstone.
/// Looks at a bounded number of places, and says where to go on.
///
/// Both are open, of these revisions or of later ones. All began with a view at `first`, which left
/// out what was over; these leave out nothing, as little as the feed.
pub(crate) fn differences<K, V>(
    roster: &Roster<K, V>,
    timeline: &Timeline,
    first: Moment,
    (before, after): (u64, u64),
    position: usize,
    limit: usize,
    mut each: impl FnMut(Option<NodeRef<'_, K, V>>, NodeRef<'_, K, V>),
) -> usize {
    let pin = ReadPin::new();
    let end = roster.len().min(position + WALKED_AT_ONCE);
    let mut found = 0;
    for position in position..end {
        let Some(handle) = roster.handle(position) else { continue };
        // R2: both are shown by views; a tombstone is kept by the pin.
        let as_of = |revision| handle.as_of(revision, timeline, &pin);
        let Some(new) = as_of(after) else { continue };
        let old = as_of(before);
        if old.is_some_and(|old| old.revision() == new.revision()) {
            continue;
        }
        let was_told = |old: &NodeRef<'_, K, V>| {
            !old.is_tombstone() && (old.revision() > first.revision || old.is_shown_at(first.time))
        };
        each(old.filter(was_told), new);
        found += 1;
        if found == limit {
            return position + 1;
        }
    }
    end
}

/// A walk, or a scan, with a view of its own, which its items share: they may outlive it.
pub(crate) struct Owning<W> {
    // Before the view that it borrows from, so that it is dropped first.
    walk: W,
    lease: Rc<Lease>,
}

impl<W> Owning<W> {
    pub(crate) fn new<'a, K: 'a, V: 'a>(lease: Lease, begin: impl FnOnce(Instant<'a>) -> W) -> Self
    where
        W: Iterator<Item = NodeRef<'a, K, V>>,
    {
        let lease = Rc::new(lease);
        let shared: *const Lease = Rc::as_ptr(&lease);
        // SAFETY: R2: the lease does not move and stays as long as the walk, beside which it is
        // kept; items take a share of it with them.
        let walk = begin(Instant::View(unsafe { &*shared }));
        Self { walk, lease }
    }

    pub(crate) fn walk(&self) -> &W {
        &self.walk
    }
}

impl<'a, K, V, W> Iterator for Owning<W>
where
    W: Iterator<Item = NodeRef<'a, K, V>>,
    K: 'a,
    V: 'a,
{
    type Item = Held<'a, K, V>;

    fn next(&mut self) -> Option<Held<'a, K, V>> {
        let node = self.walk.next()?;
        // SAFETY: R2: found by this view.
        Some(unsafe { Held::shared(node, &self.lease) })
    }
}

impl<'a, K, V, W> DoubleEndedIterator for Owning<W>
where
    W: DoubleEndedIterator<Item = NodeRef<'a, K, V>>,
    K: 'a,
    V: 'a,
{
    fn next_back(&mut self) -> Option<Self::Item> {
        let node = self.walk.next_back()?;
        // SAFETY: R2: found by this view.
        Some(unsafe { Held::shared(node, &self.lease) })
    }
}
