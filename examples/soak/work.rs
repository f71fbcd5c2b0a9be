//! What the threads do: write, read, hold on, build and tear down.

use std::collections::VecDeque;
use std::thread;
use std::time::Instant;

use folio::{Collection, Forked, Op, Snapshot};

use crate::entry::Entry;

/// Where a thread works, and until when.
pub(crate) struct Place<'c> {
    pub(crate) documents: &'c Collection<u64, Entry>,
    pub(crate) keys: u64,
    pub(crate) end: Instant,
    pub(crate) seed: u64,
}

impl Place<'_> {
    pub(crate) fn is_over(&self) -> bool {
        Instant::now() >= self.end
    }

    /// Until the collection has been written to so many times more, or the round is over.
    pub(crate) fn wait_for_writes(&self, writes: u64) {
        let enough = self.documents.stats().writes + writes;
        while self.documents.stats().writes < enough && !self.is_over() {
            thread::yield_now();
        }
    }

    pub(crate) fn dice(&self) -> Dice {
        Dice { state: self.seed }
    }
}

/// Every way to write, on keys that others write as well.
pub(crate) fn write(place: &Place<'_>) {
    let (documents, mut dice) = (place.documents, place.dice());
    while !place.is_over() {
        for _ in 0..BATCH {
            let (key, serial) = (dice.below(place.keys), dice.below(1 << 40));
            let entry = Entry::new(key, serial);
            // A refusal is an answer too: the document was there, was not, or had changed.
            let _done = match dice.below(20) {
                0..=4 => documents.set(key, entry).is_ok(),
                5 => documents.create(key, entry).is_ok(),
                6 => documents.replace(&key, entry).is_ok(),
                7..=8 => documents.update(&key, Entry::next).is_ok(),
                9 => {
                    documents.upsert_with(key, |old| old.map_or(entry_of(key), Entry::next)).is_ok()
                }
                10..=11 => conditional(documents, key, entry),
                12 => documents.compute(key, |old| toggled(key, old)).is_ok(),
                13 => documents.remove_if(&key, |old| old.serial(key) % 2 == 0).is_ok(),
                _ => documents.remove(&key).is_ok(),
            };
        }
    }
}

fn conditional(documents: &Collection<u64, Entry>, key: u64, entry: Entry) -> bool {
    let Some(seen) = documents.get(&key).map(|found| found.revision()) else { return false };
    if entry.serial(key) % 2 == 0 {
        documents.compare_and_remove(&key, seen).is_ok()
    } else {
        documents.compare_and_set(&key, seen, entry).is_ok()
    }
}

fn entry_of(key: u64) -> Entry {
    Entry::new(key, 1)
}

fn toggled(key: u64, old: Option<&Entry>) -> Op<Entry> {
    match old {
        Some(old) if old.serial(key) % 2 == 0 => Op::Remove,
        Some(_) => Op::Keep,
        None => Op::Put(entry_of(key)),
    }
}

/// Every way to read. Whatever is found has to be whole, and of the key that was asked for.
pub(crate) fn read(place: &Place<'_>) {
    let (documents, mut dice) = (place.documents, place.dice());
    let mut kept: VecDeque<Snapshot<u64, Entry>> = VecDeque::new();
    while !place.is_over() {
        for _ in 0..BATCH {
            let key = dice.below(place.keys);
            if let Some(found) = documents.get(&key) {
                found.look(key);
                if dice.below(16) == 0 {
                    kept.push_back(found.snapshot());
                }
            }
        }
        let keys: Vec<u64> = (0..64).map(|_| dice.below(place.keys)).collect();
        let pinned = documents.pin();
        for (found, key) in pinned.get_many(&keys).zip(&keys) {
            if let Some(found) = found {
                found.look(*key);
            }
        }
        drop(pinned);
        walk(documents, &mut dice);
        for old in kept.drain(..kept.len().saturating_sub(KEPT_MAX)) {
            old.look(*old.key());
        }
    }
}

/// A part of the collection, in one of the ways there are to walk over it.
fn walk(documents: &Collection<u64, Entry>, dice: &mut Dice) {
    match dice.below(64) {
        0 => {
            let all = documents.iter().inspect(|found| found.look(*found.key()));
            let _counted = all.count();
        }
        1 => {
            let some = documents.stream(16).take(500);
            some.for_each(|found| found.look(*found.key()));
        }
        2 => {
            let mut cursor = documents.cursor();
            let forth: Vec<u64> = cursor.by_ref().take(50).map(|found| *found.key()).collect();
            let mut back: Vec<u64> =
                std::iter::from_fn(|| cursor.prev()).map(|found| *found.key()).collect();
            back.reverse();
            assert!(forth.starts_with(&back) || back.starts_with(&forth), "{forth:?} {back:?}");
        }
        _ => {}
    }
}

/// Holds views and pins while others write, and compares what they show before and after.
pub(crate) fn hold(place: &Place<'_>) {
    let (documents, mut dice) = (place.documents, place.dice());
    while !place.is_over() {
        let sample: Vec<u64> = (0..256).map(|_| dice.below(place.keys)).collect();
        let view = documents.view();
        let before = shown(&sample, |key| Some(view.get(key)?.serial(*key)));
        let (len, copy) = (view.len(), view.clone());
        let pinned = documents.pin();
        let stalled = pinned.get(&sample[0]);
        place.wait_for_writes(WRITES_HELD);
        if let Some(stalled) = stalled {
            stalled.look(sample[0]);
        }
        drop(pinned);
        place.wait_for_writes(WRITES_HELD);
        drop(view);
        assert_eq!(before, shown(&sample, |key| Some(copy.get(key)?.serial(*key))), "a view moved");
        assert_eq!(len, copy.iter().count(), "a view's length is not what it shows");
    }
}

fn shown(keys: &[u64], show: impl Fn(&u64) -> Option<u64>) -> Vec<Option<u64>> {
    keys.iter().map(show).collect()
}

/// Makes collections grow, shrink, fork, close and go, and lets the shared one swell with them.
pub(crate) fn build(place: &Place<'_>) {
    let mut dice = place.dice();
    while !place.is_over() {
        let first = place.keys + dice.below(1 << 20);
        let band = first..first + BAND;
        let own: Collection<u64, Entry> = band.clone().map(|key| (key, entry_of(key))).collect();
        let shared = place.documents;
        for key in band.clone() {
            assert!(shared.create(key, entry_of(key)).is_ok(), "nobody else has these keys");
        }
        let fork = own.fork_with(|key, _| match key % 3 {
            0 => Forked::Keep,
            1 => Forked::Drop,
            _ => Forked::Replace(entry_of(*key)),
        });
        let fork = fork.expect("the collection is open");
        for key in band.clone().rev() {
            let gone = shared.remove(&key).expect("the collection is open");
            gone.expect("nobody else has these keys").look(key);
        }
        let kept = fork.get(&(first + 2)).map(|found| found.snapshot());
        own.close();
        assert_eq!(own.iter().count(), 0, "a closed collection shows nothing");
        drop((own, fork));
        if let Some(kept) = kept {
            kept.look(*kept.key());
        }
    }
}

/// Chance, the same for the same seed (`SplitMix64`).
pub(crate) struct Dice {
    state: u64,
}

impl Dice {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// How many keys one of the builders uses besides.
pub(crate) const BAND: u64 = 2_000;
const BATCH: usize = 64;
const KEPT_MAX: usize = 256;
const WRITES_HELD: u64 = 2_000;
