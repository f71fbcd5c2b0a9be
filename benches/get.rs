//! What does one read by key cost: alone, pinned, in a batch, copied out, of an absent key?
#![allow(missing_docs, reason = "criterion_group! makes a public function")]
#![allow(clippy::missing_panics_doc, reason = "a bench that finds something wrong stops")]

mod common;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use uuid::Uuid;

use crate::common::{FEW, MANY, Picks, churned, crew, short};

fn one_thread(c: &mut Criterion) {
    for docs in [FEW, MANY] {
        let (collection, keys) = churned(docs);
        let mut picks = Picks::new(3);
        let mut group = c.benchmark_group(format!("get/{docs}"));
        group.bench_function("get", |b| {
            b.iter(|| collection.get(picks.of(&keys)).map(|found| found[0]));
        });
        group.bench_function("pinned", |b| {
            let pin = collection.pin();
            b.iter(|| pin.get(picks.of(&keys)).map(|found| found[0]));
        });
        group.bench_function("cloned", |b| b.iter(|| collection.get_cloned(picks.of(&keys))));
        group.bench_function("snapshot", |b| {
            b.iter(|| collection.get(picks.of(&keys)).map(|found| found.snapshot()));
        });
        group.bench_function("absent", |b| {
            b.iter(|| collection.contains(&Uuid::from_u64_pair(1, picks.draw())));
        });
        group.throughput(Throughput::Elements(64));
        group.bench_function("get_many_64", |b| {
            b.iter(|| {
                let batch: [Uuid; 64] = std::array::from_fn(|_| *picks.of(&keys));
                let pin = collection.pin();
                for found in pin.get_many(&batch) {
                    black_box(found.map(|found| found[0]));
                }
            });
        });
        group.finish();
    }
}

fn threads(c: &mut Criterion) {
    let (collection, keys) = churned(MANY);
    let mut group = c.benchmark_group(format!("get/{MANY}/threads"));
    for threads in [2, 8] {
        group.bench_function(BenchmarkId::from_parameter(threads), |b| {
            b.iter_custom(|times| {
                crew(threads, times, |picks| {
                    collection.get(picks.of(&keys)).map_or(0, |found| found[0])
                })
            });
        });
    }
    group.finish();
}

criterion_group!(name = benches; config = short(); targets = one_thread, threads);
criterion_main!(benches);
