//! From what the ring shows to what a watch tells.

use crate::event::{Event, EventKind, Kind, time_of};
use crate::feed::Interest;
use crate::key::{Key, Value};
use crate::outcome::Revision;
use crate::protocol::node::NodeRef;
use crate::protocol::ring::Entry;
use crate::reference::Snapshot;
use crate::rooms::Rooms;
use crate::sync::Arc;
use crate::watch::wish::Wish;

/// Makes events of those changes that somebody wants to hear of.
pub(super) struct Teller<K, V> {
    pub(super) collection: Arc<str>,
    pub(super) wish: Wish<K, V>,
    /// Of the only key that is wanted.
    pub(super) hash: Option<u64>,
}

impl<K: Key, V: Value> Teller<K, V> {
    /// What was committed under this revision, if it happened in this collection and is wanted.
    pub(super) fn read(
        &self,
        rooms: &Rooms<K, V>,
        revision: u64,
        entry: Entry<'_>,
    ) -> Option<Event<K, V>> {
        if let Some(note) = entry.note() {
            let is_ours = entry.origin() == rooms.roster.origin();
            let kind = EventKind::Cleared { count: note.count, up_to: note.up_to };
            let is_wanted = is_ours && self.wish.kinds.contains(Kind::Cleared);
            return is_wanted.then(|| self.event(revision, entry.at, kind));
        }
        let committed = rooms.roster.committed(entry)?;
        self.tell(revision, committed.at, committed.old, committed.new)
    }

    /// A change of one document, if it is wanted.
    pub(super) fn tell(
        &self,
        revision: u64,
        at: u64,
        old: Option<NodeRef<'_, K, V>>,
        new: NodeRef<'_, K, V>,
    ) -> Option<Event<K, V>> {
        let kind = match (old, new.is_tombstone()) {
            (None, false) => Kind::Created,
            (Some(_), false) => Kind::Updated,
            (Some(_), true) => Kind::Removed,
            (None, true) => return None,
        };
        if !self.wish.kinds.contains(kind) || !self.wants(new) {
            return None;
        }
        let owned = |node: NodeRef<'_, K, V>| Snapshot::new(node.own());
        let kind = match old {
            None => EventKind::Created { new: owned(new) },
            Some(old) if new.is_tombstone() => {
                EventKind::Removed { old: owned(old), cause: new.cause() }
            }
            Some(old) => EventKind::Updated { old: owned(old), new: owned(new) },
        };
        Some(self.event(revision, at, kind))
    }

    fn wants(&self, node: NodeRef<'_, K, V>) -> bool {
        self.hash.is_none_or(|hash| node.address().hash() == hash)
            && self.wish.keys.matches(node.get().key())
    }

    fn event(&self, revision: u64, at: u64, kind: EventKind<K, V>) -> Event<K, V> {
        let (collection, revision) = (Arc::clone(&self.collection), Revision::of(revision));
        Event { collection, revision, at: time_of(at), kind }
    }

    /// What to be woken for.
    pub(super) fn interest(&self) -> Interest<K> {
        self.wish.interest(self.hash)
    }

    /// The only key that is wanted, and its hash.
    pub(super) fn only(&self) -> Option<(&K, u64)> {
        self.wish.keys.only().zip(self.hash)
    }
}
