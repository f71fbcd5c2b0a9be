//! How many documents, and how many bytes, a namespace may hold.

use folio::{Collection, Quota, Scope, Store, Usage, WriteError};

use crate::common::dice::Dice;
use crate::common::sampler::sampled;

type Texts = Collection<u64, Vec<u8>>;

/// What a document takes besides what its value owns.
const HEAD: u64 = (size_of::<u64>() + size_of::<Vec<u8>>()) as u64;

fn scope(quota: Quota) -> (Store, Scope) {
    let store = Store::new();
    let scope = store.scope("ada").expect("a namespace");
    scope.set_quota(quota);
    (store, scope)
}

fn texts(scope: &Scope, name: &str) -> Texts {
    scope.collection(name).expect("no quota of collections")
}

fn text(len: usize) -> Vec<u8> {
    vec![b'a'; len]
}

fn used(scope: &Scope) -> (u64, u64) {
    let Usage { keys, bytes, .. } = scope.usage();
    (keys, bytes)
}

/// What an instant of the namespace takes, counted by hand.
fn shown(scope: &Scope) -> (u64, u64) {
    let view = scope.view();
    let shown = ["one", "two"].map(|name| view.collection::<u64, Vec<u8>>(name));
    let shown = shown.map(|texts| {
        let texts = texts.expect("its types");
        texts.values().fold((0, 0), |(n, sum), text| (n + 1, sum + HEAD + text.len() as u64))
    });
    (shown[0].0 + shown[1].0, shown[0].1 + shown[1].1)
}

/// Writes to one of the two collections in one of many ways. Says whether it was refused.
fn write(all: &[Texts; 2], keys: u64, dice: &mut Dice) -> bool {
    let (texts, key, value) = (&all[dice.place(2)], dice.below(keys), text(dice.place(100)));
    let refused = match dice.below(10) {
        0 | 1 => return texts.remove(&key).is_err(),
        2 => texts.update(&key, |_| value.clone()).err(),
        3 => {
            let items: Vec<_> = (key..key + 3).map(|key| (key, value.clone())).collect();
            texts.set_many(items).err().map(|refused| refused.reason)
        }
        4 => texts.create(key, value).err().map(|refused| refused.reason),
        _ => texts.set(key, value).err().map(|refused| refused.reason),
    };
    refused.is_some_and(|reason| matches!(reason, WriteError::QuotaExceeded { .. }))
}

/// Lets writers and samplers loose on two collections of a namespace, and gives everything back.
fn try_out(quota: Quota, keys: u64) {
    let (_store, scope) = scope(quota);
    let all = ["one", "two"].map(|name| texts(&scope, name));
    let limit = (quota.max_keys.unwrap_or(u64::MAX), quota.max_bytes.unwrap_or(u64::MAX));
    let assert_within = |(keys, bytes): (u64, u64)| {
        assert!(keys <= limit.0 && bytes <= limit.1, "{keys} keys, {bytes} bytes of {limit:?}");
    };
    let seen = sampled(
        |dice| write(&all, keys, dice),
        || {
            let found = used(&scope);
            assert_within(found);
            if found.0 % 16 == 0 {
                assert_within(shown(&scope));
            }
        },
    );
    seen.assert_short(0);
    assert_eq!(used(&scope), shown(&scope), "what is used is what is there");
    for texts in &all {
        texts.verify().expect("consistent");
    }
    scope.clear_prefix("").expect("open");
    assert_eq!(used(&scope), (0, 0));
}

/// Goal: the quota of keys is never exceeded, and all of it comes back. Method: four writers of
/// two collections, with far more keys than there may be; two threads that look at what is used,
/// and at instants. `FOLIO_SAMPLES` says how often.
#[test]
fn samplers_never_find_more_keys_than_may_be() {
    try_out(Quota::default().max_keys(100), 200);
}

/// Goal: the quota of bytes is never exceeded, and all of it comes back. Method: as before, with
/// values of all lengths.
#[test]
fn samplers_never_find_more_bytes_than_may_be() {
    try_out(Quota::default().max_keys(150).max_bytes(8_000), 100);
}

/// Goal: growth takes bytes and is refused when there are none; what shrinks gives back; what was
/// refused leaves what was there. Method: one document beside another, each verb that replaces.
#[test]
fn what_grows_takes_and_what_shrinks_gives_back() {
    let (_store, scope) = scope(Quota::default().max_bytes(2 * HEAD + 100));
    let texts = texts(&scope, "one");
    texts.set(1, text(10)).expect("room");
    texts.set(2, text(40)).expect("room");
    assert_eq!(used(&scope), (2, 2 * HEAD + 50));
    texts.set(1, text(60)).expect("all of it");
    assert_eq!(used(&scope), (2, 2 * HEAD + 100));

    let full = |reason: &WriteError| match reason {
        WriteError::QuotaExceeded { limit, used, .. } => limit == used,
        _ => false,
    };
    let refused = texts.set(1, text(61)).expect_err("one byte too many");
    assert!(full(&refused.reason) && refused.given == (1, text(61)));
    assert!(refused.reason.to_string().contains("\"ada\""), "{}", refused.reason);
    assert!(texts.replace(&1, text(61)).is_err_and(|refused| refused.given == text(61)));
    let seen = texts.get(&1).expect("is there").revision();
    assert!(texts.compare_and_set(&1, seen, text(61)).is_err_and(|it| full(&it.reason)));
    assert!(texts.update_in_place(&1, |text| text.resize_with(200, || 0)).is_err_and(|e| full(&e)));
    assert!(texts.create(3, text(0)).is_err_and(|refused| refused.given == (3, text(0))));
    assert!(texts.get_or_insert_with(&3, || text(9)).is_err_and(|it| it.given == Some(text(9))));
    assert!(texts.upsert_with(3, |_| text(0)).is_err_and(|reason| full(&reason)));
    assert_eq!((texts.get_cloned(&1), texts.len()), (Some(text(60)), 2));

    texts.replace(&1, text(20)).expect("shrinks");
    assert_eq!(used(&scope), (2, 2 * HEAD + 60));
    texts.set(2, text(80)).expect("room again");
    assert_eq!(used(&scope), (2, 2 * HEAD + 100));
    texts.remove(&2).expect("open").expect("is there");
    assert_eq!(used(&scope), (1, HEAD + 20));
    texts.close();
    assert_eq!(used(&scope), (0, 0), "what is closed gives back all it had");
}

