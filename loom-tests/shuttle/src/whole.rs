//! The whole protocol at once: writers, a viewer, an owner, a maintainer, a close.
//!
//! Two writers take their own keys through a history that they write down, a key together that
//! each adds to, and one that they set and remove as they like. A viewer checks that each view is
//! one instant of both histories, no older than what had returned before it, that it repeats
//! itself, and that gets and walks agree. At the end nothing is left over.

use std::collections::BTreeMap;
use std::ops::Range;

use shuttle::rand::{Rng, thread_rng};

use crate::base::{JoinHandle, spawn};
use crate::check::check;
use crate::commit::{Expect, Refusal};
use crate::execution::World;
use crate::ledger::{Ledger, Pair};
use crate::payload::{Key, Value};
use crate::protocol::node::NodeRef;
use crate::protocol::node::Owned;
use crate::reclaim::ReadPin;
use crate::shelf::{Numbers, Shelf, View, number};

/// What all threads of a model share.
#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) shelf: Shelf,
    ledgers: [Ledger; 2],
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self::of(Shelf::new())
    }

    pub(crate) fn of(shelf: Shelf) -> Self {
        Self { shelf, ledgers: [Ledger::new([1, 2]), Ledger::new([3, 4])] }
    }

    /// One write to a key of one's own.
    fn write_own(&self, ledger: &Ledger, value: u64) -> Result<(), Refusal> {
        let which = thread_rng().gen_range(0..2);
        let there = ledger.last()[which].is_some();
        let next = (!there || thread_rng().gen_range(0..3) > 0).then_some(value);
        let expect = if next.is_some() { Expect::Anything } else { Expect::Present };
        ledger.begin(which, next);
        match self.shelf.write(ledger.keys[which], next, expect, Numbers::of) {
            Ok(_) => {
                ledger.done();
                Ok(())
            }
            Err(refused) => {
                ledger.undo();
                assert_eq!(refused.value.is_some(), next.is_some(), "the value is lost");
                Err(refused.why)
            }
        }
    }

    /// Adds one to the counter, whatever it takes.
    fn add(&self) -> Result<(), Refusal> {
        loop {
            let seen = {
                let pin = ReadPin::new();
                self.shelf.find(COUNTER, &pin).map(|node| (node.revision(), number(node)))
            };
            let (expect, value) = match seen {
                Some((revision, value)) => (Expect::Revision(revision), value + 1),
                None => (Expect::Absent, 1),
            };
            match self.shelf.set_if(COUNTER, value, expect) {
                Ok(_) => return Ok(()),
                Err(refused) if refused.why == Refusal::Closed => return Err(Refusal::Closed),
                Err(_) => {}
            }
        }
    }

    /// Sets or removes the key that anybody may.
    fn toss(&self, value: u64) -> Result<(), Refusal> {
        let value = thread_rng().gen_bool(0.5).then_some(value);
        let expect = if value.is_some() { Expect::Anything } else { Expect::Present };
        match self.shelf.write(COMMON, value, expect, |it| {
            (Numbers::of(it), it.before.map(NodeRef::own), it.node.own())
        }) {
            Ok((written, old, new)) => {
                assert_eq!(new.value().map(Value::number), value);
                let old = old.map(|old| old.version());
                assert_eq!(written.created, old.is_none());
                let expected = if value.is_some() { old.unwrap_or(0) + 1 } else { new.version() };
                assert_eq!(written.version, expected, "versions count the life of a key");
                Ok(())
            }
            Err(refused) if refused.why == Refusal::Found(None) => Ok(()),
            Err(refused) => Err(refused.why),
        }
    }

    /// Returns how often it added to the counter.
    pub(crate) fn writer(&self, which: usize) -> u64 {
        let mut added = 0;
        for step in 0..WRITES {
            let value = 10 * step + 1;
            let wrote = match thread_rng().gen_range(0..5) {
                0 => self.toss(value),
                1 => self.add().inspect(|()| added += 1),
                _ => self.write_own(&self.ledgers[which], value),
            };
            match wrote {
                Ok(()) => {}
                Err(Refusal::Closed) => break,
                Err(why) => panic!("refused: {why:?}"),
            }
        }
        added
    }

    pub(crate) fn maintainer(&self) {
        for _ in 0..4 {
            self.shelf.rooms().sweep_all(thread_rng().gen_range(1..4));
        }
    }

    fn viewer(&self) {
        let mut eye = Eye { scene: self, bounds: [0, 0], views: Vec::new(), owners: Vec::new() };
        for _ in 0..4 {
            match thread_rng().gen_range(0..5) {
                0 => eye.look(),
                1 => eye.own(),
                2 => eye.keep(),
                _ => eye.open(),
            }
            eye.look_back();
        }
    }

    /// Everything is still there, and nothing else, when all is quiet.
    pub(crate) fn finish(&self, added: u64) {
        let pin = ReadPin::new();
        for ledger in &self.ledgers {
            let now = ledger.keys.map(|key| self.shelf.find(key, &pin).map(number));
            assert_eq!(now, ledger.last(), "the last write is lost");
        }
        let counted = self.shelf.find(COUNTER, &pin).map_or(0, number);
        assert_eq!(counted, added, "lost update");
        drop(pin);
        self.shelf.settle();
    }
}

