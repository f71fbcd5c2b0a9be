//! What is suspended: each verb that touches shared state, with the step points on its way.

use std::time::Duration;

use crate::collection::Collection;
use crate::index::by;
use crate::outcome::{Op, Revision};
use crate::progress_tests::others::{FRESH, patiently, quiet};
use crate::progress_tests::suspend::Suspended;
use crate::progress_tests::{Counted, DOCUMENTS, KEY, Subject};
use crate::reclaim::ReadPin;
use crate::sync::lock;
use crate::watch::Lag;

/// A verb, and where it can be suspended.
pub(super) struct Verb {
    pub(super) name: &'static str,
    pub(super) run: fn(&Subject),
    /// The step points that it comes by.
    steps: Steps,
    /// What happens before.
    prepare: fn(&Subject),
    /// What happens when it comes by a step point.
    meanwhile: Option<Aside>,
    /// What somebody else has begun before, and the step point at which they stand.
    beside: Option<Aside>,
}

/// A step point, and what is done there.
type Aside = (&'static str, fn(&Subject));

impl Verb {
    const fn new(name: &'static str, steps: Steps, run: fn(&Subject)) -> Self {
        Self { name, run, steps, prepare: |_| (), meanwhile: None, beside: None }
    }

    const fn after(self, prepare: fn(&Subject)) -> Self {
        Self { prepare, ..self }
    }

    const fn with(self, step: &'static str, meanwhile: fn(&Subject)) -> Self {
        Self { meanwhile: Some((step, meanwhile)), ..self }
    }

    const fn beside(self, step: &'static str, beside: fn(&Subject)) -> Self {
        Self { beside: Some((step, beside)), ..self }
    }

    /// The step points that it comes by.
    pub(super) fn steps(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.steps.iter().copied().flatten().copied()
    }

    /// Does what has to be done before the verb is run.
    pub(super) fn begin(&self, subject: &Subject) -> Option<Suspended> {
        (self.prepare)(subject);
        let (step, beside) = self.beside?;
        let subject = subject.clone();
        Some(Suspended::running(step, move || beside(&subject)))
    }

    /// Does what has to be done when the verb comes by a step point.
    pub(super) fn on(&self, reached: &str, subject: &Subject) {
        if let Some((_, meanwhile)) = self.meanwhile.filter(|(step, _)| *step == reached) {
            meanwhile(subject);
        }
    }
}

/// Every way to come by a step point.
pub(super) static VERBS: &[Verb] = &[
    Verb::new("set", WRITE, |on| drop(on.documents.set(KEY, on.counted(7)))),
    Verb::new("replace", WRITE, |on| drop(on.documents.replace(&KEY, on.counted(7)))),
    Verb::new("update", WRITE, |on| drop(on.documents.update(&KEY, |_| on.counted(7)))),
    Verb::new("try_update", WRITE, |on| {
        drop(on.documents.try_update(&KEY, |_| Ok::<_, ()>(on.counted(7))));
    }),
    Verb::new("upsert_with", WRITE, |on| drop(on.documents.upsert_with(KEY, |_| on.counted(7)))),
    Verb::new("compute, put", WRITE, |on| {
        drop(on.documents.compute(KEY, |_| Op::Put(on.counted(7))));
    }),
    Verb::new("compute, remove", WRITE, |on| drop(on.documents.compute(KEY, |_| Op::Remove))),
    Verb::new("compare_and_set", WRITE, |on| {
        drop(on.documents.compare_and_set(&KEY, seen(on), on.counted(7)));
    }),
    Verb::new("compare_and_remove", WRITE, |on| {
        drop(on.documents.compare_and_remove(&KEY, seen(on)));
    }),
    Verb::new("remove", WRITE, |on| drop(on.documents.remove(&KEY))),
    Verb::new("remove_if", WRITE, |on| drop(on.documents.remove_if(&KEY, |_| true))),
    Verb::new("set_many", WRITE, |on| drop(on.documents.set_many([(KEY, on.counted(7))]))),
    Verb::new("set, removed before", WRITE, |on| drop(on.documents.set(KEY, on.counted(7))))
        .after(|on| drop(on.documents.remove(&KEY))),
    Verb::new("set, over what is over", EXPIRE, |on| {
        drop(on.documents.set(KEY, on.counted(7)));
    })
    .after(end),
    Verb::new("purge_expired", EXPIRE_AND_SWEEP, |on| {
        on.documents.purge_expired();
    })
    .after(end),
    Verb::new("create, where another one has to go", EVICT, |on| {
        let small = Collection::builder().max_entries(1).build().expect("stands alone");
        drop((small.set(KEY, on.counted(7)), small.set(NEW, on.counted(8))));
    }),
    Verb::new("create", CREATE, |on| drop(on.documents.create(NEW, on.counted(7)))),
    Verb::new("set, absent", CREATE, |on| drop(on.documents.set(NEW, on.counted(7)))),
    Verb::new("upsert_with, absent", CREATE, |on| {
        drop(on.documents.upsert_with(NEW, |_| on.counted(7)));
    }),
    Verb::new("create, closed meanwhile", GIVE_UP, |on| {
        drop(on.documents.create(NEW, on.counted(7)));
    })
    .with("create: empty", |on| on.documents.close()),
    Verb::new("create, another one was first", LOSE, |on| {
        drop(on.documents.create(NEW, on.counted(7)));
    })
    .with("create: empty", |on| drop(on.documents.set(NEW, on.counted(8)))),
    Verb::new("get, before the writer has stamped", HELP, |on| drop(on.documents.get(&KEY)))
        .beside("write: published", |on| drop(on.documents.set(KEY, on.counted(7)))),
    Verb::new("iter, before the writer has stamped", WALK_AND_HELP, |on| {
        assert!(on.documents.iter().count() >= 2_000 || on.documents.is_closed());
    })
    .beside("write: published", |on| drop(on.documents.set(KEY, on.counted(7)))),
    Verb::new("view", OPEN, |on| drop(on.documents.view())),
    Verb::new("iter", OPEN, |on| drop(on.documents.iter().next())),
    Verb::new("stream", OPEN, |on| drop(on.documents.stream(0).next())),
    Verb::new("cursor", OPEN, |on| drop(on.documents.cursor())),
    Verb::new("fork", FORK, |on| drop(on.documents.fork())),
    Verb::new("view of a pin", KEEP, |on| drop(on.documents.pin().view())),
    Verb::new("create_index", BUILD, |on| {
        drop(on.documents.create_index("number", by(|value: &Counted| value.number)));
    }),
    Verb::new("update, indexed", WRITE, |on| {
        drop(on.documents.update(&KEY, |_| on.counted(7)));
    })
    .after(|on| drop(on.documents.create_index("number", by(|value: &Counted| value.number)))),
    Verb::new("retain", WALK_AND_WRITE, |on| {
        drop(on.documents.retain(|key, _| *key != KEY));
    }),
    Verb::new("clear", CLEAR, |on| drop(on.documents.clear())),
    Verb::new("maintain", SWEEP, |on| quiet(&on.documents, "maintain"))
        .after(|on| drop(on.documents.remove(&KEY))),
    Verb::new("set, until it has swept", WRITE_AND_SWEEP, |on| {
        drop(on.documents.remove(&KEY));
        patiently("the removed document is swept", || {
            drop(on.documents.set(0, on.counted(7)));
            !is_known(on, KEY) || others_were_here(on)
        });
    }),
    Verb::new("update, watched", PLACE, |on| drop(on.documents.update(&KEY, |_| on.counted(7))))
        .after(watch),
    Verb::new("get, watched, before the writer has stamped", PLACE_FOR_ANOTHER, |on| {
        drop(on.documents.get(&KEY));
    })
    .after(watch)
    .beside("write: published", |on| drop(on.documents.set(KEY, on.counted(7)))),
    Verb::new("recv, before the writer has placed", TAKE, |on| {
        let Some(mut watch) = lock(&on.watches).pop() else { return };
        drop(watch.try_recv());
        lock(&on.watches).push(watch);
    })
    .after(watch)
    .beside("stamp: before the fix", |on| drop(on.documents.set(KEY, on.counted(7)))),
    Verb::new("recv, of nothing", SLEEP, |on| {
        drop(on.documents.watch().subscribe().recv_timeout(Duration::ZERO));
    }),
    Verb::new("subscribe", JOIN, |on| drop(on.documents.watch().subscribe())),
    Verb::new("set, until the feed has gone round", TEND, |on| {
        // Others may be pinned, and hold the tail up for a while.
        let ring = on.documents.rooms.timeline.ring();
        let before = ring.floor();
        while ring.floor() == before && on.documents.set(0, on.counted(7)).is_ok() {}
    })
    .after(watch),
    Verb::new("close", CLOSE, |on| {
        on.documents.close();
        patiently("close", || is_cleared_out(on));
    }),
    Verb::new("drop of the last view of a closed collection", END, |on| {
        let view = on.documents.view();
        on.documents.close();
        drop(view);
        patiently("drop of the last view", || is_cleared_out(on));
    }),
];

fn watch(on: &Subject) {
    lock(&on.watches).push(on.documents.watch().on_lag(Lag::Skip).subscribe());
}

/// The document has a deadline that has passed.
fn end(on: &Subject) {
    drop(on.documents.set_with_ttl(KEY, on.counted(7), Duration::ZERO));
}

/// Whether the table leads from `key` to a handle, dead or alive.
fn is_known(on: &Subject, key: u64) -> bool {
    let (documents, pin) = (&on.documents, ReadPin::new());
    documents.rooms.find(documents.hash_of(&key), |found| *found == key, &pin).is_some()
}

fn others_were_here(on: &Subject) -> bool {
    on.documents.is_closed() || on.documents.contains(&FRESH)
}

fn is_cleared_out(on: &Subject) -> bool {
    on.documents.maintain();
    on.documents.rooms.table.len() == 0 && on.documents.stats().retired == 0
}

fn seen(on: &Subject) -> Revision {
    let found = on.documents.get(&KEY).map(|found| found.revision());
    found.or(Revision::new(1)).expect("1 is a revision")
}

/// Lists of step points, each after what comes by them.
type Steps = &'static [&'static [&'static str]];

const VIEW: &[&str] = &["open: before the clock", "open: before the slot"];
const PUBLISH: &[&str] = &["publish: before", "write: published", "write: stamped"];
const STAMP: &[&str] = &["stamp: before the draw", "stamp: before the fix"];
const PLACED: &[&str] = &["place: before", "place: before the fix"];
const RETIRE: &[&str] = &["retire: before the push"];
const OCCUPY: &[&str] = &["create: before the table", "create: empty"];
const SWEPT: &[&str] = &["sweep: locked", "sweep: sealed"];
const KILL: &[&str] = &["kill: before"];
const FORGET: &[&str] = &["kill: before the table forgets"];
const SHUT: &[&str] = &["close: before the draw"];
const JOINED: &[&str] = &["join: before the clock"];

const BUILD: Steps = &[&["build: before an entry", "build: before it is ready"]];
/// A write to a key that is there.
const WRITE: Steps = &[PUBLISH, STAMP, RETIRE];
/// A write to a key whose document is over: the end is a write of its own.
const EXPIRE: Steps = &[&["expire: before"], PUBLISH, STAMP, RETIRE];
const EXPIRE_AND_SWEEP: Steps = &[&["expire: before"], PUBLISH, STAMP, RETIRE, SWEPT];
/// Who goes ends by a write of its own. The collection is dropped at once, and so closed.
const EVICT: Steps = &[OCCUPY, PUBLISH, STAMP, &["evict: before"], RETIRE, SHUT];
/// A write to a key that is not there.
const CREATE: Steps = &[OCCUPY, PUBLISH, STAMP];
/// A write that has put an empty handle into the table, and finds the collection closed.
const GIVE_UP: Steps = &[OCCUPY, KILL, &["create: gave up"], RETIRE];
/// A write that has put an empty handle into the table, which another one publishes in.
const LOSE: Steps = &[OCCUPY, KILL];
/// A read of a document whose writer has not drawn its revision.
const HELP: Steps = &[STAMP];
const WALK_AND_HELP: Steps = &[VIEW, STAMP];
/// A write to a key that is there, while somebody watches.
const PLACE: Steps = &[PUBLISH, STAMP, PLACED, RETIRE];
const PLACE_FOR_ANOTHER: Steps = &[STAMP, PLACED];
const TAKE: Steps = &[&["take: before giving up"]];
const JOIN: Steps = &[JOINED];
const SLEEP: Steps = &[JOINED, &["recv: before it sleeps"]];
const TEND: Steps = &[PUBLISH, STAMP, PLACED, RETIRE, SWEPT, &["tend: before the grace period"]];
const OPEN: Steps = &[VIEW];
/// The fork is dropped at once, and so closed.
const FORK: Steps = &[VIEW, SHUT];
const KEEP: Steps = &[&["keep: before the slot"]];
const WALK_AND_WRITE: Steps = &[VIEW, PUBLISH, STAMP, RETIRE];
/// The view that it walks over keeps what it removes, so nothing is killed before it ends.
const CLEAR: Steps = &[VIEW, PUBLISH, STAMP, RETIRE, SWEPT];
const SWEEP: Steps = &[SWEPT, KILL, FORGET, RETIRE];
const WRITE_AND_SWEEP: Steps = &[PUBLISH, STAMP, RETIRE, SWEPT, KILL, FORGET];
const CLOSE: Steps = &[SHUT, SWEPT, KILL, RETIRE];
const END: Steps = &[VIEW, SHUT, SWEPT, KILL, RETIRE];

/// A key that is not there.
const NEW: u64 = DOCUMENTS + 1_000_000;
