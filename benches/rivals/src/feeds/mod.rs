//! The feeds: who writes documents, and tells those who watch of each, behind one face.
//!
//! The rivals are channels: alone, where a write is a message and nothing else, and beside a
//! `RwLock<HashMap<_, Arc<_>>>`, as one does it by hand: messages are sent under the lock, so that
//! they have the order of the writes. Events of all but the bare ones lead to the document before
//! and after, and nobody copies a document.

mod channels;
#[cfg(feature = "folio")]
mod folio;

use std::sync::Arc;

use uuid::Uuid;

use crate::jobs::{Entrant, feed};
use crate::systems::{Hasher, Value};

/// What every such system can do. The loops around these are compiled for each separately.
pub trait Feed: Sized + Send + Sync + 'static {
    /// As it stands in the output.
    const NAME: &'static str;

    /// What becomes of somebody who is slow.
    const SLOW: &'static str;

    /// Somebody who is told of every write.
    type Consumer: Consumer;

    /// A store without documents, whose consumers may fall behind by [`BEHIND`] events.
    fn new(hasher: Hasher) -> Self;

    /// Puts in a key that is not there, or replaces its value.
    fn write(&self, key: Uuid, value: Value);

    fn subscribe(&self) -> Self::Consumer;

    /// Forgets consumers that are gone.
    fn settle(&self) {}
}

pub trait Consumer: Send {
    /// Waits for the next event, and reads both ends of the value after it.
    fn take(&mut self) -> u64;

    /// The next event, which is there.
    fn take_now(&mut self) -> u64;
}

/// What the channels send.
#[derive(Clone)]
pub struct Event {
    /// Nobody reads it here, but nobody could do without it.
    pub _key: Uuid,
    pub _before: Option<Arc<Value>>,
    pub after: Arc<Value>,
}

/// Everybody, in the order of the output.
pub const ENTRANTS: &[Entrant] = &[
    #[cfg(feature = "folio")]
    feed::entrant::<folio::Folio>(),
    feed::entrant::<channels::Beside<channels::Broadcast>>(),
    feed::entrant::<channels::Beside<channels::Mpsc>>(),
    feed::entrant::<channels::Beside<channels::Crossbeam>>(),
    feed::entrant::<channels::Bare<channels::Broadcast>>(),
    feed::entrant::<channels::Bare<channels::Mpsc>>(),
    feed::entrant::<channels::Bare<channels::Crossbeam>>(),
];

/// Events that a consumer may fall behind.
pub const BEHIND: usize = 4_096;

/// What a consumer dies of that is told anything but the next event.
pub const NEXT: &str = "nobody falls behind here";

#[cfg(test)]
mod tests;
