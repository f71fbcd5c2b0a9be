//! Whatever bytes come in as JSON: a document agrees with `serde_json` on what they are, comes back
//! from its own text, and finds each of its fields by a path.
//!
//!     cargo +nightly fuzz run -s none json fuzz/corpus/json fuzz/seeds/json -- -max_total_time=20
#![no_main]

use std::str;

use folio::{Document, DocumentError};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

fuzz_target!(|bytes: &[u8]| {
    let theirs = serde_json::from_slice::<Value>(bytes);
    let Ok(text) = str::from_utf8(bytes) else {
        assert!(theirs.is_err(), "JSON is UTF-8");
        return;
    };
    let Some(document) = agreed(text, theirs) else { return };
    let again: Document = document.to_string().parse().expect("its own text is JSON");
    assert_eq!(again, document);
    assert_eq!(document.to::<Value>().expect("JSON is JSON"), Value::from(document.clone()));
    assert_eq!(Document::from_serialize(&document).expect("and back"), document);

    find_fields(&document, &document, "");
    for path in [text, text.get(..9).unwrap_or("a.b"), ""] {
        set_field(&document, path);
    }
});

/// Parses, and compares with what `serde_json` made of the same text.
fn agreed(text: &str, theirs: serde_json::Result<Value>) -> Option<Document> {
    match (text.parse::<Document>(), theirs) {
        (Ok(document), Ok(Value::Object(fields))) => {
            assert_eq!(*document, fields);
            Some(document)
        }
        (Err(DocumentError::NotAnObject), Ok(value)) => {
            assert!(!value.is_object());
            None
        }
        (Err(DocumentError::TooDeep { .. }), Err(error)) => {
            assert!(error.to_string().starts_with("recursion limit exceeded"), "{error}");
            None
        }
        (Err(DocumentError::Syntax { line, column, message }), Err(error)) => {
            assert_eq!((line, column), (error.line(), error.column()));
            assert_eq!(format!("{message} at line {line} column {column}"), error.to_string());
            assert!(!message.starts_with("recursion limit exceeded"));
            None
        }
        (ours, theirs) => panic!("{ours:?} here, {theirs:?} there"),
    }
}

/// Asks for every field of `object`, which is found in `document` at the path that begins so.
fn find_fields(document: &Document, object: &Map<String, Value>, begin: &str) {
    for (name, value) in object {
        let path = format!("{begin}{}", name.replace('\\', "\\\\").replace('.', "\\."));
        assert!(document.at(&path) == Some(value), "{path:?}");
        if let Value::Object(inner) = value {
            find_fields(document, inner, &format!("{path}."));
        }
    }
}

/// Sets a field at any path: it is found there, and what is not on the way has not changed.
fn set_field(document: &Document, path: &str) {
    let mut changed = document.clone();
    changed.set_at(path, "set");
    assert_eq!(changed.str_at(path), Some("set"), "{path:?}");
    let differ = document.iter().filter(|(name, value)| changed.get(*name) != Some(value)).count();
    assert!(differ <= 1, "{path:?}");
    assert!((document.len()..=document.len() + 1).contains(&changed.len()), "{path:?}");
}
