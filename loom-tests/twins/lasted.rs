//! Deadlines as the models use them: times are numbers, and the clock begins at 1.

use crate::clock::Time;
use crate::commit::Expect;
use crate::payload::{Key, Value};
use crate::protocol::deadline::Lifetime;
use crate::protocol::draft::Draft;
use crate::protocol::ring::RingBounds;
use crate::protocol::timeline::Timeline;
use crate::reclaim::ReadPin;
use crate::shelf::{Numbers, Shelf, View, Wrote, number};
use crate::sync::Arc;

impl Shelf {
    /// A collection whose documents go when nobody has read them for so long.
    pub(crate) fn idling(idle: u64) -> Self {
        let bounds = RingBounds { revisions: 8, bytes: u64::MAX, retains: false };
        let timeline = Arc::new(Timeline::starting(0, bounds, Time::new()));
        Self::furnished(&timeline, |rooms| rooms.expiry.idle = idle)
    }

    pub(crate) fn let_time_pass(&self, by: u64) {
        self.timeline().time().advance(by);
    }

    pub(crate) fn lay(&self, key: u64, value: u64, until: u64) {
        let wrote = self.set_until(key, value, until);
        assert!(wrote.is_ok(), "refused");
    }

    /// The deadline that a document has now.
    pub(crate) fn lasts_until(&self, key: u64) -> Option<u64> {
        let pin = ReadPin::new();
        let address = self.rooms().find(key, |other| other.number() == key, &pin)?;
        address.handle().load(self.timeline(), &pin).live()?.deadline().get()
    }

    /// Writes a document that is over at that time, or before if nobody reads it.
    pub(crate) fn set_until(&self, key: u64, value: u64, until: u64) -> Wrote {
        let draft = self.until(Draft::value(Value::new(value)), until);
        self.put(key, draft, Expect::Anything, Numbers::of)
    }

    /// Gives the document another deadline, if it is there.
    pub(crate) fn renew(&self, key: u64, until: u64) -> Option<u64> {
        loop {
            let (draft, expect) = {
                let pin = ReadPin::new();
                let node = self.find(key, &pin)?;
                (Draft::again(node), Expect::Revision(node.revision()))
            };
            if let Ok(written) = self.put(key, self.until(draft, until), expect, Numbers::of) {
                return Some(written.revision);
            }
        }
    }

    /// Another collection, with a copy of the document.
    pub(crate) fn fork(&self, key: u64) -> Self {
        let fork = Self::on(&Arc::new(self.timeline().successor(self.timeline().now())));
        let twin = Draft::twin(self.own(key).as_ref());
        fork.rooms().found(key, Key::new(key), twin);
        fork
    }

    /// Ends what is over; says how many documents.
    pub(crate) fn purge(&self) -> usize {
        self.rooms().purge()
    }

    /// How many documents have ended because they were over.
    pub(crate) fn expired(&self) -> u64 {
        self.rooms().limbo.tally().expired
    }

    fn until(&self, draft: Draft<Key, Value>, until: u64) -> Draft<Key, Value> {
        let lifetime = Lifetime { until, idle: self.rooms().expiry.idle, common: false };
        if lifetime.is_forever() {
            return draft;
        }
        draft.lasting(lifetime, self.timeline().time().exact())
    }
}

impl View {
    /// A document that was not over when the view was opened.
    pub(crate) fn shows(&self, key: u64) -> Option<u64> {
        let rooms = self.shelf().rooms();
        let found = self.lease().keeps(rooms, |rooms, revision, pin| {
            rooms.get_as_of(key, |other| other.number() == key, revision, pin)
        });
        found.map(number)
    }
}
