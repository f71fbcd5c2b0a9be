//! The twin of `clock`: it stands still.

pub(crate) fn coarse_now() -> u64 {
    1
}
