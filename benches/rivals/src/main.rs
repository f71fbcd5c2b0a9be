//! Folio beside its rivals.
//!
//!     cargo run --release                 # everything: about half an hour
//!     cargo run --release -- --quick      # 100,000 documents: eight minutes
//!     cargo run --release -- --help
//!
//! Absolute times on shared machines mean little; ratios within one run do. So every round asks
//! each system in turn, and what is reported is the median of the rounds with its spread.
//!
//! `systems/` has one file for each system, `indexed/` those with indexes, `feeds/` those that tell
//! of what is written, `caches/` those that choose who goes, `jobs/` the loops around them,
//! `plan.rs` the schedule, `report/` what is said at the end, with the targets.

mod caches;
mod cli;
mod feeds;
mod indexed;
mod jobs;
mod load;
mod plan;
mod report;
mod systems;

use std::io::{self, Write};
use std::num::NonZero;
use std::process::ExitCode;
use std::thread;

use clap::Parser;
use mimalloc::MiMalloc;

use crate::cli::Flags;
use crate::jobs::{Case, Entrant, Sample, Store, memory};
use crate::load::{Ground, splitmix};
use crate::plan::{Bench, Crew, Job, Set, Stores};
use crate::report::{Row, figures, table, targets};

#[global_allocator]
static ALLOCATOR: memory::Counted = memory::Counted(MiMalloc);

fn main() -> ExitCode {
    let flags = Flags::parse();
    match run(&flags) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("rivals: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(flags: &Flags) -> io::Result<()> {
    if let Some(name) = &flags.weigh {
        return weigh(name, flags);
    }
    eprintln!("{}", versions());
    let mut rows = Vec::new();
    for docs in flags.docs() {
        let ground = Ground::new(*docs, flags.seed);
        for set in Set::ALL.into_iter().filter(|set| flags.docs_of(*set).contains(docs)) {
            let mut field = Field::new(flags, &ground, set);
            for bench in flags.benches().filter(|bench| bench.set == set) {
                field.run(bench, &mut rows)?;
            }
        }
    }
    let tables = Set::ALL.map(|set| table::ratios(&rows, set));
    eprintln!("\n{}\n{}", tables.join("\n"), targets::list(&rows));
    Ok(())
}

/// Prints one figure and nothing else: called by [`memory::weigh_apart`].
fn weigh(name: &str, flags: &Flags) -> io::Result<()> {
    memory::count();
    let entrant = flags
        .benches()
        .find_map(|bench| bench.set.entrants().iter().find(|entrant| entrant.name == name));
    let entrant = entrant.expect("the command line takes no other name");
    let ground = Ground::new(flags.docs()[0], flags.seed);
    writeln!(io::stdout(), "{}", (entrant.weigh)(&ground))
}

/// All systems on the same ground.
struct Field<'a> {
    flags: &'a Flags,
    ground: &'a Ground,
    systems: Vec<&'static Entrant>,
    /// Their stores, in the same order; none where they must be filled first.
    stores: Vec<Box<dyn Store>>,
}

impl<'a> Field<'a> {
    fn new(flags: &'a Flags, ground: &'a Ground, set: Set) -> Self {
        Self { flags, ground, systems: flags.systems(set), stores: Vec::new() }
    }

    fn run(&mut self, bench: &'static Bench, rows: &mut Vec<Row>) -> io::Result<()> {
        let each = match bench.crew {
            Crew::Each => self.flags.threads().to_vec(),
            Crew::Fixed(threads) => vec![threads],
        };
        for threads in each {
            for dist in bench.dists {
                let seed = self.flags.seed;
                let pace = self.flags.pace();
                let case = Case { job: bench.job, threads, dist: *dist, pace, seed };
                self.measure(bench, case, rows)?;
            }
        }
        Ok(())
    }

    /// All rounds of one measurement, in each of which every system has its turn; who begins
    /// changes from round to round.
    fn measure(
        &mut self,
        bench: &'static Bench,
        case: Case,
        rows: &mut Vec<Row>,
    ) -> io::Result<()> {
        if bench.leaves != Stores::Unused && self.stores.is_empty() {
            self.stores = self.systems.iter().map(|system| (system.fill)(self.ground)).collect();
        }
        // Bytes do not depend on the moment.
        let rounds = match (bench.job, bench.set, bench.leaves) {
            (Job::Bytes, ..) => 1,
            // Filling the stores takes longer than the measurement.
            (_, Set::Indexes, Stores::Unused) => self.flags.rounds.min(plan::ROUNDS_ALONE),
            _ => self.flags.rounds,
        };
        let mut samples = vec![Vec::new(); self.systems.len()];
        let mut seeds = case.seed;
        for round in 0..rounds {
            let case = Case { seed: splitmix(&mut seeds), ..case };
            for turn in 0..self.systems.len() {
                let turn = (turn + round) % self.systems.len();
                samples[turn].extend(self.once(bench, turn, &case)?);
            }
        }
        if bench.leaves == Stores::Spent {
            self.stores.clear();
        }

        for (system, samples) in self.systems.iter().zip(&samples) {
            if samples.is_empty() {
                continue;
            }
            let row = Row {
                set: bench.set,
                bench: bench.name,
                system: system.name,
                threads: case.threads,
                docs: self.ground.docs(),
                dist: case.dist.name(),
                figures: figures(samples),
            };
            writeln!(io::stdout(), "{row}")?;
            rows.push(row);
        }
        Ok(())
    }

    /// One system's turn. On a machine that others use, too, it is done again until its threads had
    /// the processors to themselves, as far as there are so many, or else the best one counts.
    fn once(&self, bench: &Bench, turn: usize, case: &Case) -> io::Result<Option<Sample>> {
        let (entrant, ground) = (self.systems[turn], self.ground);
        if matches!(bench.job, Job::Bytes) {
            let bytes = memory::weigh_apart(bench.name, entrant.name, ground.docs(), ground.seed)?;
            return Ok(Some(vec![(bench.name, bytes)]));
        }
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        let tries = if case.threads > processors { 1 } else { self.flags.tries };
        let mut best = (f64::INFINITY, None);
        for _ in 0..tries {
            load::waited();
            let sample = match bench.leaves {
                Stores::Unused => Some((entrant.alone)(ground, case)),
                Stores::Untouched | Stores::Spent => self.stores[turn].measure(ground, case),
            };
            let waited = load::waited();
            if waited < best.0 {
                best = (waited, sample);
            }
            if waited <= UNDISTURBED {
                break;
            }
        }
        Ok(best.1)
    }
}

/// The part of its time that a thread may wait for a processor without anything being wrong.
const UNDISTURBED: f64 = 0.02;

/// Who takes part, from the lock file.
fn versions() -> String {
    let lock = include_str!("../Cargo.lock");
    let version = |name: &str| {
        let package = format!("name = \"{name}\"\nversion = \"");
        // Ours is the newest; older ones are somebody else's.
        let (_, after) = lock.rsplit_once(&package)?;
        let (version, _) = after.split_once('"')?;
        Some(format!("{name} {version}"))
    };
    let all = [
        "folio",
        "papaya",
        "dashmap",
        "scc",
        "parking_lot",
        "foldhash",
        "mimalloc",
        "crossbeam-skiplist",
        "rusqlite",
        "tokio",
        "crossbeam-channel",
        "moka",
        "quick_cache",
        "mini-moka",
        "foyer-memory",
    ];
    all.iter().filter_map(|name| version(name)).collect::<Vec<_>>().join(", ")
}
