//! What a watch of a store wants to hear.

use std::any::{Any, TypeId};

use crate::event::Event;
use crate::feed::{Interest, Wanted};
use crate::key::{Key, Value};
use crate::store::realm::Realm;
use crate::sync::Arc;
use crate::watch::{Kinds, Pattern};

/// Which events of which collections.
#[derive(Clone)]
pub(crate) struct AnyWish {
    /// Where it is wished.
    pub(crate) realm: Realm,
    /// How their names begin.
    pub(super) names: Arc<str>,
    /// Keys of this type; `None`: all keys, of whatever type.
    pub(super) keys: Option<(TypeId, Wanted<dyn Any>)>,
    pub(super) kinds: Kinds,
}

impl AnyWish {
    pub(super) fn everything(realm: Realm) -> Self {
        Self { names: realm.whole("").into(), realm, keys: None, kinds: Kinds::all() }
    }

    pub(super) fn set_names(&mut self, prefix: &str) {
        self.names = self.realm.whole(prefix).into();
    }

    pub(super) fn set_keys<K: Key>(&mut self, pattern: Pattern<K>) {
        let wants = move |key: &dyn Any| key.downcast_ref().is_some_and(|key| pattern.matches(key));
        self.keys = Some((TypeId::of::<K>(), Arc::new(wants)));
    }

    pub(crate) fn wants_collection(&self, name: &str) -> bool {
        name.starts_with(&*self.names)
    }

    pub(crate) fn wants(&self, key: &dyn Any) -> bool {
        self.keys.as_ref().is_none_or(|(_, wanted)| wanted(key))
    }

    pub(crate) fn passes<K: Key, V: Value>(&self, event: &Event<K, V>) -> bool {
        let wants_key = match event.key() {
            Some(key) => self.wants(key),
            // About all keys of the collection.
            None => self.keys.as_ref().is_none_or(|(keys, _)| *keys == TypeId::of::<K>()),
        };
        wants_key && self.kinds.contains(event.what())
    }

    /// What to be woken for.
    pub(super) fn interest(&self) -> Interest<dyn Any> {
        if self.names.is_empty() && self.keys.is_none() {
            return Interest::All;
        }
        let keys = self.keys.clone();
        let wants = move |key: &dyn Any| keys.as_ref().is_none_or(|(_, wanted)| wanted(key));
        Interest::Keys(Arc::clone(&self.names), Arc::new(wants))
    }
}
