//! The command line. clap refuses what makes no sense, with help and exit code 2.

use std::time::Duration;

use clap::Parser;
use clap::builder::PossibleValuesParser;
use clap::builder::RangedU64ValueParser as Range;

use crate::jobs::Entrant;
use crate::plan::{self, Bench, Pace, Set};

/// Measures Folio beside its rivals: same keys (16 bytes), same values (64 bytes), same hasher
/// (foldhash), same allocator (mimalloc), same work, all after the same churn (one update for each
/// document, in random order), in interleaved rounds.
///
/// Standard output: one JSON object a line. `ns_per_op` is the time one operation takes one thread
/// (wall time x threads / operations), the median of the rounds, `ns_min` and `ns_max` their
/// spread; for `get_many_64` and `stream` an operation is one document, for tails it is the mean
/// latency, for `bytes_per_doc` it is null. `p50` to `max` are read latencies in nanoseconds,
/// `writes` what the writers did in the same time; each has its `_min` and `_max`.
///
/// The benches behind `bytes_per_doc` are about two indexes over documents of five fields. Of a
/// query the time is for the whole answer, each document of which is read. `lookup_100_2w` times
/// lookups one by one, at first alone, then (`busy_`) while two threads move documents;
/// `update_indexed` is about a field that no index knows, `plain` about the same in a store without
/// indexes, `moved` about one that an index goes by; for `index_build` an operation is one entry.
///
/// Feeds: one thread writes, others are told. `feed_write_N` times writes while N watch, and `take`
/// what one of them takes for one event, on the same thread; `feed_drain_1` times a thread that
/// takes what another one has written; in `feed_through_N` one writes, or with `_4w` four do, as
/// fast as N threads can follow, the slowest of them; `feed_latency_N` times from before a write
/// until a thread that waited has its event. Channels with `rwlock+` have a map of documents beside
/// them.
///
/// Caches have keys of eight bytes and values of a word, those behind `_arc` a hundred bytes that
/// owners share. `cache_get` reads from one that has everything, and `cache_aside` from one for a
/// tenth of it, where whoever misses puts in; `hits` are those of a hundred reads. `cache_load`
/// loads keys that nobody has asked for, and `cache_insert` writes them, into a full cache. Folio
/// is read with a pin for each read, one for a batch (`folio_pinned`) or by owned snapshots
/// (`folio_snapshot`), and once is not bounded.
///
/// Ends: `expire_thread` and `expire_writes` time single reads at first alone, then (`elsewhere_`)
/// beside a thread that works on memory of its own, then (`busy_`) while ten times as many
/// documents end at once, removed by a thread of the collection or by writes; `gone` is the time
/// for each of those. `write_ttl` is a write with a deadline beside a `plain` one, over existing
/// keys and of `new` ones.
///
/// Standard error: ratios of Folio to each rival, then the targets.
#[derive(Parser)]
#[command(version)]
pub struct Flags {
    /// 100,000 documents only and shorter measurements: eight minutes for everything
    #[arg(long)]
    quick: bool,

    /// Only this bench (repeatable)
    #[arg(long = "bench", value_name = "NAME", value_parser = bench_names())]
    benches: Vec<String>,

    /// Only this system (repeatable)
    #[arg(long = "system", value_name = "NAME", value_parser = system_names())]
    systems: Vec<String>,

    /// Documents in each store (repeatable) [default: 1000, 100000, 1000000; of caches, 100000]
    #[arg(long, value_name = "N", value_parser = Range::<usize>::new().range(1..=100_000_000))]
    docs: Vec<usize>,

    /// Threads, where the bench does not fix them itself (repeatable) [default: 1, 2, 8]
    #[arg(long, value_name = "N", value_parser = Range::<usize>::new().range(1..=1_024))]
    threads: Vec<usize>,

    /// Rounds of each measurement
    #[arg(long, value_name = "N", default_value_t = plan::ROUNDS,
          value_parser = Range::<usize>::new().range(1..=1_000))]
    pub rounds: usize,

    /// Milliseconds of one measurement of a throughput [default: 200, with --quick 50]
    #[arg(long, value_name = "MS", value_parser = Range::<u64>::new().range(1..=60_000))]
    shift: Option<u64>,

    /// How often a turn is done, at most, until others leave its threads the processors
    #[arg(long, value_name = "N", default_value_t = 1,
          value_parser = Range::<usize>::new().range(1..=1_000))]
    pub tries: usize,

    /// Decides keys, churn and picks
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,

    /// Prints the bytes a document or an entry takes in one system and does nothing else
    #[arg(long, value_name = "SYSTEM", hide = true, value_parser = system_names())]
    pub weigh: Option<String>,
}

impl Flags {
    pub fn benches(&self) -> impl Iterator<Item = &'static Bench> {
        plan::BENCHES.iter().filter(|bench| takes(&self.benches, bench.name))
    }

    pub fn systems(&self, set: Set) -> Vec<&'static Entrant> {
        let entrants = set.entrants().iter();
        entrants.filter(|entrant| takes(&self.systems, entrant.name)).collect()
    }

    /// Each number that somebody measures at.
    pub fn docs(&self) -> &[usize] {
        self.docs_or(plan::DOCS)
    }

    pub fn docs_of(&self, set: Set) -> &[usize] {
        self.docs_or(set.docs())
    }

    fn docs_or<'a>(&'a self, otherwise: &'a [usize]) -> &'a [usize] {
        match (self.docs.is_empty(), self.quick) {
            (false, _) => &self.docs,
            (true, true) => plan::QUICK_DOCS,
            (true, false) => otherwise,
        }
    }

    pub fn threads(&self) -> &[usize] {
        if self.threads.is_empty() { plan::THREADS } else { &self.threads }
    }

    pub fn pace(&self) -> Pace {
        let pace = if self.quick { plan::QUICK } else { plan::FULL };
        let shift = self.shift.map_or(pace.shift, Duration::from_millis);
        Pace { shift, ..pace }
    }
}

/// Nothing named means everything.
fn takes(named: &[String], name: &str) -> bool {
    named.is_empty() || named.iter().any(|named| named == name)
}

fn bench_names() -> PossibleValuesParser {
    plan::BENCHES.iter().map(|bench| bench.name).collect::<Vec<_>>().into()
}

fn system_names() -> PossibleValuesParser {
    let mut names: Vec<_> =
        Set::ALL.iter().flat_map(|set| set.entrants()).map(|entrant| entrant.name).collect();
    names.sort_unstable();
    names.dedup();
    names.into()
}
