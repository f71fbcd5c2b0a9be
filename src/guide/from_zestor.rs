//! Moving from zestor, call by call.
//!
//! [zestor](https://github.com/zestor-dev/zestor) is a store for Go: values of one type `T` under a
//! *kind* and a key, with hooks and watches; this page is about its `gomap`, which is in memory. A
//! kind is a [`Collection`](crate::Collection) of a [`Store`](crate::Store), and each may hold a
//! type of its own.
//!
//! # The calls
//!
//! | zestor | Folio |
//! |---|---|
//! | `gomap.NewMemStore[User](options)` | [`Store::new()`](crate::Store::new), and a [`builder_for`](crate::Store::builder_for) for each kind with hooks |
//! | a kind, `"users"` | [`store.collection::<String, User>("users")?`](crate::Store::collection): get it once, and keep it |
//! | `s.Get(ctx, kind, key)` | [`get`](crate::Collection::get), which borrows and does not copy; [`get_cloned`](crate::Collection::get_cloned), [`try_get`](crate::Collection::try_get) |
//! | `s.List(ctx, kind, filters...)` | [`view().entries()`](crate::View::entries) with `.filter(..)`, which may call the store |
//! | `s.Keys`, `s.Values`, `s.Count` | [`View::keys`](crate::View::keys), [`View::values`](crate::View::values), [`len`](crate::Collection::len) |
//! | `s.GetAll(ctx)` | [`store.view()`](crate::Store::view): one instant of all kinds, without a copy |
//! | `s.Set(ctx, kind, key, value)`, which says created, updated or unchanged | [`set`](crate::Collection::set), and [`Outcome`](crate::Outcome), which tells version and revision too |
//! | `s.SetMany(ctx, kind, values)` | [`set_many`](crate::Collection::set_many) |
//! | `s.SetFn(ctx, kind, key, fn)` | [`try_update`](crate::Collection::try_update), whose closure may call the store |
//! | `s.Delete(ctx, kind, key)` | [`remove`](crate::Collection::remove), which returns what was there |
//! | `s.Watch(ctx, kind, options...)` | [`watch()`](crate::Collection::watch)`.subscribe()`; dropping it is the cancel |
//! | `WithInitialReplay`, `WithEventTypes`, `WithBufferSize` | [`replay`](crate::WatchBuilder::replay), [`events`](crate::WatchBuilder::events), [`buffer`](crate::WatchBuilder::buffer) |
//! | `event.Kind`, `Name`, `EventType`, `Object` | [`collection`](crate::Event::collection), [`key()`](crate::Event::key), [`what()`](crate::Event::what), [`new_value()`](crate::Event::new_value) and [`old()`](crate::Event::old) |
//! | `EventTypeError` with `ErrWatchOverflow` | [`WatchError::Lagged`](crate::WatchError::Lagged) |
//! | re-list and re-watch | [`resync`](crate::Watch::resync) |
//! | `ValidateFns[kind]` | [`validate`](crate::Builder::validate) |
//! | `CompareFn` | [`unchanged_if`](crate::Builder::unchanged_if), [`skip_equal`](crate::Builder::skip_equal) |
//! | `Reader[T]`, `Writer[T]`, `Watcher[T]` | [`reader()`](crate::Collection::reader), [`writer()`](crate::Collection::writer), [`watcher()`](crate::Collection::watcher) |
//! | `Dump` | [`dump`](crate::Store::dump), of collections built [`printable`](crate::Builder::printable) |
//! | `s.Close()` | [`close`](crate::Store::close), or drop the last handle |
//!
//! # Values and hooks
//!
//! ```
//! use folio::{Store, UpdateError};
//!
//! #[derive(Clone, Debug, PartialEq)]
//! struct User {
//!     email: String,
//! }
//!
//! let store = Store::new();
//! let users = store
//!     .builder_for::<String, User>("users")
//!     .validate(|user: &User| if user.email.is_empty() { Err("email required") } else { Ok(()) })
//!     .skip_equal()
//!     .build()?;
//!
//! let alice = User { email: "alice@example.org".into() };
//! assert!(users.set("alice".into(), alice.clone())?.is_created());
//! assert!(users.set("alice".into(), alice)?.is_unchanged());
//! assert!(users.set("bob".into(), User { email: String::new() }).is_err());
//!
//! let refused = users.try_update("alice", |_| Err("not today"));
//! assert!(matches!(refused, Err(UpdateError::Closure("not today"))));
//! assert!(users.remove("alice")?.is_some_and(|was| was.email == "alice@example.org"));
//! assert!(users.remove("alice")?.is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! * **Equal values.** zestor skips a write of a value that is deeply equal unless it is told
//!   otherwise; Folio writes it, and tells of it, unless it is told `skip_equal` or `unchanged_if`.
//! * **What is stored does not change.** What `Get` returns may share maps and slices with the
//!   store; what is stored here cannot be reached but for reading.
//! * **Closures** run without a lock: they may call the store, and they may run again if another
//!   writer comes between.
//! * **`set_many`** checks all values first, as zestor does, and skips what is unchanged; but it is
//!   many writes, and not one under a lock: a reader may see a part of it.
//! * **No context.** Nothing here waits for anything that could be cancelled, except
//!   [`recv`](crate::Watch::recv), which has [`recv_timeout`](crate::Watch::recv_timeout), and can
//!   be dropped as a stream.
//! * **An empty kind** is a name like any other.
//!
//! # Watches
//!
//! ```
//! use folio::{Kind, Store};
//!
//! let store = Store::new();
//! let users = store.collection::<String, u32>("users")?;
//! users.set("alice".into(), 1)?;
//!
//! let mut watch = users.watch().replay().events([Kind::Created, Kind::Removed]).subscribe();
//! users.set("alice".into(), 2)?;
//! users.remove("alice")?;
//!
//! let (created, removed) = (watch.recv()?, watch.recv()?);
//! assert_eq!((created.what(), created.key().map(String::as_str)), (Kind::Created, Some("alice")));
//! assert_eq!((removed.what(), removed.old().map(|old| **old)), (Kind::Removed, Some(2)));
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! zestor's four guarantees hold here as well; [watching](super::watching) says them in full:
//!
//! | zestor | Folio |
//! |---|---|
//! | events of one kind in the order of writes | of all kinds, by [`Revision`](crate::Revision) |
//! | replay before live | also; in no promised order, where `gomap` goes by key |
//! | no silent gap: the watch ends with `ErrWatchOverflow` behind what is in its buffer | it ends with `Lagged`, which says how much was missed, instead of what it had not taken; or goes on, with [`Lag::Skip`](crate::Lag) |
//! | closed exactly once | also, with the reason |
//!
//! * **The buffer** counts revisions of the whole store, and is 4,096 where zestor's is 128 events:
//!   a busy kind can push out what a slow watch of another one has not taken. A watch that is
//!   waiting does not fall behind.
//! * **Updates** carry the value before as well.
//! * **A watch has no goroutine**, and a watch of all kinds is one watch:
//!   [`store.watch()`](crate::Store::watch).
//! * **Resuming** from a revision, and functions that are called without a loop of yours, are new.
//!
//! # Errors
//!
//! | zestor | Folio |
//! |---|---|
//! | `ErrClosed` of a read | reads find nothing; [`try_get`](crate::Collection::try_get) says `Closed` |
//! | `ErrClosed` of a write | [`WriteError::Closed`](crate::WriteError), and what was given comes back |
//! | `ErrClosed` of `Watch` | [`WatchError::Closed`](crate::WatchError), the first thing that the watch says |
//! | `ErrKeyNotFound` of `SetFn` | [`WriteError::NotFound`](crate::WriteError) |
//! | an error of a validator | [`WriteError::Invalid`](crate::WriteError), with yours as its `source()` |
//! | an error of `SetFn`'s function | [`UpdateError::Closure`](crate::UpdateError), as it is |
