//! One collection and its model, taking the same steps.

use std::cell::Cell;

use folio::{Computed, Forked, Op as Decision};

use crate::common::payload::Payload;
use crate::model::held::Held;
use crate::model::op::{Forking, KEYS, Op, Write};
use crate::model::stock::{
    Name, Stock, changed, did, generate_next, handed_back, of_ref, of_snapshot, revision, told,
    value_back, why, why_not_forked, why_not_updated,
};
use crate::model::twin::{Did, Doc, If, NAMES, Twin, Why, plus};
use crate::model::watched::Watched;

/// What the cases have tried, all together.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) steps: Cell<u64>,
    pub(crate) conditional: Cell<u64>,
    pub(crate) lost: Cell<u64>,
    pub(crate) view_reads: Cell<u64>,
    /// Those of a key that was written after the view was opened.
    pub(crate) outdated: Cell<u64>,
    /// Queries of indexes.
    pub(crate) queries: Cell<u64>,
    /// Those that found something.
    pub(crate) found: Cell<u64>,
}

pub(crate) fn count(cell: &Cell<u64>) {
    cell.set(cell.get() + 1);
}

pub(crate) struct Subject<'c> {
    pub(crate) stock: &'c Stock,
    pub(crate) twin: Twin,
    pub(crate) held: Held<'c>,
    pub(crate) tally: &'c Tally,
    watched: Watched,
}

impl<'c> Subject<'c> {
    pub(crate) fn new(stock: &'c Stock, twin: Twin, tally: &'c Tally) -> Self {
        Self { stock, twin, held: Held::default(), tally, watched: Watched::new(stock) }
    }

    /// Takes steps, and returns the forks that were made on the way, with what they should be.
    /// Further ones are not made when there are many.
    pub(crate) fn run(&mut self, ops: &[Op], depth: usize) -> Vec<(Stock, Twin)> {
        let mut forks = Vec::new();
        for (at, op) in ops.iter().enumerate() {
            match *op {
                Op::Write(key, op) => self.write(key, op),
                Op::Look(key, op) => self.look(key, op),
                Op::Hold(at, op) => self.hold(at, op),
                Op::Index(name, op) => self.index(name % NAMES, op),
                Op::Fork(_) if forks.len() >= FORKS_MAX => continue,
                Op::Fork(how) => {
                    let Some((fork, twin)) = self.fork(how) else { continue };
                    let mut subject = Subject::new(&fork, twin, self.tally);
                    subject.check();
                    if depth < FORK_DEPTH_MAX {
                        let rest = ops[at + 1..].iter().copied().take(FORK_STEPS_MAX);
                        forks.extend(subject.run(&rest.collect::<Vec<_>>(), depth + 1));
                    }
                    let twin = subject.end();
                    forks.push((fork, twin));
                }
            }
            count(&self.tally.steps);
            self.watched.check(&self.twin);
            self.check();
        }
        forks
    }

    pub(crate) fn close(&mut self) {
        self.stock.close();
        self.stock.close();
        self.twin.close();
        assert!(self.stock.is_closed());
        self.check();
    }

    /// Looks at everything that is held for the last time, and lets go of it.
    pub(crate) fn end(mut self) -> Twin {
        self.check();
        self.held.check_all(&self.twin, self.tally);
        self.held = Held::default();
        assert_eq!(self.stock.stats().views, 0, "no view is open any more");
        assert_eq!(self.stock.verify(), Ok(()));
        self.twin
    }

    /// Compares the live collection with the model, and what is held with what it was.
    pub(crate) fn check(&self) {
        let now = self.twin.now();
        for key in 0..KEYS {
            let found = self.stock.get(&key).map(|found| of_ref(&found));
            assert_eq!(found, now.get(&key).map(|doc| (key, *doc)), "get");
        }
        assert_eq!((self.stock.len(), self.stock.is_empty()), (now.len(), now.is_empty()), "len");
        self.held.check();
    }

