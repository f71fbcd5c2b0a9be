//! The **registry**: which names a store has, and what is under them.

use std::any::Any;
use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::ops::Bound;
use std::time::Duration;

use crate::bounds::Quotas;
use crate::collection::Collection;
use crate::error::StoreError;
use crate::feed::{self, Board, Member};
use crate::hooks::Hooks;
use crate::key::{Key, Value};
use crate::limits::MAINTAIN_ROUNDS;
use crate::protocol::timeline::Timeline;
use crate::purger::{Purged, Purger};
use crate::reclaim::{Grace, WritePin, contain};
use crate::rooms::Rooms;
use crate::store::life::{Life, Stay};
use crate::store::quota::Quota;
use crate::store::realm::{Namespace, Realm};
use crate::store::tenant::{AnyTenant, Tenant, typed};
use crate::sync::{Arc, OnceLock, RwLock, fence_both, read, write};
use crate::trace;

/// The names of a store, and the clock that all of its collections share.
///
/// No code of the user runs under the lock of the names, and nothing is dropped there that may be
/// the last of its kind.
pub(crate) struct Registry {
    timeline: Arc<Timeline>,
    names: RwLock<Names>,
    closed: OnceLock<()>,
    /// From which revision on nothing happens any more.
    closed_at: OnceLock<u64>,
    /// Where writers look who watches the whole store.
    hub: Arc<Board<dyn Any>>,
    /// Each open view of the store has a share.
    onlookers: Arc<()>,
}

#[derive(Default)]
struct Names {
    now: BTreeMap<Arc<str>, Arc<dyn AnyTenant>>,
    /// Closed, by name and revision of the close; an open view of the store may ask for them.
    former: BTreeMap<(Arc<str>, u64), Arc<dyn AnyTenant>>,
    /// The keys of `former` the other way round: the first of them goes first.
    ends: BTreeMap<u64, Arc<str>>,
    /// Namespaces by name: those in use, those with a quota, and some that are neither.
    spaces: BTreeMap<Arc<str>, Space>,
    /// How many there were when it was last looked which of them can go.
    spaces_kept: usize,
}

struct Space {
    shared: Arc<Namespace>,
    /// How many names are in it now.
    names: u64,
}

impl Space {
    /// By a scope, by a collection that is in it or about to be, or because it has a quota.
    fn is_needed(&self) -> bool {
        let Self { shared, .. } = self;
        let is_shared = Arc::strong_count(shared) > 1 || Arc::strong_count(shared.quotas()) > 1;
        is_shared || shared.quota() != Quota::default()
    }
}

impl Names {
    /// What is open under a name.
    fn open(&self, name: &str) -> Option<&Arc<dyn AnyTenant>> {
        self.now.get(name).filter(|tenant| tenant.closed_at().is_none())
    }

    /// Everything under names that begin with `prefix`.
    fn with_prefix<'n>(&'n self, prefix: &str) -> impl Iterator<Item = &'n Arc<dyn AnyTenant>> {
        let from = (Bound::Included(prefix), Bound::Unbounded);
        let tenants = self.now.range::<str, _>(from);
        tenants.take_while(move |(name, _)| name.starts_with(prefix)).map(|(_, tenant)| tenant)
    }

    fn space(&mut self, name: &str) -> &mut Space {
        if !self.spaces.contains_key(name) {
            if self.spaces.len() > 2 * self.spaces_kept {
                self.spaces.retain(|_, space| space.is_needed());
                self.spaces_kept = self.spaces.len();
            }
            let shared = Arc::new(Namespace::new(name));
            let name = Arc::clone(&shared.name);
            self.spaces.insert(name, Space { shared, names: 0 });
        }
        self.spaces.get_mut(name).expect("there by now")
    }

    /// The namespace that a name is in.
    fn space_around(&mut self, name: &str) -> Option<&mut Space> {
        Namespace::around(name).map(|namespace| self.space(namespace))
    }

    /// Whether the quota of its namespace has room for a name.
    fn admit(&mut self, name: &str) -> Result<(), StoreError> {
        if self.now.contains_key(name) {
            return Ok(());
        }
        let Some(Space { shared, names: used }) = self.space_around(name) else { return Ok(()) };
        match shared.quota().max_collections {
            Some(limit) if *used >= limit => {
                let namespace = Arc::clone(&shared.name);
                Err(StoreError::QuotaExceeded { namespace, limit, used: *used })
            }
            _ => Ok(()),
        }
    }

    /// Puts a collection under its name; returns what was there.
    fn put(&mut self, tenant: Arc<dyn AnyTenant>) -> Option<Arc<dyn AnyTenant>> {
        let name = Arc::clone(tenant.name());
        let former = self.now.insert(Arc::clone(&name), tenant);
        if former.is_none() {
            self.space_around(&name).into_iter().for_each(|space| space.names += 1);
        }
        former
    }

    /// Takes away what is under a name.
    fn take(&mut self, name: &str) -> Option<Arc<dyn AnyTenant>> {
        let tenant = self.now.remove(name)?;
        self.space_around(name).into_iter().for_each(|space| space.names -= 1);
        Some(tenant)
    }
}

