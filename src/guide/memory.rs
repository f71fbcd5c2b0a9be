//! What stays in memory, why, and who frees it.
//!
//! # The life of a snapshot
//!
//! A write puts a new snapshot in the place of the old one. The old one is then *retired*: nobody
//! can find it any more, but somebody may still be looking at it. It is freed when
//!
//! 1. every pin that was alive at that moment is gone: `Ref`s, `Pinned`s, reads under way; and
//! 2. no open view is older than the write that replaced it; and
//! 3. somebody has cleaned up since; and
//! 4. nobody owns it: `Snapshot`s, items that a stream has read ahead, forks that share its value.
//!
//! Cleaning up is the writers' work: with every 64th snapshot that a thread's shard retires, the
//! write at hand goes on to look at up to 256 of its own shard and 256 of another. Nothing is done
//! in the background, and there is no thread of ours. So when the last writer stops, up to 63
//! snapshots a shard (and what still waited for a pin) stay until the next write, or until
//! [`maintain`](crate::Collection::maintain).
//!
//! ```
//! use folio::Collection;
//!
//! let stock: Collection<&str, Vec<u8>> = Collection::new();
//! for n in 0..50 {
//!     stock.set("apples", vec![n; 1_000])?;
//! }
//! let held = stock.get("apples").ok_or("gone")?;
//! stock.remove("apples")?;
//!
//! stock.maintain();
//! assert!(stock.stats().retired > 0); // a pin of this very thread is in the way
//!
//! assert_eq!(held.len(), 1_000);
//! drop(held);
//! while stock.stats().retired > 0 {
//!     stock.maintain(); // waits for nobody, so it may take a few calls
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Whose thread runs a destructor
//!
//! | thread | drops |
//! |---|---|
//! | one that reads: `get`, `Ref`, `Pinned`, `View::get`, `iter` | nothing |
//! | one that writes, or calls `maintain` or `close` | what it cleans up, after the write is done |
//! | one that drops a `Snapshot` (or reads by `get_cloned`, `stream`, `cursor`, closures, which hold one for a while) | that document, if it was the last to hold it |
//! | one that takes events from a watch, or drops a watch | the documents of events, if they were the last to hold them |
//! | one that drops the last handle of a collection, or its last view after the close | what is left |
//!
//! A destructor that panics while we clean up is contained; one that panics where *you* drop the
//! last `Snapshot` is yours. Destructors run without lock or pin and may call any collection.
//!
//! # A view that stays open
//!
//! It keeps every snapshot that was current at its instant, and every one since: a key written a
//! million times under an open view holds a million snapshots, and the view's `get` of that key
//! walks them all. Nobody else slows down but for the memory. [`Stats`](crate::Stats) tells:
//!
//! ```
//! use folio::Collection;
//!
//! let stock: Collection<&str, u32> = [("apples", 0)].into_iter().collect();
//! let view = stock.view();
//! for n in 1..=500 {
//!     stock.set("apples", n)?;
//! }
//! stock.maintain();
//!
//! let stats = stock.stats();
//! assert_eq!((stats.views, stats.oldest_view, stats.retired), (1, Some(view.revision()), 500));
//! assert_eq!(stats.revision - view.revision(), 500); // how far it is behind
//! assert_eq!(view.get("apples").map(|n| *n), Some(0));
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! `retired_bytes` counts the snapshots themselves, not what their values own on the heap.
//!
//! # The feed of those who watch
//!
//! While anybody watches, a collection or a store keeps what its last revisions replaced or
//! removed: up to 4,096 revisions and 64 MiB, as
//! [`feed_capacity`](crate::Builder::feed_capacity) and [`feed_bytes`](crate::Builder::feed_bytes)
//! say. It keeps them as a view of that age does, for all watches together, and `stats().feed_kept`
//! counts the revisions. With [`retain_feed`](crate::Builder::retain_feed) it does so always. More
//! on [watching](super::watching#what-it-costs).
//!
//! # Entries of indexes
//!
//! A document has one entry in each index that lists it, and a replaced snapshot keeps its own
//! until it is cleaned up, if the new one has another key. `stats().index_entries` counts both, and
//! queries step over both; so a view that stays open is felt by queries, not by reads:
//!
//! ```
//! let stock: folio::Collection<&str, u32> = [("apples", 0)].into_iter().collect();
//! stock.create_index("left", folio::by(|left: &u32| *left))?;
//! let view = stock.view();
//! for n in 1..=500 {
//!     stock.set("apples", n)?;
//! }
//! assert_eq!(stock.stats().index_entries, 501);
//! drop(view);
//! while stock.stats().index_entries > 1 {
//!     stock.maintain();
//! }
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! A dropped index gives its entries back when nobody looks at it: no [`Index`](crate::Index) or
//! [`IndexView`](crate::IndexView) of it, and no pin.
//!
//! # What never shrinks
//!
//! * **Places.** Each key has a handle in a slab; the place of a removed key is used again, but
//!   slabs stay until the collection is gone. `stats().places` is the most there ever were at once,
//!   and what a walk (`iter`, `stream`, `cursor`, `fork`, `View::len`) steps over.
//! * **The table**: some 20 bytes for each place. A table that shrank would have readers move what
//!   is left in it, just while very many documents end.
//! * **View slots**: `stats().views_max`, the most views that were open at once. Whoever cleans up
//!   looks at each.
//!
//! # After the collection
//!
//! [`close`](crate::Collection::close) gives back what no open view and no pin needs, in one go. A
//! [`Snapshot`](crate::Snapshot) keeps its value and key, and besides them the slabs of its
//! collection (not the other values). A fork keeps those of the originals whose values it shares.
//!
//! # The allocator
//!
//! Each write allocates one snapshot, and it is often another thread that frees it. General-purpose
//! allocators differ much in what that costs, and a library cannot choose: measure yours. The
//! benches of this crate use [mimalloc](https://docs.rs/mimalloc) for Folio and its rivals alike:
//!
//! ```text
//! #[global_allocator]
//! static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
//! ```
