//! **Room** for what is written, in a collection that may hold so much.

use crate::bounds::{Capacity, Chosen, Full, Reserved};
use crate::catalog::Plan;
use crate::commit::{Left, Refusal, Report};
use crate::limits::{EXPIRED_AT_ONCE, ROOM_WAITS};
use crate::protocol::cause::Cause;
use crate::protocol::draft::Draft;
use crate::protocol::handle::{Address, Head};
use crate::reclaim::WritePin;
use crate::rooms::Rooms;
use crate::sync::{step, yield_now};

impl<K, V> Rooms<K, V>
where
    K: Clone + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    /// I12: reserves what `draft` needs, and makes room for it.
    #[inline]
    pub(super) fn reserve(
        &self,
        seen: &Head<'_, K, V>,
        draft: &Draft<K, V>,
        address: Address<K, V>,
        pin: &WritePin,
        left: &mut Left,
    ) -> Result<Option<Reserved<'_, K, V>>, Refusal> {
        if self.bounds.is_none() || draft.node().is_tombstone() {
            return Ok(None);
        }
        self.make_room(seen, draft, address, pin, left).map(Some)
    }

    fn make_room(
        &self,
        seen: &Head<'_, K, V>,
        draft: &Draft<K, V>,
        address: Address<K, V>,
        pin: &WritePin,
        left: &mut Left,
    ) -> Result<Reserved<'_, K, V>, Refusal> {
        let bounds = self.bounds.as_ref().expect("asked for before");
        let mut waits = 0;
        loop {
            match bounds.reserve(seen.live(), draft, address) {
                Ok(reserved) => return Ok(reserved),
                Err(Full::Closed) => return Err(Refusal::Closed),
                Err(Full::TooHeavy { weight, max }) => {
                    return Err(Refusal::OverCapacity { weight, max });
                }
                Err(Full::Quota { limit, used }) => {
                    // What is over does not count.
                    if self.expire_now(pin, left) == 0 && bounds.purge_namespace() == 0 {
                        return Err(Refusal::Quota { limit, used });
                    }
                }
                Err(Full::Capacity) => {
                    let capacity = bounds.capacity.as_ref().expect("it is full");
                    let gone =
                        self.expire_now(pin, left) > 0 || self.evict(capacity, address, pin, left);
                    if gone {
                        continue;
                    }
                    waits += 1;
                    if waits == ROOM_WAITS {
                        break;
                    }
                    // All of it is other writers', who are about to publish.
                    yield_now();
                }
            }
        }
        let (weight, max) = bounds.shortage(draft, address);
        Err(Refusal::OverCapacity { weight, max })
    }

    /// Ends documents whose deadlines have passed, some at least if there are any.
    fn expire_now(&self, pin: &WritePin, left: &mut Left) -> usize {
        let mut expired = 0;
        while expired < EXPIRED_AT_ONCE && self.is_due() {
            let now = self.timeline.time().coarse();
            let Some(more) = self.expire_batch(now, pin, left) else { break };
            expired += more;
        }
        expired
    }

    /// Ends a document to make room, but not that at `but`. Says whether one could go.
    fn evict(
        &self,
        capacity: &Capacity<K, V>,
        but: Address<K, V>,
        pin: &WritePin,
        left: &mut Left,
    ) -> bool {
        let plan = Plan::of(&self.catalog, None, pin);
        let publish = |address: Address<K, V>, was: &Head<'_, K, V>| {
            let cause = if self.is_over(was) { Cause::Expired } else { Cause::Evicted };
            let mut draft = Draft::tombstone(cause);
            draft.follow(was.node(), address);
            let entered = plan.enter(was.node(), &mut draft, address);
            let node = address.handle().publish(was, draft, pin.read()).ok()?;
            entered.keep(was.node().map(|old| (old, node)));
            Some(node)
        };
        step("evict: before");
        let chosen = capacity.choose(but, &self.timeline, pin.read(), publish);
        let Some(Chosen { was, tombstone }) = chosen else { return false };
        let cause = tombstone.cause();
        if self.finish(&was, tombstone, Report::Numbers, pin, left).is_ok() {
            self.limbo.count_ended(cause);
        }
        true
    }
}
