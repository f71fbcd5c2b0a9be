//! [`StoreBuilder`]: settings in, a store out.

use crate::protocol::ring::RingBounds;
use crate::store::Store;

/// Builds a [`Store`].
///
/// # Examples
///
/// ```
/// let store = folio::Store::builder().feed_capacity(65_536).build();
/// assert!(store.collections("").is_empty());
/// ```
#[derive(Debug, Default)]
#[must_use = "a builder does nothing until `build`"]
pub struct StoreBuilder {
    feed: RingBounds,
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

    /// Builds the store.
    pub fn build(self) -> Store {
        Store::starting(0, self.feed)
    }
}
