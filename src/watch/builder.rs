//! [`WatchBuilder`]: what to watch, and how.

use std::fmt;
use std::hash::{BuildHasher, RandomState};

use crate::collection::hash_with;
use crate::error::WatchError;
use crate::event::{Event, Kind};
use crate::key::{Key, Value};
use crate::outcome::Revision;
use crate::rooms::Rooms;
use crate::store::KeptName;
use crate::sync::Arc;
use crate::watch::Watch;
use crate::watch::course::{Course, Terms};
use crate::watch::pattern::Pattern;
use crate::watch::subscription::Subscription;
use crate::watch::teller::Teller;
use crate::watch::wish::Wish;

/// What a watch does when it has fallen behind by more than it may.
///
/// # Examples
///
/// ```
/// use folio::{Collection, Lag, WatchError};
///
/// let stock: Collection<&str, u32> = Collection::new();
/// let mut watch = stock.watch().buffer(8).on_lag(Lag::Skip).subscribe();
/// for n in 0..20 {
///     stock.set("apples", n)?;
/// }
/// let Err(WatchError::Lagged { resume_at, .. }) = watch.recv() else { panic!("too late") };
/// assert_eq!(watch.recv()?.revision, resume_at); // it goes on there by itself
/// # Ok::<(), folio::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lag {
    /// It ends.
    #[default]
    End,
    /// It says so, and goes on near the oldest revision that is kept: not with the very oldest,
    /// which would be gone in a moment.
    Skip,
}

/// Says what to watch, and ends in a [`Watch`] or a [`Subscription`].
///
/// Made by [`Collection::watch`](crate::Collection::watch). Pattern, kinds and filter leave events
/// out, never that something was missed. Of each the last one given counts.
///
/// # Examples
///
/// ```
/// use folio::{Collection, Kind, Pattern};
///
/// let stock: Collection<&str, u32> = Collection::new();
/// let mut watch = stock
///     .watch()
///     .keys(Pattern::prefix("fruit/"))
///     .events([Kind::Created, Kind::Updated])
///     .filter(|event| event.new_value().is_some_and(|left| **left < 10))
///     .subscribe();
/// stock.set_many([("fruit/apples", 3), ("fruit/pears", 30), ("nuts", 1)])?;
/// stock.remove("fruit/apples")?;
/// stock.set("fruit/pears", 9)?;
/// assert_eq!(watch.recv()?.key(), Some(&"fruit/apples"));
/// assert_eq!(watch.recv()?.key(), Some(&"fruit/pears"));
/// # Ok::<(), folio::Error>(())
/// ```
#[must_use = "nothing is watched until `subscribe`"]
pub struct WatchBuilder<K: Key, V: Value, S = RandomState> {
    rooms: Arc<Rooms<K, V>>,
    hasher: S,
    collection: KeptName,
    wish: Wish<K, V>,
    terms: Terms,
}

impl<K: Key, V: Value, S: BuildHasher + Clone> WatchBuilder<K, V, S> {
    pub(crate) fn new(rooms: &Arc<Rooms<K, V>>, hasher: S, collection: KeptName) -> Self {
        Self {
            rooms: Arc::clone(rooms),
            hasher,
            collection,
            wish: Wish::everything(),
            terms: Terms::default(),
        }
    }

    /// Which keys; all of them unless this is called.
    ///
    /// The end of a `clear` is about no key, and is told whatever the pattern: leave it out by
    /// [`events`](Self::events).
    pub fn keys(mut self, pattern: Pattern<K>) -> Self {
        self.wish.keys = pattern;
        self
    }

    /// Which kinds of events; all of them unless this is called.
    pub fn events(mut self, kinds: impl IntoIterator<Item = Kind>) -> Self {
        self.wish.kinds = kinds.into_iter().collect();
        self
    }

    /// Leaves events out for which `filter` says no. It runs where events are taken, without a
    /// lock or a pin, and may call the collection. A panic in it is that of
    /// [`recv`](Watch::recv); in a [`Subscription`] it is contained, counted, and leaves the event
    /// out.
    pub fn filter(mut self, filter: impl Fn(&Event<K, V>) -> bool + Send + Sync + 'static) -> Self {
        self.wish.filter = Some(Arc::new(filter));
        self
    }

    /// How many revisions of the store it may fall behind, those that it is not about included. 0,
    /// as at first, is as far as the feed goes, and more than that is no more. It takes no memory
    /// of its own.
    pub fn buffer(mut self, revisions: usize) -> Self {
        self.terms.buffer = revisions;
        self
    }

    /// Begins with all documents that there are, each once as created, in no promised order.
    ///
    /// They are those of one instant, and everything newer follows. They do not count against the
    /// buffer: if the feed has gone on too far meanwhile, what has changed is told in the same way,
    /// as the difference between two instants. What was over by then, and not removed yet, is not
    /// among them, though its removal follows.
    ///
    /// Their events have the revisions under which the documents were written. To begin takes O(1);
    /// the documents are read as they are taken, O(places) in all, or O(1) with
    /// [`Pattern::exact`]. A view is open until then. If more than half of what the feed can keep
    /// is written before the documents are read, what has changed is looked for in all places, and
    /// so on until it is not: beside busy writers give the feed a capacity that this fits in.
    pub fn replay(mut self) -> Self {
        self.terms.replays = true;
        self
    }

