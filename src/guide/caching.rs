//! A collection as a cache: patterns, and what each of them promises.
//!
//! # Read through
//!
//! Ask for a document, and say how to make it if it is missing:
//!
//! ```
//! use folio::Collection;
//!
//! fn render(name: &str) -> Result<String, std::io::Error> {
//!     Ok(format!("<h1>{name}</h1>")) // slow, in real life
//! }
//!
//! let pages: Collection<String, String> = Collection::new();
//! let page = pages.get_or_try_insert_with("home", || render("home"))?;
//! assert_eq!(*page, "<h1>home</h1>");
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! | | the loader cannot fail | it can |
//! |---|---|---|
//! | on a thread | [`get_or_insert_with`] | [`get_or_try_insert_with`] |
//! | in a task | [`get_or_insert_with_async`] | [`get_or_try_insert_with_async`] |
//!
//! A hit costs a [`get`](crate::Collection::get) and a [`snapshot`](crate::Ref::snapshot). What is
//! returned is a [`Snapshot`](crate::Snapshot), which may be kept, sent, and held across an
//! `.await`.
//!
//! # Single flight
//!
//! If a thousand miss a page at once, it is rendered once. Of those who ask for a key that is not
//! there, on threads or in tasks of any runtime, one *leads*: its loader runs. The others wait, and
//! get what it stored. Loads of different keys have nothing to do with each other.
//!
//! | the leader's loader | its caller gets | who waits |
//! |---|---|---|
//! | returns a value | the document | gets the same one |
//! | returns an error | `Loader(error)` | the one who has waited longest runs its own loader |
//! | panics | the panic | likewise |
//! | is dropped with its future | | likewise, when nothing is left of it |
//! | returns what is refused (validator, close) | `Rejected`, with the value | likewise |
//! | asks for its own key | `Rejected`, [`Recursive`](crate::WriteError::Recursive), inside | goes on waiting |
//!
//! So an error is told to one, and each of the others tries for itself, one after the other: a
//! backend that is down is asked by one at a time. Who wants to spare it remembers the failure, as
//! below.
//!
//! A value that could not be stored is not lost:
//!
//! ```
//! # use folio::Collection;
//! let pages: Collection<String, String> = Collection::new();
//! pages.close(); // the program is ending, but this request is still to be answered
//! let page = match pages.get_or_insert_with("home", || "<h1>home</h1>".into()) {
//!     Ok(page) => page.value().clone(),
//!     Err(refused) => refused.given.ok_or(refused.reason)?,
//! };
//! assert_eq!(page, "<h1>home</h1>");
//! # Ok::<(), folio::WriteError>(())
//! ```
//!
//! Whoever waits can be made to wait for ever, as with any lock: by two loaders that ask for each
//! other's keys; by a loader that waits for another thread or task that asks for its key; by a
//! thread of an executor that sleeps in the synchronous verb until a task of that same thread has
//! loaded; by a future that is neither polled nor dropped. A loader that asks for its own key is
//! told so.
//!
//! # Writes beside loads
//!
//! What is written counts for more than what is loaded: if the key was
//! [`set`](crate::Collection::set) while its loader ran, the loaded value is dropped, and everybody
//! gets what was set. So whoever writes to the source, and then to the cache, is not undone by a
//! load that began before, for as long as what was set is there. A *removal* leaves nothing behind
//! that a load could find: if the source changes, `set` the new value. Where all that is known is
//! that the old one is wrong, keep a mark of what a value was made from in it, and look at that:
//!
//! ```
//! # use folio::{Collection, WriteError};
//! #[derive(Clone)]
//! struct Page {
//!     of: u64, // the revision of the article
//!     html: String,
//! }
//!
//! fn page_of(pages: &Collection<&'static str, Page>, revision: u64) -> Result<Page, WriteError> {
//!     loop {
//!         let make = || Page { of: revision, html: format!("article, revision {revision}") };
//!         let page = pages.get_or_insert_with(&"home", make)?;
//!         if page.of >= revision {
//!             return Ok(page.value().clone());
//!         }
//!         // Of the article as it was before: out with it, unless somebody else was faster.
//!         drop(pages.compare_and_remove("home", page.revision()));
//!     }
//! }
//!
//! let pages = Collection::new();
//! assert_eq!(page_of(&pages, 1)?.html, "article, revision 1");
//! assert_eq!(page_of(&pages, 2)?.html, "article, revision 2");
//! # Ok::<(), folio::WriteError>(())
//! ```
//!
//! The example `axum_service` does that.
//!
//! # Negative results
//!
//! That something is not there may be as costly to find out as the thing itself. An error is not
//! stored; make it a value, and it is:
//!
//! ```
//! # use folio::Collection;
//! let users: Collection<u64, Option<String>> = Collection::new();
//! let asked = std::cell::Cell::new(0);
//! let find = |id: &u64| {
//!     users.get_or_insert_with(id, || {
//!         asked.set(asked.get() + 1);
//!         None // the database knows of no such user
//!     })
//! };
//! assert!(find(&7)?.is_none() && find(&7)?.is_none());
//! assert_eq!(asked.get(), 1);
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! The same with a `Result` remembers failures. Either should be forgotten after a while: give the
//! collection a [`time_to_live`](crate::Builder::time_to_live), and what is to be forgotten sooner
//! than the rest a collection of its own.
//!
//! # Stale while revalidate
//!
//! Serve what is there, though it is old, while one makes a new one. The claim to do so is a write
//! like any other: of all who find the document old, one gets to say that it is good for a moment
//! longer, and that one loads. If it fails, another one can claim it after that moment.
//!
//! ```
//! use std::thread;
//!
//! use folio::{Collection, Rejected};
//!
//! #[derive(Clone)]
//! struct Price {
//!     cents: u64,
//!     good_until: u64, // by a clock of yours
//! }
//!
//! type Prices = Collection<&'static str, Price>;
//!
//! fn load(now: u64) -> Price {
//!     Price { cents: 100 + now, good_until: now + 60 }
//! }
//!
//! fn price(prices: &Prices, now: u64) -> Result<u64, Rejected<Option<Price>>> {
//!     let price = prices.get_or_insert_with(&"tea", || load(now))?;
//!     if price.good_until <= now {
//!         let longer = Price { good_until: now + 5, ..price.value().clone() };
//!         if prices.compare_and_set("tea", price.revision(), longer).is_ok() {
//!             let prices = prices.clone();
//!             thread::spawn(move || prices.set("tea", load(now)));
//!         }
//!     }
//!     Ok(price.cents)
//! }
//!
//! let prices = Prices::new();
//! assert_eq!(price(&prices, 0)?, 100);
//! assert_eq!(price(&prices, 59)?, 100);
//! assert_eq!(price(&prices, 70)?, 100); // old, and being loaded
//! while prices.get("tea").is_some_and(|tea| tea.cents == 100) {
//!     thread::yield_now();
//! }
//! assert_eq!(price(&prices, 71)?, 170);
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! # How long a document lasts
//!
//! | said by | lasts |
//! |---|---|
//! | nobody | for ever |
//! | [`set_with_ttl`](crate::Collection::set_with_ttl) | so long, whatever the collection says |
//! | [`Builder::time_to_live`](crate::Builder::time_to_live) | so long after each write that does not say |
//! | [`Builder::time_to_idle`](crate::Builder::time_to_idle) | so long after it was last read by key, or written, if that ends sooner |
//! | [`expire_in`](crate::Collection::expire_in), [`persist`](crate::Collection::persist) | so long from now; for ever |
//!
//! [`set`](crate::Collection::set) and [`replace`](crate::Collection::replace) clear a deadline
//! that a document has for itself; what changes it with a closure keeps that, also where the
//! collection has a `time_to_live`. From its deadline on nobody finds it: no read, no query, no
//! count, no replay. A view goes by the time at which it was opened, and finds the same whenever it
//! is asked.
//!
//! Its memory goes later, and the event `Removed` with the cause
//! [`Expired`](crate::Cause::Expired) comes then: with the next write to that key, a few with every
//! 64th write, all with [`len`](crate::Collection::len),
//! [`purge_expired`](crate::Collection::purge_expired), or a thread that does so every
//! [`purge_every`](crate::Builder::purge_every). Nothing else runs.
//!
//! Deadlines are absolute, and the clock is the system's, which somebody may set. A read looks at
//! it only if the document has a deadline, and at the coarse one: a document may be found some
//! milliseconds too long, never too short. Tests bring a [`TestClock`](crate::TestClock).
//!
//! # How much there may be
//!
//! [`max_entries`](crate::Builder::max_entries) documents, [`max_bytes`](crate::Builder::max_bytes)
//! of them, or a [`max_weight`](crate::Builder::max_weight) that you define: never more, at no
//! instant. Room is reserved before a write takes effect, and what has to go is gone by then. A
//! document that is heavier than all comes back with
//! [`OverCapacity`](crate::WriteError::OverCapacity); one that is
//! [protected](crate::Collection::protect) does not go.
//!
//! ```
//! use folio::Collection;
//!
//! let pages: Collection<u32, String> = Collection::builder().max_entries(100).build()?;
//! for page in 0..10_000 {
//!     pages.get_or_insert_with(&(page % 10), || "popular".into())?;
//!     pages.get_or_insert_with(&(1_000 + page), || "asked for once".into())?;
//! }
//! assert_eq!(pages.len(), 100);
//! assert!((0..10).all(|page| pages.contains(&page)));
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! # Who goes
//!
//! Newcomers wait in a small queue; those who were asked for again stand in a large one. When
//! somebody has to go, the oldest newcomer is held against whoever the hand of the large queue
//! points at, and what became of such duels before decides: the loser leaves its hash behind, and
//! whoever of the two is asked for first has shown who should have stayed. So it adapts: under a
//! loop that does not fit in, those who are in stay; when interest drifts newcomers replace them;
//! and a walk over everything pushes out nobody who is in use. There is nothing to set. A hit says
//! so with one store to a byte beside the document, and none if that is known already.
//!
//! [`stats`](crate::Collection::stats) counts evictions, and says how much there is, and how many
//! of those who had to go are [remembered](crate::Stats::remembered): three for each that fits, so
//! that with its own place in the queues a document costs some 200 bytes.
//!
//! [`get_or_insert_with`]: crate::Collection::get_or_insert_with
//! [`get_or_try_insert_with`]: crate::Collection::get_or_try_insert_with
//! [`get_or_insert_with_async`]: crate::Collection::get_or_insert_with_async
//! [`get_or_try_insert_with_async`]: crate::Collection::get_or_try_insert_with_async
