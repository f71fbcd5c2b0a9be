//! Somebody who rebuilds a collection from what a watch tells.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::Duration;

use folio::{Cause, Event, EventKind, Revision, View, Watch, WatchError};

use crate::watch::Stock;
use crate::watch::journal::Journal;

/// How somebody listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    Fast,
    /// Rests now and then.
    Slow,
    /// With a small buffer.
    Small,
    /// To odd keys only.
    Odd,
    /// Drops the watch now and then, and goes on from where it was.
    Resumed,
    /// It is called.
    Called,
}

/// What somebody has heard.
pub(super) struct Listener {
    pub(super) manner: Manner,
    pub(super) events: u64,
    pub(super) lags: u64,
    watch: Option<Watch<u64, u64>>,
    /// Revision and value by key.
    replica: BTreeMap<u64, (u64, u64)>,
    /// The last revision that the replica is of.
    seen: u64,
    /// What was told in this round: key and value by revision.
    put: BTreeMap<u64, (u64, u64)>,
    /// Documents that were told to be removed one by one: their revisions and keys.
    removed: Vec<(u64, u64)>,
    /// Revisions that are covered by a lag: from one after the first up to the second.
    covered: Vec<(u64, u64)>,
}

impl Listener {
    pub(super) fn new(stock: &Stock, manner: Manner) -> Self {
        let builder = stock.watch();
        let watch = match manner {
            Manner::Small => Some(builder.buffer(64).subscribe()),
            Manner::Odd => {
                let is_odd = |event: &Event<u64, u64>| event.key().is_none_or(|key| key % 2 == 1);
                Some(builder.filter(is_odd).subscribe())
            }
            Manner::Called => None,
            _ => Some(builder.subscribe()),
        };
        Self {
            manner,
            events: 0,
            lags: 0,
            watch,
            replica: BTreeMap::new(),
            seen: 0,
            put: BTreeMap::new(),
            removed: Vec::new(),
            covered: Vec::new(),
        }
    }

    /// Listens until the round is over.
    pub(super) fn listen(&mut self, stock: &Stock, round: u64) {
        while !self.has_heard(round) {
            let mut watch = self.lend();
            let item = watch.recv();
            self.go_on(item, watch, stock);
        }
    }

    /// The watch, to take the next item from.
    pub(super) fn lend(&mut self) -> Watch<u64, u64> {
        self.watch.take().expect("it is not called, and has got it back")
    }

    /// Whether the end of the round was told.
    pub(super) fn has_heard(&self, round: u64) -> bool {
        self.replica.get(&END).is_some_and(|(_, found)| *found == round)
    }

    /// Takes what the watch has just told, and the watch back.
    pub(super) fn go_on(&mut self, item: Item, mut watch: Watch<u64, u64>, stock: &Stock) {
        if self.take(item) {
            self.show(&watch.resync());
        }
        match self.manner {
            Manner::Slow if self.events % 512 == 0 => {
                thread::park_timeout(Duration::from_millis(1));
            }
            Manner::Resumed if self.events % 300 == 0 => {
                drop(watch);
                let next = Revision::new(self.seen + 1).expect("from 1 on");
                watch = stock.watch().from(next).subscribe();
            }
            _ => {}
        }
        self.watch = Some(watch);
    }

    /// Takes what the callback was told.
    pub(super) fn called(&mut self, item: Item, stock: &Stock) {
        // A view that was read after a lag shows this already.
        let is_old = item.as_ref().is_ok_and(|event| event.revision.get() <= self.seen);
        if !is_old && self.take(item) {
            self.show(&stock.view());
        }
    }

    /// Says whether something was missed.
    fn take(&mut self, item: Item) -> bool {
        match item {
            Ok(event) => {
                assert!(event.revision.get() > self.seen, "{:?}: {event:?}", self.manner);
                self.hear(&event);
                false
            }
            Err(WatchError::Lagged { missed, resume_at }) => {
                // What is called has read a view that may show more than that.
                let is_ahead = resume_at.get() > self.seen || self.manner == Manner::Called;
                assert!(missed > 0 && is_ahead);
                self.lags += 1;
                true
            }
            Err(other) => panic!("{other}"),
        }
    }

