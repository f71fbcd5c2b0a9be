//! Collections that hold so much and no more, as the models use them.

use crate::bounds::{Bounds, Capacity, Cost, Quotas, Tenure};
use crate::clock::Time;
use crate::commit::Expect;
use crate::payload::{Key, Value};
use crate::protocol::ring::RingBounds;
use crate::protocol::timeline::Timeline;
use crate::reclaim::ReadPin;
use crate::shelf::{Shelf, View};
use crate::sync::Arc;

impl Shelf {
    /// A collection that holds so many documents.
    pub(crate) fn holding(entries: u64) -> Self {
        let bounds = RingBounds { revisions: 8, bytes: u64::MAX, retains: false };
        let timeline = Arc::new(Timeline::starting(0, bounds, Time::new()));
        Self::bounded(&timeline, Some(entries), None)
    }

    /// One of the collections of a timeline, and of a namespace.
    pub(crate) fn bounded(
        timeline: &Arc<Timeline>,
        entries: Option<u64>,
        quotas: Option<&Arc<Quotas>>,
    ) -> Self {
        let bounds: Bounds<Key, Value> = Bounds {
            capacity: entries.map(|entries| Capacity::new(Some(entries), None)),
            tenure: quotas.map(|quotas| Tenure::new(Arc::clone(quotas))),
            key_heap: None,
        };
        Self::furnished(timeline, |rooms| rooms.bounds = Some(Box::new(bounds)))
    }

    /// Writes if there is room; says whether there was.
    pub(crate) fn try_set(&self, key: u64, value: u64) -> bool {
        self.set_if(key, value, Expect::Anything).is_ok()
    }

    pub(crate) fn evicted(&self) -> u64 {
        self.rooms().limbo.tally().evicted
    }

    /// I12, I13: what is reserved, and known to whoever chooses who goes, is what is there.
    pub(crate) fn settle_bounds(&self) {
        let rooms = self.rooms();
        let bounds = rooms.bounds.as_ref().expect("it has some");
        let pin = ReadPin::new();
        let costs = (0..rooms.roster.len()).filter_map(|at| rooms.roster.address(at)).map(|at| {
            let head = at.handle().load(self.timeline(), &pin);
            bounds.audit(at, head.live()).unwrap_or_else(|what| panic!("I13: {what}"))
        });
        let all = costs.reduce(Cost::and).unwrap_or_default();
        bounds.audit_all(all).unwrap_or_else(|what| panic!("I12: {what}"));
    }
}

impl View {
    /// The most documents that there were at any one revision since this view was opened.
    pub(crate) fn most_since(&self, shelves: &[&Shelf], keys: std::ops::Range<u64>) -> usize {
        let pin = ReadPin::new();
        let live = |shelf: &Shelf, at| {
            keys.clone().filter(|key| shelf.at(*key, at, &pin).is_some()).count()
        };
        let all = |at| shelves.iter().map(|shelf| live(shelf, at)).sum();
        (self.revision()..=self.shelf().timeline().now()).map(all).max().unwrap_or(0)
    }
}
