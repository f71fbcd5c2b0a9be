//! Chains of causally ordered writes, which every view must see as a prefix.
//!
//! Each writer has a chain of three documents. A turn of the chain writes the turn's number to
//! the first link, then to the second, then to the third, each write done before the next begins.
//! So in any one instant:
//!
//! 1. no link is ahead of the link before it;
//! 2. no link is more than a turn behind the first.
//!
//! The first link also notes which turn of the *next* writer's chain its writer had read there
//! just before. What was read had been written, so in any one instant:
//!
//! 3. no chain has seen a turn that its neighbour has not reached.

use std::thread;

use folio::{Collection, Document, WriteError, doc};
use uuid::Uuid;

use crate::audit::AUDITORS;
use crate::fault::Fault;
use crate::mover::{TOUCHED, TOUCHED_KEYS};
use crate::tally::Tally;

/// The keys of every writer's chain.
#[derive(Debug)]
pub(crate) struct Chains {
    keys: Vec<[Uuid; LINKS]>,
}

/// Two links that cannot stand side by side in one instant.
#[derive(Debug)]
pub(crate) enum Broken {
    Missing { chain: usize, link: usize },
    Order { chain: usize, turns: [u64; LINKS] },
    Cause { chain: usize, seen: u64, reached: u64 },
}

impl Chains {
    /// Puts a chain for each of `count` writers into the collection, under generated keys.
    pub(crate) fn plant(
        collection: &Collection<Uuid, Document>,
        count: usize,
    ) -> Result<Self, WriteError> {
        let mut keys = Vec::with_capacity(count);
        for chain in 0..count {
            let mut links = [Uuid::nil(); LINKS];
            for (link, key) in links.iter_mut().enumerate() {
                *key = collection.insert(document(chain, link, Turn::default()))?;
            }
            keys.push(links);
        }
        Ok(Self { keys })
    }

    /// Writes turn `number` to every link of a chain, in order unless a fault is planted.
    pub(crate) fn advance(
        &self,
        collection: &Collection<Uuid, Document>,
        chain: usize,
        number: u64,
        planted: Option<(Fault, &Tally)>,
    ) -> Result<(), WriteError> {
        let [neighbour, ..] = self.keys[(chain + 1) % self.keys.len()];
        let mut turn = Turn { number, seen: 0 };
        turn.seen = collection.get(&neighbour).map_or(0, |found| Turn::of(&found).number);
        let write = |link: usize, turn| {
            collection.set(self.keys[chain][link], document(chain, link, turn)).map(|_| ())
        };

        match planted {
            Some((Fault::Chain, tally)) => {
                write(1, turn)?;
                wait_for_views(tally);
            }
            Some((Fault::Cause, tally)) => {
                write(0, Turn { seen: turn.seen + FAR, ..turn })?;
                wait_for_views(tally);
            }
            _ => {}
        }
        for link in 0..LINKS {
            write(link, turn)?;
        }
        Ok(())
    }

    /// Checks that what `get` answers can be one instant.
    pub(crate) fn check(&self, get: impl Fn(&Uuid) -> Option<Turn>) -> Result<(), Broken> {
        let mut firsts = Vec::with_capacity(self.keys.len());
        for (chain, links) in self.keys.iter().enumerate() {
            let mut turns = [Turn::default(); LINKS];
            for (link, key) in links.iter().enumerate() {
                turns[link] = get(key).ok_or(Broken::Missing { chain, link })?;
            }

            let numbers = turns.map(|turn| turn.number);
            let is_prefix = numbers.is_sorted_by(|before, after| before >= after);
            if !is_prefix || numbers[0] > numbers[LINKS - 1] + 1 {
                return Err(Broken::Order { chain, turns: numbers });
            }
            firsts.push(turns[0]);
        }

        for (chain, first) in firsts.iter().enumerate() {
            let reached = firsts[(chain + 1) % firsts.len()].number;
            if first.seen > reached {
                return Err(Broken::Cause { chain, seen: first.seen, reached });
            }
        }
        Ok(())
    }

    /// Takes the chains out of the collection.
    pub(crate) fn uproot(&self, collection: &Collection<Uuid, Document>) -> Result<(), WriteError> {
        for key in self.keys.iter().flatten() {
            collection.remove(key)?;
        }
        Ok(())
    }
}

/// What a link says.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Turn {
    number: u64,
    seen: u64,
}

impl Turn {
    pub(crate) fn of(document: &Document) -> Self {
        let number = |name| document.at(name).and_then(serde_json::Value::as_u64).unwrap_or(0);
        Self { number: number("turn"), seen: number("seen") }
    }
}

/// A link, which has another key in the index of the churn with each turn.
fn document(chain: usize, link: usize, turn: Turn) -> Document {
    let mut document =
        doc! { "chain": chain, "link": link, "turn": turn.number, "seen": turn.seen };
    document.set_at(TOUCHED, turn.number % TOUCHED_KEYS);
    document
}

/// Gives an auditor time to open a view and to look at it twice.
fn wait_for_views(tally: &Tally) {
    let enough = tally.views() + VIEWS_TO_BE_SEEN;
    while tally.views() < enough && !tally.is_over() {
        thread::yield_now();
    }
}

pub(crate) const LINKS: usize = 3;
const FAR: u64 = 1_000_000_000;
/// Each auditor is at two views when a fault is planted; one of the others is to see it.
const VIEWS_TO_BE_SEEN: u64 = 2 * AUDITORS as u64 + 1;
