//! What does one write over an existing key cost, by each verb that can do it?
#![allow(missing_docs, reason = "criterion_group! makes a public function")]
#![allow(clippy::missing_panics_doc, reason = "a bench that finds something wrong stops")]

mod common;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

use crate::common::{FEW, MANY, Picks, churned, crew, short};

fn one_thread(c: &mut Criterion) {
    for docs in [FEW, MANY] {
        let (collection, keys) = churned(docs);
        let mut picks = Picks::new(3);
        let mut group = c.benchmark_group(format!("update/{docs}"));
        group.bench_function("set", |b| {
            b.iter(|| {
                collection.set(*picks.of(&keys), [picks.draw(); 8]).expect("open").revision()
            });
        });
        group.bench_function("replace", |b| {
            b.iter(|| collection.replace(picks.of(&keys), [picks.draw(); 8]).expect("it is there"));
        });
        group.bench_function("update", |b| {
            b.iter(|| collection.update(picks.of(&keys), |old| [old[0] + 1; 8]).expect("there"));
        });
        group.bench_function("compare_and_set", |b| {
            b.iter(|| {
                let key = picks.of(&keys);
                let seen = collection.get(key).expect("it is there").revision();
                collection.compare_and_set(key, seen, [1; 8]).expect("nobody else writes")
            });
        });
        group.finish();
    }
}

fn threads(c: &mut Criterion) {
    for (docs, load) in [(FEW, "hot"), (MANY, "uniform")] {
        let (collection, keys) = churned(docs);
        let set = |picks: &mut Picks| {
            let outcome = collection.set(*picks.of(&keys), [picks.draw(); 8]);
            outcome.expect("open").revision().get()
        };
        let mut group = c.benchmark_group(format!("update/{load}/threads"));
        for threads in [2, 8] {
            group.bench_function(BenchmarkId::from_parameter(threads), |b| {
                b.iter_custom(|times| crew(threads, times, set));
            });
        }
        group.finish();
    }
}

criterion_group!(name = benches; config = short(); targets = one_thread, threads);
criterion_main!(benches);
