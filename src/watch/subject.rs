//! What is watched.

use crate::feed::Follower;
use crate::protocol::note::Entry;
use crate::protocol::waiter::Waiter;
use crate::reclaim::contain;
use crate::sync::Arc;
use crate::watch::ahead::Ahead;

/// A collection, or many of them, and what one wants to hear of it.
pub(crate) trait Subject {
    /// What it tells.
    type Event;
    /// A reading of what was there before.
    type Replay;

    /// The name of the collection; of many, how their names begin.
    fn watched(&self) -> &str;

    /// A place in the feed, and a note where writers look who sleeps.
    fn seat(&self, buffer: usize) -> Seat;

    /// From which revision on nothing happens any more.
    fn closed_at(&self) -> Option<u64>;

    /// All was told that happened before the close. What was kept for that may go.
    fn ended(&self);

    /// What was committed under this revision, if it is wanted.
    fn read(&self, revision: u64, entry: Entry<'_>, into: &mut Ahead<Self::Event>);

    /// What the user says to it, without a pin.
    fn passes(&self, event: &Self::Event) -> bool;

    /// A reading of this instant; or, after another one, of what is different from that.
    fn replay(&self, before: Option<Self::Replay>) -> Self::Replay;

    /// The next events of a reading. Says whether there may be more.
    fn read_on(&self, replay: &mut Self::Replay, into: &mut Ahead<Self::Event>) -> bool;

    /// The revision after which the feed goes on; 0 if nothing will happen any more.
    fn revision_of(&self, replay: &Self::Replay) -> u64;
}

/// What a watch holds as long as it has not come to its end.
pub(crate) struct Seat {
    pub(super) follower: Follower,
    leave: Leave,
}

type Leave = Box<dyn Fn(&Arc<Waiter>) + Send + Sync>;

impl Seat {
    /// `leave` takes down what was put up for the follower's waiter.
    pub(crate) fn new(
        follower: Follower,
        leave: impl Fn(&Arc<Waiter>) + Send + Sync + 'static,
    ) -> Self {
        Self { follower, leave: Box::new(leave) }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        // Contained: in a thread that is being torn down the collectors may be gone.
        contain(|| (self.leave)(self.follower.waiter()));
        contain(|| drop(self.follower.waiter().leave()));
    }
}
