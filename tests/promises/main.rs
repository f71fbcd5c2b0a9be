//! What Folio promises, each promise a test of that name.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests measure time and count, outside the crate's facade"
)]

mod capacity;
mod common;
mod conformance;
mod contract;
#[cfg(feature = "json")]
mod examples;
mod expiry;
#[cfg(feature = "json")]
mod explore;
mod flight;
mod history;
mod index;
mod kit;
mod map;
mod memory;
#[cfg(feature = "metrics")]
mod metrics;
mod model;
mod programs;
mod store;
mod stream;
mod text;
#[cfg(feature = "tracing")]
mod tracing;
mod user_code;
mod watch;
