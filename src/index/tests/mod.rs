//! What the keys of an index promise, against a model that compares exact numbers.

mod bounds;
mod calls;
mod kinds;
#[cfg(feature = "json")]
mod paths;
mod token;