impl Registry {
    /// Without any name; the first revision is `after + 1`.
    pub(super) fn starting(timeline: Timeline) -> Self {
        Self {
            timeline: Arc::new(timeline),
            names: RwLock::default(),
            closed: OnceLock::new(),
            closed_at: OnceLock::new(),
            hub: Arc::new(Board::new()),
            onlookers: Arc::new(()),
        }
    }

    pub(super) fn timeline(&self) -> &Arc<Timeline> {
        &self.timeline
    }

    pub(super) fn hub(&self) -> &Arc<Board<dyn Any>> {
        &self.hub
    }

    /// What a collection needs to take part in this.
    pub(super) fn member(&self, name: &Arc<str>) -> Member {
        Member { name: Arc::clone(name), hub: Arc::clone(&self.hub) }
    }

    /// From which revision on nothing happens any more.
    pub(super) fn closed_at(&self) -> Option<u64> {
        self.closed_at.get().copied()
    }

    /// A share in what says that a view of the store is open. To be had before its revision.
    pub(super) fn onlooker(&self) -> Arc<()> {
        Arc::clone(&self.onlookers)
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.get().is_some()
    }

    /// Closes every collection. For views of the store that is one instant.
    pub(super) fn close(&self) {
        let mut gone = Vec::new();
        {
            let mut names = write(&self.names);
            // Before the first revision of a close: see `StoreView::open`.
            let _first = self.closed.set(());
            while let Some((_, tenant)) = names.now.pop_first() {
                self.retire(&mut names, &tenant);
                gone.push(tenant);
            }
            names.spaces.values_mut().for_each(|space| space.names = 0);
        }
        let is_first = self.closed_at.set(self.timeline.draw()).is_ok();
        // F6: the end comes before the look at who watches.
        fence_both();
        if self.timeline.ring().is_kept() {
            self.hub.announce_end();
        }
        for tenant in gone {
            tenant.end();
        }
        if is_first {
            trace::store_closed();
        }
    }

    /// Gives a name free, if nothing keeps it.
    pub(super) fn vacate(&self, name: &str) {
        let gone = {
            let mut names = write(&self.names);
            match names.now.get(name) {
                Some(tenant) if tenant.is_vacant() => {
                    let tenant = names.take(name);
                    tenant.inspect(|tenant| self.retire(&mut names, tenant))
                }
                _ => None,
            }
        };
        if let Some(tenant) = gone {
            tenant.end();
        }
        self.tidy();
    }

    /// Closes what has left its name, and keeps it where older views of the store find it.
    fn retire(&self, names: &mut Names, tenant: &Arc<dyn AnyTenant>) {
        let closed = tenant.close();
        if self.oldest_onlooker() < closed {
            names.former.insert((Arc::clone(tenant.name()), closed), Arc::clone(tenant));
            names.ends.insert(closed, Arc::clone(tenant.name()));
        }
    }

    /// No open view of the store reads at a smaller revision; `u64::MAX` if none is open.
    ///
    /// A watched ring has a slot among the views, and shows what happened in closed collections.
    ///
    /// A view has its share before it reads the clock, and whoever asks on behalf of a close has
    /// drawn from it: so the revision of a view that is not seen here is beyond the close (P3).
    fn oldest_onlooker(&self) -> u64 {
        match Arc::strong_count(&self.onlookers) {
            1 if !self.timeline.ring().is_kept() => u64::MAX,
            _ => self.timeline.views().oldest(),
        }
    }

    /// Moves the feed's tail on, and lets go of closed collections that no view of the store can
    /// see any more. Says whether there is nothing left to do for the feed.
    pub(super) fn tidy(&self) -> bool {
        let mut is_tended = false;
        // The collectors may run what others have deferred, which may panic.
        contain(|| is_tended = feed::tend(&self.timeline));
        while let Some(tenant) = self.next_gone() {
            tenant.end();
        }
        is_tended
    }

    /// Whoever watched may have been the last to: does what is left to do for the feed, if it can
    /// be done without waiting.
    pub(super) fn wind_up(&self) {
        let mut rounds = 0..MAINTAIN_ROUNDS;
        while rounds.next().is_some() && !self.tidy() {
            contain(|| Grace::urge(&WritePin::new()));
        }
    }

