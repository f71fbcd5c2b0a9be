//! What Folio promises, each promise a test of that name.

#[cfg(feature = "json")]
mod explore;
