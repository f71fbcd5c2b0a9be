//! When memory may go. The only door to the two collectors.
//!
//! # Words
//!
//! A **pin** keeps everything that its thread can reach from being freed. A **grace period** is
//! over when every pin that was alive when it was asked for has been dropped.
//!
//! Two collectors meet in this crate: the table's (`sdd`, which scc is built on) and that of the
//! ordered indexes (`crossbeam-epoch`). What they protect is freed when *both* grace periods are
//! over, so either pin protects it: a reader by key pays for one pin only, the table's; a reader
//! through an index likewise, the other one; a writer, which may touch both, holds both.
//!
//! No destructor is ever handed to a collector: they run what is deferred on whichever thread
//! pins next, which may be a reader. The collectors are only asked whether a grace period is over.
//! The one of the indexes is this crate's own, not the process's default: what others defer there
//! would run, and might panic, in the middle of a write.
#![allow(
    unsafe_code,
    reason = "a closure without borrowed data is deferred through the unchecked door"
)]

use std::cell::Cell;
use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use crossbeam_epoch::{Collector, LocalHandle};

use crate::sync::{Acquire, Arc, AtomicBool, Release, fence_acquire};

/// What a reader by key holds. Not `Send`: it belongs to its thread.
pub(crate) struct ReadPin {
    table: sdd::Guard,
}

impl ReadPin {
    #[inline(always)]
    pub(crate) fn new() -> Self {
        PINS.set(PINS.get() + 1);
        Self { table: sdd::Guard::new() }
    }

    /// The table's own guard, for its door.
    #[inline]
    pub(crate) fn table_guard(&self) -> &sdd::Guard {
        &self.table
    }
}

impl Drop for ReadPin {
    #[inline]
    fn drop(&mut self) {
        PINS.set(PINS.get() - 1);
    }
}

/// Whether this thread holds a pin: a grace period that it waited for would never be over.
pub(crate) fn is_pinned() -> bool {
    PINS.get() > 0
}

impl fmt::Debug for ReadPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReadPin")
    }
}

/// What a writer holds: the pins of both collectors, always taken in this order.
pub(crate) struct WritePin {
    index: crossbeam_epoch::Guard,
    read: ReadPin,
}

impl WritePin {
    #[inline]
    pub(crate) fn new() -> Self {
        // While a thread is being torn down its handle may be gone already.
        let index = INDEX_HANDLE.try_with(LocalHandle::pin);
        let index = index.unwrap_or_else(|_| INDEXES.register().pin());
        Self { index, read: ReadPin::new() }
    }

    #[inline]
    pub(crate) fn read(&self) -> &ReadPin {
        &self.read
    }

    /// The guard of the ordered indexes, for their door.
    #[inline]
    pub(crate) fn index_guard(&self) -> &crossbeam_epoch::Guard {
        &self.index
    }
}

/// The collector that the ordered indexes belong to.
pub(crate) fn index_collector() -> Collector {
    INDEXES.clone()
}

/// Something whose destructor may pin, and so may panic while its thread is being torn down, when
/// the collectors are gone already: contained, since the process would be aborted otherwise.
#[derive(Debug)]
pub(crate) struct Contained<T> {
    thing: ManuallyDrop<T>,
}

impl<T> Contained<T> {
    pub(crate) fn new(thing: T) -> Self {
        Self { thing: ManuallyDrop::new(thing) }
    }
}

impl<T> Deref for Contained<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.thing
    }
}

impl<T> Drop for Contained<T> {
    fn drop(&mut self) {
        let thing = &mut self.thing;
        // SAFETY: R1: dropped here and nowhere else.
        contain(|| unsafe { ManuallyDrop::drop(thing) });
    }
}

/// Runs what may panic in code that is not ours, where the caller has to go on.
pub(crate) fn contain(work: impl FnOnce()) {
    let Err(payload) = catch_unwind(AssertUnwindSafe(work)) else { return };
    // What was panicked with may have a destructor that panics as well.
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(payload);
    }
}

/// A grace period that was asked for.
pub(crate) struct Grace {
    table: sdd::Epoch,
    index: Arc<AtomicBool>,
}

impl Grace {
    /// Asks both collectors for a grace period, counted from now.
    ///
    /// Whatever is to be freed after it must have been unlinked before this call.
    pub(crate) fn ask(pin: &WritePin) -> Self {
        let index = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&index);
        // SAFETY: R1: the closure owns all it touches, so it may run on any thread at any time.
        unsafe {
            // R1 (Release): whoever finds the flag set comes after all that the grace period saw.
            pin.index.defer_unchecked(move || over.store(true, Release));
        }
        // The table's collector runs deferred work only on the thread that deferred it, so it is
        // given none: its epoch is noted instead.
        Self { table: pin.read.table_guard().epoch(), index }
    }

    /// Whether both grace periods are over. Never waits.
    pub(crate) fn is_over(&self, pin: &WritePin) -> bool {
        let now = pin.read.table_guard().epoch();
        // R1 (Acquire): what the pins of that time read was read before what follows.
        let over = !self.table.in_same_generation(now) && self.index.load(Acquire);
        if over {
            fence_acquire();
        }
        over
    }

    /// Whether every writer that was pinned then is gone, whoever else may still be pinned: a
    /// writer holds both pins, so either grace period will do.
    pub(crate) fn is_over_for_writers(&self, pin: &WritePin) -> bool {
        let now = pin.read.table_guard().epoch();
        // R1 (Acquire): what the writers of that time did was done before what follows.
        let over = !self.table.in_same_generation(now) || self.index.load(Acquire);
        if over {
            fence_acquire();
        }
        over
    }

    /// Lets both collectors take a step, when the pin is dropped, if nobody is pinned in an older
    /// epoch. Without it they would take their time, and idle threads would leave it at that.
    pub(crate) fn urge(pin: &WritePin) {
        pin.index.flush();
        pin.read.table_guard().set_has_garbage();
        pin.read.table_guard().accelerate();
    }
}

impl fmt::Debug for Grace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Grace")
    }
}

static INDEXES: LazyLock<Collector> = LazyLock::new(Collector::new);
thread_local! { static PINS: Cell<u32> = const { Cell::new(0) }; }
thread_local! { static INDEX_HANDLE: LocalHandle = INDEXES.register(); }
