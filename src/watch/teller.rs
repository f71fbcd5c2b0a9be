//! From what the ring shows to what a watch tells.

use std::fmt;

use crate::event::{Event, EventKind, Kind, time_of};
use crate::feed::Follower;
use crate::key::{Key, Value};
use crate::outcome::Revision;
use crate::protocol::node::NodeRef;
use crate::protocol::note::Entry;
use crate::reference::Snapshot;
use crate::rooms::Rooms;
use crate::store::KeptName;
use crate::sync::Arc;
use crate::watch::ahead::Ahead;
use crate::watch::replay::Replay;
use crate::watch::subject::{Seat, Subject};
use crate::watch::wish::Wish;

/// Makes events of those changes that somebody wants to hear of.
pub(crate) struct Teller<K: Key, V: Value> {
    rooms: Arc<Rooms<K, V>>,
    collection: KeptName,
    wish: Wish<K, V>,
    /// Of the only key that is wanted.
    hash: Option<u64>,
}

impl<K: Key, V: Value> Teller<K, V> {
    pub(crate) fn new(
        rooms: &Arc<Rooms<K, V>>,
        collection: KeptName,
        wish: Wish<K, V>,
        hash: Option<u64>,
    ) -> Self {
        Self { rooms: Arc::clone(rooms), collection, wish, hash }
    }

    pub(super) fn rooms(&self) -> Arc<Rooms<K, V>> {
        Arc::clone(&self.rooms)
    }

    /// Puts the event of a change of one document in its place, if it is wanted.
    ///
    /// Each kind for itself, and the place first, so that an event is made where it will stand.
    #[inline]
    pub(crate) fn tell<'p>(
        &self,
        revision: u64,
        at: u64,
        (old, new): (Option<NodeRef<'_, K, V>>, NodeRef<'_, K, V>),
        place: impl FnOnce() -> &'p mut Option<Event<K, V>>,
    ) {
        let owned = |node: NodeRef<'_, K, V>| Snapshot::new(node.own());
        match (old, new.is_tombstone()) {
            (None, false) if self.wants(Kind::Created, new) => {
                self.fill(place(), revision, at, || EventKind::Created { new: owned(new) });
            }
            (Some(old), true) if self.wants(Kind::Removed, new) => {
                let kind = || EventKind::Removed { old: owned(old), cause: new.cause() };
                self.fill(place(), revision, at, kind);
            }
            (Some(old), false) if self.wants(Kind::Updated, new) => {
                let kind = || EventKind::Updated { old: owned(old), new: owned(new) };
                self.fill(place(), revision, at, kind);
            }
            _ => {}
        }
    }

    /// Makes an event in an empty place. The kind last: nothing can fail any more that would have
    /// to drop it, so it goes straight there.
    #[inline]
    fn fill(
        &self,
        place: &mut Option<Event<K, V>>,
        revision: u64,
        at: u64,
        kind: impl FnOnce() -> EventKind<K, V>,
    ) {
        let (collection, revision) = ((*self.collection).clone(), Revision::of(revision));
        let at = time_of(at);
        debug_assert!(place.is_none(), "an event would be lost");
        if place.is_none() {
            *place = Some(Event { collection, revision, at, kind: kind() });
        }
    }

    /// What is about no document, if it happened in this collection and is wanted.
    pub(crate) fn tell_note(&self, revision: u64, entry: Entry<'_>) -> Option<Event<K, V>> {
        let note = entry.note()?;
        let is_ours = entry.origin() == self.rooms.roster.origin();
        let kind = EventKind::Cleared { count: note.count, up_to: note.up_to };
        let is_wanted = is_ours && self.wish.kinds.contains(Kind::Cleared);
        let mut event = None;
        if is_wanted {
            self.fill(&mut event, revision, entry.at, || kind);
        }
        event
    }

    #[inline]
    fn wants(&self, kind: Kind, node: NodeRef<'_, K, V>) -> bool {
        self.wish.kinds.contains(kind)
            && self.hash.is_none_or(|hash| node.address().hash() == hash)
            && self.wish.keys.matches(node.get().key())
    }

    /// The only key that is wanted, and its hash.
    pub(super) fn only(&self) -> Option<(&K, u64)> {
        self.wish.keys.only().zip(self.hash)
    }
}

impl<K: Key, V: Value> Subject for Teller<K, V> {
    type Event = Event<K, V>;
    type Replay = Replay<K, V>;

    fn watched(&self) -> &str {
        &self.collection
    }

    fn seat(&self, buffer: usize) -> Seat {
        let (rooms, interest) = (self.rooms(), self.wish.interest(self.hash));
        let follower = Follower::new(&rooms.timeline, buffer, rooms.board.among(&interest));
        rooms.board.put(&interest, follower.waiter());
        Seat::new(follower, move |waiter| rooms.board.take_down(&interest, waiter))
    }

    fn closed_at(&self) -> Option<u64> {
        self.rooms.closing.closed_at(&self.rooms.timeline)
    }

    fn ended(&self) {
        self.rooms.maintain_in_drop();
    }

    #[inline]
    fn read(&self, revision: u64, entry: Entry<'_>, into: &mut Ahead<Event<K, V>>) {
        match self.rooms.committed(entry) {
            Some(change) => {
                let documents = (change.old, change.new);
                self.tell(revision, change.at, documents, || into.place());
            }
            None => {
                if let Some(event) = self.tell_note(revision, entry) {
                    *into.place() = Some(event);
                }
            }
        }
    }

    fn passes(&self, event: &Event<K, V>) -> bool {
        self.wish.passes(event)
    }

    fn replay(&self, before: Option<Replay<K, V>>) -> Replay<K, V> {
        Replay::new(&self.rooms, before)
    }

    fn read_on(&self, replay: &mut Replay<K, V>, into: &mut Ahead<Event<K, V>>) -> bool {
        replay.read(self, into)
    }

    fn revision_of(&self, replay: &Replay<K, V>) -> u64 {
        replay.revision()
    }
}

impl<K: Key, V: Value> fmt::Debug for Teller<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject")
            .field("collection", &*self.collection)
            .field("keys", &self.wish.keys)
            .finish_non_exhaustive()
    }
}