/// Who looks, and how far it has seen.
struct Eye<'a> {
    scene: &'a Scene,
    /// For each ledger, the state before which nothing may be seen any more.
    bounds: [usize; 2],
    views: Vec<(View, BTreeMap<u64, u64>)>,
    owners: Vec<(Owned<Key, Value>, u64, u64)>,
}

impl Eye<'_> {
    /// A live read of one key.
    fn look(&mut self) {
        self.catch_up();
        let (ledger, which) = (thread_rng().gen_range(0..2), thread_rng().gen_range(0..2));
        let history = &self.scene.ledgers[ledger];
        let seen = self.scene.shelf.get(history.keys[which]);
        if seen.is_none() && self.scene.shelf.rooms().is_closed() {
            return;
        }
        self.bounds[ledger] = history.find_one(self.bounds[ledger], which, seen);
    }

    fn own(&mut self) {
        let key = thread_rng().gen_range(KEYS);
        let pin = ReadPin::new();
        let found = self.scene.shelf.find(key, &pin);
        self.owners.extend(found.map(|node| (node.own(), key, number(node))));
    }

    fn open(&mut self) {
        self.catch_up();
        if let Some(lease) = self.scene.shelf.rooms().open_view() {
            let view = View::of(&self.scene.shelf, lease);
            self.examine(view);
        }
    }

    /// Reads a key as of a pinned instant, and turns that into a view.
    fn keep(&mut self) {
        self.catch_up();
        let pin = ReadPin::new();
        let (rooms, timeline) = (self.scene.shelf.rooms(), self.scene.shelf.timeline());
        let now = timeline.now();
        // The instant first, then the close: what is stamped after it is shown to nobody (I5).
        if rooms.closing.closed_at(timeline).is_some_and(|closed| closed <= now) {
            return;
        }
        let key = thread_rng().gen_range(KEYS);
        let seen = self.scene.shelf.at(key, now, &pin);
        let view = View::keep(&self.scene.shelf, now, &pin);
        drop(pin);
        assert_eq!(view.get(key), seen, "a view that changes");
        self.examine(view);
    }

    /// A view is one instant of both histories, and gets and walks agree on it.
    fn examine(&mut self, view: View) {
        let seen: BTreeMap<u64, u64> = KEYS.filter_map(|key| Some((key, view.get(key)?))).collect();
        for (ledger, history) in self.scene.ledgers.iter().enumerate() {
            let pair: Pair = history.keys.map(|key| seen.get(&key).copied());
            self.bounds[ledger] = history.find(self.bounds[ledger], pair);
        }
        let walked = view.walk();
        assert_eq!(walked.len(), seen.len(), "a walk meets each document once: {walked:?}");
        assert_eq!(walked.into_iter().collect::<BTreeMap<_, _>>(), seen, "walk and gets differ");
        self.views.push((view, seen));
    }

    /// What was seen before is still the same; some of it is let go.
    fn look_back(&mut self) {
        for (view, seen) in &self.views {
            let key = thread_rng().gen_range(KEYS);
            assert_eq!(view.get(key), seen.get(&key).copied(), "a view that changes");
        }
        for (owner, key, value) in &self.owners {
            assert_eq!((owner.key().number(), number(owner.as_ref())), (*key, *value));
        }
        if self.views.len() > 1 {
            let which = thread_rng().gen_range(0..self.views.len());
            drop(self.views.swap_remove(which));
        }
    }

    fn catch_up(&mut self) {
        for (bound, history) in self.bounds.iter_mut().zip(&self.scene.ledgers) {
            *bound = history.now().max(*bound);
        }
    }
}

