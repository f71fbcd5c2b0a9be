//! The loops over feeds.

use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use uuid::Uuid;

use crate::feeds::{BEHIND, Consumer, Feed};
use crate::jobs::tail::{empty, quantile};
use crate::jobs::{Case, Entrant, NS_PER_OP, Sample, Store};
use crate::load::{Ground, splitmix, value};
use crate::plan::Job;
use crate::systems::Value;

/// The face of one system.
pub const fn entrant<F: Feed>() -> Entrant {
    Entrant {
        name: F::NAME,
        walk: F::SLOW,
        fill: |ground| Box::new(Filled(fill::<F>(ground))),
        alone: |_, _| unreachable!("done in stores that are filled"),
        weigh: |_| unreachable!("nobody asks what a feed weighs"),
    }
}

struct Filled<F>(F);

fn fill<F: Feed>(ground: &Ground) -> F {
    let feed = F::new(ground.hasher.clone());
    for (i, key) in ground.keys.iter().enumerate() {
        feed.write(*key, value(i as u64));
    }
    for i in ground.churn() {
        feed.write(ground.keys[i], value(i as u64 + 1));
    }
    feed
}

impl<F: Feed> Store for Filled<F> {
    fn measure(&self, ground: &Ground, case: &Case) -> Option<Sample> {
        let (feed, mut picks) = (&self.0, Picks { keys: &ground.keys, state: case.seed });
        let length = case.pace.shift;
        let sample = match case.job {
            Job::FeedWrite { consumers } => write(feed, &mut picks, length, consumers),
            Job::FeedDrain => drain(feed, &mut picks, length),
            Job::FeedThrough { writers, consumers } => {
                through(feed, &mut picks, length, writers, consumers)
            }
            Job::FeedLatency { consumers } => latency(feed, &mut picks, length, consumers),
            _ => unreachable!("another set's"),
        };
        feed.settle();
        Some(sample)
    }
}

/// Writes, and then what was written is taken, by one and the same thread, each timed for itself.
fn write<F: Feed>(feed: &F, picks: &mut Picks<'_>, length: Duration, consumers: usize) -> Sample {
    let mut consumers: Vec<_> = (0..consumers).map(|_| feed.subscribe()).collect();
    let (mut wrote, mut took) = (Vec::new(), Vec::new());
    let start = Instant::now();
    while start.elapsed() < length {
        let begin = Instant::now();
        for _ in 0..BURST {
            feed.write(picks.key(), value(1));
        }
        wrote.push(begin.elapsed().as_nanos() as f64 / BURST as f64);
        for consumer in &mut consumers {
            let begin = Instant::now();
            for _ in 0..BURST {
                black_box(consumer.take_now());
            }
            took.push(begin.elapsed().as_nanos() as f64 / BURST as f64);
        }
    }
    let mut sample = vec![(NS_PER_OP, median(wrote))];
    if !consumers.is_empty() {
        sample.push(("take", median(took)));
    }
    sample
}

/// What one thread has written is taken by another, which is timed, and so on in turn.
fn drain<F: Feed>(feed: &F, picks: &mut Picks<'_>, length: Duration) -> Sample {
    let (turn, mut consumer) = (&Barrier::new(2), feed.subscribe());
    let took = thread::scope(|scope| {
        let taker = scope.spawn(move || {
            let (mut took, mut last) = (Vec::new(), 0);
            while last != END {
                turn.wait();
                let begin = Instant::now();
                for _ in 0..BURST {
                    last = black_box(consumer.take());
                }
                took.push(begin.elapsed().as_nanos() as f64 / BURST as f64);
                turn.wait();
            }
            took
        });
        let (start, mut is_last) = (Instant::now(), false);
        while !is_last {
            is_last = start.elapsed() >= length;
            for _ in 1..BURST {
                feed.write(picks.key(), value(0));
            }
            feed.write(picks.key(), stamp(if is_last { END } else { 0 }));
            turn.wait();
            turn.wait();
        }
        taker.join().expect("no panic")
    });
    vec![(NS_PER_OP, median(took))]
}

