//! [`Stream`]: owned documents of one instant, one after another.

use std::collections::VecDeque;
use std::fmt;
use std::iter::FusedIterator;

use crate::key::{Key, Value};
use crate::limits::PREFETCH_MAX;
use crate::reference::Snapshot;
use crate::view::View;

/// Exactly the documents of the instant at which it was made, each once, whatever others do
/// meanwhile.
///
/// `Send` and `'static`: hand it to another thread, take as long as you like; nothing is pinned
/// between two items. Up to `prefetch` documents (1,048,576 at most) are read ahead, by the thread
/// that asks for the next one; 0 reads none ahead. That is all the memory it takes besides what its
/// view keeps. Dropping it ends it. Made by [`Collection::stream`](crate::Collection::stream) and
/// [`View::stream`](crate::View::stream).
#[must_use = "iterators are lazy"]
pub struct Stream<K: Key, V: Value> {
    view: View<K, V, ()>,
    position: usize,
    prefetch: usize,
    ahead: VecDeque<Snapshot<K, V>>,
}

impl<K: Key, V: Value> Stream<K, V> {
    pub(crate) fn new(view: View<K, V, ()>, prefetch: usize) -> Self {
        let prefetch = prefetch.clamp(1, PREFETCH_MAX);
        Self { view, position: 0, prefetch, ahead: VecDeque::new() }
    }
}

impl<K: Key, V: Value> Iterator for Stream<K, V> {
    type Item = Snapshot<K, V>;

    fn next(&mut self) -> Option<Snapshot<K, V>> {
        if self.ahead.is_empty() {
            let ahead = &mut self.ahead;
            self.position = self.view.owned_from(self.position, self.prefetch, |owned| {
                ahead.push_back(Snapshot::new(owned));
            });
        }
        self.ahead.pop_front()
    }
}

impl<K: Key, V: Value> FusedIterator for Stream<K, V> {}

impl<K: Key, V: Value> fmt::Debug for Stream<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream")
            .field("view", &self.view)
            .field("position", &self.position)
            .field("ahead", &self.ahead.len())
            .finish_non_exhaustive()
    }
}
