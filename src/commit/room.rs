//! **Room** for what is written, in a collection that may hold so much.

use crate::bounds::{Capacity, Choice, Full, Reserved};
use crate::catalog::Plan;
use crate::commit::over::publish_end;
use crate::commit::{Left, Refusal};
use crate::limits::ROOM_WAITS;
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
                Err(Full::Capacity) if self.expire_now(pin, left) > 0 => {}
                Err(Full::Capacity) => {
                    let capacity = bounds.capacity.as_ref().expect("it is full");
                    match self.evict(capacity, address, pin, left) {
                        Choice::Gone { .. } => {}
                        Choice::NotYet if waits < ROOM_WAITS => {
                            waits += 1;
                            yield_now();
                        }
                        Choice::NotYet | Choice::Nobody => break,
                    }
                }
            }
        }
        let (weight, max) = bounds.shortage(draft, address);
        Err(Refusal::OverCapacity { weight, max })
    }

    /// Ends a document to make room, but not that at `but`.
    fn evict<'g>(
        &self,
        capacity: &Capacity<K, V>,
        but: Address<K, V>,
        pin: &'g WritePin,
        left: &mut Left,
    ) -> Choice<'g, K, V> {
        let plan = Plan::of(&self.catalog, None, pin);
        let publish = |address: Address<K, V>, was: &Head<'g, K, V>| {
            let cause = if self.is_over(was) { Cause::Expired } else { Cause::Evicted };
            publish_end(&plan, cause, address, was, pin)
        };
        step("evict: before");
        let choice = capacity.choose(but, &self.timeline, pin.read(), publish);
        if let Choice::Gone { was, end } = &choice {
            self.finish_end(was, *end, pin, left);
        }
        choice
    }
}
