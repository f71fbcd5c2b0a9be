//! The model: a map, a counter, and the rules in so many words.

use std::collections::BTreeMap;

use crate::model::index::Rule;
use crate::model::op::{KEYS, NUMBERS};

/// A document as the model knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Doc {
    pub(crate) number: u64,
    pub(crate) version: u64,
    pub(crate) revision: u64,
}

pub(crate) type Documents = BTreeMap<u8, Doc>;

/// What a write of a value did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Did {
    Created,
    Updated,
    Unchanged,
}

/// Why it was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    Closed,
    Invalid,
    NotFound,
    AlreadyExists,
    Conflict(Option<u64>),
    /// The closure's own error.
    Closure(u64),
}

/// What has to be there for a write to happen.
#[derive(Clone, Copy, Debug)]
pub(crate) enum If {
    Always,
    Absent,
    Present,
    Revision(u64),
}

/// An index: its rule, and which one of all that there have been it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Made {
    pub(crate) rule: Rule,
    pub(crate) number: u64,
}

/// What a collection should be after the same calls.
#[derive(Clone, Debug)]
pub(crate) struct Twin {
    pub(crate) documents: Documents,
    pub(crate) revision: u64,
    pub(crate) writes: u64,
    pub(crate) closed: bool,
    /// The indexes by number of their names.
    pub(crate) indexes: [Option<Made>; NAMES],
    /// How many indexes there have been.
    made: u64,
    validate: bool,
    skip: bool,
    /// The revisions that each key has had.
    past: [Vec<u64>; KEYS as usize],
}

impl Twin {
    pub(crate) fn new(validate: bool, skip: bool) -> Self {
        let documents = BTreeMap::new();
        let (past, indexes) = Default::default();
        let (revision, writes, made, closed) = (0, 0, 0, false);
        Self { documents, revision, writes, closed, indexes, made, validate, skip, past }
    }

    pub(crate) fn get(&self, key: u8) -> Option<Doc> {
        if self.closed { None } else { self.documents.get(&key).copied() }
    }

    /// The documents, if the collection is open.
    pub(crate) fn now(&self) -> Documents {
        if self.closed { BTreeMap::new() } else { self.documents.clone() }
    }

    /// The revision that this key had so many writes ago; one that no write has if there was none.
    pub(crate) fn past(&self, key: u8, back: usize) -> u64 {
        let past = &self.past[usize::from(key)];
        past.iter().rev().nth(back).copied().unwrap_or(NEVER)
    }

    pub(crate) fn put(&mut self, key: u8, number: u64, when: If) -> Result<(Did, Doc), Why> {
        self.admit(number)?;
        let old = self.get(key);
        let found = old.map(|old| old.revision);
        match when {
            If::Absent if old.is_some() => return Err(Why::AlreadyExists),
            If::Present if old.is_none() => return Err(Why::NotFound),
            If::Revision(seen) if found != Some(seen) => return Err(Why::Conflict(found)),
            _ => {}
        }
        if let Some(old) = old.filter(|old| self.skip && similar(old.number, number)) {
            return Ok((Did::Unchanged, old));
        }
        self.count();
        let version = old.map_or(1, |old| old.version + 1);
        let new = Doc { number, version, revision: self.revision };
        self.documents.insert(key, new);
        self.past[usize::from(key)].push(self.revision);
        let did = if old.is_some() { Did::Updated } else { Did::Created };
        Ok((did, new))
    }

    /// Stores what `f` makes of the document that has to be there.
    pub(crate) fn update(
        &mut self,
        key: u8,
        f: impl FnOnce(u64) -> Result<u64, Why>,
    ) -> Result<(Did, Doc), Why> {
        self.open()?;
        let old = self.get(key).ok_or(Why::NotFound)?;
        self.put(key, f(old.number)?, If::Always)
    }

    pub(crate) fn remove(&mut self, key: u8, when: If) -> Result<Option<Doc>, Why> {
        self.open()?;
        let found = self.get(key).map(|old| old.revision);
        match when {
            If::Revision(seen) if found != Some(seen) => return Err(Why::Conflict(found)),
            _ => {}
        }
        let removed = self.documents.remove(&key);
        if removed.is_some() {
            self.count();
        }
        Ok(removed)
    }

    pub(crate) fn retain(&mut self, keep: impl Fn(u8, u64) -> bool) -> Result<usize, Why> {
        self.open()?;
        let all = self.documents.clone();
        let gone = all.iter().filter(|(key, doc)| !keep(**key, doc.number));
        gone.map(|(key, _)| self.remove(*key, If::Always).map(|_| 1)).sum()
    }

    /// An index under this name, unless there is one.
    pub(crate) fn index(&mut self, name: usize, rule: Rule) -> Result<Made, Why> {
        self.open()?;
        if self.indexes[name].is_some() {
            return Err(Why::AlreadyExists);
        }
        self.made += 1;
        let made = Made { rule, number: self.made };
        self.indexes[name] = Some(made);
        Ok(made)
    }

    pub(crate) fn close(&mut self) {
        if !self.closed {
            self.revision += 1;
            self.closed = true;
        }
    }

    /// Closed, then validation: what every value has to pass.
    pub(crate) fn admit(&self, number: u64) -> Result<(), Why> {
        self.open()?;
        if self.validate && !valid(number) { Err(Why::Invalid) } else { Ok(()) }
    }

    pub(crate) fn open(&self) -> Result<(), Why> {
        if self.closed { Err(Why::Closed) } else { Ok(()) }
    }

    fn count(&mut self) {
        self.revision += 1;
        self.writes += 1;
    }
}

/// The validator's rule.
pub(crate) fn valid(number: u64) -> bool {
    number % 8 != 7
}

/// The rule of what counts as equal.
pub(crate) fn similar(old: u64, new: u64) -> bool {
    old / 4 == new / 4
}

/// What closures make of a number.
pub(crate) fn plus(old: u64, number: u64) -> u64 {
    (old + number) % u64::from(NUMBERS)
}

/// How many names there are for indexes.
pub(crate) const NAMES: usize = 3;

const NEVER: u64 = u64::MAX;
