//! Calls from anywhere, and panics in closures and hooks.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use folio::{Collection, Forked, Op, by};

use crate::kit::locked::lock;
use crate::kit::patience::watched;

pub(crate) type Documents = Collection<u64, String>;
type Hold<'v> = &'v dyn Fn(&Documents);
pub(crate) type Verb = (&'static str, fn(&Documents));

/// Every verb that may be called from anywhere. None of them touches `KEY` for good.
pub(crate) const VERBS: [Verb; 30] = [
    ("get", |c| assert!(c.get(&KEY).is_some())),
    ("try_get", |c| drop(c.try_get(&KEY).map(|found| found.len()))),
    ("get_cloned", |c| drop(c.get_cloned(&KEY))),
    ("contains", |c| assert!(c.contains(&KEY))),
    ("pin", |c| assert_eq!(c.pin().get_many([&KEY, &OTHER]).count(), 2)),
    ("iter", |c| assert!(c.iter().count() > 0)),
    ("view", |c| assert!(c.view().contains(&KEY))),
    ("stream", |c| assert!(c.stream(2).count() > 0)),
    ("cursor", |c| assert!(c.cursor().next().is_some())),
    ("set", |c| drop(c.set(OTHER, "set".into()))),
    ("set the same", |c| drop(c.set(KEY, text()))),
    ("create", |c| drop(c.create(OTHER, "created".into()))),
    ("set_many", |c| drop(c.set_many([(OTHER, "many".into())]))),
    ("replace", |c| drop(c.replace(&OTHER, "replaced".into()))),
    ("update", |c| drop(c.update(&OTHER, Clone::clone))),
    ("upsert_with", |c| drop(c.upsert_with(OTHER, |_| "upserted".into()))),
    ("compute", |c| drop(c.compute(OTHER, |_| Op::Keep))),
    ("remove", |c| drop(c.remove(&OTHER))),
    ("remove_if", |c| drop(c.remove_if(&OTHER, |_| true))),
    ("retain", |c| drop(c.retain(|key, _| *key != OTHER))),
    ("fork", |c| drop(c.fork())),
    ("maintain", |c| assert!(c.maintain() < 1_000_000)),
    ("stats", |c| assert!(c.stats().documents > 0)),
    ("a handle's end", |c| drop(c.clone())),
    ("create_index", |c| {
        drop(c.create_index("by length", by(|text: &String| text.len())));
        drop(c.drop_index("by length"));
    }),
    ("watch", |c| {
        let mut watch = c.watch().replay().subscribe();
        assert!(watch.next().is_some_and(|event| event.is_ok()));
    }),
    ("resync", |c| assert!(c.watch().subscribe().resync().contains(&KEY))),
    ("on_change", |c| drop(c.on_change(|event| assert!(event.is_ok())))),
    ("on_change, with a replay", |c| {
        let (tell, told) = channel();
        let tell = move |told: bool| assert!(tell.send(told).is_ok());
        drop(c.watch().replay().for_each(move |event| tell(event.is_ok())));
        assert_eq!(told.try_recv(), Ok(true));
    }),
    ("many writes", |c| (0..300).for_each(|n| drop(c.set(OTHER, n.to_string())))),
];

fn text() -> String {
    "text".into()
}

pub(crate) fn documents() -> Documents {
    [(KEY, text()), (OTHER, text())].into_iter().collect()
}

/// Goal: any call may be made while any handle is held. Method: each handle with each verb, under
/// a watchdog; what is held must not change.
#[test]
fn any_call_may_be_made_while_holding_any_handle() {
    watched(|tell| {
        for (name, verb) in VERBS {
            let held: [(&str, Hold<'_>); 8] = [
                ("Ref", &|c| {
                    let found = c.get(&KEY).expect("there");
                    verb(c);
                    assert_eq!(*found, "text");
                }),
                ("Pinned", &|c| {
                    let pin = c.pin();
                    let found = pin.get(&KEY).expect("there");
                    verb(c);
                    assert_eq!(*found, "text");
                }),
                ("View", &|c| {
                    let view = c.view();
                    verb(c);
                    assert_eq!((view.len(), view.iter().count()), (2, 2));
                }),
                ("Iter", &|c| {
                    let mut iter = c.iter();
                    let first = iter.next().expect("two");
                    verb(c);
                    assert_eq!((iter.count(), first.as_str()), (1, "text"));
                }),
                ("Snapshot", &|c| {
                    let kept = c.get(&KEY).expect("there").snapshot();
                    verb(c);
                    assert_eq!(*kept, "text");
                }),
                ("Stream", &|c| {
                    let mut stream = c.stream(1);
                    assert!(stream.next().is_some());
                    verb(c);
                    assert_eq!(stream.count(), 1);
                }),
                ("Cursor", &|c| {
                    let mut cursor = c.cursor();
                    verb(c);
                    assert_eq!(cursor.next().map(|first| *first.key()), Some(KEY));
                }),
                ("all of them", &|c| {
                    let (pin, view) = (c.pin(), c.view());
                    let (live, then) = (pin.get(&KEY), view.get(&KEY));
                    verb(c);
                    assert_eq!(live.as_deref(), then.as_deref());
                }),
            ];
            for (handle, hold) in held {
                tell(format!("{name} while holding {handle}"));
                let documents = documents();
                hold(&documents);
                assert!(documents.contains(&KEY), "{name}, {handle}");
                assert_eq!(documents.verify(), Ok(()), "{name}, {handle}");
            }
        }
    });
}

/// Goal: any call may be made in any closure and hook. Method: each with each verb.
#[test]
fn any_call_may_be_made_in_any_closure() {
    watched(|tell| {
        for (name, verb) in VERBS {
            for (place, call) in closures() {
                tell(format!("{name} in {place}"));
                let documents = documents();
                CALLS.set(0);
                call(&documents, &|| verb(&documents));
                assert!(documents.contains(&KEY), "{name} in {place}");
                assert_eq!(documents.verify(), Ok(()), "{name} in {place}");
            }
            tell(format!("{name} in a hook"));
            let place: Arc<Mutex<Option<Documents>>> = Arc::default();
            let inside = {
                let place = Arc::clone(&place);
                move |from: &str| {
                    // Once: the calls that a hook makes have hooks of their own.
                    let documents = lock(&place).clone().filter(|_| from == "outer");
                    let _called = documents.map(|documents| run(&|| verb(&documents), ()));
                }
            };
            let hook = inside.clone();
            let documents: Documents = Collection::builder()
                .validate(move |value: &String| {
                    hook(value);
                    Ok::<(), String>(())
                })
                .unchanged_if(move |_, new| {
                    inside(new);
                    false
                })
                .build()
                .expect("a collection of its own");
            documents.set(KEY, text()).expect("open");
            *lock(&place) = Some(documents.clone());
            CALLS.set(0);
            documents.set(KEY, "outer".into()).expect("open");
            assert_eq!(documents.verify(), Ok(()), "{name} in a hook");
            // The collection owns its hooks, which own the collection.
            *lock(&place) = None;
        }
    });
}

type Call = fn(&Documents, &dyn Fn());

/// The verbs with a closure that calls something and leaves things as they are.
fn closures() -> [(&'static str, Call); 8] {
    [
        ("update", |c, f| drop(c.update(&KEY, |old| run(f, old.clone())))),
        ("try_update", |c, f| drop(c.try_update(&KEY, |old| Ok::<_, ()>(run(f, old.clone()))))),
        ("update_in_place", |c, f| drop(c.update_in_place(&KEY, |_| f()))),
        ("upsert_with", |c, f| drop(c.upsert_with(KEY, |_| run(f, text())))),
        ("compute", |c, f| drop(c.compute(KEY, |_| run(f, Op::Keep)))),
        ("remove_if", |c, f| drop(c.remove_if(&KEY, |_| run(f, false)))),
        ("retain", |c, f| drop(c.retain(|_, _| run(f, true)))),
        ("fork_with", |c, f| drop(c.fork_with(|_, _| run(f, Forked::Keep)))),
    ]
}

/// Calls `f` unless that is under way: the verbs in it have closures that come by here as well, and
/// one that always writes its own key would run again for ever.
fn run<T>(f: &dyn Fn(), value: T) -> T {
    if CALLS.get() < CALLS_MAX {
        CALLS.set(CALLS.get() + 1);
        f();
    }
    value
}

thread_local! { static CALLS: Cell<u32> = const { Cell::new(0) }; }

/// Goal: a panic in a closure or a hook changes nothing, and leaves nothing locked. Method: each
/// panics; then everything is there and everything works.
#[test]
fn panic_in_a_closure_or_a_hook_leaves_everything_as_it_was() {
    for (place, call) in closures() {
        let documents = documents();
        let revision = documents.stats().revision;
        CALLS.set(0);
        let panicked = catch_unwind(AssertUnwindSafe(|| call(&documents, &|| panic!("mine"))));
        assert!(panicked.is_err(), "{place}");
        assert_eq!(documents.stats().revision, revision, "{place} wrote something");
        for (name, verb) in VERBS {
            verb(&documents);
            assert_eq!(documents.verify(), Ok(()), "{name} after a panic in {place}");
        }
    }
    let documents: Documents = Collection::builder()
        .validate(
            |value: &String| if value == "bad" { panic!("mine") } else { Ok::<(), String>(()) },
        )
        .build()
        .expect("a collection of its own");
    documents.set(KEY, text()).expect("good");
    for key in [KEY, OTHER] {
        let panicked = catch_unwind(AssertUnwindSafe(|| drop(documents.set(key, "bad".into()))));
        assert!(panicked.is_err());
    }
    assert_eq!((documents.len(), documents.get_cloned(&KEY)), (1, Some(text())));
    assert_eq!(documents.verify(), Ok(()));
}

const CALLS_MAX: u32 = 3;
pub(crate) const KEY: u64 = 1;
const OTHER: u64 = 2;
