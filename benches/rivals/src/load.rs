//! The load: the same keys, the same churn and the same order of picks for every system.

use std::fs;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Barrier, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use uuid::{Builder, Uuid};

use crate::indexed::Order;
use crate::systems::{Hasher, System, Value};

/// What all systems have in common at one number of documents.
pub struct Ground {
    pub seed: u64,
    /// Cloned into every store.
    pub hasher: Hasher,
    /// Every key that a store is filled with.
    pub keys: Vec<Uuid>,
    /// A fixed few of them, spread over the population.
    pub hot: Vec<Uuid>,
    /// As many again that are in no store.
    pub fresh: Vec<Uuid>,
    /// The order of the churn: one update for each document.
    churn: Vec<u32>,
    /// Of caches, by distribution, once they are asked for.
    picks: [OnceLock<Vec<u32>>; 3],
}

/// Which keys are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dist {
    /// Any key, each as likely as the others.
    Uniform,
    /// One of the [`HOT`] hot ones.
    Hot,
    /// The n-th as often as 1 / n^0.99.
    Zipf,
}

/// How a crew works.
#[derive(Clone, Copy)]
pub struct Shift {
    pub threads: usize,
    pub length: Duration,
    /// Decides the picks, together with the number of the lane.
    pub seed: u64,
}

/// What one thread of a crew works on.
pub struct Lane<'a> {
    /// Its number, from 0.
    pub number: usize,
    /// Operations done.
    pub done: u64,
    state: u64,
    keys: &'a [Uuid],
    stop: &'a AtomicBool,
}

/// What a crew did.
pub struct Work {
    /// From the first start to the last end.
    pub elapsed: Duration,
    /// By lane.
    pub done: Vec<u64>,
}

impl Ground {
    pub fn new(docs: usize, seed: u64) -> Self {
        let mut state = seed;
        let mut draw = || splitmix(&mut state);
        let mut keys = |_| {
            let bits = u128::from(draw()) << 64 | u128::from(draw());
            Builder::from_random_bytes(bits.to_ne_bytes()).into_uuid()
        };
        let fresh = (0..docs).map(&mut keys).collect();
        let keys: Vec<Uuid> = (0..docs).map(&mut keys).collect();
        let few = docs.min(HOT);
        let hot = (0..few).map(|i| keys[i * docs / few]).collect();

        let mut churn: Vec<u32> = (0..docs as u32).collect();
        for last in (1..docs).rev() {
            churn.swap(last, scale(splitmix(&mut state), last + 1));
        }
        Self { seed, hasher: Hasher::default(), keys, hot, fresh, churn, picks: Default::default() }
    }

    pub fn docs(&self) -> usize {
        self.keys.len()
    }

    pub fn keys(&self, dist: Dist) -> &[Uuid] {
        match dist {
            Dist::Hot => &self.hot,
            _ => &self.keys,
        }
    }

    /// Documents of caches in the order in which they are asked for, which all lanes go round.
    pub fn picks(&self, dist: Dist) -> &[u32] {
        self.picks[dist as usize].get_or_init(|| {
            let (docs, mut state) = (self.docs(), self.seed ^ PICKS as u64);
            let below: Box<dyn Fn(u64) -> usize> = match dist {
                Dist::Uniform => Box::new(|bits| scale(bits, docs)),
                Dist::Hot => Box::new(|bits| scale(bits, docs.min(HOT))),
                Dist::Zipf => {
                    let mut sum = 0.0;
                    let chance = (1..=docs).map(|n| (n as f64).powf(-SKEW));
                    let upto: Vec<f64> = chance.map(|chance| (sum += chance, sum).1).collect();
                    let sum = sum * 0.5_f64.powi(64);
                    Box::new(move |bits| {
                        upto.partition_point(|upto| *upto <= bits as f64 * sum).min(docs - 1)
                    })
                }
            };
            // Through the churn, so that those asked for most are anywhere.
            (0..PICKS).map(|_| self.churn[below(splitmix(&mut state))]).collect()
        })
    }

    /// In random order.
    pub fn churn(&self) -> impl Iterator<Item = usize> {
        self.churn.iter().map(|i| *i as usize)
    }

    /// The order of a key after so many steps: at each number of steps, every amount is one
    /// order's, and every city has a hundred of them.
    pub fn order(&self, i: usize, steps: usize) -> Order {
        let place = (self.churn[i] as usize + steps) % self.docs();
        Order::new(place as u32, self.cities())
    }

    /// Steps of the one move that every order has behind it: far, and to another city.
    pub fn moved(&self) -> usize {
        self.docs() / 2 + 1
    }

    pub fn cities(&self) -> u32 {
        (self.docs() / IN_A_CITY).max(1) as u32
    }

    /// A store with all documents, each of which has been updated once, in random order.
    pub fn fill<S: System>(&self) -> S {
        let system = S::new(self.hasher.clone());
        for (i, key) in self.keys.iter().enumerate() {
            system.insert(*key, value(i as u64));
        }
        for i in self.churn() {
            system.update(self.keys[i], value(i as u64 + 1));
        }
        system.settle();
        system
    }
}

