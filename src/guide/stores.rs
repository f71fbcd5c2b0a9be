//! Many collections under one clock.
//!
//! A [`Store`](crate::Store) holds collections by name, of whatever types:
//!
//! ```
//! use folio::Store;
//!
//! let store = Store::new();
//! let stock = store.collection::<String, u32>("stock")?;
//! let prefs = store.strings("prefs:ada")?;
//!
//! stock.set("apples".into(), 3)?;
//! prefs.set("theme".into(), "dark".into())?;
//! assert_eq!(store.collections("prefs:"), ["prefs:ada".into()]);
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! Keep the handles: with one, nothing of the store is in the way of a read or a write. To get one
//! by its name takes a look into a sorted map behind a lock.
//!
//! # When is a collection there?
//!
//! When somebody asks for it; it need not be created, and cannot be dropped. What is *listed*
//! ([`collections`](crate::Store::collections)) is what holds a document.
//!
//! A name has a type, hooks and a hasher for as long as it has a handle, a watch or a document.
//! Whoever asks first decides; another type is [`TypeMismatch`](crate::StoreError::TypeMismatch),
//! other hooks are [`Configured`](crate::StoreError::Configured). When the last handle, watch and
//! document have gone, the memory is given back, and the name may be used for something else. That
//! happens in the call or the drop that is the last one; a view of the store that is open, or a
//! feed that may still show what happened there, holds it up until it has gone on.
//!
//! ```
//! use folio::{Store, StoreError};
//!
//! let store = Store::new();
//! let numbers = store.collection::<String, u64>("numbers")?;
//! let refused = store.collection::<String, f64>("numbers");
//! assert!(matches!(refused, Err(StoreError::TypeMismatch { .. })));
//!
//! drop(numbers); // the last handle, and there is no document
//! assert!(store.collection::<String, f64>("numbers").is_ok());
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! # What do two collections have in common?
//!
//! *Revisions.* Of any two writes, to any of them, the later one has the larger
//! [`Revision`](crate::Revision).
//!
//! *Instants.* A [`StoreView`](crate::StoreView) reads all of them at one. It sees every write up
//! to its revision, and none after it: so if it sees the second of two writes it sees the first. It
//! may well see the first alone, because two writes are two instants; a document that is to be
//! found at every instant while it moves is created in the new place first, and then removed from
//! the old one:
//!
//! ```
//! let store = folio::Store::new();
//! let open = store.collection::<u32, &str>("open")?;
//! let done = store.collection::<u32, &str>("done")?;
//! open.set(1, "buy tea")?;
//!
//! if let Some(task) = open.get_cloned(&1) {
//!     done.create(1, task)?;
//!     open.remove(&1)?;
//! }
//! let view = store.view();
//! let now = ["open", "done"].map(|name| view.collection::<u32, &str>(name));
//! let [open, done] = now.map(|view| view.map(|view| view.len()));
//! assert_eq!((open?, done?), (0, 1));
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! *The end.* [`Store::close`](crate::Store::close) closes all of them. So does dropping the last
//! handle of the store, and each `Collection`, `Index`, [`Reader`](crate::Reader) and
//! [`Writer`](crate::Writer) is one. A collection that is closed by itself leaves the others alone,
//! and its name can be used anew.
//!
//! # Whose collections?
//!
//! A [`Scope`](crate::Scope) is a namespace: all collections whose names begin with it and a colon.
//! It has the verbs of a store, on the names that come after that, and is what to hand to code that
//! works for one tenant: it cannot name what is not its own, and is not told of it.
//!
//! ```
//! use folio::{Quota, Store};
//!
//! let store = Store::new();
//! let (ada, bob) = (store.scope("ada")?, store.scope("bob")?);
//! ada.set_quota(Quota::default().max_collections(10));
//!
//! ada.strings("prefs")?.set("theme".into(), "dark".into())?;
//! bob.strings("prefs")?.set("theme".into(), "light".into())?;
//!
//! assert_eq!(store.collections(""), ["ada:prefs".into(), "bob:prefs".into()]);
//! assert_eq!(ada.clear_prefix("")?, 1);
//! assert_eq!((ada.count(""), bob.count("")), (0, 1));
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! Which name is told goes by the handle: one from a scope says `prefs`, in
//! [`name`](crate::Collection::name), errors and events, where one of the same collection that is
//! from the store says `ada:prefs`. Namespaces that begin alike, or differ in case, have nothing in
//! common: a namespace has no colon in it.
//!
//! A [`Quota`](crate::Quota) belongs to the namespace: it holds for all handles, also for those of
//! the store, and stays when there are none. It refuses what is new; what is there stays, also when
//! the quota is lowered.
//!
//! # Who may do what?
//!
//! Hand out [`Collection::reader`](crate::Collection::reader) to what only reads, and
//! [`Collection::writer`](crate::Collection::writer) to what must not see: there is no way back
//! from either to the collection.
//!
//! # What does a collection cost?
//!
//! An empty one with a handle takes about 1.5 KB, one with a document about 3.5 KB (on 64-bit
//! machines, and some hundred bytes more where there are many cores); both are made in some
//! microseconds. So a hundred thousand small ones are a third of a gigabyte. The first document of
//! a further thread takes another 256 bytes. See them by
//!
//! ```sh
//! cargo test --release --test alloc small_collections -- --nocapture
//! ```
//!
//! Writers clean up in the collection that they write to. What the last writes to one left behind
//! stays until the next one, or [`Store::maintain`](crate::Store::maintain): call it now and then
//! where there are many collections that are rarely written to.
