//! A collection as the models use it: our rooms, keyed and filled with numbers.

use crate::base::{JoinHandle, spawn};
use crate::clock::Time;
use crate::commit::{Expect, Published, Refusal, Refused, Target};
use crate::payload::{Key, Value};
use crate::protocol::cause::Cause;
use crate::protocol::draft::Draft;
use crate::protocol::node::{NodeRef, Owned};
use crate::protocol::ring::RingBounds;
use crate::protocol::timeline::{Moment, Timeline};
use crate::protocol::views::Lease;
use crate::protocol::walk::Instant;
use crate::reclaim::ReadPin;
use crate::rooms::Rooms;
use crate::sync::Arc;

#[derive(Clone)]
pub(crate) struct Shelf(Arc<Rooms<Key, Value>>);

/// What most models want to know of a write.
pub(crate) struct Numbers {
    pub(crate) version: u64,
    pub(crate) revision: u64,
    pub(crate) created: bool,
}

impl Numbers {
    pub(crate) fn of(written: &Published<'_, Key, Value>) -> Self {
        let Published { before, node } = written;
        let (version, revision) = (node.version(), node.revision());
        Self { version, revision, created: before.is_none() }
    }
}

pub(crate) type Wrote<R = Numbers> = Result<R, Refused<Value>>;

impl Shelf {
    pub(crate) fn new() -> Self {
        Self::with_feed(8)
    }

    /// A collection whose feed keeps so many revisions.
    pub(crate) fn with_feed(revisions: usize) -> Self {
        let bounds = RingBounds { revisions, bytes: u64::MAX, retains: false };
        Self::on(&Arc::new(Timeline::starting(0, bounds, Time::new())))
    }

    /// One of the collections of a timeline.
    pub(crate) fn on(timeline: &Arc<Timeline>) -> Self {
        Self::furnished(timeline, |_| ())
    }

    /// The same, changed before anybody knows it.
    pub(crate) fn furnished(
        timeline: &Arc<Timeline>,
        furnish: impl FnOnce(&mut Rooms<Key, Value>),
    ) -> Self {
        let mut rooms = Rooms::new(Arc::clone(timeline), 0);
        furnish(&mut rooms);
        Self(Arc::new(rooms))
    }

