//! How much a namespace may hold.

use std::thread;

use folio::{Collection, Quota, Scope, Store, StoreError, Usage};

use crate::common::crew::Crew;
use crate::common::dice::{Dice, seed};

type Numbers = Collection<u64, u64>;

fn limited(store: &Store, namespace: &str, collections: u64) -> Scope {
    let scope = store.scope(namespace).expect("a namespace");
    scope.set_quota(Quota::default().max_collections(collections));
    scope
}

fn used(scope: &Scope) -> (u64, u64) {
    let Usage { keys, collections, .. } = scope.usage();
    (keys, collections)
}

/// Goal: new collections are refused beyond the quota, others are not, and what goes gives its
/// place back. Method: in one thread, through the scope and through the store; given back by a
/// dropped handle, the last document, a close, a clearing.
#[test]
fn collections_are_no_more_than_their_quota() {
    let store = Store::new();
    let scope = limited(&store, "ada", 2);
    let one: Numbers = scope.collection("one").expect("room for two");
    let two: Numbers = store.collection("ada:two").expect("room for two");
    assert_eq!(used(&scope), (0, 2));
    for refused in [scope.strings("three").err(), store.strings("ada:three").err()] {
        let refused = refused.expect("room for two");
        let told = refused.to_string();
        assert_eq!(told, "namespace \"ada\" has 2 collections of 2 that it may");
        let StoreError::QuotaExceeded { namespace, limit: 2, used: 2 } = refused else {
            panic!("{refused}")
        };
        assert_eq!(&*namespace, "ada");
    }
    let again: Numbers = scope.collection("two").expect("it is there");
    for elsewhere in ["adam:three", "ADA:three", "ada", "three", "ad:a:three"] {
        assert!(store.strings(elsewhere).is_ok(), "{elsewhere} is not in it");
    }

    drop((two, again));
    assert_eq!(used(&scope), (0, 1), "nothing keeps the name");
    let two: Numbers = scope.collection("two").expect("room again");
    two.set(1, 1).expect("open");
    drop(two);
    assert_eq!(used(&scope), (1, 2));
    assert!(scope.strings("three").is_err(), "its document keeps the name");
    assert_eq!(scope.clear_prefix("two").expect("open"), 1);
    assert!(scope.strings("three").is_ok(), "it was dropped at once");
    one.close();
    assert_eq!(used(&scope), (0, 0), "what is closed is in use no more");
    let anew: Numbers = scope.collection("one").expect("a new one");
    assert!(anew.is_empty() && one.is_closed());
    store.close();
    assert_eq!(used(&scope), (0, 0));
}

/// Goal: a quota can be changed while it is in use, and refuses only what is new. Method: lowered
/// below what is there, to nothing, raised, taken away.
#[test]
fn quota_changes_while_it_is_in_use() {
    let store = Store::new();
    let scope = store.scope("ada").expect("a namespace");
    let kept: Vec<Numbers> =
        (0..3).map(|n| scope.collection(&n.to_string()).expect("no quota")).collect();
    for (limit, is_refused) in [(0, true), (2, true), (3, true), (4, false), (u64::MAX, false)] {
        scope.set_quota(Quota::default().max_collections(limit));
        assert_eq!(scope.strings("new").is_err(), is_refused, "{limit}");
        assert!(scope.collection::<u64, u64>("1").is_ok(), "what is there stays");
    }
    scope.set_quota(Quota::default().max_collections(0));
    scope.set_quota(Quota::default());
    assert!(scope.strings("new").is_ok());
    assert_eq!(used(&scope), (0, 3));
    drop(kept);
    assert_eq!(used(&scope), (0, 0));
}

/// Goal: a quota belongs to its namespace. Method: no handle is left, and many other namespaces
/// come and go; it is there all the same, in a fork as well, whose own it is from then on.
#[test]
fn quota_belongs_to_the_namespace() {
    let store = Store::new();
    let quota = Quota::default().max_keys(7).max_collections(1).max_bytes(99);
    store.scope("ada").expect("a namespace").set_quota(quota);
    for n in 0..1_000 {
        let name = format!("n{n}");
        assert_eq!(store.scope(&name).expect("a namespace").quota(), Quota::default());
        drop(store.strings(&format!("{name}:gone")).expect("no quota"));
    }
    let scope = store.scope("ada").expect("a namespace");
    assert_eq!(
        (scope.quota(), store.scope("ADA").expect("another").quota()),
        (quota, Quota::default())
    );
    let one: Numbers = store.collection("ada:one").expect("room for one");
    one.set(1, 1).expect("open");
    assert!(store.strings("ada:two").is_err());

    let fork = store.fork().expect("open");
    let forked = fork.scope("ada").expect("a namespace");
    assert_eq!((forked.quota(), used(&forked)), (quota, (1, 1)));
    assert!(fork.strings("ada:two").is_err());
    forked.set_quota(Quota::default());
    assert!(fork.strings("ada:two").is_ok() && store.strings("ada:two").is_err());
}

