//! [`Quota`] and [`Usage`]: how much a namespace may hold, and how much it does.

/// How much a namespace may hold; what is not set is not limited.
///
/// # Examples
///
/// ```
/// use folio::Quota;
///
/// let quota = Quota::default().max_keys(10_000).max_collections(5);
/// assert_eq!((quota.max_keys, quota.max_bytes), (Some(10_000), None));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quota {
    /// Documents, in all collections together. A write to one that is there passes always.
    pub max_keys: Option<u64>,
    /// Collections: names that have a handle, a watch or a document.
    pub max_collections: Option<u64>,
    /// Bytes of all keys and values together, as in [`Usage::bytes`]. A write to a document that is
    /// there passes as well, unless the document grows by more than is left.
    pub max_bytes: Option<u64>,
}

impl Quota {
    /// With at most so many documents.
    #[must_use]
    pub fn max_keys(self, keys: u64) -> Self {
        Self { max_keys: Some(keys), ..self }
    }

    /// With at most so many collections.
    #[must_use]
    pub fn max_collections(self, collections: u64) -> Self {
        Self { max_collections: Some(collections), ..self }
    }

    /// With at most so many bytes.
    #[must_use]
    pub fn max_bytes(self, bytes: u64) -> Self {
        Self { max_bytes: Some(bytes), ..self }
    }
}

/// How much a namespace holds: exact when nobody writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// Documents, in all collections together.
    pub keys: u64,
    /// Collections: names that have a handle, a watch or a document.
    pub collections: u64,
    /// Bytes of all keys and values: their own size, and what they own on the heap if they are
    /// strings, `Vec<u8>` or documents.
    pub bytes: u64,
}
