//! Figures for the `metrics` facade.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use folio::{Collection, Store};

use crate::kit::locked::lock;
use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, Key, KeyName, Metadata, Recorder, SharedString,
    Unit, with_local_recorder,
};

/// Goal: every figure is handed over under the name that it was published under, and described; and
/// nothing is recorded on the way of reads and writes. Method: a recorder that keeps what it is
/// told; figures of a store, a scope and a collection side by side, published twice.
#[test]
fn figures_are_handed_over_when_they_are_published() {
    let recorder = Notes::default();
    with_local_recorder(&recorder, || {
        let store = Store::new();
        let scope = store.scope("ada").expect("a namespace");
        let stock: Collection<u32, u32> = scope.collection("stock").expect("new");
        let other: Collection<u32, u32> = store.collection("other").expect("new");
        (0..10).for_each(|n| assert!(stock.set(n, n).is_ok()));
        other.set(1, 1).expect("open");
        let view = store.view();
        stock.remove(&1).expect("open");
        assert!(stock.get(&2).is_some() && recorder.told().is_empty(), "nothing on the way");

        folio::metrics::publish("store", &store.stats());
        folio::metrics::publish("ada", &scope.stats());
        folio::metrics::publish("other", &other.stats());
        let told = recorder.told();
        let of = |figure: &str, name: &str| told[&(figure.to_owned(), name.to_owned())];
        for (name, documents, writes) in
            [("store", 10.0, 12.0), ("ada", 9.0, 11.0), ("other", 1.0, 1.0)]
        {
            assert_eq!(
                (of("folio_documents", name), of("folio_writes_total", name)),
                (documents, writes)
            );
            assert_eq!((of("folio_views", name), of("folio_oldest_view_behind", name)), (1.0, 1.0));
            assert!((of("folio_revisions_total", name) - 12.0).abs() < 0.5);
        }
        assert!(of("folio_retired", "ada") >= 1.0 && of("folio_retired_bytes", "ada") > 8.0);

        drop(view);
        stock.set(1, 1).expect("open");
        folio::metrics::publish("ada", &scope.stats());
        let told = recorder.told();
        let of = |figure: &str| told[&(figure.to_owned(), "ada".to_owned())];
        assert_eq!((of("folio_documents"), of("folio_writes_total")), (10.0, 12.0));
        assert_eq!((of("folio_views"), of("folio_oldest_view_behind")), (0.0, 0.0));

        folio::metrics::describe();
        let described = lock(&recorder.units);
        assert!(told.keys().all(|(figure, _)| described.contains_key(figure)));
        assert_eq!(described["folio_retired_bytes"], Some(Unit::Bytes));
    });
}

/// What was told of each figure, by name and label; and in which unit it is.
#[derive(Default)]
struct Notes {
    figures: Mutex<BTreeMap<(String, String), Arc<Figure>>>,
    units: Mutex<BTreeMap<String, Option<Unit>>>,
}

#[derive(Default)]
struct Figure(Mutex<f64>);

impl Notes {
    fn told(&self) -> BTreeMap<(String, String), f64> {
        let figures = lock(&self.figures);
        figures.iter().map(|(key, figure)| (key.clone(), *lock(&figure.0))).collect()
    }

    fn figure(&self, key: &Key) -> Arc<Figure> {
        let labels: Vec<_> = key.labels().map(|label| (label.key(), label.value())).collect();
        let [("name", name)] = labels[..] else { panic!("{labels:?}") };
        let mut figures = lock(&self.figures);
        Arc::clone(figures.entry((key.name().to_owned(), name.to_owned())).or_default())
    }

    fn describe(&self, key: &KeyName, unit: Option<Unit>) {
        lock(&self.units).insert(key.as_str().to_owned(), unit);
    }
}

impl Recorder for Notes {
    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&key, unit);
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&key, unit);
    }

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {
        unreachable!("there are none");
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.figure(key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.figure(key))
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        unreachable!("there are none");
    }
}

impl CounterFn for Figure {
    fn increment(&self, _: u64) {
        unreachable!("a counter is set");
    }

    fn absolute(&self, value: u64) {
        self.set(f64::from(u32::try_from(value).expect("small")));
    }
}

impl GaugeFn for Figure {
    fn increment(&self, _: f64) {
        unreachable!("a gauge is set");
    }

    fn decrement(&self, _: f64) {
        unreachable!("a gauge is set");
    }

    fn set(&self, value: f64) {
        *lock(&self.0) = value;
    }
}
