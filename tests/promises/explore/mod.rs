//! The example `explore`, run as a user runs it: as a program, judged by its output and exit code.

mod audit;
mod files;
mod mistakes;
pub(crate) mod program;
mod questions;
mod usage;
