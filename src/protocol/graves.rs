//! **Graves**: what a collection of a store leaves behind when it ends.
//!
//! The ring is the store's, and may still show snapshots of a collection that is gone. So they
//! outlive it until the tail, which is in a slot of the views, has passed them (F5).

use std::collections::VecDeque;
use std::mem::ManuallyDrop;
use std::ops::Deref;

use crate::protocol::timeline::Timeline;
use crate::sync::{Arc, Mutex, lock, try_lock};

/// Each with the last revision under which something of it may have been placed.
pub(crate) struct Graves {
    graves: Mutex<VecDeque<(u64, Box<dyn Send + Sync>)>>,
}

impl Graves {
    pub(super) fn new() -> Self {
        Self { graves: Mutex::new(VecDeque::new()) }
    }

    /// Takes over what nobody uses any more, but those who read the ring.
    fn lay<T: Send + Sync + 'static>(timeline: &Timeline, thing: T) {
        let mut graves = lock(&timeline.graves().graves);
        // P3: whatever was placed, was placed under a smaller number; and a ring in which it was
        // placed had its slot in the views before.
        let last = timeline.now();
        if timeline.views().oldest() < last {
            graves.push_back((last, Box::new(thing)));
        } else {
            // Destructors of the user run without the lock.
            drop(graves);
            drop(thing);
        }
    }

    /// Frees what cannot be shown any more. The caller holds no pin and no lock.
    pub(crate) fn clear(&self, timeline: &Timeline) {
        while let Some(thing) = self.next(timeline) {
            drop(thing);
        }
    }

    fn next(&self, timeline: &Timeline) -> Option<Box<dyn Send + Sync>> {
        let mut graves = try_lock(&self.graves)?;
        let (last, _) = graves.front()?;
        if timeline.views().oldest() < *last {
            return None;
        }
        graves.pop_front().map(|(_, thing)| thing)
    }
}

/// What snapshots lie in: it goes to the graves when its collection does.
pub(crate) struct Lasting<T> {
    thing: ManuallyDrop<T>,
    timeline: Arc<Timeline>,
    lay: fn(&Timeline, T),
}

impl<T: Send + Sync + 'static> Lasting<T> {
    pub(crate) fn new(thing: T, timeline: &Arc<Timeline>) -> Self {
        let timeline = Arc::clone(timeline);
        Self { thing: ManuallyDrop::new(thing), timeline, lay: Graves::lay::<T> }
    }
}

impl<T> Deref for Lasting<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.thing
    }
}

impl<T> Drop for Lasting<T> {
    fn drop(&mut self) {
        // SAFETY: F5: taken here and nowhere else.
        let thing = unsafe { ManuallyDrop::take(&mut self.thing) };
        (self.lay)(&self.timeline, thing);
    }
}
