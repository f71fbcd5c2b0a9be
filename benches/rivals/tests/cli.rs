//! The command as scripts use it: every bench of every system on standard output, exit code 2 for
//! what makes no sense.

use std::process::{Command, Output};

fn rivals(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rivals")).args(arguments).output().expect("it starts")
}

#[test]
fn bad_usage_exits_with_two_and_prints_nothing() {
    for bad in [
        &["--bench", "gett"][..],
        &["--system", "redis"],
        &["--rounds", "0"],
        &["--docs", "many"],
        &["--threads", "0"],
        &["--seed"],
        &["--slow"],
        &["10"],
    ] {
        let output = rivals(bad);
        assert_eq!(output.status.code(), Some(2), "{bad:?}");
        assert!(output.stdout.is_empty(), "{bad:?}");
        assert!(!output.stderr.is_empty(), "{bad:?}");
    }
}

#[test]
fn every_bench_reports_every_system() {
    let small = ["--quick", "--docs", "1000", "--rounds", "1", "--threads", "2"];
    let output = rivals(&small);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let lines = String::from_utf8(output.stdout).expect("it is text");
    for bench in
        ["get", "get_pinned", "get_many_64", "update", "insert", "mixed_95_5", "mixed_50_50"]
            .into_iter()
            .chain(["stream", "tail_2r2w", "tail_8r2w", "bytes_per_doc"])
    {
        for system in ["papaya", "dashmap", "scc_hash_index", "rwlock_hashmap"] {
            let start = format!(r#"{{"bench":"{bench}","system":"{system}","threads":"#);
            assert!(lines.lines().any(|line| line.starts_with(&start)), "{start}");
        }
    }
    for bench in ["lookup_100", "range_100", "range_1250", "lookup_100_2w", "update_indexed"]
        .into_iter()
        .chain(["insert_2_indexes", "index_build", "bytes_per_entry"])
    {
        for system in
            ["rwlock_hashmap", "rwlock_btreemap", "scc_tree_index", "skip_list", "rusqlite"]
        {
            // A hash table knows no order.
            let can = system != "rwlock_hashmap" || !bench.starts_with("range");
            let start = format!(r#"{{"bench":"{bench}","system":"{system}","threads":"#);
            assert_eq!(lines.lines().any(|line| line.starts_with(&start)), can, "{start}");
        }
    }
    for bench in ["feed_write_0", "feed_write_1", "feed_write_4", "feed_through_1"]
        .into_iter()
        .chain(["feed_through_4", "feed_latency_1", "feed_latency_4"])
    {
        for channel in ["broadcast", "mpsc", "crossbeam"] {
            for system in [channel.to_owned(), format!("rwlock+{channel}")] {
                let start = format!(r#"{{"bench":"{bench}","system":"{system}","threads":"#);
                assert!(lines.lines().any(|line| line.starts_with(&start)), "{start}");
            }
        }
    }
    for bench in ["cache_get", "cache_aside", "cache_load", "cache_insert"] {
        for bench in [bench.to_owned(), format!("{bench}_arc")] {
            for system in ["moka", "quick_cache", "mini_moka", "foyer"] {
                let start = format!(r#"{{"bench":"{bench}","system":"{system}","threads":"#);
                assert!(lines.lines().any(|line| line.starts_with(&start)), "{start}");
            }
        }
    }
    for line in lines.lines().filter(|line| line.contains("\"tail_")) {
        for field in ["\"p50\":", "\"p99\":", "\"p999\":", "\"p9999\":", "\"max\":", "\"writes\":"]
        {
            assert!(line.contains(field), "{field} in {line}");
        }
    }
    assert!(lines.lines().all(|line| line.starts_with('{') && line.ends_with('}')));
}

fn hit_ratio(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hit_ratio")).args(arguments).output().expect("it starts")
}

#[test]
fn hit_ratios_are_of_traces_from_files() {
    let path = std::env::temp_dir().join(format!("folio-hit-ratio-{}.txt", std::process::id()));
    let keys: Vec<_> = (0..1_000).map(|at| format!("key-{}", at % 50)).collect();
    std::fs::write(&path, keys.join("\n")).expect("there is room");
    let output = hit_ratio(&[path.to_str().expect("plain")]);
    std::fs::remove_file(&path).expect("it is there");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let lines = String::from_utf8(output.stdout).expect("it is text");
    for cache in ["folio", "moka", "quick_cache", "lru"] {
        let middle = format!(r#""accesses":1000,"distinct":50,"capacity":32,"cache":"{cache}","#);
        assert!(lines.lines().any(|line| line.contains(&middle)), "{middle}");
    }
    // A loop: the least recently used is always the one that is needed next.
    assert!(lines.contains(r#""cache":"lru","hits":0.00}"#), "{lines}");
    assert!(!lines.contains(r#""cache":"folio","hits":0.00}"#), "{lines}");
}

#[test]
fn a_trace_that_is_not_there_is_named() {
    let output = hit_ratio(&["no-such-trace"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no-such-trace"));
}
