//! What does a new document cost: under a made-up key, under a given one, in many, and in and out?
#![allow(missing_docs, reason = "criterion_group! makes a public function")]
#![allow(clippy::missing_panics_doc, reason = "a bench that finds something wrong stops")]

mod common;

use criterion::{Criterion, criterion_group, criterion_main};
use uuid::Uuid;

use folio::Collection;

use crate::common::{MANY, Picks, Value, churned, short, timed};

/// Each sample fills a collection of its own from empty, so growing is part of the figure.
fn growing(c: &mut Criterion) {
    let mut group = c.benchmark_group("insert/growing");
    group.bench_function("insert", |b| {
        b.iter_custom(|times| {
            let collection: Collection<Uuid, Value> = Collection::new();
            timed(|| {
                for i in 0..times {
                    collection.insert([i; 8]).expect("open");
                }
            })
        });
    });
    group.bench_function("create", |b| {
        b.iter_custom(|times| {
            let collection: Collection<Uuid, Value> = Collection::new();
            let mut picks = Picks::new(3);
            timed(|| {
                for i in 0..times {
                    let key = Uuid::from_u64_pair(i, picks.draw());
                    collection.create(key, [i; 8]).expect("a new key");
                }
            })
        });
    });
    group.bench_function("set_many_1000", |b| {
        b.iter_custom(|times| {
            let collection: Collection<Uuid, Value> = Collection::new();
            let mut picks = Picks::new(3);
            timed(|| {
                let mut left = times;
                while left > 0 {
                    let size = left.min(1_000);
                    let items =
                        (0..size).map(|i| (Uuid::from_u64_pair(left, picks.draw()), [i; 8]));
                    collection.set_many(items).expect("open");
                    left -= size;
                }
            })
        });
    });
    group.finish();
}

fn steady(c: &mut Criterion) {
    let (collection, _) = churned(MANY);
    let mut picks = Picks::new(3);
    let mut group = c.benchmark_group(format!("insert/{MANY}"));
    group.bench_function("create_and_remove", |b| {
        b.iter(|| {
            let key = Uuid::from_u64_pair(1, picks.draw());
            collection.create(key, [1; 8]).expect("a new key");
            collection.remove(&key).expect("open")
        });
    });
    group.finish();
}

criterion_group!(name = benches; config = short(); targets = growing, steady);
criterion_main!(benches);
