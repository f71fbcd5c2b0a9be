//! The rooms of one collection, and how a document is read.

use crate::bounds::Bounds;
use crate::catalog::{Built, Catalog, Documents, IndexCore};
use crate::expiry::Expiry;
use crate::feed::{self, Board, Member, Told};
use crate::flight::Flights;
use crate::protocol::deadline::NEVER;
use crate::protocol::departing::Departing;
use crate::protocol::entry::Carried;
use crate::protocol::handle::{Address, Handle};
use crate::protocol::limbo::{Forget, Limbo};
use crate::protocol::node::{NodeRef, Owned};
use crate::protocol::note::{Entry, Note};
use crate::protocol::roster::{Committed, Roster};
use crate::protocol::timeline::{Closing, Moment, Timeline};
use crate::protocol::views::Lease;
use crate::protocol::walk::{Instant, Walk};
use crate::reclaim::{Grace, ReadPin, WritePin, contain};
use crate::sync::{Arc, Mutex, fence_both};
use crate::table::Table;

/// What a collection consists of. Reads are here, writes in `commit`.
pub(crate) struct Rooms<K: Eq + 'static, V: 'static> {
    pub(crate) table: Table<K, V>,
    pub(crate) catalog: Catalog<K, V>,
    pub(crate) expiry: Expiry<K, V>,
    /// `None`: it may hold whatever it is given.
    pub(crate) bounds: Option<Box<Bounds<K, V>>>,
    pub(crate) board: Board<K>,
    /// In a store: those who watch all of its collections.
    pub(crate) member: Option<Member>,
    /// What is being loaded.
    pub(crate) flights: Flights<K, Owned<K, V>>,
    pub(crate) closing: Closing,
    /// Shared by the collections of a store.
    pub(crate) timeline: Arc<Timeline>,
    pub(crate) limbo: Departing<Limbo<K, V>>,
    pub(crate) roster: Departing<Roster<K, V>>,
    /// How far the clearing out of the closed collection has come.
    pub(crate) ending: Mutex<Ending>,
}

/// The steps of giving everything back after the close.
pub(crate) enum Ending {
    NotYet,
    /// Nobody who was pinned before the close may be pinned any more.
    Waiting(Grace),
    Over,
}

