//! Namespaces: what a scope shows, and under which names.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::mpsc;

use folio::{Collection, Error, ReadError, Scope, Store, StoreError, WriteError};
use proptest::collection::vec;
use proptest::prelude::*;

/// Collections by whole name, and what is in them.
type Model = BTreeMap<String, BTreeMap<u8, u8>>;

#[derive(Clone, Debug)]
enum Call {
    Set(u8, u8),
    Remove(u8),
    Clear,
}

fn call() -> impl Strategy<Value = Call> {
    prop_oneof![
        6 => (0..4_u8, any::<u8>()).prop_map(|(key, value)| Call::Set(key, value)),
        2 => (0..4_u8).prop_map(Call::Remove),
        1 => Just(Call::Clear),
    ]
}

proptest! {
    /// Goal: a scope is a store of the names in its namespace, and of no others. Method: namespaces
    /// that differ in case, or begin alike; local names that any other comparison would confuse;
    /// calls at random, through the scope or through the store by the whole name, against maps.
    #[test]
    fn scopes_show_their_own_namespace_alone(
        calls in vec((0..NAMESPACES.len(), 0..LOCAL.len(), any::<bool>(), call()), 1..60)
    ) {
        let store = Store::new();
        let scopes = NAMESPACES.map(|name| store.scope(name).expect("a namespace"));
        let mut model = Model::new();
        for (namespace, local, through_scope, call) in calls {
            let (scope, local) = (&scopes[namespace], LOCAL[local]);
            let whole = format!("{}:{local}", NAMESPACES[namespace]);
            let numbers: Collection<u8, u8> = if through_scope {
                scope.collection(local).expect("its types")
            } else {
                store.collection(&whole).expect("its types")
            };
            prop_assert_eq!(numbers.name(), if through_scope { local } else { &whole });
            let gone = play(&mut model, &whole, &call);
            match call {
                Call::Set(key, value) => drop(numbers.set(key, value).expect("open")),
                Call::Remove(key) => drop(numbers.remove(&key).expect("open")),
                Call::Clear if through_scope => {
                    prop_assert_eq!(scope.clear_prefix(local).expect("open"), gone);
                }
                Call::Clear => prop_assert_eq!(store.clear_prefix(&whole).expect("open"), gone),
            }
        }
        for scope in &scopes {
            compare(&store, scope, &model);
        }
    }
}

/// Says how many documents a clearing has removed.
fn play(model: &mut Model, whole: &str, call: &Call) -> usize {
    let map = model.entry(whole.into()).or_default();
    match *call {
        Call::Set(key, value) => drop(map.insert(key, value)),
        Call::Remove(key) => drop(map.remove(&key)),
        Call::Clear => {
            let gone = model.iter_mut().filter(|(name, _)| name.starts_with(whole));
            return gone.map(|(_, map)| std::mem::take(map).len()).sum();
        }
    }
    0
}

fn compare(store: &Store, scope: &Scope, model: &Model) {
    let outside = format!("{}:", scope.namespace());
    let inside = model.iter().filter_map(|(name, map)| Some((name.strip_prefix(&outside)?, map)));
    let held: BTreeMap<&str, _> = inside.filter(|(_, map)| !map.is_empty()).collect();
    let view = scope.view();
    for prefix in ["", "a", "A", "%", "_", ":", "a:"] {
        let begins = || held.iter().filter(|(name, _)| name.starts_with(prefix));
        let names: Vec<&str> = begins().map(|(name, _)| *name).collect();
        assert!(scope.collections(prefix).iter().map(|name| &**name).eq(names.iter().copied()));
        assert!(view.collections(prefix).iter().map(|name| &**name).eq(names.iter().copied()));
        assert_eq!(scope.count(prefix), begins().map(|(_, map)| map.len()).sum::<usize>());
    }
    for (name, map) in &held {
        let seen = view.collection::<u8, u8>(name).expect("its types");
        let seen: BTreeMap<u8, u8> = seen.entries().map(|(key, value)| (*key, *value)).collect();
        assert_eq!(&seen, *map);
    }
    let mut replay = scope.watch().replay().subscribe();
    let mut replayed: BTreeMap<String, usize> = BTreeMap::new();
    while let Some(event) = replay.try_recv().expect("nothing is missed") {
        *replayed.entry(event.collection().into()).or_default() += 1;
    }
    assert!(
        replayed
            .iter()
            .map(|(name, count)| (&**name, *count))
            .eq(held.iter().map(|(name, map)| (*name, map.len())))
    );
    let mut dumped = Vec::new();
    scope.dump(&mut dumped).expect("memory takes it");
    let lines = held.iter().map(|(name, map)| format!("{name:?} {}\n", map.len()));
    assert_eq!(String::from_utf8(dumped).expect("text"), lines.collect::<Vec<_>>().concat());
    assert_eq!(scope.stats().documents, held.values().map(|map| map.len()).sum::<usize>());
    assert_eq!(store.count(&outside), scope.count(""));
}

