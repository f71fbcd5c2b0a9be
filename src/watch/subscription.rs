//! [`Subscription`]: a function that is called for each change.

use std::fmt;

use crate::error::WatchError;
use crate::event::Event;
use crate::feed::Deliver;
use crate::key::{Key, Value};
use crate::protocol::turn::Turn;
use crate::reclaim::contain;
use crate::rooms::Rooms;
use crate::sync::{Arc, Mutex, lock};
use crate::watch::Watch;

/// A function that is called for each change, until this is dropped.
///
/// Made by [`Collection::on_change`](crate::Collection::on_change) and
/// [`WatchBuilder::for_each`](crate::WatchBuilder::for_each). Dropping it stops it, also from
/// within: a call that is under way on another thread may still come to its end.
#[must_use = "dropping a subscription ends it"]
pub struct Subscription {
    callback: Box<dyn Callback>,
}

impl Subscription {
    pub(super) fn new<K: Key, V: Value, S: Send + 'static>(
        rooms: &Arc<Rooms<K, V>>,
        watch: Watch<K, V, S>,
        call: impl FnMut(Result<&Event<K, V>, WatchError>) + Send + 'static,
    ) -> Self {
        let work = Mutex::new(Some(Work { watch, call, is_over: false }));
        let called = Arc::new(Called { turn: Turn::new(), work });
        rooms.board.put_callback(called.clone());
        // What was replayed, and what was written since the watch began.
        called.deliver();
        Self { callback: Box::new(Up { rooms: Arc::clone(rooms), called }) }
    }

    /// How often the function, or the filter, has panicked.
    pub fn panics(&self) -> u64 {
        self.callback.panics()
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.callback.stop();
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").field("panics", &self.panics()).finish_non_exhaustive()
    }
}

trait Callback: Send + Sync {
    fn stop(&self);
    fn panics(&self) -> u64;
}

/// Something that is called, and the board that it is up on. The board does not know of this, or
/// the two would keep each other.
struct Up<K: Key, V: Value, S, F> {
    rooms: Arc<Rooms<K, V>>,
    called: Arc<Called<K, V, S, F>>,
}

struct Called<K: Key, V: Value, S, F> {
    turn: Turn,
    /// Whoever has the turn holds it; `None` when it is over.
    work: Mutex<Option<Work<K, V, S, F>>>,
}

struct Work<K: Key, V: Value, S, F> {
    watch: Watch<K, V, S>,
    call: F,
    /// The end was told.
    is_over: bool,
}

impl<K, V, S, F> Work<K, V, S, F>
where
    K: Key,
    V: Value,
    F: FnMut(Result<&Event<K, V>, WatchError>),
{
    /// Delivers the next event. Says whether there was one.
    fn next(&mut self) -> bool {
        let item = match self.watch.try_recv() {
            Ok(None) => return false,
            Ok(Some(event)) => Ok(event),
            Err(error) => Err(error),
        };
        self.is_over = matches!(item, Err(WatchError::Closed));
        (self.call)(item.as_ref().map_err(|error| *error));
        true
    }
}

impl<K, V, S, F> Called<K, V, S, F>
where
    K: Key,
    V: Value,
    S: Send + 'static,
    F: FnMut(Result<&Event<K, V>, WatchError>) + Send + 'static,
{
    /// One round of whoever has the turn, who alone takes the lock.
    fn go_on(&self) {
        let mut work = lock(&self.work);
        if work.as_mut().is_some_and(|work| self.round(work)) {
            return;
        }
        // Whatever the function owns has destructors of the user's.
        let over = work.take();
        drop(work);
        contain(|| drop(over));
    }

    /// Delivers what there is now. Says whether there can be more later.
    fn round(&self, work: &mut Work<K, V, S, F>) -> bool {
        while !self.turn.is_over() && !work.is_over {
            let mut was_one = None;
            // Function, filter, and the destructors of what is told are the user's.
            contain(|| was_one = Some(work.next()));
            match was_one {
                Some(true) => {}
                Some(false) => return true,
                None => self.turn.count_mishap(),
            }
        }
        false
    }
}

impl<K, V, S, F> Deliver for Called<K, V, S, F>
where
    K: Key,
    V: Value,
    S: Send + 'static,
    F: FnMut(Result<&Event<K, V>, WatchError>) + Send + 'static,
{
    fn deliver(&self) {
        if !self.turn.begin() {
            return;
        }
        loop {
            self.turn.go_round();
            self.go_on();
            if self.turn.end() {
                return;
            }
        }
    }
}

impl<K, V, S, F> Callback for Up<K, V, S, F>
where
    K: Key,
    V: Value,
    S: Send + 'static,
    F: FnMut(Result<&Event<K, V>, WatchError>) + Send + 'static,
{
    fn stop(&self) {
        self.called.turn.finish();
        let callback: Arc<dyn Deliver> = self.called.clone();
        // Contained: in a thread that is being torn down the collectors may be gone.
        contain(|| self.rooms.board.take_callback_down(&callback));
        // Lets go of the function: at once, or when the call that is under way has returned.
        self.called.deliver();
    }

    fn panics(&self) -> u64 {
        self.called.turn.mishaps()
    }
}
