//! What does it cost that a value is a JSON document: to parse, convert, look into and change it?
#![allow(missing_docs, reason = "criterion_group! makes a public function")]
#![allow(clippy::missing_panics_doc, reason = "a bench that finds something wrong stops")]

mod common;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use folio::{Collection, Document};

use crate::common::short;

#[derive(Serialize, Deserialize)]
struct Quake {
    id: String,
    place: String,
    magnitude: f64,
    location: Location,
}

#[derive(Serialize, Deserialize)]
struct Location {
    latitude: f64,
    longitude: f64,
    depth: f64,
}

fn parse(c: &mut Criterion) {
    let document: Document = TEXT.parse().expect("it is an object");
    let quake: Quake = document.to().expect("it has these fields");
    let mut group = c.benchmark_group("document");
    group.bench_function("parse", |b| {
        b.iter(|| black_box(TEXT).parse::<Document>().expect("it is an object"));
    });
    group.bench_function("from_serialize", |b| {
        b.iter(|| Document::from_serialize(&quake).expect("it is an object"));
    });
    group.bench_function("to", |b| b.iter(|| document.to::<Quake>().expect("it has these fields")));
    group.bench_function("at", |b| b.iter(|| document.at("location.depth").is_some()));
    group.bench_function("set_at", |b| {
        let mut document = document.clone();
        b.iter(|| document.set_at("location.depth", black_box(7.5)));
    });
    group.finish();
}

fn stored(c: &mut Criterion) {
    let document: Document = TEXT.parse().expect("it is an object");
    let collection: Collection<Uuid, Document> = Collection::new();
    let key = collection.insert(document.clone()).expect("open");
    let mut group = c.benchmark_group("document/stored");
    group.bench_function("get_at", |b| {
        b.iter(|| collection.get(&key).is_some_and(|found| found.at("location.depth").is_some()));
    });
    group.bench_function("set", |b| {
        b.iter(|| collection.set(key, document.clone()).expect("not too deep"));
    });
    group.bench_function("update_in_place", |b| {
        b.iter(|| {
            collection.update_in_place(&key, |found| found.set_at("magnitude", 4.5)).expect("there")
        });
    });
    group.finish();
}

const TEXT: &str = r#"{
    "id": "us7000abcd", "place": "12 km SSW of Somewhere, Alaska", "magnitude": 4.4,
    "location": { "latitude": 61.2, "longitude": -149.9, "depth": 35.0 }
}"#;

criterion_group!(name = benches; config = short(); targets = parse, stored);
criterion_main!(benches);
