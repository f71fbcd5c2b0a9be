//! Many writers, and little room.

use std::thread;

use folio::Collection;

type Numbers = Collection<u64, u64>;

const ROUNDS: u64 = if cfg!(miri) { 10 } else { 20_000 };

/// How many writes are refused of those that so many threads make side by side.
fn refused(threads: u64, write: impl Fn(u64, u64) -> bool + Sync) -> usize {
    let work = |thread| (0..ROUNDS).filter(|round| !write(thread, *round)).count();
    let work = &work;
    thread::scope(|scope| {
        let crew: Vec<_> = (0..threads).map(|it| scope.spawn(move || work(it))).collect();
        crew.into_iter().map(|writer| writer.join().expect("unharmed")).sum()
    })
}

/// Goal: where somebody can go, nobody is refused. Method: more writers than there is room for.
#[test]
fn crowd_in_a_small_collection_gets_in() {
    let numbers: Numbers = Collection::builder().max_entries(1).build().expect("stands alone");
    let write = |thread, round| numbers.set(thread << 32 | round, 1).is_ok();
    assert_eq!(refused(8, write), 0);
    assert_eq!(numbers.len(), 1);
}

/// Goal: the same beside documents that stay. Method: one place that is free, and two writers.
#[test]
fn one_place_beside_protected_documents_is_enough() {
    let numbers: Numbers = Collection::builder().max_entries(4).build().expect("stands alone");
    for key in 0..3 {
        numbers.set(key, 0).expect("fits");
        assert!(numbers.protect(&key));
    }
    let write = |thread, round| numbers.set((thread + 1) << 32 | round, 1).is_ok();
    assert_eq!(refused(2, write), 0);
}

/// Goal: who writes what fits is not refused because another one writes the same document, lighter
/// or heavier. Method: writers of one key whose weights do not fit beside one another.
#[test]
fn writers_of_one_document_are_not_in_each_others_way() {
    let numbers: Numbers = Collection::builder()
        .max_weight(10, |_, value: &u64| u32::try_from(*value).unwrap_or(u32::MAX))
        .build()
        .expect("stands alone");
    let write = |_, round: u64| numbers.set(1, 1 + 9 * (round % 2)).is_ok();
    assert_eq!(refused(3, write), 0);
}