impl<K, V> Rooms<K, V>
where
    K: Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    pub(crate) fn new(timeline: Arc<Timeline>, capacity_hint: usize) -> Self {
        Self {
            table: Table::with_capacity(capacity_hint),
            catalog: Catalog::new(),
            expiry: Expiry::new(),
            bounds: None,
            board: Board::new(),
            member: None,
            flights: Flights::new(),
            closing: Closing::new(),
            limbo: Departing::new(Limbo::new(), &timeline),
            roster: Departing::new(Roster::new(&timeline), &timeline),
            timeline,
            ending: Mutex::new(Ending::NotYet),
        }
    }

    /// The current snapshot of a document, if it exists and the collection is open.
    #[inline]
    pub(crate) fn get<'g>(
        &'g self,
        hash: u64,
        matches: impl Fn(&K) -> bool,
        pin: &'g ReadPin,
    ) -> Option<NodeRef<'g, K, V>> {
        let address = self.table.find(hash, matches, pin)?;
        self.current(address.handle(), pin)
    }

    /// Says whether a document may go to make room. Says whether there is one.
    pub(crate) fn mark(&self, hash: u64, matches: impl Fn(&K) -> bool, protected: bool) -> bool {
        let pin = ReadPin::new();
        let Some(node) = self.get(hash, matches, &pin) else { return false };
        let capacity = self.bounds.as_ref().and_then(|bounds| bounds.capacity.as_ref());
        capacity.is_none_or(|it| it.mark(node.address(), protected, &self.timeline, &pin))
    }

    /// The address at which a key is found now, dead or alive: the first half of `get`, for
    /// whoever reads many keys at once and wants their cache misses to overlap.
    #[inline]
    pub(crate) fn find(
        &self,
        hash: u64,
        matches: impl Fn(&K) -> bool,
        pin: &ReadPin,
    ) -> Option<Address<K, V>> {
        self.table.find(hash, matches, pin)
    }

    /// The second half of `get`.
    #[inline]
    pub(crate) fn current<'g>(
        &'g self,
        handle: &Handle<K, V>,
        pin: &'g ReadPin,
    ) -> Option<NodeRef<'g, K, V>> {
        // A reader that meets a dead handle answers "absent" and does not ask again: the table
        // still held this one when it was asked, so the key had no other.
        let node = handle.load(&self.timeline, pin).live()?;
        if self.bounds.is_some() {
            handle.note_read();
        }
        // I5: looked at after the stamp: whatever was stamped after the close is not shown.
        if self.is_closed() { None } else { self.while_it_lasts(node) }
    }

    /// The document, unless it is over; notes that it is read.
    #[inline]
    fn while_it_lasts<'g>(&self, node: NodeRef<'g, K, V>) -> Option<NodeRef<'g, K, V>> {
        // Whoever reads what has no deadline reads no clock.
        (node.get().deadline().get().is_none() || self.renew(node)).then_some(node)
    }

    /// Notes that a document with a deadline is read, unless it is over. Says whether that is so.
    #[cold]
    fn renew(&self, node: NodeRef<'_, K, V>) -> bool {
        let (now, idle) = (self.timeline.time().coarse(), self.expiry.idle);
        if idle == NEVER {
            return !node.deadline().has_passed(now);
        }
        node.deadline().renew(node.lifetime(idle), now)
    }

    /// Until when a document lasts that is there; `NEVER`: for ever. Counts as no read.
    pub(crate) fn end_of(&self, hash: u64, matches: impl Fn(&K) -> bool) -> Option<u64> {
        let pin = ReadPin::new();
        let address = self.table.find(hash, matches, &pin)?;
        let node = address.handle().load(&self.timeline, &pin).live()?;
        let is_there = !self.is_closed() && !self.has_expired(node);
        is_there.then(|| node.get().deadline().get().unwrap_or(NEVER))
    }

    /// Whether the deadline of a document has passed.
    #[inline]
    pub(crate) fn has_expired(&self, node: NodeRef<'_, K, V>) -> bool {
        let deadline = node.get().deadline();
        deadline.get().is_some() && deadline.has_passed(self.timeline.time().coarse())
    }

    #[inline]
    pub(crate) fn is_closed(&self) -> bool {
        self.closing.closed_at(&self.timeline).is_some()
    }

    /// A document as of `revision`, which was read under this pin or is shown by a view.
    pub(crate) fn get_as_of<'g>(
        &'g self,
        hash: u64,
        matches: impl Fn(&K) -> bool,
        revision: u64,
        pin: &'g ReadPin,
    ) -> Option<NodeRef<'g, K, V>> {
        let address = self.table.find(hash, matches, pin)?;
        let node = address.handle().as_of(revision, &self.timeline, pin)?;
        (!node.is_tombstone()).then_some(node)
    }

    /// A walk over the documents of an instant.
    pub(crate) fn walk<'a>(&'a self, instant: Instant<'a>) -> Walk<'a, K, V> {
        Walk::new(&self.roster, &self.timeline, instant)
    }

    /// Opens a view of this instant; `None` once the collection is closed.
    pub(crate) fn open_view(&self) -> Option<Lease> {
        let lease = Lease::open(&self.timeline);
        let closed = self.closing.closed_at(&self.timeline);
        closed.is_none_or(|closed| lease.revision() < closed).then_some(lease)
    }

    /// The instant that a pinned reader looks at; `None` once the collection is closed.
    pub(crate) fn instant(&self, _pin: &ReadPin) -> Option<Moment> {
        let now = self.timeline.moment(Timeline::now);
        // I5: a reader at this revision would be shown what was stamped after the close.
        match self.closing.closed_at(&self.timeline) {
            Some(closed) if closed <= now.revision => None,
            _ => Some(now),
        }
    }

    /// One bounded piece of cleaning by a writing thread. The caller holds no pin.
    #[cold]
    pub(crate) fn sweep(&self, limit: usize) {
        // The collectors may run what others have deferred, which may panic: the write is done.
        contain(|| {
            self.limbo.sweep(limit, &self.timeline, self);
            self.build_indexes();
            self.tend();
        });
    }

    /// Moves the feed's tail on. Says whether there is nothing left to do there.
    pub(crate) fn tend(&self) -> bool {
        feed::tend(&self.timeline)
    }

    /// Tells those who wait for it of a write, under the pin under which it was stamped. Out of the
    /// way of writes that nobody watches.
    #[cold]
    pub(crate) fn tell(
        &self,
        node: NodeRef<'_, K, V>,
        revision: u64,
        pin: &WritePin,
        told: &mut Told,
    ) {
        // F6: the stamp comes before the look at who sleeps.
        fence_both();
        let (key, hash) = (node.get().key(), node.address().hash());
        self.board.tell("", key, hash, revision, pin, told);
        if let Some(member) = &self.member {
            member.tell(key, revision, pin, told);
        }
    }

    /// Closes the collection, and tells all who watch it. Says at which revision.
    pub(crate) fn shut(&self) -> u64 {
        let closed = self.closing.close(&self.timeline);
        if self.timeline.ring().is_kept() {
            // Contained: in a thread that is being torn down the collectors may be gone.
            contain(|| self.board.announce_end());
        }
        if let Some(bounds) = &self.bounds {
            bounds.end();
        }
        closed
    }

    /// The change that stands in the ring, if it happened in this collection.
    #[inline]
    pub(crate) fn committed<'g>(&self, entry: Entry<'g>) -> Option<Committed<'g, K, V>> {
        self.roster.committed(entry, &self.timeline)
    }

    /// Announces that `count` documents with revisions up to `up_to` were removed.
    pub(crate) fn announce_cleared(&self, count: usize, up_to: u64) {
        let pin = WritePin::new();
        if !self.timeline.ring().is_kept() {
            return;
        }
        let note = Note { origin: self.roster.origin(), count, up_to };
        let revision = self.timeline.announce(note, pin.read());
        // F6: the revision comes before the look at who sleeps.
        fence_both();
        let mut told = Told::default();
        self.board.tell_all(revision, pin.read(), &mut told);
        if let Some(member) = &self.member {
            member.hub.tell_all(revision, pin.read(), &mut told);
        }
        drop(pin);
        told.announce();
        if self.timeline.ring().is_due(revision) {
            // Contained: the collectors may run what others have deferred.
            contain(|| {
                self.tend();
            });
        }
    }

    /// A piece of the indexes whose creator did not wait for them. Says whether all are complete.
    pub(crate) fn build_indexes(&self) -> bool {
        self.catalog.tidy();
        let Some(index) = self.catalog.first_unfinished() else { return true };
        let over = self.build(&index) == Built::Over;
        over && (self.is_closed() || self.catalog.first_unfinished().is_none())
    }

    /// A piece of an index.
    pub(crate) fn build(&self, index: &IndexCore<K, V>) -> Built {
        let Self { roster, timeline, closing, .. } = self;
        index.build(&Documents { roster, timeline, closing })
    }

    /// One bounded piece of cleaning everywhere. Says how many snapshots were buried.
    pub(crate) fn sweep_all(&self, limit: usize) -> usize {
        self.limbo.sweep_all(limit, &self.timeline, self)
    }
}

impl<K, V> Forget<K, V> for Rooms<K, V>
where
    K: Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    fn forget(&self, address: Address<K, V>) {
        self.table.forget(address);
    }

    fn take_out(&self, entry: &Carried, pin: &WritePin) {
        self.catalog.take_out(entry, pin);
    }
}
