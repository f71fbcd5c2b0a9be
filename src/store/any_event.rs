//! [`AnyEvent`]: a change in a collection of any type.

use std::any::Any;
use std::fmt;
use std::time::SystemTime;

use crate::event::{Event, Kind};
use crate::key::{Key, Value};
use crate::outcome::Revision;
use crate::sync::Arc;

/// One change in one of many collections, of whatever types. Cheap to clone.
///
/// Owned, `Send` and `'static`, as an [`Event`] is, and made with one allocation.
///
/// # Examples
///
/// ```
/// let store = folio::Store::new();
/// let mut watch = store.watch().subscribe();
/// store.strings("settings")?.set("theme".into(), "dark".into())?;
///
/// let event = watch.recv()?;
/// assert_eq!(format!("{}/{}", event.collection(), event.key_text()), "settings/\"theme\"");
/// let event = event.downcast::<String, String>().ok_or("of other types")?;
/// assert_eq!(event.new_value().map(|new| new.as_str()), Some("dark"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct AnyEvent {
    event: Arc<dyn Erased>,
}

impl AnyEvent {
    pub(super) fn of<K: Key, V: Value>(event: Event<K, V>) -> Self {
        Self { event: Arc::new(event) }
    }

    /// The collection's name.
    pub fn collection(&self) -> &str {
        self.event.collection()
    }

    /// The revision of the change; events come in the order of these, over all collections.
    pub fn revision(&self) -> Revision {
        self.event.revision()
    }

    /// When it was committed, as an [`Event`] says.
    pub fn at(&self) -> SystemTime {
        self.event.at()
    }

    /// What happened.
    pub fn kind(&self) -> Kind {
        self.event.kind()
    }

    /// The key, if keys of the collection are of this type; `None` for [`Kind::Cleared`].
    ///
    /// # Examples
    ///
    /// ```
    /// let store = folio::Store::new();
    /// let mut watch = store.watch().subscribe();
    /// store.collection::<u32, &str>("tasks")?.set(7, "buy tea")?;
    /// let event = watch.recv()?;
    /// assert_eq!((event.key::<u32>(), event.key::<String>()), (Some(&7), None));
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn key<K: Key>(&self) -> Option<&K> {
        self.event.key()?.downcast_ref()
    }

    /// The key as its `Debug` says, whatever its type; nothing for [`Kind::Cleared`].
    pub fn key_text(&self) -> impl fmt::Display + '_ {
        KeyText(&*self.event)
    }

    /// The event, if the collection is of these types; `None` if it is of others. O(1).
    pub fn downcast<K: Key, V: Value>(&self) -> Option<&Event<K, V>> {
        self.event.as_any().downcast_ref()
    }
}

impl fmt::Debug for AnyEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyEvent")
            .field("collection", &self.collection())
            .field("revision", &self.revision().get())
            .field("kind", &self.kind())
            .field("key", &format_args!("{}", self.key_text()))
            .finish_non_exhaustive()
    }
}

trait Erased: Send + Sync {
    fn collection(&self) -> &str;
    fn revision(&self) -> Revision;
    fn at(&self) -> SystemTime;
    fn kind(&self) -> Kind;
    fn key(&self) -> Option<&dyn Any>;
    fn write_key(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
    fn as_any(&self) -> &dyn Any;
}

impl<K: Key, V: Value> Erased for Event<K, V> {
    fn collection(&self) -> &str {
        &self.collection
    }

    fn revision(&self) -> Revision {
        self.revision
    }

    fn at(&self) -> SystemTime {
        self.at
    }

    fn kind(&self) -> Kind {
        self.what()
    }

    fn key(&self) -> Option<&dyn Any> {
        self.key().map(|key| key as &dyn Any)
    }

    fn write_key(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.key().map_or(Ok(()), |key| fmt::Debug::fmt(key, f))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

struct KeyText<'e>(&'e dyn Erased);

impl fmt::Display for KeyText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write_key(f)
    }
}
