//! Values and keys that are counted: each must be dropped once, and only once.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex};

use crate::kit::locked::lock;

/// Who was made, and how often each was dropped.
#[derive(Clone, Default)]
pub(crate) struct Census {
    dropped: Arc<Mutex<Vec<u8>>>,
}

impl Census {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A value with this number.
    pub(crate) fn value(&self, number: u64) -> Canary {
        let mut dropped = lock(&self.dropped);
        dropped.push(0);
        let (name, census) = (dropped.len() - 1, self.clone());
        Canary { number: Box::new(number), alive: ALIVE, name, census }
    }

    /// A key with this number.
    pub(crate) fn key(&self, number: u64) -> Name {
        Name(self.value(number))
    }

    /// How many were made and not dropped.
    pub(crate) fn living(&self) -> usize {
        self.dropped().iter().map(|dropped| usize::from(*dropped == 0)).sum()
    }

    /// That nobody was forgotten, and nobody dropped twice.
    pub(crate) fn assert_all_dropped_once(&self) {
        let dropped = self.dropped();
        for (name, times) in dropped.iter().enumerate() {
            assert_eq!(*times, 1, "number {name} of {} was dropped so often", dropped.len());
        }
    }

    fn dropped(&self) -> Vec<u8> {
        lock(&self.dropped).clone()
    }
}

/// A value that is counted. It owns memory, so that an early drop is seen by a sanitizer, too.
pub(crate) struct Canary {
    number: Box<u64>,
    alive: u64,
    name: usize,
    census: Census,
}

impl Canary {
    /// Its number; also looks whether it is still alive.
    pub(crate) fn number(&self) -> u64 {
        assert_eq!(self.alive, ALIVE, "a value was read after it was dropped");
        *self.number
    }
}

impl Drop for Canary {
    fn drop(&mut self) {
        self.alive = 0;
        let mut dropped = lock(&self.census.dropped);
        dropped[self.name] = dropped[self.name].saturating_add(1);
    }
}

impl Clone for Canary {
    fn clone(&self) -> Self {
        self.census.value(self.number())
    }
}

impl fmt::Debug for Canary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Canary({})", self.number())
    }
}

impl PartialEq for Canary {
    fn eq(&self, other: &Self) -> bool {
        self.number() == other.number()
    }
}

/// A key that is counted. A `u64` finds it.
#[derive(Clone, Debug)]
pub(crate) struct Name(Canary);

impl Name {
    pub(crate) fn number(&self) -> u64 {
        self.0.number()
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.number() == other.number()
    }
}

impl Eq for Name {}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        self.number().cmp(&other.number())
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number().hash(state);
    }
}

impl Borrow<u64> for Name {
    fn borrow(&self) -> &u64 {
        &self.0.number
    }
}

const ALIVE: u64 = 0x00C0_FFEE_00C0_FFEE;
