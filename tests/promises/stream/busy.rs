//! Documents of which it can be seen what they were at an instant, and those who change them.

use std::collections::BTreeMap;
use std::thread;

use folio::Collection;

use crate::common::crew::{Count, Crew};
use crate::common::dice::Dice;
use crate::common::payload::Payload;

/// What a walk met: the value of each key.
pub(crate) type Shown = BTreeMap<u64, u64>;

/// A collection, and how far its numbered documents have come.
#[derive(Debug)]
pub(crate) struct Shelf {
    pub(crate) stock: Collection<u64, Payload>,
    created: Course,
    removed: Course,
}

/// How many numbers somebody has begun to deal with, and is done with. Numbers are dealt with one
/// after another.
#[derive(Debug, Default)]
struct Course {
    begun: Count,
    done: Count,
}

/// How far a course may have come at an instant: at least, and at most.
type Span = (u64, u64);

/// Between which numbers an instant lies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    created: Span,
    removed: Span,
}

impl Shelf {
    pub(crate) fn new() -> Self {
        let stock = Collection::new();
        for key in 0..STABLE {
            stock.create(key, value(key, 0)).expect("the first of its key");
        }
        for link in 0..LINKS {
            stock.create(CHAIN + link, Payload::new(0)).expect("the first of its key");
        }
        Self { stock, created: Course::default(), removed: Course::default() }
    }

    /// Opens something, and says in which bounds that instant lies.
    pub(crate) fn bounded<T>(&self, open: impl FnOnce() -> T) -> (T, Bounds) {
        let at_least = (self.created.done.get(), self.removed.done.get());
        let opened = open();
        let at_most = (self.created.begun.get(), self.removed.begun.get());
        let created = (at_least.0, at_most.0);
        (opened, Bounds { created, removed: (at_least.1, at_most.1) })
    }

    /// Lets `walk` be called on two threads, so many times in all, while others change the
    /// documents. Says how often it was.
    pub(crate) fn while_busy(
        &self,
        dice: &mut Dice,
        walks: u64,
        walk: impl Fn(&mut Dice) + Sync,
    ) -> u64 {
        let (crew, done) = (&Crew::default(), &Count::default());
        thread::scope(|threads| {
            let workers: [fn(&Self, &Crew, &mut Dice); 4] =
                [Self::create, Self::remove, Self::update, Self::churn];
            for work in workers {
                let mut dice = Dice::new(dice.next());
                threads.spawn(move || {
                    let _member = crew.member();
                    work(self, crew, &mut dice);
                });
            }
            for mut dice in [Dice::new(dice.next()), Dice::new(dice.next())] {
                let walk = &walk;
                threads.spawn(move || {
                    let _member = crew.member();
                    let enough = || crew.is_done() || done.get() >= walks;
                    until(enough, || walk(&mut dice), done);
                });
            }
        });
        done.get()
    }

    /// Creates the numbers in order, and keeps about so many ahead of the remover.
    fn create(&self, crew: &Crew, dice: &mut Dice) {
        while !crew.is_done() {
            let next = self.created.done.get();
            if next > self.removed.done.get() + dice.below(WIDTH) {
                thread::yield_now();
                continue;
            }
            self.created.deal(next, || {
                self.stock
                    .create(NUMBERED + next, value(NUMBERED + next, 0))
                    .expect("a new number");
            });
        }
    }

    /// Removes the numbers in order, sometimes all of them.
    fn remove(&self, crew: &Crew, dice: &mut Dice) {
        while !crew.is_done() {
            let next = self.removed.done.get();
            if next + dice.below(WIDTH) >= self.created.done.get() {
                thread::yield_now();
            }
            if next < self.created.done.get() {
                self.removed.deal(next, || {
                    let removed = self.stock.remove(&(NUMBERED + next)).expect("it is open");
                    assert!(removed.is_some(), "nobody else removes numbers");
                });
            }
        }
    }

