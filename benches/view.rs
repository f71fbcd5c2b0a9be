//! What does a view cost: to open, to read through, to read late, and to those who write meanwhile?
#![allow(missing_docs, reason = "criterion_group! makes a public function")]
#![allow(clippy::missing_panics_doc, reason = "a bench that finds something wrong stops")]

mod common;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

use crate::common::{FEW, MANY, Picks, churned, short};

/// The size of the collection must not matter.
fn open(c: &mut Criterion) {
    let mut group = c.benchmark_group("view/open");
    for docs in [FEW, MANY] {
        let (collection, _) = churned(docs);
        group.bench_function(BenchmarkId::from_parameter(docs), |b| {
            b.iter(|| drop(collection.view()));
        });
    }
    group.finish();
}

fn among_others(c: &mut Criterion) {
    let (collection, keys) = churned(MANY);
    let mut picks = Picks::new(3);
    let mut group = c.benchmark_group("view/among_1000");
    let others: Vec<_> = (0..1_000)
        .map(|_| {
            collection.set(*picks.of(&keys), [1; 8]).expect("open");
            collection.view()
        })
        .collect();
    group.bench_function("open", |b| b.iter(|| drop(collection.view())));
    group.bench_function("update", |b| {
        b.iter(|| collection.set(*picks.of(&keys), [picks.draw(); 8]).expect("open"));
    });
    group.finish();
    drop(others);
}

/// One hop for each write to the key since the view was opened.
fn read(c: &mut Criterion) {
    let mut group = c.benchmark_group("view/get_after_writes");
    for writes in [0_u64, 10, 100] {
        let (collection, keys) = churned(FEW);
        let view = collection.view();
        for key in &keys {
            for i in 0..writes {
                collection.set(*key, [i; 8]).expect("open");
            }
        }
        let mut picks = Picks::new(3);
        group.bench_function(BenchmarkId::from_parameter(writes), |b| {
            b.iter(|| view.get(picks.of(&keys)).map(|found| found[0]));
        });
    }
    group.finish();
}

criterion_group!(name = benches; config = short(); targets = open, among_others, read);
criterion_main!(benches);