    fn hear(&mut self, event: &Event<u64, u64>) {
        self.events += 1;
        self.seen = event.revision.get();
        let known = event.key().and_then(|key| self.replica.remove(key));
        let old = event.old().map(|old| (old.revision().get(), **old));
        assert_eq!(known, old, "{:?}: {event:?}", self.manner);
        match &event.kind {
            EventKind::Created { new } | EventKind::Updated { new, .. } => {
                assert_eq!(new.revision(), event.revision);
                self.replica.insert(*new.key(), (self.seen, **new));
                self.put.insert(self.seen, (*new.key(), **new));
            }
            EventKind::Removed { old, cause: Cause::Deleted } => {
                self.removed.push((old.revision().get(), *old.key()));
            }
            EventKind::Removed { cause, .. } => assert_eq!(*cause, Cause::Cleared),
            EventKind::Cleared { up_to, .. } => {
                assert!(self.replica.values().all(|(revision, _)| revision > up_to));
            }
            other => panic!("a kind that nobody knows: {other:?}"),
        }
    }

    /// Takes over what a view shows, in place of what was missed.
    fn show(&mut self, view: &View<u64, u64>) {
        let wanted = view.iter().filter(|found| self.wants(*found.key()));
        self.replica =
            wanted.map(|found| (*found.key(), (found.revision().get(), *found))).collect();
        self.covered.push((self.seen, view.revision()));
        self.seen = view.revision();
    }

    fn wants(&self, key: u64) -> bool {
        self.manner != Manner::Odd || key % 2 == 1
    }

    /// That the replica is the collection, and that every write of the round was told, or is
    /// covered. Nobody writes.
    pub(super) fn check(&mut self, journal: &Journal, stock: &Stock) {
        let manner = self.manner;
        let there = stock.iter().filter(|found| self.wants(*found.key()));
        let there: BTreeMap<_, _> =
            there.map(|found| (*found.key(), (found.revision().get(), *found))).collect();
        assert_eq!(self.replica, there, "{manner:?}");
        let index = stock.index("rest").expect("it stays");
        for rest in 0..10 {
            let found = index.get(rest).map(|found| *found.key()).filter(|key| self.wants(*key));
            let has_rest = self.replica.iter().filter(|(_, (_, number))| number % 10 == rest);
            let expected: BTreeSet<_> = has_rest.map(|(key, _)| *key).collect();
            assert_eq!(found.collect::<BTreeSet<_>>(), expected, "{manner:?}");
        }
        let covered = std::mem::take(&mut self.covered);
        let is_covered = |it: u64| covered.iter().any(|(from, to)| *from < it && it <= *to);
        for (revision, (key, number)) in &journal.put {
            let told = self.put.remove(revision);
            let is_missing = told.is_none() && (!self.wants(*key) || is_covered(*revision));
            assert!(is_missing || told == Some((*key, *number)), "{manner:?}: {revision}");
        }
        assert_eq!(self.put, BTreeMap::new(), "{manner:?}: nobody wrote that");
        let removed: BTreeMap<_, _> = std::mem::take(&mut self.removed).into_iter().collect();
        for (revision, key) in &removed {
            assert_eq!(journal.removed.get(revision), Some(key), "{manner:?}: {revision}");
        }
        for (revision, key) in &journal.removed {
            // What was removed is older than its removal.
            let is_missing = !self.wants(*key) || covered.iter().any(|(_, to)| revision < to);
            assert!(is_missing || removed.contains_key(revision), "{manner:?}: {revision}");
        }
    }
}

type Item = Result<Event<u64, u64>, WatchError>;

/// The key that is written at the end of a round. Nobody else writes it.
pub(super) const END: u64 = 1_000_001;
