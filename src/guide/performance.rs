//! What costs what.
//!
//! Figures of one machine say little about another, so there are none here: the last section says
//! how to take your own.
//!
//! # Reading
//!
//! A `get` hashes the key, pins its thread, finds the entry in the table and follows two pointers,
//! to the handle and to the snapshot. A plain concurrent map has one or two fewer to follow, and is
//! faster on one thread for it. What you get in return is that no writer, however slow, is in the
//! way.
//!
//! * **Documents that were never rewritten**, as in a cache that is filled and read, wait for
//!   memory once less: the table hints at where a document's first snapshot was.
//! * **Many reads in a row**: [`pin`](crate::Collection::pin) once. Every other call to a
//!   collection is cheaper under it, too.
//! * **Many keys at once**: [`get_many`](crate::Pinned::get_many) looks 16 keys ahead, so that
//!   their cache misses overlap.
//! * **A copy**: [`snapshot`](crate::Ref::snapshot) is two atomic additions, whatever the size of
//!   the value. Threads that take snapshots of *one* document all the time meet at its counters; a
//!   [`Ref`](crate::Ref) does not.
//! * **All documents**: [`iter`](crate::Collection::iter) steps over places, not through the table;
//!   its cost goes by `stats().places`.
//!
//! ```
//! use folio::Collection;
//!
//! let prices: Collection<u32, f64> = (0..1_000).map(|n| (n, f64::from(n))).collect();
//! let basket = [3, 5, 8, 2_000];
//! let pinned = prices.pin();
//! let sum: f64 = pinned.get_many(&basket).flatten().map(|price| *price).sum();
//! assert_eq!(sum, 16.0);
//! ```
//!
//! # Writing
//!
//! A write over an existing key allocates a snapshot, exchanges one pointer and draws one number
//! from a counter that all writers of the collection share. Now and then it frees what others
//! replaced.
//!
//! * **One key that everybody writes** is where writers meet: each starts over when another one was
//!   first. Split it (a counter for each thread, summed over a view), or change it less often.
//! * **Large values**: a write by a closure makes a whole new value. Put what seldom changes behind
//!   an `Arc` in the value, so that the new one shares it.
//! * **New keys** cost more than updates: a handle, an entry in the table under the lock of its
//!   bucket, and now and then a table that grows. Who knows how many there will be says so, and
//!   nobody moves entries while others read:
//!
//! ```
//! use std::hash::{BuildHasherDefault, DefaultHasher};
//!
//! use folio::Collection;
//!
//! let orders: Collection<u64, String, _> = Collection::builder()
//!     .capacity_hint(100_000)
//!     .hasher(BuildHasherDefault::<DefaultHasher>::default())
//!     .build()?;
//! orders.set(1, "tea".into())?;
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! * **Indexes** cost each write their extractor, and two steps of O(log n) if the document has
//!   another key now: one at once, one when the old snapshot is cleaned up. A write that leaves the
//!   key as it is does not touch the index. Extractors run with every write, so keep them short.
//!
//! # Queries
//!
//! The first document of a `get` or a `range` takes O(log n), each next one O(1) forwards and O(log
//! n) backwards. Entries of replaced snapshots are stepped over, so what keeps those costs time as
//! well as [memory](super::memory): views that stay open, pins, writers that have stopped.
//!
//! * **Ask for less**: what one index finds is as cheap as its length. [`page`](crate::Index::page)
//!   goes on where it ended; skipping the first thousand of a `range` visits them.
//! * **Put the parts that are equal first**: `key![city, age]` finds the ages of one city as one
//!   range, `key![age, city]` does not.
//! * **A view older than the index** looks at every document. Create indexes before views that are
//!   to use them.
//!
//! # Caches
//!
//! A hit is a `get`, and where the collection has a capacity or idle documents one mark in the
//! handle, unless it is set. On a hot set the pin is a quarter of it: who answers a request from
//! several documents takes one [`pin`](crate::Collection::pin) for all.
//!
//! A newcomer that makes another document go is two writes, each with a revision and an event, and
//! three times the short lock of whoever chooses. A cache that does nothing else may insert
//! several times faster; ask whether you need views, watches, indexes or exact limits.
//!
//! A deadline costs its write the clock, and an entry in one of eight queues if it is earlier than
//! the one before; reads compare it with the coarse clock.
//!
//! # Hashing
//!
//! The default hasher is the standard library's: keyed at random, so that nobody can craft keys
//! that collide, and not the fastest. Where keys are your own, take another one.
//!
//! # Views
//!
//! Opening and dropping one is a few atomic operations, whatever the size of the collection. What
//! it costs comes later: [memory](super::memory), and a hop for each write to a key since. Open a
//! fresh view for each question rather than keep one.
//!
//! # Measuring
//!
//! ```text
//! cargo bench --bench get                  # one question a file: get, load, insert, update, ...
//! cd benches/rivals && cargo run --release -- --quick
//! ```
//!
//! The second one runs Folio beside its rivals in turn, on the same data, hasher and allocator, and
//! prints the ratios. Compare within one run only.
