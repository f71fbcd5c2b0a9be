//! [`Event`]: one change, as a watch tells it; and the [`Name`] of where it happened.

use std::fmt;
use std::ops::Deref;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::outcome::Revision;
pub use crate::protocol::cause::Cause;
use crate::reference::Snapshot;
use crate::sync::Arc;

/// One change of a collection. Cheap to clone: documents are shared, not copied.
///
/// Owned, `Send` and `'static`: keep it as long as you like, on any thread. It keeps the documents
/// that it shows, and the slabs of their collection, as a [`Snapshot`] does.
///
/// # Examples
///
/// ```
/// use folio::{Cause, Collection, EventKind};
///
/// let stock: Collection<&str, u32> = Collection::new();
/// let mut watch = stock.watch().subscribe();
/// let written = stock.set("apples", 3)?;
/// stock.clear()?;
///
/// let created = watch.recv()?;
/// assert_eq!(created.revision, written.revision());
/// assert_eq!(created.new_value().map(|new| **new), Some(3));
/// let removed = watch.recv()?;
/// assert!(matches!(&removed.kind, EventKind::Removed { cause: Cause::Cleared, .. }));
/// assert_eq!(removed.key(), Some(&"apples"));
/// let cleared = watch.recv()?;
/// assert!(matches!(cleared.kind, EventKind::Cleared { count: 1, .. }) && cleared.key().is_none());
/// # Ok::<(), folio::Error>(())
/// ```
#[non_exhaustive]
pub struct Event<K, V> {
    /// The collection's name; empty for one that stands by itself.
    pub collection: Name,
    /// The revision of the change; events come in the order of these. Of a replayed document, the
    /// one under which it was written, and in no promised order.
    pub revision: Revision,
    /// When it was committed, by the system's coarse clock: some milliseconds early at most. Of a
    /// replayed document, when the replay began.
    pub at: SystemTime,
    /// What happened.
    pub kind: EventKind<K, V>,
}

/// What happened, with the documents that it happened to.
#[non_exhaustive]
pub enum EventKind<K, V> {
    /// There was no document under this key.
    Created {
        /// The document.
        new: Snapshot<K, V>,
    },
    /// Another value took its place.
    Updated {
        /// The document as it was.
        old: Snapshot<K, V>,
        /// The document as it is.
        new: Snapshot<K, V>,
    },
    /// There is no document any more.
    Removed {
        /// The last one.
        old: Snapshot<K, V>,
        /// Why it went.
        cause: Cause,
    },
    /// A `clear` has come to its end. Each document that it removed was announced before.
    Cleared {
        /// How many it removed.
        count: usize,
        /// Every document with a revision up to here is gone: so for a replica this event alone
        /// says as much as all those of the documents.
        up_to: u64,
    },
}

/// The kind of an event, without its documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// [`EventKind::Created`].
    Created,
    /// [`EventKind::Updated`].
    Updated,
    /// [`EventKind::Removed`].
    Removed,
    /// [`EventKind::Cleared`].
    Cleared,
}

impl<K, V> Event<K, V> {
    /// The key that it is about; `None` for [`EventKind::Cleared`].
    pub fn key(&self) -> Option<&K> {
        self.new_value().or(self.old()).map(Snapshot::key)
    }

    /// The document before, if there was one.
    pub fn old(&self) -> Option<&Snapshot<K, V>> {
        match &self.kind {
            EventKind::Updated { old, .. } | EventKind::Removed { old, .. } => Some(old),
            EventKind::Created { .. } | EventKind::Cleared { .. } => None,
        }
    }

    /// The document after, if there is one.
    pub fn new_value(&self) -> Option<&Snapshot<K, V>> {
        match &self.kind {
            EventKind::Created { new } | EventKind::Updated { new, .. } => Some(new),
            EventKind::Removed { .. } | EventKind::Cleared { .. } => None,
        }
    }

    /// What happened.
    pub fn what(&self) -> Kind {
        match &self.kind {
            EventKind::Created { .. } => Kind::Created,
            EventKind::Updated { .. } => Kind::Updated,
            EventKind::Removed { .. } => Kind::Removed,
            EventKind::Cleared { .. } => Kind::Cleared,
        }
    }
}

impl<K, V> Clone for Event<K, V> {
    fn clone(&self) -> Self {
        let kind = match &self.kind {
            EventKind::Created { new } => EventKind::Created { new: new.clone() },
            EventKind::Updated { old, new } => {
                EventKind::Updated { old: old.clone(), new: new.clone() }
            }
            EventKind::Removed { old, cause } => {
                EventKind::Removed { old: old.clone(), cause: *cause }
            }
            EventKind::Cleared { count, up_to } => {
                EventKind::Cleared { count: *count, up_to: *up_to }
            }
        };
        Self { collection: self.collection.clone(), revision: self.revision, at: self.at, kind }
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Event<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("collection", &self.collection)
            .field("revision", &self.revision.get())
            .field("at", &self.at)
            .field("kind", &self.kind)
            .finish()
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for EventKind<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Created { new } => f.debug_struct("Created").field("new", new).finish(),
            Self::Updated { old, new } => {
                f.debug_struct("Updated").field("old", old).field("new", new).finish()
            }
            Self::Removed { old, cause } => {
                f.debug_struct("Removed").field("old", old).field("cause", cause).finish()
            }
            Self::Cleared { count, up_to } => {
                f.debug_struct("Cleared").field("count", count).field("up_to", up_to).finish()
            }
        }
    }
}

/// What a collection is called: a `str` that is cheap to clone. Empty if it stands by itself.
///
/// # Examples
///
/// ```
/// use folio::{Collection, Name};
///
/// let stock = Collection::<&str, u32>::builder().name("stock").build()?;
/// let mut watch = stock.watch().subscribe();
/// stock.set("apples", 3)?;
///
/// let name: Name = watch.recv()?.collection;
/// assert!(name == "stock" && name.starts_with('s'));
/// # Ok::<(), folio::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// `None` if it is empty, so that there is nothing to count.
    text: Option<Arc<str>>,
}

impl Name {
    pub(crate) fn new(text: &Arc<str>) -> Self {
        Self { text: (!text.is_empty()).then(|| Arc::clone(text)) }
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl From<Name> for Arc<str> {
    fn from(name: Name) -> Self {
        name.text.unwrap_or_default()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

#[inline]
pub(crate) fn time_of(nanos: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_nanos(nanos)
}
