//! What does a watch cost: those who write, while it waits and while it does not; to open; to read?
//!
//! Rounds of one program on a machine with other work say little about a few nanoseconds:
//! `benches/feed_cost.sh` counts the instructions of a write that nobody watches.
#![allow(missing_docs, reason = "criterion_group! makes a public function")]
#![allow(clippy::missing_panics_doc, reason = "a bench that finds something wrong stops")]

mod common;

use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use futures_core::Stream;

use folio::{Collection, Pattern, Watch};

use crate::common::{Picks, Value, churned, short, timed};

type Documents = Collection<String, Value>;
type Watching = Vec<Watch<String, Value>>;
type Patterns = fn(usize) -> Pattern<String>;

/// Whom a write over a key is told to: everybody; nobody, who are all asked, or found by key.
const PATTERNS: [(&str, Patterns); 3] = [
    ("all", |_| Pattern::all()),
    ("exact", |i| Pattern::exact(format!("other-{i}"))),
    ("prefix", |i| Pattern::prefix(format!("other-{i}-"))),
];

fn documents() -> (Documents, Vec<String>) {
    let keys: Vec<_> = (0..DOCS).map(|i| format!("key-{i}")).collect();
    (keys.iter().map(|key| (key.clone(), [0; 8])).collect(), keys)
}

fn watch(documents: &Documents, number: usize, pattern: Patterns) -> Watching {
    (0..number).map(|i| documents.watch().keys(pattern(i)).subscribe()).collect()
}

/// Takes what there is, and waits from then on: without a thread, as a task does.
fn wait(watching: &mut [Watch<String, Value>]) {
    let context = &mut Context::from_waker(Waker::noop());
    for watch in watching {
        while let Poll::Ready(item) = Pin::new(&mut *watch).poll_next(context) {
            item.expect("no end").expect("nobody falls behind here");
        }
    }
}

/// One write. Those who were woken wait again before the next, which is not measured; whoever waits
/// for what is not written waits once: to ask ten thousand of them would empty the caches.
fn write_while_waiting(c: &mut Criterion) {
    for (name, pattern) in PATTERNS {
        let mut group = c.benchmark_group(format!("watch/write/waiting/{name}"));
        for number in [0, 1, 10, 1_000, 10_000] {
            let (documents, keys) = documents();
            let mut watching = watch(&documents, number, pattern);
            let mut picks = Picks::new(3);
            wait(&mut watching);
            group.measurement_time(Duration::from_millis(if number < 1_000 { 1_000 } else { 300 }));
            group.bench_function(BenchmarkId::from_parameter(number), |b| {
                b.iter_custom(|times| {
                    let mut work = |writes| write(&documents, &keys, &mut picks, writes);
                    match name {
                        "all" if number > 0 => rows(times, 1, |_| wait(&mut watching), work),
                        _ => timed(|| work(times)),
                    }
                });
            });
        }
        group.finish();
    }
}

/// They have not come to the end of what there is, so nobody looks whether to wake them.
fn write_while_not_waiting(c: &mut Criterion) {
    let mut group = c.benchmark_group("watch/write/not_waiting");
    for (name, pattern) in PATTERNS {
        let (documents, keys) = documents();
        let watching = watch(&documents, 1_000, pattern);
        let mut picks = Picks::new(3);
        group.bench_function(BenchmarkId::new(name, 1_000), |b| {
            b.iter_custom(|times| timed(|| write(&documents, &keys, &mut picks, times)));
        });
        drop(watching);
    }
    group.finish();
}

/// How long so much work takes, in rows; before each something happens that is not measured.
fn rows(times: u64, row: u64, mut before: impl FnMut(u64), mut work: impl FnMut(u64)) -> Duration {
    let mut elapsed = Duration::ZERO;
    let mut left = times;
    while left > 0 {
        let now = left.min(row);
        before(now);
        elapsed += timed(|| work(now));
        left -= now;
    }
    elapsed
}

fn take_all(watch: &mut Watch<String, Value>) {
    while watch.try_recv().expect("nobody falls behind here").is_some() {}
}

fn write(documents: &Documents, keys: &[String], picks: &mut Picks, times: u64) {
    for _ in 0..times {
        documents.replace(picks.of(keys), [picks.draw(); 8]).expect("it is there");
    }
}

/// While somebody else watches, and as the first one; with the end of it.
fn open(c: &mut Criterion) {
    let (documents, _) = documents();
    let mut group = c.benchmark_group("watch/open");
    group.bench_function("first", |b| b.iter(|| drop(documents.watch().subscribe())));
    let _other = documents.watch().subscribe();
    group.bench_function("second", |b| b.iter(|| drop(documents.watch().subscribe())));
    group.finish();
}

/// Until the first event could be taken, of a million, and with it. The end of it is not measured.
fn open_with_replay(c: &mut Criterion) {
    let mut group = c.benchmark_group("watch/open_with_replay");
    let (documents, _) = churned(1_000_000);
    let _other = documents.watch().subscribe();
    let open = || documents.watch().replay().subscribe();
    // One at a time: whoever comes copies the list of those who are there.
    group.bench_function("opened", |b| {
        b.iter_batched(|| (), |()| open(), BatchSize::PerIteration);
    });
    group.bench_function("first_event", |b| {
        let first = |()| {
            let mut watch = open();
            let first = watch.try_recv().expect("no gap").expect("a document");
            (watch, first)
        };
        b.iter_batched(|| (), first, BatchSize::PerIteration);
    });
    group.finish();
}

/// Taking what was written, with the events' ends. The writes are not measured.
fn drain(c: &mut Criterion) {
    let (documents, keys) = documents();
    let mut group = c.benchmark_group("watch/drain");
    group.throughput(Throughput::Elements(1));
    for (name, pattern) in [("all", Pattern::all()), ("exact", Pattern::exact(keys[0].clone()))] {
        let mut watch = documents.watch().keys(pattern).subscribe();
        let mut picks = Picks::new(3);
        group.bench_function(name, |b| {
            b.iter_custom(|times| {
                let before = |writes| write(&documents, &keys, &mut picks, writes);
                rows(times, 1_024, before, |_| take_all(&mut watch))
            });
        });
    }
    group.finish();
}

const DOCS: usize = 8_192;

criterion_group!(
    name = benches;
    config = short();
    targets = write_while_waiting, write_while_not_waiting, open, open_with_replay, drain
);
criterion_main!(benches);
