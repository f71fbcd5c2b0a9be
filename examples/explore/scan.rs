//! What one iteration over a view meets: every document, and what it says in the fields of indexes.

use std::collections::HashMap;

use folio::IndexKey;
use uuid::Uuid;

use crate::mover::Mover;
use crate::witness::{Look, State, Witness};

/// The documents of a view, each at a place of its own.
#[derive(Debug)]
pub(crate) struct Scan {
    states: Vec<State>,
    places: HashMap<Uuid, usize>,
    /// For each index what each document says there. Worked out once: whatever lies at the
    /// address of the same state is the same document.
    keys: Vec<Vec<IndexKey>>,
}

/// What was met, but was not due; or was due, but was not met.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unlike {
    Extra(State),
    Missing(State),
}

impl Scan {
    /// Goes over a view.
    pub(crate) fn of(witness: &Witness, movers: &[Mover]) -> Self {
        let len = witness.len();
        let mut states = Vec::with_capacity(len);
        let mut keys: Vec<_> = movers.iter().map(|_| Vec::with_capacity(len)).collect();
        witness.each(Look::First, |state, document| {
            states.push(state);
            for (keys, mover) in keys.iter_mut().zip(movers) {
                keys.push(mover.paths().key(document));
            }
        });
        let places = states.iter().map(|state| state.key).zip(0..).collect();
        Self { states, places, keys }
    }

    pub(crate) fn states(&self) -> &[State] {
        &self.states
    }

    pub(crate) fn keys(&self) -> &[Vec<IndexKey>] {
        &self.keys
    }

    /// A document that was met more than once.
    pub(crate) fn twice(&self) -> Option<Uuid> {
        if self.places.len() == self.states.len() {
            return None;
        }
        let mut met = self.states.iter().enumerate();
        met.find(|(place, state)| self.places[&state.key] != *place).map(|(_, state)| state.key)
    }

    /// The state in which a document was met.
    pub(crate) fn state(&self, key: &Uuid) -> Option<State> {
        self.places.get(key).map(|place| self.states[*place])
    }

    /// Finds the places of all that was `met`, which has to be, in any order, each of those that
    /// are `due` once and nothing else.
    pub(crate) fn tick_off(&self, mut due: Vec<bool>, met: &[State]) -> Result<Vec<usize>, Unlike> {
        let mut places = Vec::with_capacity(met.len());
        for (nth, state) in met.iter().enumerate() {
            let place = self.place(state, nth).filter(|place| std::mem::take(&mut due[*place]));
            places.push(place.ok_or(Unlike::Extra(*state))?);
        }
        match due.iter().position(|due| *due) {
            Some(missing) => Err(Unlike::Missing(self.states[missing])),
            None => Ok(places),
        }
    }

    /// Where a state was met, which may be `here`.
    fn place(&self, state: &State, here: usize) -> Option<usize> {
        if self.states.get(here) == Some(state) {
            return Some(here);
        }
        let place = *self.places.get(&state.key)?;
        (self.states[place] == *state).then_some(place)
    }
}
