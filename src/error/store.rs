//! Why a collection could not be had.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::error::WriteError;

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
    /// The name cannot be that of a namespace: it is empty, or has a character that is neither a
    /// letter from A to Z, nor a digit, nor a hyphen.
    InvalidNamespace {
        /// The name.
        namespace: String,
    },
    /// The namespace has as many collections as it may, and this would be a new one.
    QuotaExceeded {
        /// The namespace.
        namespace: Arc<str>,
        /// How many it may have.
        limit: u64,
        /// How many it has.
        used: u64,
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
            Self::InvalidNamespace { namespace } => {
                write!(f, "{namespace:?} cannot be the name of a namespace")
            }
            Self::QuotaExceeded { namespace, limit, used } => {
                write!(f, "namespace {namespace:?} has {used} collections of {limit} that it may")
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
