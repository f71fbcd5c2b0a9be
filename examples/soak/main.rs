//! Works on a collection from many threads for as long as you like, and shows that nothing is lost,
//! nothing contradicts itself and memory stays where it is.
//!
//! ```text
//! cargo run --release --example soak
//! cargo run --release --example soak -- --seconds 600 --keys 100000
//! ```
//!
//! The time is cut into rounds. In a round writers, readers and disturbers ([`work`]) do whatever
//! the collection offers, on the same keys; the disturbers hold views and pins for long and make,
//! fork and drop collections of their own; watches ([`watching`]) come, follow, fall behind
//! and go. At the end of a round everybody has left: the collection
//! has to pass its own audit, and there have to be as many values in memory as documents, not one
//! more. Each round is a JSON object on a line of standard output; the last line is the verdict:
//! memory is **flat** if the last quarter of the rounds holds at most 2 % more bytes than the
//! quarter before. Anything else makes the exit code 1. (Under five minutes memory is not judged:
//! one thread that is put to sleep while it holds a pin makes a new peak, and room for it stays.)
//! What the process holds of the system is told, not judged: the allocator keeps what it likes.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "an example measures time and has threads of its own, outside the crate's facade"
)]
#![allow(clippy::missing_panics_doc, reason = "a contradiction ends the run")]
#![allow(unsafe_code, reason = "an allocator that counts")]

use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{fs, thread};

use clap::Parser;
use folio::Collection;

use crate::entry::Entry;
use crate::work::Place;

mod entry;
mod heap;
mod watching;
mod work;

/// Works on a collection from many threads and watches its memory.
#[derive(Debug, Parser)]
struct Options {
    /// How long to work
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,

    /// How many keys there are; about half of them lead to a document
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(1..))]
    keys: u64,

    /// How many threads write
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=256))]
    writers: u64,

    /// How many threads read
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=256))]
    readers: u64,

    /// Where chance begins: the same seed, the same wishes (their order is up to the threads)
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// What a round left behind.
struct Round {
    bytes: u64,
    fault: Option<String>,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let begun = Instant::now();
    let length = Duration::from_secs(options.seconds);
    let documents = swollen((options.keys + work::BAND) * SWELL);
    let mut rounds = Vec::new();
    while begun.elapsed() < length {
        // So many rounds, whatever the length, that a trend can be told from noise.
        let end = begun.elapsed() + (length / ROUNDS).max(Duration::from_millis(250));
        let number = rounds.len() as u64 + 1;
        work_until(begun + end.min(length), &documents, number, &options);
        let round = look(&documents, number, begun.elapsed());
        let broken = round.fault.is_some();
        rounds.push(round);
        if broken {
            break;
        }
    }
    drop(documents);
    judge(&rounds, length >= JUDGED_MIN)
}

/// An empty collection that once held so many documents. Table and places keep some of that room,
/// so that a late peak of the run is not taken for growth.
fn swollen(documents: u64) -> Collection<u64, Entry> {
    let collection: Collection<u64, Entry> =
        (0..documents).map(|key| (key, Entry::new(key, 0))).collect();
    collection.clear().expect("the collection is open");
    collection
}

/// One round: everybody works, and has left when this returns.
fn work_until(end: Instant, documents: &Collection<u64, Entry>, number: u64, options: &Options) {
    let place = |thread| Place {
        documents,
        keys: options.keys,
        end,
        seed: options.seed ^ (number << 32) ^ thread,
    };
    thread::scope(|threads| {
        for writer in 0..options.writers {
            threads.spawn(move || work::write(&place(writer)));
        }
        for reader in 0..options.readers {
            threads.spawn(move || work::read(&place(1_000 + reader)));
        }
        threads.spawn(move || work::hold(&place(2_000)));
        threads.spawn(move || work::build(&place(3_000)));
        threads.spawn(move || watching::watch(&place(4_000)));
        threads.spawn(move || watching::watch(&place(5_000)));
    });
}

/// The end of a round: nobody works, so every figure is exact.
fn look(documents: &Collection<u64, Entry>, number: u64, elapsed: Duration) -> Round {
    for _ in 0..CLEANINGS_MAX {
        documents.maintain();
        if documents.stats().retired == 0 {
            break;
        }
    }
    let (stats, entries) = (documents.stats(), Entry::living());
    let fault = documents.verify().err().map(|fault| fault.to_string()).or_else(|| {
        let fits = usize::try_from(entries) == Ok(stats.documents);
        (!fits).then(|| format!("{entries} values for {} documents", stats.documents))
    });
    let bytes = heap::bytes();
    println!(
        "{{\"round\":{number},\"seconds\":{:.1},\"documents\":{},\"writes\":{},\"conflicts\":{},\
         \"retired\":{},\"places\":{},\"bytes\":{bytes},\"resident_kib\":{}}}",
        elapsed.as_secs_f64(),
        stats.documents,
        stats.writes,
        stats.conflicts,
        stats.retired,
        stats.places,
        resident_kib().map_or("null".into(), |kib| kib.to_string()),
    );
    Round { bytes, fault }
}

/// The last line, and the exit code.
fn judge(rounds: &[Round], long_enough: bool) -> ExitCode {
    let left = Entry::living();
    let fault = rounds.iter().find_map(|round| round.fault.clone());
    let fault = fault.or_else(|| (left != 0).then(|| format!("{left} values were never dropped")));
    let growth = growth_percent(rounds);
    let (verdict, code) = match growth {
        _ if fault.is_some() => ("broken", ExitCode::FAILURE),
        Some(growth) if long_enough && growth > GROWTH_PERCENT_MAX => {
            ("growing", ExitCode::FAILURE)
        }
        Some(_) if long_enough => ("flat", ExitCode::SUCCESS),
        _ => ("sound, too short to judge memory", ExitCode::SUCCESS),
    };
    let growth = growth.map_or("null".into(), |growth| format!("{growth:.2}"));
    let fault = fault.map_or("null".into(), |fault| format!("\"{fault}\""));
    println!("{{\"verdict\":\"{verdict}\",\"growth_percent\":{growth},\"fault\":{fault}}}");
    code
}

/// By how much the last quarter of the rounds holds more memory than the quarter before it.
fn growth_percent(rounds: &[Round]) -> Option<f64> {
    let quarter = rounds.len() / 4;
    if quarter < QUARTER_ROUNDS_MIN {
        return None;
    }
    let sum = |rounds: &[Round]| {
        #[expect(clippy::cast_precision_loss, reason = "bytes in memory fit 52 bits")]
        let bytes = rounds.iter().map(|round| round.bytes as f64);
        bytes.sum::<f64>()
    };
    let (before, last) = rounds[rounds.len() - 2 * quarter..].split_at(quarter);
    let (before, last) = (sum(before), sum(last));
    Some((last - before) / before * 100.0)
}

/// The memory of this process that is in use, where the system tells.
fn resident_kib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

const CLEANINGS_MAX: usize = 1_000;
const GROWTH_PERCENT_MAX: f64 = 2.0;
const JUDGED_MIN: Duration = Duration::from_secs(300);
const QUARTER_ROUNDS_MIN: usize = 5;
const ROUNDS: u32 = 40;
const SWELL: u64 = 16;
