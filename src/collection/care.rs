//! The verbs that look after a collection.

use std::fmt;
use std::io;

use crate::collection::Collection;
use crate::dump;
use crate::key::{Key, Value};
use crate::stats::{Inconsistent, Stats};
use crate::trace;
use crate::view::View;

impl<K: Key, V: Value, S> Collection<K, V, S> {
    /// Closes the collection, for all its handles.
    ///
    /// Idempotent. A write that begins after this returned is refused; one that overlaps it took
    /// effect before, or is refused with what it was given. Reads find nothing. Open views, streams
    /// and cursors go on, and hold their memory. Dropping the last handle closes as well, unless it
    /// is one of a store and holds documents. One of a store closes for itself alone, and its name
    /// can be used anew at once.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in one instant, which has a revision like a write.
    /// * **Progress**: O(n). Waits for no reader, writer or view, but for a bucket lock of the
    ///   table for each key, as whoever cleans up; runs destructors. With
    ///   [`purge_every`](crate::Builder::purge_every) it waits for that thread to end, which may be
    ///   in a function of [`on_change`](Self::on_change): close under no lock that one takes.
    /// * **Memory**: gives back what no open view and no pin needs. The rest goes when the last
    ///   view does, or the collection, or with [`maintain`](Self::maintain).
    ///
    /// # Examples
    ///
    /// ```
    /// let stock: folio::Collection<&str, u32> = [("apples", 3)].into_iter().collect();
    /// let view = stock.view();
    /// stock.close();
    /// assert!(stock.set("pears", 4).is_err() && stock.get("apples").is_none());
    /// assert_eq!(view.get("apples").map(|n| *n), Some(3));
    /// ```
    pub fn close(&self) {
        if let Some(purger) = &self.title.purger {
            purger.stop();
        }
        let was_open = !self.is_closed();
        self.rooms.close();
        if let Some(home) = &self.title.home {
            home.leave();
        }
        if was_open {
            trace::collection_closed(self.name());
        }
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
    /// behind, and for after a view or a [`Ref`](crate::Ref) was held for long. What an open view
    /// or a pin (also the caller's) still needs stays.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** on memory only.
    /// * **Progress**: bounded work for each shard. Goes away where somebody else is cleaning;
    ///   waits for a bucket lock of the table for each removed key; runs destructors.
    /// * **Memory**: gives back. Once may not be enough: a grace period takes its time.
    pub fn maintain(&self) -> usize {
        self.rooms.maintain()
    }

    /// What the collection holds and has done, as of about now.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in no one instant: adds up counters.
    /// * **Progress**: a look at each shard and at each slot of a view; short locks of the queues
    ///   of deadlines, and in a bounded collection of who chooses who goes.
    /// * **Memory**: nothing stays.
    pub fn stats(&self) -> Stats {
        Stats::of(&self.rooms)
    }

    /// Writes out what this instant holds: a line with the collection's name and how many documents
    /// there are, and a line for each, in key order. See [`Store::dump`](crate::Store::dump).
    ///
    /// # Errors
    ///
    /// What `out` says; what a `Debug` refuses to print.
    ///
    /// # Examples
    ///
    /// ```
    /// let stock = folio::Collection::<&str, u32>::from_iter([("pears", 4), ("apples", 3)]);
    /// let mut text = Vec::new();
    /// stock.dump(&mut text)?;
    /// assert_eq!(text, b"\"\" 2\n  \"apples\": 3\n  \"pears\": 4\n");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn dump(&self, out: &mut dyn io::Write) -> io::Result<()>
    where
        V: fmt::Debug,
    {
        dump::collection(self.name(), &View::open(&self.rooms, ()), Some(fmt::Debug::fmt), out)
    }

    /// Checks table, roster and counters against each other.
    ///
    /// For tests and soak runs. O(n), under one pin, and meaningful only while nobody writes.
    ///
    /// # Errors
    ///
    /// What does not fit, in words.
    pub fn verify(&self) -> Result<(), Inconsistent> {
        self.rooms.audit().map_err(Inconsistent::new)
    }
}
