//! Values on the command line: what parses as JSON is JSON, everything else is text.

use serde_json::{Deserializer, Value};

/// Reads values that commas join.
pub(crate) fn parse(text: &str) -> Vec<Value> {
    let mut values = Vec::new();
    let mut rest = text;
    while let Some(at) = find(rest, ",") {
        values.push(value(&rest[..at]));
        rest = &rest[at + 1..];
    }
    values.push(value(rest));
    values
}

/// Where `separator` first stands outside of texts in quotes and arrays.
pub(crate) fn find(text: &str, separator: &str) -> Option<usize> {
    let mut at = quoted(text);
    loop {
        let rest = &text[at..];
        if rest.starts_with(separator) {
            return Some(at);
        }
        let next = rest.chars().next()?;
        at += next.len_utf8();
        if next == ',' {
            at += quoted(&text[at..]);
        }
    }
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

/// The length of the text in quotes or the array at the beginning; 0 if there is none.
fn quoted(text: &str) -> usize {
    if !text.starts_with(['"', '[']) {
        return 0;
    }
    let mut values = Deserializer::from_str(text).into_iter::<Value>();
    let is_whole = values.next().is_some_and(|value| value.is_ok());
    if is_whole { values.byte_offset() } else { 0 }
}
