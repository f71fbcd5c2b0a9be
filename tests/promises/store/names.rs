//! Names, the types and hooks under them, and what goes by the beginning of a name.

use std::hash::{BuildHasherDefault, DefaultHasher};

use folio::{Collection, Store, StoreError, WriteError};

type Fixed = BuildHasherDefault<DefaultHasher>;

/// Goal: any string is a name and a key, and differs from every other. Method: the odd ones, each
/// with a document of its own; each is found again, and no other.
#[test]
fn any_string_is_a_name_and_a_key() {
    let store = Store::new();
    let long = "n".repeat(10_240);
    let names = [
        "",
        " ",
        "  ",
        "\0",
        "a\0",
        "*",
        "%",
        "_",
        ":",
        "a:b",
        "Stra\u{df}e",
        "strasse",
        "\u{1f980}",
        "\u{202e}",
    ];
    let names: Vec<&str> = names.into_iter().chain([long.as_str()]).collect();
    let kept: Vec<_> = names.iter().map(|name| store.strings(name).expect("any name")).collect();
    for (name, collection) in names.iter().zip(&kept) {
        assert_eq!(collection.name(), *name);
        let outcome = collection.set((*name).into(), (*name).into()).expect("open");
        assert!(outcome.is_created(), "{name:?} is a name of its own");
    }
    for name in &names {
        let found = store.strings(name).expect("any name").get_cloned(*name);
        assert_eq!(found.as_deref(), Some(*name));
    }
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert!(store.collections("").iter().map(|name| &**name).eq(sorted));
    assert_eq!(store.count(""), names.len());
    let refused = kept[4].create("a\0".into(), String::new()).expect_err("it is there");
    assert!(refused.to_string().ends_with("in collection \"a\\0\""), "{refused}");
}

/// Goal: a collection is listed while it holds a document, and by nothing else. Method: from before
/// the first document to after the last, with a handle all the time.
#[test]
fn collections_are_listed_while_they_hold_a_document() {
    let store = Store::new();
    let stock = store.collection::<u32, u32>("stock").expect("a new name");
    assert!(store.collections("").is_empty());
    for _ in 0..2 {
        stock.set(1, 1).expect("open");
        stock.set(2, 2).expect("open");
        assert_eq!((store.collections(""), store.count("")), (vec!["stock".into()], 2));
        stock.remove(&1).expect("open");
        assert_eq!(store.collections("sto").len(), 1);
        stock.clear().expect("open");
        assert!(store.collections("").is_empty() && store.count("") == 0);
    }
    assert_eq!(store.collection::<u32, u32>("stock").expect("the same").len(), 0);
}

/// Goal: prefixes are compared byte by byte: no case, no wildcard, no part of a letter. Method:
/// names that any other way of comparing would confuse; listed, counted, cleared.
#[test]
fn prefixes_are_compared_byte_by_byte() {
    let store = Store::new();
    let names =
        ["A", "a", "a%", "a%b", "a_", "aXb", "ab", "abc", "b", "\u{e9}", "e\u{301}", "\u{ea}", ""];
    for (position, name) in names.iter().enumerate() {
        let collection = store.collection::<usize, ()>(name).expect("any name");
        (0..=position).for_each(|key| assert!(collection.set(key, ()).is_ok()));
    }
    for prefix in ["", "a", "A", "a%", "a_", "ab", "abcd", "%", "_", "\u{e9}", "e", "\u{ea}", "b"] {
        let mut expected: Vec<_> = names.iter().filter(|name| name.starts_with(prefix)).collect();
        expected.sort_unstable();
        assert!(
            store.collections(prefix).iter().map(|name| &**name).eq(expected.into_iter().copied())
        );
        let documents = names.iter().enumerate().filter(|(_, name)| name.starts_with(prefix));
        assert_eq!(store.count(prefix), documents.map(|(position, _)| position + 1).sum::<usize>());
    }
    let before = store.count("");
    assert_eq!(store.clear_prefix("a_").expect("open"), 5);
    assert_eq!((store.count("a_"), store.count("")), (0, before - 5));
}

/// Goal: clearing by prefix clears exactly those, and forgets the names that nobody keeps. Method:
/// one with a handle and one without; afterwards another type may have the name of the one.
#[test]
fn clear_prefix_removes_every_document_under_it() {
    let store = Store::new();
    let kept = store.collection::<u32, u32>("a:kept").expect("a new name");
    let revision = kept.set(1, 1).expect("open").revision();
    for name in ["a:gone", "b"] {
        let strings = store.strings(name).expect("a new name");
        strings.set("k".into(), "v".into()).expect("open");
    }
    assert_eq!(store.clear_prefix("a:").expect("open"), 2);
    assert_eq!((store.collections(""), kept.len()), (vec!["b".into()], 0));
    assert!(kept.create(1, 2).expect("it was removed").revision() > revision);
    assert!(store.collection::<u8, u8>("a:gone").is_ok(), "nothing keeps the name");
    assert!(store.collection::<u8, u8>("a:kept").is_err(), "its handle keeps it");
    assert_eq!(store.clear_prefix("no such").expect("open"), 0);
    store.close();
    assert!(matches!(store.clear_prefix(""), Err(StoreError::Closed)));
}

