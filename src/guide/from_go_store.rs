//! Moving from go-store, call by call.
//!
//! [go-store](https://github.com/asaidimu/go-store) is an in-memory document store for Go:
//! documents are `map[string]any` under generated UUIDs, with B-tree indexes over their fields.
//! This page goes through its calls, as of its version 3.3, with examples after those of its own
//! documents.
//!
//! # The calls
//!
//! | go-store | Folio |
//! |---|---|
//! | `NewStore()` | `Collection::<Uuid, Document>::new()`; other keys and values as well |
//! | `s.Insert(doc)` | [`insert`](crate::Collection::insert), or [`create`](crate::Collection::create) with a key of yours |
//! | `s.Get(id)` | [`get`](crate::Collection::get), [`try_get`](crate::Collection::try_get) with an error, [`get_cloned`](crate::Collection::get_cloned) for a copy |
//! | `s.Update(id, doc)`, the whole document | [`replace`](crate::Collection::replace) |
//! | `Get`, change, `Update` | [`update`](crate::Collection::update), [`update_in_place`](crate::Collection::update_in_place), [`compare_and_set`](crate::Collection::compare_and_set) |
//! | `Update`, and `Insert` if it says `ErrDocumentNotFound` | [`set`](crate::Collection::set), [`upsert_with`](crate::Collection::upsert_with) |
//! | `s.Delete(id)` | [`remove`](crate::Collection::remove), which returns what was there |
//! | `DocumentResult{ID, Data, Version}` | [`Ref`](crate::Ref), [`Snapshot`](crate::Snapshot): `key()`, the value itself, `version()` |
//! | `s.Stream(n)`, `Next()` until `ErrStreamClosed`, `Close()` | `for document in` [`stream(n)`](crate::Collection::stream); dropping it ends it |
//! | `s.Read()`, in order of entry | [`cursor()`](crate::Collection::cursor), in order of keys |
//! | `s.ReadIndex(name)` | [`Index::cursor`](crate::Index::cursor) |
//! | `Next`, `Previous`, `Advance`, `Reset`, `Count`, `Clone` of a cursor | `next`, [`prev`](crate::Cursor::prev), [`advance`](crate::Cursor::advance), [`reset`](crate::Cursor::reset), [`total`](crate::Cursor::total), `clone` |
//! | `s.CreateIndex(name, fields)` | [`create_index(name, fields([..]))`](crate::Collection::create_index) |
//! | `s.DropIndex(name)` | [`drop_index`](crate::Collection::drop_index) |
//! | `s.Lookup(name, values)` | [`index(name)?`](crate::Collection::index)[`.get(values)`](crate::Index::get) |
//! | `s.LookupRange(name, min, max)` | [`index(name)?.range(min..=max)`](crate::Index::range) |
//! | `s.Clone()` | [`fork`](crate::Collection::fork) |
//! | `s.CloneWithCallback(f)` | [`fork_with`](crate::Collection::fork_with), which may replace documents too |
//! | `s.Close()` | [`close`](crate::Collection::close), or drop the collection |
//!
//! # Documents
//!
//! ```
//! # #[cfg(feature = "json")] {
//! use folio::{Collection, Document, doc};
//! use uuid::Uuid;
//!
//! let docs: Collection<Uuid, Document> = Collection::new();
//! let id = docs.insert(doc! { "title": "My First Document", "author": "Alice" })?;
//!
//! let found = docs.try_get(&id)?;
//! assert_eq!(found.str_at("title"), Some("My First Document"));
//! assert_eq!(found.version().get(), 1);
//!
//! docs.replace(&id, doc! { "title": "My First Document (Revised)", "pages": 150 })?;
//! assert_eq!(docs.get(&id).and_then(|found| found.u64_at("pages")), Some(150));
//! assert_eq!(found.at("pages"), None); // what was read before stays as it was
//!
//! docs.remove(&id)?.ok_or("not found")?;
//! assert!(docs.get(&id).is_none());
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! * Nothing is copied on the way in or out: a document is taken by value, and nobody can change it
//!   where it is stored.
//! * `Version` of go-store is one number of the whole store, though it is promised as one of the
//!   document. Here they are two: [`version`](crate::Ref::version) counts the writes of the
//!   document, [`revision`](crate::Ref::revision) those of the collection.
//! * go-store's promise of optimistic concurrency is kept by
//!   [`compare_and_set`](crate::Collection::compare_and_set), which takes the revision that you
//!   have read. Its example of a hundred concurrent increments may end with any number; here every
//!   one of them counts:
//!
//! ```
//! # #[cfg(feature = "json")] {
//! use folio::{Collection, Document, doc};
//!
//! let items: Collection<u32, Document> = Collection::new();
//! items.set(1, doc! { "name": "Item", "count": 0 })?;
//! std::thread::scope(|threads| {
//!     for _ in 0..100 {
//!         threads.spawn(|| {
//!             items.update_in_place(&1, |item| {
//!                 let count = item.u64_at("count").unwrap_or(0);
//!                 item.set_at("count", count + 1);
//!             })
//!         });
//!     }
//! });
//! let item = items.try_get(&1)?;
//! assert_eq!((item.u64_at("count"), item.version().get()), (Some(100), 101));
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Lookups and ranges
//!
//! ```
//! # #[cfg(feature = "json")] {
//! use folio::{Collection, Document, doc, fields};
//! use uuid::Uuid;
//!
//! let people: Collection<Uuid, Document> = Collection::new();
//! people.insert(doc! { "name": "Alice", "age": 30, "city": "New York" })?;
//! people.insert(doc! { "name": "Bob", "age": 25, "city": "London" })?;
//! people.insert(doc! { "name": "Charlie", "age": 35, "city": "New York" })?;
//! people.insert(doc! { "name": "David", "age": 28, "city": "Paris" })?;
//! people.insert(doc! { "name": "Eve", "age": 32, "city": "New York" })?;
//!
//! let by_city = people.create_index("by_city", fields(["city"]))?;
//! let by_age = people.create_index("by_age", fields(["age"]))?;
//! let by_both = people.create_index("by_city_age", fields(["city", "age"]))?;
//!
//! assert_eq!(by_city.get("New York").count(), 3);
//! assert_eq!(by_both.get(("New York", 35)).count(), 1);
//! assert_eq!(by_city.get("Rome").count(), 0); // nothing found is no error
//!
//! let names = |found: folio::Iter<'_, Uuid, Document>| -> Vec<String> {
//!     found.filter_map(|person| person.str_at("name").map(String::from)).collect()
//! };
//! assert_eq!(names(by_age.range(27..=32)), ["David", "Alice", "Eve"]);
//! assert_eq!(names(by_age.range(27..32)), ["David", "Alice"]);
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! * **The ends of a range.** go-store's documents say that both ends are included, and its code
//!   leaves the upper one out: `LookupRange("by_age", {27}, {32})` does not find Eve, who is 32.
//!   Here you say which: `27..32` is what go-store does, `27..=32` what it says.
//! * **No waiting.** Its examples sleep until indexes have caught up with documents. Here a write
//!   is in every index in the instant in which it takes effect.
//! * **The document of the answer** is the one that was found. go-store looks up which documents
//!   there are, and gets them afterwards, when they may say something else.
//! * **Order.** Documents of equal keys come in one order, not in a new one each time. Numbers are
//!   compared exactly, not as floats.
//! * **Names with dots.** `fields(["address.city"])` goes into `address`. A dot that belongs to a
//!   name has a backslash before it.
//! * **Fewer values than fields.** `get` finds nothing, as `Lookup` does. `range` and
//!   [`prefix`](crate::Index::prefix) find every key that begins so.
//!
//! # Streams, cursors, clones
//!
//! ```
//! # #[cfg(feature = "json")] {
//! use folio::{Collection, Document, Forked, doc, fields};
//!
//! let items: Collection<u32, Document> = Collection::new();
//! for n in 0..5 {
//!     items.set(n, doc! { "item": format!("item {n}"), "rank": 4 - n })?;
//! }
//!
//! let stream = items.stream(2);
//! items.clear()?;
//! assert_eq!(stream.count(), 5); // the documents of the moment of the call
//!
//! items.set(1, doc! { "item": "pen", "rank": 2 })?;
//! items.set(2, doc! { "item": "ink", "rank": 1 })?;
//! let mut cursor = items.create_index("by_rank", fields(["rank"]))?.cursor();
//! assert_eq!(cursor.next().map(|first| *first.key()), Some(2));
//! assert_eq!((cursor.advance(10), cursor.total()), (1, 2));
//! assert_eq!(cursor.prev().map(|last| *last.key()), Some(1));
//!
//! let pens = items.fork_with(|_, item| match item.str_at("item") {
//!     Some("pen") => Forked::Keep,
//!     _ => Forked::Drop,
//! })?;
//! assert_eq!((pens.len(), pens.index("by_rank")?.len()), (1, 1)); // indexes come along
//! pens.clear()?;
//! assert_eq!(items.len(), 2);
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A cursor stands between two documents, and [`advance`](crate::Cursor::advance) says over how
//! many it went; the document comes from the next `next` or `prev`, which are `None` at an end.
//! go-store's `Advance` returns the document before which it stops and never goes behind the last,
//! so at an end the same one comes again and again.
//!
//! # Errors
//!
//! | go-store | Folio |
//! |---|---|
//! | `ErrDocumentNotFound` of `Get` | `None`; [`ReadError::NotFound`](crate::ReadError) of `try_get` |
//! | `ErrDocumentNotFound` of `Update` | [`WriteError::NotFound`](crate::WriteError), with your document in [`Rejected`](crate::Rejected) |
//! | `ErrDocumentNotFound` of `Delete` | `Ok(None)`; `remove(&id)?.ok_or(..)?` where you want an error |
//! | `ErrDocumentDeleted`, in a race | as if the document had never been there |
//! | `ErrInvalidDocument`, for `nil` | does not compile; the builder's [`validate`](crate::Builder::validate) for conditions of yours |
//! | `ErrIndexExists`, `ErrEmptyIndex`, `ErrIndexNotFound` | [`IndexError`](crate::IndexError): `Exists`, `Empty`, `NotFound`, each with the name |
//! | `ErrStreamClosed` | `None`, the end of the iterator |
//! | `ErrStoreClosed` | `Closed`; live reads find nothing, and what was opened before goes on |
//!
//! ```
//! # #[cfg(feature = "json")] {
//! use folio::{Collection, Document, IndexError, ReadError, doc, fields};
//!
//! let docs: Collection<u32, Document> = Collection::new();
//! assert!(matches!(docs.try_get(&1), Err(ReadError::NotFound { .. })));
//! assert!(docs.remove(&1)?.is_none());
//! let refused = docs.replace(&1, doc! { "foo": "baz" }).unwrap_err();
//! assert_eq!(refused.given.str_at("foo"), Some("baz"));
//!
//! docs.create_index("my_index", fields(["field1"]))?;
//! let again = docs.create_index("my_index", fields(["field2"]));
//! assert!(matches!(again, Err(IndexError::Exists { .. })));
//! let empty = docs.create_index("invalid_index", fields([""; 0]));
//! assert!(matches!(empty, Err(IndexError::Empty { .. })));
//! assert!(matches!(docs.index("non_existent_index"), Err(IndexError::NotFound { .. })));
//! assert!(matches!(docs.drop_index("non_existent_index"), Err(IndexError::NotFound { .. })));
//!
//! docs.close();
//! assert!(docs.set(1, doc! {}).is_err());
//! assert!(matches!(docs.index("my_index"), Err(IndexError::Closed)));
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
