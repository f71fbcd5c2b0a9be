//! The feed in the whole: replicas follow while everything else goes on.
//!
//! A replica knows the documents by what it is told alone: whatever was before a change is what it
//! knows, so nothing is left out and nothing comes twice; when it has missed something it is told
//! so, and begins again with a view. In the end it knows what there is.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool as Flag, Ordering::Relaxed};
use std::task::{Wake, Waker};

use shuttle::rand::{Rng, thread_rng};

use crate::base::{JoinHandle, spawn};
use crate::check::check;
use crate::execution::World;
use crate::feed::{Follower, Interest, Next};
use crate::payload::Value;
use crate::protocol::note::Entry;
use crate::reclaim::ReadPin;
use crate::shelf::{Shelf, View};
use crate::sync::Arc;
use crate::whole::{KEYS, Scene, spawn_on};

struct Replica {
    shelf: Shelf,
    follower: Follower,
    /// Numbers that it looks at under one pin.
    most: usize,
    documents: BTreeMap<u64, u64>,
    last: u64,
    woken: Arc<Woken>,
    is_asleep: bool,
    end: Option<End>,
}

/// Whether it was woken since it last looked.
#[derive(Default)]
struct Woken(Flag);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Relaxed);
    }
}

/// Why a replica does not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// It knows all that was there.
    Closed,
    /// It had missed something, and could not begin again.
    TooLate,
}

enum Found {
    Some,
    Nothing,
    Gap,
    Closed,
}

impl Replica {
    /// Of a collection without documents, to which nobody writes yet.
    fn new(shelf: &Shelf, most: usize) -> Self {
        let follower = shelf.follow();
        shelf.rooms().board.put(&Interest::All, follower.waiter());
        Self {
            shelf: shelf.clone(),
            follower,
            most,
            documents: BTreeMap::new(),
            last: 0,
            woken: Arc::default(),
            is_asleep: false,
            end: None,
        }
    }

    /// Of one that is in use.
    fn late(shelf: &Shelf, most: usize) -> Self {
        let mut replica = Self::new(shelf, most);
        replica.begin_again();
        replica
    }

    fn begin_again(&mut self) {
        let Some(lease) = self.shelf.rooms().open_view() else {
            self.end = Some(End::TooLate);
            return;
        };
        let view = View::of(&self.shelf, lease);
        self.follower.go_to(view.revision() + 1);
        self.documents = view.walk().into_iter().collect();
        self.last = view.revision();
    }

    /// Looks, and falls asleep if there is nothing, as a watch does. Says whether there was
    /// anything.
    fn poll(&mut self) -> bool {
        self.woken.0.store(false, Relaxed);
        self.is_asleep = false;
        if self.end.is_some() {
            return false;
        }
        self.follower.come_back();
        let mut found = match self.follower.lag() {
            Some(_) => Found::Gap,
            None => self.look(),
        };
        if let Found::Nothing = found {
            self.follower.doze(&Waker::from(Arc::clone(&self.woken)));
            found = self.look();
            self.is_asleep = matches!(found, Found::Nothing);
            if !self.is_asleep {
                self.follower.stay_awake();
            }
        }
        match found {
            Found::Gap => self.begin_again(),
            Found::Closed => self.end = Some(End::Closed),
            Found::Some | Found::Nothing => {}
        }
        !matches!(found, Found::Nothing)
    }

    fn look(&mut self) -> Found {
        let pin = ReadPin::new();
        let mut found = Found::Nothing;
        for _ in 0..self.most {
            let next = self.follower.next(&pin);
            // I5: looked at after the revision.
            let closed = self.shelf.rooms().closing.closed_at(self.shelf.timeline());
            match (next, closed) {
                (Next::Lagged(_), _) => return Found::Gap,
                (Next::Nothing, None) => return found,
                (Next::Nothing, Some(closed)) if self.follower.position() <= closed => {}
                (Next::Nothing, Some(_)) => return Found::Closed,
                (Next::Committed(revision, _), Some(closed)) if closed < revision => {
                    return Found::Closed;
                }
                (Next::Committed(revision, entry), _) => {
                    self.apply(revision, entry);
                    found = Found::Some;
                }
            }
        }
        Found::Some
    }

