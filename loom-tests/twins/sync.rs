//! The twin of `sync`: the same names over a model checker's types.
#![allow(unsafe_code, reason = "a waker is handed on by its address")]

use std::sync::atomic::Ordering::SeqCst;
use std::task::Waker;

pub(crate) use std::sync::Arc;
pub(crate) use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

pub(crate) use crate::atomic::{
    AtomicBool, AtomicI64, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize,
};
use crate::base;
use crate::execution::{self, Life};

pub(crate) type Mutex<T> = base::Mutex<T>;

/// What is set once; whoever finds it comes after whoever set it.
pub(crate) struct OnceLock<T> {
    there: AtomicBool,
    value: std::sync::OnceLock<T>,
}

impl<T> OnceLock<T> {
    pub(crate) fn new() -> Self {
        Self { there: AtomicBool::new(false), value: std::sync::OnceLock::new() }
    }

    pub(crate) fn get(&self) -> Option<&T> {
        self.there.load(Acquire).then(|| self.value.get()).flatten()
    }

    pub(crate) fn set(&self, value: T) -> Result<(), T> {
        let set = self.value.set(value);
        self.there.swap(true, AcqRel);
        set
    }

    pub(crate) fn get_or_init(&self, init: impl FnOnce() -> T) -> &T {
        if self.get().is_none() {
            self.set(init()).ok();
        }
        self.get().expect("set just now, or before")
    }
}

#[derive(Debug, Default)]
pub(crate) struct Padded<T>(pub(crate) T);

/// Memory that threads hand to one another: two accesses that race are seen, and one after the end.
pub(crate) struct SharedCell<T> {
    cell: base::RaceCell<T>,
    life: Life,
}

impl<T> SharedCell<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { cell: base::RaceCell::new(value), life: Life::begin() }
    }

    pub(crate) fn with<R>(&self, read: impl FnOnce(*const T) -> R) -> R {
        self.life.check();
        self.cell.with(read)
    }

    pub(crate) fn with_mut<R>(&self, write: impl FnOnce(*mut T) -> R) -> R {
        self.life.check();
        self.cell.with_mut(write)
    }
}

impl<T> Drop for SharedCell<T> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.with_mut(|_| ());
        }
    }
}

pub(crate) fn fence_acquire() {
    base::fence(Acquire);
}

pub(crate) fn fence_both() {
    base::fence(SeqCst);
}

/// Whoever takes it gets the waker that was registered last, once.
pub(crate) struct AtomicWaker(AtomicPtr<Waker>);

impl AtomicWaker {
    pub(crate) fn new() -> Self {
        Self(AtomicPtr::default())
    }

    pub(crate) fn register(&self, waker: &Waker) {
        drop(self.exchange(Box::into_raw(Box::new(waker.clone()))));
    }

    pub(crate) fn take(&self) -> Option<Waker> {
        self.exchange(std::ptr::null_mut())
    }

    fn exchange(&self, next: *mut Waker) -> Option<Waker> {
        let former = self.0.swap(next, AcqRel);
        // SAFETY: made by `Box::into_raw`, and taken out by this thread alone.
        (!former.is_null()).then(|| *unsafe { Box::from_raw(former) })
    }
}

impl Drop for AtomicWaker {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            drop(self.take());
        }
    }
}

/// Nothing: a helper looks once more and then helps, without waiting for the scheduler.
pub(crate) fn spin() {}

pub(crate) fn yield_now() {
    base::yield_now();
}

/// Nothing: a hint.
pub(crate) fn prefetch<T>(_at: *const T) {}

/// Nothing: likewise.
pub(crate) fn prefetch_behind<T>(_pointer: &AtomicPtr<T>) {}

pub(crate) fn thread_index() -> usize {
    base::thread_index()
}

pub(crate) fn shards() -> usize {
    execution::shards()
}

/// Where a model may let something happen.
pub(crate) fn step(name: &'static str) {
    execution::reached(name);
}

/// The lock, if nobody holds it.
pub(crate) fn try_lock<T>(mutex: &Mutex<T>) -> Option<base::MutexGuard<'_, T>> {
    mutex.try_lock().ok()
}

/// The lock, whoever has to be waited for.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> base::MutexGuard<'_, T> {
    mutex.lock().expect("a failed model ends")
}

/// The mark of a thread that is cleaning up: no model nests sweeps.
pub(crate) struct Sweeping;

impl Sweeping {
    #[expect(clippy::unnecessary_wraps, reason = "the original may say no")]
    pub(crate) fn begin() -> Option<Self> {
        Some(Self)
    }
}
