//! All memory comes back: every key and every value is dropped once, nothing grows without a
//! reason, and what a stalled reader holds up comes back when it goes on.

mod bounded;
mod once;
mod stalled;
