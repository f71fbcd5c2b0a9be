//! Errors of the verbs that run code of the caller, which may fail with an error of its own.

use std::error::Error as StdError;
use std::fmt;

use crate::error::{BoxError, Error, Rejected, WriteError};

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

impl<E: Into<BoxError>> From<UpdateError<E>> for Error {
    fn from(error: UpdateError<E>) -> Self {
        match error {
            UpdateError::Closure(error) => Self::Closure(error.into()),
            UpdateError::Write(error) => Self::Write(error),
        }
    }
}

/// Why there is no document after all: the caller's loader said so, or nobody would keep what it
/// loaded.
///
/// # Examples
///
/// ```
/// use folio::{Collection, LoadError};
///
/// let pages: Collection<String, String> = Collection::new();
/// pages.close();
/// let read = || std::str::from_utf8(b"<h1>home</h1>").map(String::from);
/// let page = match pages.get_or_try_insert_with("home", read) {
///     Ok(page) => page.value().clone(),
///     Err(LoadError::Loader(error)) => return Err(error.into()),
///     // It was loaded all the same.
///     Err(LoadError::Rejected(refused)) => refused.given.ok_or(refused.reason)?,
/// };
/// assert_eq!(page, "<h1>home</h1>");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub enum LoadError<V, E> {
    /// What the loader returned, as it is.
    Loader(E),
    /// Why what was loaded is not stored, and what it was: `None` if nothing was loaded, because
    /// the loader would have waited for itself ([`WriteError::Recursive`]).
    Rejected(Rejected<Option<V>>),
}

impl<V, E: fmt::Debug> fmt::Debug for LoadError<V, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Loader(error) => f.debug_tuple("Loader").field(error).finish(),
            Self::Rejected(refused) => f.debug_tuple("Rejected").field(refused).finish(),
        }
    }
}

impl<V, E: fmt::Display> fmt::Display for LoadError<V, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Loader(error) => error.fmt(f),
            Self::Rejected(refused) => refused.fmt(f),
        }
    }
}

impl<V, E: StdError + 'static> StdError for LoadError<V, E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Loader(error) => error.source(),
            Self::Rejected(refused) => refused.source(),
        }
    }
}

impl<V, E: Into<BoxError>> From<LoadError<V, E>> for Error {
    fn from(error: LoadError<V, E>) -> Self {
        match error {
            LoadError::Loader(error) => Self::Closure(error.into()),
            LoadError::Rejected(refused) => refused.into(),
        }
    }
}
