//! [`StoreBuilder`]: settings in, a store out.

use std::fmt;
use std::time::Duration;

use crate::clock::{Clock, Time};
use crate::protocol::ring::RingBounds;
use crate::protocol::timeline::Timeline;
use crate::store::Store;

/// Builds a [`Store`].
///
/// # Examples
///
/// ```
/// let store = folio::Store::builder().feed_capacity(65_536).build();
/// assert!(store.collections("").is_empty());
/// ```
#[derive(Default)]
#[must_use = "a builder does nothing until `build`"]
pub struct StoreBuilder {
    feed: RingBounds,
    time: Time,
    purge_every: Option<Duration>,
}

impl StoreBuilder {
    /// How many revisions of the store are kept for watches: see
    /// [`Builder::feed_capacity`](crate::Builder::feed_capacity).
    pub fn feed_capacity(mut self, revisions: usize) -> Self {
        self.feed.revisions = revisions;
        self
    }

    /// How many bytes of replaced and removed documents of the store are kept for watches: see
    /// [`Builder::feed_bytes`](crate::Builder::feed_bytes).
    pub fn feed_bytes(mut self, bytes: u64) -> Self {
        self.feed.bytes = bytes;
        self
    }

    /// Keeps them while nobody watches as well, so that a watch can begin
    /// [`from`](crate::WatchBuilder::from) where another one has ended.
    pub fn retain_feed(mut self) -> Self {
        self.feed.retains = true;
        self
    }

    /// Tells the time by which documents expire: see [`Builder::clock`](crate::Builder::clock).
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.time = Time::given(clock);
        self
    }

    /// Removes documents that are over every `interval`, in all collections, on a thread that ends
    /// with the store: see [`Builder::purge_every`](crate::Builder::purge_every).
    pub fn purge_every(mut self, interval: Duration) -> Self {
        self.purge_every = Some(interval);
        self
    }

    /// Builds the store.
    pub fn build(self) -> Store {
        let store = Store::starting(Timeline::starting(0, self.feed, self.time));
        self.purge_every.into_iter().for_each(|interval| store.life.purge_every(interval));
        store
    }
}

impl fmt::Debug for StoreBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreBuilder").field("feed", &self.feed).finish_non_exhaustive()
    }
}
