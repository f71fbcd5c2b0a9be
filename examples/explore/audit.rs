//! An auditor: opens views while others write, and looks for one that contradicts itself.
//!
//! Of each view it takes down all that an iteration meets ([`scan`](crate::scan)), the length, some
//! documents by key and the chains, and compares every index with the iteration. Then it opens the
//! next view, and only after that asks the first one all this again, indexes backwards: by then its
//! documents have been written, removed and created anew.

use std::fmt;

use folio::IndexKey;
use uuid::Uuid;

use crate::chain::{Broken, Turn};
use crate::dice::Dice;
use crate::fault::Fault;
use crate::listing::{Subject, Wrong};
use crate::mover::Mover;
use crate::scan::{Scan, Unlike};
use crate::witness::{Found, Look, State, Witness};
use crate::writer::Field;

/// What auditors found.
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
    Repeat { met_first: usize, met_then: usize, differs: State },
    Value { key: Uuid },
    Index { name: String, wrong: Wrong },
}

/// Opens and checks views until the churn is over.
pub(crate) fn audit(field: Field<'_>, number: usize) -> Audit {
    let mut audit = Audit::default();
    let mut dice = Dice::new(AUDITOR_SEED + number as u64);
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
    pub(crate) fn add(&mut self, other: Self) {
        self.views += other.views;
        self.inconsistent += other.inconsistent;
        self.entries += other.entries;
        self.doubts.extend(other.doubts);
        self.doubts.truncate(DOUBTS_MAX);
    }

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
    scan: Scan,
    samples: Vec<(Uuid, Option<Found>)>,
    /// What each index listed, by its place in the scan.
    listings: Vec<Vec<usize>>,
    doubt: Option<Doubt>,
}

impl Testimony {
    /// Opens a view and looks at it.
    fn take(field: Field<'_>, lie: Option<Fault>, dice: &mut Dice) -> Self {
        let witness = Witness::new(field.collection.view(), lie);
        let scan = Scan::of(&witness, field.movers);

        // Some loaded keys, which may have been removed, and some that the iteration met, which
        // may have been added.
        let loaded = (0..SAMPLES).filter_map(|_| dice.pick(field.keys).copied());
        let mut keys: Vec<Uuid> = loaded.collect();
        keys.extend((0..SAMPLES).filter_map(|_| dice.pick(scan.states()).map(|state| state.key)));
        let samples = keys.into_iter().map(|key| (key, witness.get(&key, Look::First))).collect();

        let mut testimony = Self { witness, scan, samples, listings: Vec::new(), doubt: None };
        testimony.doubt = testimony.first_look(field).err();
        testimony
    }

    fn first_look(&mut self, field: Field<'_>) -> Result<(), Doubt> {
        if let Some(key) = self.scan.twice() {
            return Err(Doubt::Twice { key });
        }

        let (revision, states) = (self.witness.view().revision(), self.scan.states());
        if let Some(&state) = states.iter().find(|state| state.revision > revision) {
            return Err(Doubt::Newer { state });
        }

        self.check_len()?;
        for (key, got) in &self.samples {
            let met = self.scan.state(key);
            let got = got.as_ref().map(|found| found.state);
            if met != got {
                return Err(Doubt::Get { key: *key, met, got });
            }
        }

        let view = self.witness.view();
        let turn = |key: &Uuid| view.get(key).map(|found| Turn::of(&found));
        field.chains.check(turn).map_err(Doubt::Chain)?;
        for (mover, keys) in field.movers.iter().zip(self.scan.keys()) {
            let subject = self.subject(mover, keys);
            let listed = subject.first_look().map_err(|wrong| doubt(subject, wrong))?;
            self.listings.push(listed);
        }
        Ok(())
    }

    fn subject<'a>(&'a self, mover: &'a Mover, keys: &'a [IndexKey]) -> Subject<'a> {
        Subject { witness: &self.witness, scan: &self.scan, paths: mover.paths(), keys }
    }

    /// Looks again, if there is no doubt yet.
    fn conclude(mut self, field: Field<'_>, dice: &mut Dice) -> Self {
        if self.doubt.is_none() {
            self.doubt = self.second_look(field, dice).err();
        }
        self
    }

    fn second_look(&self, field: Field<'_>, dice: &mut Dice) -> Result<(), Doubt> {
        let mut states = Vec::with_capacity(self.scan.states().len());
        self.witness.each(Look::Second, |state, _| states.push(state));
        let due = vec![true; self.scan.states().len()];
        self.scan.tick_off(due, &states).map_err(|unlike| {
            let (Unlike::Extra(differs) | Unlike::Missing(differs)) = unlike;
            Doubt::Repeat { met_first: self.scan.states().len(), met_then: states.len(), differs }
        })?;

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
        let keys = field.movers.iter().zip(self.scan.keys());
        for ((mover, keys), listed) in keys.zip(&self.listings) {
            let subject = self.subject(mover, keys);
            subject.second_look(listed, dice).map_err(|wrong| doubt(subject, wrong))?;
        }
        Ok(())
    }

    fn check_len(&self) -> Result<(), Doubt> {
        let (len, met) = (self.witness.len(), self.scan.states().len());
        if len == met { Ok(()) } else { Err(Doubt::Len { len, met }) }
    }
}

fn doubt(subject: Subject<'_>, wrong: Wrong) -> Doubt {
    Doubt::Index { name: subject.paths.text().to_owned(), wrong }
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
                 {differs:?} being one that differs"
            ),
            Self::Value { key } => write!(f, "a second get of {key} finds something else"),
            Self::Index { name, wrong } => write!(f, "index {name} {wrong}"),
        }
    }
}

/// With many documents an audit takes long, and the writers wait: there are cores to spare.
pub(crate) const AUDITORS: usize = 2;
const AUDITOR_SEED: u64 = 0x0A0D_1704;
const SAMPLES: usize = 64;
const DOUBTS_MAX: usize = 10;
const PLANTED_VIEW: u64 = 5;
