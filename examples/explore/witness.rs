//! What an auditor hears of a view: the truth, unless a fault is planted.

use std::ptr;

use folio::{Document, IndexKey, IndexView, Ref, Snapshot, View};
use uuid::Uuid;

use crate::fault::Fault;
use crate::paths::Paths;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) key: Uuid,
    pub(crate) version: u64,
    pub(crate) revision: u64,
    /// Where it lies: as long as its view is open, what is found there says the same.
    pub(crate) address: usize,
}

impl State {
    fn of(found: &Ref<'_, Uuid, Document>) -> Self {
        Self {
            key: *found.key(),
            version: found.version().get(),
            revision: found.revision().get(),
            address: ptr::from_ref(found.value()).addr(),
        }
    }
}

/// What a document says, wherever it is listed, and its state.
pub(crate) type Entry = (IndexKey, State);

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

    /// Shows all that an iteration meets.
    pub(crate) fn each(&self, look: Look, mut show: impl FnMut(State, &Document)) {
        let mut lie = self.lie;
        for found in &self.view {
            let mut state = State::of(&found);
            match (lie.take(), look) {
                (Some(Fault::Twice), Look::First) => show(state, &found),
                (Some(Fault::Newer), Look::First) => state.revision = self.view.revision() + 1,
                (Some(Fault::Repeat), Look::Second) => state.version += 1,
                _ => {}
            }
            show(state, &found);
        }
    }

    pub(crate) fn get(&self, key: &Uuid, look: Look) -> Option<Found> {
        let found = self.view.get(key)?;
        let state = State::of(&found);
        match (self.lie, look) {
            (Some(Fault::Get), Look::First) => None,
            (Some(Fault::Value), Look::Second) => {
                let other = self.view.iter().find(|other| other.value() != found.value())?;
                Some(Found { state, value: other.snapshot() })
            }
            _ => Some(Found { state, value: found.snapshot() }),
        }
    }

    /// All that an index lists, in its order.
    pub(crate) fn listing(&self, paths: &Paths) -> Vec<State> {
        let index = self.index(paths);
        let mut states: Vec<State> = index.range(..).map(|found| State::of(&found)).collect();
        match (self.lie, states.len()) {
            (Some(Fault::Missing), _) => drop(states.pop()),
            (Some(Fault::Stale), _) => states.extend(states.first().copied()),
            (Some(Fault::Order), len @ 2..) => states.swap(0, len - 1),
            _ => {}
        }
        states
    }

    /// The last that it lists, from its end.
    pub(crate) fn listing_backwards(&self, paths: &Paths, limit: usize) -> Vec<Entry> {
        let index = self.index(paths);
        let skipped = usize::from(self.lie == Some(Fault::Back));
        let found = index.range(..).rev().skip(skipped).take(limit);
        found.map(|found| (paths.key(&found), State::of(&found))).collect()
    }

    /// What an index finds from one key to another.
    pub(crate) fn query(&self, paths: &Paths, from: &IndexKey, to: &IndexKey) -> Vec<Entry> {
        let index = self.index(paths);
        let found =
            if from == to { index.get(from) } else { index.range(from.clone()..=to.clone()) };
        let skipped = usize::from(self.lie == Some(Fault::Query));
        found.skip(skipped).map(|found| (paths.key(&found), State::of(&found))).collect()
    }

    fn index(&self, paths: &Paths) -> IndexView<'_, Uuid, Document> {
        self.view.index(paths.text()).expect("a churn drops no index")
    }
}
