//! What does it cost to ask with a loader at hand: when the document is there, and when it is not?
#![allow(missing_docs, reason = "criterion_group! makes a public function")]
#![allow(clippy::missing_panics_doc, reason = "a bench that finds something wrong stops")]

mod common;

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use criterion::{Criterion, criterion_group, criterion_main};
use uuid::Uuid;

use crate::common::{FEW, Picks, churned, short};

/// Beside what it should equal: `get`, and an owner of what it finds.
fn hit(c: &mut Criterion) {
    let (collection, keys) = churned(FEW);
    let mut picks = Picks::new(3);
    let mut group = c.benchmark_group("load/hit");
    group.bench_function("get", |b| {
        b.iter(|| collection.get(picks.of(&keys)).map(|found| found.snapshot()));
    });
    group.bench_function("sync", |b| {
        b.iter(|| {
            let hit = collection.get_or_insert_with(picks.of(&keys), || unreachable!("a hit"));
            hit.expect("it is there")
        });
    });
    group.bench_function("async", |b| {
        b.iter(|| {
            let load = async { unreachable!("a hit") };
            let hit = collection.get_or_insert_with_async(picks.of(&keys), load);
            at_once(pin!(hit)).expect("it is there")
        });
    });
    group.finish();
}

/// Beside what it cannot do without: to find out that the document is missing, and to create it.
fn miss(c: &mut Criterion) {
    let (collection, _) = churned(FEW);
    let mut picks = Picks::new(3);
    let mut group = c.benchmark_group("load/miss");
    group.bench_function("create", |b| {
        b.iter(|| {
            let key = Uuid::from_u64_pair(1, picks.draw());
            assert!(!collection.contains(&key));
            collection.create(key, [1; 8]).expect("a new key");
            collection.remove(&key).expect("open")
        });
    });
    group.bench_function("sync", |b| {
        b.iter(|| {
            let key = Uuid::from_u64_pair(1, picks.draw());
            collection.get_or_insert_with(&key, || [1; 8]).expect("it is kept");
            collection.remove(&key).expect("open")
        });
    });
    group.bench_function("async", |b| {
        b.iter(|| {
            let key = Uuid::from_u64_pair(1, picks.draw());
            let load = collection.get_or_insert_with_async(&key, async { [1; 8] });
            at_once(pin!(load)).expect("it is kept");
            collection.remove(&key).expect("open")
        });
    });
    group.finish();
}

/// Without what an executor would cost, and without moving the future.
fn at_once<T>(future: Pin<&mut impl Future<Output = T>>) -> T {
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("nobody else loads"),
    }
}

criterion_group!(name = benches; config = short(); targets = hit, miss);
criterion_main!(benches);
