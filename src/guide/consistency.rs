//! What reads see of writes, and of each other.
//!
//! # One key
//!
//! Every write takes effect in one instant between its call and its return: before it a reader
//! finds the old document, after it the new one, never a mixture. Once anybody has seen it, in any
//! way, everybody who looks afterwards finds it or something newer; so each key is linearizable.
//!
//! # Two numbers
//!
//! * The [`Version`](crate::Version) counts the writes of one key: 1 when it is created, one more
//!   with each change, and 1 again when a removed key is created anew.
//! * The [`Revision`](crate::Revision) is one number among all writes of the collection, in the
//!   order in which they took effect. It never repeats, and it may skip numbers.
//!
//! Compare versions to see how often a document changed; compare revisions to see *whether* it did.
//!
//! # Many keys
//!
//! | read | sees |
//! |---|---|
//! | `get`, `contains`, and each key of `pin().get` and `pin().get_many` | that key as it is now |
//! | `iter`, `stream`, `cursor`, `fork`, `pin().iter()` | all keys as of one instant of the call |
//! | everything asked of one [`View`](crate::View) | all keys as of the instant at which it was opened |
//! | each query of an [`Index`](crate::Index) | all keys as of one instant of the call |
//! | everything asked of one [`IndexView`](crate::IndexView) | all keys as of its instant: that of its view, or of the call that made it |
//! | `len` of the collection | a counter: exact when nobody writes |
//!
//! Two reads of the live collection are two moments. A view is one, and stays it:
//!
//! ```
//! use folio::Collection;
//!
//! let accounts: Collection<&str, i64> = [("ada", 100), ("bob", 0)].into_iter().collect();
//! std::thread::scope(|threads| {
//!     let transfers = threads.spawn(|| {
//!         (0..1_000).try_for_each(|_| {
//!             accounts.update("ada", |n| n - 1)?;
//!             accounts.update("bob", |n| n + 1).map(drop)
//!         })
//!     });
//!     while !transfers.is_finished() {
//!         let view = accounts.view();
//!         // Bob's money came from somewhere: a view that has the later write has the earlier.
//!         let sum: i64 = view.values().sum();
//!         assert!((99..=100).contains(&sum));
//!         assert_eq!(sum, view.values().sum::<i64>()); // and it answers the same twice
//!     }
//!     transfers.join().unwrap()
//! })?;
//! # Ok::<(), folio::WriteError>(())
//! ```
//!
//! The example shows the limit as well: each write is an instant of its own, so a view may lie
//! between the two halves of a transfer. There are no transactions over several keys: what has to
//! change together belongs into one document. [`set_many`](crate::Collection::set_many),
//! [`clear`](crate::Collection::clear) and [`retain`](crate::Collection::retain) are many writes,
//! not one instant.
//!
//! # Indexes
//!
//! A write is in every index in the instant in which it takes effect: there is nothing to catch up
//! with. A query finds what a look at every document of its instant would find, whether the index
//! is complete, still being built, or younger than the view that it is asked through; of a document
//! that moves from one key to another it finds exactly one. So a view's answers by index agree with
//! each other and with its answers by key:
//!
//! ```
//! use folio::Collection;
//!
//! let accounts: Collection<u32, i64> = (0..100).map(|n| (n, 0)).collect();
//! let balances = accounts.create_index("balance", folio::by(|balance: &i64| *balance))?;
//! std::thread::scope(|threads| {
//!     let writes = threads.spawn(|| {
//!         (0..10_000).try_for_each(|n| accounts.update(&(n % 100), |b| b + 1).map(drop))
//!     });
//!     while !writes.is_finished() {
//!         assert_eq!(balances.range(0..).count(), 100); // each moves, and is met once
//!         let view = accounts.view();
//!         let by_index = view.index("balance").unwrap();
//!         let sum: i64 = by_index.range(..).map(|balance| *balance).sum();
//!         assert_eq!(sum, view.values().sum::<i64>());
//!     }
//!     writes.join().unwrap()
//! })?;
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! More on [indexes](super::indexes).
//!
//! # Changes
//!
//! A [`Watch`](crate::Watch) is told every write in the order of revisions, which is the order in
//! which they took effect: whoever applies the events one by one to a view goes through the same
//! instants as the collection. It is told later than the write: a read may find what a watch is
//! told next, and not the other way round. What the watch has told can be read, or something newer.
//!
//! ```
//! let stock: folio::Collection<&str, u32> = folio::Collection::new();
//! let mut watch = stock.watch().subscribe();
//! stock.set("apples", 1)?;
//! stock.set("apples", 2)?;
//! let event = watch.recv()?;
//! assert_eq!(event.new_value().map(|n| **n), Some(1)); // what happened first
//! assert!(stock.get("apples").is_some_and(|apples| apples.revision() >= event.revision));
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! More on [watching](super::watching).
//!
//! # The end
//!
//! [`close`](crate::Collection::close) has a place in the same order. A write that takes effect
//! before it is in; one that would come after it is refused, and hands back what it was given. From
//! then on the live collection is empty, and so is a view opened on it; its indexes find nothing.
//! Views, streams, cursors, [`Ref`](crate::Ref)s and [`Snapshot`](crate::Snapshot)s from before go
//! on, and what was asked of an index through one of them, too.
