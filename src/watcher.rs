//! [`Watcher`]: a handle that only watches.

use std::fmt;
use std::hash::{BuildHasher, RandomState};

use crate::collection::Collection;
use crate::error::WatchError;
use crate::event::Event;
use crate::key::{Key, Value};
use crate::watch::{Subscription, WatchBuilder};

/// A handle of a collection that only watches: for code that follows what happens and does nothing
/// about it.
///
/// Made by [`Collection::watcher`]. It keeps the collection open, as every handle; the watches that
/// it makes do not.
///
/// It sees values: those of the changes, and with [`replay`](WatchBuilder::replay) and
/// [`resync`](crate::Watch::resync) all that there are. A function that it puts up by
/// [`on_change`](Self::on_change) is run by those who write, and they take the time that it takes.
///
/// # Examples
///
/// ```
/// use folio::{Collection, Watch, Watcher};
///
/// fn follow(users: &Watcher<String, u32>) -> Watch<String, u32> {
///     users.watch().replay().subscribe()
/// }
///
/// let users: Collection<String, u32> = Collection::new();
/// let mut watch = follow(&users.watcher());
/// users.set("ada".into(), 36)?;
/// assert_eq!(watch.recv()?.key().map(String::as_str), Some("ada"));
/// # Ok::<(), folio::Error>(())
/// ```
pub struct Watcher<K: Key, V: Value, S = RandomState> {
    collection: Collection<K, V, S>,
}

impl<K: Key, V: Value, S> Watcher<K, V, S> {
    pub(crate) fn new(collection: Collection<K, V, S>) -> Self {
        Self { collection }
    }

    /// As [`Collection::name`].
    pub fn name(&self) -> &str {
        self.collection.name()
    }

    /// As [`Collection::is_closed`].
    pub fn is_closed(&self) -> bool {
        self.collection.is_closed()
    }
}

impl<K: Key, V: Value, S: BuildHasher + Clone + Send + Sync + 'static> Watcher<K, V, S> {
    /// As [`Collection::watch`].
    pub fn watch(&self) -> WatchBuilder<K, V, S> {
        self.collection.watch()
    }

    /// As [`Collection::on_change`].
    pub fn on_change(
        &self,
        f: impl FnMut(Result<&Event<K, V>, WatchError>) + Send + 'static,
    ) -> Subscription {
        self.collection.on_change(f)
    }
}

impl<K: Key, V: Value, S: Clone> Clone for Watcher<K, V, S> {
    fn clone(&self) -> Self {
        Self::new(self.collection.clone())
    }
}

impl<K: Key, V: Value, S> fmt::Debug for Watcher<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watcher").field("name", &self.name()).finish_non_exhaustive()
    }
}