    fn next_gone(&self) -> Option<Arc<dyn AnyTenant>> {
        // There is rarely one: others may look meanwhile.
        self.first_gone(&read(&self.names))?;
        let mut names = write(&self.names);
        let closed = self.first_gone(&names)?;
        let name = names.ends.remove(&closed)?;
        names.former.remove(&(name, closed))
    }

    /// Under which revision the first one was closed, if no view of the store can see it any more.
    /// It is looked who can after it is known which one it is: a view from before a close is shown
    /// by then.
    fn first_gone(&self, names: &Names) -> Option<u64> {
        let (closed, _) = names.ends.first_key_value()?;
        (*closed <= self.oldest_onlooker()).then_some(*closed)
    }

    /// What is under names that begin with `prefix` and holds documents.
    pub(super) fn stocked(&self, prefix: &str) -> Vec<Arc<dyn AnyTenant>> {
        let names = read(&self.names);
        names.with_prefix(prefix).filter(|tenant| tenant.len() > 0).cloned().collect()
    }

    /// How many names are in use.
    pub(super) fn len(&self) -> usize {
        read(&self.names).now.len()
    }

    /// What is under names that begin with `prefix`.
    pub(super) fn all(&self, prefix: &str) -> Vec<Arc<dyn AnyTenant>> {
        read(&self.names).with_prefix(prefix).cloned().collect()
    }

    /// What was under a name, for a view of the store at `revision`.
    pub(super) fn as_of(&self, name: &str, revision: u64) -> Option<Arc<dyn AnyTenant>> {
        let names = read(&self.names);
        if !names.former.is_empty() {
            // The first one that was closed later: those before it are not to be seen, and the
            // documents of those after it are younger.
            let mut later = names.former.range((Arc::from(name), revision + 1)..);
            if let Some((_, tenant)) = later.next().filter(|((found, _), _)| **found == *name) {
                return Some(Arc::clone(tenant));
            }
        }
        names.now.get(name).filter(|tenant| was_open(tenant, revision)).cloned()
    }

    /// What was under names that begin with `prefix`, in the order of names.
    pub(super) fn all_as_of(&self, prefix: &str, revision: u64) -> Vec<Arc<dyn AnyTenant>> {
        let names = read(&self.names);
        let now = names.with_prefix(prefix).filter(|tenant| was_open(tenant, revision));
        let mut found: BTreeMap<_, _> = now.map(|tenant| (tenant.name(), tenant)).collect();
        // Backwards: of several that were closed later the first counts.
        for ((name, closed), tenant) in names.former.iter().rev() {
            if *closed > revision && name.starts_with(prefix) {
                found.insert(name, tenant);
            }
        }
        found.into_values().cloned().collect()
    }

    /// Puts a collection under its name, in a store that nobody else knows yet.
    pub(super) fn found(&self, tenant: Arc<dyn AnyTenant>) {
        write(&self.names).put(tenant);
    }

    /// A namespace, which is the same for all who ask.
    pub(super) fn namespace(&self, name: &str) -> Arc<Namespace> {
        Arc::clone(&write(&self.names).space(name).shared)
    }

    /// The quotas of the namespace that a name is in. Whoever has them keeps it.
    pub(super) fn quotas_of(self: &Arc<Self>, name: &str) -> Option<Arc<Quotas>> {
        let quotas = Arc::clone(write(&self.names).space_around(name)?.shared.quotas());
        let (registry, prefix) = (Arc::downgrade(self), Namespace::prefix(&quotas.name));
        // What is over after that is in the hands of others.
        let purge = move |registry: Arc<Self>| {
            registry.purge(&prefix) > 0 || !registry.due(&prefix).is_empty()
        };
        quotas.purge_by(move || registry.upgrade().is_some_and(&purge));
        Some(quotas)
    }

    /// Ends what is over in the namespace of a name, if that has no place for it: it keeps none.
    fn make_place(self: &Arc<Self>, name: &str) {
        if write(&self.names).admit(name).is_err() {
            let prefix = Namespace::around(name).map(Namespace::prefix);
            let _ended = prefix.map_or(0, |prefix| self.purge(&prefix));
        }
    }

    /// How many names are in a namespace.
    pub(super) fn names_in(&self, namespace: &str) -> u64 {
        read(&self.names).spaces.get(namespace).map_or(0, |space| space.names)
    }

    /// Sets the quotas of another store, in one that nobody else knows yet.
    pub(super) fn take_over_quotas(&self, of: &Self) {
        let mut names = write(&self.names);
        for (name, space) in &read(&of.names).spaces {
            let quota = space.shared.quota();
            if quota != Quota::default() {
                names.space(name).shared.set_quota(quota);
            }
        }
    }

