//! What a document promises whoever wrote the JSON.
//!
//! Facts about numbers and order hold whatever other crates have switched on in `serde_json`; where
//! `arbitrary_precision` or `preserve_order` change one, the test asks `serde_json` first.

use std::fmt::Write;

use serde_json::json;

use super::{nested, parsed};
use crate::document::*;

#[test]
fn nan_and_infinity_are_null() {
    let document = doc! { "a": f64::NAN, "b": f64::INFINITY };
    assert!(document["a"].is_null() && document["b"].is_null());
    let mut document = Document::default();
    document.set_at("a", f64::NEG_INFINITY);
    assert_eq!(document, doc! { "a": null });
    for text in ["NaN", "Infinity", "-Infinity", "+1", "01", "1.", ".5", "0x1", "-"] {
        assert!(parsed(&format!("{{\"a\":{text}}}")).starts_with("invalid JSON"), "{text}");
    }
}

#[test]
fn number_out_of_range_is_an_error_or_kept_whole() {
    let text = parsed(r#"{"a":1e400}"#);
    if arbitrary_precision() {
        assert_eq!(text.to_lowercase().replace('+', ""), r#"{"a":1e400}"#);
    } else {
        assert_eq!(text, "invalid JSON at line 1 column 10: number out of range");
    }
}

#[test]
fn numbers_compare_as_they_are_written() {
    let number = |text: &str| format!("{{\"a\":{text}}}").parse::<Document>().unwrap();
    assert_eq!(doc! { "a": 0.0 }, doc! { "a": 0.0 });
    assert_ne!(doc! { "a": 1 }, doc! { "a": 1.0 });
    assert_ne!(doc! { "a": 0 }, doc! { "a": -0.0 });
    assert_eq!(number("-0").f64_at("a"), Some(0.0));
    assert_ne!(number("9007199254740993"), number("9007199254740992"));
    assert_eq!(number("9007199254740993").u64_at("a"), Some(9_007_199_254_740_993));
    assert_eq!(number("18446744073709551615").u64_at("a"), Some(u64::MAX));
    assert_eq!(number("18446744073709551616").u64_at("a"), None);
    assert_eq!(number("-9223372036854775808").i64_at("a"), Some(i64::MIN));
}

#[test]
fn last_of_equal_names_wins() {
    assert_eq!(parsed(r#"{"a":1,"b":{"c":1,"c":2},"a":[3]}"#), r#"{"a":[3],"b":{"c":2}}"#);
    assert_eq!(parsed(r#"{"a":1,"\u0061":2}"#), r#"{"a":2}"#);
}

#[test]
fn lone_surrogates_are_refused_and_pairs_taken() {
    for text in [r#"{"a":"\ud800"}"#, r#"{"\udc00":1}"#, r#"{"a":"\ud800\ud800"}"#] {
        assert!(parsed(text).starts_with("invalid JSON at line 1"), "{text}");
    }
    let pair: Document = r#"{"a":"\ud83c\udf0b"}"#.parse().unwrap();
    assert_eq!(pair.str_at("a"), Some("\u{1f30b}"));
}

#[test]
fn any_text_is_a_name() {
    let names = ["", " ", "\0", "a\0b", "\u{7f}\u{feff}", "\u{10ffff}", "\"", "\n", "a.b", "\\"];
    let fields = names.iter().zip(0..).map(|(name, n)| ((*name).to_owned(), Value::from(n)));
    let document = Document::from(fields.collect::<Map<_, _>>());
    assert_eq!(document.len(), names.len());
    assert_eq!(document.to_string().parse::<Document>().unwrap(), document);
    for (name, n) in names.iter().zip(0..) {
        let path = name.replace('\\', "\\\\").replace('.', "\\.");
        assert_eq!(document.i64_at(&path), Some(n), "{name:?}");
    }
}

#[test]
fn empty_things_stay_what_they_are() {
    let document: Document = r#" { "" : "" , "o" : { } , "a" : [ ] } "#.parse().unwrap();
    assert_eq!(document, doc! { "": "", "o": {}, "a": [] });
    assert_ne!(doc! { "o": {} }, doc! { "o": [] });
    assert_ne!(doc! { "o": null }, doc! {});
    assert_eq!(parsed("{}"), "{}");
}

#[test]
fn enormous_strings_and_objects_are_only_large() {
    let long = "\u{e9}\"".repeat(4 << 20);
    let document = doc! { "a": long.as_str() };
    let again: Document = document.to_string().parse().unwrap();
    assert!(again == document && again.str_at("a") == Some(&long));

    let mut text = String::from("{");
    (0..1_000_000).for_each(|n| write!(text, "\"k{n}\":{n},").unwrap());
    text.replace_range(text.len() - 1.., "}");
    let document: Document = text.parse().unwrap();
    assert_eq!((document.len(), document.u64_at("k999999")), (1_000_000, Some(999_999)));
    assert!(document.clone() == document);
}

#[test]
fn fields_keep_the_order_that_serde_json_gives_them() {
    let expected = if preserve_order() {
        r#"{"b":1,"a":{"z":1,"y":2}}"#
    } else {
        r#"{"a":{"y":2,"z":1},"b":1}"#
    };
    assert_eq!(parsed(r#"{"b":1,"a":{"z":1,"y":2}}"#), expected);
    // The order is no part of what makes documents equal, at any depth.
    assert_eq!(doc! { "b": 1, "a": { "z": 1, "y": 2 } }, doc! { "a": { "y": 2, "z": 1 }, "b": 1 });
    let deep = |first: &str, second: &str| {
        let mut fields = nested(200);
        for name in [first, second] {
            fields.insert(name.to_owned(), json!(name.len()));
        }
        Document::from(fields)
    };
    assert!(deep("x", "yy").is_too_deep());
    assert!(deep("x", "yy") == deep("yy", "x"));
}

fn arbitrary_precision() -> bool {
    serde_json::from_str::<Value>("1e400").is_ok()
}

fn preserve_order() -> bool {
    json!({ "b": 1, "a": 2 }).as_object().unwrap().keys().next().unwrap() == "b"
}
