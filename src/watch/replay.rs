//! A **replay**: what was there before, told as if it happened now.

use crate::clock::coarse_now;
use crate::event::Event;
use crate::key::{Key, Value};
use crate::limits::{REPLAY_FIRST, WATCH_AHEAD};
use crate::protocol::node::NodeRef;
use crate::protocol::timeline::Moment;
use crate::rooms::Rooms;
use crate::sync::Arc;
use crate::view::View;
use crate::watch::ahead::Ahead;
use crate::watch::teller::Teller;

/// A reading of one view; or, if that took so long that the feed has gone on, of what is different
/// in a later one.
pub(crate) struct Replay<K: Key, V: Value> {
    /// What was told already, and the instant of the first view of all.
    before: Option<(Moment, View<K, V, ()>)>,
    now: View<K, V, ()>,
    position: usize,
    /// Whatever is of this view stands before.
    end: usize,
    at: u64,
}

impl<K: Key, V: Value> Replay<K, V> {
    /// Of this instant; or of what is different from an earlier one.
    pub(super) fn new(rooms: &Arc<Rooms<K, V>>, before: Option<Self>) -> Self {
        let (at, now) = (coarse_now(), View::open(rooms, ()));
        let before = before.and_then(|before| Some((before.first()?, before.now)));
        Self { before, now, position: 0, end: rooms.roster.len(), at }
    }

    fn first(&self) -> Option<Moment> {
        self.before.as_ref().map_or_else(|| self.now.moment(), |(first, _)| Some(*first))
    }

    /// The revision from which the feed goes on.
    pub(super) fn revision(&self) -> u64 {
        self.now.revision()
    }

    /// The next events. Says whether there may be more.
    pub(super) fn read(&mut self, teller: &Teller<K, V>, into: &mut Ahead<Event<K, V>>) -> bool {
        let at = self.at;
        let mut tell = |old: Option<NodeRef<'_, K, V>>, new: NodeRef<'_, K, V>| {
            teller.tell(new.revision(), at, (old, new), || into.place());
        };
        if let (None, Some((key, hash))) = (&self.before, teller.only()) {
            self.now.owned_one(key, hash).iter().for_each(|one| tell(None, one.as_ref()));
            return false;
        }
        let from = self.position;
        // Whoever has just begun waits for the first one.
        let ahead = if from == 0 { REPLAY_FIRST } else { WATCH_AHEAD };
        self.position = match &self.before {
            None => self.now.owned_from(from, ahead, |owned| tell(None, owned.as_ref())),
            Some((first, before)) => {
                self.now.changed_since((*first, before), from, WATCH_AHEAD, tell)
            }
        };
        self.position < self.end
    }
}
