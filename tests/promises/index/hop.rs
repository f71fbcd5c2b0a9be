//! A document that hops from one key to another during a scan is met once.

use std::env;
use std::thread;

use folio::{Collection, Index, IndexView, Iter, by, key};

use crate::common::crew::{Count, Crew};
use crate::common::dice::{Dice, seed};
use crate::common::payload::Payload;

type Places = Collection<u64, Payload>;

/// Goal: a scan meets each document of its instant exactly once, wherever it hops meanwhile.
/// Method: four threads move documents between keys that are all within the range, others come and
/// go, and an index is created and dropped all the time; scans of handles, views and pins, from
/// both ends, meet every hopper and every neighbour that stays once, in order. `FOLIO_SCANS` says
/// how many.
#[test]
fn document_that_hops_during_a_scan_is_met_once() {
    let places = Places::new();
    for key in 0..HOPPERS {
        places.set(key, Payload::new(10)).expect("it is open");
    }
    for key in STABLE {
        places.set(key, Payload::new(stable(key))).expect("it is open");
    }
    let lasting = places.create_index("lasting", rule()).expect("the first");
    let scans_wanted = env::var(SCANS)
        .map_or(SCANS_BY_DEFAULT, |text| text.parse().expect("the number of scans is a number"));
    let (crew, scans, seed) = (Crew::default(), Count::default(), seed());
    let tallies = thread::scope(|threads| {
        for mover in 0..MOVERS {
            let (places, crew, scans) = (&places, &crew, &scans);
            threads.spawn(move || hop(places, mover, &mut Dice::new(seed + mover), crew, scans));
        }
        threads.spawn(|| come_and_go(&places, &crew));
        let scanners = [5, 6].map(|other| {
            let (places, lasting, crew, scans) = (&places, &lasting, &crew, &scans);
            threads.spawn(move || {
                let (_member, mut dice) = (crew.member(), Dice::new(seed + other));
                let mut tally = Tally::default();
                while scans.get() < scans_wanted && !crew.is_done() {
                    scan(places, lasting, &mut dice, &mut tally);
                    scans.add_one();
                }
                tally
            })
        });
        scanners.map(|scanner| scanner.join().expect("no scan was wrong"))
    });
    println!("{} scans, {} writes: {tallies:?}", scans.get(), places.stats().writes);
    assert!(scans.get() >= scans_wanted, "somebody else has failed");
    assert_eq!(places.verify(), Ok(()));
}

/// What the scans of a thread were of.
#[derive(Debug, Default)]
struct Tally {
    whole: u64,
    /// Of the index that comes and goes.
    passing: u64,
    dropped: u64,
    /// Two hoppers at different keys: they were seen on the move.
    apart: u64,
}

/// Each mover has hoppers of its own, and a document that comes and goes. It keeps pace with the
/// scans, since there may be fewer cores than threads.
fn hop(places: &Places, mover: u64, dice: &mut Dice, crew: &Crew, scans: &Count) {
    let (_member, mut hops) = (crew.member(), 0);
    while !crew.is_done() {
        if hops > HOPS_AHEAD + scans.get() {
            thread::yield_now();
            continue;
        }
        hops += 1;
        let hopper = mover + MOVERS * dice.below(HOPPERS / MOVERS);
        let place = 10 * (1 + dice.below(3));
        assert!(places.set(hopper, Payload::new(place)).is_ok());
        match dice.below(8) {
            0 | 1 => assert!(places.set(PASSING + mover, Payload::new(place)).is_ok()),
            2 => assert!(places.remove(&(PASSING + mover)).is_ok()),
            _ => {}
        }
    }
}

fn come_and_go(places: &Places, crew: &Crew) {
    let _member = crew.member();
    while !crew.is_done() {
        drop(places.create_index("passing", rule()).expect("there is none"));
        assert_eq!(places.drop_index("passing"), Ok(()));
    }
}

fn scan(places: &Places, lasting: &Index<u64, Payload>, dice: &mut Dice, tally: &mut Tally) {
    match dice.below(8) {
        0..=2 => check(walk(lasting.range(10..=30), dice), tally),
        3 => check(walk(lasting.range(10..31), dice), tally),
        4 => of_view(places.view().index("lasting"), dice, tally),
        5 => of_view(places.pin().index("lasting"), dice, tally),
        6 => {
            tally.passing += 1;
            of_view(places.view().index("passing"), dice, tally);
        }
        _ => {
            let Ok(passing) = places.index("passing") else { return };
            tally.passing += 1;
            let met = walk(passing.range(10..=30), dice);
            if met.is_empty() {
                tally.dropped += 1;
            } else {
                check(met, tally);
            }
        }
    }
}

fn of_view(
    index: Result<IndexView<'_, u64, Payload>, folio::IndexError>,
    dice: &mut Dice,
    tally: &mut Tally,
) {
    let Ok(index) = index else { return };
    let met = walk(index.range(10..=30), dice);
    assert_eq!(walk(index.range(10..=30), dice), met, "two scans of one instant");
    check(met, tally);
}

/// Walks over all, from both ends as the dice will have it, and lets others run now and then.
fn walk(mut found: Iter<'_, u64, Payload>, dice: &mut Dice) -> Vec<(u64, u64)> {
    let (mut front, mut back) = (Vec::new(), Vec::new());
    let back_in = 1 + dice.below(3);
    loop {
        let from_back = back_in < 3 && dice.one_in(back_in);
        let next = if from_back { found.next_back() } else { found.next() };
        let Some(next) = next else { break };
        let met = (*next.key(), next.read());
        let end = if from_back { &mut back } else { &mut front };
        end.push(met);
        if dice.one_in(PAUSE) {
            thread::yield_now();
        }
    }
    front.extend(back.into_iter().rev());
    front
}

#[expect(clippy::needless_pass_by_value, reason = "nobody needs it afterwards")]
fn check(met: Vec<(u64, u64)>, tally: &mut Tally) {
    assert!(met.is_sorted_by_key(|(_, place)| *place), "in order: {met:?}");
    assert!(met.iter().all(|(_, place)| (10..=30).contains(place)), "in range: {met:?}");
    let times = |key| met.iter().filter(|(other, _)| *other == key).count();
    let always = (0..HOPPERS).chain(STABLE.filter(|key| (10..=30).contains(&stable(*key))));
    for key in always {
        assert_eq!(times(key), 1, "document {key} in {met:?}");
    }
    for key in PASSING..PASSING + MOVERS {
        assert!(times(key) <= 1, "document {key} in {met:?}");
    }
    tally.whole += 1;
    let mut hoppers = met.iter().filter(|(key, _)| *key < HOPPERS).map(|(_, place)| place);
    let first = hoppers.next();
    tally.apart += u64::from(hoppers.any(|place| Some(place) != first));
}

/// By place, and then by something that never changes.
fn rule() -> folio::IndexSpec<Payload> {
    by(|place: &Payload| key![place.read(), true])
}

/// Where a document stays: before, between, at and behind the places of the hoppers.
fn stable(key: u64) -> u64 {
    (key - STABLE.start) * 5
}

const MOVERS: u64 = 4;
const HOPPERS: u64 = 8;
const STABLE: std::ops::Range<u64> = 100..108;
const PASSING: u64 = 200;
const HOPS_AHEAD: u64 = 50;
/// A walk lets others run once in so many steps.
const PAUSE: u64 = 1_000;
const SCANS: &str = "FOLIO_SCANS";
const SCANS_BY_DEFAULT: u64 = 15_000;
