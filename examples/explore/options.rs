//! The command line.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use crate::paths::Paths;
use crate::question::Question;

/// Loads documents into a Folio collection, indexes them, answers questions, and rewrites them from
/// many threads while an auditor checks that every view of them is consistent.
#[derive(Debug, Parser)]
#[command(name = "explore", version, after_help = AFTER_HELP)]
pub(crate) struct Options {
    #[arg(help = FILE_HELP)]
    pub(crate) file: Option<PathBuf>,

    /// Create an index on these fields; repeatable
    #[arg(long, value_name = "FIELDS", value_parser = Paths::parse)]
    pub(crate) index: Vec<Paths>,

    /// Find the documents that say exactly this; repeatable
    #[arg(long, value_name = "FIELDS=VALUES", value_parser = Question::get)]
    get: Vec<Question>,

    /// Find the documents from LO up to, but not including, HI; with ..= including it; repeatable
    #[arg(long, value_name = "FIELD=LO..HI", value_parser = Question::range)]
    range: Vec<Question>,

    /// How many documents to show as a table, of all and of each answer, 0 for none
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
    /// What to ask: first what was asked by `--get`, then by `--range`.
    pub(crate) fn questions(&self) -> impl Iterator<Item = &Question> {
        self.get.iter().chain(&self.range)
    }

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
FIELDS is the path of a field (properties.mag), or of several, joined by commas (country,name); a
dot in a name is \\. there. VALUES are joined by commas likewise, one for each field. A value that
parses as JSON is that value, so \"51.9\" in quotes is a text; any other is text as it stands. A
text with a comma or with .. in it needs quotes. LO, HI or both may be missing, and on several
fields they may be fewer values than fields: --range country,name=NL..=NL finds every name.
A question on fields without an index creates the index, as --index does. A document is in an
index if it has every field, and none is null or an object.

An object that is spread over several lines is one document, unless it is a FeatureCollection.
Exit code: 0 if every view was consistent, 1 if one was not or if FILE is no good, 2 on bad usage.";
