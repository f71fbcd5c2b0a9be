//! What single verbs promise, row by row: see `tests/CONFORMANCE.md`.

use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use folio::{
    Collection, Computed, Error, Forked, Op, Outcome, ReadError, Revision, StoreError, UpdateError,
    WriteError,
};

type Numbers = Collection<String, u64>;

fn numbers() -> Numbers {
    [("one".to_string(), 1), ("two".to_string(), 2)].into_iter().collect()
}

fn one() -> String {
    "one".into()
}

/// Goal: outcome, version and revision of every verb that writes a value.
#[test]
fn every_write_says_what_it_did() {
    let numbers = Numbers::new();
    let created = numbers.create(one(), 1).expect("absent");
    assert!(matches!(created, Outcome::Created { .. }));
    assert_eq!((created.version().get(), created.revision().get()), (1, 1));
    let updated = numbers.set(one(), 2).expect("open");
    assert!(matches!(updated, Outcome::Updated { .. }));
    assert_eq!((updated.version().get(), updated.revision().get()), (2, 2));
    let change = numbers.update("one", |n| n + 1).expect("there");
    assert_eq!((change.old.map(|old| *old), *change.new), (Some(2), 3));
    assert!(matches!(numbers.compute(one(), |_| Op::Keep), Ok(Computed::Kept(Some(_)))));
    assert!(matches!(numbers.compute(one(), |_| Op::Remove), Ok(Computed::Removed(_))));
    assert!(matches!(numbers.compute(one(), |_| Op::Remove), Ok(Computed::Kept(None))));
    let again = numbers.set(one(), 9).expect("open");
    assert!(again.is_created() && again.version().get() == 1, "a new life begins at version 1");
    assert!(again.revision() > updated.revision(), "revisions never repeat");
}

/// Goal: refusals hand back what they were given, and name collection and key.
#[test]
fn refused_writes_hand_back_what_they_were_given() {
    let numbers: Numbers = Collection::builder().name("sums").build().expect("its own");
    numbers.set(one(), 1).expect("open");
    let refused = numbers.create(one(), 5).expect_err("there is one");
    assert_eq!(refused.given, (one(), 5));
    assert_eq!(
        refused.to_string(),
        "there already is a document under key \"one\" in collection \"sums\""
    );
    let refused = numbers.replace("none", 5).expect_err("there is none");
    assert_eq!(refused.given, 5);
    assert!(matches!(refused.reason, WriteError::NotFound { .. }));
    let seen = Revision::new(77).expect("not 0");
    let refused = numbers.compare_and_set("one", seen, 5).expect_err("not the one");
    assert!(
        matches!(refused.reason, WriteError::Conflict { actual: Some(now), .. } if now.get() == 1)
    );
    let refused = numbers.compare_and_set("none", seen, 5).expect_err("absent");
    assert!(matches!(refused.reason, WriteError::Conflict { actual: None, .. }));
    assert!(matches!(
        numbers.compare_and_remove("one", seen),
        Err(WriteError::Conflict { actual: Some(_), .. })
    ));
    let as_any: Error = refused.into();
    assert!(matches!(as_any, Error::Write(WriteError::Conflict { .. })));
    numbers.close();
    let refused = numbers.set(one(), 6).expect_err("closed");
    assert_eq!(
        (refused.given, refused.reason.to_string()),
        ((one(), 6), "collection \"sums\" is closed".into())
    );
    let refused = numbers.set_many([(one(), 1), ("b".into(), 2)]).expect_err("closed");
    assert_eq!(refused.given.len(), 2);
}

/// Goal: a validator runs on every way in, its error is returned as it is; order of checks.
#[test]
fn validator_guards_every_way_in() {
    let even: Numbers = Collection::builder()
        .validate(|n: &u64| if n % 2 == 0 { Ok(()) } else { Err("odd") })
        .build()
        .expect("its own");
    even.set(one(), 2).expect("even");
    let refused = even.set(one(), 3).expect_err("odd");
    assert_eq!(refused.source().map(ToString::to_string), Some("odd".into()));
    assert!(even.create("new".into(), 3).is_err() && even.replace("one", 3).is_err());
    assert!(even.update("one", |n| n + 1).is_err() && even.upsert_with(one(), |_| 1).is_err());
    assert!(even.set_many([(one(), 4), ("b".into(), 5)]).is_err_and(|all| all.given.len() == 2));
    assert_eq!((even.len(), even.get_cloned("one")), (1, Some(2)), "nothing was written");
    let first = even.replace("none", 3).expect_err("odd and absent");
    assert!(
        matches!(first.reason, WriteError::Invalid { .. }),
        "validation comes before existence"
    );
    assert!(matches!(
        even.fork_with(|_, n| Forked::Replace(n + 1)),
        Err(StoreError::Refused { reason: WriteError::Invalid { .. } })
    ));
}

/// Goal: `set_many` goes by what the validator said at first, so that it writes all or nothing.
/// Method: how often it is asked.
#[test]
fn validator_is_asked_once_about_each_of_many() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let count = move |_: &u64| {
        counted.fetch_add(1, Relaxed);
        Ok::<(), WriteError>(())
    };
    let numbers: Numbers = Collection::builder().validate(count).build().expect("its own");
    assert_eq!(numbers.set_many([(one(), 1), ("two".into(), 2)]).expect("valid").len(), 2);
    assert_eq!(asked.load(Relaxed), 2);
}

