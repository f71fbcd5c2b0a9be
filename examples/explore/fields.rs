//! A document seen flat: the scalars in it, each under its path.

use std::collections::BTreeMap;

use folio::Document;
use serde_json::{Map, Value};

/// The names that lead to a field, from the outside in.
pub(crate) type Path = Vec<String>;

/// What a field says.
#[derive(Debug)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) is_number: bool,
}

/// Every string, number and Boolean of a document; nulls say nothing and arrays are no scalars.
pub(crate) fn scalars(document: &Document) -> BTreeMap<Path, Cell> {
    let mut cells = BTreeMap::new();
    collect(document, &mut Path::new(), &mut cells);
    cells
}

/// The whole document on one line, for one that has no scalars.
pub(crate) fn whole(document: &Document) -> String {
    let map: &Map<String, Value> = document;
    serde_json::to_string(map).map_or_else(|error| error.to_string(), |text| plain(&text))
}

fn collect(map: &Map<String, Value>, path: &mut Path, cells: &mut BTreeMap<Path, Cell>) {
    for (name, value) in map {
        path.push(plain(name));
        let text = match value {
            Value::Object(inner) => {
                collect(inner, path, cells);
                None
            }
            Value::String(text) => Some(plain(text)),
            Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
            Value::Null | Value::Array(_) => None,
        };
        if let Some(text) = text {
            cells.insert(path.clone(), Cell { text, is_number: value.is_number() });
        }
        path.pop();
    }
}

/// A text without what could move the cursor or change the colours of a terminal.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
