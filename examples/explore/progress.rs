//! Progress bars on standard error, for a person who waits.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Makes bars that show themselves only if standard error is a terminal.
#[derive(Debug)]
pub(crate) struct Bars {
    shown: bool,
}

impl Bars {
    pub(crate) fn for_standard_error() -> Self {
        Self { shown: std::io::stderr().is_terminal() }
    }

    /// How many of `bytes` are loaded.
    pub(crate) fn loading(&self, bytes: usize) -> ProgressBar {
        self.bar(bytes as u64, "loading {wide_bar} {bytes} of {total_bytes}")
    }

    /// How many milliseconds of the churn are over.
    pub(crate) fn churning(&self, time: Duration) -> ProgressBar {
        let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.bar(ms, "churning {wide_bar} {msg}")
    }

    fn bar(&self, length: u64, template: &str) -> ProgressBar {
        if !self.shown {
            return ProgressBar::hidden();
        }

        let style = ProgressStyle::with_template(template);
        ProgressBar::new(length).with_style(style.expect("our templates are well-formed"))
    }
}
