//! A lock-free, multiversion, in-process document store for hot paths.
#![cfg_attr(
    test,
    allow(clippy::missing_panics_doc, reason = "a test panics when what it promises does not hold")
)]

mod care;
mod commit;
mod depth;
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

#[cfg(feature = "json")]
pub use document::Document;
#[cfg(feature = "json")]
pub use error::DocumentError;
pub use error::{Error, ReadError, Rejected, StoreError, UpdateError, WriteError};
pub use key::{GenerateKey, Key, Value};
pub use outcome::{Forked, Op, Outcome, Revision, Version};
#[cfg(feature = "json")]
#[doc(hidden)]
pub use serde_json::json as __json;
