//! The command line.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

/// Loads documents into a Folio collection, shows some, and rewrites them from many threads while
/// an auditor checks that every view of them is consistent.
#[derive(Debug, Parser)]
#[command(name = "explore", version, after_help = AFTER_HELP)]
pub(crate) struct Options {
    #[arg(help = FILE_HELP)]
    pub(crate) file: Option<PathBuf>,

    /// How many documents to show as a table, 0 for none
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) limit: usize,

    /// How long to read and write, 0 for not at all; fractions are welcome
    #[arg(
        long,
        value_name = "SECONDS",
        default_value = "3",
        value_parser = seconds,
        allow_negative_numbers = true
    )]
    pub(crate) churn: Duration,

    /// How many threads read, 1 to 256
    #[arg(
        long,
        value_name = "R",
        default_value_t = 2,
        value_parser = clap::value_parser!(u16).range(1..=THREADS_MAX),
        allow_negative_numbers = true
    )]
    pub(crate) readers: u16,

    /// How many threads write, 1 to 256
    #[arg(
        long,
        value_name = "W",
        default_value_t = 2,
        value_parser = clap::value_parser!(u16).range(1..=THREADS_MAX),
        allow_negative_numbers = true
    )]
    pub(crate) writers: u16,
}

impl Options {
    /// Reads the command line; on bad usage says what is wrong, prints the help and exits with 2.
    pub(crate) fn from_command_line() -> Self {
        match Self::try_parse() {
            Ok(options) => options,
            Err(error) => {
                // A failure to print leaves only the exit code to tell.
                error.print().ok();
                if !matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
                    print_help();
                }
                process::exit(error.exit_code())
            }
        }
    }
}

fn print_help() {
    let help = Options::command().render_help();
    writeln!(io::stderr(), "\n{help}").ok();
}

/// A number of seconds, at most an hour.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    if (0.0..=CHURN_SECONDS_MAX).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err(format!("not between 0 and {CHURN_SECONDS_MAX}"))
    }
}

const THREADS_MAX: i64 = 256;
const CHURN_SECONDS_MAX: f64 = 3_600.0;
const FILE_HELP: &str = "A JSON array of objects, a GeoJSON FeatureCollection, or one JSON object \
a line; - is standard input [default: a week of earthquakes]";
const AFTER_HELP: &str = "\
An object that is spread over several lines is one document, unless it is a FeatureCollection.
Exit code: 0 if every view was consistent, 1 if one was not or if FILE is no good, 2 on bad usage.";