const NAMESPACES: [&str; 5] = ["a", "A", "a-b", "ab", "0-"];
const LOCAL: [&str; 9] = ["", "a", "A", "a%", "a_", "%", ":", "a:b", "b:"];

/// Goal: letters from A to Z, digits and hyphens make a namespace, and nothing else does. Method:
/// each end of the rule; the refusal names what was asked for; a closed store.
#[test]
fn namespace_is_made_of_letters_digits_and_hyphens() {
    let store = Store::new();
    for name in ["a", "Z", "0", "-", "tenant-99", "TENANT-99", &"x".repeat(10_240)] {
        assert_eq!(store.scope(name).expect("a namespace").namespace(), name);
    }
    for name in ["", " ", "a b", "a:", ":", "a_b", "a.b", "%", "\u{e9}", "a\0", "\u{ff21}"] {
        match store.scope(name) {
            Err(StoreError::InvalidNamespace { namespace }) => assert_eq!(namespace, name),
            other => panic!("{other:?}"),
        }
    }
    let refused = store.scope("a b").expect_err("a blank");
    assert_eq!(refused.to_string(), "\"a b\" cannot be the name of a namespace");
    store.close();
    assert!(matches!(store.scope("a"), Err(StoreError::Closed)));
}

/// Goal: whoever has a scope is told local names, whoever has the store whole ones, of the same
/// collection. Method: both handles at once; names, errors, events of the collection, of the scope
/// and of the store, replayed, live and called.
#[test]
fn names_are_told_as_they_were_asked_for() {
    let store = Store::new();
    let scope = store.scope("ada").expect("a namespace");
    let (inside, outside) = (strings(&scope), store.strings("ada:prefs").expect("the same"));
    assert_eq!((inside.name(), outside.name()), ("prefs", "ada:prefs"));

    let (tell, told) = mpsc::channel();
    let called = scope.on_change(move |event| {
        tell.send(event.map(|event| event.collection().to_owned())).expect("it is waited for");
    });
    let mut watches = (inside.watch().subscribe(), outside.watch().subscribe());
    let mut stores = (scope.watch().subscribe(), store.watch().subscribe());
    let mut named = (
        scope.watch().collections("pre").subscribe(),
        scope.watch().collections("ada").subscribe(),
    );
    outside.set("theme".into(), "dark".into()).expect("open");
    store.strings("adam:prefs").expect("new").set("theme".into(), "light".into()).expect("open");

    let (of_scope, of_store) = (watches.0.recv().expect("told"), watches.1.recv().expect("told"));
    assert_eq!((&*of_scope.collection, &*of_store.collection), ("prefs", "ada:prefs"));
    let (of_scope, of_store) = (stores.0.recv().expect("told"), stores.1.recv().expect("told"));
    assert_eq!((of_scope.collection(), of_store.collection()), ("prefs", "ada:prefs"));
    let event = of_scope.downcast::<String, String>().expect("strings");
    assert_eq!(&*event.collection, "prefs");
    assert!(stores.0.try_recv().expect("open").is_none(), "what is elsewhere is not told");
    assert_eq!(named.0.recv().expect("told").collection(), "prefs");
    assert!(named.1.try_recv().expect("open").is_none(), "the prefix is local");
    assert_eq!(told.try_iter().collect::<Vec<_>>(), [Ok("prefs".to_string())]);
    let now = stores.0.resync();
    assert_eq!(now.collections(""), ["prefs".into()]);
    drop(called);

    let missing = |strings: &Collection<String, String>| match strings.try_get("no such") {
        Err(ReadError::NotFound { collection, .. }) => collection.to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!((missing(&inside), missing(&outside)), ("prefs".into(), "ada:prefs".into()));
    let refused = inside.create("theme".into(), String::new()).expect_err("it is there");
    assert!(refused.to_string().ends_with("in collection \"prefs\""), "{refused}");
    let closing = inside.watcher();
    inside.close();
    let refused = outside.set("a".into(), "b".into()).expect_err("closed for all").reason;
    assert!(matches!(refused, WriteError::Closed { collection } if &*collection == "ada:prefs"));
    drop(closing);
}

/// Goal: what is wrong with a name is told by the name that was asked for. Method: another type and
/// other hooks, through the scope, its view, its builder, and through the store.
#[test]
fn refusals_tell_the_name_that_was_asked_for() {
    let store = Store::new();
    let scope = store.scope("ada").expect("a namespace");
    let kept = scope.collection::<u32, u32>("stock").expect("new");
    kept.set(1, 1).expect("open");
    let name = |refused: StoreError| match refused {
        StoreError::TypeMismatch { collection, .. } | StoreError::Configured { collection } => {
            collection.to_string()
        }
        other => panic!("{other}"),
    };
    assert_eq!(name(scope.strings("stock").expect_err("numbers")), "stock");
    assert_eq!(name(store.strings("ada:stock").expect_err("numbers")), "ada:stock");
    let view = scope.view().collection::<u32, String>("stock");
    assert_eq!(name(view.expect_err("numbers")), "stock");
    let view = store.view().collection::<u32, String>("ada:stock");
    assert_eq!(name(view.expect_err("numbers")), "ada:stock");
    let built = scope.builder_for::<u32, u32>("stock").skip_equal().build();
    assert_eq!(name(built.expect_err("it has no hooks")), "stock");
    // A builder's name is local, too, however it is set.
    let renamed = scope.builder_for::<u32, u32>("other").name("stock").build().expect("the same");
    assert_eq!((renamed.name(), renamed.len()), ("stock", 1));
    assert!(scope.view().collection::<u8, u8>("ada:stock").expect("none").is_empty());
}

/// Goal: a scope is a handle of its store, and its collections keep their names. Method: the store
/// is dropped before the scope, the scope before a collection; hooks stay while any handle does.
#[test]
fn scope_is_a_handle_of_its_store() -> Result<(), Error> {
    let store = Store::new();
    let scope = store.scope("ada")?;
    drop(store);
    let inside = scope.builder_for::<u32, u32>("stock").skip_equal().build()?;
    let twin = scope.clone();
    drop(scope);
    assert!(inside.set(1, 1)?.is_created());
    assert!(twin.collection::<u32, u32>("stock")?.set(1, 1)?.is_unchanged());
    let view = twin.view();
    drop(twin);
    assert!(inside.set(2, 1)?.is_created(), "a collection is one as well");
    inside.remove(&1)?;
    inside.remove(&2)?;
    assert_eq!(view.collections(""), ["stock".into()]);
    drop(inside);
    assert!(view.collection::<u32, u32>("stock")?.contains(&1), "a view goes on");
    Ok(())
}

/// Goal: one handle keeps the name whichever name it knows. Method: the one is dropped, the other
/// stays, both ways round; then neither.
#[test]
fn name_is_kept_by_handles_of_either_kind() {
    let store = Store::new();
    let scope = store.scope("ada").expect("a namespace");
    for keeps_inside in [true, false] {
        let built = store.builder_for::<u32, u32>("ada:stock").skip_equal().build().expect("new");
        let inside = scope.collection::<u32, u32>("stock").expect("the same");
        let (kept, gone) = if keeps_inside { (inside, built) } else { (built, inside) };
        drop(gone);
        assert!(store.strings("ada:stock").is_err() && scope.strings("stock").is_err());
        drop(kept);
        assert!(store.strings("ada:stock").is_ok() && scope.strings("stock").is_ok());
    }
}

fn strings(scope: &Scope) -> Collection<String, String> {
    scope.strings("prefs").expect("a new name")
}
