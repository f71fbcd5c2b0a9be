//! What can be loaded, and what is shown of it.

use std::fmt::Write;
use std::fs;

use super::program::{Run, explore, scratch};

/// Goal: every shape that is promised loads, and counts. Method: a small text of each.
#[test]
fn every_promised_shape_of_text_loads() {
    let collection = r#"{"type": "FeatureCollection", "features": [{"a": 1}, {"a": 2}]}"#;
    let late = r#"{"bbox": [1, {"features": []}], "features": [{"a": 1}], "type":
        "FeatureCollection"}"#;
    let shapes = [
        ("an array", r#"[{"a": 1}, {"a": 2}, {"a": 3}]"#, 3),
        ("an empty array", " [ ] ", 0),
        ("a collection of features", collection, 2),
        ("a collection over several lines, its type last", late, 1),
        ("an empty collection", r#"{"type":"FeatureCollection","features":[]}"#, 0),
        ("an object a line", "{\"a\": 1}\n{\"a\": 2}\n", 2),
        ("no break behind the last line", "{\"a\": 1}\n{\"a\": 2}", 2),
        ("blank lines", "\n{\"a\": 1}\n\n  \n\t{\"a\": 2} \n\n", 2),
        ("lines as Windows ends them", "{\"a\": 1}\r\n\r\n{\"a\": 2}\r\n", 2),
        ("an object over several lines", "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n", 1),
        ("an empty object", "{}", 1),
        ("an object with features of another type", r#"{"type": "f", "features": [{}, {}]}"#, 1),
        ("later lines that look like a collection", &format!("{{}}\n{collection}\n"), 2),
        ("brackets in strings", r#"[{"}]": "[{\"}"}, {"\\": "]"}]"#, 2),
    ];
    for (shape, text, count) in shapes {
        for mark in ["", "\u{feff}"] {
            let run = Run::on_text(format!("{mark}{text}"));
            assert_eq!((run.code, run.loaded().0), (Some(0), count), "{shape}: {run:?}");
            assert_eq!(run.stderr, "", "{shape}");
        }
    }
}

/// Goal: FILE is found from the folder of the caller. Method: a file in a folder that is ours.
#[test]
fn file_is_read_from_the_folder_of_the_caller() {
    fs::write(scratch().join("three.json"), "[{}, {}, {}]").unwrap();
    let run = Run::of(explore(["three.json", "--churn", "0"]), b"");
    assert_eq!((run.code, run.loaded().0), (Some(0), 3), "{run:?}");
}

/// Goal: size is no obstacle. Method: 171,000 documents in 17 MB, which must load in 10 s.
#[test]
fn large_file_loads_in_ten_seconds() {
    let mut text = String::new();
    for number in 0_u64..171_000 {
        let (mag, time) = (number % 90, 1_517_966_773_840 + number);
        write!(text, r#"{{"id":"ci{number:07}","mag":{mag},"place":"10km W of Castaic","#).unwrap();
        writeln!(text, r#""time":{time},"felt":null,"nst":[1,2,3]}}"#).unwrap();
    }
    assert!(text.len() > 16_000_000, "{}", text.len());

    let path = scratch().join("large.jsonl");
    fs::write(&path, text).unwrap();
    let run = Run::of(explore(["large.jsonl", "--churn", "0", "--limit", "1"]), b"");
    fs::remove_file(&path).unwrap();

    let (count, ms) = run.loaded();
    assert_eq!((run.code, count), (Some(0), 171_000), "{run:?}");
    assert!(ms <= 10_000.0, "{ms} ms");
}

/// Goal: the table shows what tells documents apart. Method: fields that do and fields that do not.
#[test]
fn table_shows_fields_that_tell_documents_apart() {
    let run = Run::on_text(
        r#"[{"same": 1, "url": "https://a.b", "inner": {"height": 12.5}, "name": "one"},
            {"same": 1, "url": "https://a.c", "inner": {"height": 3}, "name": "two\nlines"}]"#,
    );
    assert_eq!(run.lines()[1..], ["name       height", "one          12.5", "two lines       3"]);
}

/// Goal: there is a table of everything. Method: documents without a scalar, and without a field.
#[test]
fn documents_without_scalars_are_shown_whole() {
    let run = Run::on_text(r#"[{"a": [1, null]}, {}]"#);
    assert_eq!(run.lines()[1..], ["document", r#"{"a":[1,null]}"#, "{}"]);
}

/// Goal: a table fits a screen. Method: texts longer than any, of narrow and of wide characters.
#[test]
fn table_is_at_most_a_hundred_columns_wide() {
    let long = "x".repeat(1_000);
    let wide = "\u{65e5}".repeat(1_000);
    let run = Run::on_text(format!(
        "[{{\"a\": \"1{long}\", \"b\": \"1{wide}\", \"c\": \"1{long}y\", \"{long}\": 1}},
          {{\"a\": \"2{long}\", \"b\": \"2{wide}\", \"c\": \"2{long}y\", \"{long}\": 2}}]"
    ));
    assert_eq!(run.lines().len(), 4, "{run:?}");
    for line in run.lines() {
        let width: usize = line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
        assert!(width <= 100, "{width}: {line}");
    }
}

/// Goal: what is loaded cannot steer a terminal. Method: an escape sequence in a name and a value.
#[test]
fn table_carries_no_control_characters() {
    let run = Run::on_text("[{\"a\\u001b[1m\": \"\\u001b[31m\\u0007\"}, {\"b\": [\"\\u001b\"]}]");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(!run.stdout.contains(|c: char| c.is_control() && c != '\n'), "{run:?}");
}
