//! An in-process, multiversion document store: documents that never make a reader wait.
//!
//! ```
//! use folio::Collection;
//!
//! let stock: Collection<String, u32> = Collection::new();
//! stock.set("apples".into(), 3)?;
//!
//! let view = stock.view(); // the whole collection, as of now
//! let apples = stock.get("apples").ok_or("gone")?;
//! stock.update("apples", |n| n + 1)?; // waits neither for the one nor for the other
//!
//! assert_eq!(*apples, 3); // what a reader holds does not change
//! assert_eq!(stock.get("apples").map(|n| *n), Some(4)); // what it reads next is newer
//! assert_eq!(view.get("apples").map(|n| *n), Some(3)); // and a view stays where it is
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The model
//!
//! A [`Collection`] holds *documents*: values of any type `V` under keys of any type `K`. Each
//! state of a document is a *snapshot* that never changes; a write makes a new one and puts it in
//! place with one atomic exchange. Each write has a [`Version`] (it counts the writes of its key)
//! and a [`Revision`] (its place among all writes of the collection). A [`View`] is a revision: it
//! sees, of each key, the newest snapshot up to there. What nobody can need any more is freed by
//! later writes, never by reads.
//!
//! An [`Index`] finds documents by what is in them, in order: exactly those that a look at every
//! document of the same instant would find.
//!
//! A [`Store`] holds collections by name, of whatever types, under one clock: revisions are the
//! store's, and a [`StoreView`] shows all collections at one instant. A [`Scope`] is a namespace of
//! it: a store in all but that it sees no other names.
//!
//! Documents may [end](guide::caching#how-long-a-document-lasts), and a collection may be
//! [bounded](guide::caching#how-much-there-may-be); a [`Scope`] is a namespace of a store, with a
//! [`Quota`].
//!
//! A [`Watch`] is told each change in the order of revisions, or that it has missed some; a
//! [`Subscription`] calls a function instead.
//!
//! The [`guide`] has a picture of it, and a page for each question that is larger than a verb.
//!
//! # Who waits for whom
//!
//! *Wait-free*: done in so many steps, whatever others do. *Lock-free*: starts over only because
//! another thread got through. *Bucket lock*: waits for whoever holds the lock of one bucket of the
//! table, which is a matter of instructions, unless the holder is suspended just there.
//!
//! | verb | progress | sees, or takes effect in |
//! |---|---|---|
//! | `get`, `try_get`, `contains`, `pin`, `get_many` | wait-free; lock-free while the table is being resized | one instant of the call, each key |
//! | `view`, `iter`, `stream`, opening | lock-free | one instant of the call, all keys |
//! | reads of a view, next item of an iterator or stream | as `get`; a hop for each write to the key since | the instant of the view |
//! | `set`, `replace`, `update` and the like over an existing key, `remove` | lock-free | one instant |
//! | `set`, `create`, `insert` and the like of a new key, or of one just removed | bucket lock | one instant |
//! | every 64th write of a shard, `maintain`, `close` also | bucket lock for each removed key that they finish | |
//! | `close`, dropping the last handle, with [`purge_every`](Builder::purge_every) | also wait for that thread, and for the functions of `on_change` that it is in | |
//! | `set_many`, `clear`, `retain` | each write as above | not one instant |
//! | a query of an index, its next document | lock-free | one instant of the call; that of its view or pin |
//! | `create_index` | stops nobody; waits for whoever creates or drops another one, and for pins of other threads | one instant |
//! | `drop_index` | waits for whoever creates or drops another one | one instant |
//! | `get_or_insert_with` and its twins | as `get` if it is there; else a short lock, and whoever loads the key | as `get`, or as `create` |
//! | `len` | waits for nobody, but for what is over: it is removed first, as by `purge_expired` | exact when nobody writes |
//! | `stats` | short locks, where documents have deadlines or are limited | exact when nobody writes |
//! | a new key in a bounded collection, a removal from it | and a short lock; and for other writers, where as many write new keys as there may be documents | one instant; whoever goes has one of its own before |
//! | a write with a deadline, `purge_expired` | and short locks of the queues of deadlines | one instant each |
//! | `watch().subscribe()`, `on_change`, `resync`, dropping a watch | short lock of those who come and go; writers do not take it | one instant |
//! | `recv`, an iterator over a watch | waits for the next event, not for any thread in particular | each event in the order of revisions |
//! | `try_recv`, polling a stream | lock-free | likewise |
//! | every write, while anybody waits for it | and wakes them; runs the functions of `on_change`, unless another thread is at it | |
//! | `Store::view` | lock-free | one instant of the call, all collections |
//! | `Store::collection`, `scope`, `collections`, `count`, a collection of a `StoreView` | short lock of the store's names | |
//! | `Store::clear_prefix`, `fork`, `dump`, `maintain`, `close` | the same lock to find the collections; then as one by one | `fork`, `dump`: one instant |
//!
//! No reader and no open view ever makes anybody wait; they keep memory, which
//! [`stats`](Collection::stats) counts. The table is complete for this crate: your `Hash`, `Eq`,
//! closures, hooks and destructors, and the allocator, come on top.
//!
//! # Holding on to documents
//!
//! A [`Ref`] for a moment, a [`Pinned`] for a batch of reads, a [`View`] for one instant of
//! everything, a [`Snapshot`] to keep, to send, or to hold across an `.await`:
//! [`guide::references`].
//!
//! # Not there yet
//!
//! Unique and partial indexes, persistence. Keys are found by hash: their order is made when asked
//! for.
//!
//! # Features
//!
//! * `json` (default): `Document`, a JSON object as a value, and `doc!`.
//! * `async`: a [`Watch`] and a [`StoreWatch`] are `futures_core::Stream`s as well, of any runtime.
//! * `metrics`: the figures of [`Stats`] for the facade of that name. Nothing of it is on the way
//!   of a read or a write.
//! * `tracing`: spans and events of what is rare: the build of an index (`create_index`), the close
//!   of a collection or store, a watch that [lags](WatchError::Lagged), a function of
//!   [`on_change`](Collection::on_change) that panics. Reads and writes tell nothing.
//! * `templates`: `text::render` fills templates with what a collection of strings holds.
//!
//! The oldest compiler is Rust 1.85.
#![cfg_attr(
    test,
    allow(
        clippy::missing_panics_doc,
        reason = "a test panics when what it promises does not hold"
    )
)]

