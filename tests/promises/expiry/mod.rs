//! Documents that end: deadlines, and who is told.

mod model;
mod moments;
mod purger;
mod races;

use std::time::Duration;

use folio::{Cause, Collection, EventKind, Kind, TestClock};

const SECOND: Duration = Duration::from_secs(1);

fn timed() -> (TestClock, Collection<String, u32>) {
    let clock = TestClock::new();
    let documents = Collection::builder().clock(clock.clone()).build().expect("stands alone");
    (clock, documents)
}

/// Goal: what is over is found by nobody. Method: one document of two ends; every way to read.
#[test]
fn what_is_over_is_found_by_nobody() {
    let (clock, documents) = timed();
    documents.set_with_ttl("a".into(), 1, SECOND).expect("open");
    documents.set("b".into(), 2).expect("open");
    let before = documents.view();
    assert_eq!(documents.len(), 2);
    clock.advance(SECOND);
    assert!(documents.get("a").is_none() && !documents.contains("a"));
    assert!(documents.try_get("a").is_err() && documents.ttl("a").is_none());
    assert_eq!(documents.pin().get_many(["a", "b"]).flatten().count(), 1);
    assert_eq!((documents.iter().count(), documents.stream(0).count()), (1, 1));
    assert_eq!((documents.view().len(), documents.cursor().count()), (1, 1));
    assert_eq!((before.len(), before.get("a").map(|a| *a)), (2, Some(1)));
    assert!(documents.update("a", |n| n + 1).is_err() && documents.replace("a", 3).is_err());
    assert_eq!(documents.len(), 1);
    assert_eq!(documents.stats().expirations, 1);
}

/// Goal: the end is told once, before what comes after it. Method: a watch over an end and a new
/// beginning.
#[test]
fn an_end_is_told_once() {
    let (clock, documents) = timed();
    let mut watch = documents.watch().subscribe();
    documents.set_with_ttl("a".into(), 1, SECOND).expect("open");
    clock.advance(2 * SECOND);
    let again = documents.set("a".into(), 2).expect("open");
    assert!(again.is_created() && again.version().get() == 1);
    assert_eq!(documents.purge_expired(), 0);
    let kinds: Vec<_> = std::iter::from_fn(|| watch.try_recv().expect("kept up")).collect();
    assert_eq!(kinds.len(), 3);
    assert_eq!((kinds[0].what(), kinds[2].what()), (Kind::Created, Kind::Created));
    let EventKind::Removed { old, cause } = &kinds[1].kind else { panic!("{:?}", kinds[1].what()) };
    assert_eq!((**old, *cause), (1, Cause::Expired));
}

/// Goal: a renewed document survives its old deadline. Method: each way to renew, then a purge
/// when the old one has passed.
#[test]
fn a_renewed_document_survives_its_old_deadline() {
    let (clock, documents) = timed();
    for (key, renew) in [("set", 0), ("set_with_ttl", 1), ("expire_in", 2), ("persist", 3)] {
        documents.set_with_ttl(key.into(), 1, SECOND).expect("open");
        let renewed = match renew {
            0 => documents.set(key.into(), 1).map_err(Into::into),
            1 => documents.set_with_ttl(key.into(), 1, 10 * SECOND).map_err(Into::into),
            2 => documents.expire_in(key, 10 * SECOND),
            _ => documents.persist(key),
        };
        assert_eq!(renewed.expect("is there").version().get(), 2, "{key}");
    }
    clock.advance(SECOND);
    assert_eq!((documents.purge_expired(), documents.len()), (0, 4));
    clock.advance(9 * SECOND);
    assert_eq!((documents.purge_expired(), documents.len()), (2, 2));
}
