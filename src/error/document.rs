//! Why something is no document, or no way to go on among documents.

use std::error::Error as StdError;
use std::fmt;

/// Why something could not become a document, or a [`PageToken`](crate::PageToken).
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "json")] {
/// use folio::{Document, DocumentError};
///
/// let Err(DocumentError::Syntax { line, column, message }) = "{\n  \"a\": ?}".parse::<Document>()
/// else {
///     panic!("that is no JSON");
/// };
/// assert_eq!((line, column, message.as_str()), (2, 8, "expected value"));
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum DocumentError {
    /// The value is valid, but an array or a scalar.
    NotAnObject,
    /// The text is not JSON.
    Syntax {
        /// The line of the first character that does not fit, from 1.
        line: usize,
        /// Its column in bytes, from 1; 0 at the end of a text that stops too early on a new line.
        column: usize,
        /// What is wrong with it.
        message: String,
    },
    /// The value is nested too deeply.
    TooDeep {
        /// How many levels a document may have, the scalar at the bottom counted as one.
        depth_max: usize,
    },
    /// The value has no form in JSON, or its own `Serialize` refused.
    #[cfg(feature = "json")]
    Unserializable {
        /// What refused, also reachable by `source()`.
        source: serde_json::Error,
    },
    /// The text is no page token, or a damaged one.
    BadToken,
    /// The page token was made by another index, or one that there is no more.
    ForeignToken,
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnObject => f.write_str("not a JSON object"),
            Self::Syntax { line, column, message } => {
                write!(f, "invalid JSON at line {line} column {column}: {message}")
            }
            Self::TooDeep { depth_max } => write!(f, "nested deeper than {depth_max} levels"),
            #[cfg(feature = "json")]
            Self::Unserializable { .. } => f.write_str("the value cannot be written as JSON"),
            Self::BadToken => f.write_str("not a page token, or a damaged one"),
            Self::ForeignToken => f.write_str("the page token is of another index"),
        }
    }
}

impl StdError for DocumentError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            #[cfg(feature = "json")]
            Self::Unserializable { source } => Some(source),
            _ => None,
        }
    }
}
