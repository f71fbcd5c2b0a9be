//! What the twins stand on: loom.
#![allow(unsafe_code, reason = "cells are shared on purpose, to see who races")]

use std::cell::Cell;
use std::ops::Deref;
use std::sync::atomic::Ordering::{self, Relaxed};

use crate::execution;

pub(crate) type AtomicBool = Gated<loom::sync::atomic::AtomicBool>;
pub(crate) type AtomicI64 = Gated<loom::sync::atomic::AtomicI64>;
pub(crate) type AtomicPtr<T> = Gated<loom::sync::atomic::AtomicPtr<T>>;
pub(crate) type AtomicU8 = Gated<loom::sync::atomic::AtomicU8>;
pub(crate) type AtomicU32 = Gated<loom::sync::atomic::AtomicU32>;
pub(crate) type AtomicU64 = Gated<loom::sync::atomic::AtomicU64>;
pub(crate) type AtomicUsize = Gated<loom::sync::atomic::AtomicUsize>;
pub(crate) type Mutex<T> = loom::sync::Mutex<T>;
pub(crate) type MutexGuard<'a, T> = loom::sync::MutexGuard<'a, T>;
pub(crate) type JoinHandle<T> = loom::thread::JoinHandle<T>;

/// An atomic whose loads loom takes seriously.
///
/// For each atomic loom 0.7.2 remembers the last access only. If a thread loads before it writes,
/// as every compare-exchange loop does, that load hides the loads of all others from the write, and
/// orders in which the write comes first are never tried (its issues 166 and 392). So each load
/// here first passes a gate: an exchange that never succeeds and orders nothing, but that loom
/// takes for a write. Any two loads are then tried in both orders, and no write is missed.
pub(crate) struct Gated<A> {
    raw: A,
    gate: loom::sync::atomic::AtomicBool,
}

impl<A> Deref for Gated<A> {
    type Target = A;

    fn deref(&self) -> &A {
        &self.raw
    }
}

impl<A> Gated<A> {
    fn around(raw: A) -> Self {
        Self { raw, gate: loom::sync::atomic::AtomicBool::new(false) }
    }

    fn pass(&self) {
        let passed = self.gate.compare_exchange(true, true, Relaxed, Relaxed);
        debug_assert!(passed.is_err(), "a gate is never shut");
    }
}

/// The last access to an atomic: it comes after all others.
pub(crate) trait End {
    fn end(&mut self);
}

macro_rules! gated {
    ($([$($of:ident)?] $name:ident$(<$as:ident>)?: $value:ty, |$last:ident| $end:expr;)*) => {
        $(impl$(<$of>)? $name$(<$as>)? {
            pub(crate) fn new(value: $value) -> Self {
                Self::around(loom::sync::atomic::$name::new(value))
            }

            pub(crate) fn load(&self, order: Ordering) -> $value {
                self.pass();
                self.raw.load(order)
            }
        }

        impl$(<$of>)? End for $name$(<$as>)? {
            fn end(&mut self) {
                let $last = &mut self.raw;
                $end;
            }
        })*
    };
}

gated! {
    // loom has no `with_mut` for it; this comes after all stores at least.
    // SAFETY: nobody else uses it any more, which is what is tried here.
    [] AtomicBool: bool, |last| unsafe { last.unsync_load() };
    [] AtomicI64: i64, |last| last.with_mut(|_| ());
    [T] AtomicPtr<T>: *mut T, |last| last.with_mut(|_| ());
    [] AtomicU8: u8, |last| last.with_mut(|_| ());
    [] AtomicU32: u32, |last| last.with_mut(|_| ());
    [] AtomicU64: u64, |last| last.with_mut(|_| ());
    [] AtomicUsize: usize, |last| last.with_mut(|_| ());
}

impl AtomicU64 {
    /// Its loads pass the gate as well.
    pub(crate) fn fetch_update(
        &self,
        set: Ordering,
        fetch: Ordering,
        mut next: impl FnMut(u64) -> Option<u64>,
    ) -> Result<u64, u64> {
        let mut seen = self.load(fetch);
        while let Some(next) = next(seen) {
            match self.raw.compare_exchange(seen, next, set, fetch) {
                Ok(before) => return Ok(before),
                Err(other) => seen = other,
            }
        }
        Err(seen)
    }
}

/// A cell that reports two accesses of which neither comes before the other.
pub(crate) struct RaceCell<T>(loom::cell::UnsafeCell<T>);

// SAFETY: loom sees every access, and reports those that race.
unsafe impl<T: Send> Sync for RaceCell<T> {}

impl<T> RaceCell<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(loom::cell::UnsafeCell::new(value))
    }

    pub(crate) fn with<R>(&self, read: impl FnOnce(*const T) -> R) -> R {
        self.0.with(read)
    }

    pub(crate) fn with_mut<R>(&self, write: impl FnOnce(*mut T) -> R) -> R {
        self.0.with_mut(write)
    }
}

pub(crate) fn fence(ordering: Ordering) {
    loom::sync::atomic::fence(ordering);
}

loom::thread_local! { static INDEX: Cell<Option<usize>> = Cell::new(None); }

pub(crate) fn yield_now() {
    loom::thread::yield_now();
}

pub(crate) fn thread_index() -> usize {
    INDEX.with(|index| {
        let number = index.get().unwrap_or_else(execution::next_thread);
        index.set(Some(number));
        number
    })
}

pub(crate) fn spawn<T: 'static>(thread: impl FnOnce() -> T + 'static) -> JoinHandle<T> {
    loom::thread::spawn(thread)
}

/// Too small for a backtrace.
pub(crate) const STACK_IS_SMALL: bool = true;
