//! **Single flight**: one loader at a time for each key, however many ask for it.
//!
//! # Words
//!
//! Whoever misses a document joins the **flight** of its key, the one that is up or a new one, as a
//! **caller**. One caller **leads**: it loads. The others wait. The flight **lands** with what the
//! leader has brought, and everybody aboard gets that. A caller **leaves** before the landing if
//! its loader failed or panicked, if it was cancelled, or if nobody would keep what it brought. A
//! leader that leaves hands the lead to whoever has waited longest; if nobody waits, the flight is
//! over.
//!
//! # Invariants
//!
//! * **L1** Of each key one flight at most is up, and in it one caller leads, whenever nobody holds
//!   the lock of its shard: the lead is handed on under that lock.
//! * **L2** Whoever waits is told that it leads, or what was landed, unless it leaves before; then
//!   it is woken. Who was told to lead and leaves without having heard of it hands the lead on
//!   like any other.
//! * **L3** Whoever asks for a key on a thread on which its loader runs at that moment may not
//!   join: it would wait for itself.
//!
//! The lock of a shard is taken by those who missed something, for a look into a tree; no code of
//! the user runs under it but the key's `Eq`. That of an answer lies within it.

mod caller;

use std::collections::BTreeMap;

use self::caller::Answer;
pub(crate) use self::caller::{Caller, Turn};
use crate::sync::{Arc, Mutex, OnceLock, lock, shards};

/// The flights that are up, of one collection.
pub(crate) struct Flights<K, T> {
    /// Made when something is missed for the first time.
    shards: OnceLock<Box<[Shard<K, T>]>>,
    /// Each flight has a copy, so that they are counted without a lock.
    up: Arc<()>,
}

type Shard<K, T> = Mutex<Airspace<K, T>>;

/// Flights by the hash of their key.
type Airspace<K, T> = BTreeMap<u64, Vec<Flight<K, T>>>;

struct Flight<K, T> {
    key: K,
    leader: Arc<Answer<T>>,
    /// By their places: who has waited longest comes first.
    waiting: BTreeMap<u64, Arc<Answer<T>>>,
    _up: Arc<()>,
}

/// Of the first leader, which never waits.
const NO_PLACE: u64 = 0;

impl<K, T> Flight<K, T> {
    /// Puts somebody at the end of those who wait. Says where that is.
    fn take_place(&mut self, answer: &Arc<Answer<T>>) -> u64 {
        let last = self.waiting.last_key_value().map_or(NO_PLACE, |(last, _)| *last);
        self.waiting.insert(last + 1, Arc::clone(answer));
        last + 1
    }

    /// Takes somebody out of those who wait, unless the place is another one's by now.
    fn give_up_place(&mut self, place: u64, answer: &Arc<Answer<T>>) {
        if self.waiting.get(&place).is_some_and(|waiting| Arc::ptr_eq(waiting, answer)) {
            self.waiting.remove(&place);
        }
    }
}

impl<K: Eq, T: Clone> Flights<K, T> {
    pub(crate) fn new() -> Self {
        Self { shards: OnceLock::new(), up: Arc::new(()) }
    }

    /// Joins the flight of a key; `None` if its loader runs on this thread.
    pub(crate) fn join(&self, hash: u64, key: K) -> Option<Caller<'_, K, T>> {
        let shard = self.shard(hash);
        let answer = Arc::new(Answer::new());
        let mut flights = lock(shard);
        let same = flights.get_mut(&hash).and_then(|same| same.iter_mut().find(|up| up.key == key));
        let place = match same {
            // L3: this thread could not go on to load.
            Some(flight) if flight.leader.is_loading_here() => return None,
            Some(flight) => flight.take_place(&answer),
            None => {
                // L1: nobody else is aboard.
                let nobody = answer.lead();
                debug_assert!(nobody.is_none(), "L2: a new caller has nobody to be woken");
                let (leader, up) = (Arc::clone(&answer), Arc::clone(&self.up));
                let flight = Flight { key, leader, waiting: BTreeMap::new(), _up: up };
                flights.entry(hash).or_default().push(flight);
                NO_PLACE
            }
        };
        drop(flights);
        Some(Caller::new(shard, hash, place, answer))
    }

    /// How many are up.
    pub(crate) fn up(&self) -> usize {
        Arc::strong_count(&self.up) - 1
    }

    fn shard(&self, hash: u64) -> &Shard<K, T> {
        let shards = self.shards.get().map_or_else(|| self.make_shards(), |made| &**made);
        &shards[usize::try_from(hash >> 32).unwrap_or(0) & (shards.len() - 1)]
    }

    #[cold]
    fn make_shards(&self) -> &[Shard<K, T>] {
        let made = (0..shards()).map(|_| Mutex::new(BTreeMap::new())).collect();
        // Whoever comes second finds those of the first.
        drop(self.shards.set(made));
        self.shards.get().expect("they were set just now")
    }
}
