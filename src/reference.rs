//! Documents in a reader's hand: borrowed, or owned.

use std::fmt;
use std::ops::Deref;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::outcome::{Revision, Version};
use crate::protocol::held::Held;
use crate::protocol::node::{Node, NodeRef, Owned};

/// A borrowed document: one snapshot of it, kept in memory by a pin or a view.
///
/// It dereferences to the value. No reference count of the document is touched to make one. From a
/// collection's `get` it carries a pin of its own, from its `iter` a share of the iterator's view;
/// from a [`Pinned`](crate::Pinned) or a [`View`](crate::View) it borrows theirs.
///
/// # Concurrency
///
/// * **Takes effect**: it is what was found, and does not change.
/// * **Progress**: holding one makes nobody wait. Any call may be made on any collection meanwhile.
/// * **Memory**: with a pin, nothing that any thread replaces or removes, in any collection, is
///   freed while it lives: keep it for a moment only.
///
/// Not `Send`, since its pin belongs to its thread: the collector asks each thread what it may be
/// looking at. So it cannot be held across an `.await` of a task that moves: take a [`Snapshot`].
///
/// ```compile_fail,E0277
/// let stock: folio::Collection<&str, u32> = [("apples", 3)].into_iter().collect();
/// let apples = stock.get("apples");
/// std::thread::scope(|threads| {
///     threads.spawn(move || apples.map(|n| *n));
/// });
/// ```
///
/// # Examples
///
/// ```
/// use folio::Collection;
///
/// let ages: Collection<String, u8> = Collection::new();
/// ages.set("ada".into(), 36)?;
///
/// let ada = ages.get("ada").ok_or("gone")?;
/// assert_eq!((*ada, ada.version().get()), (36, 1));
///
/// ages.set("ada".into(), 37)?; // nobody waits for the reader
/// assert_eq!(*ada, 36); // and what it holds does not change
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a document that is dropped at once was looked up for nothing"]
pub struct Ref<'a, K, V> {
    held: Held<'a, K, V>,
}

impl<'a, K, V> Ref<'a, K, V> {
    #[inline(always)]
    pub(crate) fn new(held: Held<'a, K, V>) -> Self {
        Self { held }
    }

    #[inline(always)]
    pub(crate) fn borrowed(node: NodeRef<'a, K, V>) -> Self {
        Self { held: Held::borrowed(node) }
    }

    /// The document's key.
    pub fn key(&self) -> &K {
        self.held.key()
    }

    /// The document's value.
    #[inline]
    pub fn value(&self) -> &V {
        value_of(&self.held)
    }

    /// How often the document has been written since it was created, itself included.
    pub fn version(&self) -> Version {
        Version::of(self.held.version())
    }

    /// The revision of the write that this snapshot is.
    pub fn revision(&self) -> Revision {
        Revision::of(self.held.revision())
    }

    /// When the document expires, as far as is known now; `None` if it does not. Reads move the
    /// deadline of a document that may not go [idle](crate::Builder::time_to_idle).
    pub fn expires_at(&self) -> Option<SystemTime> {
        expiry_of(&self.held)
    }

    /// An owner of the same snapshot: `Send`, `Sync`, `'static`, without a copy of the value.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect**: it is the same snapshot, whatever was written since.
    /// * **Progress**: wait-free, two atomic additions.
    /// * **Memory**: value and key stay for as long as one of its clones; also the slabs of handles
    ///   of their collection, but no other value.
    ///
    /// # Panics
    ///
    /// Aborts the process, as `Arc` does, if 2,147,483,647 owners of one key are alive: they were
    /// leaked.
    pub fn snapshot(&self) -> Snapshot<K, V> {
        Snapshot { owned: self.held.node().own() }
    }
}

impl<K, V> Deref for Ref<'_, K, V> {
    type Target = V;

    #[inline]
    fn deref(&self) -> &V {
        self.value()
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Ref<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug("Ref", &self.held, f)
    }
}

/// An owned document: one snapshot of it, for as long as you like.
///
/// A shared pointer: `Send` and `Sync` as key and value are, cheap to clone, independent of the
/// collection, which may change, close and go away. Whoever drops the last one runs the value's
/// destructor, if the collection has let go of it.
///
/// # Examples
///
/// ```
/// use folio::Collection;
///
/// let pages: Collection<String, String> = Collection::new();
/// pages.set("home".into(), "<h1>hello</h1>".into())?;
///
/// let page = pages.get("home").ok_or("gone")?.snapshot();
/// drop(pages);
/// let length = std::thread::spawn(move || page.len()).join().unwrap();
/// assert_eq!(length, 14);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Snapshot<K, V> {
    owned: Owned<K, V>,
}

impl<K, V> Snapshot<K, V> {
    pub(crate) fn new(owned: Owned<K, V>) -> Self {
        Self { owned }
    }

    pub(crate) fn node(&self) -> NodeRef<'_, K, V> {
        self.owned.as_ref()
    }

    /// The document's key.
    pub fn key(&self) -> &K {
        self.owned.key()
    }

    /// The document's value.
    pub fn value(&self) -> &V {
        value_of(&self.owned)
    }

    /// How often the document had been written since it was created, itself included.
    pub fn version(&self) -> Version {
        Version::of(self.owned.version())
    }

    /// The revision of the write that this snapshot is.
    pub fn revision(&self) -> Revision {
        Revision::of(self.owned.revision())
    }

    /// When the document expires, as far as is known now; `None` if it does not. Reads move the
    /// deadline of a document that may not go [idle](crate::Builder::time_to_idle).
    pub fn expires_at(&self) -> Option<SystemTime> {
        expiry_of(&self.owned)
    }
}

impl<K, V> Clone for Snapshot<K, V> {
    fn clone(&self) -> Self {
        Self { owned: self.owned.clone() }
    }
}

impl<K, V> Deref for Snapshot<K, V> {
    type Target = V;

    fn deref(&self) -> &V {
        self.value()
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Snapshot<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug("Snapshot", &self.owned, f)
    }
}

#[inline]
fn value_of<K, V>(node: &Node<K, V>) -> &V {
    node.value().expect("tombstones are handed out to nobody")
}

fn expiry_of<K, V>(node: &Node<K, V>) -> Option<SystemTime> {
    node.deadline().get().and_then(|nanos| UNIX_EPOCH.checked_add(Duration::from_nanos(nanos)))
}

fn debug<K: fmt::Debug, V: fmt::Debug>(
    name: &str,
    node: &Node<K, V>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let value: &V = value_of(node);
    f.debug_struct(name)
        .field("key", node.key())
        .field("value", value)
        .field("version", &node.version())
        .field("revision", &node.revision())
        .finish()
}
