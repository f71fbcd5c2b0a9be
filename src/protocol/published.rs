//! What is **published** is read by whoever is pinned, and replaced as a whole, rarely.

use std::ptr::{self, NonNull};

use crate::reclaim::{Grace, ReadPin, WritePin};
use crate::sync::{AcqRel, Acquire, AtomicPtr, Mutex, lock, try_lock};

/// A value, or none yet.
pub(crate) struct Published<T> {
    now: AtomicPtr<T>,
    /// Replaced ones, each until its grace period is over.
    former: Mutex<Vec<(Grace, Box<T>)>>,
}

impl<T: Send + Sync> Published<T> {
    pub(crate) fn new() -> Self {
        Self { now: AtomicPtr::new(ptr::null_mut()), former: Mutex::new(Vec::new()) }
    }

    #[inline]
    pub(crate) fn load<'g>(&'g self, _pin: &'g ReadPin) -> Option<&'g T> {
        // P11 (Acquire): whoever finds a value finds all of it.
        let now = NonNull::new(self.now.load(Acquire))?;
        // SAFETY: R1: found under this pin; freed when the grace period after its replacement is
        // over.
        Some(unsafe { now.as_ref() })
    }

    /// Puts `next` in its place. A grace period that is asked for after this has only readers of
    /// `next` behind it.
    pub(crate) fn replace(&self, next: T) {
        let pin = WritePin::new();
        // P11 (AcqRel): publishes all of `next`, and comes after the one that it replaces.
        let former = self.now.swap(Box::into_raw(Box::new(next)), AcqRel);
        if former.is_null() {
            return;
        }
        // SAFETY: made by `Box::into_raw`, and nobody finds it any more; kept until R1 lets it go.
        let former = unsafe { Box::from_raw(former) };
        let mut waiting = lock(&self.former);
        waiting.push((Grace::ask(&pin), former));
    }

    /// Frees what nobody can be looking at any more. Never waits.
    pub(crate) fn tidy(&self) {
        let mut over = Vec::new();
        if let Some(mut former) = try_lock(&self.former) {
            if former.is_empty() {
                return;
            }
            let pin = WritePin::new();
            Grace::urge(&pin);
            let waiting = std::mem::take(&mut *former).into_iter();
            (over, *former) = waiting.partition(|(grace, _)| grace.is_over(&pin));
        }
        // Without the lock and the pin: what it held may be large.
        drop(over);
    }
}

impl<T> Drop for Published<T> {
    fn drop(&mut self) {
        // P11 (AcqRel): it may have come from another thread.
        let last = self.now.swap(ptr::null_mut(), AcqRel);
        if !last.is_null() {
            // SAFETY: made by `Box::into_raw`; whoever drops this is alone with it.
            drop(unsafe { Box::from_raw(last) });
        }
    }
}
