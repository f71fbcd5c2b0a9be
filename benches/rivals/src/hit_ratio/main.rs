//! How much each cache keeps of what is asked for again.
//!
//!     cargo run --release --bin hit_ratio                      # loads made here
//!     cargo run --release --bin hit_ratio -- a.txt b.txt.gz    # recorded ones
//!
//! Hit ratios do not depend on the machine: one run of each is enough.

mod caches;
mod made;
mod report;
mod trace;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::caches::CACHES;
use crate::made::Made;
use crate::report::{Cell, table};
use crate::trace::Trace;

/// Hit ratios of Folio's eviction beside those of its rivals, at 1, 5 and 20 % of the distinct
/// keys, never fewer than 32: one thread, each key is asked for, and put in on a miss.
///
/// moka does its pending tasks after each access; `quick_cache` has one shard; `lru` keeps the
/// least recently used exactly.
///
/// Standard output: one JSON object a line, `hits` in per cent. Standard error: a Markdown table,
/// and how far Folio is from the better of moka and `quick_cache`.
#[derive(Parser)]
#[command(version)]
struct Flags {
    /// Files of keys separated by white space, in order of access; gzip or plain
    traces: Vec<PathBuf>,

    /// A load made here (repeatable) [default: all of them, if there are no files]
    #[arg(long = "make", value_name = "NAME", value_enum)]
    made: Vec<Made>,

    /// Decides the loads made here
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> ExitCode {
    match run(&Flags::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hit_ratio: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(flags: &Flags) -> io::Result<()> {
    let made = match (&flags.made[..], flags.traces.is_empty()) {
        ([], true) => &Made::ALL,
        (some, _) => some,
    };
    let mut cells = Vec::new();
    for path in &flags.traces {
        measure(&Trace::read(path)?, &mut cells)?;
    }
    for made in made {
        measure(&made.trace(flags.seed), &mut cells)?;
    }
    eprint!("{}", table(&cells));
    Ok(())
}

/// Plays a trace to every cache, at every size.
fn measure(trace: &Trace, cells: &mut Vec<Cell>) -> io::Result<()> {
    for capacity in trace.capacities() {
        let mut cell = Cell { trace: trace.name.clone(), capacity, hits: Vec::new() };
        for (name, make) in CACHES {
            let mut cache = make(capacity);
            let hits = trace.keys.iter().filter(|key| cache.ask(**key)).count();
            let percent = 100.0 * hits as f64 / trace.keys.len() as f64;
            cell.hits.push(percent);
            let head = format!(r#""trace":{:?},"accesses":{}"#, trace.name, trace.keys.len());
            let size = format!(r#""distinct":{},"capacity":{capacity}"#, trace.distinct);
            let figure = format!(r#""cache":"{name}","hits":{percent:.2}"#);
            writeln!(io::stdout(), "{{{head},{size},{figure}}}")?;
        }
        cells.push(cell);
    }
    Ok(())
}
