//! What a document promises that is as deep as a stored one may be, and deeper.

use std::thread;

use serde_json::json;

use super::{nested, parsed, within};
use crate::document::*;

#[test]
fn parser_and_write_agree_on_what_is_too_deep() {
    // Whatever the innermost of the containers holds, an empty one included.
    for bottom in ["7", "", "[]", "7, 8"] {
        for arrays in 125..130 {
            let (open, close) = ("[".repeat(arrays), "]".repeat(arrays));
            let text = format!("{{\"a\":{open}{bottom}{close}}}");
            let containers = 1 + arrays + usize::from(bottom == "[]");
            let fits = containers < 128;

            let mut value: Value = serde_json::from_str(&format!("[{bottom}]")).unwrap();
            (1..arrays).for_each(|_| value = within(json!([]), value.take()));
            let built = Document::from(Map::from_iter([("a".to_owned(), value)]));

            assert_eq!(!built.is_too_deep(), fits, "{containers} {bottom}");
            match text.parse::<Document>() {
                Ok(document) => assert!(fits && document == built, "{containers} {bottom}"),
                Err(DocumentError::TooDeep { depth_max: 128 }) => assert!(!fits, "{containers}"),
                Err(other) => panic!("{other}"),
            }
        }
    }
}

#[test]
fn too_deep_is_told_from_other_mistakes_in_deep_text() {
    let too_deep = "nested deeper than 128 levels";
    assert_eq!(parsed(&"[".repeat(200_000)), too_deep);
    assert_eq!(parsed(&"{\"a\":".repeat(200_000)), too_deep);
    assert_eq!(parsed(&format!("{{\n\"]}}\\\"\\\\\": {}", "\n[".repeat(127))), too_deep);
    // Brackets that are closed again, in a string, behind the mistake, or the mistake themselves.
    let closed = format!("{{\"a\":[{}], ?", "[],".repeat(500));
    assert!(parsed(&closed).contains("trailing comma"), "{}", parsed(&closed));
    let quoted = format!("{{\"a\":\"{}\"?", "[".repeat(500));
    assert!(parsed(&quoted).contains("expected `,` or `}`"), "{}", parsed(&quoted));
    let behind = format!("{{\"a\": ? {}", "[".repeat(500));
    assert!(parsed(&behind).contains("line 1 column 7: expected value"), "{}", parsed(&behind));
    let mistaken = format!("{{\"a\"{}:[", ":{\"a\"".repeat(126)).replace("\"a\":[", "\"a\"[");
    assert!(parsed(&mistaken).contains("expected `:`"), "{}", parsed(&mistaken));
}

#[test]
fn too_deep_a_value_is_refused_where_it_would_have_to_recurse() {
    let document = Document::from(nested(128));
    assert!(document.is_too_deep());
    assert!(!Document::from(nested(127)).is_too_deep());
    assert!(matches!(
        Document::from_serialize(&*document),
        Err(DocumentError::TooDeep { depth_max: 128 })
    ));
    let told = "nested deeper than 128 levels";
    assert_eq!(document.to::<Value>().unwrap_err().to_string(), told);
    assert_eq!(serde_json::to_string(&document).unwrap_err().to_string(), told);
    let error = serde_json::from_value::<Document>(document.into()).unwrap_err();
    assert_eq!(error.to_string(), told);
}

#[test]
fn document_becomes_too_deep_and_shallow_again_by_set_at() {
    let mut document = doc! { "b": 1 };
    let path = ["a"; 127].join(".");
    document.set_at(&path, 1);
    assert!(!document.is_too_deep(), "126 objects within the document, and a scalar");
    document.set_at(&path, json!({}));
    assert!(document.is_too_deep());
    document.set_at("b", 2);
    assert!(document.is_too_deep(), "it still is");
    document.set_at(&path, 1);
    assert!(!document.is_too_deep());
    document.set_at("c", Value::Object(nested(127)));
    assert!(document.is_too_deep());
    document.set_at("c", 0);
    assert!(!document.is_too_deep());
    document.set_at(&format!("{path}.a"), 1);
    assert!(document.is_too_deep());
    document.set_at("a.a.a", "short");
    assert_eq!(document, doc! { "a": { "a": { "a": "short" } }, "b": 2, "c": 0 });
    assert!(!document.is_too_deep());
}

