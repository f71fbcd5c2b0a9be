//! Ranges of keys as ranges of entries. Method: entries in a sorted map must answer as a filter
//! over rows of exact models does, in which a bound is compared with as many parts as it has.

use std::collections::BTreeMap;
use std::ops::Bound;

use proptest::prelude::*;

use super::kinds::{Model, Typed, bytes_of, key_of, typed};
use crate::index::bounds::{Entries, entries_between};
use crate::index::{IndexKey, IntoBounds};
use crate::key;

/// Entries by their bytes, as the numbers of the rows they are of.
fn index_of(rows: &[(Vec<Typed>, Vec<u8>)]) -> BTreeMap<Vec<u8>, usize> {
    let entries = rows.iter().enumerate().map(|(number, (row, suffix))| {
        let unique = number.to_be_bytes();
        ([&bytes_of(row), suffix, &unique[..]].concat(), number)
    });
    entries.collect()
}

fn find(index: &BTreeMap<Vec<u8>, usize>, range: Option<Entries>) -> Vec<usize> {
    let mut found: Vec<_> = match range {
        Some(range) => index.range(range).map(|(_, number)| *number).collect(),
        None => Vec::new(),
    };
    found.sort_unstable();
    found
}

/// Whether a row is beyond neither bound, of which each is compared with as many parts as it has.
fn is_between(row: &[Typed], lower: &Bound<Vec<Typed>>, upper: &Bound<Vec<Typed>>) -> bool {
    let row: Vec<Model> = row.iter().map(Typed::model).collect();
    let bound = |parts: &Vec<Typed>| parts.iter().map(Typed::model).collect::<Vec<_>>();
    let begins = |bound: &Vec<Model>| row[..bound.len().min(row.len())].to_vec();
    let above = match lower {
        Bound::Unbounded => true,
        Bound::Included(parts) => begins(&bound(parts)) >= bound(parts),
        Bound::Excluded(parts) => begins(&bound(parts)) > bound(parts),
    };
    let below = match upper {
        Bound::Unbounded => true,
        Bound::Included(parts) => begins(&bound(parts)) <= bound(parts),
        Bound::Excluded(parts) => begins(&bound(parts)) < bound(parts),
    };
    above && below
}

/// Parts of which a few rows have many in common.
fn common() -> impl Strategy<Value = Typed> {
    prop_oneof![
        4 => (0_i8..4).prop_map(Typed::I8),
        2 => "[\0a]{0,2}".prop_map(Typed::Text),
        1 => any::<bool>().prop_map(Typed::Bool),
        1 => typed(),
    ]
}

fn bound() -> impl Strategy<Value = Bound<Vec<Typed>>> {
    let parts = || prop::collection::vec(common(), 0..4);
    prop_oneof![
        1 => Just(Bound::Unbounded),
        3 => parts().prop_map(Bound::Included),
        3 => parts().prop_map(Bound::Excluded),
    ]
}

fn suffix() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop_oneof![Just(0_u8), Just(0xFF), any::<u8>()], 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn range_of_keys_is_a_range_of_entries(
        rows in prop::collection::vec((prop::collection::vec(common(), 3), suffix()), 0..20),
        (lower, upper) in (bound(), bound()),
    ) {
        let keys = |bound: &Bound<Vec<Typed>>| bound.as_ref().map(|parts| key_of(parts));
        let range = entries_between((keys(&lower), keys(&upper)));
        let expected: Vec<_> = (0..rows.len())
            .filter(|number| is_between(&rows[*number].0, &lower, &upper))
            .collect();
        prop_assert_eq!(find(&index_of(&rows), range), expected);
    }
}

fn between(bounds: impl IntoBounds) -> Option<Entries> {
    entries_between(bounds.into_bounds())
}

#[test]
fn inverted_and_empty_ranges_find_nothing() {
    let (low, high) = (3, 5);
    assert_eq!(between(high..low), None);
    assert_eq!(between(high..=low), None);
    assert_eq!(between(low..low), None);
    assert_eq!(between((Bound::Excluded(low), Bound::Included(low))), None);
    assert_eq!(between((Bound::Excluded(low), Bound::Excluded(low))), None);
    assert_eq!(between((Bound::Excluded("a"), Bound::Excluded(("a", 9)))), None);
}

#[test]
fn no_key_for_a_bound_finds_nothing() {
    let (none, some) = (None::<i32>, Some(5));
    assert_eq!(between(none..), None);
    assert_eq!(between(..none), None);
    assert_eq!(between(..=none), None);
    assert_eq!(between(none..=some), None);
    assert_eq!(between((Bound::Excluded(none), Bound::Included(5))), None);
    assert_eq!(between(..some), between(..5));
}

#[test]
fn key_without_parts_stands_for_every_key() {
    let all = Some((Bound::Unbounded, Bound::Unbounded));
    let empty = IndexKey::new;
    assert_eq!(between(..), all);
    assert_eq!(between(empty()..), all);
    assert_eq!(between(empty()..=empty()), all);
    assert_eq!(between(..empty()), None);
    assert_eq!(between((Bound::Excluded(empty()), Bound::Included(key!["a"]))), None);
}
