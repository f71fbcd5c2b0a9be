//! Keys of documents, by the paths of their fields.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::document::Document;
use crate::index::{IndexKey, fields};
use crate::key;

fn document(value: Value) -> Document {
    value.try_into().expect("an object")
}

fn key_at<const N: usize>(paths: [&str; N], document: &Document) -> IndexKey {
    fields(paths).key_of(document)
}

#[test]
fn fields_are_found_by_their_paths() {
    let document = document(json!({
        "city": "London", "address": { "zip": 4711, "net.type": true }, "address.zip": "no",
        "tags": ["a", 1.5, ["b"]], "mag": -0.0,
    }));
    assert_eq!(key_at(["city", "address.zip"], &document), key!["London", 4711]);
    assert_eq!(key_at([r"address.net\.type"], &document), key![true]);
    assert_eq!(key_at([r"address\.zip"], &document), key!["no"]);
    assert_eq!(key_at(["mag"], &document), key![0]);
    let tags: Vec<Value> = vec!["a".into(), 1.5.into(), json!(["b"])];
    assert_eq!(key_at(["tags"], &document), key![tags]);
    assert!(!fields(["city", "address.zip"]).is_empty());
    assert!(fields(Vec::<String>::new()).is_empty());
}

#[test]
fn document_without_one_of_the_fields_has_no_key() {
    let document = document(json!({
        "city": "London", "null": null, "object": { "a": 1 }, "array": [1, null],
        "objects": [{ "a": 1 }], "tags": ["a"],
    }));
    let no_key = key![None::<u8>];
    for path in ["gone", "null", "object", "object.b", "array", "objects", "tags.0", "city.x"] {
        assert_eq!(key_at([path], &document), no_key, "{path}");
        assert_eq!(key_at(["city", path], &document), no_key, "{path}");
        assert_eq!(key_at([path, "city"], &document), no_key, "{path}");
    }
    assert_eq!(key_at(["object.a"], &document), key![1]);
}

/// An array in an array, so many levels deep with the number at the bottom.
fn nested(levels: usize) -> Value {
    (1..levels).fold(json!(1), |value, _| Value::Array(vec![value]))
}

fn document_of(levels: usize) -> Document {
    Map::from_iter([("deep".to_owned(), nested(levels - 1))]).into()
}

#[test]
fn whatever_may_be_written_has_a_key() {
    let deepest = document_of(128);
    assert!(!deepest.is_too_deep() && document_of(129).is_too_deep());
    let text = format!("key![{}1{}]", "[".repeat(126), "]".repeat(126));
    assert_eq!(format!("{:?}", key_at(["deep"], &deepest)), text);
}

#[test]
fn json_is_indexed_as_deep_as_a_document_may_be() {
    assert!(key![nested(128)].as_bytes().is_some());
    assert_eq!(key![nested(129)], key![None::<u8>]);
}

#[test]
fn json_of_any_depth_is_no_danger() {
    assert_eq!(key_at(["deep"], &document_of(200_000)), key![None::<u8>]);
    let mut bytes = Vec::new();
    for _ in 0..200_000 {
        crate::index::code::put_open(&mut bytes);
    }
    let shown = format!("{:?}", key![Raw(bytes)]);
    assert_eq!(shown.len(), "key![]".len() + 200_000);
}

struct Raw(Vec<u8>);

impl crate::index::IndexPart for Raw {
    fn encode(&self, out: &mut Vec<u8>) -> bool {
        out.extend_from_slice(&self.0);
        true
    }
}

fn json() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[\0a\u{ff}]{0,3}".prop_map(Value::from),
        Just(Value::Null),
        Just(json!({})),
    ];
    scalar
        .prop_recursive(4, 12, 3, |inner| prop::collection::vec(inner, 0..3).prop_map(Value::from))
}

fn is_indexed(value: &Value) -> bool {
    match value {
        Value::Array(elements) => elements.iter().all(is_indexed),
        other => !other.is_null() && !other.is_object(),
    }
}

proptest! {
    #[test]
    fn json_has_the_key_of_what_it_holds(value in json()) {
        let key = key![value];
        prop_assert_eq!(key.as_bytes().is_some(), is_indexed(&value));
        let same = match &value {
            Value::Bool(truth) => key![truth],
            Value::String(text) => key![text],
            Value::Array(elements) => key![elements],
            Value::Number(number) if number.is_f64() => key![number.as_f64()],
            Value::Number(number) => {
                key![number.as_i64().map(i128::from).or(number.as_u64().map(i128::from))]
            }
            Value::Null | Value::Object(_) => key![None::<u8>],
        };
        prop_assert_eq!(key, same);
    }
}
