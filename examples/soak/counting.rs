//! An allocator that counts: the bytes of the process, and the calls of each thread.
#![allow(unsafe_code, reason = "an allocator is unsafe to write; this one only counts")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The system's allocator, counted.
pub(crate) struct Counting;

/// How often a thread has called the allocator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Calls {
    pub(crate) allocated: u64,
    pub(crate) freed: u64,
}

/// The bytes that are allocated in the process now, as they were asked for.
pub(crate) fn live_bytes() -> usize {
    // Relaxed: a figure.
    LIVE.load(Ordering::Relaxed)
}

/// The calls of this thread so far.
#[cfg_attr(not(test), expect(dead_code, reason = "the soak run counts bytes only"))]
pub(crate) fn calls() -> Calls {
    CALLS.get()
}

// SAFETY: everything is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        allocated(layout.size());
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        allocated(layout.size());
        // SAFETY: the caller's promise.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        freed(layout.size());
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        freed(layout.size());
        allocated(size);
        // SAFETY: the caller's promise.
        unsafe { System.realloc(at, layout, size) }
    }
}

fn allocated(bytes: usize) {
    // Relaxed: a figure.
    LIVE.fetch_add(bytes, Ordering::Relaxed);
    count(|calls| Calls { allocated: calls.allocated + 1, ..calls });
}

fn freed(bytes: usize) {
    // Relaxed: a figure.
    LIVE.fetch_sub(bytes, Ordering::Relaxed);
    count(|calls| Calls { freed: calls.freed + 1, ..calls });
}

/// The cell has no destructor, so it is there as long as its thread.
fn count(one_more: impl FnOnce(Calls) -> Calls) {
    CALLS.set(one_more(CALLS.get()));
}

static LIVE: AtomicUsize = AtomicUsize::new(0);
thread_local! {
    static CALLS: Cell<Calls> = const { Cell::new(Calls { allocated: 0, freed: 0 }) };
}
