//! Why something was refused: one enum for each decision, and [`Error`] over them.
//!
//! Every message names the collection and the key. A key stands there as its `Debug` text, whole in
//! the field, shortened in the message if it is enormous. [`Error`], [`UpdateError`] and
//! [`Rejected`] speak with the voice of what they carry: same message, same `source()`.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::outcome::Revision;

mod document;

pub use document::DocumentError;

type BoxError = Box<dyn StdError + Send + Sync + 'static>;

/// Why a write was refused. Nothing was written.
///
/// # Examples
///
/// ```
/// use folio::WriteError;
///
/// fn status(refused: &WriteError) -> u16 {
///     match refused {
///         WriteError::Invalid { .. } | WriteError::TooDeep { .. } => 422,
///         WriteError::NotFound { .. } => 404,
///         WriteError::AlreadyExists { .. } | WriteError::Conflict { .. } => 409,
///         _ => 503,
///     }
/// }
/// # let _ = status;
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum WriteError {
    /// The collection is closed.
    Closed {
        /// The name of the collection.
        collection: Arc<str>,
    },
    /// The collection's validator refused the value.
    Invalid {
        /// The name of the collection.
        collection: Arc<str>,
        /// The key, as its `Debug` text.
        key: String,
        /// The validator's own error, also reachable by `source()`.
        source: BoxError,
    },
    /// The verb needs a document under this key, and there is none.
    NotFound {
        /// The name of the collection.
        collection: Arc<str>,
        /// The key, as its `Debug` text.
        key: String,
    },
    /// The verb creates, and there is a document under this key.
    AlreadyExists {
        /// The name of the collection.
        collection: Arc<str>,
        /// The key, as its `Debug` text.
        key: String,
    },
    /// Someone else wrote the key after the revision that the caller had seen.
    Conflict {
        /// The name of the collection.
        collection: Arc<str>,
        /// The key, as its `Debug` text.
        key: String,
        /// The revision that the key has instead; `None` if it is absent.
        actual: Option<Revision>,
    },
    /// The document is nested too deeply.
    TooDeep {
        /// The name of the collection.
        collection: Arc<str>,
        /// The key, as its `Debug` text.
        key: String,
        /// How many levels a document may have, the scalar at the bottom counted as one.
        depth_max: usize,
    },
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed { collection } => closed(collection, f),
            Self::Invalid { collection, key, .. } => {
                write!(f, "the value for {} is invalid", Place { collection, key })
            }
            Self::NotFound { collection, key } => {
                write!(f, "no document under {}", Place { collection, key })
            }
            Self::AlreadyExists { collection, key } => {
                write!(f, "there already is a document under {}", Place { collection, key })
            }
            Self::Conflict { collection, key, actual: Some(revision) } => {
                write!(f, "{} is at revision {revision} by now", Place { collection, key })
            }
            Self::Conflict { collection, key, actual: None } => {
                write!(f, "{} is absent by now", Place { collection, key })
            }
            Self::TooDeep { collection, key, depth_max } => {
                let place = Place { collection, key };
                write!(f, "the document for {place} is nested deeper than {depth_max} levels")
            }
        }
    }
}

impl StdError for WriteError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Invalid { source, .. } => Some(source.as_ref()),
            _ => None,
        }
    }
}

/// A refused write, with what was given to it.
///
/// `T` is `V` from `insert`, `(K, V)` from keyed writes, `Vec<(K, V)>` from `set_many`. It is asked
/// for nothing: `?` works into [`Error`], [`WriteError`], `Box<dyn Error>` and the like, whatever
/// the value.
///
/// # Examples
///
/// ```
/// use folio::{Rejected, WriteError};
///
/// fn set_or_log(result: Result<(), Rejected<(String, Vec<u8>)>>) -> Result<(), WriteError> {
///     result.map_err(|refused| {
///         let (key, value) = &refused.given; // nothing lost
///         eprintln!("{refused}: {} bytes for {key} are still here", value.len());
///         refused.reason
///     })
/// }
/// # let _ = set_or_log;
/// ```
pub struct Rejected<T> {
    /// What the caller gave, unchanged.
    pub given: T,
    /// Why it was refused.
    pub reason: WriteError,
}

impl<T> fmt::Debug for Rejected<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rejected").field("reason", &self.reason).finish_non_exhaustive()
    }
}

impl<T> fmt::Display for Rejected<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.reason, f)
    }
}

impl<T> StdError for Rejected<T> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.reason.source()
    }
}

impl<T> From<Rejected<T>> for WriteError {
    fn from(rejected: Rejected<T>) -> Self {
        let Rejected { given, reason } = rejected;
        // Now: if it panics when dropped, what is already returned leaks.
        drop(given);
        reason
    }
}

/// Why an update did not happen: the caller's closure said so, or the write was refused.
#[derive(Debug)]
pub enum UpdateError<E> {
    /// What the closure returned, as it is.
    Closure(E),
    /// Why the write was refused.
    Write(WriteError),
}

impl<E: fmt::Display> fmt::Display for UpdateError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closure(error) => error.fmt(f),
            Self::Write(error) => error.fmt(f),
        }
    }
}

impl<E: StdError + 'static> StdError for UpdateError<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Closure(error) => error.source(),
            Self::Write(error) => error.source(),
        }
    }
}

/// Why a read found nothing, for callers who want to know.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// There is no document under this key.
    NotFound {
        /// The name of the collection.
        collection: Arc<str>,
        /// The key, as its `Debug` text.
        key: String,
    },
    /// The collection is closed.
    Closed {
        /// The name of the collection.
        collection: Arc<str>,
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { collection, key } => {
                write!(f, "no document under {}", Place { collection, key })
            }
            Self::Closed { collection } => closed(collection, f),
        }
    }
}

