//! A lock-free, multiversion, in-process document store for hot paths.
#![cfg_attr(
    test,
    allow(
        clippy::missing_panics_doc,
        reason = "a test panics when what it promises does not hold"
    )
)]

mod builder;
mod care;
mod change;
mod collection;
mod commit;
mod cursor;
mod depth;
mod error;
mod iter;
mod key;
mod limits;
mod outcome;
mod pinned;
mod protocol;
mod reclaim;
mod reference;
mod rooms;
mod stats;
mod stream;
mod sync;
mod table;
mod view;

#[cfg(doctest)]
mod compile_fail;
#[cfg(feature = "json")]
mod document;

pub use builder::Builder;
pub use change::{Change, Computed};
pub use collection::Collection;
pub use cursor::Cursor;
#[cfg(feature = "json")]
pub use document::Document;
pub use equivalent::Equivalent;
#[cfg(feature = "json")]
pub use error::DocumentError;
pub use error::{Error, ReadError, Rejected, StoreError, UpdateError, WriteError};
pub use iter::Iter;
pub use key::{GenerateKey, Key, Value};
pub use outcome::{Forked, Op, Outcome, Revision, Version};
pub use pinned::Pinned;
pub use reference::{Ref, Snapshot};
#[cfg(feature = "json")]
#[doc(hidden)]
pub use serde_json::json as __json;
pub use stats::{Inconsistent, Stats};
pub use stream::Stream;
pub use view::View;
