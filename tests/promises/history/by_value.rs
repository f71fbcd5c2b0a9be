//! The second checker: knows nothing of revisions, and searches for an order.
//!
//! The method is that of Wing and Gong with the memory of Lowe. A thread's calls are one after
//! another, so what has been put in order already is a prefix of each thread's calls; a prefix
//! each and a state are all that has to be remembered. Next in order may be any call that began
//! before all others of those left had returned, if it could see what it saw.
//!
//! The search is not content with one order: it finds all states in which the window may end, and
//! the next window may begin in each of them. So cutting a history in windows loses nothing.

use std::collections::HashSet;

use crate::history::event::{Effect, Event, Seen};

/// What the document is, as far as values go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum State {
    Absent,
    Value(u64),
    /// Something: a window before this one had no order.
    Unknown,
}

/// Remembers, between two windows, nothing but its memory.
#[derive(Debug, Default)]
pub(crate) struct Searcher {
    met: HashSet<Place>,
    todo: Vec<Place>,
}

/// So many calls of each thread are in order, and this is what they lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Place {
    done: [u16; THREADS_MAX],
    state: State,
}

impl Searcher {
    /// The states in which a window may end that begins in one of `starts`: none if there is no
    /// order. The calls of each thread are one after another.
    pub(crate) fn ends(&mut self, window: &[&[Event]], starts: &[State]) -> Vec<State> {
        assert!(window.len() <= THREADS_MAX);
        self.met.clear();
        for &state in starts {
            self.go(Place { done: [0; THREADS_MAX], state });
        }
        let mut ends = Vec::new();
        while let Some(place) = self.todo.pop() {
            let next = |thread: usize| window[thread].get(usize::from(place.done[thread]));
            let first = (0..window.len()).filter_map(next).map(|event| event.ret).min();
            let Some(first) = first else {
                ends.push(place.state);
                continue;
            };
            for thread in 0..window.len() {
                let Some(event) = next(thread).filter(|event| event.call <= first) else {
                    continue;
                };
                let Some(state) = after(place.state, event) else { continue };
                let mut done = place.done;
                done[thread] += 1;
                self.go(Place { done, state });
            }
        }
        ends
    }

    fn go(&mut self, place: Place) {
        if self.met.insert(place) {
            self.todo.push(place);
        }
    }
}

/// What a call leads to from this state, if it could see there what it saw.
fn after(state: State, event: &Event) -> Option<State> {
    let seen = match event.seen {
        Seen::Absent | Seen::Other(_, None) => State::Absent,
        Seen::This(doc) => State::Value(doc.value),
        Seen::Present | Seen::Other(_, Some(_)) => match state {
            State::Absent => return None,
            State::Value(value) if event.is_other_than(value) => return None,
            there => there,
        },
    };
    if state != State::Unknown && state != seen {
        return None;
    }
    Some(match event.effect {
        Effect::Nothing => seen,
        Effect::Put(doc) => State::Value(doc.value),
        Effect::Removed => State::Absent,
    })
}

impl Event {
    /// Whether it lost because the document was not this one.
    fn is_other_than(&self, value: u64) -> bool {
        matches!(self.seen, Seen::Other(than, _) if than.value == value)
    }
}

const THREADS_MAX: usize = 4;
