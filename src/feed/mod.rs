//! The **feed**: what is committed, in order of revision, for those who watch.
//!
//! # Words
//!
//! The **ring** (`protocol`) keeps the last revisions of a timeline. A **follower** is a place in
//! it, which moves on by itself; a **listener** says what it waits for while it sleeps. The
//! **board** of a collection is where writers look who sleeps, and whom to call.
//!
//! # What a write does
//!
//! Nothing, unless somebody watches its timeline: one look at a word. Else its snapshot is placed
//! in the ring between draw and fix (F1 to F4); when it is stamped, and the old snapshot retired,
//! the writer looks at its collection's board, still under its pin (F5), and wakes those who sleep
//! and asked for it; then, without the pin, it delivers to callbacks.
//!
//! # What a follower does
//!
//! It reads the ring, number by number, and passes over those under which nothing was committed in
//! its collection. It asks to be woken only when it has come to the clock, so one that is not
//! waiting costs writers nothing. While it sleeps it does not move, but does not fall behind
//! either: up to where the ring says so, whatever concerns it was told to it.

mod board;
mod follower;
mod pieces;

pub(crate) use self::board::{Board, Deliver, Interest, Member, Told, Wanted};
pub(crate) use self::follower::{Follower, Gap, Next};

use crate::protocol::timeline::Timeline;
use crate::reclaim::WritePin;

/// Moves the feed's tail on, and lets go of what nobody is shown any more, which may have
/// destructors of the user's. Says whether there is nothing left to do.
pub(crate) fn tend(timeline: &Timeline) -> bool {
    let ring = timeline.ring();
    let idle = !ring.is_kept() || ring.tend(timeline, &WritePin::new());
    drop(ring.let_go());
    idle
}
