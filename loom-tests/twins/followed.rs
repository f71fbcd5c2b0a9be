//! The feed as the models use it: what a watch does, with numbers for documents.

use std::sync::atomic::{AtomicBool as Flag, Ordering::Relaxed};
use std::task::{Wake, Waker};

use crate::feed::{Follower, Gap, Interest, Next};
use crate::protocol::note::{Entry, Note};
use crate::reclaim::ReadPin;
use crate::shelf::Shelf;
use crate::sync::Arc;

/// What was told: revision, and the document before and after.
pub(crate) type Told = (u64, Option<u64>, Option<u64>);

impl Shelf {
    /// Begins to follow, from the next write on.
    pub(crate) fn follow(&self) -> Follower {
        let among = self.rooms().board.among(&Interest::All);
        Follower::new(self.timeline(), 0, among)
    }

    pub(crate) fn watch(&self) -> Watch {
        let follower = self.follow();
        self.rooms().board.put(&Interest::All, follower.waiter());
        let (shelf, woken) = (self.clone(), Arc::default());
        Watch { shelf, follower, woken, is_asleep: false, most: usize::MAX }
    }

    /// Puts something in the feed that is no document.
    pub(crate) fn announce(&self) {
        let pin = ReadPin::new();
        let note = Note { origin: self.rooms().roster.origin(), count: 0, up_to: 0 };
        self.timeline().announce(note, &pin);
    }

    /// Moves the tail of the feed on by one step. Says whether there is nothing left to be done.
    pub(crate) fn tend(&self) -> bool {
        self.rooms().tend()
    }

    /// Moves the tail on as far as it goes, when nobody is pinned.
    pub(crate) fn catch_up(&self) {
        for _ in 0..4 {
            self.tend();
        }
    }

    /// Lets one revision pass that is nobody's, and moves the tail on.
    pub(crate) fn pass(&self) {
        self.timeline().draw();
        self.tend();
    }

    /// Reads on to the present. Who asks gets the tale so far, and what was missed.
    pub(crate) fn read(&self, follower: &mut Follower) -> (Vec<Told>, Option<Gap>) {
        self.read_some(follower, usize::MAX)
    }

    /// The same, so many changes at most.
    fn read_some(&self, follower: &mut Follower, most: usize) -> (Vec<Told>, Option<Gap>) {
        let mut told = Vec::new();
        let pin = ReadPin::new();
        while told.len() < most {
            match follower.next(&pin) {
                Next::Committed(revision, entry) => told.extend(self.tell(revision, entry)),
                Next::Nothing => return (told, None),
                Next::Lagged(gap) => return (told, Some(gap)),
            }
        }
        (told, None)
    }

    /// The same of a feed that goes far enough.
    pub(crate) fn read_all(&self, follower: &mut Follower) -> Vec<Told> {
        let (told, gap) = self.read(follower);
        assert_eq!(gap, None, "lagged");
        told
    }

    /// What is told of a change, if it happened here.
    pub(crate) fn tell(&self, revision: u64, entry: Entry<'_>) -> Option<Told> {
        let committed = self.rooms().committed(entry)?;
        assert_eq!(committed.new.revision(), revision, "F4: it counts under its revision");
        let value = |value: &crate::payload::Value| value.number();
        let old = committed.old.and_then(|old| old.get().value().map(value));
        Some((revision, old, committed.new.get().value().map(value)))
    }
}

/// A follower that sleeps when there is nothing.
pub(crate) struct Watch {
    shelf: Shelf,
    follower: Follower,
    woken: Arc<Woken>,
    is_asleep: bool,
    most: usize,
}

/// Whether it was woken since it last looked.
#[derive(Default)]
struct Woken(Flag);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Relaxed);
    }
}

impl Watch {
    /// Takes one change at a time from now on.
    pub(crate) fn one_by_one(mut self) -> Self {
        self.most = 1;
        self
    }

    /// Looks, and falls asleep if there is nothing, as the seat of a watch does.
    pub(crate) fn poll(&mut self) -> Result<Vec<Told>, Gap> {
        self.woken.0.store(false, Relaxed);
        self.is_asleep = false;
        self.follower.come_back();
        if let Some(gap) = self.follower.lag() {
            return Err(gap);
        }
        let found = self.look()?;
        if !found.is_empty() {
            return Ok(found);
        }
        self.follower.doze(&Waker::from(Arc::clone(&self.woken)));
        let found = self.look()?;
        self.is_asleep = found.is_empty();
        if !self.is_asleep {
            self.follower.stay_awake();
        }
        Ok(found)
    }

    fn look(&mut self) -> Result<Vec<Told>, Gap> {
        match self.shelf.read_some(&mut self.follower, self.most) {
            (told, Some(gap)) if told.is_empty() => Err(gap),
            (told, _) => Ok(told),
        }
    }

    /// Whether it found nothing when it looked last.
    pub(crate) fn is_asleep(&self) -> bool {
        self.is_asleep
    }

    pub(crate) fn is_woken(&self) -> bool {
        self.woken.0.load(Relaxed)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.shelf.rooms().board.take_down(&Interest::All, self.follower.waiter());
    }
}
