//! Finding documents by what is in them.
//!
//! An index lists every document that has a *key* in it, in the order of the keys. It is made of
//! [`fields`](crate::fields) of JSON documents, or [`by`](crate::by) a closure over any value:
//!
//! ```
//! # #[cfg(feature = "json")] {
//! use folio::{Collection, Document, by, doc, fields, key};
//!
//! struct User {
//!     city: String,
//!     age: u8,
//! }
//!
//! let users: Collection<u32, User> = Collection::new();
//! let by_city_and_age = users.create_index("city_age", by(|u: &User| key![u.city, u.age]))?;
//! users.set(1, User { city: "London".into(), age: 36 })?;
//! assert_eq!(by_city_and_age.get(("London", 36)).count(), 1);
//!
//! let quakes: Collection<u32, Document> = Collection::new();
//! let by_strength = quakes.create_index("strength", fields(["properties.mag"]))?;
//! quakes.set(1, doc! { "properties": { "mag": 4.5 } })?;
//! assert_eq!(by_strength.range(4..).count(), 1);
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A document is listed if it has *all* parts of the key. One that is `None`, JSON null, an object,
//! or not there at all leaves it out. This is decided anew with every write.
//!
//! # What a query answers for
//!
//! Exactly what a look at every document of one instant would find: no document is missed, none
//! comes twice, and none comes whose key does not match, whatever is written meanwhile. Which
//! instant depends on whom you ask:
//!
//! | asked through | the instant | afterwards |
//! |---|---|---|
//! | [`Index`](crate::Index), live | one of the call; a view of its own is open as long as the iterator or its items | the next call has a later one |
//! | [`Pinned::index`](crate::Pinned::index) | the one at which `index` was called | all answers of that [`IndexView`](crate::IndexView) agree |
//! | [`View::index`](crate::View::index) | the view's | the same for as long as the view is open |
//! | a view that is older than the index | the view's, by looking at every document | the same |
//! | an index that is still being built | as above, by looking at every document | by the index, once it is complete |
//! | an `Index` after [`drop_index`](crate::Collection::drop_index), or the close | | finds nothing |
//! | an `IndexView` after the drop, or the close | its own | goes on |
//!
//! ```
//! let stock: folio::Collection<&str, u32> = [("apples", 3), ("pears", 0)].into_iter().collect();
//! let before = stock.view();
//! let left = stock.create_index("left", folio::by(|left: &u32| *left))?;
//! let after = stock.view();
//! stock.set("pears", 7)?;
//!
//! assert_eq!(left.range(1..).count(), 2); // now
//! assert_eq!(after.index("left")?.range(1..).count(), 1); // then
//! assert_eq!(before.index("left")?.range(1..).count(), 1); // before there was the index
//!
//! let kept = after.index("left")?;
//! stock.drop_index("left")?;
//! assert_eq!(left.range(..).count(), 0);
//! assert_eq!(kept.range(..).count(), 2);
//! assert!(after.index("left").is_err()); // the name leads nowhere now
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! Two live queries are two instants: a document that moves between them may be in both answers, or
//! in neither. Where two have to agree, ask one view.
//!
//! # Building and dropping
//!
//! [`create_index`](crate::Collection::create_index) stops nobody. From its first instant each
//! write enters its document; then those that were there before are entered. It returns when that
//! is done, and for this it waits for the pins and `Ref`s that others hold. If the caller itself
//! holds one it returns at once: later writes and [`maintain`](crate::Collection::maintain) go on
//! with the work, and queries answer as they should from the start, only slower.
//!
//! Dropping takes effect in one instant, and the name is free at once. A
//! [`fork`](crate::Collection::fork) has the indexes of its original.
//!
//! # Keys and their order
//!
//! Parts are compared by kind first: `false`, `true`, numbers, text, UUIDs, arrays. Numbers are one
//! kind, whatever their type, and compared exactly, also where floats have gaps: `-0.0` is `0`, and
//! NaN comes last. Text goes by its bytes, arrays element by element. Documents of equal keys come
//! in one order that is the same forwards, backwards, and from page to page.
//!
//! ```
//! use folio::key;
//!
//! assert_eq!(key![1_u8], key![1.0]);
//! assert!(key![9_007_199_254_740_992_f64] < key![9_007_199_254_740_993_u64]);
//! assert!(key![true] < key![-1] && key![1_000] < key!["1"] && key!["Z"] < key!["a"]);
//! assert!(key!["z"] < key![["a"]] && key![[1]] < key![[1, 0]]);
//! ```
//!
//! # Several parts
//!
//! A key of several parts is ordered by the first, among equals by the second, and so on. `get`
//! wants all parts; a shorter key finds nothing. `prefix` takes the first ones. The bounds of
//! `range` may be shorter as well, and then stand for every key that begins so: included, all of
//! them are in; excluded, all of them are out.
//!
//! ```
//! use folio::{Collection, by};
//!
//! let users = [("ada", ("London", 36)), ("alan", ("London", 41)), ("blaise", ("Paris", 39))];
//! let users: Collection<&str, (&str, u8)> = users.into_iter().collect();
//! let index = users.create_index("city_age", by(|user: &(&'static str, u8)| *user))?;
//!
//! assert_eq!(index.get("London").count(), 0);
//! assert_eq!(index.prefix("London").count(), 2);
//! assert_eq!(index.range(("London", 40)..).count(), 2);
//! assert_eq!(index.range("London"..="Paris").count(), 3);
//! assert_eq!(index.range("London".."Paris").count(), 2);
//! assert_eq!(index.range("Paris".."London").count(), 0); // inverted: empty, no panic
//! let oldest_in_london = index.prefix("London").next_back();
//! assert_eq!(oldest_in_london.map(|user| *user.key()), Some("alan"));
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! # Pages
//!
//! A page ends with a token, from which the next one goes on: not "the second twenty", but "twenty
//! behind this place in the order". So it costs the same however far it is, and what is inserted
//! before that place moves nothing. The token is text, and keeps nothing open.
//!
//! ```
//! let scores: folio::Collection<u32, u32> = (0..10).map(|n| (n, n * n)).collect();
//! let index = scores.create_index("score", folio::by(|score: &u32| *score))?;
//!
//! let first = index.page(10.., None, 4);
//! let link = first.next.ok_or("one page only")?.to_string();
//! scores.set(100, 11)?; // too late for the first page
//! let second = index.page(10.., Some(&link.parse()?), 4);
//! let found: Vec<u32> = first.items.iter().chain(&second.items).map(|score| **score).collect();
//! assert_eq!(found, [16, 25, 36, 49, 64, 81]);
//! assert!(second.next.is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A token of another index finds nothing, nor does one from before the process was started again;
//! [`try_page`](crate::Index::try_page) tells, for tokens that come from outside.
//!
//! Pages of a live index are an instant each: a document that is given another key between two of
//! them may be on both or on neither. Pages of an `IndexView` are all of one instant.
//!
//! # What it costs
//!
//! With `n` documents in the index:
//!
//! | | time |
//! |---|---|
//! | `get`, `range`, `prefix`, `page`: the first document | O(log n) |
//! | the next one | O(1) forwards, O(log n) backwards |
//! | an entry of a former snapshot on the way | as a document that is found; one step if it is younger than the view |
//! | all that, where every document has to be looked at | O(places), and a sort of what is found |
//! | `len`, `cursor` | O(n) |
//! | a write, for each index | the extractor, once for each attempt |
//! | a write that gives a new key, for each such index | O(log n), and again to clean up |
//! | `create_index` | O(n log n), in pieces of 256 documents |
//!
//! Nothing is ever locked against a reader. An entry takes its key twice and some 90 bytes; what
//! replaced snapshots have left is counted by [`Stats::index_entries`](crate::Stats), and goes when
//! they do: see [memory](super::memory). So a view that stays open makes the indexes of others
//! slower, too: their queries step over what is kept for it.
//!
//! # What an extractor may do
//!
//! The closure of [`by`](crate::by) runs with every write, on the thread that writes, and while an
//! index is built or scanned, on others. It has to be a function of the value alone, and quick: it
//! runs under a pin. One that answers differently each time harms no more than its own index, which
//! then lists a document under a key that it once gave. One that panics leaves its document out, as
//! one that returns `None` does, and the write goes on:
//!
//! ```
//! use folio::{Collection, by};
//!
//! let ages: Collection<&str, &str> = Collection::new();
//! let index = ages.create_index("age", by(|age: &&'static str| age.parse::<u8>().ok()))?;
//! ages.set("ada", "36")?;
//! ages.set("grace", "unknown")?;
//! assert_eq!((ages.len(), index.len()), (2, 1));
//! # Ok::<(), folio::Error>(())
//! ```
