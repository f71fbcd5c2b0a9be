//! The report says what was measured: medians, spread, and verdicts on both sides of each limit.

use crate::plan::Set;
use crate::report::targets::{TARGETS, Verdict, list};
use crate::report::{Figure, Row, figures, table};

fn row(bench: &'static str, system: &'static str, threads: usize, median: f64) -> Row {
    let figures = ["ns_per_op", "p999", "p9999", "writes"].map(|name| Figure {
        name,
        median,
        min: median,
        max: median,
    });
    let (set, figures) = (Set::Documents, figures.to_vec());
    Row { set, bench, system, threads, docs: 100_000, dist: "hot", figures }
}

#[test]
fn rounds_become_median_and_spread() {
    let rounds = [3.0, 1.0, 9.0, 2.0, 4.0].map(|ns| vec![("ns_per_op", ns)]);
    let expected = Figure { name: "ns_per_op", median: 3.0, min: 1.0, max: 9.0 };
    assert_eq!(figures(&rounds), [expected]);
    let expected = Figure { name: "ns_per_op", median: 2.0, min: 1.0, max: 3.0 };
    assert_eq!(figures(&rounds[..2]), [expected]);
}

#[test]
fn row_is_one_json_object() {
    let mut row = row("get", "papaya", 2, 1.5);
    row.figures.truncate(1);
    assert_eq!(
        row.to_string(),
        r#"{"bench":"get","system":"papaya","threads":2,"docs":100000,"dist":"hot","#.to_owned()
            + r#""ns_per_op":1.50,"ns_min":1.50,"ns_max":1.50}"#
    );
}

#[test]
fn row_without_a_time_says_null() {
    let mut row = row("bytes_per_doc", "papaya", 1, 150.0);
    row.figures = figures(&[vec![("bytes_per_doc", 150.0)]]);
    assert!(row.to_string().contains(r#""ns_per_op":null,"bytes_per_doc":150.00"#));
}

#[test]
fn ratio_on_the_limit_is_reached_and_beyond_is_missed() {
    let get = |own| [row("get", "folio", 1, own), row("get", "papaya", 1, 10.0)];
    assert!(matches!(TARGETS[0].verdict(&get(16.0)), Verdict::Reached(_)));
    let Verdict::Missed(how, times) = TARGETS[0].verdict(&get(24.0)) else {
        panic!("2.4 times is too much");
    };
    assert_eq!((how.as_str(), times), ("2.40 x", 1.5));
}

#[test]
fn being_equal_is_not_being_faster() {
    let faster = TARGETS.iter().find(|target| target.is("get", 2)).expect("it is on the list");
    let get = |own| [row("get", "folio", 2, own), row("get", "dashmap", 2, 10.0)];
    assert!(matches!(faster.verdict(&get(9.9)), Verdict::Reached(_)));
    assert!(matches!(faster.verdict(&get(10.0)), Verdict::Missed(..)));
}

#[test]
fn fewer_writes_are_a_miss() {
    let line = |own, its| {
        let tails = [row("tail_2r2w", "folio", 4, own), row("tail_2r2w", "papaya", 4, its)];
        let list = list(&tails);
        list.lines().find(|line| line.contains("writes")).expect("it is on the list").to_owned()
    };
    assert!(line(50.0, 100.0).contains("MISSED by 2.00 times"));
    assert!(line(100.0, 50.0).contains("reached: 2.00 x"));
}

#[test]
fn what_was_not_run_is_not_judged() {
    for target in TARGETS {
        assert_eq!(target.verdict(&[]), Verdict::NotMeasured);
    }
}

#[test]
fn table_shows_the_first_system_beside_the_others() {
    let mut rows = vec![row("get", "papaya", 1, 10.0), row("get", "dashmap", 1, 20.0)];
    for row in &mut rows {
        row.figures.truncate(1);
    }
    let table = table::ratios(&rows, Set::Documents);
    let line = table.lines().find(|line| line.starts_with("get ")).expect("a line for get");
    let cells: Vec<_> = line.split_whitespace().collect();
    assert_eq!(cells, ["get", "ns", "1", "100000", "hot", "10.0", "0.50"]);
}
