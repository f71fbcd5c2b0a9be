//! What the twins stand on: shuttle. Every atomic is sequentially consistent here, so this finds
//! orders of steps and not of memory; loom is for those.
#![allow(unsafe_code, reason = "cells are shared; the scheduler runs one thread at a time")]

use std::cell::{Cell, UnsafeCell};
use std::sync::atomic::Ordering;

use crate::execution;

pub(crate) type AtomicBool = shuttle::sync::atomic::AtomicBool;
pub(crate) type AtomicI64 = shuttle::sync::atomic::AtomicI64;
pub(crate) type AtomicPtr<T> = shuttle::sync::atomic::AtomicPtr<T>;
pub(crate) type AtomicU8 = shuttle::sync::atomic::AtomicU8;
pub(crate) type AtomicU32 = shuttle::sync::atomic::AtomicU32;
pub(crate) type AtomicU64 = shuttle::sync::atomic::AtomicU64;
pub(crate) type AtomicUsize = shuttle::sync::atomic::AtomicUsize;
pub(crate) type MutexGuard<'a, T> = shuttle::sync::MutexGuard<'a, T>;
pub(crate) type Mutex<T> = shuttle::sync::Mutex<T>;
pub(crate) type JoinHandle<T> = shuttle::thread::JoinHandle<T>;

/// The end of an atomic: nothing that this checker would look at.
pub(crate) trait End {
    fn end(&mut self) {}
}

impl End for AtomicBool {}
impl End for AtomicI64 {}
impl<T> End for AtomicPtr<T> {}
impl End for AtomicU8 {}
impl End for AtomicU32 {}
impl End for AtomicU64 {}
impl End for AtomicUsize {}

/// A cell; the scheduler changes threads at atomics only, so no two accesses overlap.
pub(crate) struct RaceCell<T>(UnsafeCell<T>);

// SAFETY: as above.
unsafe impl<T: Send> Sync for RaceCell<T> {}

impl<T> RaceCell<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    pub(crate) fn with<R>(&self, read: impl FnOnce(*const T) -> R) -> R {
        read(self.0.get())
    }

    pub(crate) fn with_mut<R>(&self, write: impl FnOnce(*mut T) -> R) -> R {
        write(self.0.get())
    }
}

pub(crate) fn fence(ordering: Ordering) {
    shuttle::sync::atomic::fence(ordering);
}

shuttle::thread_local! { static INDEX: Cell<Option<usize>> = Cell::new(None); }

pub(crate) fn yield_now() {
    shuttle::thread::yield_now();
}

pub(crate) fn thread_index() -> usize {
    INDEX.with(|index| {
        let number = index.get().unwrap_or_else(execution::next_thread);
        index.set(Some(number));
        number
    })
}

pub(crate) fn spawn<T: Send + 'static>(
    thread: impl FnOnce() -> T + Send + 'static,
) -> JoinHandle<T> {
    shuttle::thread::spawn(thread)
}

pub(crate) const STACK_IS_SMALL: bool = false;
