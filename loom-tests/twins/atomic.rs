//! Atomics that know whether they are still there.
//!
//! Each counts itself while it lives, so that nothing leaks unseen, and refuses to be used after it
//! has been dropped: the heap keeps what was freed as it was until the execution ends. Its end is
//! an access like any other: whoever used it must have been done by then.

use std::ops::Deref;

use crate::base::{self, End};
use crate::execution::Life;

pub(crate) struct Tracked<A: End> {
    raw: A,
    life: Life,
}

impl<A: End> Deref for Tracked<A> {
    type Target = A;

    fn deref(&self) -> &A {
        self.life.check();
        &self.raw
    }
}

impl<A: End> Drop for Tracked<A> {
    fn drop(&mut self) {
        self.life.check();
        if !std::thread::panicking() {
            self.raw.end();
        }
    }
}

macro_rules! tracked {
    ($($name:ident: $value:ty;)*) => {
        $(pub(crate) type $name = Tracked<base::$name>;

        impl $name {
            pub(crate) fn new(value: $value) -> Self {
                Self { raw: base::$name::new(value), life: Life::begin() }
            }
        })*
    };
}

tracked! {
    AtomicBool: bool;
    AtomicI64: i64;
    AtomicU8: u8;
    AtomicU32: u32;
    AtomicU64: u64;
    AtomicUsize: usize;
}

pub(crate) type AtomicPtr<T> = Tracked<base::AtomicPtr<T>>;

impl<T> AtomicPtr<T> {
    pub(crate) fn new(value: *mut T) -> Self {
        Self { raw: base::AtomicPtr::new(value), life: Life::begin() }
    }
}

impl<T> Default for AtomicPtr<T> {
    fn default() -> Self {
        Self::new(std::ptr::null_mut())
    }
}
