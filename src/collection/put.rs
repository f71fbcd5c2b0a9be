//! How a value is put in, and why not.

use std::fmt;
use std::hash::{BuildHasher, Hash};

use equivalent::Equivalent;

use crate::collection::Collection;
use crate::collection::terms::Terms;
use crate::commit::{ByKey, ByQuery, Expect, Published, Refusal, Refused, Target};
use crate::error::{Rejected, WriteError, key_text};
use crate::key::{Key, Value};
use crate::limits::{ATTEMPTS_MAX, DOCUMENT_DEPTH_MAX};
use crate::outcome::{Outcome, Revision, Version};
use crate::protocol::budget::Advance;
use crate::protocol::cause::Cause;
use crate::protocol::deadline::{Lifetime, NEVER};
use crate::protocol::draft::Draft;
use crate::reference::Snapshot;
use crate::sync::Arc;

impl<K: Key, V: Value, S: BuildHasher> Collection<K, V, S> {
    /// Removes what the target finds, if it is as expected.
    pub(super) fn take(
        &self,
        target: &mut impl Target<K>,
        expect: Expect,
    ) -> Result<Option<Snapshot<K, V>>, Refusal> {
        self.take_for(Cause::Deleted, target, expect)
    }

    pub(super) fn take_for(
        &self,
        cause: Cause,
        target: &mut impl Target<K>,
        expect: Expect,
    ) -> Result<Option<Snapshot<K, V>>, Refusal> {
        let removed = self.rooms.write(target, Draft::tombstone(cause), expect, |it| {
            it.before.map(|before| Snapshot::new(before.own()))
        });
        removed.map_err(|refused| refused.why)
    }

    pub(super) fn put_key(
        &self,
        key: K,
        value: V,
        expect: Expect,
        terms: &Terms,
    ) -> Result<Outcome, Rejected<(K, V)>> {
        match self.admit(&key, &value) {
            Ok(()) => self.put_admitted(key, value, expect, terms),
            Err(reason) => Err(Rejected { given: (key, value), reason }),
        }
    }

    pub(super) fn put_admitted(
        &self,
        key: K,
        value: V,
        expect: Expect,
        terms: &Terms,
    ) -> Result<Outcome, Rejected<(K, V)>> {
        let mut target = ByKey { hash: self.hash_of(&key), key: Some(key) };
        self.put(&mut target, value, expect, terms).map_err(|(value, why)| {
            let key = target.key.expect("a refused write has its key back");
            let reason = self.refusal(why, expect, &key);
            Rejected { given: (key, value), reason }
        })
    }

    pub(super) fn put_query<Q>(
        &self,
        key: &Q,
        value: V,
        expect: Expect,
    ) -> Result<Outcome, Rejected<V>>
    where
        Q: Hash + Equivalent<K> + fmt::Debug + ?Sized,
    {
        let mut target = ByQuery { hash: self.hash_of(key), query: key };
        if let Err(reason) = self.admit(&key, &value) {
            return Err(Rejected { given: value, reason });
        }
        self.put(&mut target, value, expect, &Terms::default())
            .map_err(|(given, why)| Rejected { given, reason: self.refusal(why, expect, key) })
    }

    /// Writes an admitted value, unless it counts as equal to what is there.
    #[inline]
    fn put(
        &self,
        target: &mut impl Target<K>,
        value: V,
        expect: Expect,
        terms: &Terms,
    ) -> Result<Outcome, (V, Refusal)> {
        let lifetime = terms.lifetime.unwrap_or_else(|| self.lifetime());
        let advance = terms.advance.as_ref();
        // Without a key of its own it is weighed with the one of what it replaces, that only.
        let is_weighed_there = self.title.hooks.weigher.is_some() && target.key().is_none();
        if self.title.hooks.unchanged.is_some() || is_weighed_there {
            return self.put_after_a_look(target, value, expect, lifetime, advance);
        }
        let draft = self.draft(target, value, lifetime);
        self.rooms.write_paid(target, draft, expect, advance, outcome_of).map_err(given_back)
    }

