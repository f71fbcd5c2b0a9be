//! Each small example runs as it is, and says what it shows.

use std::process::Command;

use crate::explore::program::{Run, built};

/// Goal: a watch that overflows says so, and one call makes its replica right again. Method: run
/// the example, which compares the replica with the collection itself.
#[test]
fn watch_that_overflows_is_caught_up_with_one_call() {
    let run = Run::of(Command::new(built("watch_resync")), b"");
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    let [line, late, resynced, raced, equal] = run.lines()[..] else { panic!("{run:?}") };
    assert_eq!(line, "in time: 5 events, 5 articles");
    assert!(late.starts_with("too late: ") && late.ends_with(" revisions missed"), "{run:?}");
    assert!(resynced.starts_with("one resync: "), "{run:?}");
    assert!(raced.ends_with(" resyncs in all"), "{run:?}");
    assert!(equal.starts_with("the replica equals the collection: "), "{run:?}");
}

/// Goal: the example of templates shows what can be written, and how it is told what cannot.
/// Method: run it; what was in a document looks like a template, and is not taken for one.
#[cfg(feature = "templates")]
#[test]
fn letter_is_filled_and_bad_templates_are_told() {
    let run = Run::of(Command::new(built("templates")), b"");
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    let lines = run.lines();
    assert_eq!(lines[0], "To: Lovelace <ada@example.org>");
    assert!(lines.contains(&"3. {{ not a template }}"), "{run:?}");
    assert!(lines.contains(&"Countess Lovelace"), "{run:?}");
    assert!(lines.contains(&"line 1 of the template: undefined value"), "{run:?}");
    assert_eq!(lines.last(), Some(&"3 items, 8 words"));
}

/// Goal: of many who ask for a page at once one renders it, as the example says. Method: run it.
#[test]
fn page_that_many_ask_for_is_rendered_once() {
    let run = Run::of(Command::new(built("single_flight")), b"");
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    let lines = [
        "8 threads: \"home\" is there, rendered 1 time",
        "a failure: no news",
        "after it: \"news\" is there, rendered 1 time",
        "100 tasks: \"about\" is there, rendered 1 time",
        "after a cancelled task: \"jobs\" is there, rendered 1 time",
    ];
    assert_eq!(run.lines(), lines);
}
