//! What a document promises of itself and of paths.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;

use crate::document::*;

mod depth;
mod hostile;

#[test]
fn document_is_made_of_braces_and_expressions() {
    let (city, inner) = ("London", doc! { "x": [1, { "y": null }] });
    let document = doc! {
        "name": "Ada", "n": 30 + 6, city: true, "none": Option::<u8>::None, "inner": inner,
    };
    let expected =
        r#"{"London":true,"inner":{"x":[1,{"y":null}]},"n":36,"name":"Ada","none":null}"#;
    assert_eq!(document, expected.parse().unwrap());
    assert_eq!(doc! {}, Document::default());
}

#[test]
fn document_reads_like_a_map() {
    let document = doc! { "a": 1, "b": [2] };
    assert_eq!((document.len(), document.is_empty()), (2, false));
    assert_eq!(document["b"][0], 2);
    assert_eq!(document.get("c"), None);
    assert_eq!(document.keys().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(Document::from(document.clone().into_map()), document);
    assert_eq!(Value::from(document), json!({ "a": 1, "b": [2] }));
}

#[test]
fn only_an_object_is_a_document() {
    for value in [json!(null), json!(true), json!(1), json!("{}"), json!([{}])] {
        assert!(matches!(Document::try_from(value.clone()), Err(DocumentError::NotAnObject)));
        assert!(matches!(value.to_string().parse::<Document>(), Err(DocumentError::NotAnObject)));
        assert!(matches!(Document::from_serialize(&value), Err(DocumentError::NotAnObject)));
        assert!(serde_json::from_value::<Document>(value).is_err());
    }
    assert_eq!(Document::try_from(json!({})).unwrap(), doc! {});
}

#[test]
fn bad_json_is_told_by_line_and_column() {
    for (text, line, column, message) in [
        ("", 1, 0, "EOF while parsing a value"),
        ("{", 1, 1, "EOF while parsing an object"),
        ("{\n  \"a\": 1,\n}", 3, 1, "trailing comma"),
        ("{\"a\": 1} x", 1, 10, "trailing characters"),
        ("{a: 1}", 1, 2, "key must be a string"),
        ("{\"a\": nul}", 1, 10, "expected ident"),
        ("\u{feff}{}", 1, 1, "expected value"),
        (
            "{\"a\":\"\n\"}",
            2,
            0,
            "control character (\\u0000-\\u001F) found while parsing a string",
        ),
    ] {
        let error = text.parse::<Document>().unwrap_err();
        let told = format!("invalid JSON at line {line} column {column}: {message}");
        assert_eq!(error.to_string(), told, "{text:?}");
        let same = matches!(error, DocumentError::Syntax { line: l, column: c, .. }
            if (l, c) == (line, column));
        assert!(same, "{text:?}");
    }
}

#[test]
fn document_goes_to_a_type_and_back() {
    #[derive(serde::Serialize, serde::Deserialize, PartialEq, Debug)]
    struct Row<'a> {
        name: &'a str,
        age: u64,
        tags: Option<Vec<u8>>,
    }
    let row = Row { name: "Ada", age: u64::MAX, tags: Some(vec![1, 2]) };
    let document = Document::from_serialize(&row).unwrap();
    assert_eq!(document, doc! { "name": "Ada", "age": u64::MAX, "tags": [1, 2] });
    assert_eq!(document.to::<Row<'_>>().unwrap(), row);
    let error = doc! { "name": 5 }.to::<Row<'_>>().unwrap_err().to_string();
    assert!(error.contains("expected a borrowed string"), "{error}");
}

#[test]
fn what_has_no_form_in_json_is_no_document() {
    let by_list = BTreeMap::from([(vec![1], 2)]);
    let error = Document::from_serialize(&by_list).unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(error.to_string(), "the value cannot be written as JSON");
    assert_eq!(source, "key must be a string");
}

#[test]
fn document_is_serialized_as_its_json() {
    let document = doc! { "a": [1, { "b": "\u{1f30b}\n" }], "e": {}, "f": [] };
    let text = "{\"a\":[1,{\"b\":\"\u{1f30b}\\n\"}],\"e\":{},\"f\":[]}";
    assert_eq!(document.to_string(), text);
    assert_eq!(serde_json::to_string(&document).unwrap(), text);
    assert_eq!(serde_json::from_str::<Document>(text).unwrap(), document);
    assert_eq!(format!("{document:?}"), format!("Document({text})"));
    let pretty = serde_json::to_string_pretty(&document).unwrap();
    assert_eq!(format!("{document:#}"), pretty);
    assert_eq!(format!("{document:#?}"), format!("Document({pretty})"));
}

#[test]
fn path_reaches_a_field_and_does_not_enter_arrays() {
    let document = doc! {
        "": { "": 0 }, "a": { "b": { "c": 1 }, "": 2 }, "a.b": { "c": 3 }, r"a\": 4,
        "list": [{ "c": 5 }], "0": 6,
    };
    for (path, value) in [
        ("", json!({ "": 0 })),
        (".", json!(0)),
        ("a.b.c", json!(1)),
        ("a.", json!(2)),
        (r"a\.b.c", json!(3)),
        (r"a\", json!(4)),
        (r"a\\", json!(4)),
        ("list", json!([{ "c": 5 }])),
        ("0", json!(6)),
    ] {
        assert_eq!(document.at(path), Some(&value), "{path:?}");
    }
    for path in ["a.b.c.d", "a.x", "x", "list.0", "list.0.c", "list.c", "..", r"a\.b\.c", "a.b."] {
        assert_eq!(document.at(path), None, "{path:?}");
    }
}

#[test]
fn typed_shortcut_answers_for_its_type_alone() {
    let document = doc! { "v": { "s": "x", "b": false, "i": -1, "u": u64::MAX, "f": 1.5 } };
    assert_eq!(document.str_at("v.s"), Some("x"));
    assert_eq!(document.bool_at("v.b"), Some(false));
    assert_eq!(document.i64_at("v.i"), Some(-1));
    assert_eq!(document.u64_at("v.u"), Some(u64::MAX));
    assert_eq!(document.f64_at("v.f"), Some(1.5));
    assert_eq!(document.f64_at("v.i"), Some(-1.0));
    for path in ["v", "v.x", "v.b", "v.f"] {
        let integers = (document.i64_at(path), document.u64_at(path));
        assert_eq!((document.str_at(path), integers), (None, (None, None)), "{path}");
    }
    assert_eq!((document.u64_at("v.i"), document.i64_at("v.u")), (None, None));
    assert_eq!((document.bool_at("v.i"), document.f64_at("v.s")), (None, None));
}

#[test]
fn set_at_creates_replaces_and_makes_way() {
    let mut document = Document::default();
    document.set_at("a.b.c", 1);
    document.set_at("a.b.d", "x");
    document.set_at("a.e", doc! { "f": 2.5 });
    assert_eq!(document, doc! { "a": { "b": { "c": 1, "d": "x" }, "e": { "f": 2.5 } } });
    document.set_at("a.b", Value::Null);
    document.set_at("a.e.f", true);
    assert_eq!(document, doc! { "a": { "b": null, "e": { "f": true } } });
    // A scalar, a null and an array are in the way.
    document.set_at("list", vec![1, 2]);
    document.set_at("list.0", 3);
    document.set_at("a.b.c", 4);
    document.set_at("a.e.f.g", 5);
    let expected = doc! { "a": { "b": { "c": 4 }, "e": { "f": { "g": 5 } } }, "list": { "0": 3 } };
    assert_eq!(document, expected);
    // Empty names are names.
    document.set_at("", 6);
    document.set_at("list.", 7);
    assert_eq!((document[""].clone(), document["list"][""].clone()), (json!(6), json!(7)));
}

fn values() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        // Eighths are read back to the last bit, with `float_roundtrip` or without.
        any::<i32>().prop_map(|eighths| Value::from(f64::from(eighths) / 8.0)),
        "[a\"\\\\\n\u{e9}\u{1f30b}]{0,4}".prop_map(Value::from),
    ];
    scalar.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[ab.\\\\\"]{0,2}", inner, 0..4).prop_map(Value::from_iter),
        ]
    })
}