    /// Runs `thread` on this collection beside the caller.
    pub(crate) fn beside<T: Send + 'static>(
        &self,
        thread: impl FnOnce(&Shelf) -> T + Send + 'static,
    ) -> JoinHandle<T> {
        let copy = self.clone();
        spawn(move || thread(&copy))
    }

    pub(crate) fn rooms(&self) -> &Rooms<Key, Value> {
        &self.0
    }

    pub(crate) fn timeline(&self) -> &Arc<Timeline> {
        &self.0.timeline
    }

    /// Writes without a condition; returns the revision.
    pub(crate) fn set(&self, key: u64, value: u64) -> u64 {
        let wrote = self.set_if(key, value, Expect::Anything);
        wrote.unwrap_or_else(|refused| panic!("refused: {:?}", refused.why)).revision
    }

    pub(crate) fn set_if(&self, key: u64, value: u64, expect: Expect) -> Wrote {
        self.write(key, Some(value), expect, Numbers::of)
    }

    /// Removes the document if it is there; returns the revision of the removal.
    pub(crate) fn remove(&self, key: u64) -> Option<u64> {
        match self.write(key, None, Expect::Present, Numbers::of) {
            Ok(written) => Some(written.revision),
            Err(refused) => {
                assert_eq!(refused.why, Refusal::Found(None), "why a removal is refused");
                None
            }
        }
    }

    pub(crate) fn write<R>(
        &self,
        key: u64,
        value: Option<u64>,
        expect: Expect,
        read: impl FnOnce(&Published<'_, Key, Value>) -> R,
    ) -> Wrote<R> {
        let draft = match value {
            Some(value) => Draft::value(Value::new(value)),
            None => Draft::tombstone(Cause::Deleted),
        };
        self.put(key, draft, expect, read)
    }

    pub(crate) fn put<R>(
        &self,
        key: u64,
        draft: Draft<Key, Value>,
        expect: Expect,
        read: impl FnOnce(&Published<'_, Key, Value>) -> R,
    ) -> Wrote<R> {
        let given = draft.get().map(|_| Key::new(key));
        let mut target = Sought { number: key, creates: given.is_some(), given };
        self.0.write(&mut target, draft, expect, read)
    }

    /// Reads under a pin of its own.
    pub(crate) fn get(&self, key: u64) -> Option<u64> {
        let pin = ReadPin::new();
        self.find(key, &pin).map(number)
    }

    /// The current snapshot of a document.
    pub(crate) fn find<'g>(
        &'g self,
        key: u64,
        pin: &'g ReadPin,
    ) -> Option<NodeRef<'g, Key, Value>> {
        self.0.get(key, |other| other.number() == key, pin)
    }

    /// An owner of the current snapshot.
    pub(crate) fn own(&self, key: u64) -> Owned<Key, Value> {
        let pin = ReadPin::new();
        self.find(key, &pin).expect("the document is there").own()
    }

    /// A document as of a revision that was read under this pin, or that a view shows.
    pub(crate) fn at(&self, key: u64, revision: u64, pin: &ReadPin) -> Option<u64> {
        let node = self.0.get_as_of(key, |other| other.number() == key, revision, pin)?;
        assert!(node.revision() <= revision, "R2: a snapshot younger than its view");
        Some(number(node))
    }

    pub(crate) fn open(&self) -> View {
        View::of(self, Lease::open(&self.0.timeline))
    }

    /// Sweeps the shard of this thread: seals what was retired there and buries what may go.
    pub(crate) fn sweep(&self) {
        self.0.sweep(crate::limits::SWEEP_MAX);
    }

    /// Sweeps twice: what was retired before is buried, unless a pin or a view keeps it.
    pub(crate) fn sweep_twice(&self) {
        self.sweep();
        self.sweep();
    }

    pub(crate) fn close(&self) -> u64 {
        self.0.closing.close(&self.0.timeline)
    }

    /// Sweeps until nothing is left to do; nobody else is here.
    pub(crate) fn settle(&self) {
        for _ in 0..5 {
            self.0.sweep_all(usize::MAX);
        }
        assert_eq!(self.0.limbo.tally().waiting, 0, "limbo is empty when nobody holds it up");
        let pin = ReadPin::new();
        let handles = (0..self.0.roster.len()).filter_map(|at| self.0.roster.handle(at));
        let heads: Vec<_> = handles.map(|handle| handle.load(self.timeline(), &pin)).collect();
        let in_use = heads.iter().filter(|head| !head.is_dead()).count();
        let live = heads.iter().filter(|head| head.live().is_some()).count();
        assert_eq!(in_use, live, "I6: a tombstone or an empty handle stays");
        assert_eq!(self.0.table.len(), live, "the table leads to what is there");
        assert_eq!(self.0.limbo.live(), live, "the count of documents");
        drop(pin);
        self.settle_indexes();
    }
}

/// A registered view, which ends when it is dropped.
pub(crate) struct View {
    shelf: Shelf,
    lease: Lease,
}

impl View {
    pub(crate) fn of(shelf: &Shelf, lease: Lease) -> Self {
        Self { shelf: shelf.clone(), lease }
    }

    pub(crate) fn keep(shelf: &Shelf, revision: u64, pin: &ReadPin) -> Self {
        Self::of(shelf, Lease::keep(shelf.timeline(), Moment { revision, time: 0 }, pin))
    }

    pub(crate) fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    pub(crate) fn lease(&self) -> &Lease {
        &self.lease
    }

    pub(crate) fn revision(&self) -> u64 {
        self.lease.revision()
    }

    pub(crate) fn get(&self, key: u64) -> Option<u64> {
        let pin = ReadPin::new();
        self.shelf.at(key, self.revision(), &pin)
    }

    /// Every document, by position.
    pub(crate) fn walk(&self) -> Vec<(u64, u64)> {
        let walk = self.shelf.rooms().walk(Instant::View(&self.lease));
        walk.map(|node| (node.key().number(), number(node))).collect()
    }
}

/// A key that is looked for, and given away if the write may create its document.
struct Sought {
    number: u64,
    creates: bool,
    /// `None` if the write must find it, or a handle has it.
    given: Option<Key>,
}

impl Target<Key> for Sought {
    fn hash(&self) -> u64 {
        self.number
    }

    fn matches(&self, key: &Key) -> bool {
        key.number() == self.number
    }

    fn key(&self) -> Option<&Key> {
        self.given.as_ref()
    }

    fn take(&mut self) -> Option<Key> {
        self.given.take()
    }

    fn restore(&mut self, key: impl FnOnce() -> Key) {
        if self.creates {
            self.given.get_or_insert_with(key);
        }
    }
}

pub(crate) fn number(node: NodeRef<'_, Key, Value>) -> u64 {
    node.get().value().expect("a live snapshot has a value").number()
}
