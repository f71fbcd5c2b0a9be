//! What is told of changes, in which order, and what is not.
//!
//! A [`Watch`](crate::Watch) is told every change of a collection, a
//! [`StoreWatch`](crate::StoreWatch) those of all collections of a store: each once, in the order
//! of revisions, or it is told that it has missed some. Nothing is ever left out in silence.
//!
//! ```
//! use folio::{Collection, Kind};
//!
//! let stock: Collection<&str, u32> = Collection::new();
//! let mut watch = stock.watch().subscribe();
//!
//! stock.set("apples", 3)?;
//! stock.set("apples", 4)?;
//! stock.remove("apples")?;
//! stock.remove("apples")?; // there is none: nothing happens, and nothing is told
//!
//! let told = [watch.recv()?, watch.recv()?, watch.recv()?];
//! let kinds = told.each_ref().map(|event| event.what());
//! assert_eq!(kinds, [Kind::Created, Kind::Updated, Kind::Removed]);
//! assert!(told.is_sorted_by_key(|event| event.revision));
//! assert_eq!(told[1].old().map(|old| **old), Some(3)); // as it was, shared with the collection
//! assert!(watch.try_recv()?.is_none());
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! # What is told?
//!
//! | event | after |
//! |---|---|
//! | `Created { new }` | a write to a key that had no document |
//! | `Updated { old, new }` | a write to one that had; also of an equal value, unless the collection [skips equal ones](crate::Builder::skip_equal) |
//! | `Removed { old, cause }` | a removal |
//! | `Cleared { count, up_to }` | a [`clear`](crate::Collection::clear), when it has come to its end: each document that it removed was told before, with the cause `Cleared` |
//!
//! Begin to watch before you write: what is told is every write that begins after
//! [`subscribe`](crate::WatchBuilder::subscribe) has returned, and perhaps one that overlaps it.
//! [`keys`](crate::WatchBuilder::keys), [`events`](crate::WatchBuilder::events) and
//! [`filter`](crate::WatchBuilder::filter) leave events out. They never leave out that something
//! was missed.
//!
//! # In which order?
//!
//! By revision, over all keys, and over all collections of a store. So whoever applies the events
//! one after another to a map of his own has at each point what the collection was at one instant.
//!
//! A thread that is suspended in the middle of a write delays nobody: its write then has not
//! happened yet, gets a later revision, and is told under that one.
//!
//! [`set_many`](crate::Collection::set_many) is many writes, in the order of keys, and is told in
//! that order, each under a revision of its own. Nothing holds others up meanwhile: what they write
//! between two of those keys is told between them. If nobody else writes to what a watch is about,
//! what it is told of a `set_many` stands together.
//!
//! ```
//! let stock: folio::Collection<&str, u32> = folio::Collection::new();
//! let watch = stock.watch().subscribe();
//! stock.set_many([("pears", 1), ("apples", 2), ("figs", 3)])?;
//! stock.close();
//! let told = watch.map_while(Result::ok).filter_map(|event| event.key().copied());
//! assert_eq!(told.collect::<Vec<_>>(), ["apples", "figs", "pears"]);
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! # Falling behind
//!
//! Writers never wait for a watch. What it has not taken yet stays in the *feed*, which is the last
//! 4,096 revisions of the store, unless [`feed_capacity`](crate::Builder::feed_capacity) says
//! otherwise, and fewer if they replaced more than [`feed_bytes`](crate::Builder::feed_bytes). A
//! watch that is further behind than that, or than its own [`buffer`](crate::WatchBuilder::buffer),
//! is told [`Lagged`](crate::WatchError::Lagged) in the place of what it has missed, and ends.
//!
//! A buffer counts revisions of the store, also those that the watch is not about. `missed` counts
//! the same, so it may be more than the events that there would have been, and never is less.
//!
//! [`resync`](crate::Watch::resync) begins anew: it returns a view of the present instant, and the
//! watch goes on with what happens after it. Nothing is lost between the two, and nothing is told
//! that the view has already.
//!
//! ```
//! use folio::{Collection, WatchError};
//!
//! let stock: Collection<String, u32> = Collection::new();
//! let mut watch = stock.watch().buffer(16).subscribe();
//! for n in 0..100 {
//!     stock.set("apples".into(), n)?;
//! }
//! let Err(WatchError::Lagged { missed, resume_at }) = watch.recv() else { panic!("too late") };
//! assert!(missed > 80 && resume_at.get() == missed + 1);
//!
//! let view = watch.resync();
//! assert_eq!(view.get("apples").map(|n| *n), Some(99));
//! stock.set("apples".into(), 100)?;
//! assert_eq!(watch.recv()?.new_value().map(|n| **n), Some(100));
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! With [`Lag::Skip`](crate::Lag) a watch does not end, but is told `Lagged` and goes on from the
//! oldest revisions that it may still be told: for those to whom only the latest matters. The
//! example `watch_resync` keeps a replica through both.
//!
//! **A watch that is waiting does not fall behind.** It waits when it has asked for the next event
//! and there was none: in `recv`, after a `recv_timeout`, or as a stream whose task sleeps. Then,
//! whatever happens elsewhere, it may wait for a single quiet key for ever with a buffer of 1. One
//! that nobody reads does not wait, and falls behind. The exception: a writer in the middle of a
//! write may have something to tell, and if the feed goes round meanwhile, who is woken then says
//! `Lagged`. So give the feed the [capacity](crate::Builder::feed_capacity) for 512 revisions at
//! least; where writers outnumber processors, for what they write in some milliseconds.
//!
//! # What was there before
//!
//! With [`replay`](crate::WatchBuilder::replay) a watch begins with the documents that there are,
//! as if they were created now, in no promised order, and all before anything newer. However many,
//! they count against no buffer. Their events have the revisions of the documents: so one in a
//! replay is not a place to [go on from](crate::WatchBuilder::from). What is over by then is not
//! replayed, and not in the view of a `resync`. If it is still to be removed, that is told, with
//! the cause [`Expired`](crate::Cause::Expired): a replica passes over what it does not have.
//!
//! If you want to know where the past ends and the present begins, subscribe and `resync`:
//!
//! ```
//! let stock: folio::Collection<&str, u32> = [("apples", 3)].into_iter().collect();
//! let mut watch = stock.watch().subscribe();
//! let mut replica: std::collections::BTreeMap<_, _> =
//!     watch.resync().entries().map(|(name, n)| (*name, *n)).collect();
//!
//! stock.set("pears", 1)?;
//! let event = watch.recv()?; // the first one that the view does not have
//! if let Some(pears) = event.new_value() {
//!     replica.insert(*pears.key(), **pears);
//! }
//! assert_eq!(replica, [("apples", 3), ("pears", 1)].into());
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! # Going on where another watch has ended
//!
//! [`from(revision)`](crate::WatchBuilder::from) begins in the past: a client that was away names
//! the last revision that it has seen, and is told all that came after it, or `Lagged` if the feed
//! does not have that any more. The feed is kept while anybody watches; with
//! [`retain_feed`](crate::Builder::retain_feed) it is kept always, so that all may be away at once.
//!
//! ```
//! use folio::{Collection, Revision};
//!
//! let stock = Collection::<&str, u32>::builder().retain_feed().build()?;
//! let seen = stock.set("apples", 3)?.revision().get(); // travels as a number
//! stock.set("apples", 4)?;
//!
//! let next = Revision::new(seen + 1).ok_or("0 is no revision")?;
//! let mut watch = stock.watch().from(next).subscribe();
//! assert_eq!(watch.recv()?.new_value().map(|n| **n), Some(4));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Revisions begin anew with each collection or store that is built, so also when the process is
//! started again. A revision that is not drawn yet is no error: the watch begins when it is. So
//! what travels to a client should say which run of the program it is of. The example
//! `axum_service` does so in the ids of its server-sent events.
//!
//! # Functions that are called
//!
//! [`on_change`](crate::Collection::on_change) and
//! [`for_each`](crate::WatchBuilder::for_each) call a function for each event, until the
//! [`Subscription`](crate::Subscription) is dropped. There is no thread of ours to do it:
//!
//! * **Who**: the thread that writes, before its write returns. If another thread is at it already,
//!   that one takes the event along, and the write may return before the function has been called.
//!   The function is never called by two threads at once.
//! * **When**: after the write has taken effect, without a lock or a pin (the write of another key
//!   has one, if its quota had it end this one). What is read may be newer than what is told.
//! * **It may do anything**: read, write, subscribe, drop its own subscription. What it writes is
//!   told after it has returned, so it may well be told of its own writes.
//! * **A panic** in it is contained; [`Subscription::panics`](crate::Subscription::panics) counts.
//! * **A function that takes long** holds up those who write, one at a time, for as long as others
//!   run ahead of it: if by more than the feed, it is told `Lagged` and goes on. Make it fast.
//! * **Dropping** the subscription stops it, and waits for nobody: a call that is under way on
//!   another thread may still come to its end.
//!
//! ```
//! use folio::Collection;
//! use std::sync::mpsc;
//!
//! let stock: Collection<&str, u32> = Collection::new();
//! let (tell, told) = mpsc::channel();
//! let writes = stock.clone();
//! let subscription = stock.on_change(move |event| {
//!     let Ok(event) = event else { return };
//!     let _ = tell.send(event.key().copied());
//!     if event.key() == Some(&"apples") {
//!         let _ = writes.set("changed", 1); // told when this call has returned
//!     }
//! });
//! stock.set("apples", 3)?;
//! assert_eq!(told.try_iter().collect::<Vec<_>>(), [Some("apples"), Some("changed")]);
//! drop(subscription);
//! stock.set("apples", 4)?;
//! assert_eq!(told.try_iter().count(), 0);
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! A function that owns a handle of its collection, as this one, keeps the collection open until
//! the subscription is dropped.
//!
//! # The end
//!
//! A watch ends once: when it is dropped, with `Lagged`, or with
//! [`Closed`](crate::WatchError::Closed). After the end `recv` says it again, and an iterator or
//! stream is over. A watch does not keep its collection open: when the last handle is dropped it is
//! told what was written before, and then `Closed`.
//!
//! A closed collection is empty, and so is a view of it. So a watch that lags behind the close
//! cannot be made good by `resync`: whoever needs the last state takes a view before.
//!
//! # Streams
//!
//! With the feature `async` [both](crate::Watch#streams) watches are `futures_core::Stream`s, of
//! any runtime; whoever writes wakes the task. Dropping one at any moment loses nothing. A watch is
//! an iterator as well, which waits. So where a `StreamExt` is in scope the methods that both have
//! go by their full names: `StreamExt::next(&mut watch).await`, `StreamExt::map(watch, ..)`.
//!
//! # What it costs
//!
//! * **Nobody watches**: a write looks at one word.
//! * **Somebody does**: each write also puts a pointer to its snapshot into the feed, and looks who
//!   waits for it. Watches of [one key each](crate::Pattern::exact) are found by its hash, however
//!   many there are. While any watch of all keys or of a prefix waits, all such are looked at.
//! * **Somebody waits** for what is written: the writer wakes it. Others are left alone.
//! * **Events** are made by whoever takes them, and share the documents.
//!
//! The feed keeps what its revisions replaced or removed, and 16 bytes for each that it can hold.
//! [`Stats::watches`](crate::Stats::watches) counts those who watch,
//! [`Stats::feed_kept`](crate::Stats::feed_kept) the revisions that are kept. Writers free what it
//! has gone past, and `maintain`; when the last watch goes, so does all of it.
//!
//! ```
//! let stock: folio::Collection<&str, u32> = folio::Collection::new();
//! let watch = stock.watch().subscribe();
//! for n in 0..100 {
//!     stock.set("apples", n)?;
//! }
//! let stats = stock.stats();
//! assert_eq!((stats.watches, stats.feed_kept, stats.retired), (1, 100, 99));
//!
//! drop(watch);
//! while stock.stats().feed_kept > 0 || stock.stats().retired > 0 {
//!     stock.maintain(); // waits for nobody, so it may take a few calls
//! }
//! # Ok::<(), folio::Error>(())
//! ```