mod bounds;
mod builder;
mod care;
mod catalog;
mod change;
mod clock;
mod collection;
mod commit;
mod cursor;
mod dump;

mod error;
mod event;
mod eviction;
mod expiry;
mod feed;
mod flight;
mod hooks;
mod index;
mod iter;
mod key;
mod known;
mod limits;
mod ordered;
mod outcome;
mod pinned;
mod protocol;
mod purger;
mod query;
mod reader;
mod reclaim;
mod reference;
mod rooms;
mod stats;
mod store;
mod stream;
mod sync;
mod table;
mod trace;
mod view;
mod wait;
mod watch;
mod watcher;
mod writer;

#[cfg(doctest)]
mod compile_fail;
#[cfg(all(doctest, feature = "json"))]
#[doc = include_str!("../README.md")]
mod readme {}

pub mod guide;
#[cfg(feature = "metrics")]
pub mod metrics;
pub mod text;

#[cfg(feature = "json")]
mod document;

#[cfg(test)]
mod instant_tests;
#[cfg(test)]
mod lingering_tests;
#[cfg(test)]
mod progress_tests;
#[cfg(test)]
mod room_tests;
#[cfg(test)]
mod table_tests;

pub use builder::Builder;
pub use change::{Change, Computed};
pub use clock::{Clock, TestClock};
pub use collection::Collection;
pub use cursor::Cursor;
#[cfg(feature = "json")]
pub use document::Document;
pub use equivalent::Equivalent;
#[cfg(feature = "templates")]
pub use error::RenderError;
pub use error::{
    DocumentError, Error, IndexError, LoadError, ReadError, Rejected, StoreError, UpdateError,
    WatchError, WriteError,
};
pub use event::{Cause, Event, EventKind, Kind, Name};
#[cfg(feature = "json")]
pub use index::fields;
pub use index::{IndexKey, IndexPart, IndexSpec, IntoBounds, IntoIndexKey, PageToken, by};
pub use iter::Iter;
pub use key::{GenerateKey, Key, Value};
pub use outcome::{Forked, Op, Outcome, Revision, Version};
pub use pinned::Pinned;
pub use query::{Index, IndexView, Page};
pub use reader::Reader;
pub use reference::{Ref, Snapshot};
#[cfg(feature = "json")]
#[doc(hidden)]
pub use serde_json::json as __json;
pub use stats::{Inconsistent, Stats};
pub use store::{
    AnyEvent, Quota, Scope, Store, StoreBuilder, StoreView, StoreWatch, StoreWatchBuilder, Usage,
};
pub use stream::Stream;
pub use view::View;
pub use watch::{Lag, Pattern, Subscription, Watch, WatchBuilder};
pub use watcher::Watcher;
pub use writer::Writer;
