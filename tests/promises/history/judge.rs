//! Both checkers over one recording after another.

use crate::history::by_revision::{self, Known};
use crate::history::by_value::{Searcher, State};
use crate::history::event::Event;
use crate::history::record::{KEYS, THREADS};

/// What is known of every key after the recordings so far.
#[derive(Debug)]
pub(crate) struct Judge {
    known: Vec<Known>,
    states: Vec<Vec<State>>,
    searcher: Searcher,
    windows: usize,
    window_max: usize,
}

/// What was found in a recording.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// What revisions say does not fit.
    pub(crate) by_revision: Vec<String>,
    /// What values say does not fit.
    pub(crate) by_value: Vec<String>,
    /// Keys for which the first checker found no order, and those for which the second did not.
    pub(crate) keys_by_revision: Vec<u32>,
    pub(crate) keys_by_value: Vec<u32>,
}

impl Judge {
    pub(crate) fn new() -> Self {
        let known = vec![Known::default(); KEYS as usize];
        let states = vec![vec![State::Absent]; KEYS as usize];
        Self { known, states, searcher: Searcher::default(), windows: 0, window_max: 0 }
    }

    /// The same knowledge, for a recording that the world never saw.
    pub(crate) fn twin(&self) -> Self {
        let (known, states) = (self.known.clone(), self.states.clone());
        Self { known, states, searcher: Searcher::default(), windows: 0, window_max: 0 }
    }

    /// How many windows were searched, and how many calls the largest had.
    pub(crate) fn windows(&self) -> (usize, usize) {
        (self.windows, self.window_max)
    }

    pub(crate) fn known(&self) -> &[Known] {
        &self.known
    }

    /// Judges a recording, in which the calls of each thread are one after another.
    pub(crate) fn judge(&mut self, mut events: Vec<Event>) -> Verdict {
        let mut verdict = Verdict::default();
        verdict.by_revision.extend(by_revision::check_store(&events).err());
        // Stable: the calls of a thread stay in their order.
        events.sort_by_key(|event| (event.key, event.round, event.thread));
        for events in events.chunk_by(|a, b| a.key == b.key) {
            self.judge_key(events, &mut verdict);
        }
        verdict
    }

    fn judge_key(&mut self, events: &[Event], verdict: &mut Verdict) {
        let key = events[0].key;
        let known = &mut self.known[key as usize];
        match by_revision::check(events, *known) {
            Ok(ended) => *known = ended,
            Err(what) => {
                verdict.by_revision.push(what);
                verdict.keys_by_revision.push(key);
            }
        }
        let states = &mut self.states[key as usize];
        for window in events.chunk_by(|a, b| a.round == b.round) {
            let mut threads: [&[Event]; THREADS as usize] = Default::default();
            for calls in window.chunk_by(|a, b| a.thread == b.thread) {
                threads[usize::from(calls[0].thread)] = calls;
            }
            let ends = self.searcher.ends(&threads, states);
            self.windows += 1;
            self.window_max = self.window_max.max(window.len());
            if !ends.is_empty() {
                *states = ends;
                continue;
            }
            let round = window[0].round;
            verdict.by_value.push(format!("key {key}, round {round}: no order: {window:#?}"));
            *states = vec![State::Unknown];
            if verdict.keys_by_value.last() != Some(&key) {
                verdict.keys_by_value.push(key);
            }
        }
    }
}
