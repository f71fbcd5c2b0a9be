//! [`StoreBuilder`]: settings in, a store out.

use crate::store::Store;

/// Builds a [`Store`].
///
/// # Examples
///
/// ```
/// let store = folio::Store::builder().build();
/// assert!(store.collections("").is_empty());
/// ```
#[derive(Debug, Default)]
#[must_use = "a builder does nothing until `build`"]
pub struct StoreBuilder {}

impl StoreBuilder {
    /// Builds the store.
    pub fn build(self) -> Store {
        Store::starting(0)
    }
}
