//! Threads that use a collection as they like, and write down what they were told.
#![allow(clippy::disallowed_methods, reason = "a history needs the time")]

use std::sync::atomic::{Ordering::SeqCst, fence};
use std::thread;
use std::time::Instant;

use folio::{Collection, Computed, Op, Outcome, Ref, Revision, Snapshot, WriteError};

use crate::common::crew::Meeting;
use crate::common::dice::Dice;
use crate::common::payload::Payload;
use crate::history::event::{Doc, Effect, Event, Seen};

pub(crate) type Stock = Collection<u32, Payload>;

/// The threads, from one recording to the next.
#[derive(Debug)]
pub(crate) struct Band {
    start: Instant,
    players: Vec<Player>,
    round: u32,
}

/// One thread.
#[derive(Debug)]
struct Player {
    thread: u16,
    dice: Dice,
    /// How many values it has made; each is written at most once.
    made: u64,
    /// What it last saw under each key.
    last: Vec<Option<Doc>>,
}

/// How many threads there are.
pub(crate) const THREADS: u16 = 4;

/// Keys that every other round keeps to, at most; other rounds use all.
pub(crate) const HOT_KEYS: u32 = 8;

/// All keys.
pub(crate) const KEYS: u32 = 1024;

/// Calls of a thread between two meetings, at most: some more than fit into a slice of the
/// processor's time, so that threads are interrupted in the middle of a call.
pub(crate) const CALLS_MAX: usize = 8192;

impl Band {
    pub(crate) fn new(dice: &mut Dice) -> Self {
        let player = |thread| {
            let last = vec![None; KEYS as usize];
            Player { thread, dice: Dice::new(dice.next()), made: 0, last }
        };
        let players = (0..THREADS).map(player).collect();
        Self { start: Instant::now(), players, round: 0 }
    }

    /// Plays so many rounds, in each of which each thread makes so many calls. Returns the events
    /// of each thread one after another.
    pub(crate) fn play(&mut self, stock: &Stock, rounds: u32, calls: usize) -> Vec<Event> {
        let meeting = &Meeting::of(usize::from(THREADS));
        let (start, first) = (self.start, self.round);
        self.round += rounds;
        thread::scope(|threads| {
            let play = |player: &mut Player| {
                let _attendance = meeting.attend();
                let mut sheet = Sheet { stock, start, round: 0, player, events: Vec::new() };
                for round in first..first + rounds {
                    meeting.wait();
                    sheet.play_round(round, calls);
                }
                sheet.events
            };
            let played: Vec<_> = (self.players.iter_mut())
                .map(|player| threads.spawn(move || play(player)))
                .collect();
            let played = played.into_iter().map(|thread| thread.join().expect("a player ends"));
            played.flatten().collect()
        })
    }
}

/// A thread at work.
struct Sheet<'p> {
    stock: &'p Stock,
    start: Instant,
    round: u32,
    player: &'p mut Player,
    events: Vec<Event>,
}

/// What a call was told.
type Told = (Seen, Effect);

