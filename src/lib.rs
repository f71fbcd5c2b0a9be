//! A lock-free, multiversion, in-process document store for hot paths.

mod care;
mod commit;
mod error;
mod key;
mod limits;
mod outcome;
mod protocol;
mod reclaim;
mod rooms;
mod sync;
mod table;

#[cfg(feature = "json")]
mod document;
