//! What the crate leans on in crossbeam's skip list 0.1.3, and what it keeps away from. When one of
//! these fails after an upgrade, `src/ordered.rs` has to be looked at again.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use crossbeam_epoch::{Collector, Guard};
use crossbeam_skiplist::base::SkipList;

use crate::alone::alone;
use crate::counting::live_bytes;

/// A key and a number that is used once.
type Place = (u64, u64);

/// Goal: ranges of the list itself, under a guard, leak nothing, unlike those of its sets and maps.
/// Method: entries come and go while ranges are walked over in both directions; the bytes after
/// each round.
#[test]
fn ranges_under_a_guard_leak_nothing() {
    if alone("skiplist::ranges_under_a_guard_leak_nothing") {
        let collector = Collector::new();
        let (list, handle) = (SkipList::new(collector.clone()), collector.register());
        let mut after = Vec::with_capacity(ROUNDS);
        for round in 0..ROUNDS as u64 {
            for number in 0..500 {
                let guard = handle.pin();
                list.get_or_insert((number % 10, 500 * round + number), (), &guard).release(&guard);
                let mut walk = list.range((3, 0)..(6, 0), &guard);
                assert!(walk.by_ref().take(3).count() <= 3);
                assert!(walk.next_back().is_none_or(|entry| entry.key().0 < 6));
                if let Some(entry) = list.remove(&(number % 10, 500 * round + number / 2), &guard) {
                    entry.release(&guard);
                }
            }
            let guard = handle.pin();
            while let Some(entry) = list.pop_front(&guard) {
                entry.release(&guard);
            }
            drop(guard);
            (0..1_000).for_each(|_| handle.pin().flush());
            after.push(live_bytes());
        }
        let (first, second) = after.split_at(ROUNDS / 2);
        let (first, second) = (first.iter().min(), second.iter().min());
        // A leak of one node of each range would be a million bytes.
        assert!(
            second.zip(first).is_some_and(|(second, first)| *second < first + 1_000),
            "{after:?}"
        );
    }
}

/// Goal: an entry whose place is used once is found for as long as it is in, also if it is put in
/// twice at the same time. Method: entries beside and between come and go, and others put the same
/// places in again; lookups and ranges meet every one that stays.
#[test]
fn places_that_are_used_once_are_never_hidden() {
    let collector = Collector::new();
    let list = SkipList::new(collector.clone());
    let done = AtomicBool::new(false);
    {
        let guard = &collector.register().pin();
        (0..STAY).for_each(|key| list.get_or_insert((key, 0), (), guard).release(guard));
    }
    thread::scope(|threads| {
        for thread in 1..3 {
            let (list, done, handle) = (&list, &done, collector.clone());
            threads.spawn(move || {
                let (handle, mut number) = (handle.register(), 0);
                while !done.load(Ordering::Relaxed) {
                    number += 1;
                    let (guard, key) = (handle.pin(), number % STAY);
                    list.get_or_insert((key, 0), (), &guard).release(&guard);
                    assert_eq!(come_and_go(list, (key, 2 * number + thread), &guard), 1);
                }
            });
        }
        let handle = collector.register();
        let found = (0..LOOKS).all(|look| {
            let guard = handle.pin();
            let all: Vec<Place> = list
                .range((0, 0).., &guard)
                .map(|entry| *entry.key())
                .filter(|at| at.1 == 0)
                .collect();
            let one = list.get(&(look % STAY, 0), &guard).is_some();
            one && all.iter().map(|at| at.0).eq(0..STAY)
        });
        done.store(true, Ordering::Relaxed);
        assert!(found, "an entry that was there all the time was not found");
    });
    assert_eq!(list.len() as u64, STAY);
}

/// Goal: an entry that one thread alone removes is told to be removed once, and is gone. Method:
/// threads that put in and take out each its own, in one list, and count the answers.
#[test]
fn removal_by_one_owner_is_told_once() {
    let (collector, told) = (Collector::new(), AtomicUsize::new(0));
    let list = SkipList::new(collector.clone());
    thread::scope(|threads| {
        for thread in 0..4_u64 {
            let (list, told, handle) = (&list, &told, collector.clone());
            threads.spawn(move || {
                let handle = handle.register();
                for number in 0..LOOKS {
                    let guard = handle.pin();
                    let times = come_and_go(list, (number % 5, 4 * number + thread), &guard);
                    told.fetch_add(times, Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!((told.into_inner() as u64, list.len(), list.is_empty()), (4 * LOOKS, 0, true));
}

/// Puts an entry in, and takes it out twice. Says how often that was told to have happened.
fn come_and_go(list: &SkipList<Place, ()>, place: Place, guard: &Guard) -> usize {
    list.get_or_insert(place, (), guard).release(guard);
    let removed = [(); 2].map(|()| list.remove(&place, guard));
    assert!(list.get(&place, guard).is_none());
    let removed = removed.into_iter().flatten();
    removed.map(|entry| entry.release(guard)).count()
}

const ROUNDS: usize = 200;
const STAY: u64 = 20;
const LOOKS: u64 = 20_000;
