//! The command line, and where the output goes.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use super::program::{Run, explore};

/// Goal: a wrong command line is told from a wrong file. Method: each option with values that it
/// cannot take.
#[test]
fn bad_usage_exits_with_2_and_help() {
    let lines: &[&[&str]] = &[
        &["--unknown"],
        &["one.json", "two.json"],
        &["--limit"],
        &["--limit", "-1"],
        &["--limit", "1.5"],
        &["--limit", "99999999999999999999999999"],
        &["--churn", "-1"],
        &["--churn", "NaN"],
        &["--churn", "inf"],
        &["--churn", "1e300"],
        &["--churn", "soon"],
        &["--churn", "3601"],
        &["--readers", "0"],
        &["--readers", "257"],
        &["--readers", "99999999999999999999999999"],
        &["--writers", "0"],
        &["--writers", "-3"],
        &["--writers", "two"],
        &["--index"],
        &["--index", ""],
        &["--index", "a,,b"],
        &["--get", "a"],
        &["--get", "=1"],
        &["--get", "a=1,2"],
        &["--get", "a,b=1"],
        &["--get", "a=x, y"],
        &["--range", "a"],
        &["--range", "a=1"],
        &["--range", "a=\"1..2\""],
        &["--range", "a=1..="],
        &["--range", "a=1,2..3"],
        &["--range", "a=1..2,3"],
    ];
    for line in lines {
        let run = Run::of(explore(*line), b"");
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{line:?}");
        assert!(run.stderr.starts_with("error: "), "{line:?}: {run:?}");
        assert!(run.stderr.contains("\n      --writers <W>"), "{line:?}: {run:?}");
    }
}

#[test]
fn help_goes_to_standard_output() {
    let run = Run::of(explore(["--help"]), b"");
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let options = [
        "[FILE]",
        "--index <FIELDS>",
        "--get <FIELDS=VALUES>",
        "--range <FIELD=LO..HI>",
        "--limit <N>",
        "--churn <SECONDS>",
        "--readers <R>",
        "--writers <W>",
    ];
    for option in options {
        assert!(run.stdout.contains(option), "{option}: {run:?}");
    }
}

#[test]
fn limit_bounds_the_table_and_nothing_else() {
    for (limit, shown) in [("0", 0), ("1", 1), ("3", 3), ("5", 4), ("18446744073709551615", 4)] {
        let text = r#"[{"a": 1}, {"a": 2}, {"a": 3}, {"a": 4}]"#;
        let run = Run::of(explore(["-", "--churn", "0", "--limit", limit]), text.as_bytes());
        assert_eq!((run.code, run.loaded().0), (Some(0), 4), "{run:?}");
        let heading = usize::from(shown > 0);
        assert_eq!(run.lines().len(), 1 + heading + shown, "{limit}: {run:?}");
    }
}

/// Goal: `explore | head -1` ends quietly. Method: close the pipe behind the first line, and before
/// any.
#[test]
fn closed_output_ends_the_run_quietly() {
    for lines_read in [0, 1] {
        let mut command = explore(["--churn", "0.2", "--limit", "2000"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        for _ in 0..lines_read {
            let mut line = String::new();
            stdout.read_line(&mut line).unwrap();
            assert!(line.starts_with("loaded 1707 documents in "), "{line}");
        }
        drop(stdout);

        let run = Run::from(child.wait_with_output().unwrap());
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{lines_read}");
    }
}

/// Goal: output that is lost is no success. Method: the device that is always full.
#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_a_failure() {
    let mut command = explore(["--churn", "0"]);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    command.stdin(Stdio::null()).stdout(full).stderr(Stdio::piped());
    let run = Run::from(command.spawn().unwrap().wait_with_output().unwrap());
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.starts_with("cannot write to standard output: "), "{run:?}");
}
