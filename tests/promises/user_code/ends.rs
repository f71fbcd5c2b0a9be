//! Calls that change, remove or close what is being held or computed.

use folio::{Collection, Op, View};

use crate::kit::patience::{settle, watched};

type Documents = Collection<u64, String>;
type Verb = (&'static str, fn(&Documents));
type Hold = (&'static str, fn(&Documents, &dyn Fn()));

/// Every verb that does something to `KEY`, or to everything.
const VERBS: [Verb; 16] = [
    ("set", |c| drop(c.set(KEY, "new".into()))),
    ("set many times", |c| (0..200).for_each(|n| drop(c.set(KEY, n.to_string())))),
    ("replace", |c| drop(c.replace(&KEY, "new".into()))),
    ("update", |c| drop(c.update(&KEY, |old| old.to_uppercase()))),
    ("update_in_place", |c| drop(c.update_in_place(&KEY, String::clear))),
    ("upsert_with", |c| drop(c.upsert_with(KEY, |_| "new".into()))),
    ("compute, remove", |c| drop(c.compute(KEY, |_| Op::Remove))),
    ("remove", |c| drop(c.remove(&KEY))),
    ("remove, maintain and create", |c| {
        drop(c.remove(&KEY));
        assert!(c.maintain() < 1_000);
        drop(c.create(KEY, "new".into()));
    }),
    ("retain nothing", |c| drop(c.retain(|_, _| false))),
    ("clear", |c| drop(c.clear())),
    ("fork", |c| drop(c.fork().map(|fork| fork.clear()))),
    ("maintain", |c| assert!(c.maintain() < 1_000)),
    ("stats", |c| assert!(c.stats().documents <= DOCUMENTS)),
    ("verify", |c| assert_eq!(c.verify(), Ok(()))),
    ("close", |c| {
        c.close();
        assert!(c.maintain() < 1_000);
    }),
];

/// Every handle on the first document or on all of them; each shows the same before and after.
const HOLDS: [Hold; 11] = [
    ("Ref", |c, call| {
        let found = c.get(&KEY).expect("there");
        call();
        assert_eq!((found.as_str(), *found.key(), found.version().get()), ("first", KEY, 1));
    }),
    ("Ref of an iterator", |c, call| {
        let found = c.iter().find(|found| *found.key() == KEY).expect("there");
        call();
        assert_eq!((found.as_str(), found.version().get()), ("first", 1));
    }),
    ("Pinned", |c, call| {
        let pin = c.pin();
        let (found, all) = (pin.get(&KEY).expect("there"), pin.iter());
        call();
        assert_eq!((found.as_str(), all.count()), ("first", DOCUMENTS));
    }),
    ("view of a pin", |c, call| {
        let view = c.pin().view();
        call();
        assert_shows_all(&view);
    }),
    ("View", |c, call| {
        let view = c.view();
        call();
        assert_shows_all(&view);
    }),
    ("Ref of a view", |c, call| {
        let view = c.view();
        let found = view.get(&KEY).expect("there");
        call();
        assert_eq!(found.as_str(), "first");
    }),
    ("Iter", |c, call| {
        let mut iter = c.iter();
        let first = iter.next().expect("some");
        call();
        assert_eq!(1 + iter.count(), DOCUMENTS);
        assert!(!first.is_empty());
    }),
    ("Snapshot", |c, call| {
        let kept = c.get(&KEY).expect("there").snapshot();
        call();
        assert_eq!((kept.as_str(), *kept.key(), kept.version().get()), ("first", KEY, 1));
    }),
    ("Stream", |c, call| {
        let mut stream = c.stream(1);
        assert!(stream.next().is_some());
        call();
        assert_eq!(1 + stream.count(), DOCUMENTS);
    }),
    ("Cursor", |c, call| {
        let mut cursor = c.cursor();
        call();
        assert_eq!(cursor.next().map(|found| found.value().clone()), Some("first".into()));
        assert_eq!(cursor.total(), DOCUMENTS);
    }),
    ("everything at once", |c, call| {
        let (pin, view, stream) = (c.pin(), c.view(), c.stream(0));
        let (live, then) = (pin.get(&KEY).expect("there"), view.get(&KEY).expect("there"));
        call();
        assert_eq!((live.as_str(), then.as_str(), stream.count()), ("first", "first", DOCUMENTS));
    }),
];

fn assert_shows_all(view: &View<u64, String>) {
    assert_eq!(view.get(&KEY).map(|found| found.clone()), Some("first".into()));
    assert_eq!((view.len(), view.iter().count(), view.stream(3).count()), (DOCUMENTS, 20, 20));
}

/// Goal: what is held does not change, whatever is done to it meanwhile, and nobody waits for whom
/// holds it. Method: each handle with each verb on the document that it shows, under a watchdog.
#[test]
fn what_is_held_survives_every_call_on_it() {
    watched(|tell| {
        for (name, verb) in VERBS {
            for (handle, hold) in HOLDS {
                tell(format!("{name} while holding {handle}"));
                let documents = documents();
                hold(&documents, &|| verb(&documents));
                assert_eq!(documents.verify(), Ok(()), "{name}, {handle}");
                let open = documents.set(KEY, "last".into()).is_ok();
                assert_eq!(open, !documents.is_closed(), "{name}, {handle}");
                assert_eq!(documents.stats().views, 0, "{name}, {handle}");
            }
        }
    });
}

/// A verb with a closure on `KEY` that calls something, and how these go together afterwards: it
/// succeeded, the document is there, the collection is open.
type Closure = (&'static str, Asks, fn(bool, bool, bool) -> bool);
type Asks = fn(&Documents, &mut dyn FnMut()) -> bool;

const CLOSURES: [Closure; 5] = [
    // What was to be changed may be gone.
    (
        "update",
        |c, call| c.update(&KEY, |old| (call(), old.clone()).1).is_ok(),
        |done, there, _| done == there,
    ),
    (
        "update_in_place",
        |c, call| c.update_in_place(&KEY, |_| call()).is_ok(),
        |done, there, _| done == there,
    ),
    (
        "upsert_with",
        |c, call| c.upsert_with(KEY, |_| (call(), "mine".into()).1).is_ok(),
        |done, there, open| done == open && there == open,
    ),
    (
        "compute",
        |c, call| c.compute(KEY, |_| (call(), Op::Put("mine".into())).1).is_ok(),
        |done, there, open| done == open && there == open,
    ),
    (
        "remove_if",
        |c, call| c.remove_if(&KEY, |_| (call(), true).1).is_ok(),
        |done, there, open| done == open && !there,
    ),
];

/// Goal: a closure may change, remove or close the very document that it is asked about. Method:
/// each verb in each closure, the first time that it runs; the closure runs again if it has to.
#[test]
fn a_closure_may_do_anything_to_its_own_document() {
    watched(|tell| {
        for (name, verb) in VERBS {
            for (closure, call, is_right) in CLOSURES {
                let place = format!("{name} in the closure of {closure}");
                tell(place.clone());
                let documents = documents();
                let mut calls = 0;
                let done = call(&documents, &mut || run_first(verb, &documents, &mut calls));
                assert!((1..=2).contains(&calls), "{place}: {calls} calls");
                let (there, open) = (documents.contains(&KEY), !documents.is_closed());
                assert!(is_right(done, there, open), "{place}: {done}, {there}, {open}");
                settle(&documents);
                assert_eq!(documents.verify(), Ok(()), "{place}");
            }
        }
    });
}

fn run_first(verb: fn(&Documents), documents: &Documents, calls: &mut u32) {
    *calls += 1;
    if *calls == 1 {
        verb(documents);
    }
}

fn documents() -> Documents {
    let others = (KEY + 1..).zip(std::iter::repeat_n("other", DOCUMENTS - 1));
    let all = std::iter::once((KEY, "first")).chain(others);
    all.map(|(key, text)| (key, text.to_owned())).collect()
}

const DOCUMENTS: usize = 20;
const KEY: u64 = 1;
