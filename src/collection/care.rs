//! The verbs that look after a collection.

use crate::collection::Collection;
use crate::key::{Key, Value};
use crate::stats::{Inconsistent, Stats};

impl<K: Key, V: Value, S> Collection<K, V, S> {
    /// Closes the collection, for all its handles. O(n): what no open view needs is given back.
    ///
    /// Idempotent; waits for nobody. A write that begins after this returned is refused; one that
    /// overlaps it took effect before, or is refused with what it was given. Reads find nothing.
    /// Open views, streams and cursors go on, and hold their memory. Dropping the last handle does
    /// the same.
    pub fn close(&self) {
        self.rooms.close();
    }

    /// Whether the collection is closed.
    #[inline]
    pub fn is_closed(&self) -> bool {
        self.rooms.is_closed()
    }

    /// Cleans up: frees replaced and removed documents that nobody needs any more, within bounds,
    /// and returns how many.
    ///
    /// Writers do the same on the way, 64 writes at a time; this is for what the last of them left
    /// behind, and for after a view or a [`Ref`](crate::Ref) was held for long. Waits for nobody:
    /// what an open view or a pin (also the caller's) still needs stays.
    pub fn maintain(&self) -> usize {
        self.rooms.maintain()
    }

    /// What the collection holds and has done, as of about now.
    pub fn stats(&self) -> Stats {
        Stats::of(&self.rooms)
    }

    /// Checks table, roster and counters against each other.
    ///
    /// For tests and soak runs. O(n), and meaningful only while nobody writes.
    ///
    /// # Errors
    ///
    /// What does not fit, in words.
    pub fn verify(&self) -> Result<(), Inconsistent> {
        self.rooms.audit().map_err(Inconsistent::new)
    }
}
