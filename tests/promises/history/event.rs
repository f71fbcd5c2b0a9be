//! What is known of one call: when it was made, what it saw of the document, what it did to it.

/// One state of one document, as a reader or writer was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Doc {
    /// No two writes write the same.
    pub(crate) value: u64,
    pub(crate) version: u64,
    pub(crate) revision: u64,
}

/// What a call says about the state of the document at its one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Absent,
    /// Some document, it does not say which.
    Present,
    This(Doc),
    /// A conditional write lost: not this one, but what has that revision; absent if none.
    Other(Doc, Option<u64>),
}

/// What it left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Nothing,
    Put(Doc),
    Removed,
}

/// A call on one key by one thread.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Event {
    pub(crate) key: u32,
    pub(crate) thread: u16,
    /// The thread's calls of one round happen between two meetings with all others.
    pub(crate) round: u32,
    /// When the call began and when it had returned; its instant lies between them.
    pub(crate) call: u64,
    pub(crate) ret: u64,
    pub(crate) seen: Seen,
    pub(crate) effect: Effect,
}

impl Event {
    /// The document that the call shows as it was, if it says which.
    pub(crate) fn shown(&self) -> Option<Doc> {
        match self.seen {
            Seen::This(doc) => Some(doc),
            _ => None,
        }
    }
}
