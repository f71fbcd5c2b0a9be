//! One write, in order. Each step is one call into one room, and says what a reader may see.
//!
//! 1. pin       both collectors; the set of indexes is read under this pin, when there are any
//! 2. table     find the handle, or put an empty one in
//! 3. protocol  load the head and stamp it; look whether the collection is closed, and at the
//!    condition    may refuse; nothing has happened yet
//! 4. index     add the new entries           the index now says too much, which is allowed
//! 5. protocol  publish                       <- live readers see it from here
//! 6. protocol  stamp                         <- views and the feed see it from here
//! 7. protocol  retire the old snapshot       its entries go when it is buried, never earlier
//! 8. protocol  look whether the close came first: then nobody is ever shown the snapshot, and
//!    the value goes back to its owner
//! 9.           drop the pin, and sweep if it is time to
//!
//! Losing at step 5 undoes 4 and starts again from 3. No code of the user runs between 1 and 9
//! but the key's `Eq`: closures and hooks are called by the layer above, which holds an owner of
//! what they are shown and comes back with the revision as the condition.

use crate::limits::SWEEP_MAX;
use crate::protocol::handle::{Address, Head};
use crate::protocol::limbo::Forget;
use crate::protocol::node::{Draft, Fate, NodeRef, Owned};
use crate::reclaim::WritePin;
use crate::rooms::Rooms;
use crate::sync::step;

/// What has to be there for a write to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expect {
    Anything,
    Absent,
    Present,
    /// The document, unchanged since this revision.
    Revision(u64),
}

/// Why a write did not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Closed,
    /// The condition does not hold; what is there instead, if anything.
    Found(Option<u64>),
}

/// A write that happened.
pub(crate) struct Written<K, V> {
    pub(crate) version: u64,
    pub(crate) revision: u64,
    pub(crate) created: bool,
    /// Owners of the snapshots before and after, if the write was asked to report.
    pub(crate) old: Option<Owned<K, V>>,
    pub(crate) new: Option<Owned<K, V>>,
}

/// A refused write: the value, unless it was a removal, and the reason.
pub(crate) struct Refused<V> {
    pub(crate) value: Option<V>,
    pub(crate) why: Refusal,
}

/// Whether a write hands out owners of what it replaced and of what it made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Report {
    Numbers,
    Snapshots,
}

/// The key of a write: how to find it, and the key itself if the write may create it.
pub(crate) struct Target<'k, K, F> {
    pub(crate) hash: u64,
    pub(crate) matches: F,
    /// Taken when a handle is made for it.
    pub(crate) key: Option<&'k mut Option<K>>,
}

impl<K: Clone, F> Target<'_, K, F> {
    /// The key went into a handle that this write does not get to keep: takes a copy.
    fn restore<V>(&mut self, address: Address<K, V>) {
        if let Some(slot @ None) = self.key.as_deref_mut() {
            *slot = Some(address.key().clone());
        }
    }
}

