//! Puts every document of a text into a collection.

use folio::{Collection, Document, Snapshot};
use uuid::Uuid;

use crate::failure::Failure;
use crate::input::Input;
use crate::mistake::Mistake;
use crate::progress::Bars;
use crate::shape;

/// A collection and the keys of what was loaded into it, in the order of the text.
pub(crate) struct Loaded {
    pub(crate) collection: Collection<Uuid, Document>,
    pub(crate) keys: Vec<Uuid>,
}

impl Loaded {
    /// The first documents of the text.
    pub(crate) fn first(&self, limit: usize) -> Vec<Snapshot<Uuid, Document>> {
        let found = self.keys.iter().take(limit).filter_map(|key| self.collection.get(key));
        found.map(|document| document.snapshot()).collect()
    }
}

/// Loads all of `input`, or says what is wrong in it.
pub(crate) fn load(input: &Input, bars: &Bars) -> Result<Loaded, Failure> {
    let text = input.text();
    let bar = bars.loading(text.len());
    let collection = Collection::new();
    let mut keys = Vec::new();

    let outcome = shape::each_document(text, &mut |offset, document| {
        let key = collection
            .insert(document)
            .map_err(|rejected| Mistake::new(offset, rejected.reason.to_string()))?;
        if keys.len() % DOCUMENTS_PER_TICK == 0 {
            bar.set_position(offset as u64);
        }
        keys.push(key);
        Ok(())
    });
    bar.finish_and_clear();

    match outcome {
        Ok(()) => Ok(Loaded { collection, keys }),
        Err(mistake) => Err(input.malformed(mistake.offset, mistake.what)),
    }
}

const DOCUMENTS_PER_TICK: usize = 1_024;
