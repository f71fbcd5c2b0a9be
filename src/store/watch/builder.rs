//! [`StoreWatchBuilder`]: what to watch in a store, and how.

use std::fmt;

use crate::error::WatchError;
use crate::event::Kind;
use crate::key::Key;
use crate::outcome::Revision;
use crate::store::any_event::AnyEvent;
use crate::store::realm::Realm;
use crate::store::registry::Registry;
use crate::store::watch::StoreWatch;
use crate::store::watch::teller::AnyTeller;
use crate::store::watch::wish::AnyWish;
use crate::sync::Arc;
use crate::watch::{Course, Lag, Pattern, Subscription, Terms};

/// Says what to watch in a store, and ends in a [`StoreWatch`] or a [`Subscription`].
///
/// Made by [`Store::watch`](crate::Store::watch) and [`Scope::watch`](crate::Scope::watch). In all
/// else as a [`WatchBuilder`](crate::WatchBuilder); it has no filter of the user's, because events
/// are of many types: filter what it yields.
#[must_use = "nothing is watched until `subscribe`"]
pub struct StoreWatchBuilder {
    registry: Arc<Registry>,
    wish: AnyWish,
    terms: Terms,
}

impl StoreWatchBuilder {
    pub(crate) fn new(registry: &Arc<Registry>, realm: Realm) -> Self {
        let (registry, wish) = (Arc::clone(registry), AnyWish::everything(realm));
        Self { registry, wish, terms: Terms::default() }
    }

    /// Only collections whose names begin so, byte by byte.
    pub fn collections(mut self, prefix: impl Into<String>) -> Self {
        self.wish.set_names(&prefix.into());
        self
    }

    /// Only these keys, in all collections whose keys are of this type. Of those, the end of a
    /// `clear` is told whatever the pattern, as a collection's own
    /// [watch](crate::WatchBuilder::keys) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use folio::{Pattern, Store};
    ///
    /// let store = Store::new();
    /// let mut watch = store.watch().keys(Pattern::exact("theme".to_string())).subscribe();
    /// store.collection::<u32, u32>("numbers")?.set(1, 2)?;
    /// store.strings("ada")?.set("name".into(), "Ada".into())?;
    /// store.strings("bob")?.set("theme".into(), "light".into())?;
    /// assert_eq!(watch.recv()?.collection(), "bob");
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn keys<K: Key>(mut self, pattern: Pattern<K>) -> Self {
        self.wish.set_keys(pattern);
        self
    }

    /// Which kinds of events; all of them unless this is called. See
    /// [`WatchBuilder::events`](crate::WatchBuilder::events).
    pub fn events(mut self, kinds: impl IntoIterator<Item = Kind>) -> Self {
        self.wish.kinds = kinds.into_iter().collect();
        self
    }

    /// See [`WatchBuilder::buffer`](crate::WatchBuilder::buffer).
    pub fn buffer(mut self, revisions: usize) -> Self {
        self.terms.buffer = revisions;
        self
    }

    /// See [`WatchBuilder::replay`](crate::WatchBuilder::replay): all documents of all collections,
    /// as of one instant.
    pub fn replay(mut self) -> Self {
        self.terms.replays = true;
        self
    }

    /// See [`WatchBuilder::from`](crate::WatchBuilder::from).
    pub fn from(mut self, revision: Revision) -> Self {
        self.terms.from = Some(revision);
        self
    }

    /// See [`WatchBuilder::on_lag`](crate::WatchBuilder::on_lag).
    pub fn on_lag(mut self, lag: Lag) -> Self {
        self.terms.lag = lag;
        self
    }

    /// See [`WatchBuilder::subscribe`](crate::WatchBuilder::subscribe).
    pub fn subscribe(self) -> StoreWatch {
        StoreWatch { course: Course::begin(AnyTeller::new(&self.registry, self.wish), self.terms) }
    }

    /// See [`WatchBuilder::for_each`](crate::WatchBuilder::for_each).
    pub fn for_each(
        self,
        f: impl FnMut(Result<&AnyEvent, WatchError>) + Send + 'static,
    ) -> Subscription {
        let registry = Arc::clone(&self.registry);
        let course = self.on_lag(Lag::Skip).subscribe().course;
        Subscription::calling(course, f, move |callback, is_up| {
            registry.hub().post(callback, is_up);
        })
    }
}

impl fmt::Debug for StoreWatchBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreWatchBuilder")
            .field("collections", &self.wish.names)
            .field("kinds", &self.wish.kinds)
            .field("terms", &self.terms)
            .finish_non_exhaustive()
    }
}
