//! Who keeps a store open, and who keeps a name in it.

use std::ops::Deref;

use crate::event::Name;
use crate::purger::Purger;
use crate::reclaim::contain;
use crate::store::registry::Registry;
use crate::sync::{Arc, OnceLock};

/// What all handles of a store share, those of its collections among them. The last one closes it.
pub(crate) struct Life {
    registry: Arc<Registry>,
    pub(super) purger: OnceLock<Purger>,
}

impl Life {
    pub(super) fn new(registry: Registry) -> Self {
        Self { registry: Arc::new(registry), purger: OnceLock::new() }
    }

    /// Closes the store.
    pub(super) fn close(&self) {
        if let Some(purger) = self.purger.get() {
            purger.stop();
        }
        self.registry.close();
    }

    pub(super) fn registry(&self) -> &Arc<Registry> {
        &self.registry
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        contain(|| self.close());
    }
}

/// What keeps a name, with its type and its hooks: all handles of a collection share one.
pub(crate) struct Stay {
    registry: Arc<Registry>,
    name: Arc<str>,
}

impl Stay {
    pub(super) fn new(registry: &Arc<Registry>, name: &Arc<str>) -> Self {
        Self { registry: Arc::clone(registry), name: Arc::clone(name) }
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        self.registry.vacate(&self.name);
    }
}

/// What a handle of a collection keeps of its store.
pub(crate) struct Home {
    // The name goes first: it may go with the store as well.
    stay: Arc<Stay>,
    _life: Arc<Life>,
}

impl Home {
    pub(super) fn new(stay: Arc<Stay>, life: &Arc<Life>) -> Self {
        Self { stay, _life: Arc::clone(life) }
    }

    /// Frees the name of a collection that was closed for itself.
    pub(crate) fn leave(&self) {
        self.stay.registry.vacate(&self.stay.name);
    }
}

/// The name of a collection, and what keeps it: for those who watch, who keep nothing open.
pub(crate) struct KeptName {
    name: Name,
    _stay: Option<Arc<Stay>>,
}

impl KeptName {
    pub(crate) fn new(name: &Arc<str>, home: Option<&Home>) -> Self {
        Self { name: Name::new(name), _stay: home.map(|home| Arc::clone(&home.stay)) }
    }
}

impl Deref for KeptName {
    type Target = Name;

    fn deref(&self) -> &Name {
        &self.name
    }
}
