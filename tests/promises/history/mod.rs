//! Calls of threads that run free take effect one after another, each between call and return.
//!
//! Four threads call most verbs on few keys, and on many, as they like, and write down when each
//! call was made, when it had returned, and what it was told. Two checkers then look for an order:
//! one that trusts revisions, and one that knows nothing of them.

mod by_revision;
mod by_value;
mod chain;
mod event;
mod judge;
mod plant;
mod record;
mod small;

use std::env;

use folio::Collection;

use crate::common::dice::{Dice, seed};
use crate::history::event::Event;
use crate::history::judge::{Judge, Verdict};
use crate::history::plant::{Fault, plant};
use crate::history::record::{Band, CALLS_MAX, KEYS, Stock, THREADS};

/// Goal: every call takes effect in one instant between call and return, revisions tell the order,
/// and a checker that did not see a fault would be noticed. Method: two checkers on what four free
/// threads were told; then the same recordings with lies in them, which both have to find.
///
/// `FOLIO_HISTORY_OPS` says how many calls to make, if 2 million are too few.
#[test]
fn calls_of_free_threads_take_effect_one_after_another() {
    let ops: usize = env::var("FOLIO_HISTORY_OPS")
        .map_or(OPS, |text| text.parse().expect("FOLIO_HISTORY_OPS is a number"));
    let calls_each = CALLS_MAX.min(ops / (usize::from(THREADS) * ROUNDS as usize * LIES_MAX) + 1);
    let mut dice = Dice::new(seed());
    let (stock, mut band, mut judge) = (Collection::new(), Band::new(&mut dice), Judge::new());
    let mut caught =
        [(Fault::StaleRead, Caught::default()), (Fault::LostUpdate, Caught::default())];
    let (mut calls, mut recordings, mut overlapping) = (0, 0, 0);
    while calls < ops {
        let events = band.play(&stock, ROUNDS, calls_each);
        calls += events.len();
        overlapping += overlaps(&events);
        if recordings < LIES_MAX {
            let (fault, caught) = &mut caught[recordings % 2];
            let mut lies = events.clone();
            let planted = plant(*fault, &mut lies, &mut dice);
            caught.add(planted, &judge.twin().judge(lies));
        }
        let Verdict { by_revision, by_value, .. } = judge.judge(events);
        assert!(by_revision.is_empty(), "by revision: {}", by_revision.join("\n"));
        assert!(by_value.is_empty(), "by value: {}", by_value.join("\n"));
        recordings += 1;
    }
    check_end(&stock, &judge);
    let (windows, window_max) = judge.windows();
    println!("{overlapping} of them while another of the key was under way");
    println!("{calls} calls in {windows} windows of up to {window_max}: one order each");
    for (fault, caught) in caught {
        println!("{fault:?}: {caught:?}");
        // A shorter run than usual may be too short for lies.
        let due = if ops < OPS { 0 } else { LIES_MIN };
        assert!(caught.planted >= due, "too few lies to prove anything");
        assert!(caught.keys_by_revision * 2 >= due, "by revision");
        assert!(caught.windows_by_value * 2 >= due, "by value");
    }
}

/// How many calls began while another thread's call of the same key was under way.
fn overlaps(events: &[Event]) -> usize {
    let mut events: Vec<&Event> = events.iter().collect();
    events.sort_unstable_by_key(|event| (event.key, event.call));
    let mut latest = (0, 0);
    let began_meanwhile = events.into_iter().filter(|event| {
        let meanwhile = latest.0 == event.key && latest.1 >= event.call;
        let ret = if latest.0 == event.key { latest.1.max(event.ret) } else { event.ret };
        latest = (event.key, ret);
        meanwhile
    });
    began_meanwhile.count()
}

/// How many lies there were, and what the checkers found.
#[derive(Clone, Copy, Debug, Default)]
struct Caught {
    planted: usize,
    keys_by_revision: usize,
    windows_by_value: usize,
}

impl Caught {
    fn add(&mut self, planted: usize, verdict: &Verdict) {
        self.planted += planted;
        self.keys_by_revision += verdict.keys_by_revision.len();
        self.windows_by_value += verdict.by_value.len();
        // The first checker knows all that the second one does, and more.
        let found = |key| verdict.keys_by_revision.contains(key);
        assert!(verdict.keys_by_value.iter().all(found), "the checkers disagree");
    }
}

/// When all is quiet the collection is what the histories of its keys come to.
fn check_end(stock: &Stock, judge: &Judge) {
    let mut documents = 0;
    for (key, known) in (0..KEYS).zip(judge.known()) {
        let found = stock.get(&key).map(|found| (found.read(), found.revision().get()));
        assert_eq!(found, known.doc.map(|doc| (doc.value, doc.revision)), "key {key}");
        documents += usize::from(known.doc.is_some());
    }
    assert_eq!(stock.len(), documents);
    assert_eq!(stock.verify(), Ok(()));
}

const OPS: usize = 2_000_000;
/// Rounds in one recording.
const ROUNDS: u32 = 8;
/// Recordings that are judged with lies as well.
const LIES_MAX: usize = 8;
/// Lies of each kind that there have to be; half of them may be true after all, or be found with
/// others of the same key.
const LIES_MIN: usize = 20;
