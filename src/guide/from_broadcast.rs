//! Moving from a hand-made `RwLock<HashMap>` and a broadcast channel.
//!
//! Many services have grown the same few lines: a map behind a lock, and a channel that tells those
//! who are connected what has changed. Here they are, and the same in Folio.
//!
//! | by hand | Folio |
//! |---|---|
//! | `map.read().get(key).cloned()` | [`get`](crate::Collection::get), which borrows; [`get_cloned`](crate::Collection::get_cloned) |
//! | `map.write().insert(key, value)`, then `tx.send(..)` | [`set`](crate::Collection::set) |
//! | `map.write().entry(key).and_modify(f)`, then `tx.send(..)` | [`update`](crate::Collection::update), [`upsert_with`](crate::Collection::upsert_with) |
//! | `map.write().remove(key)`, then `tx.send(..)` | [`remove`](crate::Collection::remove) |
//! | `map.read().clone()`, so as to look at it in peace | [`view`](crate::Collection::view): O(1), and stops nobody |
//! | `tx.subscribe()` | [`watch().subscribe()`](crate::Collection::watch) |
//! | `broadcast::channel(n)` | [`feed_capacity(n)`](crate::Builder::feed_capacity) |
//! | `RecvError::Lagged(n)`, and then? | [`Lagged`](crate::WatchError::Lagged), and [`resync`](crate::Watch::resync) |
//! | `RecvError::Closed` | [`Closed`](crate::WatchError::Closed) |
//! | a task that reads the channel and calls a function | [`on_change`](crate::Collection::on_change), without a task |
//! | a second channel for one kind of key | [`keys(Pattern::prefix(..))`](crate::WatchBuilder::keys) |
//!
//! # By hand
//!
//! ```text
//! struct Quotes {
//!     map: RwLock<HashMap<String, u64>>,
//!     changes: broadcast::Sender<(String, u64)>,
//! }
//!
//! impl Quotes {
//!     fn set(&self, name: String, price: u64) {
//!         let mut map = self.map.write().unwrap();
//!         map.insert(name.clone(), price);
//!         // Under the lock still: else two writers of one name may send in the other order, and
//!         // whoever follows ends with the price that lost.
//!         let _ = self.changes.send((name, price));
//!     }
//!
//!     fn follow(&self) -> (HashMap<String, u64>, broadcast::Receiver<(String, u64)>) {
//!         // Under the lock as well: else a change falls between the copy and the channel.
//!         let map = self.map.read().unwrap();
//!         (map.clone(), self.changes.subscribe())
//!     }
//! }
//!
//! async fn replica(quotes: &Quotes) -> HashMap<String, u64> {
//!     let (mut own, mut changes) = quotes.follow();
//!     loop {
//!         match changes.recv().await {
//!             Ok((name, price)) => drop(own.insert(name, price)),
//!             // Often forgotten, or taken for the end.
//!             Err(RecvError::Lagged(_)) => (own, changes) = quotes.follow(),
//!             Err(RecvError::Closed) => return own,
//!         }
//!     }
//! }
//! ```
//!
//! # In Folio
//!
//! ```
//! use std::collections::HashMap;
//!
//! use folio::{Collection, Watch, WatchError};
//!
//! type Quotes = Collection<String, u64>;
//! type Own = HashMap<String, u64>;
//!
//! fn follow(watch: &mut Watch<String, u64>) -> Own {
//!     watch.resync().entries().map(|(name, price)| (name.clone(), *price)).collect()
//! }
//!
//! fn replica(mut own: Own, mut watch: Watch<String, u64>) -> Own {
//!     loop {
//!         match watch.recv() {
//!             Ok(event) => match (event.key(), event.new_value()) {
//!                 (Some(name), Some(price)) => drop(own.insert(name.clone(), **price)),
//!                 (Some(name), None) => drop(own.remove(name)),
//!                 (None, _) => {} // the end of a `clear`, which was told document by document
//!             },
//!             Err(WatchError::Lagged { .. }) => own = follow(&mut watch),
//!             Err(_closed) => return own,
//!         }
//!     }
//! }
//!
//! let quotes = Quotes::new();
//! quotes.set("tea".into(), 5)?;
//! let mut watch = quotes.watch().subscribe();
//! let own = follow(&mut watch);
//! let replica = std::thread::spawn(|| replica(own, watch));
//!
//! quotes.set("rye".into(), 7)?;
//! quotes.update("tea", |price| price + 1)?;
//! let last = quotes.view();
//! drop(quotes); // what was written before is told, and then the end
//!
//! let own = replica.join().expect("the replica does not panic");
//! assert_eq!(own, last.entries().map(|(name, price)| (name.clone(), *price)).collect());
//! assert_eq!(own["tea"], 6);
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! # What is different
//!
//! * **The order is right by itself.** Whoever applies the events ends with what is stored, however
//!   many write at once. By hand that holds only if the channel is used under the map's lock, which
//!   then is held for as long as that takes.
//! * **Readers wait for no writer.** A reader that stalls holds up nobody, and neither does a copy
//!   of everything.
//! * **Nothing is copied for those who watch.** An event shares the documents, the old one as well
//!   as the new one. A broadcast channel clones what was sent for each receiver.
//! * **What was missed is an error that `?` passes on**, and to catch up is one call.
//! * **Who waits does not lag.** A receiver for one key has to take every message of the channel,
//!   or it lags; a watch of one key may wait while millions of others are written.
//! * **Capacity counts writes to the whole store**, as the channel's counts messages.
//! * **Changing several keys in one go** is what the lock could do and Folio cannot: there are no
//!   transactions over keys. What has to change together belongs into one document.
