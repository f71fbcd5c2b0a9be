//! Loads real documents, indexes them, answers questions, and rewrites them from many threads while
//! an auditor opens views and checks that every one of them is consistent.
//!
//! ```text
//! cargo run --release --example explore
//! cargo run --release --example explore -- FILE --limit 20 --churn 10 --readers 4 --writers 4
//! cargo run --release --example explore -- --index properties.net,properties.mag \
//!     --get properties.magType=ml --range properties.mag=4.5..
//! ```
//!
//! Without FILE it runs on the bundled week of earthquakes. The run has four parts:
//!
//! 1. **Load** ([`load`]): FILE is split into objects, each becomes a document under a generated
//!    key. A mistake in FILE is told as `FILE:LINE:COLUMN: what is wrong` and ends the run with
//!    exit code 1; nothing is said to be loaded then.
//! 2. **Show** ([`table`]): some documents as a table of the fields that tell most.
//! 3. **Ask** ([`answer`]): indexes are created, and each question ([`question`]) is answered with
//!    a number and a table.
//! 4. **Churn** ([`churn`]): readers and writers work on the documents for some seconds; updates
//!    move documents between the keys of indexes ([`mover`]). Meanwhile auditors ([`audit`]) open
//!    one view after another, and compare every index ([`listing`]) with a scan of its view
//!    ([`scan`]). A view that contradicts itself makes the exit code 1.
//!
//! Results go to standard output, a line each, in a form that scripts can read; progress bars and
//! mistakes go to standard error. A reader that closes our standard output ends the run quietly.
//!
//! An audit that cannot fail proves nothing, so the environment variable `EXPLORE_PLANT_FAULT`
//! plants one fault: see [`fault`].

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "an example measures time and has threads of its own, outside the crate's facade"
)]
#![allow(
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    reason = "nobody calls into a program; its only errors are those of `failure`"
)]

use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

use crate::failure::Failure;
use crate::fault::Fault;
use crate::input::Input;
use crate::options::Options;
use crate::output::Output;
use crate::progress::Bars;

mod answer;
mod audit;
mod chain;
mod churn;
mod columns;
mod dice;
mod failure;
mod fault;
mod fields;
mod input;
mod listing;
mod load;
mod mistake;
mod mover;
mod options;
mod output;
mod paths;
mod piece;
mod place;
mod progress;
mod question;
mod reader;
mod report;
mod scan;
mod scanner;
mod shape;
mod table;
mod tally;
mod values;
mod witness;
mod writer;

fn main() -> ExitCode {
    let options = Options::from_command_line();
    match run(&options) {
        Ok(Verdict::Consistent) => ExitCode::SUCCESS,
        Ok(Verdict::Doubtful) => ExitCode::FAILURE,
        Err(failure) if failure.is_closed_output() => ExitCode::SUCCESS,
        Err(failure) => {
            // Standard error may be closed as well, and then there is nobody left to tell.
            writeln!(std::io::stderr(), "{failure}").ok();
            failure.exit_code()
        }
    }
}

/// What the run has to say about the views it opened.
enum Verdict {
    Consistent,
    Doubtful,
}

fn run(options: &Options) -> Result<Verdict, Failure> {
    let fault = Fault::from_environment()?;
    let bars = Bars::for_standard_error();
    let mut output = Output::new();

    let started = Instant::now();
    let input = Input::read(options.file.as_deref())?;
    let loaded = load::load(&input, &bars)?;
    output.line(format_args!(
        "loaded {} documents in {:.1} ms",
        loaded.keys.len(),
        started.elapsed().as_secs_f64() * 1_000.0
    ))?;
    drop(input);

    table::show(&loaded.first(options.limit), &mut output)?;
    let indexes = answer::index(&loaded.collection, options, &mut output)?;
    answer::answer(&loaded.collection, options, &mut output)?;
    if options.churn.is_zero() {
        return Ok(Verdict::Consistent);
    }

    let churned = churn::churn(&loaded, indexes, options, fault, &bars)?;
    report::report(&churned, &mut output)
}