    fn write(&mut self, key: u8, op: Write) {
        let (stock, name, twin) = (self.stock, Name(key), &mut self.twin);
        let value = Payload::new;
        match op {
            Write::Set(n) => {
                let set = stock.set(name, value(n)).map(did).map_err(|e| handed_back(&e, key, n));
                assert_eq!(set, twin.put(key, n, If::Always).map(told), "set");
            }
            Write::Insert(n) => {
                generate_next(key);
                let inserted = stock.insert(value(n)).map_err(|e| value_back(&e, n));
                let expected = twin.put(key, n, If::Absent);
                self.conditional(&expected);
                assert_eq!(inserted, expected.map(|_| name), "insert");
            }
            Write::Create(n) => {
                let made = stock.create(name, value(n)).map(did);
                let expected = twin.put(key, n, If::Absent);
                self.conditional(&expected);
                assert_eq!(made.map_err(|e| handed_back(&e, key, n)), expected.map(told), "create");
            }
            Write::Replace(n) => {
                let replaced = stock.replace(&name, value(n)).map(did);
                let expected = twin.put(key, n, If::Present);
                self.conditional(&expected);
                let replaced = replaced.map_err(|e| value_back(&e, n));
                assert_eq!(replaced, expected.map(told), "replace");
            }
            Write::CompareAndSet(back, n) => {
                let seen = twin.past(key, back);
                let set = stock.compare_and_set(&key, revision(seen), value(n)).map(did);
                let expected = twin.put(key, n, If::Revision(seen));
                self.conditional(&expected);
                let set = set.map_err(|e| value_back(&e, n));
                assert_eq!(set, expected.map(told), "compare_and_set");
            }
            Write::CompareAndRemove(back) => {
                let seen = twin.past(key, back);
                let removed = stock.compare_and_remove(&key, revision(seen));
                let expected = twin.remove(key, If::Revision(seen));
                self.conditional(&expected);
                let removed = removed.map(|old| Some(of_snapshot(&old).1)).map_err(|e| why(&e));
                assert_eq!(removed, expected, "compare_and_remove");
            }
            Write::SetMany(other, n) => self.set_many(key, other, n),
            Write::Remove | Write::RemoveIf(_) | Write::Retain(_) | Write::Clear => {
                self.remove(key, op);
            }
            _ => self.update(key, op),
        }
    }

    fn set_many(&mut self, key: u8, other: u8, n: u64) {
        let given = [(key, n), (other, plus(n, 1)), (key, plus(n, 2))];
        let items = given.map(|(key, n)| (Name(key), Payload::new(n)));
        let set = self.stock.set_many(items);

        let admitted = given.iter().try_for_each(|(_, n)| self.twin.admit(*n));
        let expected = admitted.map(|()| {
            // Of equal keys the last counts; written in key order.
            let mut last = if key == other { vec![given[2]] } else { vec![given[1], given[2]] };
            last.sort_unstable();
            let put = last.iter().map(|(key, n)| self.twin.put(*key, *n, If::Always));
            put.map(|put| told(put.expect("was admitted"))).collect::<Vec<_>>()
        });
        let set = set.map(|outcomes| outcomes.into_iter().map(did).collect::<Vec<_>>());
        let set = set.map_err(|refused| {
            let back = refused.given.iter().map(|(name, value)| (name.0, value.read()));
            assert_eq!(back.collect::<Vec<_>>(), given, "what was not written comes back");
            why(&refused.reason)
        });
        assert_eq!(set, expected, "set_many");
    }

    fn remove(&mut self, key: u8, op: Write) {
        let (stock, twin) = (self.stock, &mut self.twin);
        match op {
            Write::Remove | Write::RemoveIf(_) => {
                let wanted = |n| if let Write::RemoveIf(end) = op { n < end } else { true };
                let removed = match op {
                    Write::Remove => stock.remove(&key),
                    _ => stock.remove_if(&key, |old| wanted(old.read())),
                };
                let removed = removed.map(|old| old.map(|old| of_snapshot(&old).1));
                let removed = removed.map_err(|error| why(&error));
                let kept = twin.get(key).is_some_and(|old| !wanted(old.number));
                let expected = if kept { Ok(None) } else { twin.remove(key, If::Always) };
                assert_eq!(removed, expected, "{op:?}");
            }
            Write::Retain(n) => {
                let keep = |key: u8, number: u64| (u64::from(key) + number) % 5 != n % 5;
                let removed = stock.retain(|name, value| keep(name.0, value.read()));
                assert_eq!(removed.map_err(|error| why(&error)), twin.retain(keep), "retain");
            }
            _ => {
                let removed = stock.clear().map_err(|error| why(&error));
                assert_eq!(removed, twin.retain(|_, _| false), "clear");
                // Somebody watches: its end has a revision of its own.
                twin.revision += u64::from(removed.is_ok());
            }
        }
    }

