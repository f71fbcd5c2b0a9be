//! What a write through a closure did, with the documents before and after.

use crate::outcome::Outcome;
use crate::reference::Snapshot;

/// What `update` and its kin did.
///
/// Their closure may run more than once, so it should carry nothing out itself: it is all here.
/// Both documents stay in memory for as long as this.
#[derive(Debug)]
#[non_exhaustive]
pub struct Change<K, V> {
    /// Created, updated or unchanged, with version and revision.
    pub outcome: Outcome,
    /// The document before; `None` if it was created.
    pub old: Option<Snapshot<K, V>>,
    /// The document now; if the write was skipped, the one that was there.
    pub new: Snapshot<K, V>,
}

/// What `compute` did.
#[derive(Debug)]
#[non_exhaustive]
pub enum Computed<K, V> {
    /// The closure decided to leave things as they are: the document, if there is one.
    Kept(Option<Snapshot<K, V>>),
    /// It put a value.
    Written(Change<K, V>),
    /// It removed the document, which was this.
    Removed(Snapshot<K, V>),
}
