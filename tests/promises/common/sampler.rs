//! Threads that look at a limit while others write against it.

use std::env;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use super::crew::Crew;
use super::dice::{Dice, seed};

/// What has happened meanwhile.
#[derive(Debug, Default)]
pub(crate) struct Sampled {
    pub(crate) tried: u64,
    pub(crate) refused: u64,
    pub(crate) looks: u64,
}

impl Sampled {
    /// That there was no room for one write in ten at least.
    pub(crate) fn assert_short(&self, gone: u64) {
        assert!((self.refused + gone) * 10 >= self.tried, "{gone} have gone of {self:?}");
        assert!(self.looks >= LOOKS_MIN, "{self:?}");
    }
}

/// Lets four threads write, each of which says whether it was refused, and two look: for a second
/// at least, or as often as `FOLIO_SAMPLES` asks for. Every look is one or more assertions.
pub(crate) fn sampled(write: impl Fn(&mut Dice) -> bool + Sync, look: impl Fn() + Sync) -> Sampled {
    let asked = env::var("FOLIO_SAMPLES").ok().map(|text| text.parse().expect("a number"));
    let (seed, crew, began) = (seed(), Crew::default(), Instant::now());
    let (tried, refused, looks) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let is_enough = || {
        let (looks, tried) = (looks.load(Relaxed), tried.load(Relaxed));
        let enough = began.elapsed() >= SPAN && looks >= LOOKS_MIN && tried >= TRIES_MIN;
        asked.map_or(enough, |asked| looks >= asked)
    };
    thread::scope(|threads| {
        let mut team = Vec::new();
        for writer in 0..4 {
            let (crew, write, tried, refused) = (&crew, &write, &tried, &refused);
            team.push(threads.spawn(move || {
                let (_member, mut dice) = (crew.member(), Dice::new(seed.wrapping_add(writer)));
                while !crew.is_done() {
                    refused.fetch_add(u64::from(write(&mut dice)), Relaxed);
                    tried.fetch_add(1, Relaxed);
                }
            }));
        }
        for _ in 0..2 {
            team.push(threads.spawn(|| {
                let _member = crew.member();
                while !crew.is_done() && !is_enough() {
                    (0..100).for_each(|_| look());
                    looks.fetch_add(100, Relaxed);
                }
            }));
        }
        // One by one: race detectors do not see what a scope waits for.
        for one in team {
            one.join().expect("unharmed");
        }
    });
    let figure = |count: AtomicU64| count.into_inner();
    let sampled = Sampled { tried: figure(tried), refused: figure(refused), looks: figure(looks) };
    println!("{sampled:?} in {:?}", began.elapsed());
    sampled
}

/// How long they look unless they are asked for more.
const SPAN: Duration = Duration::from_secs(1);

/// And until so much was tried, and seen, where each takes long.
const TRIES_MIN: u64 = 2_000;
const LOOKS_MIN: u64 = 1_000;
