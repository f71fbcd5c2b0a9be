//! A pure reader leaves the allocator and everybody's destructors alone.

use std::borrow::Borrow;
use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use folio::{Collection, View};

use crate::alone::alone;
use crate::counting::{Calls, calls};

type Documents = Collection<Key, Value>;

/// Goal: at a fixed size a read allocates nothing, frees nothing and drops nothing, whatever
/// writers do meanwhile. Method: a thread that only reads, in every way that borrows; its own
/// calls of the allocator and its own drops are counted, after its first round.
#[test]
fn a_reader_allocates_frees_and_drops_nothing_while_writers_write() {
    if alone("reader::a_reader_allocates_frees_and_drops_nothing_while_writers_write") {
        let documents = filled();
        let seen = beside_writers(&documents, 300, rewrite, || read_now(&documents));
        assert_eq!(seen, Counts { allocated: 0, freed: 0, dropped: 0 });
        assert_eq!(documents.verify(), Ok(()));
    }
}

/// Goal: the same of the reads of a view, however much is replaced under it. Method: as above.
#[test]
fn a_reader_of_a_view_allocates_frees_and_drops_nothing_while_writers_write() {
    if alone("reader::a_reader_of_a_view_allocates_frees_and_drops_nothing_while_writers_write") {
        let documents = filled();
        let view = documents.view();
        let seen = beside_writers(&documents, 50, rewrite, || read_view(&view));
        assert_eq!(seen, Counts { allocated: 0, freed: 0, dropped: 0 });
        assert!(documents.stats().retired > 0, "the view was in use");
    }
}

/// Goal: the same where keys come and go, as long as the table keeps its size. Method: as above,
/// with writers that remove and create again.
#[test]
fn a_reader_allocates_frees_and_drops_nothing_while_keys_come_and_go() {
    if alone("reader::a_reader_allocates_frees_and_drops_nothing_while_keys_come_and_go") {
        let documents = filled();
        let seen = beside_writers(&documents, 300, replant, || read_now(&documents));
        assert_eq!(seen, Counts { allocated: 0, freed: 0, dropped: 0 });
        assert_eq!(documents.verify(), Ok(()));
    }
}

/// Goal: no destructor of a key or value runs on a reader's thread even while it helps the table
/// to grow and shrink. Method: as above, with writers that fill the table and empty it again.
#[test]
fn a_reader_drops_nothing_while_the_table_grows_and_shrinks() {
    if alone("reader::a_reader_drops_nothing_while_the_table_grows_and_shrinks") {
        let documents = filled();
        let seen = beside_writers(&documents, 8, grow_and_shrink, || read_now(&documents));
        assert_eq!(seen.dropped, 0);
        assert_eq!(documents.verify(), Ok(()));
    }
}

/// What a thread has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Counts {
    allocated: u64,
    freed: u64,
    dropped: u64,
}

/// Lets a thread `read`, again and again, until two others have done `rounds` of writing each. Its
/// first round is not counted. They end after it, since the garbage of a thread that has ended is
/// everybody's.
fn beside_writers(
    documents: &Documents,
    rounds: u64,
    write: fn(&Documents, u64),
    read: impl Fn() + Sync,
) -> Counts {
    let (reads, done) = (AtomicBool::new(false), AtomicBool::new(false));
    let rounds_done = [const { AtomicU64::new(0) }; 2];
    thread::scope(|threads| {
        for writer in 0..2_usize {
            let (reads, done, rounds_done) = (&reads, &done, &rounds_done[writer]);
            threads.spawn(move || {
                write(documents, writer as u64);
                while !reads.load(Ordering::Acquire) {
                    thread::yield_now();
                }
                while rounds_done.fetch_add(1, Ordering::AcqRel) < rounds {
                    write(documents, writer as u64);
                }
                while !done.load(Ordering::Acquire) {
                    thread::yield_now();
                }
            });
        }
        let reader = threads.spawn(|| {
            read();
            let before = (calls(), DROPPED.get());
            reads.store(true, Ordering::Release);
            while rounds_done.iter().any(|done| done.load(Ordering::Acquire) < rounds) {
                read();
            }
            let (Calls { allocated, freed }, dropped) = (calls(), DROPPED.get());
            let (allocated, freed) = (allocated - before.0.allocated, freed - before.0.freed);
            Counts { allocated, freed, dropped: dropped - before.1 }
        });
        let seen = reader.join();
        done.store(true, Ordering::Release);
        seen.expect("the reader ends well")
    })
}

