//! [`Cursor`]: a walk in both directions.

use std::fmt;

use crate::key::{Key, Value};
use crate::reference::Snapshot;
use crate::stream::Stream;
use crate::sync::Arc;

/// Documents of one instant in key order, or in that of an index, with a place to stand: between
/// two of them, before the first or behind the last.
///
/// `next` returns the document behind the cursor and moves over it; `prev` the one before it. At an
/// end both are `None`, as often as asked; the way back is open. Clones share the documents and
/// move on their own.
///
/// It owns its documents, one count each, and keeps no view open: what is written meanwhile can be
/// freed.
///
/// # Examples
///
/// ```
/// let stock: folio::Collection<&str, u32> =
///     [("pears", 4), ("apples", 3), ("plums", 5)].into_iter().collect();
/// let mut cursor = stock.cursor();
/// assert_eq!(cursor.next().map(|fruit| *fruit.key()), Some("apples"));
/// assert_eq!(cursor.advance(10), 2);
/// assert!(cursor.next().is_none());
/// assert_eq!(cursor.prev().map(|fruit| *fruit.key()), Some("plums"));
/// assert_eq!(cursor.total(), 3);
/// ```
pub struct Cursor<K, V> {
    documents: Arc<[Snapshot<K, V>]>,
    /// Documents before the cursor.
    before: usize,
}

impl<K: Key, V: Value> Cursor<K, V> {
    pub(crate) fn sorted(documents: Stream<K, V>) -> Self {
        let mut documents: Vec<_> = documents.collect();
        documents.sort_by(|a, b| a.key().cmp(b.key()));
        Self::in_order(documents)
    }

    pub(crate) fn in_order(documents: Vec<Snapshot<K, V>>) -> Self {
        Self { documents: documents.into(), before: 0 }
    }
}

impl<K, V> Cursor<K, V> {
    /// The document before the cursor; moves back over it.
    pub fn prev(&mut self) -> Option<Snapshot<K, V>> {
        self.before = self.before.checked_sub(1)?;
        self.documents.get(self.before).cloned()
    }

    /// Moves over up to `by` documents, backwards if it is negative, and says over how many.
    pub fn advance(&mut self, by: isize) -> usize {
        let from = self.before;
        let to = from.saturating_add_signed(by).min(self.documents.len());
        self.before = to;
        from.abs_diff(to)
    }

    /// Goes back before the first document.
    pub fn reset(&mut self) {
        self.before = 0;
    }

    /// How many documents there are in all, wherever the cursor stands.
    ///
    /// (Not `count`: a method call of that name would reach [`Iterator::count`] first, which eats
    /// the cursor and counts what is left.)
    pub fn total(&self) -> usize {
        self.documents.len()
    }
}

impl<K, V> Iterator for Cursor<K, V> {
    type Item = Snapshot<K, V>;

    fn next(&mut self) -> Option<Snapshot<K, V>> {
        let document = self.documents.get(self.before).cloned()?;
        self.before += 1;
        Some(document)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.documents.len() - self.before;
        (left, Some(left))
    }
}

impl<K, V> Clone for Cursor<K, V> {
    fn clone(&self) -> Self {
        Self { documents: Arc::clone(&self.documents), before: self.before }
    }
}

impl<K, V> fmt::Debug for Cursor<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursor")
            .field("before", &self.before)
            .field("count", &self.documents.len())
            .finish_non_exhaustive()
    }
}
