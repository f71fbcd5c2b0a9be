//! What a document takes beyond its key and its value.
//!
//! Counted as it is asked for, before the allocator rounds it up. Counting costs something, so it
//! is off unless [`count`] was called, and that is done only in a process that times nothing:
//! for everybody else the price is one load and one branch that is never taken, and the same for
//! all systems.

use std::alloc::{GlobalAlloc, Layout};
use std::env;
use std::io;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicIsize, Ordering::Relaxed};

use mimalloc::MiMalloc;
use uuid::Uuid;

use crate::indexed::{self, Indexed};
use crate::load::Ground;
use crate::systems::{System, Value};

/// mimalloc, and a counter that is off by default.
pub struct Counted(pub MiMalloc);

static COUNTING: AtomicBool = AtomicBool::new(false);
static REQUESTED: AtomicIsize = AtomicIsize::new(0);

/// From now on requests are counted, for good.
pub fn count() {
    COUNTING.store(true, Relaxed);
}

/// Asks a fresh process of this very program for the bytes a document or an entry takes.
pub fn weigh_apart(bench: &str, system: &str, docs: usize, seed: u64) -> io::Result<f64> {
    let output = Command::new(env::current_exe()?)
        .args(["--weigh", system, "--bench", bench])
        .args(["--docs", &docs.to_string(), "--seed", &seed.to_string()])
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().map_err(|_| {
        io::Error::other(format!("no weight but {}", String::from_utf8_lossy(&output.stderr)))
    })
}

/// Bytes for each document after the churn and the maintenance that is due, beyond key and value.
pub fn weigh<S: System>(ground: &Ground) -> f64 {
    let before = REQUESTED.load(Relaxed);
    let system: S = ground.fill();
    let bytes = REQUESTED.load(Relaxed) - before;
    drop(system);
    bytes as f64 / ground.docs() as f64 - (size_of::<Uuid>() + size_of::<Value>()) as f64
}

/// Bytes for each entry: what the same store takes more, after the same changes, with its indexes.
pub fn weigh_entries<S: Indexed>(ground: &Ground) -> f64 {
    let bytes = |with_indexes| {
        let before = REQUESTED.load(Relaxed);
        let store: S = indexed::fill(ground, with_indexes);
        let bytes = REQUESTED.load(Relaxed) - before + store.bytes_elsewhere().cast_signed();
        drop(store);
        bytes
    };
    // The first store also pays for what a process needs once.
    let _first = bytes(true);
    (bytes(true) - bytes(false)) as f64 / (2 * ground.docs()) as f64
}

#[inline]
fn note(bytes: usize, sign: isize) {
    if COUNTING.load(Relaxed) {
        REQUESTED.fetch_add(sign * bytes.cast_signed(), Relaxed);
    }
}

// SAFETY: every call is handed on to mimalloc as it came.
unsafe impl GlobalAlloc for Counted {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size(), 1);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { self.0.alloc(layout) }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        note(layout.size(), -1);
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { self.0.dealloc(block, layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note(layout.size(), 1);
        // SAFETY: the caller keeps the contract of `alloc_zeroed`.
        unsafe { self.0.alloc_zeroed(layout) }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note(layout.size(), -1);
        note(size, 1);
        // SAFETY: the caller keeps the contract of `realloc`.
        unsafe { self.0.realloc(block, layout, size) }
    }
}
