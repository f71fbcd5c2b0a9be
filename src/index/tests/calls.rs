//! Every way to write a key or a range compiles without a type spelled out, and means the same.

use std::ops::Bound;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use uuid::Uuid;

use crate::index::{IndexKey, IndexSpec, IntoBounds, IntoIndexKey, PageToken, by};
use crate::key;

fn range(bounds: impl IntoBounds) -> (Bound<IndexKey>, Bound<IndexKey>) {
    bounds.into_bounds()
}

fn get(key: impl IntoIndexKey) -> IndexKey {
    key.into_index_key()
}

fn included(key: IndexKey) -> Bound<IndexKey> {
    Bound::Included(key)
}

#[test]
fn every_range_needs_no_type() {
    assert_eq!(range(..), (Bound::Unbounded, Bound::Unbounded));
    assert_eq!(range(18..), (included(key![18]), Bound::Unbounded));
    assert_eq!(range(..18), (Bound::Unbounded, Bound::Excluded(key![18])));
    assert_eq!(range(..=18), (Bound::Unbounded, included(key![18])));
    assert_eq!(range(4.5..), (included(key![4.5]), Bound::Unbounded));
    assert_eq!(range("a"..="b"), (included(key!["a"]), included(key!["b"])));
    assert_eq!(
        range(("London", 18)..("London", 65)),
        (included(key!["London", 18]), Bound::Excluded(key!["London", 65]))
    );
    let (a, b) = (String::from("a"), 2_u8);
    assert_eq!(range(key![a, b]..), (included(key!["a", 2]), Bound::Unbounded));
    assert_eq!(range(&a..&a), (included(key!["a"]), Bound::Excluded(key!["a"])));
    assert_eq!(range(..=(&a, &b)), (Bound::Unbounded, included(key!["a", 2])));
    assert_eq!(
        range((Bound::Excluded(("London", 18)), Bound::Included("Lyon"))),
        (Bound::Excluded(key!["London", 18]), included(key!["Lyon"]))
    );
    assert_eq!(range(range(1..2)), range(1..2));
    assert_eq!(range(None::<&str>..), (included(key![None::<u8>]), Bound::Unbounded));
}

#[test]
fn every_key_needs_no_type() {
    let name = String::from("ci");
    assert_eq!(get("ci"), key![name]);
    assert_eq!(get(&name), key![name]);
    assert_eq!(get(("ci", "ml")), key![name, "ml"]);
    assert_eq!(get((&name,)), key![name]);
    assert_eq!(get((name.as_str(), 1, 2.5, 'c')), key!["ci", 1, 2.5, "c"]);
    assert_eq!(get(Some("ci")), key!["ci"]);
    assert_eq!(get(Some(("ci", 1))), key!["ci", 1]);
    assert_eq!(get(("ci", Some(1))), key!["ci", 1]);
    assert_eq!(get(("ci", None::<u8>)), key![None::<u8>]);
    let key = key!["ci"];
    assert_eq!(get(&key), get(key));
    assert_eq!(get(Uuid::nil()), key![Uuid::nil()]);
    assert_eq!(get(UNIX_EPOCH), get(Duration::ZERO));
    let shared: Arc<str> = "ci".into();
    assert_eq!(key![shared, &&name, Arc::new([1, 2]),], key!["ci", "ci", vec![1, 2]]);
    let slice: &[u8] = &[1, 2];
    assert_eq!(key![slice], key![[1, 2]]);
}

#[cfg(feature = "json")]
#[test]
fn values_known_at_run_time_only_are_keys_and_bounds() {
    let (low, high) = (serde_json::json!(2), serde_json::json!(3.5));
    assert_eq!(range(&low..&high), range(2.0..3.5));
    assert_eq!(get(low.clone()), key![2]);
    assert_eq!(get(vec![low.clone(), high.clone()]), key![2, 3.5]);
    assert_eq!(get(serde_json::Value::Array(vec![low, high])), key![[2.0, 3.5]]);
    assert_eq!(get(vec![serde_json::Value::Null]), key![None::<u8>]);
}

#[test]
fn spec_runs_its_closure() {
    struct User {
        city: String,
        age: u8,
        manager: Option<u32>,
    }
    let ada = User { city: "London".into(), age: 36, manager: None };
    let by_age = by(|user: &User| user.age);
    assert_eq!(by_age.clone().key_of(&ada), key![36]);
    assert!(!by_age.is_empty());
    let by_both = by(|user: &User| key![user.city, user.age]);
    assert_eq!(by_both.key_of(&ada), key!["London", 36]);
    assert_eq!(by(|user: &User| (user.age, user.age > 17)).key_of(&ada), key![36, true]);
    assert_eq!(by(|user: &User| user.manager).key_of(&ada), key![ada.manager]);
    assert_eq!(format!("{by_both:?}"), "IndexSpec { parts: None, .. }");
}

#[test]
fn keys_and_specs_travel_between_threads() {
    fn travels<T: Clone + Send + Sync + 'static>() {}
    travels::<IndexKey>();
    travels::<IndexSpec<String>>();
    travels::<PageToken>();
}
