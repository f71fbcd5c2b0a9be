//! A lock-free, multiversion, in-process document store for hot paths.

mod error;
mod key;
mod outcome;

#[cfg(feature = "json")]
mod document;
