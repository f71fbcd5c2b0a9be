//! Indexes as the models use them: the key of a value is its tens; below ten it has none.

use std::ops::Bound;

use crate::catalog::{Bounds, Built, Extract, IndexCore, Scan};
use crate::payload::{Key, Value};
use crate::protocol::walk::Instant;
use crate::shelf::{Shelf, View, number};
use crate::sync::Arc;

pub(crate) type Index = Arc<IndexCore<Key, Value>>;

impl Shelf {
    /// A collection that has had an index from the start.
    pub(crate) fn with_index() -> (Self, Index) {
        let shelf = Self::new();
        shelf.rooms().catalog.found(&NAME.into(), extract());
        let index = shelf.rooms().catalog.find(NAME).expect("it was founded");
        (shelf, index)
    }

    /// Adds an index that knows no document yet.
    pub(crate) fn create_index(&self) -> Index {
        self.rooms().catalog.create(NAME, extract()).expect("there is no other one")
    }

    pub(crate) fn drop_index(&self) {
        self.rooms().catalog.remove(NAME).expect("there is one");
    }

    /// Takes up to three steps of building; says whether the index is complete.
    pub(crate) fn build(&self, index: &Index) -> bool {
        (0..3).any(|_| self.rooms().build(index) == Built::Over)
    }

    /// Asks an index as of now: the documents by their keys in it, unless it was dropped or the
    /// collection closed.
    pub(crate) fn ask(&self, index: &Index) -> Option<Vec<(u64, u64)>> {
        let view = View::of(self, self.rooms().open_view()?);
        (!index.is_dropped()).then(|| view.ask(index))
    }

    /// Every index is complete, and has one entry for each document with a key and no other.
    pub(crate) fn settle_indexes(&self) {
        if self.rooms().is_closed() {
            return;
        }
        let indexes = self.rooms().catalog.all();
        for _ in 0..(3 + self.rooms().roster.len()) * indexes.len() {
            self.rooms().build_indexes();
        }
        for index in indexes {
            assert!(index.is_ready(), "an index is never complete");
            let listed = self.ask(&index).map_or(0, |found| found.len());
            assert_eq!(index.len(), listed, "entries of nobody");
        }
    }
}

impl View {
    /// Asks an index: the documents of this view with their values, as looking at all of them
    /// would find them.
    pub(crate) fn ask(&self, index: &Index) -> Vec<(u64, u64)> {
        let (instant, rooms) = (Instant::View(self.lease()), self.shelf().rooms());
        let all: Bounds = (Bound::Unbounded, Bound::Unbounded);
        let youngest = rooms.catalog.youngest();
        let scan = Scan::new(index, &rooms.roster, &rooms.timeline, instant, youngest, all);
        let found: Vec<_> = scan.map(|node| (node.key().number(), number(node))).collect();
        assert!(found.is_sorted_by_key(|(_, value)| value / 10), "I8: out of order: {found:?}");
        let (mut once, mut all) = (found.clone(), self.walk());
        once.sort_unstable();
        all.retain(|(_, value)| *value >= 10);
        all.sort_unstable();
        assert_eq!(once, all, "I8: an index and all documents differ");
        found
    }
}

fn extract() -> Extract<Value> {
    Arc::new(|value, key| match u8::try_from(value.number() / 10) {
        Ok(tens @ 1..) => {
            key.push(tens);
            true
        }
        _ => false,
    })
}

const NAME: &str = "tens";
