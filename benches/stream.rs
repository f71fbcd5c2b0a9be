//! What does one document of a walk over all of them cost, by each way to walk?
#![allow(missing_docs, reason = "criterion_group! makes a public function")]
#![allow(clippy::missing_panics_doc, reason = "a bench that finds something wrong stops")]

mod common;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};

use crate::common::{FEW, MANY, churned, short};

fn walk(c: &mut Criterion) {
    for docs in [FEW, MANY] {
        let (collection, _) = churned(docs);
        let mut group = c.benchmark_group(format!("stream/{docs}"));
        group.throughput(Throughput::Elements(docs as u64));
        group.bench_function("iter", |b| {
            b.iter(|| collection.iter().fold(0_u64, |sum, found| sum ^ found[0]));
        });
        group.bench_function("stream_0", |b| {
            b.iter(|| collection.stream(0).fold(0_u64, |sum, found| sum ^ found[0]));
        });
        group.bench_function("stream_64", |b| {
            b.iter(|| collection.stream(64).fold(0_u64, |sum, found| sum ^ found[0]));
        });
        group.bench_function("cursor", |b| {
            b.iter(|| collection.cursor().fold(0_u64, |sum, found| sum ^ found[0]));
        });
        group.bench_function("sorted", |b| {
            b.iter(|| collection.view().sorted().fold(0_u64, |sum, found| sum ^ found[0]));
        });
        group.finish();
    }
}

criterion_group!(name = benches; config = short(); targets = walk);
criterion_main!(benches);
