//! Standard output, which may be closed under our hands.

use std::fmt;
use std::io::{self, StdoutLock, Write};

use crate::failure::Failure;

/// Standard output, a line at a time; `println!` would panic once nobody reads it.
#[derive(Debug)]
pub(crate) struct Output {
    stdout: StdoutLock<'static>,
}

impl Output {
    pub(crate) fn new() -> Self {
        Self { stdout: io::stdout().lock() }
    }

    /// Writes one line and makes sure that it has left.
    pub(crate) fn line(&mut self, text: fmt::Arguments<'_>) -> Result<(), Failure> {
        writeln!(self.stdout, "{text}")
            .and_then(|()| self.stdout.flush())
            .map_err(|source| Failure::Output { source })
    }
}
