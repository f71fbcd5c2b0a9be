//! [`WriteError`], and [`Rejected`], which hands back what was given.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::error::{BoxError, Place, closed};
use crate::outcome::Revision;

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
    /// The key is being loaded, and its loader asks for it: it would wait for itself.
    Recursive {
        /// The name of the collection.
        collection: Arc<str>,
        /// The key, as its `Debug` text.
        key: String,
    },
    /// There is no room, and nobody can go: the document is heavier than all that there may be,
    /// everything else is protected, or other writes held the room while this one has stepped aside
    /// for them 10,000 times.
    OverCapacity {
        /// The name of the collection.
        collection: Arc<str>,
        /// The key, as its `Debug` text.
        key: String,
        /// What the document weighs; 1 where only the number of documents is limited.
        weight: u64,
        /// What all together may weigh.
        max: u64,
    },
    /// The namespace holds as much as it may.
    QuotaExceeded {
        /// The namespace.
        namespace: Arc<str>,
        /// The limit that was reached: documents or bytes.
        limit: u64,
        /// How much of it is used.
        used: u64,
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
            Self::Recursive { collection, key } => {
                write!(f, "the loader of {} asks for that key itself", Place { collection, key })
            }
            Self::OverCapacity { collection, key, weight, max } => {
                let place = Place { collection, key };
                write!(f, "no room for {place}: it weighs {weight}, of {max} that fit in")
            }
            Self::QuotaExceeded { namespace, limit, used } => {
                write!(f, "namespace {namespace:?} holds {used} of {limit}")
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
/// `T` is `V` from `insert`, `(K, V)` from keyed writes, `Vec<(K, V)>` from `set_many`, `Option<V>`
/// from `get_or_insert_with`. It is asked for nothing: `?` works into [`Error`](crate::Error),
/// [`WriteError`],
/// `Box<dyn Error>` and the like, whatever the value.
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
