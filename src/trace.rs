//! The only door to `tracing`: what is rare is told to its subscribers, if the feature is on.
//!
//! A subscriber is code of the user: none of these may be called under a lock of ours.
#![cfg_attr(
    not(feature = "tracing"),
    allow(unused_variables, reason = "without the feature nobody is told")
)]

use crate::error::WatchError;

/// Tells who is told, and nobody without the feature.
macro_rules! tell {
    ($level:ident, $($told:tt)*) => {
        #[cfg(feature = "tracing")]
        tracing::$level!(target: "folio", $($told)*);
    };
}

/// Builds an index, within a span.
pub(crate) fn building<R>(collection: &str, index: &str, build: impl FnOnce() -> R) -> R {
    #[cfg(feature = "tracing")]
    let _within =
        tracing::debug_span!(target: "folio", "create_index", collection, index).entered();
    build()
}

pub(crate) fn collection_closed(collection: &str) {
    tell!(debug, collection, "collection closed");
}

pub(crate) fn store_closed() {
    tell!(debug, "store closed");
}

/// A watch has missed something.
pub(crate) fn lagged(watched: &str, error: WatchError) {
    tell!(warn, watched, %error, "watch lagged");
}

/// A function of `on_change` has panicked.
pub(crate) fn callback_panicked(watched: &str) {
    tell!(error, watched, "callback panicked");
}
