//! [`Pattern`]: which keys a watch is about.

use std::fmt;

use crate::key::Key;
use crate::reclaim::contain;
use crate::sync::Arc;

/// Which keys a watch is about.
///
/// A watch of one key is found by its hash, so that writers of other keys have nothing to do with
/// it, however many such watches there are. Those of all keys, or of a prefix, are looked at one by
/// one while any of them waits. For anything else there is
/// [`WatchBuilder::filter`](crate::WatchBuilder::filter).
///
/// # Examples
///
/// ```
/// use folio::Pattern;
///
/// let pattern: Pattern<String> = Pattern::prefix("task-");
/// assert!(pattern.matches(&"task-1".into()) && !pattern.matches(&"Task-1".into()));
/// assert!(Pattern::exact(7).matches(&7) && !Pattern::exact(7).matches(&8));
/// assert!(Pattern::all().matches(&'*'));
/// ```
#[derive(Clone)]
pub struct Pattern<K> {
    shape: Shape<K>,
}

#[derive(Clone)]
enum Shape<K> {
    All,
    Exact(K),
    Prefix(Arc<str>, fn(&K) -> &str),
}

impl<K: Key> Pattern<K> {
    /// Every key.
    pub fn all() -> Self {
        Self { shape: Shape::All }
    }

    /// One key.
    pub fn exact(key: K) -> Self {
        Self { shape: Shape::Exact(key) }
    }

    /// Keys whose text begins so, byte by byte: case counts, and no letter means another.
    ///
    /// The key's `AsRef<str>` runs in threads that write, under a pin: it
    /// should be what it is for `String`. A key at which it panics is none of them.
    pub fn prefix(prefix: impl Into<String>) -> Self
    where
        K: AsRef<str>,
    {
        Self { shape: Shape::Prefix(prefix.into().into(), K::as_ref) }
    }

    /// Whether a key is one of them: not if its own code panics. O(length of the prefix).
    pub fn matches(&self, key: &K) -> bool {
        let mut is_one = false;
        match &self.shape {
            Shape::All => is_one = true,
            Shape::Exact(wanted) => contain(|| is_one = wanted == key),
            Shape::Prefix(prefix, text) => {
                contain(|| is_one = text(key).starts_with(&**prefix));
            }
        }
        is_one
    }

    /// The key, if there can be only one.
    pub(crate) fn only(&self) -> Option<&K> {
        match &self.shape {
            Shape::Exact(key) => Some(key),
            Shape::All | Shape::Prefix(..) => None,
        }
    }

    pub(crate) fn is_all(&self) -> bool {
        matches!(self.shape, Shape::All)
    }
}

impl<K: fmt::Debug> fmt::Debug for Pattern<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.shape {
            Shape::All => f.write_str("all"),
            Shape::Exact(key) => write!(f, "exact({key:?})"),
            Shape::Prefix(prefix, _) => write!(f, "prefix({prefix:?})"),
        }
    }
}
