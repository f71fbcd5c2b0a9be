//! What one writer did to its keys, in order: every view of them is one of these states.

use crate::sync::Arc;

#[allow(clippy::disallowed_types, reason = "notes of the test, not steps of the model")]
type Notes<T> = std::sync::Mutex<T>;

/// The values of a writer's two keys.
pub(crate) type Pair = [Option<u64>; 2];

/// The states that a writer's keys have gone through, and how far it has come.
#[derive(Clone)]
pub(crate) struct Ledger {
    pub(crate) keys: [u64; 2],
    notes: Arc<Notes<(Vec<Pair>, usize)>>,
}

impl Ledger {
    pub(crate) fn new(keys: [u64; 2]) -> Self {
        Self { keys, notes: Arc::new(Notes::new((vec![[None, None]], 0))) }
    }

    pub(crate) fn last(&self) -> Pair {
        *self.notes.lock().unwrap().0.last().expect("there is a first state")
    }

    /// Notes what the write that begins now will make of the key.
    pub(crate) fn begin(&self, which: usize, value: Option<u64>) {
        let mut state = self.last();
        state[which] = value;
        self.notes.lock().unwrap().0.push(state);
    }

    /// The write has returned.
    pub(crate) fn done(&self) {
        let mut notes = self.notes.lock().unwrap();
        notes.1 = notes.0.len() - 1;
    }

    /// The write did not happen.
    pub(crate) fn undo(&self) {
        self.notes.lock().unwrap().0.pop();
    }

    /// How far the writer has come: whoever begins now sees this state or a later one.
    pub(crate) fn now(&self) -> usize {
        self.notes.lock().unwrap().1
    }

    /// The first state from `from` on that looks like this.
    pub(crate) fn find(&self, from: usize, seen: Pair) -> usize {
        self.find_by(from, &format!("{seen:?}"), |state| state == seen)
    }

    /// The first state from `from` on in which one key has this value.
    pub(crate) fn find_one(&self, from: usize, which: usize, seen: Option<u64>) -> usize {
        self.find_by(from, &format!("{seen:?} at {which}"), |state| state[which] == seen)
    }

    fn find_by(&self, from: usize, what: &str, same: impl Fn(Pair) -> bool) -> usize {
        let notes = self.notes.lock().unwrap();
        let found = (from..notes.0.len()).find(|&at| same(notes.0[at]));
        found.unwrap_or_else(|| panic!("{what} was no state from {from} on: {:?}", notes.0))
    }
}
