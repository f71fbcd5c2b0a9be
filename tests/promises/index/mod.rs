//! What an index answers while everything around it changes, and what it leaves behind.

mod beside;
mod build;
#[cfg(feature = "json")]
mod fields;
mod hop;
mod life;
mod memory;
mod pages;
mod reentry;
mod values;

use folio::{Index, Iter, Key, Value};

/// The keys of what a query finds, in order.
fn keys<K: Key, V: Value>(found: Iter<'_, K, V>) -> Vec<K> {
    found.map(|found| found.key().clone()).collect()
}

/// Whether the index knows every document that was there before it.
fn is_complete<K: Key, V: Value>(index: &Index<K, V>) -> bool {
    format!("{index:?}").contains("ready: true")
}
