//! A thread that writes: updates, removals, inserts, and turns of its chain.

use std::collections::VecDeque;
use std::thread;
use std::time::Duration;

use folio::{Change, Collection, Document, Snapshot, WriteError};
use uuid::Uuid;

use crate::chain::{Chains, LINKS};
use crate::dice::Dice;
use crate::fault::Fault;
use crate::mover::Mover;
use crate::tally::Tally;

/// How many writes of each kind were done.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Writes {
    pub(crate) updates: u64,
    pub(crate) removals: u64,
    pub(crate) inserts: u64,
    pub(crate) links: u64,
    /// Documents that went from one key of an index to another, once for each index.
    pub(crate) moves: u64,
}

impl Writes {
    pub(crate) fn total(&self) -> u64 {
        self.updates + self.removals + self.inserts + self.links
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.updates += other.updates;
        self.removals += other.removals;
        self.inserts += other.inserts;
        self.links += other.links;
        self.moves += other.moves;
    }
}

/// What all threads of a churn work on.
#[derive(Clone, Copy)]
pub(crate) struct Field<'c> {
    pub(crate) collection: &'c Collection<Uuid, Document>,
    pub(crate) keys: &'c [Uuid],
    pub(crate) chains: &'c Chains,
    /// One for each index.
    pub(crate) movers: &'c [Mover],
    pub(crate) tally: &'c Tally,
    pub(crate) fault: Option<Fault>,
}

/// A writer and what it will have to put back and take away at the end.
pub(crate) struct Writer<'c> {
    field: Field<'c>,
    number: usize,
    dice: Dice,
    turn: u64,
    writes: Writes,
    removed: VecDeque<Snapshot<Uuid, Document>>,
    added: VecDeque<Uuid>,
}

impl<'c> Writer<'c> {
    pub(crate) fn new(field: Field<'c>, number: usize) -> Self {
        Self {
            field,
            number,
            dice: Dice::new(!(number as u64)),
            turn: 0,
            writes: Writes::default(),
            removed: VecDeque::new(),
            added: VecDeque::new(),
        }
    }

    /// Writes until the churn is over; then every loaded document is there again, and no other of
    /// this writer but its chain.
    pub(crate) fn run(mut self) -> Result<Writes, WriteError> {
        while !self.field.tally.is_over() {
            if self.field.tally.is_far_ahead() {
                // Asleep, for the auditors need the cores.
                thread::park_timeout(PAUSE);
                continue;
            }
            let before = self.writes;
            match self.dice.below(100) {
                0..60 => self.update()?,
                60..75 => self.remove_or_restore()?,
                75..90 => self.add_or_take()?,
                _ => self.advance_chain()?,
            }
            self.field.tally.add_writes(self.writes.total() - before.total());
            self.field.tally.add_moves(self.writes.moves - before.moves);
        }

        let writes = self.writes;
        while !self.removed.is_empty() {
            self.restore()?;
        }
        while !self.added.is_empty() {
            self.take()?;
        }
        Ok(writes)
    }

    /// Moves a document in one of the indexes.
    fn update(&mut self) -> Result<(), WriteError> {
        let Some(key) = self.dice.pick(self.field.keys) else { return Ok(()) };
        let Some(mover) = self.dice.pick(self.field.movers) else { return Ok(()) };
        let row = mover.draw(&mut self.dice);
        let updated = self.field.collection.update(key, |document| {
            let mut next = document.clone();
            mover.apply(&mut next, row);
            next
        });
        match updated {
            Ok(Change { old, new, .. }) => {
                self.writes.updates += 1;
                self.writes.moves += self.moves_between(old.as_deref(), &new);
            }
            // Another writer has removed it and will restore it.
            Err(WriteError::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// In how many indexes a document has another key now.
    fn moves_between(&self, old: Option<&Document>, new: &Document) -> u64 {
        let Some(old) = old else { return 0 };
        self.field.movers.iter().filter(|mover| mover.has_moved(old, new)).count() as u64
    }

    fn remove_or_restore(&mut self) -> Result<(), WriteError> {
        if self.removed.len() >= REMOVED_MAX {
            return self.restore();
        }
        let Some(key) = self.dice.pick(self.field.keys) else { return Ok(()) };
        if let Some(removed) = self.field.collection.remove(key)? {
            self.removed.push_back(removed);
            self.writes.removals += 1;
        }
        Ok(())
    }

    /// Creates again what was removed longest ago.
    ///
    /// Of all who try to remove a document one succeeds, and only that one creates it again, so
    /// `AlreadyExists` would be a mistake of the collection.
    fn restore(&mut self) -> Result<(), WriteError> {
        if let Some(removed) = self.removed.pop_front() {
            self.field.collection.create(*removed.key(), removed.value().clone())?;
            self.writes.inserts += 1;
        }
        Ok(())
    }

    fn add_or_take(&mut self) -> Result<(), WriteError> {
        if self.added.len() >= ADDED_MAX {
            return self.take();
        }
        let model = self.dice.pick(self.field.keys).and_then(|key| self.field.collection.get(key));
        let document = model.map_or_else(Document::default, |found| found.value().clone());
        self.added.push_back(self.field.collection.insert(document)?);
        self.writes.inserts += 1;
        Ok(())
    }

    /// Removes what was added longest ago.
    fn take(&mut self) -> Result<(), WriteError> {
        if let Some(key) = self.added.pop_front() {
            self.field.collection.remove(&key)?;
            self.writes.removals += 1;
        }
        Ok(())
    }

    fn advance_chain(&mut self) -> Result<(), WriteError> {
        self.turn += 1;
        let is_chosen = self.number == 0 && self.turn == PLANTED_TURN;
        let planted = self.field.fault.filter(|_| is_chosen).map(|fault| (fault, self.field.tally));
        self.field.chains.advance(self.field.collection, self.number, self.turn, planted)?;
        self.writes.links += LINKS as u64;
        // In the index of the churn; see `chain::document`.
        self.writes.moves += LINKS as u64;
        Ok(())
    }
}

/// Short beside what an auditor needs for a view of a few thousand documents.
const PAUSE: Duration = Duration::from_micros(200);
const REMOVED_MAX: usize = 32;
const ADDED_MAX: usize = 64;
const PLANTED_TURN: u64 = 5;