/// Reads the collection in every way that borrows from it.
fn read_now(documents: &Documents) {
    let keys: [u64; 4] = [3, 5, 700, 999_999];
    for number in 0..DOCUMENTS {
        let found = documents.get(&number);
        assert!(found.is_none_or(|found| found.key().number == number && found.even() < 2));
    }
    assert!(!documents.contains(&u64::MAX) && !documents.is_empty());
    let found = documents.try_get(&7).expect("it is always there");
    assert!(found.version().get() > 0 && found.revision().get() > 0);
    let pin = documents.pin();
    assert!(pin.get(&7).is_some_and(|found| found.value().even() < 2));
    assert!(pin.get_many(&keys).flatten().all(|found| found.even() < 2));
    assert!(pin.iter().take(100).all(|document| document.even() < 2));
    assert!(pin.contains(&0) && !pin.contains(&999_999));
}

/// Reads a view in every way that borrows from it. Every document was there when it was opened.
fn read_view(view: &View<Key, Value>) {
    for number in 0..DOCUMENTS {
        assert!(view.get(&number).is_some_and(|found| found.even() == number % 2));
    }
    assert!(view.contains(&0) && !view.contains(&999_999) && !view.is_empty());
    assert_eq!(view.iter().rev().count() as u64, DOCUMENTS);
    assert_eq!(view.keys().map(|key| key.number % 2).sum::<u64>(), DOCUMENTS / 2);
    assert_eq!(view.values().map(Value::even).sum::<u64>(), DOCUMENTS / 2);
    assert_eq!(view.entries().count(), view.len());
}

fn rewrite(documents: &Documents, writer: u64) {
    for number in 0..DOCUMENTS {
        drop(documents.set(Key { number }, Value::new(writer)));
        drop(documents.update(&number, |old| Value::new(old.even())));
    }
}

fn replant(documents: &Documents, writer: u64) {
    for number in STABLE..DOCUMENTS {
        drop(documents.remove(&number));
        drop(documents.set(Key { number }, Value::new(writer)));
    }
}

fn grow_and_shrink(documents: &Documents, writer: u64) {
    let new = || (1..40_000).map(|number| (writer + 1) * 1_000_000 + number);
    for number in new() {
        drop(documents.set(Key { number }, Value::new(writer)));
    }
    for number in new() {
        drop(documents.remove(&number));
    }
}

fn filled() -> Documents {
    (0..DOCUMENTS).map(|number| (Key { number }, Value::new(number))).collect()
}

/// A key that counts its drops on the thread that does it. A number finds it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    number: u64,
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number.hash(state);
    }
}

impl Borrow<u64> for Key {
    fn borrow(&self) -> &u64 {
        &self.number
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        DROPPED.set(DROPPED.get() + 1);
    }
}

/// A value that counts its drops, and owns memory.
struct Value(Box<u64>);

impl Value {
    fn new(number: u64) -> Self {
        Self(Box::new(number % 2))
    }

    fn even(&self) -> u64 {
        *self.0
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        DROPPED.set(DROPPED.get() + 1);
    }
}

thread_local! {
    static DROPPED: Cell<u64> = const { Cell::new(0) };
}

const DOCUMENTS: u64 = 1_000;
/// Those below are there all the time.
const STABLE: u64 = 500;
