//! Keys and values whose traits panic where a test wants it.

use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::thread;

use folio::GenerateKey;

use crate::kit::census::{Canary, Census};

/// What of the user's code is to panic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    Hash,
    Eq,
    Ord,
    Debug,
    KeyClone,
    KeyDrop,
    ValueClone,
    ValueDrop,
}

pub(super) const CODES: [Code; 8] = [
    Code::Hash,
    Code::Eq,
    Code::Ord,
    Code::Debug,
    Code::KeyClone,
    Code::KeyDrop,
    Code::ValueClone,
    Code::ValueDrop,
];

impl Code {
    /// Destructors run whenever something goes; everything else belongs to the call under way.
    pub(super) fn is_drop(self) -> bool {
        matches!(self, Self::KeyDrop | Self::ValueDrop)
    }
}

thread_local! {
    static ARMED: Cell<Option<(Code, u32)>> = const { Cell::new(None) };
    static GENERATES: RefCell<Option<Census>> = const { RefCell::new(None) };
}

/// The `nth` time (from 0) that this thread runs `code`, it panics. Once.
pub(super) fn arm(code: Code, nth: u32) {
    ARMED.set(Some((code, nth)));
}

/// Nothing panics any more. Says whether it did.
pub(super) fn disarm() -> bool {
    ARMED.take().is_none()
}

fn reached(code: Code) {
    match ARMED.get() {
        // A second panic on top of another thing's would end the process by its own rules.
        Some((armed, 0)) if armed == code && !thread::panicking() => {
            ARMED.set(None);
            panic!("planted in {code:?}");
        }
        Some((armed, left)) if armed == code => ARMED.set(Some((code, left.saturating_sub(1)))),
        _ => {}
    }
}

/// A counted key whose traits may panic.
pub(super) struct Key {
    canary: Canary,
}

impl Key {
    pub(super) fn new(census: &Census, number: u64) -> Self {
        Self { canary: census.value(number) }
    }

    pub(super) fn number(&self) -> u64 {
        self.canary.number()
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        reached(Code::Hash);
        self.number().hash(state);
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        reached(Code::Eq);
        self.number() == other.number()
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        reached(Code::Ord);
        self.number().cmp(&other.number())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        reached(Code::Debug);
        write!(f, "Key({})", self.number())
    }
}

impl Clone for Key {
    fn clone(&self) -> Self {
        reached(Code::KeyClone);
        Self { canary: self.canary.clone() }
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        reached(Code::KeyDrop);
    }
}

impl GenerateKey for Key {
    fn generate() -> Self {
        let key = GENERATES.with_borrow(|census| census.as_ref().map(|all| Self::new(all, 100)));
        key.expect("a census was named")
    }
}

/// Keys are generated for this census from now on.
pub(super) fn generate_for(census: &Census) {
    GENERATES.set(Some(census.clone()));
}

/// A counted value whose traits may panic.
pub(super) struct Value {
    canary: Canary,
}

impl Value {
    pub(super) fn new(census: &Census, number: u64) -> Self {
        Self { canary: census.value(number) }
    }

    pub(super) fn number(&self) -> u64 {
        self.canary.number()
    }
}

impl Clone for Value {
    fn clone(&self) -> Self {
        reached(Code::ValueClone);
        Self { canary: self.canary.clone() }
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        reached(Code::ValueDrop);
    }
}
