//! The user's own code: whatever it calls, wherever it panics, whichever thread ends.

pub(crate) mod calls;
mod destructors;
mod ends;
mod fuse;
mod hashers;
mod panics;
mod readers;
mod threads;
