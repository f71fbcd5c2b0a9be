//! What an index goes by, as the command line names it.

use folio::{Document, IndexKey, IndexSpec};
use serde_json::Value;

/// FIELDS: the path of a field, or of several, joined by commas. The text is the index's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Paths {
    text: String,
    paths: Vec<String>,
}

impl Paths {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let paths: Vec<String> = text.split(',').map(str::to_owned).collect();
        if paths.iter().any(String::is_empty) {
            return Err(format!("`{text}` has a field without a name"));
        }
        Ok(Self { text: text.to_owned(), paths })
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn count(&self) -> usize {
        self.paths.len()
    }

    pub(crate) fn spec(&self) -> IndexSpec<Document> {
        folio::fields(&self.paths)
    }

    /// The key of a document, worked out without the index.
    pub(crate) fn key(&self, document: &Document) -> IndexKey {
        let parts = self.paths.iter().map(|path| document.at(path));
        parts.fold(IndexKey::new(), |key, part| key.with(&part))
    }

    /// Whether the index has to list a document.
    pub(crate) fn list(&self, document: &Document) -> bool {
        Self::is_listed(&self.key(document))
    }

    /// Whether an index lists documents with this key.
    pub(crate) fn is_listed(key: &IndexKey) -> bool {
        // A document without a key has one that comes before every key.
        *key >= IndexKey::new()
    }

    /// What a document says in these fields.
    pub(crate) fn values(&self, document: &Document) -> Vec<Value> {
        let values = self.paths.iter().map(|path| document.at(path));
        values.map(|value| value.cloned().unwrap_or_default()).collect()
    }

    /// Makes a document say so.
    pub(crate) fn set(&self, document: &mut Document, values: &[Value]) {
        for (path, value) in self.paths.iter().zip(values) {
            document.set_at(path, value.clone());
        }
    }
}
