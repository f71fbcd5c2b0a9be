//! Keys and values that can tell: who reads them while they go, reads them afterwards, drops them
//! twice or forgets to.
#![allow(unsafe_code, reason = "the payload is read and written through the checker's cell")]

use std::fmt;

use crate::base::RaceCell;
use crate::execution;

struct Payload {
    id: usize,
    cell: RaceCell<u64>,
}

impl Payload {
    fn new(number: u64) -> Self {
        Self { id: execution::payload_made(), cell: RaceCell::new(number) }
    }

    fn read(&self) -> u64 {
        assert!(
            execution::payload_is_there(self.id),
            "a key or value is read after it was dropped"
        );
        // SAFETY: the checker reports an access that races with this one.
        self.cell.with(|number| unsafe { *number })
    }

    fn write(&self, number: u64) {
        assert!(execution::payload_is_there(self.id), "a value is written after it was dropped");
        // SAFETY: as above.
        self.cell.with_mut(|place| unsafe { *place = number });
    }
}

impl Drop for Payload {
    fn drop(&mut self) {
        execution::payload_dropped(self.id);
        if !std::thread::panicking() {
            // SAFETY: as above.
            self.cell.with_mut(|number| unsafe { *number = u64::MAX });
        }
    }
}

pub(crate) struct Key(Payload);

impl Key {
    pub(crate) fn new(number: u64) -> Self {
        Self(Payload::new(number))
    }

    pub(crate) fn number(&self) -> u64 {
        self.0.read()
    }
}

impl Clone for Key {
    fn clone(&self) -> Self {
        Self::new(self.number())
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.number() == other.number()
    }
}

impl Eq for Key {}

pub(crate) struct Value(Payload);

impl Value {
    pub(crate) fn new(number: u64) -> Self {
        Self(Payload::new(number))
    }

    pub(crate) fn number(&self) -> u64 {
        self.0.read()
    }

    /// What the one owner of a value may do with it.
    pub(crate) fn spoil(&mut self) {
        self.0.write(u64::MAX);
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Value({})", self.number())
    }
}
