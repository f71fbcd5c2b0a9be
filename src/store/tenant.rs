//! A **tenant**: one collection of a store, whether or not somebody has a handle of it.

use std::any::{Any, TypeId, type_name};
use std::hash::BuildHasher;
use std::io;

use crate::collection::fork::{copy_indexes, take_over};
use crate::collection::{Collection, Title};
use crate::dump;
use crate::error::{StoreError, WriteError};
use crate::hooks::Hooks;
use crate::key::{Key, Value};
use crate::limits::FORKED_AT_ONCE;
use crate::protocol::node::NodeRef;
use crate::protocol::note::Entry;
use crate::protocol::timeline::Moment;
use crate::rooms::Rooms;
use crate::stats::Stats;
use crate::store::any_event::AnyEvent;
use crate::store::life::{Home, KeptName, Life, Stay};
use crate::store::realm::Realm;
use crate::store::registry::Registry;
use crate::store::view::SharedLease;
use crate::store::watch::AnyWish;
use crate::sync::{Arc, Mutex, OnceLock, Weak, fence_acquire, lock};
use crate::view::View;
use crate::watch::{Ahead, Teller, Wish};

/// What the store knows of a collection.
pub(crate) struct Tenant<K: Key, V: Value, S> {
    name: Arc<str>,
    /// The name in its namespace, once that was asked for.
    local: OnceLock<Arc<str>>,
    hooks: Hooks<K, V>,
    hasher: S,
    rooms: Arc<Rooms<K, V>>,
    handles: Mutex<Handles<K, V>>,
}

/// What the handles share, for as long as there are any.
struct Handles<K: Key, V: Value> {
    title: Weak<Title<K, V>>,
    /// Of those that know the name in its namespace.
    local: Weak<Title<K, V>>,
    stay: Weak<Stay>,
}

impl<K: Key, V: Value, S: BuildHasher + Clone + Send + Sync + 'static> Tenant<K, V, S> {
    pub(super) fn new(
        name: Arc<str>,
        hooks: Hooks<K, V>,
        hasher: S,
        rooms: Rooms<K, V>,
    ) -> Arc<Self> {
        let handles = Handles { title: Weak::new(), local: Weak::new(), stay: Weak::new() };
        let (rooms, handles) = (Arc::new(rooms), Mutex::new(handles));
        let new = Arc::new(Self { name, local: OnceLock::new(), hooks, hasher, rooms, handles });
        let tenant: Arc<dyn AnyTenant> = new.clone();
        new.rooms.roster.introduce(Box::new(Arc::downgrade(&tenant)));
        new
    }

    fn teller(&self, realm: &Realm) -> Teller<K, V> {
        let name = KeptName::new(self.name_in(realm), None);
        Teller::new(&self.rooms, name, Wish::everything(), None)
    }

    /// What all handles with the same name share. The caller holds the lock of the names.
    pub(super) fn title(&self, life: &Arc<Life>, realm: &Realm) -> Arc<Title<K, V>> {
        let Handles { title, local, stay } = &mut *lock(&self.handles);
        let known = if realm.is_whole() { title } else { local };
        known.upgrade().unwrap_or_else(|| {
            let home = Home::new(self.stay_in(stay, life.registry()), life);
            let title = Arc::new(self.titled(home, realm));
            *known = Arc::downgrade(&title);
            title
        })
    }

    /// A handle. Clones the hasher, which is code of the user.
    pub(super) fn handle(&self, title: Arc<Title<K, V>>) -> Collection<K, V, S> {
        Collection::titled(title, self.hasher.clone())
    }

    /// The collection as it was.
    pub(super) fn view(&self, lease: &Arc<SharedLease>) -> View<K, V, S> {
        View::shared(&self.rooms, lease, self.hasher.clone())
    }

    fn stay_in(&self, known: &mut Weak<Stay>, registry: &Arc<Registry>) -> Arc<Stay> {
        known.upgrade().unwrap_or_else(|| {
            let stay = Arc::new(Stay::new(registry, &self.name));
            *known = Arc::downgrade(&stay);
            stay
        })
    }

    fn titled(&self, home: Home, realm: &Realm) -> Title<K, V> {
        let (name, hooks) = (Arc::clone(self.name_in(realm)), self.hooks.clone());
        Title { name, hooks, rooms: Arc::clone(&self.rooms), home: Some(home), purger: None }
    }
}