    /// Likewise, and only over what it was compared with, or weighed for.
    #[inline(never)]
    fn put_after_a_look(
        &self,
        target: &mut impl Target<K>,
        mut value: V,
        expect: Expect,
        lifetime: Lifetime,
        advance: Option<&Advance>,
    ) -> Result<Outcome, (V, Refusal)> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let old = self.rooms.look(target);
            let found = old.as_ref().map(|old| old.revision());
            if !expect.accepts(found) {
                let closed = self.is_closed();
                return Err((value, if closed { Refusal::Closed } else { Refusal::Found(found) }));
            }
            if let Some(old) = old.map(Snapshot::new) {
                if self.counts_as_equal(&old, &value, lifetime) {
                    let (version, revision) = (old.version(), old.revision());
                    return Ok(Outcome::Unchanged { version, revision });
                }
            }
            let unmoved = found.map_or(Expect::Absent, Expect::Revision);
            let draft = self.draft(target, value, lifetime);
            match self.rooms.write_paid(target, draft, unmoved, advance, outcome_of) {
                Ok(outcome) => return Ok(outcome),
                Err(Refused { value: Some(back), why: Refusal::Found(_) })
                    if attempts < ATTEMPTS_MAX =>
                {
                    value = back;
                }
                Err(refused) => return Err(given_back(refused)),
            }
        }
    }

    /// A draft of a value for this key, weighed if anybody has to know: the feed keeps so many
    /// bytes.
    pub(super) fn draft(
        &self,
        target: &impl Target<K>,
        value: V,
        lifetime: Lifetime,
    ) -> Draft<K, V> {
        let (hooks, bounds) = (&self.title.hooks, self.rooms.bounds.as_ref());
        let heap_counts = self.rooms.timeline.ring().is_kept()
            || bounds.is_some_and(|bounds| bounds.counts_bytes());
        let heap = hooks.heap_size.filter(|_| heap_counts).map(|size| size(&value));
        let charge = hooks.weigher.as_ref().map(|weigh| match target.key() {
            Some(key) => weigh(key, &value),
            None => self.rooms.look(target).map_or(0, |found| weigh(found.key(), &value)),
        });
        let mut draft = Draft::value(value);
        if let Some(heap) = heap {
            draft = draft.weighing(heap);
        }
        if let Some(charge) = charge {
            draft = draft.charging(charge);
        }
        self.lasting(draft, lifetime)
    }

    /// Whether a write may be left out: of what counts as equal, and is to last as long.
    pub(super) fn counts_as_equal(
        &self,
        old: &Snapshot<K, V>,
        new: &V,
        lifetime: Lifetime,
    ) -> bool {
        let unchanged = self.title.hooks.unchanged.as_ref();
        // Where documents end because nobody reads them, each write puts that off.
        let same_end = lifetime == old.node().lifetime(NEVER);
        same_end && unchanged.is_some_and(|unchanged| unchanged(old, new))
    }

    /// What every value has to pass: closed, argument, validation.
    pub(super) fn admit(&self, key: &impl fmt::Debug, value: &V) -> Result<(), WriteError> {
        if self.is_closed() {
            return Err(self.closed());
        }
        let hooks = &self.title.hooks;
        if hooks.too_deep.is_some_and(|too_deep| too_deep(value)) {
            let (collection, key) = (self.title.name.clone(), key_text(&key));
            return Err(WriteError::TooDeep { collection, key, depth_max: DOCUMENT_DEPTH_MAX });
        }
        match &hooks.validate {
            Some(validate) => validate(value).map_err(|source| {
                let (collection, key) = (self.title.name.clone(), key_text(&key));
                WriteError::Invalid { collection, key, source }
            }),
            None => Ok(()),
        }
    }

    pub(super) fn closed(&self) -> WriteError {
        WriteError::Closed { collection: Arc::clone(&self.title.name) }
    }

    pub(super) fn refusal(
        &self,
        why: Refusal,
        expect: Expect,
        key: &(impl fmt::Debug + ?Sized),
    ) -> WriteError {
        let collection = Arc::clone(&self.title.name);
        let found = match why {
            Refusal::Closed => return self.closed(),
            Refusal::OverCapacity { weight, max } => {
                let key = key_text(&key);
                return WriteError::OverCapacity { collection, key, weight, max };
            }
            Refusal::Quota { limit, used } => {
                let bounds = self.rooms.bounds.as_ref();
                let namespace = bounds.and_then(|bounds| bounds.namespace()).unwrap_or_default();
                return WriteError::QuotaExceeded { namespace, limit, used };
            }
            Refusal::Found(found) => found,
        };
        let key = key_text(&key);
        match expect {
            Expect::Revision(_) | Expect::Anything => {
                WriteError::Conflict { collection, key, actual: found.map(Revision::of) }
            }
            Expect::Absent => WriteError::AlreadyExists { collection, key },
            Expect::Present => WriteError::NotFound { collection, key },
        }
    }
}

#[inline]
pub(super) fn outcome_of<K, V>(written: &Published<'_, K, V>) -> Outcome {
    let version = Version::of(written.node.version());
    let revision = Revision::of(written.node.revision());
    if written.before.is_none() {
        Outcome::Created { version, revision }
    } else {
        Outcome::Updated { version, revision }
    }
}

fn given_back<V>(refused: Refused<V>) -> (V, Refusal) {
    (refused.value.expect("a refused value comes back"), refused.why)
}
