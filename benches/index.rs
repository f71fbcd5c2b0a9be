//! What does an index cost: to ask, to keep while documents are written, and to build?
#![allow(missing_docs, reason = "criterion_group! makes a public function")]
#![allow(clippy::missing_panics_doc, reason = "a bench that finds something wrong stops")]

mod common;

use criterion::{Criterion, criterion_group, criterion_main};
use uuid::Uuid;

use folio::{Collection, by};

use crate::common::{MANY, Picks, keys, short, timed};

/// A document of five fields.
#[derive(Clone, Copy, PartialEq)]
struct Order {
    /// Indexed; a hundred orders share one.
    city: u64,
    /// Indexed; each order has its own, until it moves.
    amount: u64,
    count: u64,
    price: u64,
    note: [u64; 4],
}

type Orders = Collection<Uuid, Order>;

const CITIES: u64 = MANY as u64 / 100;

fn order(place: u64) -> Order {
    Order { city: place % CITIES, amount: place, count: place, price: place, note: [place; 4] }
}

fn index(orders: &Orders) {
    orders.create_index("city", by(|order: &Order| order.city)).expect("a new name");
    orders.create_index("amount", by(|order: &Order| order.amount)).expect("a new name");
}

/// All orders, each of which was moved once, in random order.
fn churned(keys: &[Uuid], with_indexes: bool) -> Orders {
    let orders = Orders::new();
    if with_indexes {
        index(&orders);
    }
    // A permutation: the factor and the number of orders have no divisor in common.
    let place = |i: usize| (i as u64 * 7_919) % MANY as u64;
    for (i, key) in keys.iter().enumerate() {
        orders.set(*key, order(place(i))).expect("open");
    }
    for i in 0..keys.len() {
        let i = usize::try_from(place(i)).expect("small");
        orders.set(keys[i], order(place(i + MANY / 2 + 1))).expect("open");
    }
    orders.maintain();
    orders
}

fn ask(c: &mut Criterion) {
    let orders = churned(&keys(MANY), true);
    let cities = orders.index("city").expect("it was created");
    let amounts = orders.index("amount").expect("it was created");
    let mut picks = Picks::new(3);
    let mut group = c.benchmark_group(format!("index/{MANY}"));
    for (name, some) in [("lookup_100/any", CITIES), ("lookup_100/hot", 8)] {
        group.bench_function(name, |b| {
            b.iter(|| cities.get(picks.draw() % some).map(|order| order.count).sum::<u64>());
        });
    }
    for len in [100, 1_250] {
        group.bench_function(format!("range_{len}"), |b| {
            b.iter(|| {
                let from = picks.draw() % (MANY as u64 - len);
                amounts.range(from..from + len).map(|order| order.count).sum::<u64>()
            });
        });
    }
    group.bench_function("page_100", |b| {
        b.iter(|| amounts.page(picks.draw() % CITIES.., None, 100).items.len());
    });
    group.finish();
}

fn write(c: &mut Criterion) {
    let keys = keys(MANY);
    let mut group = c.benchmark_group(format!("index/{MANY}"));
    for (name, with_indexes) in [("update/no_index", false), ("update/no_key_changes", true)] {
        let orders = churned(&keys, with_indexes);
        let mut picks = Picks::new(3);
        group.bench_function(name, |b| {
            b.iter(|| {
                let count = picks.draw();
                orders.update(picks.of(&keys), |old| Order { count, ..*old }).expect("it is there")
            });
        });
    }
    let orders = churned(&keys, true);
    let mut picks = Picks::new(3);
    group.bench_function("update/one_key_changes", |b| {
        b.iter(|| {
            let city = picks.draw() % CITIES;
            orders.update(picks.of(&keys), |old| Order { city, ..*old }).expect("it is there")
        });
    });
    group.bench_function("insert", |b| {
        b.iter_custom(|times| {
            let orders = churned(&keys, true);
            timed(|| {
                for i in 0..times {
                    let key = Uuid::from_u64_pair(i, picks.draw());
                    orders.create(key, order(picks.draw() % MANY as u64)).expect("a new key");
                }
            })
        });
    });
    group.finish();
}

/// The figure is for one document and both indexes.
fn build(c: &mut Criterion) {
    let orders = churned(&keys(MANY), false);
    let mut group = c.benchmark_group(format!("index/{MANY}"));
    group.bench_function("build_2", |b| {
        b.iter_custom(|times| {
            (0..times.div_ceil(MANY as u64)).fold(std::time::Duration::default(), |total, _| {
                let took = timed(|| index(&orders));
                orders.drop_index("city").expect("it was created");
                orders.drop_index("amount").expect("it was created");
                total + took
            })
        });
    });
    group.finish();
}

criterion_group!(name = benches; config = short(); targets = ask, write, build);
criterion_main!(benches);
