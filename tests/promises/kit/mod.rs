//! What the promises about memory and the user's own code are tried with.

pub(crate) mod alone;
pub(crate) mod census;
pub(crate) mod locked;
pub(crate) mod patience;
