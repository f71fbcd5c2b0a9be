//! Threads that end while they still hold something.

use std::any::Any;
use std::cell::RefCell;
use std::thread;

use folio::{Collection, View};

use crate::kit::alone::alone;
use crate::kit::census::{Canary, Census, Name};
use crate::kit::patience::watched;

type Documents = Collection<Name, Canary>;
type Leaves = fn(Documents) -> (Box<dyn Any>, Rest);

/// What is still there when the thread has ended.
enum Rest {
    Nothing,
    View(View<Name, Canary>),
    Handle(Documents),
    Other(Box<dyn Any + Send>),
}

/// What a thread keeps to its end, and what others keep longer.
const LEFT: [(&str, Leaves); 10] = [
    ("the last handle", |c| (Box::new(c), Rest::Nothing)),
    ("the last handle, closed", |c| {
        c.close();
        (Box::new(c), Rest::Nothing)
    }),
    ("the last handle, a view stays", |c| {
        let view = c.view();
        (Box::new(c), Rest::View(view))
    }),
    ("the last handle, a snapshot stays", |c| {
        let kept = c.stream(1).next();
        (Box::new(c), Rest::Other(Box::new(kept)))
    }),
    ("the last handle, a stream stays", |c| {
        let stream = c.stream(1);
        (Box::new(c), Rest::Other(Box::new(stream)))
    }),
    ("a handle", |c| (Box::new(c.clone()), Rest::Handle(c))),
    ("a view, a handle stays", |c| (Box::new(c.view()), Rest::Handle(c))),
    ("the last view of a closed collection", |c| (Box::new(c.view()), Rest::Nothing)),
    ("a view of a closed collection, a handle stays", |c| {
        let view = c.view();
        c.close();
        (Box::new(view), Rest::Handle(c))
    }),
    ("snapshot, stream and cursor", |c| {
        (Box::new((c.stream(1).next(), c.stream(4), c.cursor())), Rest::Nothing)
    }),
];

thread_local! { static KEPT: RefCell<Option<Box<dyn Any>>> = const { RefCell::new(None) }; }

/// Goal: whatever a thread keeps to its end may go with it, in the destructor of a thread-local.
/// Method: each thing, in a thread-local that ends before the collectors' own and in one that ends
/// after them; in a process of its own, since a panic there is an abort.
#[test]
fn whatever_a_thread_keeps_may_end_with_it() {
    if !alone("user_code::threads::whatever_a_thread_keeps_may_end_with_it") {
        return;
    }
    watched(|tell| {
        for (what, leaves) in LEFT {
            for early in [false, true] {
                tell(format!("{what}, registered early: {early}"));
                println!("{what}, registered early: {early}");
                let census = Census::new();
                let rest = thread::scope(|threads| {
                    let thread = threads.spawn(|| leave(&census, leaves, early));
                    thread.join().expect("the thread ends well")
                });
                assert_rest(&census, rest, what);
                census.assert_all_dropped_once();
            }
        }
    });
}

/// Thread-locals end in the reverse order of their first use.
fn leave(census: &Census, leaves: Leaves, early: bool) -> Rest {
    if early {
        KEPT.set(None);
    }
    let documents: Documents = (0..DOCUMENTS).map(|n| (census.key(n), census.value(n))).collect();
    drop(documents.remove(&census.key(0)));
    drop(documents.set(census.key(0), census.value(0)));
    drop(documents.set(census.key(1), census.value(1)));
    let (kept, rest) = leaves(documents);
    KEPT.set(Some(kept));
    rest
}

fn assert_rest(census: &Census, rest: Rest, what: &str) {
    match rest {
        Rest::Nothing => assert_eq!(census.living(), 0, "{what}"),
        Rest::View(view) => {
            let sum: u64 = view.values().map(Canary::number).sum();
            assert_eq!((view.len() as u64, sum), (DOCUMENTS, (0..DOCUMENTS).sum()), "{what}");
        }
        Rest::Handle(documents) => {
            assert_eq!(documents.verify(), Ok(()), "{what}");
            let closed = documents.is_closed();
            assert_eq!(documents.set(census.key(1), census.value(1)).is_err(), closed, "{what}");
        }
        Rest::Other(other) => drop(other),
    }
}

const DOCUMENTS: u64 = 100;
