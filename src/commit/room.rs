//! **Room** for what is written, in a collection that may hold so much.

use crate::bounds::{Bounds, Choice, Full, Patience, Reserved, Wanted};
use crate::catalog::Plan;
use crate::commit::over::publish_end;
use crate::commit::{Left, Refusal};
use crate::protocol::cause::Cause;
use crate::protocol::handle::{Address, Head};
use crate::reclaim::WritePin;
use crate::rooms::Rooms;
use crate::sync::step;

impl<K, V> Rooms<K, V>
where
    K: Clone + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    /// I12: reserves what is `wanted`, and makes room for it; `None` if the document is not as it
    /// was `seen` any more.
    #[inline]
    pub(super) fn reserve<'b>(
        &'b self,
        seen: &Head<'_, K, V>,
        wanted: &Wanted<'_, 'b, K, V>,
        pin: &WritePin,
        left: &mut Left,
    ) -> Result<Option<Reserved<'b, K, V>>, Refusal> {
        match &self.bounds {
            Some(bounds) if !wanted.draft.node().is_tombstone() => {
                self.make_room(bounds, seen, wanted, pin, left)
            }
            _ => Ok(Some(Reserved::nothing())),
        }
    }

    #[inline(never)]
    fn make_room<'b>(
        &self,
        bounds: &'b Bounds<K, V>,
        seen: &Head<'_, K, V>,
        wanted: &Wanted<'_, 'b, K, V>,
        pin: &WritePin,
        left: &mut Left,
    ) -> Result<Option<Reserved<'b, K, V>>, Refusal> {
        let mut patience = Patience::default();
        loop {
            let (refusal, hope) = match bounds.reserve(seen.live(), wanted) {
                Ok(reserved) => return Ok(Some(reserved)),
                Err(Full::Closed) => return Err(Refusal::Closed),
                Err(Full::TooHeavy { weight, max }) => {
                    return Err(Refusal::OverCapacity { weight, max });
                }
                // What is over does not count.
                Err(_) if self.expire_now(pin, left) > 0 => continue,
                Err(Full::Quota { limit, used }) => {
                    (Refusal::Quota { limit, used }, bounds.purge_namespace())
                }
                Err(Full::Capacity) => {
                    let choice = self.evict(bounds, wanted, pin, left);
                    if matches!(choice, Choice::Gone { .. }) {
                        continue;
                    }
                    let (weight, max) = bounds.shortage(wanted);
                    (Refusal::OverCapacity { weight, max }, matches!(choice, Choice::NotYet))
                }
            };
            if !patience.wait(hope) {
                return Err(refusal);
            }
            if !wanted.address.handle().is_at(seen) {
                return Ok(None);
            }
        }
    }

    /// Ends a document to make room for what is `wanted`.
    fn evict<'g>(
        &self,
        bounds: &Bounds<K, V>,
        wanted: &Wanted<'_, '_, K, V>,
        pin: &'g WritePin,
        left: &mut Left,
    ) -> Choice<'g, K, V> {
        let plan = Plan::of(&self.catalog, None, pin);
        let publish = |address: Address<K, V>, was: &Head<'g, K, V>| {
            let cause = if self.is_over(was) { Cause::Expired } else { Cause::Evicted };
            publish_end(&plan, cause, address, was, pin)
        };
        step("evict: before");
        let choice = bounds.choose(wanted, &self.timeline, pin.read(), publish);
        if let Choice::Gone { was, end } = &choice {
            self.finish_end(was, *end, pin, left);
        }
        choice
    }
}
