//! From what the ring shows to what a watch of a store tells.

use crate::clock::coarse_now;
use crate::feed::Follower;
use crate::limits::WATCH_AHEAD;
use crate::protocol::note::Entry;
use crate::protocol::timeline::Moment;
use crate::store::any_event::AnyEvent;
use crate::store::registry::{Registry, was_open};
use crate::store::tenant::AnyTenant;
use crate::store::view::{SharedLease, StoreView};
use crate::store::watch::wish::AnyWish;
use crate::sync::{Arc, Weak};
use crate::watch::{Ahead, Seat, Subject};

/// Makes events of the changes of a store.
pub(crate) struct AnyTeller {
    registry: Arc<Registry>,
    wish: AnyWish,
}

/// A reading of all collections of one instant; or of what is different from an earlier one.
pub(crate) struct AnyReplay {
    /// What was told already, and the instant of the first view of all.
    before: Option<(Moment, Arc<SharedLease>)>,
    /// `None`: of a closed store.
    now: Option<Arc<SharedLease>>,
    /// Those that are not read to their end yet.
    left: Vec<Arc<dyn AnyTenant>>,
    position: usize,
    at: u64,
}

impl AnyTeller {
    pub(super) fn new(registry: &Arc<Registry>, wish: AnyWish) -> Self {
        Self { registry: Arc::clone(registry), wish }
    }

    /// What it tells of, as of this instant.
    pub(super) fn view(&self) -> StoreView {
        StoreView::open(&self.registry, self.wish.realm.clone())
    }
}

impl AnyReplay {
    fn first(&self) -> Option<Moment> {
        match &self.before {
            Some((first, _)) => Some(*first),
            None => self.now.as_ref().map(|now| now.lease().moment()),
        }
    }
}

impl Subject for AnyTeller {
    type Event = AnyEvent;
    type Replay = AnyReplay;

    fn watched(&self) -> &str {
        &self.wish.names
    }

    fn seat(&self, buffer: usize) -> Seat {
        let (hub, interest) = (Arc::clone(self.registry.hub()), self.wish.interest());
        let follower = Follower::new(self.registry.timeline(), buffer, hub.among(&interest));
        hub.put(&interest, follower.waiter());
        Seat::new(follower, move |waiter| hub.take_down(&interest, waiter))
    }

    fn closed_at(&self) -> Option<u64> {
        self.registry.closed_at()
    }

    fn ended(&self) {
        self.registry.wind_up();
    }

    fn read(&self, revision: u64, entry: Entry<'_>, into: &mut Ahead<AnyEvent>) {
        let source = entry.source::<Weak<dyn AnyTenant>>();
        let Some(tenant) = source.and_then(Weak::upgrade) else { return };
        if self.wish.wants_collection(tenant.name()) {
            if let Some(event) = tenant.read(revision, entry, &self.wish) {
                *into.place() = Some(event);
            }
        }
    }

    fn passes(&self, _event: &AnyEvent) -> bool {
        true
    }

    fn replay(&self, before: Option<AnyReplay>) -> AnyReplay {
        let (at, view) = (coarse_now(), self.view());
        let mut left = self.registry.all_as_of(&self.wish.names, view.revision());
        let before = before.and_then(|before| Some((before.first()?, before.now?)));
        if let (Some((_, before)), 1..) = (&before, view.revision()) {
            // What was removed from those that are not there any more comes first.
            let were = self.registry.all_as_of(&self.wish.names, before.lease().revision());
            left.extend(were.into_iter().filter(|it| !was_open(it, view.revision())));
        }
        AnyReplay { before, now: view.into_lease(), left, position: 0, at }
    }

    fn read_on(&self, replay: &mut AnyReplay, into: &mut Ahead<AnyEvent>) -> bool {
        let (Some(now), Some(tenant)) = (&replay.now, replay.left.last()) else { return false };
        let before = replay.before.as_ref().map(|(first, before)| (*first, before));
        let views = (before, now);
        let from = replay.position;
        let next = tenant.read_view(views, from, WATCH_AHEAD, replay.at, &self.wish, into);
        if next.is_none() {
            replay.left.pop();
        }
        replay.position = next.unwrap_or(0);
        true
    }

    fn revision_of(&self, replay: &AnyReplay) -> u64 {
        replay.now.as_ref().map_or(0, |now| now.lease().revision())
    }
}