/// Goal: `set_many` has room for all, or writes nothing. Method: new keys, upserts that grow, and
/// keys that come twice, with room for all but one; then for all.
#[test]
fn set_many_reserves_for_all_or_writes_nothing() {
    let (_store, scope) = scope(Quota::default().max_keys(3).max_bytes(3 * HEAD + 100));
    let texts = texts(&scope, "one");
    texts.set(1, text(50)).expect("room");
    let before = used(&scope);
    let too_many = [
        vec![(2, text(1)), (3, text(1)), (4, text(1))],
        vec![(1, text(99)), (2, text(1)), (3, text(1))],
        vec![(0, text(0)), (1, text(200))],
    ];
    for items in too_many {
        let refused = texts.set_many(items.clone()).expect_err("no room for all");
        assert!(matches!(refused.reason, WriteError::QuotaExceeded { .. }), "{}", refused.reason);
        let mut given = refused.given;
        given.sort();
        assert_eq!((given, used(&scope), texts.len()), (items, before, 1));
        texts.verify().expect("consistent");
    }
    let all = vec![(3, text(900)), (1, text(20)), (2, text(25)), (3, text(25))];
    assert_eq!(texts.set_many(all).expect("room for the last of each").len(), 3);
    assert_eq!(used(&scope), (3, 3 * HEAD + 70));
    let mixed = vec![(1, text(0)), (2, text(10)), (3, text(90))];
    texts.set_many(mixed).expect_err("what will shrink has not shrunk yet");
    assert_eq!(used(&scope), (3, 3 * HEAD + 70));
    texts.set_many(vec![(2, text(10)), (1, text(0))]).expect("nothing grows");
    texts.set_many(vec![(3, text(90))]).expect("room by now");
    assert_eq!(used(&scope), (3, 3 * HEAD + 100));
    texts.verify().expect("consistent");
}

/// Goal: a limit that is lowered below what is used refuses what is new until there is less, and
/// nothing else; one that is raised or taken away lets it in. Method: both limits, in use.
#[test]
fn lowered_limit_refuses_until_there_is_less() {
    let (_store, scope) = scope(Quota::default());
    let texts = texts(&scope, "one");
    (0..10).for_each(|key| assert!(texts.set(key, text(10)).is_ok()));
    scope.set_quota(Quota::default().max_keys(5));
    for gone in 0..5 {
        let refused = texts.set(99, text(0)).expect_err("there are as many as may be, or more");
        let WriteError::QuotaExceeded { limit, used, .. } = refused.reason else {
            panic!("{}", refused.reason)
        };
        assert_eq!((limit, used), (5, 10 - gone));
        texts.set(9, text(500)).expect("an upsert passes");
        texts.remove(&gone).expect("open");
    }
    assert!(texts.set(99, text(0)).is_err(), "as many as may be");
    texts.remove(&5).expect("open");
    texts.set(99, text(0)).expect("one less");

    let (keys, bytes) = used(&scope);
    scope.set_quota(Quota::default().max_bytes(bytes - 400));
    assert!(texts.set(99, text(1)).is_err(), "it grows");
    texts.set(99, text(0)).expect("it does not");
    texts.set(9, text(99)).expect("it shrinks");
    assert!(texts.set(99, text(2)).is_err(), "one byte is left");
    texts.set(99, text(1)).expect("the last one");
    assert_eq!(used(&scope), (keys, bytes - 400));
    scope.set_quota(Quota::default());
    texts.set(100, text(1_000)).expect("no limit");
    scope.clear_prefix("").expect("open");
    assert_eq!(used(&scope), (0, 0));
}

/// Goal: what `set_many` has reserved and does not need comes back. Method: values that own more
/// than they hold, and count as equal; documents that go to make room for others.
#[test]
fn set_many_gives_back_what_it_does_not_need() {
    let (_store, scope) = scope(Quota::default().max_keys(4).max_bytes(4 * HEAD + 400));
    let equal = scope.builder_for("one").skip_equal().build();
    let equal: Texts = equal.expect("no quota of collections");
    let roomy = |len: usize| {
        let mut text = Vec::with_capacity(100);
        text.resize(len, b'a');
        text
    };
    equal.set_many([(1, text(1)), (2, text(1))]).expect("room");
    let before = used(&scope);
    let done = equal.set_many([(1, roomy(1)), (2, roomy(1))]).expect("room");
    assert!(done.iter().all(folio::Outcome::is_unchanged));
    assert_eq!(used(&scope), before, "nothing was written");

    let few = scope.builder_for("two").max_entries(1).build();
    let few: Texts = few.expect("no quota of collections");
    few.set_many([(1, text(10)), (2, text(20))]).expect("room for both in the namespace");
    assert_eq!((few.len(), used(&scope)), (1, (3, before.1 + HEAD + 20)));
    for texts in [&equal, &few] {
        texts.verify().expect("consistent");
    }
    scope.clear_prefix("").expect("open");
    assert_eq!(used(&scope), (0, 0));
}
