//! Why something was refused: one enum for each decision, and [`Error`] over them.
//!
//! Every message names the collection and the key. A key stands there as its `Debug` text, whole in
//! the field, shortened in the message if it is enormous. [`Error`], [`UpdateError`] and
//! [`Rejected`] speak with the voice of what they carry: same message, same `source()`.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::outcome::Revision;

mod closures;
mod document;
#[cfg(feature = "templates")]
mod render;
mod store;
mod write;

pub use closures::{LoadError, UpdateError};
pub use document::DocumentError;
#[cfg(feature = "templates")]
pub use render::RenderError;
pub use store::StoreError;
pub use write::{Rejected, WriteError};

type BoxError = Box<dyn StdError + Send + Sync + 'static>;

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
        /// Where [`Lag::Skip`](crate::Lag::Skip) goes on: near the oldest revision that is kept.
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
    /// A template could not be filled.
    #[cfg(feature = "templates")]
    Render(RenderError),
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
            #[cfg(feature = "templates")]
            Self::Render(error) => error,
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
        Self::Write(rejected.into())
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

#[cfg(feature = "templates")]
impl From<RenderError> for Error {
    fn from(error: RenderError) -> Self {
        Self::Render(error)
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
