//! Bytes come back: a collection that was made, used and dropped leaves nothing behind.

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::thread;

use folio::{Collection, Forked, Op, Pattern, by, key};

use crate::alone::alone;
use crate::counting::live_bytes;

type Documents = Collection<String, Vec<u8>>;

/// Goal: one thread that makes, uses and drops collections is back where it was. Method: 100 times;
/// the least bytes after one of the second 50 against those of the first.
#[test]
fn bytes_are_back_at_the_baseline_after_every_collection() {
    if alone("cycles::bytes_are_back_at_the_baseline_after_every_collection") {
        stays_flat(|| use_up(&Documents::new(), 0));
    }
}

/// Goal: likewise with threads that come and go. Method: as above, with two threads each time.
#[test]
fn bytes_are_back_at_the_baseline_after_threads_have_come_and_gone() {
    if alone("cycles::bytes_are_back_at_the_baseline_after_threads_have_come_and_gone") {
        stays_flat(|| {
            let documents = Documents::new();
            thread::scope(|threads| {
                for thread in 0..2 {
                    let documents = &documents;
                    threads.spawn(move || use_up(documents, thread));
                }
            });
        });
    }
}

/// Goal: a destructor that panics costs no memory but what it should have freed itself. Method: as
/// above, with values half of which panic.
#[test]
fn bytes_are_back_at_the_baseline_after_destructors_have_panicked() {
    struct Explosive(Box<u64>);
    impl Drop for Explosive {
        fn drop(&mut self) {
            assert!(*self.0 % 2 == 0, "planted in a destructor");
        }
    }
    if alone("cycles::bytes_are_back_at_the_baseline_after_destructors_have_panicked") {
        set_hook(Box::new(|_| ()));
        stays_flat(|| {
            let documents: Collection<u64, Explosive> = Collection::new();
            for number in 0..300 {
                drop(documents.set(number % 7, Explosive(Box::new(number))));
                let removed = documents.remove(&(number % 5));
                let _contained = catch_unwind(AssertUnwindSafe(|| drop(removed)));
            }
        });
    }
}

/// Goal: indexes that come and go in a collection that stays leave nothing behind. Method: as
/// above; each time indexes are created, asked, written to and dropped.
#[test]
fn bytes_are_back_at_the_baseline_after_every_index() {
    if alone("cycles::bytes_are_back_at_the_baseline_after_every_index") {
        let documents: Collection<u64, u64> = (0..200).map(|key| (key, key)).collect();
        stays_flat(|| {
            let index = documents.create_index("all", by(|n: &u64| key![n % 7, n.to_string()]));
            let index = index.expect("the only one");
            let view = documents.view();
            for number in 0..400 {
                drop(documents.set(number % 200, number + 1));
                drop(documents.remove(&(number % 50)));
                drop(documents.set(number % 50, number));
            }
            assert!(index.prefix(3).count() > 10 && index.page(.., None, 50).next.is_some());
            assert!(view.index("all").is_ok_and(|index| index.range(..).rev().count() == 200));
            assert_eq!(documents.drop_index("all"), Ok(()));
            drop((view, index));
            for _ in 0..20 {
                documents.maintain();
            }
        });
    }
}

/// Goal: watches and callbacks that come and go leave nothing behind, in a collection that stays.
/// Method: as above; each time watches of all kinds are opened, read, left behind and dropped, and
/// callbacks are called and end.
#[test]
fn bytes_are_back_at_the_baseline_after_every_watch() {
    if alone("cycles::bytes_are_back_at_the_baseline_after_every_watch") {
        let documents: Collection<u64, String> = Collection::new();
        stays_flat(|| {
            watch(&documents);
            for _ in 0..20 {
                documents.maintain();
            }
        });
    }
}

/// Goal: likewise, when the collection goes as well, before them and after them. Method: as above.
#[test]
fn bytes_are_back_at_the_baseline_after_every_collection_that_was_watched() {
    if alone("cycles::bytes_are_back_at_the_baseline_after_every_collection_that_was_watched") {
        stays_flat(|| {
            let documents: Collection<u64, String> = Collection::new();
            watch(&documents);
            let early = documents.on_change(|_| ());
            let (watch, late) = (documents.watch().subscribe(), documents.on_change(|_| ()));
            drop((early, documents));
            drop((watch, late));
        });
    }
}

fn watch(documents: &Collection<u64, String>) {
    let watches = [
        documents.watch().replay().subscribe(),
        documents.watch().keys(Pattern::exact(3)).subscribe(),
        documents.watch().buffer(4).filter(|event| event.key() != Some(&5)).subscribe(),
    ];
    let owned = vec![1; 100];
    let first = documents.on_change(move |_| assert_eq!(owned.len(), 100));
    let second = documents.watch().replay().for_each(|event| assert!(event.is_ok()));
    for number in 0..300 {
        drop(documents.set(number % 10, format!("document {number}")));
    }
    drop(first);
    drop(documents.clear());
    for mut watch in watches {
        let told = std::iter::from_fn(|| watch.try_recv().ok().flatten()).count();
        assert!(told > 0 || watch.resync().is_empty());
    }
    drop(second);
}

/// Runs `cycle` 100 times and looks at the bytes after each.
fn stays_flat(cycle: impl Fn()) {
    let after: Vec<usize> = (0..100)
        .map(|_| {
            cycle();
            settle();
            live_bytes()
        })
        .collect();
    // The collectors' own records, a bag or one for a thread, come and go, and one may be made
    // late; a leak grows with every cycle: of one snapshot each it would be thousands of bytes.
    let (first, second) = after.split_at(50);
    let (first, second) = (first.iter().min(), second.iter().min());
    let grown = second.zip(first).map_or(0, |(second, first)| second.saturating_sub(*first));
    assert!(grown < 1_000, "{grown} bytes more: {after:?}");
}

/// Lets both collectors give back what they hold.
fn settle() {
    let documents: Collection<u64, u64> = Collection::new();
    for number in 0..400 {
        drop(documents.set(number % 2, number));
        documents.maintain();
    }
}

/// Does everything that can be done with a collection.
fn use_up(documents: &Documents, thread: u64) {
    let key = |number: u64| format!("document {number} of thread {thread}");
    for number in 0..300 {
        drop(documents.set(key(number), vec![1; 100]));
    }
    let sizes = documents.create_index("sizes", by(|value: &Vec<u8>| value.len()));
    let view = documents.view();
    for number in 0..300 {
        drop(documents.update(&key(number), |old| [&old[..], &[2; 50]].concat()));
    }
    let kept: Vec<_> = documents.stream(10).step_by(7).collect();
    for number in 0..200 {
        drop(documents.remove(&key(number)));
        drop(documents.compute(key(number), |_| Op::Put(vec![3; 10])));
        drop(documents.create(key(number), vec![4; 10]));
    }
    let fork = documents.fork_with(|name, _| match name.len() % 3 {
        0 => Forked::Drop,
        1 => Forked::Keep,
        _ => Forked::Replace(vec![5; 20]),
    });
    let cursor = documents.cursor();
    drop(documents.retain(|_, value| value.len() > 20));
    assert!(view.iter().count() >= 300 && documents.iter().count() >= 100);
    if let Ok(sizes) = sizes {
        assert!(sizes.range(..).rev().count() >= 100 && sizes.cursor().total() >= 100);
    }
    drop((view, fork, cursor, kept));
    documents.maintain();
}
