//! The **hooks** of a collection: the user's own rules, and what it is told about its values.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::bounds::{Bounds, Capacity, Quotas, Tenure, Weighs};
use crate::known::{depth_check_for, heap_size_for};
use crate::protocol::deadline::{Lifetime, NEVER};
use crate::rooms::Rooms;
use crate::sync::Arc;

pub(crate) type BoxError = Box<dyn StdError + Send + Sync + 'static>;
type Validate<V> = Arc<dyn Fn(&V) -> Result<(), BoxError> + Send + Sync>;
type Unchanged<V> = Arc<dyn Fn(&V, &V) -> bool + Send + Sync>;
type Weigher<K, V> = Arc<dyn Fn(&K, &V) -> u32 + Send + Sync>;
pub(crate) type Print<V> = fn(&V, &mut fmt::Formatter<'_>) -> fmt::Result;

/// Asked on every way in. They run without a lock or a pin of ours.
pub(crate) struct Hooks<K, V> {
    pub(crate) validate: Option<Validate<V>>,
    pub(crate) unchanged: Option<Unchanged<V>>,
    pub(crate) weigher: Option<Weigher<K, V>>,
    pub(crate) too_deep: Option<fn(&V) -> bool>,
    pub(crate) heap_size: Option<fn(&V) -> usize>,
    pub(crate) key_heap: Option<fn(&K) -> usize>,
    pub(crate) print: Option<Print<V>>,
    pub(crate) lifetime: Lifetime,
    pub(crate) max_entries: Option<u64>,
    pub(crate) max_weight: Option<(u64, Weighs)>,
}

impl<K: 'static, V: 'static> Hooks<K, V> {
    /// Without rules of the user.
    pub(crate) fn known() -> Self {
        Self {
            validate: None,
            unchanged: None,
            weigher: None,
            too_deep: depth_check_for::<V>(),
            heap_size: heap_size_for::<V>(),
            key_heap: heap_size_for::<K>(),
            print: None,
            lifetime: Lifetime::FOREVER,
            max_entries: None,
            max_weight: None,
        }
    }
}

impl<K, V> Hooks<K, V> {
    /// Whether the user has set any.
    pub(crate) fn any(&self) -> bool {
        self.validate.is_some()
            || self.unchanged.is_some()
            || self.print.is_some()
            || self.is_bounded()
            || !self.lifetime.is_forever()
    }

    fn is_bounded(&self) -> bool {
        self.max_entries.is_some() || self.max_weight.is_some()
    }
}

impl<K: Eq + Send + Sync + 'static, V: Send + Sync + 'static> Hooks<K, V> {
    /// Gives a collection that nobody else knows yet what these ask for.
    /// In a namespace it takes part in its quotas.
    pub(crate) fn furnish(&self, rooms: &mut Rooms<K, V>, namespace: Option<&Arc<Quotas>>) {
        rooms.expiry.idle = self.lifetime.idle;
        let is_bounded = self.is_bounded();
        let capacity = is_bounded.then(|| Capacity::new(self.max_entries, self.max_weight));
        let tenure = namespace.map(|quotas| Tenure::new(Arc::clone(quotas)));
        if capacity.is_some() || tenure.is_some() {
            rooms.bounds = Some(Box::new(Bounds { capacity, tenure, key_heap: self.key_heap }));
        }
    }
}

impl<K, V> Clone for Hooks<K, V> {
    fn clone(&self) -> Self {
        Self {
            validate: self.validate.clone(),
            unchanged: self.unchanged.clone(),
            weigher: self.weigher.clone(),
            ..*self
        }
    }
}

/// In nanoseconds; what is longer than 584 years is for ever.
pub(crate) fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(NEVER)
}