/// Goal: a value that counts as equal is not written at all.
#[test]
fn unchanged_write_is_skipped() {
    let numbers: Numbers = Collection::builder().skip_equal().build().expect("its own");
    let first = numbers.set(one(), 1).expect("open");
    let second = numbers.set(one(), 1).expect("open");
    assert!(second.is_unchanged());
    assert_eq!((second.version(), second.revision()), (first.version(), first.revision()));
    assert!(numbers.update("one", |n| *n).is_ok_and(|change| change.outcome.is_unchanged()));
    assert_eq!(numbers.stats().writes, 1);
}

/// Goal: a closure's own error comes back as it is and changes nothing.
#[test]
fn failing_closure_changes_nothing() {
    let numbers = numbers();
    let failed = numbers.try_update("one", |_| Err::<u64, _>("no"));
    assert!(matches!(failed, Err(UpdateError::Closure("no"))));
    let missing = numbers.try_update("none", |_| Ok::<_, ()>(1));
    assert!(matches!(missing, Err(UpdateError::Write(WriteError::NotFound { .. }))));
    assert_eq!(numbers.get_cloned("one"), Some(1));
}

/// Goal: removal, conditional removal, clear and retain.
#[test]
fn removals_return_what_they_removed() {
    let numbers = numbers();
    assert_eq!(numbers.remove("one").expect("open").map(|last| *last), Some(1));
    assert!(numbers.remove("one").expect("open").is_none());
    assert!(numbers.remove_if("two", |n| *n > 5).expect("open").is_none());
    assert!(numbers.remove_if("two", |n| *n == 2).expect("open").is_some());
    numbers.set_many((0..10).map(|n| (n.to_string(), n))).expect("open");
    assert_eq!(numbers.retain(|_, n| n % 2 == 0).expect("open"), 5);
    assert_eq!((numbers.clear().expect("open"), numbers.len()), (5, 0));
}

/// Goal: `set_many` writes in key order, and of equal keys the last value counts.
#[test]
fn set_many_merges_in_key_order() {
    let numbers = numbers();
    let outcomes =
        numbers.set_many([("z".into(), 1), ("a".into(), 2), ("z".into(), 3)]).expect("open");
    assert_eq!(outcomes.len(), 2);
    assert!(outcomes[0].revision() < outcomes[1].revision());
    let (a, z) = (numbers.get("a").expect("there"), numbers.get("z").expect("there"));
    assert!(a.revision() < z.revision() && *z == 3 && numbers.len() == 4);
}

/// Goal: what a closed collection answers; close again; views from before.
#[test]
fn closed_collection_answers_nothing_and_refuses_all() {
    let numbers = numbers();
    let (view, mut stream) = (numbers.view(), numbers.stream(0));
    assert!(stream.next().is_some());
    numbers.close();
    numbers.close();
    assert!(numbers.is_closed() && numbers.is_empty() && !numbers.contains("one"));
    assert!(matches!(numbers.try_get("one"), Err(ReadError::Closed { .. })));
    assert_eq!(
        (numbers.iter().count(), numbers.view().len(), numbers.stream(4).count()),
        (0, 0, 0)
    );
    assert!(numbers.remove("one").is_err() && numbers.clear().is_err());
    assert!(numbers.update("one", |n| *n).is_err() && numbers.retain(|_, _| true).is_err());
    assert!(matches!(numbers.fork(), Err(StoreError::Closed)));
    assert_eq!((view.len(), view.get("two").map(|n| *n), stream.count()), (2, Some(2), 1));
}

/// Goal: a cursor stands between items, and an end is `None` in both directions.
#[test]
fn cursor_walks_both_ways_in_key_order() {
    let numbers: Numbers = (0..5).map(|n| (n.to_string(), n)).collect();
    let mut cursor = numbers.cursor();
    assert!(cursor.prev().is_none());
    assert_eq!(cursor.next().map(|n| *n), Some(0));
    assert_eq!((cursor.advance(100), cursor.next().is_none()), (4, true));
    let mut other = cursor.clone();
    assert_eq!((cursor.prev().map(|n| *n), other.advance(-2)), (Some(4), 2));
    assert_eq!(other.next().map(|n| *n), Some(3));
    assert_eq!((cursor.advance(isize::MIN), cursor.total()), (4, 5));
    cursor.reset();
    assert_eq!(cursor.map(|n| *n).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
}

/// Goal: a fork is independent, keeps versions and revisions, and its clock goes on from there.
#[test]
fn fork_goes_on_from_the_instant_it_was_made() {
    let numbers = numbers();
    numbers.set(one(), 10).expect("open");
    let instant = numbers.stats().revision;
    let fork = numbers.fork().expect("open");
    for key in ["one", "two"] {
        let (here, there) = (numbers.get(key).expect("there"), fork.get(key).expect("there"));
        assert_eq!((here.version(), here.revision()), (there.version(), there.revision()));
        assert!(std::ptr::eq(here.value(), there.value()), "values are shared");
    }
    assert!(fork.set(one(), 11).is_ok_and(|outcome| outcome.revision().get() > instant));
    assert_eq!((numbers.get_cloned("one"), fork.get_cloned("one")), (Some(10), Some(11)));
    let some = numbers.fork_with(|key, n| match key.as_str() {
        "one" => Forked::Replace(n + 1),
        _ => Forked::Drop,
    });
    let some = some.expect("open");
    assert_eq!((some.len(), some.get("one").map(|n| (*n, n.version().get()))), (1, Some((11, 3))));
    drop(numbers);
    assert_eq!(fork.get_cloned("two"), Some(2));
}
