//! Why a run ends before its time.

use std::error::Error;
use std::fmt;
use std::io;
use std::process::ExitCode;

use folio::{IndexError, WriteError};

use crate::place::Place;

/// Why a run ended before its time.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The environment names a fault that does not exist.
    Fault { found: String, known: String },
    /// The input cannot be read at all.
    Unreadable { name: String, source: io::Error },
    /// The input says something that it should not.
    Malformed { name: String, place: Place, what: String },
    /// The collection refused a write that should succeed.
    Refused { source: WriteError },
    /// The collection refused an index that it should have.
    Index { source: IndexError },
    /// The operating system gives no further thread.
    Thread { source: io::Error },
    /// Standard output takes no more.
    Output { source: io::Error },
}

impl Failure {
    /// 2 if the caller asked for something that does not exist, else 1.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(if matches!(self, Self::Fault { .. }) { 2 } else { 1 })
    }

    /// Whether nobody reads our standard output any more, as after `| head -1`.
    pub(crate) fn is_closed_output(&self) -> bool {
        matches!(self, Self::Output { source } if source.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl From<WriteError> for Failure {
    fn from(source: WriteError) -> Self {
        Self::Refused { source }
    }
}

impl From<IndexError> for Failure {
    fn from(source: IndexError) -> Self {
        Self::Index { source }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault { found, known } => {
                write!(f, "EXPLORE_PLANT_FAULT is `{found}`, which is none of {known}")
            }
            Self::Unreadable { name, source } => write!(f, "{name}: cannot be read: {source}"),
            Self::Malformed { name, place, what } => write!(f, "{name}:{place}: {what}"),
            Self::Refused { source } => write!(f, "a write was refused: {source}"),
            Self::Index { source } => write!(f, "an index was refused: {source}"),
            Self::Thread { source } => write!(f, "cannot start a thread: {source}"),
            Self::Output { source } => write!(f, "cannot write to standard output: {source}"),
        }
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Refused { source } => Some(source),
            Self::Index { source } => Some(source),
            Self::Unreadable { source, .. } | Self::Thread { source } | Self::Output { source } => {
                Some(source)
            }
            Self::Fault { .. } | Self::Malformed { .. } => None,
        }
    }
}
