//! What Folio set out to reach, as data, and whether this run did.

use std::fmt::Write;

use crate::jobs::NS_PER_OP;
use crate::report::Row;

/// One promise about one figure.
pub struct Target {
    bench: &'static str,
    figure: &'static str,
    threads: usize,
    dist: &'static str,
    claim: Claim,
}

/// What is promised.
enum Claim {
    /// Folio's figure is at most so many times the rival's.
    AtMost { rival: &'static str, times: f64 },
    /// As `AtMost`, said the other way round: Folio does so many times as much in the same time.
    TimesAsFast { rival: &'static str, times: f64 },
    /// Folio's figure is less than the rival's.
    Below { rival: &'static str },
    /// Folio's figure is at least the rival's.
    AtLeast { rival: &'static str },
    /// Folio's figure itself, plus so much, is at most so much.
    Absolute { plus: f64, limit: f64 },
    /// Folio's figure is the same at both numbers of documents, but for noise of so many times.
    Same { docs: [usize; 2], times: f64 },
    /// Nothing is promised but that the figure is told, beside that of another bench.
    Told { beside: &'static str },
}

/// The verdict on one target, with the figure that decided.
#[derive(Debug, PartialEq)]
pub enum Verdict {
    Reached(String),
    /// And by how many times.
    Missed(String, f64),
    /// Without a limit.
    Told(String),
    /// Something it needs was not part of the run.
    NotMeasured,
}

/// The list, with a verdict on each.
pub fn list(rows: &[Row]) -> String {
    let mut list = format!("Targets, at {RATIO_DOCS} documents where nothing else is said:\n");
    for target in TARGETS {
        let verdict = match target.verdict(rows) {
            Verdict::Reached(how) => format!("reached: {how}"),
            Verdict::Missed(how, times) => format!("MISSED by {times:.2} times: {how}"),
            Verdict::Told(how) => format!("told: {how}"),
            Verdict::NotMeasured => "not measured".into(),
        };
        let Target { bench, figure, threads, dist, claim } = target;
        let claim = claim.text();
        let _ =
            writeln!(list, "  {bench:23} {figure:13} {threads:>2} {dist:7} {claim:34} {verdict}");
    }
    list
}

impl Target {
    pub fn verdict(&self, rows: &[Row]) -> Verdict {
        self.weigh(rows).unwrap_or(Verdict::NotMeasured)
    }

    #[cfg(test)]
    pub fn is(&self, bench: &str, threads: usize) -> bool {
        (self.bench, self.threads) == (bench, threads)
    }

    fn weigh(&self, rows: &[Row]) -> Option<Verdict> {
        let of = |system, docs| self.of(rows, self.bench, system, docs);
        let both = |rival| Some((of(FOLIO, RATIO_DOCS)?, of(rival, RATIO_DOCS)?));
        let (own, limit, how) = match self.claim {
            Claim::AtMost { rival, times } => {
                let (own, its) = both(rival)?;
                (own, its * times, format!("{:.2} x", own / its))
            }
            Claim::TimesAsFast { rival, times } => {
                let (own, its) = both(rival)?;
                (own, its / times, format!("{:.2} x as fast", its / own))
            }
            Claim::Below { rival } => {
                let (own, its) = both(rival)?;
                // Just below: being equal is not enough.
                (own, its.next_down(), format!("{:.2} x", own / its))
            }
            Claim::AtLeast { rival } => {
                let (own, its) = both(rival)?;
                (its, own, format!("{:.2} x", own / its))
            }
            Claim::Absolute { plus, limit } => {
                let most = rows.iter().filter(|row| row.bench == self.bench).map(|row| row.docs);
                let docs = most.max()?;
                let own = of(FOLIO, docs)? + plus;
                (own, limit, format!("{own:.1} at {docs} documents"))
            }
            Claim::Same { docs: [few, many], times } => {
                let (a, b) = (of(FOLIO, few)?, of(FOLIO, many)?);
                (a.max(b) / a.min(b), times, format!("{a:.1} and {b:.1}"))
            }
            Claim::Told { beside } => {
                let own = of(FOLIO, RATIO_DOCS)?;
                let plain = self.of(rows, beside, FOLIO, RATIO_DOCS)?;
                return Some(Verdict::Told(format!("{own:.1} and {plain:.1}")));
            }
        };
        let reached = own <= limit;
        Some(if reached { Verdict::Reached(how) } else { Verdict::Missed(how, own / limit) })
    }

    fn of(&self, rows: &[Row], bench: &str, system: &str, docs: usize) -> Option<f64> {
        let row = rows.iter().find(|row| {
            (row.bench, row.system, row.docs) == (bench, system, docs)
                && (row.threads, row.dist) == (self.threads, self.dist)
        })?;
        row.figure(self.figure).map(|figure| figure.median)
    }
}

impl Claim {
    fn text(&self) -> String {
        match self {
            Self::AtMost { rival, times } => format!("at most {times} x {rival}"),
            Self::TimesAsFast { rival, times } => format!("{times} x as fast as {rival}"),
            Self::Below { rival } => format!("below {rival}"),
            Self::AtLeast { rival } => format!("at least {rival}"),
            Self::Absolute { plus: 0.0, limit } => format!("at most {limit}"),
            Self::Absolute { plus, limit } => format!("with {plus} of the key at most {limit}"),
            Self::Same { docs: [few, many], .. } => format!("the same at {few} and {many}"),
            Self::Told { beside } => format!("told, and {beside}"),
        }
    }
}

const fn time(bench: &'static str, threads: usize, dist: &'static str, claim: Claim) -> Target {
    Target { bench, figure: NS_PER_OP, threads, dist, claim }
}

const fn tail(bench: &'static str, threads: usize, figure: &'static str, claim: Claim) -> Target {
    Target { bench, figure, threads, dist: "hot", claim }
}

/// About documents with indexes.
const fn by_index(bench: &'static str, figure: &'static str, claim: Claim) -> Target {
    Target { bench, figure, threads: 1, dist: "uniform", claim }
}

/// About readers of what lives on while ten times as much ends.
const fn ends(bench: &'static str) -> Target {
    let claim = absolute(3.0);
    Target { bench, figure: "p999_ratio", threads: 2, dist: "uniform", claim }
}

const fn absolute(limit: f64) -> Claim {
    Claim::Absolute { plus: 0.0, limit }
}

const fn at_most(rival: &'static str, times: f64) -> Claim {
    Claim::AtMost { rival, times }
}

const fn faster(rival: &'static str, times: f64) -> Claim {
    Claim::TimesAsFast { rival, times }
}

const fn below(rival: &'static str) -> Claim {
    Claim::Below { rival }
}

const fn at_least(rival: &'static str) -> Claim {
    Claim::AtLeast { rival }
}

const FOLIO: &str = "folio";
const PAPAYA: &str = "papaya";
const DASHMAP: &str = "dashmap";
const SCC: &str = "scc_hash_index";
const RWLOCK: &str = "rwlock_hashmap";
const BROADCAST: &str = "rwlock+broadcast";
const BTREE: &str = "rwlock_btreemap";

const UNBOUNDED: &str = "folio_unbounded";
const MOKA: &str = "moka";
const QUICK: &str = "quick_cache";

/// Where ratios are judged.
const RATIO_DOCS: usize = 100_000;

/// Bytes of a key: the limit on memory is about everything but the value.
const KEY: f64 = 16.0;

pub const TARGETS: &[Target] = &[
    time("get", 1, "hot", at_most(PAPAYA, 1.6)),
    time("get", 1, "uniform", at_most(PAPAYA, 1.8)),
    time("get", 2, "hot", below(DASHMAP)),
    time("get", 2, "hot", below(RWLOCK)),
    time("mixed_95_5", 2, "hot", below(PAPAYA)),
    time("mixed_95_5", 2, "hot", below(DASHMAP)),
    time("update", 1, "hot", at_most(PAPAYA, 2.5)),
    time("update", 1, "uniform", at_most(PAPAYA, 2.5)),
    time("update", 2, "hot", at_most(PAPAYA, 0.5)),
    time("update", 2, "uniform", at_most(PAPAYA, 0.5)),
    tail("tail_2r2w", 4, "p999", at_most(PAPAYA, 0.25)),
    tail("tail_2r2w", 4, "p999", at_most(DASHMAP, 0.25)),
    tail("tail_2r2w", 4, "p999", at_most(SCC, 0.25)),
    tail("tail_2r2w", 4, "p999", at_most(RWLOCK, 0.25)),
    tail("tail_2r2w", 4, "p9999", below(PAPAYA)),
    tail("tail_2r2w", 4, "p9999", below(DASHMAP)),
    tail("tail_2r2w", 4, "p9999", below(SCC)),
    tail("tail_2r2w", 4, "p9999", below(RWLOCK)),
    tail("tail_2r2w", 4, "writes", at_least(PAPAYA)),
    tail("tail_8r2w", 10, "p9999", below(PAPAYA)),
    tail("tail_8r2w", 10, "p9999", below(DASHMAP)),
    tail("tail_8r2w", 10, "p9999", below(SCC)),
    tail("tail_8r2w", 10, "p9999", below(RWLOCK)),
    tail("tail_8r2w", 10, "writes", at_least(PAPAYA)),
    time("view_open", 1, "uniform", absolute(100.0)),
    time("view_open", 1, "uniform", Claim::Same { docs: [1_000, 1_000_000], times: 1.2 }),
    time("view_open_among_1000", 1, "uniform", Claim::Told { beside: "view_open" }),
    time("update_among_1000_views", 1, "hot", Claim::Told { beside: "update" }),
    time("update_among_1000_views", 1, "uniform", Claim::Told { beside: "update" }),
    Target {
        bench: "bytes_per_doc",
        figure: "bytes_per_doc",
        threads: 1,
        dist: "uniform",
        claim: Claim::Absolute { plus: KEY, limit: 200.0 },
    },
    time("lookup_100", 1, "uniform", absolute(10_000.0)),
    time("range_1250", 1, "uniform", absolute(120_000.0)),
    by_index("lookup_100_2w", "p99_ratio", absolute(2.0)),
    by_index("lookup_100_2w", "busy_p99", below(RWLOCK)),
    by_index("lookup_100_2w", "busy_p99", below(BTREE)),
    time("insert_2_indexes", 1, "uniform", absolute(3_000.0)),
    by_index("update_indexed", "times_plain", absolute(1.3)),
    by_index("bytes_per_entry", "bytes_per_entry", absolute(120.0)),
    time("feed_drain_1", 2, "uniform", at_most(BROADCAST, 1.0)),
    time("feed_through_1", 2, "uniform", at_most(BROADCAST, 1.0)),
    time("feed_through_1_4w", 5, "uniform", at_most(BROADCAST, 1.0)),
    Target { figure: "take", ..time("feed_write_1", 1, "uniform", at_most(BROADCAST, 1.0)) },
    // 500,000 documents a second.
    time("index_build", 1, "uniform", absolute(2_000.0)),
    time("cache_get", 1, "uniform", at_most(UNBOUNDED, 1.15)),
    time("cache_get", 1, "hot", at_most(UNBOUNDED, 1.15)),
    time("cache_get", 2, "hot", faster(QUICK, 2.0)),
    time("cache_get", 2, "hot", faster(MOKA, 10.0)),
    time("cache_get", 2, "zipf", faster(QUICK, 1.5)),
    time("cache_get", 2, "zipf", faster(MOKA, 8.0)),
    time("cache_aside", 2, "zipf", faster(QUICK, 1.5)),
    time("cache_aside", 2, "zipf", faster(MOKA, 8.0)),
    time("cache_load", 1, "uniform", below(MOKA)),
    time("cache_load", 2, "uniform", below(MOKA)),
    time("cache_insert", 1, "uniform", below(MOKA)),
    time("cache_insert", 2, "uniform", below(MOKA)),
    ends("expire_thread"),
    ends("expire_writes"),
];