    /// Begins with this revision, as a watch that goes on where another one has ended. If the feed
    /// does not keep it any more, or did not yet, the watch begins with
    /// [`WatchError::Lagged`]: see [`retain_feed`](crate::Builder::retain_feed). Not together with
    /// [`replay`](Self::replay), which comes first.
    ///
    /// One that is not drawn yet is no error: the watch begins when it is. Revisions begin anew
    /// with each collection or store that is built; so what a client brings back from elsewhere
    /// should say of which one it is.
    ///
    /// # Examples
    ///
    /// ```
    /// use folio::Collection;
    ///
    /// let stock = Collection::<&str, u32>::builder().retain_feed().build()?;
    /// stock.set("apples", 3)?;
    /// let seen = stock.set("pears", 1)?.revision();
    /// stock.set("figs", 2)?;
    /// let mut watch = stock.watch().from(seen).subscribe();
    /// assert_eq!(watch.recv()?.key(), Some(&"pears"));
    /// assert_eq!(watch.recv()?.key(), Some(&"figs"));
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn from(mut self, revision: Revision) -> Self {
        self.terms.from = Some(revision);
        self
    }

    /// What to do on a lag; the watch ends unless this is called.
    pub fn on_lag(mut self, lag: Lag) -> Self {
        self.terms.lag = lag;
        self
    }

    /// Begins to watch: every write that begins after this call returned is told.
    ///
    /// Never fails: what cannot be told is the first thing that the watch says.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in one instant of the call, unless it begins elsewhere
    ///   ([`from`](Self::from)).
    /// * **Progress**: O(watches of the collection) under a short lock, which those take who begin
    ///   or end a watch, and no writer.
    /// * **Memory**: 16 bytes for each revision of the feed, once for the collection or store, from
    ///   the first watch on; from then on what its revisions replaced.
    pub fn subscribe(self) -> Watch<K, V, S> {
        let Self { rooms, hasher, collection, wish, terms } = self;
        let hash = wish.keys.only().map(|key| hash_with(&hasher, key));
        let course = Course::begin(Teller::new(&rooms, collection, wish, hash), terms);
        Watch { course, hasher }
    }

    /// Calls `f` for each event, in order; [`WatchError::Lagged`] comes in its place, and
    /// [`WatchError::Closed`] at the end.
    ///
    /// `f` is called by threads that write to the collection, before their writes return; if one of
    /// them is at it already, that one takes it along. It holds no lock and no pin, and may do
    /// anything: what it writes is told after it has returned. A panic in it is contained, and
    /// counted ([`Subscription::panics`]). (A write that has what is over in its namespace end,
    /// because a quota is reached, does hold its pin when that is told: what `f` frees then goes
    /// after the write.)
    ///
    /// What is replayed is told before this returns; and what is written meanwhile, for as long as
    /// writers keep ahead of `f`. It goes on after a lag, as with [`Lag::Skip`].
    ///
    /// # Concurrency
    ///
    /// * **Takes effect**: `f` is called for one event after another, never twice at once.
    /// * **Progress**: a write takes as long as `f` does for the events that its thread delivers:
    ///   its own, and those of others for as long as they keep ahead of `f`. So `f` has to be
    ///   faster than all who write; what takes longer it hands on. A write never waits for another
    ///   thread that is in `f`.
    /// * **Memory**: as a watch; what `f` owns until the subscription is dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use folio::{Collection, Kind};
    /// use std::sync::mpsc;
    ///
    /// let stock: Collection<&str, u32> = [("apples", 3)].into_iter().collect();
    /// let (tell, told) = mpsc::channel();
    /// let subscription = stock.watch().replay().events([Kind::Created]).for_each(move |event| {
    ///     let _ = tell.send(event.ok().and_then(|event| event.key().copied()));
    /// });
    /// stock.set("pears", 1)?;
    /// assert_eq!(told.try_iter().flatten().collect::<Vec<_>>(), ["apples", "pears"]);
    /// drop(subscription);
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn for_each(
        self,
        f: impl FnMut(Result<&Event<K, V>, WatchError>) + Send + 'static,
    ) -> Subscription {
        let rooms = Arc::clone(&self.rooms);
        let course = self.on_lag(Lag::Skip).subscribe().course;
        Subscription::calling(course, f, move |callback, is_up| rooms.board.post(callback, is_up))
    }
}

impl<K: Key, V: Value, S> fmt::Debug for WatchBuilder<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WatchBuilder")
            .field("collection", &*self.collection)
            .field("keys", &self.wish.keys)
            .field("kinds", &self.wish.kinds)
            .field("terms", &self.terms)
            .finish_non_exhaustive()
    }
}
