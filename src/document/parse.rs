//! JSON text in, with an error that says where and why.

use serde_json::value::Value;

use crate::error::DocumentError;
use crate::limits::DOCUMENT_DEPTH_MAX;

/// Parses one JSON value of whatever kind.
///
/// # Errors
///
/// [`DocumentError::TooDeep`] or [`DocumentError::Syntax`].
pub(super) fn parse(text: &str) -> Result<Value, DocumentError> {
    serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let whole = error.to_string();
        let place = format!(" at line {line} column {column}");
        let message = whole.strip_suffix(&place).unwrap_or(&whole).to_owned();
        if message == TOO_DEEP {
            return DocumentError::TooDeep { depth_max: DOCUMENT_DEPTH_MAX };
        }
        DocumentError::Syntax { line, column, message }
    })
}

/// How the parser says that a text is too deep; it has no other way to tell it from a mistake.
const TOO_DEEP: &str = "recursion limit exceeded";