/// A tenant of whatever type.
pub(crate) trait AnyTenant: Send + Sync {
    /// For `typed`.
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;

    /// The types of key and value.
    fn types(&self) -> (TypeId, &'static str);

    fn name(&self) -> &Arc<str>;

    /// What it is called there.
    fn name_in(&self, realm: &Realm) -> &Arc<str>;

    /// How many documents there are, those among them that are over and were not removed yet; none
    /// once it is closed.
    fn len(&self) -> usize;

    /// Whether there may be such at the time `now`.
    fn is_due(&self, now: u64) -> bool;

    /// Removes all of them; says how many.
    fn purge(&self) -> usize;

    /// Removes some of them, but for those that others are about to remove. `None` if there was
    /// nothing to do.
    fn purge_some(&self) -> Option<usize>;

    /// From which revision on it is closed.
    fn closed_at(&self) -> Option<u64>;

    /// Whether neither a handle nor a document keeps the name.
    fn is_vacant(&self) -> bool;

    /// Closes, in one instant; says at which revision. Nobody is told yet, and nothing freed: that
    /// would be code of the user, and the caller holds the lock of the names.
    fn close(&self) -> u64;

    /// Frees what can be freed; says how many snapshots.
    fn maintain(&self) -> usize;

    /// Tells those who watch that it is closed, and frees what can be freed, if somebody still has
    /// a handle of it.
    fn end(&self);

    /// Keeps the name. The caller holds the lock of the names.
    fn stay(&self, registry: &Arc<Registry>) -> Arc<Stay>;

    /// Removes all documents.
    fn clear(&self, home: Home) -> Result<usize, WriteError>;

    fn stats(&self) -> Stats;

    /// Whether there was no document.
    fn was_empty(&self, lease: &Arc<SharedLease>) -> bool;

    /// Writes out what there was.
    fn dump(
        &self,
        lease: &Arc<SharedLease>,
        realm: &Realm,
        out: &mut dyn io::Write,
    ) -> io::Result<()>;

    /// What was committed under a revision, if it is wanted.
    fn read(&self, revision: u64, entry: Entry<'_>, wish: &AnyWish) -> Option<AnyEvent>;

    /// What there was, or what was different from an earlier view, at a position and beyond: those
    /// that are wanted of about `limit` documents. Says where to go on, if there is more.
    fn read_view(
        &self,
        views: (Option<(Moment, &Arc<SharedLease>)>, &Arc<SharedLease>),
        position: usize,
        limit: usize,
        at: u64,
        wish: &AnyWish,
        into: &mut Ahead<AnyEvent>,
    ) -> Option<usize>;

    /// The same documents, hooks and indexes, for another store.
    fn fork(&self, lease: &Arc<SharedLease>, into: &Arc<Life>) -> Arc<dyn AnyTenant>;
}

impl<K: Key, V: Value, S: BuildHasher + Clone + Send + Sync + 'static> AnyTenant
    for Tenant<K, V, S>
{
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }

    fn types(&self) -> (TypeId, &'static str) {
        types_of::<K, V>()
    }

    fn name(&self) -> &Arc<str> {
        &self.name
    }

    fn name_in(&self, realm: &Realm) -> &Arc<str> {
        if realm.is_whole() {
            return &self.name;
        }
        // A name is in one namespace at most.
        self.local.get_or_init(|| realm.local(&self.name).into())
    }

    fn len(&self) -> usize {
        if self.rooms.is_closed() { 0 } else { self.rooms.limbo.live() }
    }

    fn is_due(&self, now: u64) -> bool {
        self.rooms.is_due(now)
    }

    fn purge(&self) -> usize {
        self.rooms.purge()
    }

    fn purge_some(&self) -> Option<usize> {
        self.rooms.purge_some()
    }

    fn closed_at(&self) -> Option<u64> {
        self.rooms.closing.closed_at(&self.rooms.timeline)
    }

    fn is_vacant(&self) -> bool {
        if self.rooms.is_closed() {
            return true;
        }
        let is_kept = lock(&self.handles).stay.strong_count() > 0;
        // Whoever had the last handle has counted what it wrote before it let go.
        fence_acquire();
        !is_kept && self.len() == 0
    }

    fn close(&self) -> u64 {
        self.rooms.closing.close(&self.rooms.timeline)
    }

    fn maintain(&self) -> usize {
        self.rooms.maintain()
    }

    fn end(&self) {
        self.rooms.shut();
        if Arc::strong_count(&self.rooms) > 1 {
            self.rooms.maintain();
        }
    }

    fn stay(&self, registry: &Arc<Registry>) -> Arc<Stay> {
        self.stay_in(&mut lock(&self.handles).stay, registry)
    }

    fn clear(&self, home: Home) -> Result<usize, WriteError> {
        self.handle(Arc::new(self.titled(home, &Realm::default()))).clear()
    }

    fn stats(&self) -> Stats {
        Stats::of(&self.rooms)
    }

    fn was_empty(&self, lease: &Arc<SharedLease>) -> bool {
        View::shared(&self.rooms, lease, ()).is_empty()
    }

    fn dump(
        &self,
        lease: &Arc<SharedLease>,
        realm: &Realm,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        let view = View::shared(&self.rooms, lease, ());
        dump::collection(self.name_in(realm), &view, self.hooks.print, out)
    }

    fn read(&self, revision: u64, entry: Entry<'_>, wish: &AnyWish) -> Option<AnyEvent> {
        // I5: what came after the close is shown to nobody.
        if self.closed_at().is_some_and(|closed| closed < revision) {
            return None;
        }
        let mut event = None;
        match self.rooms.committed(entry) {
            Some(change) if !wish.wants(change.new.get().key()) => {}
            Some(change) => {
                let documents = (change.old, change.new);
                self.teller(&wish.realm).tell(revision, change.at, documents, || &mut event);
            }
            None => event = self.teller(&wish.realm).tell_note(revision, entry),
        }
        event.filter(|event| wish.passes(event)).map(AnyEvent::of)
    }

    fn read_view(
        &self,
        (before, now): (Option<(Moment, &Arc<SharedLease>)>, &Arc<SharedLease>),
        position: usize,
        limit: usize,
        at: u64,
        wish: &AnyWish,
        into: &mut Ahead<AnyEvent>,
    ) -> Option<usize> {
        let (teller, view) = (self.teller(&wish.realm), View::shared(&self.rooms, now, ()));
        let mut tell = |old: Option<NodeRef<'_, K, V>>, new: NodeRef<'_, K, V>| {
            let mut event = None;
            teller.tell(new.revision(), at, (old, new), || &mut event);
            if let Some(event) = event.filter(|event| wish.passes(event)) {
                *into.place() = Some(AnyEvent::of(event));
            }
        };
        let next = match before {
            None => view.owned_from(position, limit, |owned| tell(None, owned.as_ref())),
            Some((first, before)) => {
                let before = View::shared(&self.rooms, before, ());
                view.changed_since((first, &before), position, limit, tell)
            }
        };
        (next < self.rooms.roster.len()).then_some(next)
    }

    fn fork(&self, lease: &Arc<SharedLease>, into: &Arc<Life>) -> Arc<dyn AnyTenant> {
        let registry = into.registry();
        let mut rooms = Rooms::new(Arc::clone(registry.timeline()), self.len());
        self.hooks.furnish(&mut rooms, registry.quotas_of(&self.name).as_ref());
        rooms.member = Some(registry.member(&self.name));
        copy_indexes(&self.rooms, &rooms);
        let view = View::shared(&self.rooms, lease, ());
        view.stream(FORKED_AT_ONCE).for_each(|document| take_over(&rooms, &document));
        let (name, hooks) = (Arc::clone(&self.name), self.hooks.clone());
        Self::new(name, hooks, self.hasher.clone(), rooms)
    }
}

/// The tenant as what it is, or why it is something else.
pub(super) fn typed<K, V, S>(
    found: &Arc<dyn AnyTenant>,
    realm: &Realm,
) -> Result<Arc<Tenant<K, V, S>>, StoreError>
where
    K: Key,
    V: Value,
    S: Send + Sync + 'static,
{
    Arc::clone(found).into_any().downcast().map_err(|_| {
        let collection = Arc::clone(found.name_in(realm));
        let ((same, expected), (id, found)) = (types_of::<K, V>(), found.types());
        if id == same {
            StoreError::Configured { collection }
        } else {
            StoreError::TypeMismatch { collection, expected, found }
        }
    })
}

fn types_of<K: 'static, V: 'static>() -> (TypeId, &'static str) {
    (TypeId::of::<(K, V)>(), type_name::<(K, V)>())
}
