//! The auditor: opens views while others write, and looks for one that contradicts itself.
//!
//! Of each view it takes down all that an iteration meets, the length, some documents by key and
//! the chains, and compares every index with a scan. Then it opens the next view, and only after
//! that asks the first one all this again, indexes backwards: by then its documents have been
//! written, removed and created anew.

use std::fmt;

use uuid::Uuid;

use crate::chain::{Broken, Turn};
use crate::dice::Dice;
use crate::fault::Fault;
use crate::listing::{self, Entry, Wrong};
use crate::mover::Mover;
use crate::paths::Paths;
use crate::witness::{Found, Look, State, Witness};
use crate::writer::Field;

/// What the auditor found.
#[derive(Debug, Default)]
pub(crate) struct Audit {
    pub(crate) views: u64,
    pub(crate) inconsistent: u64,
    /// Entries of indexes that were compared with a scan.
    pub(crate) entries: u64,
    /// The first contradictions, each with the revision of its view.
    pub(crate) doubts: Vec<(u64, Doubt)>,
}

/// Why a view cannot be one instant.
#[derive(Debug)]
pub(crate) enum Doubt {
    Twice { key: Uuid },
    Len { len: usize, met: usize },
    Get { key: Uuid, met: Option<State>, got: Option<State> },
    Newer { state: State },
    Chain(Broken),
    Repeat { met_first: usize, met_then: usize, differs: Option<State> },
    Value { key: Uuid },
    Index { name: String, wrong: Wrong },
}

/// Opens and checks views until the churn is over.
pub(crate) fn audit(field: Field<'_>) -> Audit {
    let mut audit = Audit::default();
    let mut dice = Dice::new(AUDITOR_SEED);
    let mut held: Option<Testimony> = None;
    let mut opened = 0;

    while !field.tally.is_over() {
        opened += 1;
        let lie = field.fault.filter(|_| opened == PLANTED_VIEW);
        let next = Testimony::take(field, lie, &mut dice);
        if let Some(earlier) = held.replace(next) {
            audit.note(earlier.conclude(field, &mut dice));
            field.tally.add_view();
        }
    }
    if let Some(last) = held {
        audit.note(last.conclude(field, &mut dice));
        field.tally.add_view();
    }
    audit
}

impl Audit {
    fn note(&mut self, testimony: Testimony) {
        self.views += 1;
        self.entries += testimony.listings.iter().map(|entries| entries.len() as u64).sum::<u64>();
        if let Some(doubt) = testimony.doubt {
            self.inconsistent += 1;
            if self.doubts.len() < DOUBTS_MAX {
                self.doubts.push((testimony.witness.view().revision(), doubt));
            }
        }
    }
}

/// What a view said.
struct Testimony {
    witness: Witness,
    states: Vec<State>,
    samples: Vec<(Uuid, Option<Found>)>,
    /// What each index listed.
    listings: Vec<Vec<Entry>>,
    doubt: Option<Doubt>,
}

impl Testimony {
    /// Opens a view and looks at it.
    fn take(field: Field<'_>, lie: Option<Fault>, dice: &mut Dice) -> Self {
        let witness = Witness::new(field.collection.view(), lie);
        let states = witness.states(Look::First);

        // Some loaded keys, which may have been removed, and some that the iteration met, which
        // may have been added.
        let loaded = (0..SAMPLES).filter_map(|_| dice.pick(field.keys).copied());
        let mut keys: Vec<Uuid> = loaded.collect();
        keys.extend((0..SAMPLES).filter_map(|_| dice.pick(&states).map(|state| state.key)));
        let samples = keys.into_iter().map(|key| (key, witness.get(&key, Look::First))).collect();

        let mut testimony = Self { witness, states, samples, listings: Vec::new(), doubt: None };
        testimony.doubt = testimony.first_look(field).err();
        testimony
    }