/// As many writes as all consumers can follow.
fn through<F: Feed>(
    feed: &F,
    picks: &mut Picks<'_>,
    length: Duration,
    writers: usize,
    consumers: usize,
) -> Sample {
    let (burst, sent) = (BURST / writers, &AtomicU64::new(0));
    let (elapsed, _) = crew(feed, consumers, |followers| {
        let start = Instant::now();
        let write = |picks: &mut Picks<'_>| {
            while start.elapsed() < length {
                for _ in 0..burst {
                    feed.write(picks.key(), value(0));
                }
                let sent = sent.fetch_add(burst as u64, Relaxed) + burst as u64;
                followers.reach(sent.saturating_sub(BURST as u64));
            }
        };
        thread::scope(|scope| {
            for _ in 1..writers {
                let mut picks = picks.others();
                scope.spawn(move || write(&mut picks));
            }
            write(picks);
        });
        feed.write(picks.key(), stamp(END));
        followers.reach(sent.load(Relaxed) + 1);
    });
    vec![(NS_PER_OP, elapsed.as_nanos() as f64 / sent.load(Relaxed) as f64)]
}

/// One write after the other, each when all have taken the last one: from before the write until
/// a thread that waited for it has it.
fn latency<F: Feed>(feed: &F, picks: &mut Picks<'_>, length: Duration, consumers: usize) -> Sample {
    let (_, latencies) = crew(feed, consumers, |followers| {
        let mut sent = 0;
        while followers.start.elapsed() < length {
            feed.write(picks.key(), stamp(followers.start.elapsed().as_nanos() as u64));
            sent += 1;
            followers.reach(sent);
        }
        feed.write(picks.key(), stamp(END));
    });
    let mut all = empty();
    for latencies in &latencies {
        all.add(latencies).expect("same bounds");
    }
    vec![(NS_PER_OP, all.mean()), ("p50", quantile(&all, 0.5)), ("p99", quantile(&all, 0.99))]
}

/// Consumers, each on a thread of its own.
struct Followers {
    start: Instant,
    taken: Vec<Taken>,
}

/// On a line of its own.
#[derive(Default)]
#[repr(align(128))]
struct Taken(AtomicU64);

impl Followers {
    /// Waits until all of them have taken so many events.
    fn reach(&self, events: u64) {
        while self.taken.iter().any(|taken| taken.0.load(Relaxed) < events) {
            thread::yield_now();
        }
    }
}

/// Lets `work` write while consumers follow, until they are told of the end. The time until the
/// last one was, and how long after their stamps events were taken.
fn crew<F: Feed>(
    feed: &F,
    consumers: usize,
    work: impl FnOnce(&Followers),
) -> (Duration, Vec<Histogram<u64>>) {
    let taken = (0..consumers).map(|_| Taken::default()).collect();
    let followers = &Followers { start: Instant::now(), taken };
    let gate = &Barrier::new(consumers + 1);
    thread::scope(|scope| {
        let follow = |taken| {
            let mut consumer = feed.subscribe();
            scope.spawn(move || {
                gate.wait();
                follow(&mut consumer, followers.start, taken)
            })
        };
        let crew: Vec<_> = followers.taken.iter().map(follow).collect();
        gate.wait();
        let begin = Instant::now();
        work(followers);
        let latencies = crew.into_iter().map(|one| one.join().expect("no panic")).collect();
        (begin.elapsed(), latencies)
    })
}

fn follow(consumer: &mut impl Consumer, start: Instant, taken: &Taken) -> Histogram<u64> {
    let mut latencies = empty();
    for number in 1.. {
        let stamp = consumer.take();
        if stamp != 0 && stamp != END {
            let late = (start.elapsed().as_nanos() as u64).saturating_sub(stamp);
            latencies.saturating_record(late.max(1));
        }
        taken.0.store(number, Relaxed);
        if stamp == END {
            break;
        }
    }
    latencies
}

/// Random keys.
struct Picks<'a> {
    keys: &'a [Uuid],
    state: u64,
}

impl Picks<'_> {
    fn key(&mut self) -> Uuid {
        self.keys[splitmix(&mut self.state) as usize % self.keys.len()]
    }

    /// Other ones of the same keys.
    fn others(&mut self) -> Self {
        Self { keys: self.keys, state: splitmix(&mut self.state) }
    }
}

/// A value that is read as this word.
fn stamp(word: u64) -> Value {
    [word, 0, 0, 0, 0, 0, 0, 0]
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// What ends the work of consumers.
const END: u64 = u64::MAX;

/// Writes in a row; no consumer is ever behind by more than two of these.
const BURST: usize = BEHIND / 4;