impl<K, V> Rooms<K, V>
where
    K: Clone + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    /// Writes `draft` (a value, or a tombstone) if the document is as expected.
    ///
    /// One attempt that succeeds or is refused; it starts over only when another write of the
    /// same key came between, so some write always gets through (lock-free).
    #[inline]
    pub(crate) fn write<F: Fn(&K) -> bool>(
        &self,
        target: Target<'_, K, F>,
        draft: Draft<K, V>,
        expect: Expect,
        report: Report,
    ) -> Result<Written<K, V>, Refused<V>> {
        let pin = WritePin::new();
        let (written, due) = self.publish(target, draft, expect, report, &pin)?;
        drop(pin);
        if due {
            self.sweep(SWEEP_MAX);
        }
        Ok(written)
    }

    /// Steps 2 to 5, and what follows.
    fn publish<F: Fn(&K) -> bool>(
        &self,
        mut target: Target<'_, K, F>,
        mut draft: Draft<K, V>,
        expect: Expect,
        report: Report,
        pin: &WritePin,
    ) -> Result<(Written<K, V>, bool), Refused<V>> {
        let mut reached = None;
        loop {
            let (address, made) = match reached {
                Some(reached) => reached,
                None => match self.reach(&mut target, expect, pin) {
                    Ok(reached) => reached,
                    Err(why) => return Err(Refused { value: draft.into_value(), why }),
                },
            };
            let seen = address.handle().load(&self.timeline, pin.read());
            if seen.is_dead() {
                // Its killer may be asleep: help the table to forget it, and ask again.
                self.table.forget(address);
                target.restore(address);
                reached = None;
                continue;
            }
            if let Some(why) = self.refusal(&seen, expect) {
                target.restore(address);
                if made {
                    self.give_up(address);
                }
                self.limbo.count_conflict();
                return Err(Refused { value: draft.into_value(), why });
            }
            draft.follow(seen.node(), address);
            match address.handle().publish(&seen, draft, pin.read()) {
                Ok(node) => {
                    let finished = self.finish(&seen, node, report);
                    finished.as_ref().err().inspect(|_| target.restore(address));
                    return finished;
                }
                Err(lost) => draft = lost,
            }
            self.limbo.count_conflict();
            reached = Some((address, made));
        }
    }

    /// Steps 6 to 8. Also says whether it is time to sweep.
    fn finish(
        &self,
        seen: &Head<'_, K, V>,
        node: NodeRef<'_, K, V>,
        report: Report,
    ) -> Result<(Written<K, V>, bool), Refused<V>> {
        step("write: published");
        let revision = self.timeline.stamp_own(node.get());
        step("write: stamped");
        let before = seen.live();
        let reported = report == Report::Snapshots;
        let old = before.filter(|_| reported).map(NodeRef::own);
        let mut due = false;
        if let Some(before) = seen.node() {
            let fate = if node.is_tombstone() { Fate::Removed } else { Fate::Replaced };
            due = self.limbo.retire(before, revision, fate);
        }
        self.count(seen, before.is_none(), node.is_tombstone());
        if self.closing.closed_at(&self.timeline).is_some_and(|closed| closed < revision) {
            return Err(Refused { value: node.take_value(), why: Refusal::Closed });
        }
        let new = reported.then(|| node.own());
        let created = before.is_none();
        Ok((Written { version: node.version(), revision, created, old, new }, due))
    }

    fn count(&self, seen: &Head<'_, K, V>, created: bool, removed: bool) {
        match (created, removed) {
            (true, _) => self.limbo.count_created(seen.node().is_none()),
            (false, true) => self.limbo.count_removed(),
            (false, false) => {}
        }
    }

    /// Step 2: the handle of the key; made, empty, if the write may create the document. Says
    /// whether this write made it.
    fn reach<F: Fn(&K) -> bool>(
        &self,
        target: &mut Target<'_, K, F>,
        expect: Expect,
        pin: &WritePin,
    ) -> Result<(Address<K, V>, bool), Refusal> {
        loop {
            if let Some(found) = self.table.find(target.hash, &target.matches, pin.read()) {
                return Ok((found, false));
            }
            if self.is_closed() {
                return Err(Refusal::Closed);
            }
            let missing = Refusal::Found(None);
            if matches!(expect, Expect::Present | Expect::Revision(_)) {
                return Err(missing);
            }
            let slot = target.key.as_deref_mut().ok_or(missing)?;
            let key = slot.take().ok_or(missing)?;
            let occupied = self.roster.occupy(target.hash, key);
            step("create: before the table");
            if self.table.put(occupied.address()) {
                step("create: empty");
                return Ok((occupied.tell(), true));
            }
            *slot = Some(occupied.withdraw());
        }
    }

    /// I6: nobody leaves an empty handle behind. Whoever publishes in it meanwhile keeps it.
    fn give_up(&self, address: Address<K, V>) {
        if !address.handle().kill(&Head::Empty) {
            return;
        }
        step("create: gave up");
        self.table.forget(address);
        self.limbo.retire_empty(address);
    }

    /// Step 3.
    fn refusal(&self, seen: &Head<'_, K, V>, expect: Expect) -> Option<Refusal> {
        if self.is_closed() {
            return Some(Refusal::Closed);
        }
        let found = seen.live().map(|node| node.revision());
        let as_expected = match expect {
            Expect::Anything => true,
            Expect::Absent => found.is_none(),
            Expect::Present => found.is_some(),
            Expect::Revision(revision) => found == Some(revision),
        };
        (!as_expected).then_some(Refusal::Found(found))
    }
}