    fn apply(&mut self, revision: u64, entry: Entry<'_>) {
        assert!(revision > self.last, "out of order");
        self.last = revision;
        let committed = self.shelf.rooms().committed(entry).expect("there is one only");
        let key = committed.new.key().number();
        let old = committed.old.and_then(|old| old.get().value().map(Value::number));
        let known = match committed.new.get().value() {
            Some(value) => self.documents.insert(key, value.number()),
            None => self.documents.remove(&key),
        };
        assert_eq!(known, old, "a hole, or a repetition, at {revision} of {key}");
    }

    /// Goes on for a while; now and then everything is given up, and begun anew.
    fn follow(mut self, steps: usize) -> Self {
        for _ in 0..steps {
            self.poll();
            if thread_rng().gen_range(0..8) == 0 {
                let (shelf, most) = (self.shelf.clone(), self.most);
                drop(self);
                self = Self::late(&shelf, most);
            }
        }
        self
    }

    /// All is quiet: reads the rest, which it was woken for, and knows what there is then.
    fn finish(mut self, expected: &BTreeMap<u64, u64>) {
        let sleeps_on = self.is_asleep && !self.woken.0.load(Relaxed);
        let mut found = false;
        while self.end.is_none() && self.poll() {
            found = true;
        }
        assert!(!(sleeps_on && found), "it sleeps on");
        if self.end != Some(End::TooLate) {
            assert_eq!(self.documents, *expected, "the last that it was told is not what there is");
        }
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.shelf.rooms().board.take_down(&Interest::All, self.follower.waiter());
        }
    }
}

impl Scene {
    fn tender(&self) {
        for _ in 0..4 {
            self.shelf.rooms().sweep_all(thread_rng().gen_range(1..4));
            self.shelf.tend();
        }
    }

    /// Lets the feed come to its end, when nobody follows any more.
    fn end_feed(&self) {
        for _ in 0..3 {
            self.shelf.tend();
        }
        assert!(!self.shelf.timeline().ring().is_kept(), "the feed does not end");
    }
}

/// Two writers at work, and two replicas, one of which is slow and came late.
fn cast() -> (Scene, [JoinHandle<u64>; 2], [JoinHandle<Replica>; 2]) {
    let scene = Scene::of(Shelf::with_feed(4));
    let fast = Replica::new(&scene.shelf, usize::MAX);
    let writers = [0, 1].map(|which| {
        let scene = scene.clone();
        spawn(move || scene.writer(which))
    });
    let fast = spawn(move || fast.follow(6));
    let slow = spawn_on(&scene, |scene| Replica::late(&scene.shelf, 1).follow(6));
    (scene, writers, [fast, slow])
}

/// Two writers, a helper, a sweeper and two replicas, one of which is slow and came late.
#[test]
fn replicas_are_told_everything_or_that_they_are_not() {
    check("replicas", WORLD, || {
        let (scene, writers, replicas) = cast();
        let helper = spawn_on(&scene, |scene| KEYS.filter_map(|key| scene.shelf.get(key)).count());
        let tender = spawn_on(&scene, Scene::tender);
        let added = writers.map(|writer| writer.join().unwrap()).iter().sum();
        helper.join().unwrap();
        tender.join().unwrap();
        let replicas = replicas.map(|replica| replica.join().unwrap());
        let there = scene.shelf.open().walk().into_iter().collect();
        for replica in replicas {
            replica.finish(&there);
        }
        scene.end_feed();
        scene.finish(added);
    });
}

/// The same with a close at any instant: replicas come to the end, and know the last state.
#[test]
fn replicas_come_to_the_end_of_a_closed_collection() {
    check("closed replicas", WORLD, || {
        let (scene, writers, replicas) = cast();
        let ending = spawn_on(&scene, |scene| {
            // Whatever is needed at the revision of the close waits for this pin.
            let pin = ReadPin::new();
            let closed = scene.shelf.rooms().shut();
            let last = |key| Some((key, scene.shelf.at(key, closed, &pin)?));
            KEYS.filter_map(last).collect()
        });
        let tender = spawn_on(&scene, Scene::tender);
        for writer in writers {
            writer.join().unwrap();
        }
        let there = ending.join().unwrap();
        tender.join().unwrap();
        let replicas = replicas.map(|replica| replica.join().unwrap());
        for replica in replicas {
            replica.finish(&there);
        }
        scene.end_feed();
        scene.shelf.settle();
    });
}

const WORLD: World = World { threads: 7, shards: 2, reuse: false };
