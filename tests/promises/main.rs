//! What Folio promises, each promise a test of that name.

mod common;
#[cfg(feature = "json")]
mod explore;
mod history;
mod model;
mod stream;