    fn first_look(&mut self, field: Field<'_>) -> Result<(), Doubt> {
        let twice = self.states.windows(2).find(|pair| pair[0].key == pair[1].key);
        if let Some(pair) = twice {
            return Err(Doubt::Twice { key: pair[0].key });
        }

        let revision = self.witness.view().revision();
        if let Some(&state) = self.states.iter().find(|state| state.revision > revision) {
            return Err(Doubt::Newer { state });
        }

        self.check_len()?;
        for (key, got) in &self.samples {
            let at = self.states.binary_search_by_key(key, |state| state.key);
            let met = at.ok().map(|at| self.states[at]);
            let got = got.as_ref().map(|found| found.state);
            if met != got {
                return Err(Doubt::Get { key: *key, met, got });
            }
        }

        let view = self.witness.view();
        let turn = |key: &Uuid| view.get(key).map(|found| Turn::of(&found));
        field.chains.check(turn).map_err(Doubt::Chain)?;
        for paths in field.movers.iter().map(Mover::paths) {
            let entries = listing::first_look(&self.witness, paths);
            self.listings.push(entries.map_err(|wrong| doubt(paths, wrong))?);
        }
        Ok(())
    }

    /// Looks again, if there is no doubt yet.
    fn conclude(mut self, field: Field<'_>, dice: &mut Dice) -> Self {
        if self.doubt.is_none() {
            self.doubt = self.second_look(field, dice).err();
        }
        self
    }

    fn second_look(&self, field: Field<'_>, dice: &mut Dice) -> Result<(), Doubt> {
        let states = self.witness.states(Look::Second);
        if states != self.states {
            let differs = self.states.iter().zip(&states).find(|(then, now)| then != now);
            return Err(Doubt::Repeat {
                met_first: self.states.len(),
                met_then: states.len(),
                differs: differs.map(|(&then, _)| then),
            });
        }

        self.check_len()?;
        for (key, first) in &self.samples {
            let second = self.witness.get(key, Look::Second);
            let is_same = match (first, &second) {
                (Some(first), Some(second)) => {
                    first.state == second.state && first.value.value() == second.value.value()
                }
                (None, None) => true,
                _ => false,
            };
            if !is_same {
                return Err(Doubt::Value { key: *key });
            }
        }
        for (mover, entries) in field.movers.iter().zip(&self.listings) {
            let paths = mover.paths();
            let looked = listing::second_look(&self.witness, paths, entries, dice);
            looked.map_err(|wrong| doubt(paths, wrong))?;
        }
        Ok(())
    }

    fn check_len(&self) -> Result<(), Doubt> {
        let (len, met) = (self.witness.len(), self.states.len());
        if len == met { Ok(()) } else { Err(Doubt::Len { len, met }) }
    }
}

fn doubt(paths: &Paths, wrong: Wrong) -> Doubt {
    Doubt::Index { name: paths.text().to_owned(), wrong }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Twice { key } => write!(f, "one iteration meets {key} twice"),
            Self::Len { len, met } => write!(f, "len is {len}, but an iteration meets {met}"),
            Self::Get { key, met, got } => {
                write!(f, "get of {key} finds {got:?}, but an iteration meets {met:?}")
            }
            Self::Newer { state } => write!(f, "a document is newer than the view: {state:?}"),
            Self::Chain(Broken::Missing { chain, link }) => {
                write!(f, "link {link} of chain {chain} is missing")
            }
            Self::Chain(Broken::Order { chain, turns }) => {
                write!(f, "chain {chain} is no prefix of its writes: its links say {turns:?}")
            }
            Self::Chain(Broken::Cause { chain, seen, reached }) => {
                write!(
                    f,
                    "chain {chain} has seen turn {seen} of its neighbour, which is at {reached}"
                )
            }
            Self::Repeat { met_first, met_then, differs } => write!(
                f,
                "a second iteration meets other states: {met_first} first, {met_then} then, \
                 {differs:?} being the first that differs"
            ),
            Self::Value { key } => write!(f, "a second get of {key} finds something else"),
            Self::Index { name, wrong } => write!(f, "index {name} {wrong}"),
        }
    }
}

const AUDITOR_SEED: u64 = 0x0A0D_1704;
const SAMPLES: usize = 64;
const DOUBTS_MAX: usize = 10;
const PLANTED_VIEW: u64 = 5;
