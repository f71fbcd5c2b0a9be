//! [`Builder`]: hooks, hasher and capacity in, a collection out.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::marker::PhantomData;
use std::time::Duration;

use crate::bounds::Weighs;
use crate::clock::{Clock, Time};
use crate::collection::Collection;
use crate::error::StoreError;
use crate::hooks::{BoxError, Hooks, nanos};
use crate::key::{Key, Value};
use crate::limits::CAPACITY_HINT_MAX;
use crate::protocol::ring::RingBounds;
use crate::protocol::timeline::Timeline;
use crate::store::Store;
use crate::sync::Arc;

/// Builds a [`Collection`].
///
/// # Examples
///
/// ```
/// use folio::Collection;
///
/// let users: Collection<String, String> = Collection::builder()
///     .validate(|email: &String| if email.contains('@') { Ok(()) } else { Err("no e-mail") })
///     .skip_equal()
///     .capacity_hint(10_000)
///     .build()?;
///
/// assert!(users.set("ada".into(), "ada@example.org".into())?.is_created());
/// assert!(users.set("ada".into(), "ada@example.org".into())?.is_unchanged());
/// let refused = users.set("bob".into(), "nowhere".into()).unwrap_err();
/// assert_eq!(refused.given, ("bob".to_string(), "nowhere".to_string()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a builder does nothing until `build`"]
pub struct Builder<K, V, S = RandomState> {
    hooks: Hooks<K, V>,
    hasher: S,
    name: Arc<str>,
    capacity_hint: usize,
    feed: RingBounds,
    time: Time,
    purge_every: Option<Duration>,
    /// Where it is built; `None`: it stands by itself.
    store: Option<Store>,
    key: PhantomData<fn() -> K>,
}

impl<K: Key, V: Value> Builder<K, V> {
    pub(crate) fn new() -> Self {
        let hooks = Hooks::known();
        let (hasher, name) = (RandomState::new(), Arc::from(""));
        let (feed, time) = (RingBounds::default(), Time::default());
        Self {
            hooks,
            hasher,
            name,
            capacity_hint: 0,
            feed,
            time,
            purge_every: None,
            store: None,
            key: PhantomData,
        }
    }

    pub(crate) fn within(store: &Store, name: &str) -> Self {
        Self { name: name.into(), store: Some(store.clone()), ..Self::new() }
    }
}

