//! Independent copies that share their values.

use std::hash::BuildHasher;

use crate::collection::Collection;
use crate::error::{Rejected, StoreError, WriteError};
use crate::key::{Key, Value};
use crate::limits::FORKED_AT_ONCE;
use crate::outcome::Forked;
use crate::protocol::draft::Draft;
use crate::reference::Snapshot;
use crate::rooms::Rooms;
use crate::sync::Arc;
use crate::view::View;

impl<K: Key, V: Value, S: BuildHasher + Clone> Collection<K, V, S> {
    /// Makes an independent collection, in no store, of the documents of this instant.
    ///
    /// Keys, versions, revisions, hooks and hasher are the same, and its clock goes on from this
    /// instant's revision. Values are shared, not copied. The fork has no thread that removes what
    /// is over, also if the collection was built with
    /// [`purge_every`](crate::Builder::purge_every).
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in one instant of this call.
    /// * **Progress**: O(n); the fork's own table is nobody else's yet, so nobody is waited for.
    /// * **Memory**: a view is open until it returns. The memory of an original (a document, and
    ///   the slabs of its collection) is kept for as long as a fork shares a value of it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Closed`].
    ///
    /// # Examples
    ///
    /// ```
    /// let stock: folio::Collection<&str, u32> = [("apples", 3)].into_iter().collect();
    /// let plan = stock.fork()?;
    /// plan.set("apples", 30)?;
    /// assert_eq!((stock.get_cloned("apples"), plan.get_cloned("apples")), (Some(3), Some(30)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fork(&self) -> Result<Self, StoreError> {
        self.fork_with(|_, _| Forked::Keep)
    }

    /// As [`fork`](Self::fork), but `f` decides about each document.
    ///
    /// A replacement is one version more, under a revision of the fork's own, and is validated as
    /// every write, when `f` has decided about all. What has to go then, because replacements are
    /// heavier, or ends meanwhile, is not in the fork. `f` runs without a lock or a pin, and may
    /// write to the collection.
    ///
    /// # Concurrency
    ///
    /// As [`fork`](Self::fork).
    ///
    /// # Errors
    ///
    /// [`StoreError::Closed`]; [`StoreError::Refused`] if a replacement is not valid: there is no
    /// fork then.
    ///
    /// # Examples
    ///
    /// ```
    /// use folio::Forked;
    ///
    /// let stock: folio::Collection<&str, u32> =
    ///     [("apples", 3), ("pears", 0), ("plums", 9)].into_iter().collect();
    /// let sale = stock.fork_with(|_, &left| match left {
    ///     0 => Forked::Drop,
    ///     1..5 => Forked::Replace(left * 2),
    ///     _ => Forked::Keep,
    /// })?;
    /// assert_eq!((sale.len(), sale.get_cloned("apples")), (2, Some(6)));
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn fork_with(&self, mut f: impl FnMut(&K, &V) -> Forked<V>) -> Result<Self, StoreError> {
        let view = View::open(&self.rooms, ());
        if self.is_closed() {
            return Err(StoreError::Closed);
        }
        let fork = Self::open(
            Arc::clone(&self.title.name),
            self.title.hooks.clone(),
            self.hasher.clone(),
            self.rooms.limbo.live(),
            self.rooms.timeline.successor(view.revision()),
            None,
        );
        copy_indexes(&self.rooms, &fork.rooms);
        let mut replaced = Vec::new();
        for document in view.stream(FORKED_AT_ONCE) {
            match f(document.key(), document.value()) {
                Forked::Keep => take_over(&fork.rooms, &document),
                Forked::Drop => {}
                Forked::Replace(value) => {
                    take_over(&fork.rooms, &document);
                    replaced.push((document, value));
                }
            }
        }
        // When all are there, for whom there is room: what is heavier makes others go.
        let mut refused = None;
        for (document, value) in replaced {
            match fork.compare_and_set(document.key(), document.revision(), value) {
                // It had to go for another one, or its time is over.
                Ok(_) | Err(Rejected { reason: WriteError::Conflict { actual: None, .. }, .. }) => {
                }
                Err(why) => {
                    refused = Some(WriteError::from(why));
                    break;
                }
            }
        }
        let Some(reason) = refused else { return Ok(fork) };
        // Now: if it panics when dropped, what is already returned leaks.
        drop(fork);
        Err(StoreError::Refused { reason })
    }
}

/// Creates the indexes of one collection in another, which is empty and nobody else's yet.
pub(crate) fn copy_indexes<K: Key, V: Value>(from: &Rooms<K, V>, to: &Rooms<K, V>) {
    for index in from.catalog.all() {
        to.catalog.found(index.name(), Arc::clone(index.extract()));
    }
}

/// Takes a document of another collection over as it is. Nobody else knows this one yet.
pub(crate) fn take_over<K: Key, V: Value>(rooms: &Rooms<K, V>, document: &Snapshot<K, V>) {
    let node = document.node();
    rooms.found(node.address().hash(), document.key().clone(), Draft::twin(node));
}
