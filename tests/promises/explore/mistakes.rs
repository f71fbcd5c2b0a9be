//! What cannot be loaded, and what is said about it.

use std::fs;

use super::program::{Run, explore, scratch};

/// Goal: whoever gave a broken file is told where. Method: a text for each way to be broken, with
/// the line and the column (in characters) where a person would look.
#[test]
fn mistake_in_a_text_is_told_with_line_and_column() {
    let cut = "{\"type\":\"FeatureCollection\",\"features\":[{\"a\":1},\n{\"a\":2}";
    let behind = "{\"type\":\"FeatureCollection\",\"features\":[{}],\n\"a\":?}";
    let texts: &[(&str, &str, &str)] = &[
        ("", "1:1", "no documents: the input is empty"),
        (" \n\n  ", "3:3", "no documents: the input is empty"),
        ("hello", "1:1", "expected an array or an object, found `hello`"),
        ("\n 42", "2:2", "expected an array or an object, found a number"),
        ("[{\"a\":1},\n {\"b\":?}]", "2:7", "expected value"),
        ("[{\"a\":1}\n,\n 3]", "3:2", "expected an object, found a number"),
        ("[[{}]]", "1:2", "expected an object, found an array"),
        ("[{}, null]", "1:6", "expected an object, found `null`"),
        ("[{},]", "1:5", "expected an object, found `]`"),
        ("[{} {}]", "1:5", "expected `,` or `]`, found `{`"),
        ("[{\"a\": 1]\n, {}]", "1:9", "expected `,` or `}`"),
        ("[{}", "1:4", "expected `,` or `]`, found the end of the input"),
        ("[{}]\n[", "2:1", "expected the end of the input, found `[`"),
        ("{\"a\":1}\n{\"b\":1} {}\n", "2:9", "trailing characters"),
        ("{\"a\":1}\n\n\"b\"\n", "3:1", "expected an object, found a string"),
        ("{\"a\":1}\r\n{\"b\":}\r\n", "2:6", "expected value"),
        ("{\"a\":1}\n{\"\u{e9}\":\u{e9}}\n", "2:6", "expected value"),
        ("{\"a\":1\n{\"b\":1}\n{\"c\":1}\n", "1:6", "EOF while parsing an object"),
        ("{\n\"a\": 1,\n\"b\" 2\n}", "3:5", "expected `:`"),
        ("{\n\"a\": 1\n}\n{}", "4:1", "expected the end of the input, found `{`"),
        ("{\n\"a\": 1\n", "2:7", "EOF while parsing an object"),
        ("{\"a\": 1e999}", "1:11", "number out of range"),
        (cut, "2:8", "expected `,` or `]`, found the end of the input"),
        (behind, "2:5", "expected value"),
        ("{\"type\":\"FeatureCollection\"}", "1:1", "a FeatureCollection without `features`"),
        (
            "{\"type\":\"FeatureCollection\",\n\"features\":{}}",
            "2:12",
            "expected an array, found an object",
        ),
        (
            "{\"features\":[],\"type\":\"FeatureCollection\",\n\"features\":[]}",
            "2:1",
            "a second `features`",
        ),
    ];
    for (text, place, what) in texts {
        for mark in ["", "\u{feff}"] {
            let run = Run::on_text(format!("{mark}{text}"));
            assert_eq!(run.stderr, format!("-:{place}: {what}\n"), "{text:?}");
            assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""), "{text:?}");
        }
    }
}

/// Goal: FILE in the message is what the user wrote. Method: a broken file by its name.
#[test]
fn mistake_in_a_file_is_told_with_its_name() {
    fs::write(scratch().join("broken.json"), "[{},\n{},\n{]").unwrap();
    let run = Run::of(explore(["broken.json"]), b"");
    assert_eq!(run.stderr, "broken.json:3:2: key must be a string\n");
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
}

/// Goal: a text in another encoding is refused where that shows. Method: a Latin-1 letter, and
/// UTF-16 as Windows writes it.
#[test]
fn text_that_is_not_utf_8_is_told_with_line_and_column() {
    let texts: &[(&[u8], &str, &str)] = &[
        (b"[{\"a\":\"b\"},\n{\"caf\xe9\":1}]", "2:6", "0xe9"),
        (b"\xef\xbb\xbf{\"\xff\":1}", "1:3", "0xff"),
        (b"\xff\xfe[\0]\0", "1:1", "0xff"),
        (b"[{\"a\":\"\xc3", "1:8", "0xc3"),
    ];
    for (text, place, byte) in texts {
        let run = Run::on_text(text);
        assert_eq!(run.stderr, format!("-:{place}: byte {byte} is not UTF-8 here\n"));
        assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
    }
}

/// Goal: depth is bounded, and no depth harms. Method: the deepest document that may be, in each
/// shape; one level more, told where it begins; and a million levels.
#[test]
fn document_that_is_too_deep_is_told_with_line_and_column() {
    let deep = |levels: usize| {
        let arrays = levels - 2;
        format!("{{\"a\":{}1{}}}", "[".repeat(arrays), "]".repeat(arrays))
    };
    let shapes = |document: String| {
        [
            (format!("[{{}},\n{document}]"), 2),
            (format!("{{}}\n{document}\n"), 2),
            (format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{document}]}}"), 2),
            (document, 1),
        ]
    };
    for (text, _) in shapes(deep(128)) {
        let run = Run::on_text(text);
        assert_eq!(run.code, Some(0), "{run:?}");
    }
    for levels in [129, 1_000_000] {
        for (text, line) in shapes(deep(levels)) {
            let run = Run::on_text(text);
            // Six characters lead to the first array, and 126 arrays may stand in one another.
            assert_eq!(run.stderr, format!("-:{line}:132: nested deeper than 128 levels\n"));
            assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
        }
    }
}

/// Goal: what cannot be read is told by name. Method: a file that is not there, and a folder.
#[test]
fn file_that_cannot_be_read_is_told_by_name() {
    for name in ["missing.json", "."] {
        let run = Run::of(explore([name]), b"");
        assert!(run.stderr.starts_with(&format!("{name}: cannot be read: ")), "{run:?}");
        assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
    }
}
