//! JSON text in, with an error that says where and why.

use serde_json::value::Value;

use crate::error::DocumentError;
use crate::limits::DOCUMENT_DEPTH_MAX;

/// Parses one JSON value of whatever kind.
pub(super) fn parse(text: &str) -> Result<Value, DocumentError> {
    serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        if open_at(text, line, column) >= DOCUMENT_DEPTH_MAX {
            return DocumentError::TooDeep { depth_max: DOCUMENT_DEPTH_MAX };
        }
        let whole = error.to_string();
        let place = format!(" at line {line} column {column}");
        let message = whole.strip_suffix(&place).unwrap_or(&whole).to_owned();
        DocumentError::Syntax { line, column, message }
    })
}

/// Counts the objects and arrays that are open where the parser gave up.
///
/// The parser says that a text is too deep only in words. But it says so at the first bracket too
/// many and nowhere else, so the brackets up to there tell.
fn open_at(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let (mut open, mut quoted) = (0_usize, false);
    let mut bytes = text.bytes().take(before + column);
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => quoted = !quoted,
            // Whatever is escaped, it does not end the string.
            b'\\' => drop(bytes.next()),
            b'{' | b'[' if !quoted => open += 1,
            b'}' | b']' if !quoted => open = open.saturating_sub(1),
            _ => {}
        }
    }
    open
}
