//! What everybody else does while one thread stands.

use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use crate::collection::Collection;
use crate::error::WatchError;
use crate::progress_tests::{Counted, DOCUMENTS, KEY, Subject};
use crate::sync::lock;

/// What the others do besides reading everything and writing elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rivals {
    WriteElsewhere,
    WriteTheKeyToo,
    Close,
}

/// Does what others must be able to do, within a second, on a thread that may hang.
pub(super) fn get_through(subject: &Subject, rivals: Rivals, case: &str) {
    let (told, heard) = channel();
    let subject = subject.clone();
    thread::spawn(move || {
        let began = now();
        work(&subject, rivals);
        drop(subject);
        let _ = told.send(began.elapsed());
    });
    let took = heard.recv_timeout(PATIENCE);
    let took = took.unwrap_or_else(|_| panic!("{case}: the others wait, or have failed"));
    assert!(took < BOUND, "{case}: the others took {took:?}");
}

fn work(subject: &Subject, rivals: Rivals) {
    let documents = &subject.documents;
    let closed = documents.is_closed();
    let before = documents.view();
    for _ in 0..1_000 {
        drop(documents.get(&KEY));
    }
    assert_eq!(documents.contains(&(DOCUMENTS - 1)), !closed);
    for key in 0..1_000 {
        let written = documents.set(2 + key % (DOCUMENTS - 2), subject.counted(key));
        assert_eq!(written.is_ok(), !closed);
        let created = documents.create(FRESH + key, subject.counted(key));
        assert_eq!(created.is_ok_and(|outcome| outcome.is_created()), !closed);
    }
    if rivals == Rivals::WriteTheKeyToo {
        for number in 0..200 {
            assert_eq!(documents.set(KEY, subject.counted(number)).is_ok(), !closed);
            assert_eq!(documents.get(&KEY).is_some(), !closed);
        }
        assert_eq!(documents.remove(&KEY).is_ok(), !closed);
        assert!(documents.get(&KEY).is_none());
    }
    let view = documents.view();
    read(documents, &view, closed);
    documents.maintain();
    listen(subject, closed);
    if rivals == Rivals::Close {
        documents.close();
        assert!(documents.is_closed() && documents.get(&0).is_none());
        assert!(documents.set(KEY, subject.counted(0)).is_err());
        assert!(documents.view().is_empty() && documents.iter().next().is_none());
        assert_eq!(view.iter().count(), view.len());
        documents.close();
    }
    assert!(before.len() <= view.len() + 1, "a view that is older than 1,000 new documents");
}

/// Whoever watches is told what was written, whoever stands.
fn listen(subject: &Subject, closed: bool) {
    let Some(mut watch) = lock(&subject.watches).pop() else { return };
    let last = subject.documents.get(&2).map_or(0, |found| found.revision().get());
    loop {
        match watch.try_recv() {
            Ok(Some(event)) if event.revision.get() >= last => break,
            Ok(event) => assert!(event.is_some(), "the last write is not told"),
            Err(WatchError::Lagged { .. }) => {}
            Err(WatchError::Closed) => break assert!(closed),
        }
    }
    lock(&subject.watches).push(watch);
}

/// Reads everything as of an instant, in each way there is.
fn read(
    documents: &Collection<u64, Counted>,
    view: &crate::view::View<u64, Counted>,
    closed: bool,
) {
    let keys = || (0..DOCUMENTS).filter_map(|key| view.get(&key));
    let seen: Vec<u64> = keys().map(|found| found.revision().get()).collect();
    assert!(closed || seen.len() as u64 >= DOCUMENTS - 2, "all but what is being removed");
    assert_eq!(seen, keys().map(|found| found.revision().get()).collect::<Vec<_>>());
    assert_eq!(view.iter().count(), view.len());
    assert_eq!(view.stream(100).count(), view.len());
    let (walked, streamed) = (documents.iter().count(), documents.stream(0).count());
    assert!(walked + 1 >= view.len() && streamed == walked, "one is being removed at most");
    let pin = documents.pin();
    assert_eq!(pin.get_many([2, 3, 4].iter()).flatten().count(), if closed { 0 } else { 3 });
}

/// Cleans up until nothing waits any more; other tests may be pinned meanwhile.
pub(super) fn quiet(documents: &Collection<u64, Counted>, case: &str) {
    patiently(case, || {
        documents.maintain();
        documents.stats().retired == 0
    });
}

/// Tries `done` until it is.
pub(super) fn patiently(what: &str, mut done: impl FnMut() -> bool) {
    let began = now();
    while !done() {
        assert!(began.elapsed() < PATIENCE, "{what}: it takes too long");
        thread::yield_now();
    }
}

#[expect(clippy::disallowed_methods, reason = "a test of progress looks at the clock")]
fn now() -> Instant {
    Instant::now()
}

/// Within which the others have to be done. (The sanitizers' builds, which have this cfg, take so
/// many times as long for everything.)
const BOUND: Duration = Duration::from_secs(if cfg!(folio_chaos) { 20 } else { 1 });

/// After which somebody hangs.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// The first of the new keys.
pub(super) const FRESH: u64 = 1_000_000_000;
