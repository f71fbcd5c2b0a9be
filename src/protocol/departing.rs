//! What belongs to a collection, and may outlive it for as long as the ring shows it.

use std::mem::ManuallyDrop;
use std::ops::Deref;

use crate::protocol::timeline::Timeline;
use crate::sync::Arc;

/// Something that holds snapshots. When its collection goes, the ring of its timeline, which others
/// may go on to use, may still show them; then the ring keeps it (F8).
pub(crate) struct Departing<T> {
    thing: ManuallyDrop<T>,
    timeline: Arc<Timeline>,
    /// `Ring::see_off`, for a type of which it is known that it may be sent.
    see_off: fn(T, &Timeline),
}

impl<T> Departing<T> {
    pub(crate) fn new(thing: T, timeline: &Arc<Timeline>) -> Self
    where
        T: Send + Sync + 'static,
    {
        let see_off = |thing, timeline: &Timeline| timeline.ring().see_off(thing, timeline);
        Self { thing: ManuallyDrop::new(thing), timeline: Arc::clone(timeline), see_off }
    }
}

impl<T> Deref for Departing<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.thing
    }
}

impl<T> Drop for Departing<T> {
    fn drop(&mut self) {
        // SAFETY: F8: taken here and nowhere else, and not used afterwards.
        let thing = unsafe { ManuallyDrop::take(&mut self.thing) };
        (self.see_off)(thing, &self.timeline);
    }
}
