//! What the auditor hears of a view: the truth, unless a fault is planted.

use folio::{Document, IndexKey, IndexView, Ref, Snapshot, View};
use uuid::Uuid;

use crate::fault::Fault;
use crate::listing::Entry;
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct State {
    pub(crate) key: Uuid,
    pub(crate) version: u64,
    pub(crate) revision: u64,
}

impl State {
    fn of(found: &Ref<'_, Uuid, Document>) -> Self {
        Self { key: *found.key(), version: found.version().get(), revision: found.revision().get() }
    }
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
        let mut states: Vec<State> = self.view.iter().map(|found| State::of(&found)).collect();
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

    /// What an iteration finds that an index has to list, sorted by key of the document.
    pub(crate) fn to_be_listed(&self, paths: &Paths) -> Vec<State> {
        let documents = self.view.iter().filter(|found| paths.list(found));
        let mut states: Vec<State> = documents.map(|found| State::of(&found)).collect();
        states.sort_unstable();
        states
    }

    /// All that an index lists, in its order.
    pub(crate) fn listing(&self, paths: &Paths) -> Vec<Entry> {
        let index = self.index(paths);
        let mut entries: Vec<Entry> = index.range(..).map(|found| entry(paths, &found)).collect();
        match (self.lie, entries.len()) {
            (Some(Fault::Missing), _) => drop(entries.pop()),
            (Some(Fault::Stale), _) => entries.extend(entries.first().cloned()),
            (Some(Fault::Order), len @ 2..) => entries.swap(0, len - 1),
            _ => {}
        }
        entries
    }

    /// The last that it lists, from its end.
    pub(crate) fn listing_backwards(&self, paths: &Paths, limit: usize) -> Vec<Entry> {
        let index = self.index(paths);
        let skipped = usize::from(self.lie == Some(Fault::Back));
        let found = index.range(..).rev().skip(skipped).take(limit);
        found.map(|found| entry(paths, &found)).collect()
    }

    /// What an index finds from one key to another.
    pub(crate) fn query(&self, paths: &Paths, from: &IndexKey, to: &IndexKey) -> Vec<Entry> {
        let index = self.index(paths);
        let found =
            if from == to { index.get(from) } else { index.range(from.clone()..=to.clone()) };
        let skipped = usize::from(self.lie == Some(Fault::Query));
        found.skip(skipped).map(|found| entry(paths, &found)).collect()
    }

    fn index(&self, paths: &Paths) -> IndexView<'_, Uuid, Document> {
        self.view.index(paths.text()).expect("a churn drops no index")
    }
}

fn entry(paths: &Paths, found: &Ref<'_, Uuid, Document>) -> Entry {
    Entry { key: paths.key(found), state: State::of(found) }
}