impl Sheet<'_> {
    fn play_round(&mut self, round: u32, calls: usize) {
        self.round = round;
        // 1, 2, 4, 8, then all: half of the rounds on few keys.
        let keys = if round % 2 == 0 { HOT_KEYS >> (round / 2 % 4) } else { KEYS };
        for _ in 0..calls {
            let key = self.player.dice.below(u64::from(keys));
            self.play_call(u32::try_from(key).expect("a key is a small number"));
        }
    }

    fn play_call(&mut self, key: u32) {
        match self.player.dice.below(100) {
            0..=23 => self.call(key, |sheet| seen(sheet.stock.get(&key))),
            24..=27 => self.call(key, |sheet| seen(sheet.stock.pin().get(&key))),
            28..=31 => self.call(key, |sheet| sheet.get_many(key)),
            32..=35 => self.call(key, |sheet| seen(sheet.stock.view().get(&key))),
            36..=37 => self.call(key, |sheet| seen(sheet.stock.pin().view().get(&key))),
            38..=39 => self.call(key, |sheet| {
                let there = sheet.stock.contains(&key);
                (if there { Seen::Present } else { Seen::Absent }, Effect::Nothing)
            }),
            40..=47 => self.call(key, |sheet| sheet.set(key)),
            48..=53 => self.call(key, |sheet| sheet.create(key)),
            54..=57 => self.call(key, |sheet| sheet.replace(key)),
            58..=69 => self.call(key, |sheet| sheet.update(key)),
            70..=73 => self.call(key, |sheet| sheet.compute(key)),
            74..=79 => {
                self.call(key, |sheet| seen(sheet.stock.get(&key)));
                self.call(key, |sheet| sheet.compare_and_set(key));
            }
            80..=83 => self.call(key, |sheet| sheet.compare_and_set(key)),
            84..=87 => self.call(key, |sheet| sheet.compare_and_remove(key)),
            88..=97 => self.call(key, |sheet| sheet.remove(key)),
            _ => self.call(key, |sheet| sheet.remove_if(key)),
        }
    }

    /// Makes a call, and writes it down.
    fn call(&mut self, key: u32, call: impl FnOnce(&mut Self) -> Told) {
        let called = self.now();
        // Keeps the processor from looking ahead, at what was there before the time was taken.
        fence(SeqCst);
        let (seen, effect) = call(self);
        let ret = self.now();
        let last = &mut self.player.last[key as usize];
        match (seen, effect) {
            (_, Effect::Put(doc)) | (Seen::This(doc), Effect::Nothing) => *last = Some(doc),
            _ => {}
        }
        let (thread, round) = (self.player.thread, self.round);
        self.events.push(Event { key, thread, round, call: called, ret, seen, effect });
    }

    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_nanos()).expect("a run of less than 500 years")
    }

    /// A value that no other write writes.
    fn fresh(&mut self) -> u64 {
        self.player.made += 1;
        self.player.made * u64::from(THREADS) + u64::from(self.player.thread)
    }

    fn get_many(&mut self, key: u32) -> Told {
        let pin = self.stock.pin();
        let keys = [(key + 1) % KEYS, key, (key + 7) % KEYS];
        let mut found = pin.get_many(&keys);
        seen(found.nth(1).expect("an answer for each key"))
    }

    fn set(&mut self, key: u32) -> Told {
        let value = self.fresh();
        wrote(value, self.stock.set(key, Payload::new(value)).expect("any value can be set"))
    }

    fn create(&mut self, key: u32) -> Told {
        let value = self.fresh();
        match self.stock.create(key, Payload::new(value)) {
            Ok(outcome) => wrote(value, outcome),
            Err(refused) => lost(None, &refused.reason),
        }
    }

    fn replace(&mut self, key: u32) -> Told {
        let value = self.fresh();
        match self.stock.replace(&key, Payload::new(value)) {
            Ok(outcome) => wrote(value, outcome),
            Err(refused) => lost(None, &refused.reason),
        }
    }

    fn update(&mut self, key: u32) -> Told {
        let value = self.fresh();
        let mut before = 0;
        let updated = self.stock.update(&key, |old| {
            before = old.read();
            Payload::new(value)
        });
        match updated {
            Ok(change) => {
                let old = change.old.expect("an update finds what it updates");
                assert_eq!(of(&old).value, before, "what the closure was shown last counts");
                (Seen::This(of(&old)), Effect::Put(of(&change.new)))
            }
            Err(error) => lost(None, &error),
        }
    }

    fn compute(&mut self, key: u32) -> Told {
        let (value, decision) = (self.fresh(), self.player.dice.below(3));
        let computed = self.stock.compute(key, |_| match decision {
            0 => Op::Keep,
            1 => Op::Remove,
            _ => Op::Put(Payload::new(value)),
        });
        match computed.expect("nothing can be wrong with it") {
            Computed::Kept(kept) => {
                (kept.map_or(Seen::Absent, |kept| Seen::This(of(&kept))), Effect::Nothing)
            }
            Computed::Removed(old) => (Seen::This(of(&old)), Effect::Removed),
            Computed::Written(change) => {
                let old = change.old.map_or(Seen::Absent, |old| Seen::This(of(&old)));
                (old, Effect::Put(of(&change.new)))
            }
            _ => unreachable!("a decision that was not made"),
        }
    }

    /// With the revision that this thread saw last, however long ago.
    fn compare_and_set(&mut self, key: u32) -> Told {
        let Some(last) = self.player.last[key as usize] else { return seen(self.stock.get(&key)) };
        let value = self.fresh();
        match self.stock.compare_and_set(&key, revision(last), Payload::new(value)) {
            Ok(outcome) => (Seen::This(last), wrote(value, outcome).1),
            Err(refused) => lost(Some(last), &refused.reason),
        }
    }

    fn compare_and_remove(&mut self, key: u32) -> Told {
        let Some(last) = self.player.last[key as usize] else { return seen(self.stock.get(&key)) };
        match self.stock.compare_and_remove(&key, revision(last)) {
            Ok(old) => {
                assert_eq!(of(&old), last, "it removes what it was told to");
                (Seen::This(last), Effect::Removed)
            }
            Err(error) => lost(Some(last), &error),
        }
    }

    fn remove(&mut self, key: u32) -> Told {
        let removed = self.stock.remove(&key).expect("an open collection");
        removed
            .map_or((Seen::Absent, Effect::Nothing), |old| (Seen::This(of(&old)), Effect::Removed))
    }

    fn remove_if(&mut self, key: u32) -> Told {
        let mut asked = None;
        let removed = self.stock.remove_if(&key, |old| {
            asked = Some(old.read());
            old.read() % 2 == 0
        });
        let kept = asked.is_some_and(|value| value % 2 == 1);
        match removed.expect("an open collection") {
            Some(old) => (Seen::This(of(&old)), Effect::Removed),
            None => (if kept { Seen::Present } else { Seen::Absent }, Effect::Nothing),
        }
    }
}

fn seen(found: Option<Ref<'_, u32, Payload>>) -> Told {
    let seen = found.map_or(Seen::Absent, |found| {
        let (version, revision) = (found.version().get(), found.revision().get());
        Seen::This(Doc { value: found.read(), version, revision })
    });
    (seen, Effect::Nothing)
}

fn of(snapshot: &Snapshot<u32, Payload>) -> Doc {
    let (version, revision) = (snapshot.version().get(), snapshot.revision().get());
    Doc { value: snapshot.read(), version, revision }
}

fn wrote(value: u64, outcome: Outcome) -> Told {
    let (version, revision) = (outcome.version().get(), outcome.revision().get());
    let seen = if outcome.is_created() { Seen::Absent } else { Seen::Present };
    (seen, Effect::Put(Doc { value, version, revision }))
}

/// A write that did not happen, on the condition that the document was `than`, if on any.
fn lost(than: Option<Doc>, reason: &WriteError) -> Told {
    let seen = match (than, reason) {
        (_, WriteError::NotFound { .. }) => Seen::Absent,
        (_, WriteError::AlreadyExists { .. }) => Seen::Present,
        (Some(than), WriteError::Conflict { actual, .. }) => {
            Seen::Other(than, actual.map(Revision::get))
        }
        _ => unreachable!("nothing else can be wrong with it: {reason}"),
    };
    (seen, Effect::Nothing)
}

fn revision(doc: Doc) -> Revision {
    Revision::new(doc.revision).expect("no document has revision 0")
}