impl Dist {
    pub fn name(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::Hot => "hot",
            Self::Zipf => "zipf",
        }
    }
}

impl Shift {
    /// Lets a crew of threads begin together, says "stop" when the shift is over, and waits for
    /// all. A shift without length is never told to stop: its work must end by itself.
    ///
    /// What a lane returns comes back beside its work.
    pub fn run<T: Send>(
        self,
        keys: &[Uuid],
        work: impl Fn(&mut Lane<'_>) -> T + Sync,
    ) -> (Work, Vec<T>) {
        let stop = &AtomicBool::new(false);
        let gate = &Barrier::new(self.threads + 1);
        let work = &work;

        let lanes: Vec<_> = thread::scope(|scope| {
            let crew: Vec<_> = (0..self.threads)
                .map(|number| {
                    scope.spawn(move || {
                        let mut state = self.seed ^ ((number as u64 + 1) << 32);
                        let state = splitmix(&mut state) | 1;
                        let mut lane = Lane { number, done: 0, state, keys, stop };
                        gate.wait();
                        let (start, waited) = (Instant::now(), waited_here());
                        let result = work(&mut lane);
                        let end = Instant::now();
                        WAITED.fetch_add(waited_here().saturating_sub(waited), Relaxed);
                        WORKED.fetch_add((end - start).as_nanos() as u64, Relaxed);
                        (start, end, lane.done, result)
                    })
                })
                .collect();
            gate.wait();
            if !self.length.is_zero() {
                thread::sleep(self.length);
                stop.store(true, Relaxed);
            }
            crew.into_iter().map(|lane| lane.join().expect("no lane panics")).collect()
        });

        let start = lanes.iter().map(|lane| lane.0).min().expect("a crew has a lane");
        let end = lanes.iter().map(|lane| lane.1).max().expect("a crew has a lane");
        let (done, results) = lanes.into_iter().map(|lane| (lane.2, lane.3)).unzip();
        (Work { elapsed: end - start, done }, results)
    }
}

impl<'a> Lane<'a> {
    /// A random number (xorshift).
    #[inline]
    pub fn draw(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }

    /// A random number below `len`.
    #[inline]
    pub fn below(&mut self, len: usize) -> usize {
        scale(self.draw(), len)
    }

    /// A random key.
    #[inline]
    pub fn key(&mut self) -> &'a Uuid {
        &self.keys[self.below(self.keys.len())]
    }

    /// A random value.
    #[inline]
    pub fn value(&mut self) -> Value {
        value(self.draw())
    }

    /// True in about `percent` of a hundred cases.
    #[inline]
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Does `op` until told to stop. Looking whether that is so costs a load for each `BATCH`.
    #[inline]
    pub fn repeat<const BATCH: u64>(&mut self, mut op: impl FnMut(&mut Self) -> u64) {
        let mut sum = 0_u64;
        loop {
            for _ in 0..BATCH {
                sum = sum.wrapping_add(op(self));
            }
            self.done += BATCH;
            if self.stop.load(Relaxed) {
                break;
            }
        }
        black_box(sum);
    }
}

impl Work {
    /// What one operation takes one thread, in nanoseconds.
    pub fn ns_per_op(&self) -> f64 {
        let done: u64 = self.done.iter().sum();
        self.elapsed.as_nanos() as f64 * self.done.len() as f64 / done as f64
    }
}

/// Lets others work for a moment.
pub fn pause() {
    thread::sleep(Duration::from_millis(1));
}

/// Which part of their time all lanes since the last call were ready, but had no processor: others
/// had them. 0 where the system does not tell.
pub fn waited() -> f64 {
    let (waited, worked) = (WAITED.swap(0, Relaxed), WORKED.swap(0, Relaxed));
    waited as f64 / worked.max(1) as f64
}

/// How long this thread has waited for a processor in its life, in nanoseconds.
fn waited_here() -> u64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split_whitespace().nth(1).and_then(|waited| waited.parse().ok()).unwrap_or(0)
}

static WAITED: AtomicU64 = AtomicU64::new(0);
static WORKED: AtomicU64 = AtomicU64::new(0);

/// Eight times the same word.
#[inline]
pub fn value(word: u64) -> Value {
    [word; 8]
}

/// The key of a document in a cache: another one for each.
#[inline]
pub fn cache_key(document: u32) -> u64 {
    u64::from(document).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// A number below `len`, from the upper half of `bits`; a multiplication where `%` is a division.
#[inline]
fn scale(bits: u64, len: usize) -> usize {
    (((bits >> 32) * len as u64) >> 32) as usize
}

/// The next number of a sequence that any seed is good for.
pub fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut bits = *state;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// Size of the hot set.
pub const HOT: usize = 1_000;

/// Of the Zipf distribution.
const SKEW: f64 = 0.99;

/// Picks until a lane begins again.
const PICKS: usize = 1 << 20;

/// Orders that are found together by their city.
pub const IN_A_CITY: usize = 100;

/// Operations between two looks at the clock's word.
pub const BATCH: u64 = 64;