fn documents() -> impl Strategy<Value = Document> {
    prop::collection::btree_map("[ab.\\\\\"]{0,2}", values(), 0..5)
        .prop_map(|fields| Document::from(fields.into_iter().collect::<Map<_, _>>()))
}

proptest! {
    /// What was set is found, and nothing else has changed that is not on its way.
    #[test]
    fn at_finds_what_set_at_set(
        document in documents(),
        path in r"[ab.\\]{0,6}",
        other in r"[ab.\\]{0,6}",
        value in values(),
    ) {
        let mut changed = document.clone();
        changed.set_at(&path, value.clone());
        prop_assert_eq!(changed.at(&path), Some(&value));
        let (names, others): (Vec<_>, Vec<_>) =
            (path::names(&path).collect(), path::names(&other).collect());
        let apart = names.iter().zip(&others).any(|(name, other)| name != other);
        if apart && document.at(&other).is_some() {
            prop_assert_eq!(changed.at(&other), document.at(&other));
        }
        // Setting it once more changes nothing.
        let mut again = changed.clone();
        again.set_at(&path, value);
        prop_assert_eq!(again, changed);
    }

    #[test]
    fn text_of_a_document_parses_to_the_document(document in documents()) {
        let text = document.to_string();
        prop_assert_eq!(&text, &serde_json::to_string(&*document).unwrap());
        prop_assert_eq!(text.parse::<Document>().unwrap(), document);
    }

    /// The walks for deep documents agree with the standard ones on shallow documents.
    #[test]
    fn walks_agree_with_recursion(left in documents(), right in documents()) {
        struct Walked<'a>(&'a Document);
        impl fmt::Display for Walked<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                deep::write(self.0, f)
            }
        }
        prop_assert_eq!(Walked(&left).to_string(), left.to_string());
        prop_assert_eq!(&deep::cloned(&left), &*left);
        prop_assert!(deep::equal(&left, &left.clone()));
        prop_assert_eq!(deep::equal(&left, &right), *left == *right);
    }
}

/// Parses, and says in one line what came of it.
fn parsed(text: &str) -> String {
    match text.parse::<Document>() {
        Ok(document) => document.to_string(),
        Err(error) => error.to_string(),
    }
}

/// An object that holds an array that holds an object and so on, `containers` in all, around a
/// scalar.
fn nested(containers: usize) -> Map<String, Value> {
    let mut value = json!(7);
    for level in (1..containers).rev() {
        value = within(if level % 2 == 0 { json!({}) } else { json!([]) }, value);
    }
    [("a".to_owned(), value)].into_iter().collect()
}

/// Puts a value into an empty array or object; `json!` would recurse into it.
fn within(mut container: Value, value: Value) -> Value {
    match &mut container {
        Value::Array(items) => items.push(value),
        Value::Object(fields) => drop(fields.insert("a".to_owned(), value)),
        _ => panic!("not a container"),
    }
    container
}
