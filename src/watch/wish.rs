//! What a watch wants to hear.

use crate::event::{Event, Kind};
use crate::feed::Interest;
use crate::key::{Key, Value};
use crate::sync::Arc;
use crate::watch::pattern::Pattern;

type Filter<K, V> = Arc<dyn Fn(&Event<K, V>) -> bool + Send + Sync>;

/// Which events: by key, by kind, and by what the user says.
pub(crate) struct Wish<K, V> {
    pub(super) keys: Pattern<K>,
    pub(super) kinds: Kinds,
    pub(super) filter: Option<Filter<K, V>>,
}

impl<K: Key, V: Value> Wish<K, V> {
    pub(crate) fn everything() -> Self {
        Self { keys: Pattern::all(), kinds: Kinds::all(), filter: None }
    }

    /// Asked without a pin: it is the user's.
    pub(super) fn passes(&self, event: &Event<K, V>) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter(event))
    }

    /// What to be woken for.
    pub(super) fn interest(&self, hash: Option<u64>) -> Interest<K> {
        if let Some(hash) = hash {
            return Interest::Hash(hash);
        }
        if self.keys.is_all() {
            return Interest::All;
        }
        let keys = self.keys.clone();
        Interest::Keys("".into(), Arc::new(move |key| keys.matches(key)))
    }
}

impl<K: Clone, V> Clone for Wish<K, V> {
    fn clone(&self) -> Self {
        Self { keys: self.keys.clone(), kinds: self.kinds, filter: self.filter.clone() }
    }
}

/// A set of kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kinds(u8);

impl Kinds {
    pub(crate) fn all() -> Self {
        Self(u8::MAX)
    }

    pub(crate) fn contains(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }
}

impl FromIterator<Kind> for Kinds {
    fn from_iter<I: IntoIterator<Item = Kind>>(kinds: I) -> Self {
        Self(kinds.into_iter().fold(0, |set, kind| set | 1 << kind as u8))
    }
}
