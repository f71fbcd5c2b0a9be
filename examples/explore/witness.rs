//! What the auditor hears of a view: the truth, unless a fault is planted.

use folio::{Document, Snapshot, View};
use uuid::Uuid;

use crate::fault::Fault;

/// A view and the lie that it is to tell, if any.
pub(crate) struct Witness {
    view: View<Uuid, Document>,
    lie: Option<Fault>,
}

/// Which time the same is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    First,
    Second,
}

/// Which state of which document is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct State {
    pub(crate) key: Uuid,
    pub(crate) version: u64,
    pub(crate) revision: u64,
}

/// A document that was found.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) state: State,
    pub(crate) value: Snapshot<Uuid, Document>,
}

impl Witness {
    pub(crate) fn new(view: View<Uuid, Document>, lie: Option<Fault>) -> Self {
        Self { view, lie }
    }

    pub(crate) fn view(&self) -> &View<Uuid, Document> {
        &self.view
    }

    pub(crate) fn len(&self) -> usize {
        self.view.len() + usize::from(self.lie == Some(Fault::Len))
    }

    /// All that an iteration meets, sorted by key.
    pub(crate) fn states(&self, look: Look) -> Vec<State> {
        let mut states: Vec<State> = self
            .view
            .iter()
            .map(|found| State {
                key: *found.key(),
                version: found.version().get(),
                revision: found.revision().get(),
            })
            .collect();
        if let Some(&first) = states.first() {
            match (self.lie, look) {
                (Some(Fault::Twice), Look::First) => states.push(first),
                (Some(Fault::Newer), Look::First) => states[0].revision = self.view.revision() + 1,
                (Some(Fault::Repeat), Look::Second) => states[0].version += 1,
                _ => {}
            }
        }
        states.sort_unstable();
        states
    }

    pub(crate) fn get(&self, key: &Uuid, look: Look) -> Option<Found> {
        let found = self.view.get(key)?;
        let state = State {
            key: *found.key(),
            version: found.version().get(),
            revision: found.revision().get(),
        };
        match (self.lie, look) {
            (Some(Fault::Get), Look::First) => None,
            (Some(Fault::Value), Look::Second) => {
                let other = self.view.iter().find(|other| other.value() != found.value())?;
                Some(Found { state, value: other.snapshot() })
            }
            _ => Some(Found { state, value: found.snapshot() }),
        }
    }
}
