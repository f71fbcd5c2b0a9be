//! The keys of one value in all indexes.

use std::cell::Cell;

use crate::catalog::IndexCore;
use crate::sync::Arc;

/// The keys of a value, index by index: each behind its length, or `NONE`. In a buffer that the
/// thread uses again.
pub(super) struct Keys(Vec<u8>);

impl Keys {
    pub(super) const fn none() -> Self {
        Self(Vec::new())
    }

    /// Runs the extractors.
    pub(super) fn of<K, V>(value: &V, indexes: &[Arc<IndexCore<K, V>>]) -> Self
    where
        K: Send + Sync + 'static,
        V: Send + Sync + 'static,
    {
        // An extractor that writes gets another one.
        let mut keys = SPARE.try_with(Cell::take).unwrap_or_default();
        for index in indexes {
            let at = keys.len();
            keys.extend_from_slice(&NONE.to_ne_bytes());
            if index.write_key(value, &mut keys) {
                let len = keys.len() - at - HEAD_LEN;
                keys[at..at + HEAD_LEN].copy_from_slice(&len.to_ne_bytes());
            }
        }
        Self(keys)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Option<&[u8]>> {
        let mut rest = self.0.as_slice();
        std::iter::from_fn(move || {
            let (len, after) = rest.split_first_chunk()?;
            let key = after.get(..usize::from_ne_bytes(*len));
            rest = &after[key.map_or(0, <[u8]>::len)..];
            Some(key)
        })
    }
}

impl Drop for Keys {
    #[inline]
    fn drop(&mut self) {
        if (1..=SPARE_LEN_MAX).contains(&self.0.capacity()) {
            self.0.clear();
            let keys = std::mem::take(&mut self.0);
            // Else the thread is being torn down.
            let _kept = SPARE.try_with(|spare| spare.set(keys));
        }
    }
}

const HEAD_LEN: usize = size_of::<usize>();
const NONE: usize = usize::MAX;
/// A longer buffer is not kept.
const SPARE_LEN_MAX: usize = 1_024;

thread_local! { static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) }; }