/// Two writers, a viewer and a maintainer; nothing is lost, nothing is left.
#[test]
fn everything_at_once_is_consistent_and_leaves_nothing() {
    check("whole", WORLD, || {
        let scene = Scene::new();
        let writers = [0, 1].map(|which| {
            let scene = scene.clone();
            spawn(move || scene.writer(which))
        });
        let viewer = spawn_on(&scene, Scene::viewer);
        let maintainer = spawn_on(&scene, Scene::maintainer);
        let added = writers.map(|writer| writer.join().unwrap()).iter().sum();
        viewer.join().unwrap();
        maintainer.join().unwrap();
        scene.finish(added);
    });
}

/// The same with a close at any instant: what was in time is there to be seen by older views, what
/// was not came back to its writer, and nobody reads live any more.
#[test]
fn close_at_any_instant_cuts_history_in_one_place() {
    check("close", WORLD, || {
        let scene = Scene::new();
        let writers = [0, 1].map(|which| {
            let scene = scene.clone();
            spawn(move || scene.writer(which))
        });
        let viewer = spawn_on(&scene, Scene::viewer);
        let ending = spawn_on(&scene, |scene| {
            // R2: the revision was drawn under the pin under which it enters a slot.
            let pin = ReadPin::new();
            let closed = scene.shelf.close();
            View::keep(&scene.shelf, closed, &pin)
        });
        for writer in writers {
            writer.join().unwrap();
        }
        let closed = ending.join().unwrap();
        viewer.join().unwrap();
        // The last instant of the collection is that of the last writes in time.
        for ledger in &scene.ledgers {
            let last = ledger.keys.map(|key| closed.get(key));
            assert_eq!(last, ledger.last(), "a write that returned is beyond the close");
        }
        drop(closed);
        assert!(
            KEYS.into_iter().all(|key| scene.shelf.get(key).is_none()),
            "a closed collection shows nothing"
        );
        assert!(scene.shelf.rooms().open_view().is_none());
        scene.shelf.settle();
    });
}

/// Owners outlive the collection, which goes while others still look at what they own.
#[test]
fn owners_outlive_the_collection() {
    check("owners", WORLD, || {
        let scene = Scene::new();
        let writer = spawn_on(&scene, |scene| scene.writer(0));
        let owner = |scene: &Scene| {
            let mut eye = Eye { scene, bounds: [0, 0], views: Vec::new(), owners: Vec::new() };
            for _ in 0..4 {
                eye.own();
                eye.look_back();
            }
            eye.owners
        };
        let first = spawn_on(&scene, owner);
        let second = spawn_on(&scene, owner);
        let mut owners = owner(&scene);
        drop(scene);
        owners.extend(first.join().unwrap());
        writer.join().unwrap();
        owners.extend(second.join().unwrap());
        for (owner, key, value) in owners {
            assert_eq!((owner.key().number(), number(owner.as_ref())), (key, value));
        }
    });
}

pub(crate) fn spawn_on<T: Send + 'static>(
    scene: &Scene,
    thread: impl FnOnce(&Scene) -> T + Send + 'static,
) -> JoinHandle<T> {
    let scene = scene.clone();
    spawn(move || thread(&scene))
}

const COUNTER: u64 = 5;
const COMMON: u64 = 6;
pub(crate) const KEYS: Range<u64> = 1..7;
const WORLD: World = World { threads: 5, shards: 2, reuse: false };
const WRITES: u64 = 8;