    /// Updates numbered documents, and writes the chain.
    fn update(&self, crew: &Crew, dice: &mut Dice) {
        for turn in 1.. {
            for link in 0..LINKS {
                self.stock.set(CHAIN + link, Payload::new(turn)).expect("it is open");
                let (from, to) = (self.removed.done.get(), self.created.done.get());
                let key = NUMBERED + from + dice.below(to - from + 1);
                // It may be gone by now, or not be there yet.
                let _gone = self.stock.update(&key, |old| {
                    let writes = (old.read() + 1) % WRITES;
                    value(key, writes)
                });
                if crew.is_done() {
                    return;
                }
            }
        }
    }

    /// Makes the collection grow and shrink, and frees what can be freed.
    fn churn(&self, crew: &Crew, dice: &mut Dice) {
        while !crew.is_done() {
            let begin = CHURNED + dice.below(1000);
            let keys = begin..begin + dice.below(300);
            for key in keys.clone() {
                self.stock.set(key, value(key, 1)).expect("it is open");
            }
            for key in keys {
                self.stock.remove(&key).expect("it is open");
            }
            if dice.one_in(4) {
                self.stock.maintain();
            }
        }
    }
}

impl Course {
    fn deal(&self, number: u64, how: impl FnOnce()) {
        self.begun.set(number + 1);
        how();
        self.done.set(number + 1);
    }
}

impl Bounds {
    /// Whether this is all that was there at one instant within these bounds.
    pub(crate) fn check(&self, shown: &Shown) {
        let stable = shown.range(..STABLE).map(|(key, shown)| (*key, *shown));
        assert!(stable.eq((0..STABLE).map(|key| (key, key * WRITES))), "what nobody touched");

        let chain: Vec<u64> = shown.range(CHAIN..CHAIN + LINKS).map(|(_, turn)| *turn).collect();
        assert_eq!(chain.len() as u64, LINKS, "a link is missing: {chain:?}");
        let in_order = chain.windows(2).all(|pair| pair[0] >= pair[1]);
        assert!(in_order && chain[0] - chain[chain.len() - 1] <= 1, "out of order: {chain:?}");

        let coded = shown.iter().filter(|(key, _)| !(CHAIN..CHAIN + LINKS).contains(key));
        for (key, value) in coded {
            assert_eq!(value / WRITES, *key, "the value of another document");
        }
        self.check_numbers(
            &shown.range(NUMBERED..).map(|(key, _)| key - NUMBERED).collect::<Vec<_>>(),
        );
    }

    /// All numbers from one up to another, which are as far as the two threads may have come.
    fn check_numbers(&self, numbers: &[u64]) {
        let Self { created, removed } = self;
        let within = |span: &Span, number| span.0 <= number && number <= span.1;
        let gap = numbers.windows(2).find(|pair| pair[0] + 1 != pair[1]);
        assert_eq!(gap, None, "a number is missing: {numbers:?}");
        let fits = match (numbers.first(), numbers.last()) {
            (Some(first), Some(last)) => within(removed, *first) && within(created, last + 1),
            // All that were created had been removed.
            _ => created.0.max(removed.0) <= created.1.min(removed.1),
        };
        assert!(fits, "not of that instant: {numbers:?}, {self:?}");
    }

    /// Some keys that may or may not be there.
    pub(crate) fn around(&self) -> std::ops::Range<u64> {
        NUMBERED + self.removed.0.saturating_sub(4)..NUMBERED + self.created.1 + 4
    }
}

/// Takes a step after another, and counts them.
fn until(enough: impl Fn() -> bool, mut step: impl FnMut(), done: &Count) {
    while !enough() {
        step();
        done.add_one();
    }
}

fn value(key: u64, writes: u64) -> Payload {
    Payload::new(key * WRITES + writes)
}

/// Documents that nobody touches: the keys below.
const STABLE: u64 = 150;
/// The first of a chain.
const CHAIN: u64 = 1000;
const LINKS: u64 = 10;
/// The first of those that come and go.
const CHURNED: u64 = 10_000;
/// The first of the numbered.
const NUMBERED: u64 = 1_000_000;
/// Up to so many numbers are there at once.
const WIDTH: u64 = 100;
/// A value is its key times this, and how often it was written modulo this.
const WRITES: u64 = 1000;
