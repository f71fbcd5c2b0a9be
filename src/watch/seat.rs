//! A **seat**: what a watch holds as long as it has not come to its end.

use std::collections::VecDeque;
use std::task::Waker;

use crate::event::Event;
use crate::feed::{Follower, Gap, Interest, Next};
use crate::key::{Key, Value};
use crate::limits::{WATCH_AHEAD, WATCH_PASSED};
use crate::reclaim::{ReadPin, contain};
use crate::rooms::Rooms;
use crate::sync::Arc;
use crate::watch::teller::Teller;

/// A place in the feed, and a note on the collection's board.
pub(super) struct Seat<K: Key, V: Value> {
    rooms: Arc<Rooms<K, V>>,
    follower: Follower,
    interest: Interest<K>,
}

/// What a look at the feed has found.
pub(super) enum Found {
    /// Events, or so many revisions passed over that others should have a turn.
    Some,
    /// Nothing. Who gave a waker is woken.
    Nothing,
    Gap(Gap),
    Closed,
}

impl<K: Key, V: Value> Seat<K, V> {
    /// Begins with the next write.
    pub(super) fn take(rooms: &Arc<Rooms<K, V>>, interest: Interest<K>, buffer: usize) -> Self {
        let follower = Follower::new(&rooms.timeline, buffer);
        rooms.board.put(&interest, follower.waiter());
        Self { rooms: Arc::clone(rooms), follower, interest }
    }

    pub(super) fn position(&self) -> u64 {
        self.follower.position()
    }

    pub(super) fn go_to(&mut self, revision: u64) {
        self.follower.go_to(revision);
    }

    pub(super) fn reaches(&self, revision: u64) -> bool {
        self.follower.reaches(revision)
    }

    /// Takes events out of the feed. Asks to be woken if there is nothing.
    pub(super) fn read(
        &mut self,
        teller: &Teller<K, V>,
        into: &mut VecDeque<Event<K, V>>,
        waker: Option<&Waker>,
    ) -> Found {
        self.follower.wake();
        if let Some(gap) = self.follower.lag() {
            return Found::Gap(gap);
        }
        let found = self.look(teller, into);
        match (&found, waker) {
            (Found::Nothing, Some(waker)) => {
                self.follower.sleep(waker);
                let found = self.look(teller, into);
                if !matches!(found, Found::Nothing) {
                    self.follower.stay_awake();
                }
                found
            }
            _ => found,
        }
    }

    fn look(&mut self, teller: &Teller<K, V>, into: &mut VecDeque<Event<K, V>>) -> Found {
        let pin = ReadPin::new();
        for _ in 0..WATCH_PASSED {
            let next = self.follower.next(&pin);
            // I5: looked at after the revision.
            let closed = self.rooms.closing.closed_at(&self.rooms.timeline);
            match next {
                Next::Lagged(gap) => return Found::Gap(gap),
                Next::Nothing => match closed {
                    Some(closed) if self.position() <= closed => {}
                    Some(_) => return Found::Closed,
                    None => return if into.is_empty() { Found::Nothing } else { Found::Some },
                },
                Next::Committed(revision, entry) => {
                    if closed.is_some_and(|closed| closed < revision) {
                        return Found::Closed;
                    }
                    into.extend(teller.read(&self.rooms, revision, entry));
                    if into.len() == WATCH_AHEAD {
                        break;
                    }
                }
            }
        }
        Found::Some
    }
}

impl<K: Key, V: Value> Drop for Seat<K, V> {
    fn drop(&mut self) {
        // Contained: in a thread that is being torn down the collectors may be gone.
        contain(|| self.rooms.board.take_down(&self.interest, self.follower.waiter()));
        contain(|| drop(self.follower.waiter().leave()));
    }
}