    /// The verbs that write what a closure makes of the document.
    fn update(&mut self, key: u8, op: Write) {
        let (stock, twin) = (self.stock, &mut self.twin);
        let old = twin.get(key);
        let runs = Cell::new(0);
        let next = |value: &Payload, n| {
            runs.set(runs.get() + 1);
            Payload::new(plus(value.read(), n))
        };
        let expected = match op {
            Write::TryUpdate(n) if n % 2 == 1 => twin.update(key, |_| Err(Why::Closure(n))),
            Write::UpsertWith(n) => twin.put(key, plus(old.map_or(0, |d| d.number), n), If::Always),
            Write::Update(n) | Write::TryUpdate(n) | Write::UpdateInPlace(n) => {
                twin.update(key, |old| Ok(plus(old, n)))
            }
            _ => return self.compute(key, op),
        };
        let done = match op {
            Write::Update(n) => stock.update(&key, |old| next(old, n)).map_err(|e| why(&e)),
            Write::UpdateInPlace(n) => {
                let done = stock.update_in_place(&Name(key), |value| *value = next(value, n));
                done.map_err(|error| why(&error))
            }
            Write::UpsertWith(n) => {
                let made =
                    stock.upsert_with(Name(key), |old| next(old.unwrap_or(&Payload::new(0)), n));
                made.map_err(|error| why(&error))
            }
            Write::TryUpdate(n) => {
                let done = stock.try_update(&key, |old| {
                    let next = next(old, n);
                    if n % 2 == 1 { Err(n) } else { Ok(next) }
                });
                done.map_err(|error| why_not_updated(&error))
            }
            _ => unreachable!("other verbs are written elsewhere"),
        };
        let expected = expected.map(|(did, new)| (did, old, new));
        assert_eq!(done.map(|change| changed(&change)), expected, "{op:?}");
        let asked = matches!(op, Write::UpsertWith(_)) || old.is_some();
        let asked = asked && !self.twin.closed;
        assert_eq!(runs.get(), u64::from(asked), "a closure runs once when nobody is in its way");
    }

    fn compute(&mut self, key: u8, op: Write) {
        let Write::Compute(n) = op else { unreachable!("the last of the verbs") };
        let twin = &mut self.twin;
        let computed = self.stock.compute(Name(key), |old| match n % 3 {
            0 => Decision::Keep,
            1 => Decision::Put(Payload::new(plus(old.map_or(0, Payload::read), n))),
            _ => Decision::Remove,
        });
        let computed = computed.map(|computed| match computed {
            Computed::Kept(kept) => (None, kept.map(|kept| of_snapshot(&kept).1), None),
            Computed::Written(change) => {
                let (did, old, new) = changed(&change);
                (Some(did), old, Some(new))
            }
            Computed::Removed(old) => (Some(Did::Updated), Some(of_snapshot(&old).1), None),
            _ => unreachable!("a decision that the model does not know"),
        });
        let old = twin.get(key);
        let expected = match n % 3 {
            1 => {
                let put = twin.put(key, plus(old.map_or(0, |old| old.number), n), If::Always);
                put.map(|(did, new)| (Some(did), old, Some(new)))
            }
            2 => twin.remove(key, If::Always).map(|old| (old.map(|_| Did::Updated), old, None)),
            _ => twin.open().map(|()| (None, old, None)),
        };
        assert_eq!(computed.map_err(|error| why(&error)), expected, "compute");
    }

    fn fork(&mut self, how: Forking) -> Option<(Stock, Twin)> {
        let mut asked = Vec::new();
        let fork = match how {
            Forking::Plain => self.stock.fork(),
            Forking::With { without, replaced, by } => self.stock.fork_with(|name, value| {
                asked.push((name.0, value.read()));
                match name.0 {
                    key if key == without => Forked::Drop,
                    key if key == replaced => Forked::Replace(Payload::new(by)),
                    _ => Forked::Keep,
                }
            }),
        };
        let mut twin = self.twin.clone();
        let forked = twin.open().and_then(|()| {
            twin.writes = twin.documents.len() as u64;
            let Forking::With { without, replaced, by } = how else { return Ok(()) };
            twin.writes -= u64::from(twin.documents.remove(&without).is_some());
            let old = twin.documents.get(&replaced).map(|old| old.revision);
            old.map_or(Ok(()), |old| twin.put(replaced, by, If::Revision(old)).map(drop))
        });
        let whole = matches!(how, Forking::With { .. }) && forked.is_ok();
        if whole {
            asked.sort_unstable();
            let all = self.twin.documents.iter().map(|(key, doc)| (*key, doc.number));
            assert_eq!(asked, all.collect::<Vec<_>>(), "a fork asks about each document once");
        }
        assert_eq!(fork.as_ref().map(drop).map_err(why_not_forked), forked, "{how:?}");
        fork.ok().map(|fork| (fork, twin))
    }

    /// Counts a conditional write, unless something else was wrong with it.
    fn conditional<T>(&self, expected: &Result<T, Why>) {
        let lost = [Ok(()), Err(Why::Closed), Err(Why::Invalid)];
        let verdict = expected.as_ref().map(drop).map_err(|why| *why);
        if verdict == lost[0] || !lost.contains(&verdict) {
            count(&self.tally.conditional);
        }
        if !lost.contains(&verdict) {
            count(&self.tally.lost);
        }
    }
}

/// A document of the model under its key.
pub(crate) type Entry = (u8, Doc);

const FORK_DEPTH_MAX: usize = 2;
const FORK_STEPS_MAX: usize = 10;
const FORKS_MAX: usize = 8;
