//! What an index is over.

use std::fmt;
use std::sync::Arc;

use super::key::IntoIndexKey;
#[cfg(feature = "json")]
use super::part::IndexPart;
#[cfg(feature = "json")]
use crate::document::Document;
use crate::key::Value;

/// What an index is over: how the key of a document is found. Made by [`by`], or for documents by
/// their `fields`.
pub struct IndexSpec<V> {
    extract: Arc<Extract<V>>,
    parts: Option<usize>,
}

/// Writes the key of a value behind what is in the buffer; says whether there is one.
type Extract<V> = dyn Fn(&V, &mut Vec<u8>) -> bool + Send + Sync;

impl<V: Value> IndexSpec<V> {
    fn new(
        parts: Option<usize>,
        extract: impl Fn(&V, &mut Vec<u8>) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self { extract: Arc::new(extract), parts }
    }

    /// How the key of a value is written. Runs code of the user, which may panic.
    pub(crate) fn into_extract(self) -> Arc<Extract<V>> {
        self.extract
    }

    #[cfg(test)]
    pub(super) fn key_of(&self, value: &V) -> super::key::IndexKey {
        let mut key = Vec::new();
        let there = (self.extract)(value, &mut key);
        super::key::IndexKey::of_bytes(there.then_some(key))
    }

    /// Whether it goes by nothing at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.parts == Some(0)
    }
}

impl<V> Clone for IndexSpec<V> {
    fn clone(&self) -> Self {
        Self { extract: Arc::clone(&self.extract), parts: self.parts }
    }
}

impl<V> fmt::Debug for IndexSpec<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IndexSpec").field("parts", &self.parts).finish_non_exhaustive()
    }
}

/// Makes an index over fields of documents: one path for each part of the key.
///
/// A path is what [`Document::at`] takes, and does not enter arrays; an array is a part as a whole.
/// A document has a key only if every field is there, and is neither null nor an object. Without
/// any path there is no index: creating it fails.
///
/// # Examples
///
/// ```
/// use folio::{Document, IndexSpec, fields};
///
/// let city_and_zip: IndexSpec<Document> = fields(["city", "address.zip"]);
/// # let _ = city_and_zip;
/// ```
#[cfg(feature = "json")]
pub fn fields<I>(paths: I) -> IndexSpec<Document>
where
    I: IntoIterator,
    I::Item: Into<String>,
{
    let paths: Vec<String> = paths.into_iter().map(Into::into).collect();
    IndexSpec::new(Some(paths.len()), move |document: &Document, key: &mut Vec<u8>| {
        paths.iter().all(|path| document.at(path).encode(key))
    })
}

/// Makes an index over whatever `f` makes of a document: a part, a tuple, an `Option` of them, or
/// a [`key!`](macro@crate::key).
///
/// `f` has to give the same key for the same value whenever it is asked, on any thread, and may
/// not wait for anything. It may not return what it borrows from the value: `key![u.city]`
/// instead of `u.city.as_str()`.
///
/// # Examples
///
/// ```
/// use folio::{IndexSpec, by, key};
///
/// struct User {
///     city: String,
///     age: u8,
///     manager: Option<u32>,
/// }
///
/// let by_age: IndexSpec<User> = by(|user: &User| user.age);
/// let by_city_and_age = by(|user: &User| key![user.city, user.age]);
/// let by_manager = by(|user: &User| user.manager); // who has none is not listed
/// # let _ = (by_age, by_city_and_age, by_manager);
/// ```
pub fn by<V, R>(f: impl Fn(&V) -> R + Send + Sync + 'static) -> IndexSpec<V>
where
    V: Value,
    R: IntoIndexKey,
{
    IndexSpec::new(None, move |value: &V, key: &mut Vec<u8>| f(value).write_index_key(key))
}
