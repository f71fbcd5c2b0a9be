//! A value that knows whether it is whole, and how many of it there are.

use std::sync::atomic::{AtomicI64, Ordering};

/// One value. Its parts say the same thing four times, so a torn or freed one contradicts itself.
#[derive(Debug)]
pub(crate) struct Entry {
    key: u64,
    serial: u64,
    check: u64,
    text: String,
}

impl Entry {
    pub(crate) fn new(key: u64, serial: u64) -> Self {
        LIVING.fetch_add(1, Ordering::Relaxed);
        let text = format!("{serial:<width$}", width = TEXT_MIN + (serial % TEXT_SPREAD) as usize);
        Self { key, serial, check: check(key, serial), text }
    }

    /// The next state of the same document.
    pub(crate) fn next(&self) -> Self {
        Self::new(self.key, self.serial + 1)
    }

    /// Looks at every part. Panics if they contradict each other, or if this is not `key`'s.
    pub(crate) fn look(&self, key: u64) {
        assert_eq!(self.key, key, "a value under another key");
        assert_eq!(self.check, check(self.key, self.serial), "a value that was freed or torn");
        assert_eq!(self.text.trim_end().parse(), Ok(self.serial), "a text that was freed or torn");
    }

    /// Looks, and tells this state from others of the same document.
    pub(crate) fn serial(&self, key: u64) -> u64 {
        self.look(key);
        self.serial
    }

    /// How many there are in this process.
    pub(crate) fn living() -> i64 {
        LIVING.load(Ordering::Relaxed)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        assert_eq!(self.check, check(self.key, self.serial), "a value that was dropped twice");
        self.check = 0;
        LIVING.fetch_sub(1, Ordering::Relaxed);
    }
}

fn check(key: u64, serial: u64) -> u64 {
    !(key.rotate_left(32) ^ serial)
}

static LIVING: AtomicI64 = AtomicI64::new(0);

const TEXT_MIN: usize = 8;
const TEXT_SPREAD: u64 = 64;
