//! The verbs that say how long documents last.

use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::time::Duration;

use equivalent::Equivalent;

use crate::collection::Collection;
use crate::collection::put::outcome_of;
use crate::collection::terms::Terms;
use crate::commit::{ByQuery, Expect, Refusal, Refused};
use crate::error::{Rejected, WriteError, key_text};
use crate::hooks::nanos;
use crate::key::{Key, Value};
use crate::limits::ATTEMPTS_MAX;
use crate::outcome::Outcome;
use crate::protocol::deadline::{Lifetime, NEVER};
use crate::protocol::draft::Draft;
use crate::reference::Snapshot;
use crate::sync::Arc;

impl<K: Key, V: Value, S: BuildHasher> Collection<K, V, S> {
    /// Stores a document, whether or not there was one, that is over after `ttl`.
    ///
    /// From that instant on nobody finds it: no read, no query, no count. A view, and what reads
    /// one, goes by the time at which it was opened. A `ttl` of zero is over at once; one beyond
    /// the year 2554 never. [`set`](Self::set) clears the deadline, this renews it, and a verb with
    /// a closure, as [`update`](Self::update), keeps it. One event tells the end, `Removed` with
    /// the cause [`Expired`](crate::Cause::Expired), when the document is removed: by the next
    /// write to its key, by [`len`](Self::len) and [`purge_expired`](Self::purge_expired), or on
    /// the way by other writes.
    ///
    /// The system's clock is its coarse one for those who read: a document may be there some
    /// milliseconds longer, and never ends too early.
    ///
    /// # Concurrency
    ///
    /// As [`set`](Self::set), and a short lock of one of eight queues of deadlines, unless the
    /// document that is replaced had an earlier one. Memory: 16 bytes for each place in a queue.
    ///
    /// Any write looks at the clock when it looks for the document. If the deadline passes while it
    /// is on its way, it has still found it.
    ///
    /// # Errors
    ///
    /// As [`set`](Self::set).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let sessions: folio::Collection<&str, u32> = folio::Collection::new();
    /// sessions.set_with_ttl("ada", 7, Duration::from_secs(3600))?;
    /// sessions.set_with_ttl("bob", 8, Duration::ZERO)?;
    /// assert!(sessions.contains("ada") && !sessions.contains("bob"));
    /// assert_eq!(sessions.len(), 1);
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn set_with_ttl(
        &self,
        key: K,
        value: V,
        ttl: Duration,
    ) -> Result<Outcome, Rejected<(K, V)>> {
        let lifetime = Some(self.lifetime_of(ttl));
        self.put_key(key, value, Expect::Anything, &Terms { lifetime, ..Terms::default() })
    }

    /// Gives a document a new deadline, `ttl` from now. Its value stays what it is, shared with the
    /// snapshot before.
    ///
    /// A write like any other: it has a version and a revision, and is told as an update.
    ///
    /// # Concurrency
    ///
    /// As [`update`](Self::update), without a closure.
    ///
    /// # Errors
    ///
    /// [`WriteError::NotFound`], also if the document is over; [`WriteError::Closed`];
    /// [`WriteError::Conflict`] if others wrote the key 100,000 times in a row just before.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let sessions: folio::Collection<&str, u32> = [("ada", 7)].into_iter().collect();
    /// assert_eq!(sessions.ttl("ada"), Some(None));
    /// sessions.expire_in("ada", Duration::from_secs(60))?;
    /// assert!(sessions.ttl("ada").flatten().is_some_and(|left| left.as_secs() >= 59));
    /// sessions.persist("ada")?;
    /// assert_eq!(sessions.ttl("ada"), Some(None));
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn expire_in<Q>(&self, key: &Q, ttl: Duration) -> Result<Outcome, WriteError>
    where
        Q: Hash + Equivalent<K> + fmt::Debug + ?Sized,
    {
        self.last(key, |_| Some(self.lifetime_of(ttl)))
    }