impl StdError for ReadError {}

/// Why a collection could not be had.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// The store, or the collection that was asked for a fork, is closed.
    Closed,
    /// There is a collection of this name, but its keys or values are of another type.
    TypeMismatch {
        /// The name of the collection.
        collection: Arc<str>,
        /// The types of key and value that were asked for.
        expected: &'static str,
        /// Those that the collection has.
        found: &'static str,
    },
    /// There is a collection of this name, but with hooks or a hasher of its own.
    Configured {
        /// The name of the collection.
        collection: Arc<str>,
    },
    /// A replacement that was to go into a fork was refused.
    Refused {
        /// Why.
        reason: WriteError,
    },
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("the store or collection is closed"),
            Self::TypeMismatch { collection, expected, found } => {
                write!(f, "collection {collection:?} holds {found}, not {expected}")
            }
            Self::Configured { collection } => {
                write!(f, "collection {collection:?} is in use with other hooks or another hasher")
            }
            Self::Refused { reason } => reason.fmt(f),
        }
    }
}

impl StdError for StoreError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let Self::Refused { reason } = self else { return None };
        reason.source()
    }
}

/// Why there is no such index, or no second one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IndexError {
    /// There is an index of this name already.
    Exists {
        /// Its name.
        index: Arc<str>,
    },
    /// There is no index of this name.
    NotFound {
        /// The name.
        index: Arc<str>,
    },
    /// An index needs a field to go by.
    Empty {
        /// Its name.
        index: Arc<str>,
    },
    /// The collection is closed.
    Closed,
}

impl fmt::Display for IndexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exists { index } => write!(f, "there already is an index {index:?}"),
            Self::NotFound { index } => write!(f, "no index {index:?}"),
            Self::Empty { index } => write!(f, "index {index:?} has no field to go by"),
            Self::Closed => closed("", f),
        }
    }
}

impl StdError for IndexError {}

/// Why a watch ended; or, if it goes on all the same, what it has missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WatchError {
    /// It has fallen behind by more than it may, and so much is lost.
    Lagged {
        /// How many revisions of the store: at least as many as events that it would have told.
        missed: u64,
        /// The first revision that can be told again.
        resume_at: Revision,
    },
    /// The collection is closed, and all that happened before was told.
    Closed,
}

impl fmt::Display for WatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lagged { missed, resume_at } => {
                write!(f, "the watch missed {missed} revisions, up to {resume_at}")
            }
            Self::Closed => closed("", f),
        }
    }
}

impl StdError for WatchError {}

/// Any error of Folio, for callers who use `?` and do not care which.
///
/// # Examples
///
/// ```
/// use folio::{Rejected, ReadError, UpdateError};
///
/// fn all_the_way(
///     read: Result<(), ReadError>,
///     write: Result<(), Rejected<String>>,
///     update: Result<(), UpdateError<std::num::ParseIntError>>,
/// ) -> Result<(), folio::Error> {
///     read?;
///     write?;
///     update?;
///     Ok(())
/// }
/// # let _ = all_the_way;
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A write was refused.
    Write(WriteError),
    /// A read found nothing.
    Read(ReadError),
    /// An index could not be had.
    Index(IndexError),
    /// A collection could not be had.
    Store(StoreError),
    /// Something could not become a document.
    Document(DocumentError),
    /// A watch has ended, or missed something.
    Watch(WatchError),
    /// The caller's own closure failed.
    Closure(BoxError),
}

impl Error {
    fn inner(&self) -> &(dyn StdError + 'static) {
        match self {
            Self::Write(error) => error,
            Self::Read(error) => error,
            Self::Index(error) => error,
            Self::Store(error) => error,
            Self::Document(error) => error,
            Self::Watch(error) => error,
            Self::Closure(error) => error.as_ref(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.inner(), f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner().source()
    }
}

impl From<WriteError> for Error {
    fn from(error: WriteError) -> Self {
        Self::Write(error)
    }
}

impl<T> From<Rejected<T>> for Error {
    fn from(rejected: Rejected<T>) -> Self {
        Self::Write(rejected.reason)
    }
}

impl<E: Into<BoxError>> From<UpdateError<E>> for Error {
    fn from(error: UpdateError<E>) -> Self {
        match error {
            UpdateError::Closure(error) => Self::Closure(error.into()),
            UpdateError::Write(error) => Self::Write(error),
        }
    }
}

impl From<ReadError> for Error {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}

impl From<IndexError> for Error {
    fn from(error: IndexError) -> Self {
        Self::Index(error)
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<WatchError> for Error {
    fn from(error: WatchError) -> Self {
        Self::Watch(error)
    }
}

impl From<DocumentError> for Error {
    fn from(error: DocumentError) -> Self {
        Self::Document(error)
    }
}

/// Makes the text by which errors name a key.
pub(crate) fn key_text<Q: fmt::Debug + ?Sized>(key: &Q) -> String {
    format!("{key:?}")
}

/// A key and its collection as messages name them.
struct Place<'a> {
    collection: &'a str,
    key: &'a str,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { collection, key } = self;
        match key.char_indices().nth(KEY_CHARS_MAX) {
            None => write!(f, "key {key}")?,
            Some((end, _)) => write!(f, "key {}... ({} bytes)", &key[..end], key.len())?,
        }
        match *collection {
            "" => Ok(()),
            name => write!(f, " in collection {name:?}"),
        }
    }
}

fn closed(collection: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match collection {
        "" => f.write_str("the collection is closed"),
        name => write!(f, "collection {name:?} is closed"),
    }
}

/// How much of a key a message shows.
const KEY_CHARS_MAX: usize = 200;

#[cfg(test)]
mod tests;
