//! A question that the command line asks: which documents have this key, or one between these?

use std::fmt;
use std::ops::Bound;

use folio::{Document, Index, IndexKey, IntoIndexKey, Iter};
use uuid::Uuid;

use crate::paths::Paths;
use crate::values;

/// `--get FIELDS=VALUES` or `--range FIELDS=LO..HI`.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    text: String,
    paths: Paths,
    sought: Sought,
}

#[derive(Clone, Debug)]
enum Sought {
    Key(IndexKey),
    Between(Bound<IndexKey>, Bound<IndexKey>),
}

impl Question {
    /// Reads FIELDS=VALUES.
    pub(crate) fn get(text: &str) -> Result<Self, String> {
        let (paths, values) = parts(text)?;
        let given = values::parse(values).len();
        if given < paths.count() {
            return Err(format!("{} fields, but {given} values", paths.count()));
        }
        let sought = Sought::Key(key(&paths, values)?);
        Ok(Self { text: text.to_owned(), paths, sought })
    }

    /// Reads FIELDS=LO..HI and FIELDS=LO..=HI.
    pub(crate) fn range(text: &str) -> Result<Self, String> {
        let (paths, ends) = parts(text)?;
        let at = values::find(ends, "..").ok_or("no `..` between two ends")?;
        let (from, to) = (&ends[..at], &ends[at + 2..]);
        let from = match from {
            "" => Bound::Unbounded,
            from => Bound::Included(key(&paths, from)?),
        };
        let to = match (to, to.strip_prefix('=')) {
            ("", _) => Bound::Unbounded,
            (_, Some("")) => return Err("`..=` without an upper end".to_owned()),
            (_, Some(to)) => Bound::Included(key(&paths, to)?),
            (to, None) => Bound::Excluded(key(&paths, to)?),
        };
        Ok(Self { text: text.to_owned(), paths, sought: Sought::Between(from, to) })
    }

    /// What the index has to go by.
    pub(crate) fn paths(&self) -> &Paths {
        &self.paths
    }

    pub(crate) fn ask<'i>(&self, index: &'i Index<Uuid, Document>) -> Iter<'i, Uuid, Document> {
        match &self.sought {
            Sought::Key(key) => index.get(key),
            Sought::Between(from, to) => index.range((from.clone(), to.clone())),
        }
    }
}

/// As it was asked.
impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.sought {
            Sought::Key(_) => write!(f, "get {}", self.text),
            Sought::Between(..) => write!(f, "range {}", self.text),
        }
    }
}

fn parts(text: &str) -> Result<(Paths, &str), String> {
    let (paths, sought) = text.split_once('=').ok_or("no `=` behind the fields")?;
    Ok((Paths::parse(paths)?, sought))
}

/// The key of so many values, which may be fewer than there are fields.
fn key(paths: &Paths, text: &str) -> Result<IndexKey, String> {
    let values = values::parse(text);
    let (fields, given) = (paths.count(), values.len());
    if given > fields {
        let hint = "a text with a comma needs quotes";
        return Err(format!("{fields} fields, but {given} values: {hint}"));
    }
    Ok(values.into_index_key())
}
