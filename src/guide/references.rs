//! Four ways to hold documents, and what each keeps.
//!
//! | type | made by | keeps | `Send` | hold it for |
//! |---|---|---|---|---|
//! | [`Ref`](crate::Ref) | `get`, `iter` | one document, by a pin or by what it borrows from | no | a moment |
//! | [`Pinned`](crate::Pinned) | `pin` | what its reads find, by one pin | no | a batch of reads |
//! | [`View`](crate::View) | `view` | the whole collection as of one instant | yes | as long as its memory is worth it |
//! | [`Snapshot`](crate::Snapshot) | `Ref::snapshot`, streams, cursors, removals | one document, by a count | yes | as long as you like |
//!
//! None of them is a lock. Any call may be made on any collection while any of them is held, on the
//! same thread or another: it neither waits for the holder nor deadlocks.
//!
//! ```
//! use folio::Collection;
//!
//! let pages: Collection<String, String> = Collection::new();
//! pages.set("home".into(), "old".into())?;
//!
//! let held = pages.get("home").ok_or("gone")?;
//! let pinned = pages.pin();
//! let view = pages.view();
//! pages.set("home".into(), "new".into())?;
//! pages.remove("home")?;
//! pages.clear()?;
//! assert_eq!((&**held, view.len(), pinned.contains("home")), ("old", 1, false));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # A pin holds up everybody's memory
//!
//! A pin says: this thread may be looking. While it lives, nothing that is replaced or removed in
//! *any* collection of the process is freed, since all share one collector (that of the `scc`
//! crate). It costs memory, never anybody's progress. So a [`Ref`](crate::Ref) or
//! [`Pinned`](crate::Pinned) belongs to a few lines, not to a request that waits. A view holds no
//! pin: it keeps only what it needs itself, and what is younger, of its own collection.
//!
//! # Across `.await`
//!
//! A pin belongs to its thread, so [`Ref`](crate::Ref) and [`Pinned`](crate::Pinned) are not
//! `Send`, and a task that holds one across an `.await` cannot be spawned on a runtime that moves
//! tasks:
//!
//! ```compile_fail
//! # use folio::Collection;
//! # fn spawn(_: impl Future<Output = usize> + Send + 'static) {}
//! # let pages: Collection<String, String> = Collection::new();
//! spawn(async move {
//!     let page = pages.get("home");
//!     std::future::ready(()).await;
//!     page.map_or(0, |page| page.len())
//! });
//! ```
//!
//! Take a snapshot instead. It is a count, not a copy:
//!
//! ```
//! # use folio::Collection;
//! # fn spawn(_: impl Future<Output = usize> + Send + 'static) {}
//! # let pages: Collection<String, String> = Collection::new();
//! spawn(async move {
//!     let page = pages.get("home").map(|page| page.snapshot());
//!     std::future::ready(()).await;
//!     page.map_or(0, |page| page.len())
//! });
//! ```
//!
//! A runtime of one thread takes tasks that are not `Send`, so there the compiler does not help: a
//! `Ref` across an `.await` compiles, and holds its pin for as long as the task sleeps.
//!
//! A task waits for another one nowhere but in [a load](super::caching), which has `async` verbs,
//! and in a watch, which is a stream. Every other call costs what its row in the table of
//! [`Collection`](crate::Collection) says.
//!
//! # What borrows from what
//!
//! A `Ref` borrows from its collection, pin or view and cannot outlive it; the compiler sees to it.
//! A `Snapshot`, a [`Stream`](crate::Stream) and a [`Cursor`](crate::Cursor) borrow nothing: the
//! collection may be closed and dropped before them.
//!
//! ```compile_fail,E0505
//! let stock: folio::Collection<&str, u32> = [("apples", 3)].into_iter().collect();
//! let apples = stock.get("apples");
//! drop(stock);
//! assert!(apples.is_some());
//! ```
