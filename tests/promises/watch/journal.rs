//! Writers that keep a journal of what they did.

use std::collections::BTreeMap;

use folio::Outcome;

use crate::common::dice::Dice;
use crate::watch::Stock;

/// What the writes of one round returned.
#[derive(Debug, Default)]
pub(super) struct Journal {
    /// Key and value, by revision.
    pub(super) put: BTreeMap<u64, (u64, u64)>,
    /// The keys of documents that were removed one by one, by the revisions that these had.
    pub(super) removed: BTreeMap<u64, u64>,
}

/// Somebody who writes, and never writes the same value twice.
pub(super) struct Writer {
    dice: Dice,
    next: u64,
    journal: Journal,
}

impl Writer {
    pub(super) fn new(number: u64, seed: u64) -> Self {
        let (dice, journal) = (Dice::new(seed + number), Journal::default());
        Self { dice, next: number << 40, journal }
    }

    /// So many writes, and what they returned.
    pub(super) fn write(&mut self, stock: &Stock, times: u64) -> Journal {
        (0..times).for_each(|_| self.step(stock));
        std::mem::take(&mut self.journal)
    }

    fn step(&mut self, stock: &Stock) {
        let (key, number) = (self.dice.below(KEYS), self.number());
        match self.dice.below(100) {
            0..=49 => self.put(key, number, stock.set(key, number).expect("open")),
            50..=69 => {
                if let Ok(change) = stock.update(&key, |_| number) {
                    self.put(key, number, change.outcome);
                }
            }
            70..=74 => {
                if let Ok(outcome) = stock.create(key, number) {
                    self.put(key, number, outcome);
                }
            }
            75..=89 => {
                let removed = stock.remove(&key).expect("open");
                self.journal.removed.extend(removed.map(|old| (old.revision().get(), key)));
            }
            90..=98 => {
                let items = [(key, number), (key + 1, self.number()), (key + 2, self.number())];
                let outcomes = stock.set_many(items).expect("open");
                for ((key, number), outcome) in items.into_iter().zip(outcomes) {
                    self.put(key, number, outcome);
                }
            }
            _ if self.dice.one_in(50) => assert!(stock.clear().is_ok()),
            _ => {}
        }
    }

    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    fn put(&mut self, key: u64, number: u64, outcome: Outcome) {
        let known = self.journal.put.insert(outcome.revision().get(), (key, number));
        assert_eq!(known, None, "a revision is given once");
    }
}

impl Journal {
    pub(super) fn add(&mut self, other: Self) {
        self.put.extend(other.put);
        self.removed.extend(other.removed);
    }
}

const KEYS: u64 = 60;
