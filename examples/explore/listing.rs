//! An index as an auditor hears of it, compared with a scan of all documents of the same view.

use std::fmt;

use folio::IndexKey;

use crate::dice::Dice;
use crate::paths::Paths;
use crate::scan::{Scan, Unlike};
use crate::witness::{Entry, State, Witness};

/// An index, and what a scan of its view knows of it.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) witness: &'a Witness,
    pub(crate) scan: &'a Scan,
    pub(crate) paths: &'a Paths,
    /// What each document of the scan says there.
    pub(crate) keys: &'a [IndexKey],
}

/// Why an index cannot be of the same instant as its view.
#[derive(Debug)]
pub(crate) enum Wrong {
    Missing { state: State },
    Stale { state: State },
    Order { state: State },
    Back { due: usize, found: usize },
    Query { from: IndexKey, to: IndexKey, due: usize, found: usize },
}

impl Subject<'_> {
    /// Compares the index with the documents of its view, and returns what it lists, each by its
    /// place in the scan.
    pub(crate) fn first_look(&self) -> Result<Vec<usize>, Wrong> {
        let listed = self.witness.listing(self.paths);
        let due = self.keys.iter().map(Paths::is_listed).collect();
        let places = self.scan.tick_off(due, &listed);
        let places = places.map_err(|unlike| match unlike {
            Unlike::Extra(state) => Wrong::Stale { state },
            Unlike::Missing(state) => Wrong::Missing { state },
        })?;
        let mut pairs = places.windows(2);
        match pairs.find(|pair| self.keys[pair[0]] > self.keys[pair[1]]) {
            Some(pair) => Err(Wrong::Order { state: self.scan.states()[pair[1]] }),
            None => Ok(places),
        }
    }

    /// Compares what the index lists backwards, and what queries find, with what it has listed.
    pub(crate) fn second_look(&self, listed: &[usize], dice: &mut Dice) -> Result<(), Wrong> {
        let found = self.witness.listing_backwards(self.paths, BACK_LEN);
        let due = listed.len().min(BACK_LEN);
        if !self.are(&found, listed.iter().rev().take(due)) {
            return Err(Wrong::Back { due, found: found.len() });
        }
        if listed.is_empty() {
            return Ok(());
        }
        for _ in 0..QUERIES {
            let from = dice.below(listed.len());
            let to = (from + dice.below(QUERY_LEN)).min(listed.len() - 1);
            self.check_query(listed, (&self.keys[listed[from]], &self.keys[listed[to]]))?;
        }
        Ok(())
    }

    /// Compares what is found from one key to another with that part of the whole.
    fn check_query(
        &self,
        listed: &[usize],
        (from, to): (&IndexKey, &IndexKey),
    ) -> Result<(), Wrong> {
        let start = listed.partition_point(|place| self.keys[*place] < *from);
        let end = listed.partition_point(|place| self.keys[*place] <= *to);
        let (due, found) = (&listed[start..end], self.witness.query(self.paths, from, to));
        if self.are(&found, due.iter()) {
            return Ok(());
        }
        let (due, found) = (due.len(), found.len());
        Err(Wrong::Query { from: from.clone(), to: to.clone(), due, found })
    }

    /// Whether what was found are the documents at these places, and says what it said then.
    fn are<'p>(
        &self,
        found: &[Entry],
        mut places: impl ExactSizeIterator<Item = &'p usize>,
    ) -> bool {
        let due = |place: &usize| (&self.keys[*place], &self.scan.states()[*place]);
        places.len() == found.len()
            && found.iter().all(|(key, state)| places.next().map(due) == Some((key, state)))
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { state } => write!(f, "does not list {state:?}"),
            Self::Stale { state } => write!(f, "lists {state:?}, which a scan does not find"),
            Self::Order { state } => write!(f, "lists {state:?} behind a greater key"),
            Self::Back { due, found } => {
                write!(f, "lists {found} documents backwards, and other {due} forwards")
            }
            Self::Query { from, to, due, found } => {
                write!(f, "finds {found} from {from:?} to {to:?}, where it lists {due}")
            }
        }
    }
}

/// Entries that are listed backwards, at most: a step back is a search.
const BACK_LEN: usize = 4_096;
const QUERIES: usize = 8;
/// Entries between the two ends of a query, at most, but for those with the same keys.
const QUERY_LEN: usize = 16;