    /// Takes a document's deadline away, also that of
    /// [`time_to_live`](crate::Builder::time_to_live); the write is left out if it has none. That
    /// of [`time_to_idle`](crate::Builder::time_to_idle) stays.
    ///
    /// # Concurrency
    ///
    /// As [`expire_in`](Self::expire_in).
    ///
    /// # Errors
    ///
    /// As [`expire_in`](Self::expire_in).
    pub fn persist<Q>(&self, key: &Q) -> Result<Outcome, WriteError>
    where
        Q: Hash + Equivalent<K> + fmt::Debug + ?Sized,
    {
        let endless = Lifetime { idle: self.title.hooks.lifetime.idle, ..Lifetime::FOREVER };
        self.last(key, |old| (old.node().until() != NEVER).then_some(endless))
    }

    /// How long a document has left: `None` if there is none, `Some(None)` if it has no deadline.
    ///
    /// Does not count as a read.
    ///
    /// # Concurrency
    ///
    /// As [`get`](Self::get), and a look at the clock.
    pub fn ttl<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<Option<Duration>> {
        let end = self.rooms.end_of(self.hash_of(key), |found| key.equivalent(found))?;
        let now = self.rooms.timeline.time().exact();
        Some((end != NEVER).then(|| Duration::from_nanos(end.saturating_sub(now))))
    }

    /// Removes every document that is over, and says how many: as their deadlines pass nobody finds
    /// them any more, and this gives their memory back and tells those who watch.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in as many instants as there are such documents.
    /// * **Progress**: O(log n) each, as [`remove`](Self::remove); short locks of the queues.
    /// * **Memory**: gives back.
    pub fn purge_expired(&self) -> usize {
        self.rooms.purge()
    }

    /// Writes what is there anew, with another lifetime.
    fn last<Q>(
        &self,
        key: &Q,
        lifetime: impl Fn(&Snapshot<K, V>) -> Option<Lifetime>,
    ) -> Result<Outcome, WriteError>
    where
        Q: Hash + Equivalent<K> + fmt::Debug + ?Sized,
    {
        let mut target = ByQuery { hash: self.hash_of(key), query: key };
        for _ in 0..ATTEMPTS_MAX {
            let Some(old) = self.rooms.look(&target).map(Snapshot::new) else {
                let why = if self.is_closed() { Refusal::Closed } else { Refusal::Found(None) };
                return Err(self.refusal(why, Expect::Present, key));
            };
            let Some(lifetime) = lifetime(&old) else {
                let (version, revision) = (old.version(), old.revision());
                return Ok(Outcome::Unchanged { version, revision });
            };
            let draft = self.lasting(Draft::again(old.node()), lifetime);
            let unmoved = Expect::Revision(old.revision().get());
            match self.rooms.write(&mut target, draft, unmoved, outcome_of) {
                Ok(outcome) => return Ok(outcome),
                Err(Refused { why: Refusal::Found(_), .. }) => {}
                Err(refused) => return Err(self.refusal(refused.why, Expect::Present, key)),
            }
        }
        let (collection, key) = (Arc::clone(&self.title.name), key_text(&key));
        Err(WriteError::Conflict { collection, key, actual: None })
    }

    pub(super) fn lasting(&self, draft: Draft<K, V>, lifetime: Lifetime) -> Draft<K, V> {
        if lifetime.is_forever() {
            return draft;
        }
        draft.lasting(lifetime, self.rooms.timeline.time().exact())
    }

    /// How long a write makes a document last that does not say.
    pub(super) fn lifetime(&self) -> Lifetime {
        let Lifetime { until: ttl, idle, .. } = self.title.hooks.lifetime;
        if ttl == NEVER {
            return Lifetime { idle, ..Lifetime::FOREVER };
        }
        Lifetime { common: true, ..self.lifetime_of(Duration::from_nanos(ttl)) }
    }

    /// The same of a write that changes what is there: it keeps a deadline that the document has
    /// for itself.
    pub(super) fn lifetime_after(&self, old: Option<&Snapshot<K, V>>) -> Lifetime {
        let old = old.map(|old| old.node().lifetime(self.title.hooks.lifetime.idle));
        old.filter(|old| !old.common).unwrap_or_else(|| self.lifetime())
    }

    fn lifetime_of(&self, ttl: Duration) -> Lifetime {
        let idle = self.title.hooks.lifetime.idle;
        let until = match nanos(ttl) {
            // At once, also for those whose clock is a little late.
            0 => 0,
            ttl => self.rooms.timeline.time().exact().saturating_add(ttl),
        };
        Lifetime { until, idle, common: false }
    }
}
