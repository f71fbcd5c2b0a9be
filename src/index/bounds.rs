//! From where to where a query goes.

use std::ops::{Bound, Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

use super::key::{IndexKey, IntoIndexKey};

/// Whatever may stand where a range of keys is asked for: every range of the standard library, and
/// pairs of [`Bound`].
///
/// A bound with fewer parts than the keys of the index stands for every key that begins with
/// them: `"London"..="Lyon"` takes all of both cities along, an exclusive bound leaves all of them
/// out. The two ends of a pair may be of different types. A range that ends before it begins, or
/// that has no key for a bound, finds nothing.
///
/// # Examples
///
/// ```
/// use std::ops::Bound;
///
/// use folio::{IntoBounds, key};
///
/// fn is_bounded(bounds: impl IntoBounds) -> bool {
///     bounds.into_bounds() != (Bound::Unbounded, Bound::Unbounded)
/// }
///
/// assert!(!is_bounded(..));
/// assert!(is_bounded(18..65));
/// assert!(is_bounded("London"..="Lyon"));
/// assert!(is_bounded(("London", 18)..));
/// assert!(is_bounded(..key!["London", 18, true]));
/// assert!(is_bounded((Bound::Excluded(("London", 18)), Bound::Included("Lyon"))));
/// ```
pub trait IntoBounds {
    /// Makes the lower and the upper bound.
    fn into_bounds(self) -> (Bound<IndexKey>, Bound<IndexKey>);
}

impl IntoBounds for RangeFull {
    fn into_bounds(self) -> (Bound<IndexKey>, Bound<IndexKey>) {
        (Bound::Unbounded, Bound::Unbounded)
    }
}

impl<T: IntoIndexKey> IntoBounds for RangeFrom<T> {
    fn into_bounds(self) -> (Bound<IndexKey>, Bound<IndexKey>) {
        (Bound::Included(self.start.into_index_key()), Bound::Unbounded)
    }
}

impl<T: IntoIndexKey> IntoBounds for RangeTo<T> {
    fn into_bounds(self) -> (Bound<IndexKey>, Bound<IndexKey>) {
        (Bound::Unbounded, Bound::Excluded(self.end.into_index_key()))
    }
}

impl<T: IntoIndexKey> IntoBounds for RangeToInclusive<T> {
    fn into_bounds(self) -> (Bound<IndexKey>, Bound<IndexKey>) {
        (Bound::Unbounded, Bound::Included(self.end.into_index_key()))
    }
}

impl<T: IntoIndexKey> IntoBounds for Range<T> {
    fn into_bounds(self) -> (Bound<IndexKey>, Bound<IndexKey>) {
        let (start, end) = (self.start.into_index_key(), self.end.into_index_key());
        (Bound::Included(start), Bound::Excluded(end))
    }
}

impl<T: IntoIndexKey> IntoBounds for RangeInclusive<T> {
    fn into_bounds(self) -> (Bound<IndexKey>, Bound<IndexKey>) {
        let (start, end) = self.into_inner();
        (Bound::Included(start.into_index_key()), Bound::Included(end.into_index_key()))
    }
}

impl<A: IntoIndexKey, B: IntoIndexKey> IntoBounds for (Bound<A>, Bound<B>) {
    fn into_bounds(self) -> (Bound<IndexKey>, Bound<IndexKey>) {
        (self.0.map(A::into_index_key), self.1.map(B::into_index_key))
    }
}

/// From which entry to which.
pub(crate) type Entries = (Bound<Vec<u8>>, Bound<Vec<u8>>);

/// The entries between two bounds, for entries that are the bytes of a key and any suffix; `None`
/// if there can be none. What is returned is never inverted and never empty.
pub(crate) fn entries_between(bounds: (Bound<IndexKey>, Bound<IndexKey>)) -> Option<Entries> {
    let from = match bounds.0 {
        Bound::Unbounded => Vec::new(),
        Bound::Included(key) => key.into_bytes()?,
        Bound::Excluded(key) => past(key.into_bytes()?)?,
    };
    let to = match bounds.1 {
        Bound::Unbounded => None,
        Bound::Included(key) => past(key.into_bytes()?),
        Bound::Excluded(key) => Some(key.into_bytes()?),
    };
    match to {
        None if from.is_empty() => Some((Bound::Unbounded, Bound::Unbounded)),
        None => Some((Bound::Included(from), Bound::Unbounded)),
        Some(to) if from >= to => None,
        Some(to) => Some((Bound::Included(from), Bound::Excluded(to))),
    }
}

/// The least bytes after everything that begins with `bytes`; `None` if nothing comes after that,
/// as after everything that begins with nothing.
fn past(mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    while let Some(last) = bytes.pop() {
        if last < u8::MAX {
            bytes.push(last + 1);
            return Some(bytes);
        }
    }
    None
}
