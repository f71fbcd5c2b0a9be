//! A fault planted on purpose: what shows that the audit can fail.
//!
//! `EXPLORE_PLANT_FAULT` names one. The first two are planted in what a writer does, the others
//! in what one view answers; each is there for one check of the auditor, which must find it.

use std::env;

use crate::failure::Failure;

/// What is made wrong, once in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A writer writes the second link of its chain before the first.
    Chain,
    /// A writer claims to have seen a turn that nobody has written yet.
    Cause,
    /// An iteration meets one document twice.
    Twice,
    /// The length is one more than there are documents.
    Len,
    /// A get does not find what the iteration found.
    Get,
    /// A view holds a document that is newer than the view.
    Newer,
    /// A second iteration meets another version.
    Repeat,
    /// A second get finds another value.
    Value,
    /// An index lacks an entry.
    Missing,
    /// An index has kept an entry for too long.
    Stale,
    /// An index lists a document behind a greater key.
    Order,
    /// An index lists less backwards.
    Back,
    /// A query of an index finds less than there is between its keys.
    Query,
}

impl Fault {
    /// The fault that the environment asks for, if any.
    pub(crate) fn from_environment() -> Result<Option<Self>, Failure> {
        let found = env::var_os("EXPLORE_PLANT_FAULT").unwrap_or_default();
        if found.is_empty() {
            return Ok(None);
        }

        let known = NAMES.iter().find(|(name, _)| found == *name);
        known.map(|&(_, fault)| Some(fault)).ok_or_else(|| Failure::Fault {
            found: found.to_string_lossy().into_owned(),
            known: NAMES.map(|(name, _)| name).join(", "),
        })
    }
}

const NAMES: [(&str, Fault); 13] = [
    ("chain", Fault::Chain),
    ("cause", Fault::Cause),
    ("twice", Fault::Twice),
    ("len", Fault::Len),
    ("get", Fault::Get),
    ("newer", Fault::Newer),
    ("repeat", Fault::Repeat),
    ("value", Fault::Value),
    ("missing", Fault::Missing),
    ("stale", Fault::Stale),
    ("order", Fault::Order),
    ("back", Fault::Back),
    ("query", Fault::Query),
];
