//! What small collections of a store take, in bytes.

use std::time::Instant;

use folio::Store;

use crate::alone::alone;
use crate::counting::live_bytes;

/// Goal: a hundred thousand small collections are practical: an empty one takes less than
/// `EMPTY_MAX` bytes, one with a document less than `ONE_MAX`, and all of it comes back. Method:
/// names of 12 bytes, keys and values of 8; the handles of the empty ones are kept, those of the
/// others dropped. Prints the figures that the documentation of `Store` gives.
#[test]
fn small_collections_take_little() {
    if !alone("store::small_collections_take_little") {
        return;
    }
    let store = Store::new();
    store.collection::<u64, u64>("first").expect("open").set(1, 1).expect("open");

    let (mut empty, before) = (Vec::with_capacity(COLLECTIONS), live_bytes());
    let began = Instant::now();
    empty.extend((0..COLLECTIONS).map(|n| store.collection::<u64, u64>(&name("e", n))));
    told("empty, with a handle", began, before, EMPTY_MAX);
    drop(empty);

    let (began, before) = (Instant::now(), live_bytes());
    for n in 0..COLLECTIONS {
        let one = store.collection::<u64, u64>(&name("o", n)).expect("open");
        one.set(1, 1).expect("open");
    }
    told("with one document", began, before, ONE_MAX);
    assert_eq!((store.collections("").len(), store.count("o")), (COLLECTIONS + 1, COLLECTIONS));

    let began = Instant::now();
    assert_eq!(store.clear_prefix("o").expect("open"), COLLECTIONS);
    println!("cleared by prefix: {:?} each", began.elapsed() / SHARE);
    let left = live_bytes().saturating_sub(before) / COLLECTIONS;
    assert!(left < LEFT_MAX, "{left} bytes each are left");
}

fn name(kind: &str, n: usize) -> String {
    format!("{kind}-{n:010}")
}

fn told(what: &str, began: Instant, before: usize, max: usize) {
    let (took, bytes) = (began.elapsed() / SHARE, (live_bytes() - before) / COLLECTIONS);
    println!("{what}: {bytes} bytes, {took:?} each");
    assert!(bytes < max, "{what}: {bytes} bytes, more than {max}");
}

const COLLECTIONS: usize = 20_000;
const SHARE: u32 = 20_000;
const EMPTY_MAX: usize = 2_200;
const ONE_MAX: usize = 4_500;
/// What the collectors have not given back yet.
const LEFT_MAX: usize = 500;