/// Goal: another type under a name is told, by name and types, and does no harm. Method: another
/// key, another value, both.
#[test]
fn another_type_under_a_name_is_a_mismatch() {
    let store = Store::new();
    let stock = store.collection::<String, u32>("stock").expect("a new name");
    let refused = store.collection::<String, u64>("stock").expect_err("values differ");
    assert_eq!(
        refused.to_string(),
        "collection \"stock\" holds (alloc::string::String, u32), not (alloc::string::String, u64)"
    );
    let refused = store.collection::<u32, u32>("stock").expect_err("keys differ");
    let StoreError::TypeMismatch { collection, expected, found } = refused else {
        panic!("{refused}")
    };
    assert_eq!((&*collection, expected), ("stock", "(u32, u32)"));
    assert_eq!(found, "(alloc::string::String, u32)");
    let built = store.builder_for::<u32, u32>("stock").skip_equal().build();
    assert!(matches!(built, Err(StoreError::TypeMismatch { .. })), "types come before hooks");
    let view = store.view().collection::<u32, u32>("stock").expect_err("as of a view, too");
    assert!(matches!(view, StoreError::TypeMismatch { .. }));
    stock.set("apples".into(), 3).expect("unharmed");
}

/// Goal: hooks are set by whoever is first, and hold for all. Method: those who come later with
/// hooks of their own are refused, those without get the first one's.
#[test]
fn hooks_are_those_of_whoever_was_first() {
    let store = Store::new();
    let even = |n: &u32| if n % 2 == 0 { Ok(()) } else { Err("odd") };
    let first = store.builder_for::<u32, u32>("even").validate(even).build().expect("the first");
    let later = store.builder_for::<u32, u32>("even").validate(even).build();
    let refused = later.expect_err("in use");
    assert_eq!(
        refused.to_string(),
        "collection \"even\" is in use with other hooks or another hasher"
    );
    assert!(store.builder_for::<u32, u32>("even").unchanged_if(|_, _| true).build().is_err());
    assert!(store.builder_for::<u32, u32>("even").printable().build().is_err());
    let plain = store.builder_for::<u32, u32>("even").capacity_hint(9).build().expect("no hook");
    for handle in [&first, &plain, &store.collection("even").expect("the same")] {
        assert!(matches!(
            handle.set(1, 1).map_err(|refused| refused.reason),
            Err(WriteError::Invalid { .. })
        ));
    }
    drop((first, plain));
    let other = store.builder_for::<u32, u32>("even").skip_equal().build();
    assert!(other.is_ok(), "nobody had it any more, and it was empty");
    let plain = store.collection::<u32, u32>("plain").expect("a new name");
    assert!(store.builder_for::<u32, u32>("plain").skip_equal().build().is_err(), "it has none");
    assert!(plain.set(1, 1).is_ok());
}

/// Goal: all handles of a name hash alike. Method: keys written through one are found through
/// another; a hasher of another type is told; one of the same type gets the first one's.
#[test]
fn handles_of_one_name_hash_alike() {
    let store = Store::new();
    let (one, two) = (numbers(&store, "std"), numbers(&store, "std"));
    (0..100).for_each(|n| assert!(one.set(n, n).is_ok()));
    assert!((0..100).all(|n| two.contains(&n)));

    let fixed = || store.builder_for::<u32, u32>("fixed").hasher(Fixed::default()).build();
    let fixed_one = fixed().expect("a new name");
    (0..100).for_each(|n| assert!(fixed_one.set(n, n).is_ok()));
    let fixed_two = fixed().expect("the same hasher");
    assert!((0..100).all(|n| fixed_two.contains(&n)));
    let refused = store.collection::<u32, u32>("fixed").expect_err("another hasher");
    assert!(matches!(refused, StoreError::Configured { .. }));
    assert!(store.builder_for::<u32, u32>("std").hasher(Fixed::default()).build().is_err());
    let view = store.view().collection::<u32, u32>("fixed");
    assert!(matches!(view, Err(StoreError::Configured { .. })));
}

fn numbers(store: &Store, name: &str) -> Collection<u32, u32> {
    store.collection(name).expect("the same types")
}