impl<K: Key, V: Value, S: BuildHasher + Clone + Send + Sync + 'static> Builder<K, V, S> {
    /// Names the collection, for errors to tell; in a store, for all to find.
    pub fn name(mut self, name: impl Into<Arc<str>>) -> Self {
        self.name = name.into();
        self
    }

    /// Refuses values on every way in, with an error of any kind (also `&str` and `String`), which
    /// becomes the `source()` of [`WriteError::Invalid`](crate::WriteError::Invalid).
    ///
    /// Runs without a lock or a pin; a closure write that has to start over asks again. The last
    /// one given counts.
    pub fn validate<E: Into<BoxError>>(
        mut self,
        validate: impl Fn(&V) -> Result<(), E> + Send + Sync + 'static,
    ) -> Self {
        self.hooks.validate = Some(Arc::new(move |value| validate(value).map_err(Into::into)));
        self
    }

    /// Skips a write whose value counts as equal to the one that is there (old, new).
    ///
    /// The *write* is skipped, not only the news of it: the new value is dropped, nothing is
    /// stored, and version and revision stay. Runs without a lock or a pin, and again if another
    /// write came between. The last one given counts.
    ///
    /// A write that gives the document more time is not skipped, whatever it writes: so none where
    /// there is a [`time_to_idle`](Self::time_to_idle), and with a
    /// [`time_to_live`](Self::time_to_live) hardly any but those that keep a deadline.
    pub fn unchanged_if(
        mut self,
        unchanged: impl Fn(&V, &V) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.hooks.unchanged = Some(Arc::new(unchanged));
        self
    }

    /// Skips a write of an equal value, as [`unchanged_if`](Self::unchanged_if) with `==`.
    pub fn skip_equal(self) -> Self
    where
        V: PartialEq,
    {
        self.unchanged_if(|old, new| old == new)
    }

    /// Hashes keys with `hasher` in place of the standard library's, which is keyed at random, so
    /// that nobody can craft keys that collide. A faster one suits keys that are your own.
    pub fn hasher<T: BuildHasher + Clone + Send + Sync + 'static>(
        self,
        hasher: T,
    ) -> Builder<K, V, T> {
        let Self { hooks, name, capacity_hint, feed, time, purge_every, store, key, .. } = self;
        Builder { hooks, hasher, name, capacity_hint, feed, time, purge_every, store, key }
    }

    /// Ends every document so long after it was last written, unless it has a lifetime of its own
    /// ([`Collection::set_with_ttl`]): a verb with a closure keeps that, [`Collection::set`] does
    /// not.
    ///
    /// What is over is not found any more, from that instant on. Its memory is given back a little
    /// later: see [`purge_every`](Self::purge_every).
    pub fn time_to_live(mut self, ttl: Duration) -> Self {
        self.hooks.lifetime.until = nanos(ttl);
        self
    }

    /// Ends every document so long after it was last written or read, if that comes before the end
    /// of its lifetime.
    ///
    /// Reads by key count: `get`, `try_get`, `get_cloned`, `contains`, `get_many`. Those of views,
    /// queries and walks do not.
    pub fn time_to_idle(mut self, idle: Duration) -> Self {
        self.hooks.lifetime.idle = nanos(idle);
        self
    }

    /// Holds at most so many documents: a new one makes another one go.
    ///
    /// Never more, at no instant. Who goes is chosen by what was asked for and what was not, so
    /// that a walk over many keys does not push out what is in use: see the
    /// [guide](crate::guide::caching). Who goes is removed as by a write of its own, told as
    /// `Removed` with the cause [`Evicted`](crate::Cause::Evicted). What was just written is there
    /// for its writer to read; a [protected](Collection::protect) document does not go.
    ///
    /// A write of a new key, and a removal, wait for a short lock besides; where so many threads
    /// write new keys at once as there may be documents, also for one another. A hit costs one
    /// store at most.
    pub fn max_entries(mut self, documents: usize) -> Self {
        self.hooks.max_entries = Some(documents as u64);
        self
    }

    /// Holds documents that weigh at most `max` together, where `weigher` says what each does: see
    /// [`max_entries`](Self::max_entries).
    ///
    /// It is asked when a value is written, without a lock or a pin. One that is heavier than `max`
    /// is refused: [`WriteError::OverCapacity`](crate::WriteError::OverCapacity).
    pub fn max_weight(
        mut self,
        max: u64,
        weigher: impl Fn(&K, &V) -> u32 + Send + Sync + 'static,
    ) -> Self {
        self.hooks.max_weight = Some((max, Weighs::AsNoted));
        self.hooks.weigher = Some(Arc::new(weigher));
        self
    }

    /// Holds documents of at most so many bytes together: keys and values, and what they own on the
    /// heap if they are strings, `Vec<u8>` or documents. What the collection needs for each comes
    /// on top. See [`max_weight`](Self::max_weight); of the two the last one counts.
    pub fn max_bytes(mut self, max: u64) -> Self {
        self.hooks.max_weight = Some((max, Weighs::Bytes));
        self.hooks.weigher = None;
        self
    }

    /// Removes documents that are over every `interval`, on a thread of the collection's own.
    ///
    /// Without it they are removed by the next write to their keys, a few of them by every 64th
    /// write, and all by [`len`](Collection::len) and
    /// [`purge_expired`](Collection::purge_expired). The thread is stopped and waited for by
    /// [`close`](Collection::close) and by whoever drops the last handle, unless that is itself;
    /// functions of [`on_change`](Collection::on_change) may be called on it.
    ///
    /// In a store it is the store's that counts:
    /// [`StoreBuilder::purge_every`](crate::StoreBuilder::purge_every). If the system has no thread
    /// to give, there is none.
    pub fn purge_every(mut self, interval: Duration) -> Self {
        self.purge_every = Some(interval);
        self
    }

    /// Tells the time by `clock`, in place of the system's wall clock, where documents expire. The
    /// times of events stay the system's.
    ///
    /// In a store it is the store's that counts:
    /// [`StoreBuilder::clock`](crate::StoreBuilder::clock).
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.time = Time::given(clock);
        self
    }

    /// Lets [`Store::dump`](crate::Store::dump) write the documents out; without it a dump only
    /// says how many there are.
    pub fn printable(mut self) -> Self
    where
        V: fmt::Debug,
    {
        self.hooks.print = Some(fmt::Debug::fmt);
        self
    }

    /// Makes room in the table for so many documents at once, so that it need not grow under
    /// readers. It counts up to 2^26.
    pub fn capacity_hint(mut self, documents: usize) -> Self {
        self.capacity_hint = documents.min(CAPACITY_HINT_MAX);
        self
    }

    /// How many revisions are kept for watches, while there are any: 4,096 unless this is called.
    /// It is made a power of two, and is 2^24 at most.
    ///
    /// In a store it is the store's that counts:
    /// [`StoreBuilder::feed_capacity`](crate::StoreBuilder::feed_capacity).
    ///
    /// So far a watch may fall behind; with fewer than 512 also one that is
    /// [waiting](crate::guide::watching#falling-behind) may. The documents that were replaced or
    /// removed meanwhile stay in memory, and 16 bytes a revision.
    pub fn feed_capacity(mut self, revisions: usize) -> Self {
        self.feed.revisions = revisions;
        self
    }

    /// How many bytes of replaced and removed documents are kept for watches: 64 MiB unless this is
    /// called. What a value owns on the heap counts if it is a `String`, a `Vec<u8>` or a document.
    ///
    /// It is looked at after some writes, and memory goes after a grace period: what is written
    /// meanwhile comes on top.
    pub fn feed_bytes(mut self, bytes: u64) -> Self {
        self.feed.bytes = bytes;
        self
    }

    /// Keeps them while nobody watches as well, so that a watch can begin
    /// [`from`](crate::WatchBuilder::from) where another one has ended.
    pub fn retain_feed(mut self) -> Self {
        self.feed.retains = true;
        self
    }

    /// Builds the collection.
    ///
    /// # Errors
    ///
    /// None for a collection on its own. In a store as [`Store::collection`], and
    /// [`StoreError::Configured`] if the name is in use and this builder has hooks, or another type
    /// of hasher.
    ///
    /// [`Store::collection`]: crate::Store::collection
    pub fn build(mut self) -> Result<Collection<K, V, S>, StoreError> {
        match self.store.take() {
            Some(store) => store.build(&self.name, self.hooks, self.hasher, self.capacity_hint),
            None => Ok(self.build_open()),
        }
    }

    pub(crate) fn build_open(self) -> Collection<K, V, S> {
        let Self { hooks, hasher, name, capacity_hint, feed, time, purge_every, .. } = self;
        let timeline = Timeline::starting(0, feed, time);
        Collection::open(name, hooks, hasher, capacity_hint, timeline, purge_every)
    }
}

impl<K, V, S> fmt::Debug for Builder<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("name", &self.name)
            .field("validate", &self.hooks.validate.is_some())
            .field("unchanged_if", &self.hooks.unchanged.is_some())
            .field("capacity_hint", &self.capacity_hint)
            .finish_non_exhaustive()
    }
}
