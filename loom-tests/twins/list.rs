//! A list that is replaced as a whole: what the twins of `table` and `ordered` stand on.
//!
//! A read is one load, so it brings no edge but that one.
#![allow(unsafe_code, reason = "lists are shared by pointer and kept until the owner is dropped")]

use std::cell::RefCell;

use crate::sync::{AcqRel, Acquire, AtomicPtr};

pub(crate) struct List<T> {
    now: AtomicPtr<Vec<T>>,
    /// Every list there ever was: a reader may still look at it.
    all: RefCell<Vec<*mut Vec<T>>>,
}

// SAFETY: items are read by all threads; `all` is used between two steps of the model only.
unsafe impl<T: Send + Sync> Send for List<T> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Sync for List<T> {}

impl<T> List<T> {
    pub(crate) fn new() -> Self {
        let first = Box::into_raw(Box::default());
        Self { now: AtomicPtr::new(first), all: RefCell::new(vec![first]) }
    }

    pub(crate) fn now(&self) -> &[T] {
        // SAFETY: lists stay until this is dropped.
        unsafe { &*self.now.load(Acquire) }
    }

    /// Puts what `change` makes of the list in its place, unless that is nothing.
    pub(crate) fn replace(&self, change: impl Fn(&[T]) -> Option<Vec<T>>) -> bool {
        let mut now = self.now.load(Acquire);
        loop {
            // SAFETY: as in `now`.
            let Some(next) = change(unsafe { &*now }) else { return false };
            let next = Box::into_raw(Box::new(next));
            self.all.borrow_mut().push(next);
            match self.now.compare_exchange(now, next, AcqRel, Acquire) {
                Ok(_) => return true,
                Err(other) => now = other,
            }
        }
    }
}

impl<T> Drop for List<T> {
    fn drop(&mut self) {
        for list in self.all.take() {
            // SAFETY: made by `Box::into_raw`, and nobody reads it any more.
            drop(unsafe { Box::from_raw(list) });
        }
    }
}
