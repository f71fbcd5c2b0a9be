//! Why documents go.

/// Why a document was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// By `remove` and the like, or by a closure.
    Deleted,
    /// Its time was over.
    Expired,
    /// To make room.
    Evicted,
    /// By `clear`.
    Cleared,
}
