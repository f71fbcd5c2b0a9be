//! A heap that keeps what is freed as it was until the execution ends.
//!
//! So a use after the free reads what was there, and `Life` can tell, instead of a crash or, worse,
//! nothing.
#![allow(unsafe_code, reason = "an allocator is an unsafe trait")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, RefCell};

struct Keeper;

#[global_allocator]
static HEAP: Keeper = Keeper;

thread_local! {
    static KEEPING: Cell<bool> = const { Cell::new(false) };
    static KEPT: RefCell<Vec<(*mut u8, Layout)>> = const { RefCell::new(Vec::new()) };
}

/// Keeps what this thread frees from now on, or no longer.
pub(crate) fn keep(keeping: bool) {
    KEEPING.set(keeping);
}

/// Lets everything go that was kept.
pub(crate) fn release() {
    KEEPING.set(false);
    let kept = KEPT.take();
    for (place, layout) in &kept {
        // SAFETY: the caller of `dealloc` gave both, and gave the place up.
        unsafe { System.dealloc(*place, *layout) };
    }
}

// SAFETY: all memory comes from the system's allocator and goes back to it, once.
unsafe impl GlobalAlloc for Keeper {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // Growing the list frees its old memory, and that is not kept.
        if KEEPING.replace(false) {
            let kept = KEPT.try_with(|kept| kept.borrow_mut().push((place, layout)));
            KEEPING.set(kept.is_ok());
            if kept.is_ok() {
                return;
            }
        }
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(place, layout) }
    }
}
