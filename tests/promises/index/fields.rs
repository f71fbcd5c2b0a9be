//! Indexes over fields of documents.

use folio::{Collection, Document, Index, doc, fields};
use serde_json::{Value, from_str, json};

use crate::index::keys;

type Documents = Collection<usize, Document>;

fn index_of(documents: &Documents, path: &str) -> Index<usize, Document> {
    documents.create_index(path, fields([path])).expect("a new name")
}

/// Goal: a document is in an index only if every field is there, and neither null nor an object;
/// that is looked at with each write. Method: fields that are missing, null, of every type, and
/// that change.
#[test]
fn document_is_listed_only_with_every_field() {
    let documents = Documents::new();
    let pair = documents.create_index("pair", fields(["a", "b.c"])).expect("the first");
    let given = [
        doc! { "a": 1, "b": { "c": 2 } },
        doc! { "a": 1 },
        doc! { "b": { "c": 2 } },
        doc! { "a": null, "b": { "c": 2 } },
        doc! { "a": 1, "b": { "c": null } },
        doc! { "a": 1, "b": { "c": { "d": 1 } } },
        doc! { "a": 1, "b": [{ "c": 2 }] },
        doc! { "a": [1, null], "b": { "c": 2 } },
        doc! { "a": false, "b": { "c": [] } },
    ];
    for (key, document) in given.into_iter().enumerate() {
        assert!(documents.set(key, document).is_ok());
    }
    assert_eq!(keys(pair.range(..)), [8, 0]);
    assert_eq!(keys(pair.get((1, 2))), [0]);
    let set = |key: usize, field: &str, value: &Value| {
        let change = documents.update_in_place(&key, |document| {
            document.set_at(field, value.clone());
        });
        assert!(change.is_ok());
    };
    set(1, "b.c", &json!("x"));
    set(0, "a", &Value::Null);
    assert_eq!(keys(pair.range(..)), [8, 1]);
    set(0, "a", &json!(1.0));
    assert_eq!(keys(pair.prefix(1)), [0, 1]);
    assert!(documents.replace(&8, doc! {}).is_ok());
    assert_eq!(pair.len(), 2);
}

/// Goal: one field may hold every type: truth values, numbers, texts, arrays, in this order.
/// Method: one document of each, given in another order.
#[test]
fn types_that_are_mixed_in_one_field_are_in_order() {
    let documents = Documents::new();
    let values = [
        json!(false),
        json!(true),
        json!(i64::MIN),
        json!(-1),
        json!(-0.5),
        json!(0),
        json!(1),
        json!(1.5),
        json!(9_007_199_254_740_991_u64),
        json!(9_007_199_254_740_992_u64),
        json!(9_007_199_254_740_993_u64),
        json!(u64::MAX),
        json!(1e300),
        json!(""),
        json!("\0"),
        json!("A"),
        json!("a"),
        json!([]),
        json!([false]),
        json!([1, "a"]),
        json!([1, "b"]),
        json!([[1]]),
    ];
    for (key, value) in values.iter().enumerate().rev() {
        assert!(documents.set(key, doc! { "f": (value.clone()) }).is_ok());
    }
    assert!(documents.set(98, doc! { "f": {} }).is_ok() && documents.set(99, doc! {}).is_ok());
    let index = index_of(&documents, "f");
    assert_eq!(keys(index.range(..)), (0..values.len()).collect::<Vec<_>>());
    for (at, value) in values.iter().enumerate() {
        assert_eq!(keys(index.get(value)), [at], "{value}");
        assert_eq!(keys(index.range(value..)).len(), values.len() - at, "from {value}");
    }
    assert_eq!(keys(index.get(-0.0)), [5]);
    assert_eq!(keys(index.range(-1..=1)), [3, 4, 5, 6]);
    assert_eq!(keys(index.range("".."a")), [13, 14, 15]);
    assert_eq!(keys(index.get(&Value::Null)), [0; 0]);
    assert_eq!(keys(index.range(&json!({})..)), [0; 0]);
}

/// Goal: numbers that parse to neighbours of 2^53 are told apart. Method: as text, integers and
/// floats.
#[test]
fn numbers_around_two_to_the_53_are_told_apart() {
    let documents = Documents::new();
    let texts = ["9007199254740992", "9007199254740993", "9007199254740994", "9007199254740992.0"];
    for (key, text) in texts.into_iter().enumerate() {
        let number: Value = from_str(text).expect("a number");
        assert!(documents.set(key, doc! { "n": number }).is_ok());
    }
    let index = index_of(&documents, "n");
    let mut equal = keys(index.get(9_007_199_254_740_992_u64));
    equal.sort_unstable();
    assert_eq!(equal, [0, 3]);
    assert_eq!(keys(index.get(9_007_199_254_740_993_u64)), [1]);
    assert_eq!(keys(index.range(9_007_199_254_740_993_i64..)), [1, 2]);
}

/// Goal: documents as deep as may be are indexed, and bounds that are deeper find nothing. Method:
/// an array of the greatest depth as a field, a path of that depth, and deeper values as keys.
#[test]
fn depth_of_a_field_and_of_a_bound_does_no_harm() {
    let nested = |levels: usize| (1..levels).fold(json!([]), |inner, _| json!([inner]));
    let documents = Documents::new();
    let index = index_of(&documents, "f");
    let deepest = nested(126);
    assert!(documents.set(0, doc! { "f": (deepest.clone()) }).is_ok());
    assert_eq!(keys(index.get(&deepest)), [0]);
    assert_eq!(keys(index.get(nested(125))), [0; 0]);
    for levels in [200, 3_000] {
        let deep = nested(levels);
        assert_eq!(keys(index.get(&deep)), [0; 0], "{levels} levels");
        assert_eq!(keys(index.range(&deep..)), [0; 0], "{levels} levels");
        assert!(documents.set(1, doc! { "f": deep }).is_err());
    }
    let path = vec!["f"; 126].join(".");
    let by_path = index_of(&documents, &path);
    let text = format!("{}1{}", r#"{"f":"#.repeat(126), "}".repeat(126));
    let document: Document = text.parse().expect("as deep as may be");
    assert!(documents.set(2, document).is_ok());
    assert_eq!(keys(by_path.get(1)), [2]);
    assert_eq!(index_of(&documents, &vec!["f"; 100_000].join(".")).len(), 0);
}

/// Goal: odd paths name a field or nothing, and never fail. Method: empty ones, dots only, one that
/// does not fit the document.
#[test]
fn odd_paths_find_what_is_there() {
    let documents = Documents::new();
    assert!(documents.set(0, doc! { "": 1, "a": { "": 2, "b": [3] }, "\0": 4 }).is_ok());
    for (path, found) in [("", 1), (".", 0), ("a.b.0", 0), ("a..", 0), ("\0", 1), ("a.b.c", 0)] {
        let index = index_of(&documents, path);
        let at = documents.get(&0).is_some_and(|document| {
            document.at(path).is_some_and(|value| !value.is_object() && !value.is_null())
        });
        assert_eq!((index.len(), usize::from(at)), (found, found), "{path:?}");
    }
}
