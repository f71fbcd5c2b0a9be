//! An index as the auditor hears of it, compared with a scan of all documents of the same view.

use std::fmt;

use folio::IndexKey;

use crate::dice::Dice;
use crate::paths::Paths;
use crate::witness::{State, Witness};

/// A document that an index lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// What its document says, wherever it is listed.
    pub(crate) key: IndexKey,
    pub(crate) state: State,
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

/// Compares an index with the documents of its view, and returns what it lists.
pub(crate) fn first_look(witness: &Witness, paths: &Paths) -> Result<Vec<Entry>, Wrong> {
    let entries = witness.listing(paths);
    let mut listed: Vec<State> = entries.iter().map(|entry| entry.state).collect();
    listed.sort_unstable();
    if let Some(wrong) = difference(&listed, &witness.to_be_listed(paths)) {
        return Err(wrong);
    }
    let swapped = entries.windows(2).find(|pair| pair[0].key > pair[1].key);
    swapped.map_or(Ok(()), |pair| Err(Wrong::Order { state: pair[1].state }))?;
    Ok(entries)
}

/// Compares what an index lists backwards, and what queries find, with what it has listed.
pub(crate) fn second_look(
    witness: &Witness,
    paths: &Paths,
    entries: &[Entry],
    dice: &mut Dice,
) -> Result<(), Wrong> {
    let found = witness.listing_backwards(paths, BACK_LEN);
    let due = entries.len().min(BACK_LEN);
    if !found.iter().eq(entries.iter().rev().take(due)) {
        return Err(Wrong::Back { due, found: found.len() });
    }
    if entries.is_empty() {
        return Ok(());
    }
    for _ in 0..QUERIES {
        let from = dice.below(entries.len());
        let to = (from + dice.below(QUERY_LEN)).min(entries.len() - 1);
        check_query(witness, paths, entries, (&entries[from].key, &entries[to].key))?;
    }
    Ok(())
}

/// Compares states that are sorted.
fn difference(listed: &[State], due: &[State]) -> Option<Wrong> {
    let mut at = (0..listed.len().max(due.len())).map(|at| (listed.get(at), due.get(at)));
    let wrong = at.find(|(listed, due)| listed != due)?;
    Some(match wrong {
        (Some(&state), due) if due.is_none_or(|due| state < *due) => Wrong::Stale { state },
        (_, Some(&state)) => Wrong::Missing { state },
        (_, None) => return None,
    })
}

/// Compares what is found from one key to another with that part of the whole.
fn check_query(
    witness: &Witness,
    paths: &Paths,
    entries: &[Entry],
    (from, to): (&IndexKey, &IndexKey),
) -> Result<(), Wrong> {
    let start = entries.partition_point(|entry| entry.key < *from);
    let end = entries.partition_point(|entry| entry.key <= *to);
    let (due, found) = (&entries[start..end], witness.query(paths, from, to));
    if found == due {
        return Ok(());
    }
    let (due, found) = (due.len(), found.len());
    Err(Wrong::Query { from: from.clone(), to: to.clone(), due, found })
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
