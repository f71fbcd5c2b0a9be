//! The churn and its audit.

use super::program::{Run, explore};

/// Goal: the first thing that a stranger runs holds what it says. Method: run it so, without any
/// argument, and read every line.
#[test]
fn bundled_week_is_loaded_shown_churned_and_consistent() {
    let run = Run::of(explore([""; 0]), b"");
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    assert_eq!(run.loaded().0, 1707);

    let lines = run.lines();
    assert_eq!(lines.len(), 1 + 1 + 10 + 6, "{run:?}");
    assert!(lines[1].starts_with("id  "), "{run:?}");
    assert!(lines[2].starts_with("ci37868143  M 2.0 - 4km W of Castaic, CA "), "{run:?}");
    assert!(lines[1..12].iter().all(|line| line.len() <= 100), "{run:?}");
    assert_eq!(lines[12], "churned with 2 readers and 2 writers");

    let [reads, reads_per_second] = run.figures("reads ", ["reads", "s,"]);
    let [writes, writes_per_second] = run.figures("writes ", ["writes", "s,"]);
    assert!(reads > 0 && reads_per_second > 0 && writes_per_second > 0, "{run:?}");
    let latencies = run.figures("read latency ", ["p50", "p99", "p99.9", "p99.99", "max"]);
    assert!(latencies[0] > 0 && latencies.is_sorted(), "{run:?}");

    let [views, meanwhile] = run.figures("audited ", ["audited", "while"]);
    assert!(views >= 100 && meanwhile >= 10_000 && meanwhile == writes, "{run:?}");
    let [entries, during, moves] = run.figures("compared ", ["compared", "while", "moved"]);
    assert!(entries >= 100 * 1707 / 2 && during == writes && moves >= 10_000, "{run:?}");
    assert_eq!(
        lines[lines.len() - 2],
        format!("compared {entries} entries while {writes} writes moved {moves} index keys")
    );
    assert_eq!(
        *lines.last().unwrap(),
        format!("audited {views} views while {writes} writes: 0 inconsistent")
    );
}

/// Goal: a churn that is too short goes on until it says something. Method: a thousandth of a
/// second, one thread of each kind; and no documents at all but those that the churn adds.
#[test]
fn short_churn_goes_on_until_it_has_a_verdict() {
    let arguments = ["-", "--churn", "0.001", "--readers", "1", "--writers", "1"];
    for text in ["[{}]", "[]"] {
        let run = Run::of(explore(arguments), text.as_bytes());
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
        let [views, writes] = run.figures("audited ", ["audited", "while"]);
        let [moves] = run.figures("compared ", ["moved"]);
        assert!(views >= 100 && writes >= 10_000 && moves >= 10_000, "{run:?}");
    }
}

/// Goal: the indexes of the user are audited, whatever they are over. Method: one that all
/// documents are in, one that some are in, one that none is in, and the one of the churn.
#[test]
fn indexes_of_the_user_are_moved_in_and_audited() {
    let indexes = ["properties.mag,properties.net", "properties.felt", "nowhere", "touched"];
    let arguments = indexes.iter().flat_map(|index| ["--index", index]);
    let run = Run::of(explore(arguments.chain(["--churn", "0.1", "--limit", "0"])), b"");
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    let [entries, moves] = run.figures("compared ", ["compared", "moved"]);
    assert!(entries >= 2 * 100 * 1707 / 2 && moves >= 10_000, "{run:?}");
}

/// Goal: each check of the audit can fail. Method: plant the one fault that it is there for, and
/// find its words in the verdict.
#[test]
fn every_planted_fault_is_caught_by_the_check_for_it() {
    let faults = [
        ("chain", "chain 0 is no prefix of its writes"),
        ("cause", "chain 0 has seen turn"),
        ("twice", "one iteration meets"),
        ("len", "len is"),
        ("get", "finds None, but an iteration meets Some"),
        ("newer", "a document is newer than the view"),
        ("repeat", "a second iteration meets other states"),
        ("value", "a second get of"),
        ("missing", "index touched does not list"),
        ("stale", ", which a scan does not find"),
        ("order", "behind a greater key"),
        ("back", "documents backwards"),
        ("query", "where it lists"),
    ];
    for (fault, words) in faults {
        let mut command = explore(["--churn", "0.1", "--limit", "0"]);
        command.env("EXPLORE_PLANT_FAULT", fault);
        let run = Run::of(command, b"");

        assert_eq!(run.code, Some(1), "{fault}: {run:?}");
        let last = run.lines().last().copied().unwrap_or_default();
        let [inconsistent] = run.figures("audited ", ["writes:"]);
        assert!(inconsistent >= 1 && last.ends_with(" inconsistent"), "{fault}: {run:?}");
        let told: Vec<&str> = run.stderr.lines().collect();
        assert!(!told.is_empty(), "{fault}: {run:?}");
        for line in told {
            assert!(line.starts_with("the view of revision "), "{fault}: {line}");
            assert!(line.contains(words), "{fault}: {line}");
        }
    }
}

#[test]
fn fault_that_does_not_exist_is_bad_usage() {
    let mut command = explore(["--churn", "0"]);
    command.env("EXPLORE_PLANT_FAULT", "wear");
    let run = Run::of(command, b"");
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
    assert!(run.stderr.contains("`wear`"), "{run:?}");
}