    /// What holds documents under names that begin with `prefix`, and is kept while one looks.
    pub(super) fn kept(self: &Arc<Self>, prefix: &str) -> Vec<(Arc<dyn AnyTenant>, Arc<Stay>)> {
        self.purge(prefix);
        self.keep(prefix, |tenant| tenant.len() > 0)
    }

    fn keep(
        self: &Arc<Self>,
        prefix: &str,
        which: impl Fn(&dyn AnyTenant) -> bool,
    ) -> Vec<(Arc<dyn AnyTenant>, Arc<Stay>)> {
        let names = read(&self.names);
        let found = names.with_prefix(prefix).filter(|tenant| which(&***tenant));
        found.map(|tenant| (Arc::clone(tenant), tenant.stay(self))).collect()
    }

    /// Ends what is over in collections with names that begin with `prefix`; says how many
    /// documents.
    pub(super) fn purge(self: &Arc<Self>, prefix: &str) -> usize {
        self.due(prefix).iter().map(|(tenant, _)| tenant.purge()).sum()
    }

    /// A piece of the same. Says whether there may be more.
    fn purge_some(self: &Arc<Self>) -> bool {
        let due = self.due("");
        due.iter().filter(|(tenant, _)| tenant.purge_some().is_some()).count() > 0
    }

    fn due(self: &Arc<Self>, prefix: &str) -> Vec<(Arc<dyn AnyTenant>, Arc<Stay>)> {
        if !self.timeline.expects_deadlines() {
            return Vec::new();
        }
        // Before the lock: a clock is code of the user.
        let now = self.timeline.time().coarse();
        self.keep(prefix, |tenant| tenant.is_due(now))
    }
}

impl Life {
    /// The collection of this name, if there is one.
    pub(super) fn find<K, V, S>(
        self: &Arc<Self>,
        realm: &Realm,
        name: &str,
    ) -> Result<Option<Collection<K, V, S>>, StoreError>
    where
        K: Key,
        V: Value,
        S: BuildHasher + Clone + Send + Sync + 'static,
    {
        let (tenant, title) = {
            let names = read(&self.registry().names);
            let Some(found) = names.open(&realm.whole(name)) else {
                let closed = self.registry().is_closed();
                return if closed { Err(StoreError::Closed) } else { Ok(None) };
            };
            let tenant = typed::<K, V, S>(found, realm)?;
            let title = tenant.title(self, realm);
            (tenant, title)
        };
        Ok(Some(tenant.handle(title)))
    }

    /// The collection of this name; a new one if there is none.
    pub(super) fn build<K, V, S>(
        self: &Arc<Self>,
        realm: &Realm,
        name: &str,
        hooks: Hooks<K, V>,
        hasher: S,
        capacity_hint: usize,
    ) -> Result<Collection<K, V, S>, StoreError>
    where
        K: Key,
        V: Value,
        S: BuildHasher + Clone + Send + Sync + 'static,
    {
        let configured = hooks.any();
        let registry = self.registry();
        let name: Arc<str> = realm.whole(name).into();
        registry.make_place(&name);
        let mut rooms = Rooms::new(Arc::clone(&registry.timeline), capacity_hint);
        hooks.furnish(&mut rooms, registry.quotas_of(&name).as_ref());
        rooms.member = Some(registry.member(&name));
        let new = Tenant::<K, V, S>::new(Arc::clone(&name), hooks, hasher, rooms);
        let mut former = None;
        let (tenant, title) = {
            let mut names = write(&registry.names);
            if registry.is_closed() {
                return Err(StoreError::Closed);
            }
            let tenant = if let Some(found) = names.open(&name) {
                let tenant = typed(found, realm)?;
                if configured {
                    let collection = Arc::clone(found.name_in(realm));
                    return Err(StoreError::Configured { collection });
                }
                tenant
            } else {
                names.admit(&name)?;
                former = names.put(Arc::clone(&new) as _);
                if let Some(former) = &former {
                    registry.retire(&mut names, former);
                }
                Arc::clone(&new)
            };
            let title = tenant.title(self, realm);
            (tenant, title)
        };
        if let Some(former) = former {
            former.end();
        }
        Ok(tenant.handle(title))
    }

    /// Ends what is over every `interval`, on a thread that ends with this.
    pub(super) fn purge_every(&self, interval: Duration) {
        let registry = Arc::clone(self.registry());
        let purge = move || if registry.purge_some() { Purged::Some } else { Purged::All };
        let _first = self.purger.set(Purger::start(interval, purge));
    }
}

/// Whether a collection was not closed yet, for a view of the store at `revision`.
pub(super) fn was_open(tenant: &Arc<dyn AnyTenant>, revision: u64) -> bool {
    tenant.closed_at().is_none_or(|closed| revision < closed)
}
