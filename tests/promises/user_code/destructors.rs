//! Destructors that call the collection they were dropped by.

use std::cell::{Cell, RefCell};
use std::thread;

use folio::{Collection, Op};

use crate::kit::alone::alone;
use crate::kit::patience::{settle, until, watched};

type Documents = Collection<u64, Caller>;

type Call = fn(&Documents);

thread_local! {
    /// What the destructors of this thread call, and how often they still do.
    static CALLS: RefCell<Option<(Documents, Call)>> = const { RefCell::new(None) };
    static LEFT: Cell<u64> = const { Cell::new(0) };
}

/// A value that calls its collection when it is dropped.
#[derive(Clone, Debug, PartialEq)]
struct Caller(u64);

impl Drop for Caller {
    fn drop(&mut self) {
        let Some(left) = LEFT.get().checked_sub(1) else { return };
        let call = CALLS.with_borrow(Clone::clone);
        if let Some((documents, call)) = call {
            LEFT.set(left);
            call(&documents);
        }
    }
}

type Verb = (&'static str, Call);

/// Verbs for a destructor: on the key that is being dropped, on others, and on everything.
const VERBS: [Verb; 23] = [
    ("get", |c| assert!(c.get(&KEY).is_none_or(|found| found.0 < 300))),
    ("get_cloned", |c| drop(c.get_cloned(&KEY))),
    ("pin", |c| assert!(c.pin().get_many([&KEY, &OTHER]).count() == 2)),
    ("iter", |c| assert!(c.iter().count() < 10)),
    ("view", |c| assert!(c.view().len() < 10)),
    ("stream", |c| assert!(c.stream(2).count() < 10)),
    ("cursor", |c| assert!(c.cursor().total() < 10)),
    ("set", |c| drop(c.set(KEY, Caller(1)))),
    ("set another", |c| drop(c.set(OTHER, Caller(1)))),
    ("set_many", |c| drop(c.set_many([(KEY, Caller(1)), (OTHER, Caller(2))]))),
    ("update", |c| drop(c.update(&KEY, Clone::clone))),
    ("compute", |c| drop(c.compute(KEY, |_| Op::Remove))),
    ("remove", |c| drop(c.remove(&KEY))),
    ("retain", |c| drop(c.retain(|key, _| *key == OTHER))),
    ("clear", |c| drop(c.clear())),
    ("fork", |c| drop(c.fork())),
    ("maintain", |c| assert!(c.maintain() < 1_000_000)),
    ("stats", |c| assert!(c.stats().documents < 10)),
    ("verify", |c| assert_eq!(c.verify(), Ok(()))),
    ("watch", |c| assert!(c.watch().replay().subscribe().try_recv().is_ok() || c.is_closed())),
    ("resync", |c| assert!(c.watch().subscribe().resync().len() < 10)),
    ("on_change", |c| drop(c.watch().replay().for_each(|_| ()))),
    ("close", |c| c.close()),
];

/// Goal: a destructor may call anything, wherever it runs. Method: values whose destructor calls
/// each verb, dropped by the cleaning of writes, by `maintain`, with a snapshot, and by a close.
#[test]
fn any_call_may_be_made_in_a_destructor() {
    watched(|tell| {
        for (name, verb) in VERBS {
            tell(format!("{name} in a destructor"));
            let documents = Documents::new();
            CALLS.set(Some((documents.clone(), verb)));
            LEFT.set(200);
            for number in 0..300 {
                drop(documents.set(KEY, Caller(number)));
                drop(documents.set(number % 4, Caller(number)));
            }
            let kept = documents.get(&OTHER).map(|found| found.snapshot());
            drop(documents.remove(&OTHER));
            until("the destructors have called", || {
                drop(documents.set(OTHER, Caller(0)));
                drop(documents.remove(&OTHER));
                documents.maintain();
                LEFT.get() == 0 || documents.is_closed()
            });
            LEFT.set(20);
            drop(kept);
            documents.close();
            documents.maintain();
            LEFT.set(0);
            CALLS.set(None);
            assert_eq!(documents.verify(), Ok(()), "{name}");
        }
    });
}

/// Goal: the cleaning of what destructors write is not nested: the stack does not grow with the
/// backlog. Method: a view holds 100,000 documents up; when it has gone, each of their destructors
/// writes, which is when writers clean up; on a small stack, in a process of its own, since an
/// overflow is the end of it.
#[test]
fn destructors_that_write_are_not_nested() {
    if !alone("user_code::destructors::destructors_that_write_are_not_nested") {
        return;
    }
    let thread = thread::Builder::new().stack_size(256 * 1024).spawn(|| {
        let documents = Documents::new();
        let write: Call = |documents| drop(documents.set(KEY, Caller(LEFT.get())));
        CALLS.set(Some((documents.clone(), write)));
        drop(documents.set(KEY, Caller(0)));
        let view = documents.view();
        (0..CHAIN).for_each(|number| drop(documents.set(KEY, Caller(number))));
        LEFT.set(CHAIN);
        drop(view);
        until("every destructor has written", || {
            (0..1_000).for_each(|_| drop(documents.set(OTHER, Caller(0))));
            LEFT.get() == 0
        });
        settle(&documents);
        let last = documents.get(&KEY).expect("the last destructor wrote it");
        assert_eq!((last.0, last.version().get()), (0, 2 * CHAIN + 1));
        drop(last);
        CALLS.set(None);
        assert_eq!(documents.verify(), Ok(()));
    });
    thread.expect("a thread").join().expect("no destructor is nested in another");
}

const CHAIN: u64 = 100_000;
const KEY: u64 = 1;
const OTHER: u64 = 2;