const DEEP: usize = 200_000;

#[test]
fn document_of_any_depth_is_dropped_without_recursion() {
    on_a_small_stack(|| {
        drop(Document::from(nested(DEEP)));
        // Wide as well: each of 100 fields is deep.
        let wide = (0..100).map(|n| (n.to_string(), Value::Object(nested(DEEP / 100))));
        drop(Document::from(wide.collect::<Map<_, _>>()));
    });
}

#[test]
fn value_of_any_depth_that_is_refused_or_replaced_is_dropped_without_recursion() {
    on_a_small_stack(|| {
        let deep = || Value::Object(nested(DEEP));
        assert!(Document::try_from(within(json!([]), deep())).is_err());
        let mut document = Document::default();
        document.set_at("a", deep());
        document.set_at("a", 1);
        document.set_at("a", within(json!([]), deep()));
        document.set_at("a.b", 2); // the array was in the way
        assert_eq!(document, doc! { "a": { "b": 2 } });
        document.set_at(&".".repeat(DEEP), 1);
        assert!(document.is_too_deep());
    });
}

#[test]
fn document_of_any_depth_is_cloned_compared_and_printed_without_recursion() {
    on_a_small_stack(|| {
        let document = Document::from(nested(DEEP));
        let mut clone = document.clone();
        assert!(clone == document && clone != Document::default());
        clone.set_at("b", 1);
        assert!(clone != document);
        clone.set_at("a", 1);
        assert!(clone != document && clone == doc! { "a": 1, "b": 1 });
        // Different at the very bottom: in value, in kind, in length, in name.
        let bottoms =
            [json!(7), json!([]), json!([7]), json!([7, 8]), json!({ "a": 7 }), json!({ "b": 7 })];
        let documents = bottoms.map(|bottom| {
            let deep = (0..DEEP).fold(bottom, |value, _| within(json!([]), value));
            Document::from(within(json!({}), deep).as_object_mut().map(mem::take).unwrap())
        });
        for (n, document) in documents.iter().enumerate() {
            let equal: Vec<_> = documents.iter().map(|other| other == document).collect();
            assert!(equal.iter().enumerate().all(|(other, equal)| *equal == (other == n)), "{n}");
        }

        let mut text = String::new();
        (0..DEEP).for_each(|level| text += if level % 2 == 0 { "{\"a\":" } else { "[" });
        text.push('7');
        (0..DEEP).rev().for_each(|level| text.push(if level % 2 == 0 { '}' } else { ']' }));
        assert!(document.to_string() == text);
        assert!(format!("{document:#}") == text);
        assert!(format!("{document:?}") == format!("Document({text})"));
        assert!(serde_json::to_string(&document).is_err());
    });
}

#[test]
fn stored_document_needs_little_stack_for_anything() {
    // The deepest that may be written goes through everything that does recurse.
    on_a_small_stack(|| {
        let document = Document::from(nested(127));
        assert!(!document.is_too_deep());
        let again: Document = document.to_string().parse().unwrap();
        assert_eq!(again, document.clone());
        assert_eq!(Document::from_serialize(&document).unwrap(), document);
        assert_eq!(Value::Object(document.to().unwrap()), Value::from(document));
    });
}

/// Runs a test on a stack on which recursion does not get far.
fn on_a_small_stack(test: fn()) {
    thread::Builder::new().stack_size(SMALL_STACK).spawn(test).unwrap().join().unwrap();
}

/// Far less than recursion over the deepest documents of these tests takes. (The sanitizers'
/// builds, which have this cfg, need several times as much for each frame of the parser.)
const SMALL_STACK: usize = if cfg!(folio_chaos) { 2 << 20 } else { 128 << 10 };
