//! Moves documents from one key of an index to another.

use std::collections::BTreeMap;
use std::ops::Deref;

use folio::{Collection, Document, IndexKey, WriteError};
use serde_json::Value;
use uuid::Uuid;

use crate::dice::Dice;
use crate::paths::Paths;

/// An index, and what documents may say in its fields.
#[derive(Debug)]
pub(crate) struct Mover {
    paths: Paths,
    /// A row of values for each of its keys, and one of nulls, which have none.
    rows: Vec<Vec<Value>>,
}

impl Mover {
    /// Moves documents between the keys that `documents` have.
    pub(crate) fn between<D>(paths: Paths, documents: impl Iterator<Item = D>) -> Self
    where
        D: Deref<Target = Document>,
    {
        let mut rows: BTreeMap<IndexKey, Vec<Value>> = BTreeMap::new();
        for document in documents {
            if paths.list(&document) {
                rows.entry(paths.key(&document)).or_insert_with(|| paths.values(&document));
            }
            if rows.len() == ROWS_MAX {
                break;
            }
        }
        let mut rows: Vec<_> = rows.into_values().collect();
        // Where nobody has the field, nobody gets it.
        rows.extend((!rows.is_empty()).then(|| vec![Value::Null; paths.count()]));
        Self { paths, rows }
    }

    /// Moves documents over a field that only the churn writes, so that every run has an index.
    pub(crate) fn of_the_churn() -> Self {
        let paths = Paths::parse(TOUCHED).expect("the field has a name");
        let rows = (0..TOUCHED_KEYS).map(|number| vec![number.into()]).chain([vec![Value::Null]]);
        Self { paths, rows: rows.collect() }
    }

    /// Deals the keys out among documents.
    pub(crate) fn deal(
        &self,
        collection: &Collection<Uuid, Document>,
        keys: &[Uuid],
    ) -> Result<(), WriteError> {
        for (key, row) in keys.iter().zip(self.rows.iter().cycle()) {
            collection.update_in_place(key, |document| self.apply(document, row))?;
        }
        Ok(())
    }

    pub(crate) fn paths(&self) -> &Paths {
        &self.paths
    }

    /// What a document is to say.
    pub(crate) fn draw(&self, dice: &mut Dice) -> &[Value] {
        dice.pick(&self.rows).map_or(&[], Vec::as_slice)
    }

    /// Makes it say so.
    pub(crate) fn apply(&self, document: &mut Document, row: &[Value]) {
        self.paths.set(document, row);
    }

    pub(crate) fn has_moved(&self, old: &Document, new: &Document) -> bool {
        self.paths.key(old) != self.paths.key(new)
    }
}

/// The field of [`Mover::of_the_churn`]; documents share its keys.
pub(crate) const TOUCHED: &str = "touched";
pub(crate) const TOUCHED_KEYS: u64 = 100;
const ROWS_MAX: usize = 1_024;
