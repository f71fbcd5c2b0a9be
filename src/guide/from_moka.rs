//! Moving from moka, call by call.
//!
//! [moka](https://docs.rs/moka) is a concurrent cache: values by key, which are cloned out, with a
//! capacity, lifetimes, and a listener. A `sync::Cache` and a `future::Cache` are both a
//! [`Collection`](crate::Collection), which has verbs for threads and for tasks.
//!
//! # The calls
//!
//! | moka | Folio |
//! |---|---|
//! | `Cache::new(10_000)` | [`Collection::builder()`](crate::Collection::builder)`.max_entries(10_000).build()?` |
//! | `.weigher(f).max_capacity(n)` | [`max_weight(n, f)`](crate::Builder::max_weight), or [`max_bytes(n)`](crate::Builder::max_bytes) |
//! | `.time_to_live(t)`, `.time_to_idle(t)` | the same |
//! | `.expire_after(expiry)` | [`set_with_ttl`](crate::Collection::set_with_ttl), [`expire_in`](crate::Collection::expire_in) |
//! | `.eviction_listener(f)` | [`on_change`](crate::Collection::on_change), and look at the [`Cause`](crate::Cause) |
//! | `.initial_capacity(n)` | [`capacity_hint(n)`](crate::Builder::capacity_hint) |
//! | `.build_with_hasher(s)` | [`hasher(s)`](crate::Builder::hasher) |
//! | `.support_invalidation_closures()` | nothing to ask for |
//! | `cache.get(&key)`, a clone of the value | [`get`](crate::Collection::get), which borrows; [`get_cloned`](crate::Collection::get_cloned) |
//! | values as `Arc<T>`, so that `get` is cheap | plain `T`: a [`Snapshot`](crate::Snapshot) is the `Arc` |
//! | `cache.contains_key(&key)` | [`contains`](crate::Collection::contains), which counts as a read |
//! | `cache.get_with(key, init)` | [`get_or_insert_with`](crate::Collection::get_or_insert_with), [`.._async`](crate::Collection::get_or_insert_with_async) |
//! | `cache.try_get_with(key, init)` | [`get_or_try_insert_with`](crate::Collection::get_or_try_insert_with), [`.._async`](crate::Collection::get_or_try_insert_with_async); the error is yours, not an `Arc` of it |
//! | `cache.optionally_get_with(key, init)` | `get_or_try_insert_with`, and `init().ok_or(())` |
//! | `cache.entry(key).or_insert(v)` | `get_or_insert_with(&key, \|\| v)` |
//! | `cache.entry(key).and_upsert_with(f)` | [`upsert_with`](crate::Collection::upsert_with) |
//! | `cache.entry(key).and_compute_with(f)` | [`compute`](crate::Collection::compute) |
//! | `cache.insert(key, value)` | [`set`](crate::Collection::set), which can be refused, and says so |
//! | `cache.invalidate(&key)`, `remove(&key)` | [`remove`](crate::Collection::remove) |
//! | `cache.invalidate_all()` | [`clear`](crate::Collection::clear) |
//! | `cache.invalidate_entries_if(f)` | [`retain`](crate::Collection::retain), which is done when it returns |
//! | `cache.iter()` | [`iter`](crate::Collection::iter), of one instant |
//! | `cache.entry_count()`, `weighted_size()` | [`len`](crate::Collection::len), [`Stats::weight`](crate::Stats::weight): exact when nobody writes |
//! | `cache.run_pending_tasks()` | nothing is pending: [`purge_expired`](crate::Collection::purge_expired) and [`maintain`](crate::Collection::maintain) give memory back early |
//! | `cache.policy()` | [`stats`](crate::Collection::stats) |
//!
//! # What is different
//!
//! * **The capacity holds.** moka lets in what is written, and makes room later, in batches; here
//!   there is never more than was asked for, and whoever writes makes room. What was just written
//!   can be read by who wrote it.
//! * **A write can be refused**: [`OverCapacity`](crate::WriteError::OverCapacity), a validator, a
//!   closed collection; the value comes back.
//! * **The listener** is a watch: told of everything in the order of revisions, and it may call the
//!   cache. Who needs to know of evictions alone looks at the cause:
//!
//! ```
//! use std::sync::mpsc;
//!
//! use folio::{Cause, Collection, EventKind};
//!
//! let cache: Collection<u32, String> = Collection::builder().max_entries(2).build()?;
//! let (tell, told) = mpsc::channel();
//! let listener = cache.on_change(move |event| {
//!     if let Ok(event) = event {
//!         if let EventKind::Removed { old, cause: Cause::Evicted } = &event.kind {
//!             let _ = tell.send(*old.key());
//!         }
//!     }
//! });
//! for key in 0..3 {
//!     cache.set(key, "value".into())?;
//! }
//! assert_eq!((cache.len(), told.try_iter().count()), (2, 1));
//! drop(listener);
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! * **An error of a loader** goes to its own caller, and the next one in line loads: moka tells it
//!   to all who wait.
//! * **Views, indexes and watches**: a bounded collection is a collection.
//! * **Nothing to run**: no housekeeper, no pending tasks. A thread that purges is there if you
//!   [ask for it](crate::Builder::purge_every).
