//! Indexes and questions about them.

use super::program::{Run, explore};

/// Runs the program on a text, without any churn; a line is the words before the time it took.
fn asked(text: &str, arguments: &[&str]) -> (Run, Vec<String>) {
    let arguments = ["-", "--churn", "0"].iter().chain(arguments);
    let run = Run::of(explore(arguments), text.as_bytes());
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    let timeless = |line: &&str| match line.rsplit_once(" in ") {
        Some((words, time)) if time.ends_with(" ms") => words.to_owned(),
        _ => (*line).to_owned(),
    };
    let lines = run.lines().iter().map(timeless).collect();
    (run, lines)
}

/// How many documents each question finds, without any table.
fn counts<const N: usize>(text: &str, questions: [(&str, &str, usize); N]) {
    for (option, question, count) in questions {
        let (_, lines) = asked(text, &["--limit", "0", option, question]);
        let word = option.trim_start_matches('-');
        let last = lines.last().expect("a line for each question");
        assert_eq!(*last, format!("{word} {question}: {count} documents"), "{text}");
    }
}

/// Goal: the lines are those that scripts were promised. Method: the bundled week, whose numbers
/// are known; the time it took is a number of milliseconds.
#[test]
fn bundled_week_is_indexed_and_asked() {
    let line = ["--index", "properties.mag", "--range", "properties.mag=4.5.."];
    let run = Run::of(explore(line.iter().chain(&["--churn", "0", "--limit", "2"])), b"");
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    let lines = run.lines();
    assert_eq!(lines.len(), 1 + 3 + 1 + 1 + 3, "{run:?}");
    for (line, words) in [
        (lines[4], "index properties.mag: 1707 entries in "),
        (lines[5], "range properties.mag=4.5..: 85 documents in "),
    ] {
        let ms = line.strip_prefix(words).and_then(|time| time.strip_suffix(" ms"));
        assert!(ms.is_some_and(|ms| ms.parse::<f64>().is_ok()), "{run:?}");
    }
    assert!(lines[7].contains("M 4.5 - ") && lines[8].contains("M 4.5 - "), "{run:?}");
}

/// Goal: each index is created once, in the order in which it is named; questions come with their
/// index, their number, and a table in the order of the index. Method: one of each.
#[test]
fn questions_are_answered_with_a_number_and_a_table() {
    let text = r#"[{"n": 3, "c": "NL"}, {"n": 1, "c": "NL"}, {"n": 2, "c": "JP"}, {"n": null}]"#;
    let arguments = ["--limit", "2", "--range", "n=2..", "--get", "c=NL", "--get", "c=DE"];
    let (_, lines) = asked(text, &[&arguments[..], &["--index", "c,n", "--index", "c,n"]].concat());
    assert_eq!(
        lines,
        [
            "loaded 4 documents",
            "n",
            "3",
            "1",
            "index c,n: 3 entries",
            "index c: 3 entries",
            "index n: 3 entries",
            "get c=NL: 2 documents",
            "n",
            "3",
            "1",
            "get c=DE: 0 documents",
            "range n=2..: 2 documents",
            "c   n",
            "JP  2",
            "NL  3",
        ]
    );
}

/// Goal: a value that parses as JSON is that value, any other is text. Method: documents that
/// differ in nothing but the type.
#[test]
fn values_are_json_or_text() {
    let text = r#"[{"a": 51.9}, {"a": "51.9"}, {"a": "x, y..z"}, {"a": "true"}, {"a": true},
        {"a": [1, 2]}, {"a": {"b": 1}}, {"a": null}, {"IMDB Rating": 7}, {"a": ""}, {"x.y": 1},
        {"a": "NL"}, {"a": "=1"}]"#;
    let questions = [
        ("--get", "a=51.9", 1),
        ("--get", "a=51.90", 1),
        ("--get", "a=\"51.9\"", 1),
        ("--get", "a=\"x, y..z\"", 1),
        ("--get", "a=true", 1),
        ("--get", "a=\"true\"", 1),
        ("--get", "a=[1,2]", 1),
        ("--get", "a=[1, 2.0]", 1),
        ("--get", "a=[2,1]", 0),
        ("--get", "a.b=1", 1),
        ("--get", "a={\"b\":1}", 0),
        ("--get", "a=null", 0),
        ("--get", "a=", 1),
        ("--get", "a=NL", 1),
        ("--get", "a==1", 1),
        ("--get", "IMDB Rating=7", 1),
        ("--get", "x\\.y=1", 1),
        ("--get", "x.y=1", 0),
        ("--range", "a=..", 9),
        ("--range", "a=0..100", 1),
        ("--range", "a=\"0\"..\"6\"", 1),
        ("--range", "a=\"x, y..z\"..", 2),
    ];
    counts(text, questions);
}

/// Goal: the ends are included as the dots say. Method: three numbers, and every kind of end.
#[test]
fn range_includes_its_lower_end_and_its_upper_end_if_asked_to() {
    let questions = [
        ("--range", "n=1..3", 2),
        ("--range", "n=1..=3", 3),
        ("--range", "n=1.5..", 2),
        ("--range", "n=..3", 2),
        ("--range", "n=..=3", 3),
        ("--range", "n=..", 3),
        ("--range", "n=2..2", 0),
        ("--range", "n=2..=2", 1),
        ("--range", "n=3..1", 0),
        ("--range", "n=3..=1", 0),
        ("--range", "n=-1..1", 0),
        ("--range", "n=null..3", 0),
    ];
    counts(r#"[{"n": 1}, {"n": 2}, {"n": 3}, {}]"#, questions);
}

/// Goal: several fields are one key. Method: two countries with cities, exactly and in part.
#[test]
fn several_fields_are_one_key() {
    let text = r#"[{"c": "NL", "n": "Ede"}, {"c": "NL", "n": "Oss"}, {"c": "JP", "n": "Ito"},
        {"c": "JP"}, {"c": "JP", "n": null}]"#;
    let questions = [
        ("--get", "c,n=NL,Ede", 1),
        ("--get", "n,c=Ede,NL", 1),
        ("--get", "c,n=JP,Ede", 0),
        ("--range", "c,n=NL..=NL", 2),
        ("--range", "c,n=JP..NL", 1),
        ("--range", "c,n=NL,F..", 1),
        ("--range", "c,n=..", 3),
    ];
    counts(text, questions);
}

/// Goal: a broken file is told before any index or answer. Method: ask about one.
#[test]
fn broken_file_is_told_with_its_place_whatever_is_asked() {
    let run = Run::of(explore(["-", "--index", "a", "--get", "a=1"]), b"[{},\n{]");
    assert_eq!(run.stderr, "-:2:2: key must be a string\n");
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
}
