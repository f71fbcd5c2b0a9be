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
//! # The end
//!
//! [`close`](crate::Collection::close) has a place in the same order. A write that takes effect
//! before it is in; one that would come after it is refused, and hands back what it was given. From
//! then on the live collection is empty, and so is a view opened on it. Views, streams, cursors,
//! [`Ref`](crate::Ref)s and [`Snapshot`](crate::Snapshot)s from before go on.