/// Goal: the quota of collections is never exceeded, and nothing of it is lost. Method: threads
/// make collections of a few names, keep some with a handle or a document, and let them go; others
/// look all the time; at least one in ten is refused, and at the end there is room for all again.
#[test]
fn quota_of_collections_is_never_exceeded() {
    let (store, crew, seed) = (Store::new(), Crew::default(), seed());
    let scope = limited(&store, "ada", LIMIT);
    let refused: u64 = thread::scope(|threads| {
        let writers: Vec<_> = (0..4)
            .map(|thread| {
                let (store, scope) = (store.clone(), scope.clone());
                threads.spawn(move || come_and_go(&store, &scope, Dice::new(seed + thread)))
            })
            .collect();
        let sampler = threads.spawn(|| {
            // Once at least, however late it comes.
            loop {
                let (_, collections) = used(&scope);
                assert!(collections <= LIMIT, "{collections} of {LIMIT}");
                assert!(scope.collections("").len() as u64 <= LIMIT);
                if crew.is_done() {
                    return;
                }
            }
        });
        let member = crew.member();
        let refused = writers.into_iter().map(|writer| writer.join().expect("unharmed")).sum();
        drop(member);
        sampler.join().expect("never exceeded");
        refused
    });
    assert!(refused >= 4 * ROUNDS / 10, "{refused} refused");
    scope.clear_prefix("").expect("open");
    assert_eq!(used(&scope), (0, 0), "nothing is lost");
    let all: Vec<Result<Numbers, _>> =
        (0..=LIMIT).map(|n| scope.collection(&n.to_string())).collect();
    assert_eq!(all.iter().filter(|made| made.is_ok()).count() as u64, LIMIT);
}

/// Goal: a collection counts in its namespace from the beginning. Method: collections of new
/// namespaces, while another thread asks for so many others that those which nobody needs are
/// forgotten all the time.
#[test]
fn new_collection_counts_in_its_namespace() {
    let (store, crew) = (Store::new(), Crew::default());
    thread::scope(|threads| {
        threads.spawn(|| {
            let mut others = 0..;
            while !crew.is_done() {
                let other = others.next().map(|n: u64| store.scope(&format!("other{n}")));
                assert!(other.is_some_and(|other| other.is_ok()));
            }
        });
        let _member = crew.member();
        for round in 0..ROUNDS {
            let one: Numbers = store.collection(&format!("n{round}:one")).expect("no quota");
            one.set(1, 1).expect("open");
            let scope = store.scope(&format!("n{round}")).expect("a namespace");
            assert_eq!(used(&scope), (1, 1), "round {round}");
        }
    });
}

/// Says how often a collection was refused.
fn come_and_go(store: &Store, scope: &Scope, mut dice: Dice) -> u64 {
    let (mut kept, mut refused) = (Vec::new(), 0);
    for _ in 0..ROUNDS {
        let name = dice.below(3 * LIMIT).to_string();
        let made: Result<Numbers, _> = if dice.one_in(2) {
            scope.collection(&name)
        } else {
            store.collection(&format!("ada:{name}"))
        };
        match made {
            Ok(numbers) => match dice.below(4) {
                0 => drop(numbers.set(1, 1).expect("nobody closes it but who keeps it")),
                1 => drop(numbers.remove(&1).expect("nobody closes it but who keeps it")),
                _ => kept.push(numbers),
            },
            Err(StoreError::QuotaExceeded { limit: LIMIT, .. }) => refused += 1,
            Err(other) => panic!("{other}"),
        }
        if kept.len() > 2 || dice.one_in(3) {
            drop(kept.pop());
        }
    }
    refused
}

const LIMIT: u64 = 4;
const ROUNDS: u64 = if cfg!(miri) { 50 } else { 5_000 };
