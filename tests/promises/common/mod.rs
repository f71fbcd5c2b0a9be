//! What several promises are tried with.

pub(crate) mod crew;
pub(crate) mod dice;
pub(crate) mod payload;
pub(crate) mod sampler;
