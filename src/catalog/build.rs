//! How an index learns of the documents that were there before it.

use crate::catalog::IndexCore;
use crate::limits::BUILT_AT_ONCE;
use crate::protocol::entry::{Place, tag_of_older};
use crate::protocol::node::Owned;
use crate::protocol::roster::Roster;
use crate::protocol::timeline::{Closing, Timeline};
use crate::reclaim::{Grace, WritePin};
use crate::sync::{step, try_lock};

/// How far it has come.
pub(super) enum Build {
    /// Nobody has begun.
    New,
    /// Writers that have not read the catalog may still publish.
    Waiting(Grace),
    /// Documents below this position are in.
    From(usize),
}

/// What came of a piece of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Built {
    /// Somebody who was pinned before is pinned still, or somebody else is at it.
    Waits,
    /// There is more to do.
    Piece,
    Over,
}

/// Where the documents are.
pub(crate) struct Documents<'r, K, V> {
    pub(crate) roster: &'r Roster<K, V>,
    pub(crate) timeline: &'r Timeline,
    pub(crate) closing: &'r Closing,
}

impl<K, V> Documents<'_, K, V> {
    fn are_closed(&self) -> bool {
        self.closing.closed_at(self.timeline).is_some()
    }
}

impl<K, V> IndexCore<K, V>
where
    K: Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    /// One bounded piece of the work, once the catalog with this index is published. Never waits,
    /// and gets nowhere under a pin of the caller's.
    pub(crate) fn build(&self, documents: &Documents<'_, K, V>) -> Built {
        if self.is_ready() || self.is_dropped() || documents.are_closed() {
            return Built::Over;
        }
        let Some(mut build) = try_lock(&self.build) else { return Built::Waits };
        match &mut *build {
            Build::New => {
                // Whoever comes first: the index was found in the catalog, or published by the
                // caller.
                *build = Build::Waiting(Grace::ask(&WritePin::new()));
                Built::Piece
            }
            Build::Waiting(grace) => {
                let pin = WritePin::new();
                if !grace.is_over(&pin) {
                    Grace::urge(&pin);
                    return Built::Waits;
                }
                *build = Build::From(0);
                Built::Piece
            }
            Build::From(position) => {
                // I8: every document at a position from here on was written for this index.
                let len = documents.roster.len();
                let end = len.min(*position + BUILT_AT_ONCE);
                self.enter_older(documents, *position, end);
                *position = end;
                if end < len {
                    return Built::Piece;
                }
                step("build: before it is ready");
                // I8: whoever reads from here on finds, of each document, what was entered or
                // something newer.
                self.complete(documents.timeline.now());
                Built::Over
            }
        }
    }

    /// Enters the documents at these positions, unless they were written for this index.
    fn enter_older(&self, documents: &Documents<'_, K, V>, from: usize, to: usize) {
        let mut older = Vec::with_capacity(to - from);
        {
            let pin = WritePin::new();
            for position in from..to {
                let Some(handle) = documents.roster.handle(position) else { continue };
                let head = handle.load(documents.timeline, pin.read());
                let Some(node) = head.live() else { continue };
                // I5: looked at after the stamp, as every reader does.
                if documents.are_closed() {
                    return;
                }
                if node.entry_in(self.number).is_none() {
                    older.push(node.own());
                }
            }
        }
        // Without a pin: extractors are code of the user.
        let keyed = |node: Owned<K, V>| {
            let mut key = Vec::new();
            let value = node.value()?;
            self.write_key(value, &mut key).then_some((node, key))
        };
        let keyed: Vec<_> = older.into_iter().filter_map(keyed).collect();
        let pin = WritePin::new();
        for (node, key) in &keyed {
            step("build: before an entry");
            let head = node.address().handle().load(documents.timeline, pin.read());
            // I8: still the head under this pin, so whoever buries it comes after this entry.
            if head.live().is_some_and(|head| head.revision() == node.revision()) {
                let place = Place::new(key, tag_of_older(node.revision()));
                self.entries.put(place, node.address(), &pin);
            }
        }
    }
}
