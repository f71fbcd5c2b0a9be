//! Keys at the edges of what can be a key.

use std::ops::Bound::{Excluded, Included, Unbounded};

use folio::{Collection, Index, IndexKey, IntoIndexKey, by, key};

use crate::index::keys;

/// An index of these keys, whose documents are numbered in the order in which they are given.
fn index_of<T>(given: impl IntoIterator<Item = T>) -> Index<usize, T>
where
    T: Clone + IntoIndexKey + Send + Sync + 'static,
{
    let documents: Collection<usize, T> = given.into_iter().enumerate().collect();
    let index = documents.create_index("all", by(|value: &T| value.clone()));
    index.expect("the only one")
}

/// Goal: floats are in the order of their values: -0.0 is 0, NaN comes last and is found. Method:
/// all sorts of them, in order; each is found at its place and nowhere else.
#[test]
fn floats_are_in_the_order_of_their_values() {
    let (tiny, next) = (f64::from_bits(1), f64::from_bits(1.0_f64.to_bits() + 1));
    let floats = [
        f64::NEG_INFINITY,
        f64::MIN,
        -1.5,
        -tiny,
        0.0,
        tiny,
        1.0,
        next,
        f64::MAX,
        f64::INFINITY,
        f64::NAN,
    ];
    let index = index_of(floats);
    assert_eq!(keys(index.range(..)), (0..floats.len()).collect::<Vec<_>>());
    for (at, float) in floats.into_iter().enumerate() {
        assert_eq!(keys(index.get(float)), [at], "{float}");
        assert_eq!(keys(index.range(float..)).len(), floats.len() - at, "from {float}");
        assert_eq!(keys(index.range(..float)).len(), at, "up to {float}");
    }
    assert_eq!(keys(index.get(-0.0)), [4]);
    assert_eq!(keys(index.get(-f64::NAN)), [10]);
    assert_eq!(keys(index_of([-0.0]).get(0)), [0]);
    assert_eq!(keys(index.range(..=f64::INFINITY)).len(), 10);
}

/// Goal: integers of all types are one domain, and compared exactly. Method: the neighbours of 2^53,
/// and the ends of the types, asked for as integers and as floats.
#[test]
fn integers_are_compared_exactly() {
    let edge = 1_i128 << 53;
    let numbers = [
        i128::MIN,
        i128::from(i64::MIN) - 1,
        i128::from(i64::MIN),
        -edge - 1,
        -edge,
        edge - 1,
        edge,
        edge + 1,
        i128::from(u64::MAX),
        i128::from(u64::MAX) + 1,
        i128::MAX,
    ];
    let index = index_of(numbers);
    assert_eq!(keys(index.range(..)), (0..numbers.len()).collect::<Vec<_>>());
    for (at, number) in numbers.into_iter().enumerate() {
        assert_eq!(keys(index.get(number)), [at], "{number}");
        let next = index.range((Excluded(number), Unbounded::<i128>)).next();
        let next = next.map_or(numbers.len(), |next| *next.key());
        assert_eq!(next, at + 1, "behind {number}");
    }
    assert_eq!(keys(index.get(9_007_199_254_740_992.0)), [6], "2^53 as a float");
    assert_eq!(keys(index.get(u64::MAX)), [8]);
    assert_eq!(keys(index.get(18_446_744_073_709_551_616.0)), [9], "2^64 as a float");
    assert_eq!(keys(index.get(i64::MIN)), [2]);
    assert_eq!(keys(index.get(u128::MAX)), [0; 0]);
}

/// Goal: texts are in the order of their bytes, NUL among them, and an empty one is a key. Method:
/// such as differ by NULs, in order; each found by itself, and by the other.
#[test]
fn texts_are_in_the_order_of_their_bytes() {
    let texts = ["", "\0", "\0\0", "\0\u{1}", "\u{1}", "a", "a\0", "a\0b", "ab", "b", "\u{e9}"];
    let index = index_of(texts.map(String::from));
    assert_eq!(keys(index.range(..)), (0..texts.len()).collect::<Vec<_>>());
    for (at, text) in texts.into_iter().enumerate() {
        assert_eq!(keys(index.get(text)), [at], "{text:?}");
        assert_eq!(keys(index.prefix(text)), [at], "a prefix is a row of parts, not of letters");
        assert_eq!(keys(index.range(..text)).len(), at, "up to {text:?}");
        assert_eq!(keys(index.range(text..=text)), [at]);
    }
}

/// Goal: a key may have a megabyte, and be rewritten, found and gone on from like any other. Method:
/// three that differ in their last letter.
#[test]
fn key_of_a_megabyte_is_a_key() {
    let huge = |last: &str| "x".repeat(1 << 20) + last;
    let documents: Collection<u8, String> =
        [(1, huge("b")), (2, huge("a")), (3, huge("c"))].into_iter().collect();
    let index = documents.create_index("all", by(|text: &String| text.clone())).expect("one");
    assert_eq!(keys(index.range(..)), [2, 1, 3]);
    assert_eq!(keys(index.range(huge("a")..huge("c"))), [2, 1]);
    assert_eq!(keys(index.get(huge(""))), [0; 0]);
    let page = index.page(.., None, 1);
    let token = page.next.expect("there is more").to_string();
    let page = index.page(.., Some(&token.parse().expect("a token")), 1);
    assert_eq!(page.items.iter().map(|found| *found.key()).collect::<Vec<_>>(), [1]);
    for _ in 0..10 {
        assert!(documents.set(2, huge("d")).is_ok() && documents.set(2, huge("d")).is_ok());
        assert_eq!(keys(index.range(..)), [1, 3, 2]);
        assert!(documents.set(2, huge("a")).is_ok());
    }
    assert_eq!(keys(index.range(..)), [2, 1, 3]);
}

/// Goal: a key without parts is a key like any other: the first of all. Method: an index of some
/// such, as a key and as a bound.
#[test]
fn key_without_parts_comes_first() {
    let index = index_of([IndexKey::new(), key![false], key![0, 1], IndexKey::new()]);
    assert_eq!(keys(index.get(IndexKey::new())).len(), 2);
    assert_eq!(keys(index.range(..key![false])).len(), 2);
    assert_eq!(keys(index.range(key![false]..)), [1, 2]);
    assert_eq!(keys(index.prefix(IndexKey::new())).len(), 4);
    let all = (Included(IndexKey::new()), Included(IndexKey::new()));
    assert_eq!(keys(index.range(all)).len(), 4, "as a bound it stands for every key");
    let none = (Excluded(IndexKey::new()), Unbounded::<IndexKey>);
    assert_eq!(keys(index.range(none)), [0; 0]);
}

/// Goal: ranges with nothing in them find nothing, and never panic. Method: inverted and empty ones
/// of every shape, bounds of another type, with too many parts, and without a key.
#[test]
fn inverted_and_empty_ranges_find_nothing() {
    let index = index_of((0..10).map(|n| key![n, n]));
    let nothing = |bounds: (_, _)| assert_eq!(keys(index.range(bounds)), [0; 0]);
    nothing((Included(5), Excluded(5)));
    nothing((Excluded(5), Included(5)));
    nothing((Excluded(5), Excluded(5)));
    nothing((Included(7), Included(3)));
    nothing((Included(7), Excluded(3)));
    nothing((Excluded(i32::MAX), Unbounded));
    nothing((Unbounded, Excluded(i32::MIN)));
    #[expect(clippy::reversed_empty_ranges, reason = "that is what is tried")]
    let inverted = (keys(index.range(7..3)), keys(index.range(7..=6)));
    assert_eq!(inverted, (vec![], vec![]));
    let absent: Option<i32> = None;
    assert_eq!(keys(index.range(absent..)), [0; 0]);
    assert_eq!(keys(index.range(..=absent)), [0; 0]);
    assert_eq!((keys(index.get(absent)), keys(index.prefix(absent))), (vec![], vec![]));
    assert_eq!(keys(index.get(5)), [0; 0], "a shorter key");
    assert_eq!(keys(index.get((5, 5, 5))), [0; 0], "a longer key");
    assert_eq!(keys(index.prefix((5, 5, 5))), [0; 0]);
    assert_eq!(keys(index.range("5"..)), [0; 0], "texts come after all numbers");
    assert_eq!(keys(index.range(..true)), [0; 0], "truth values before");
    assert_eq!(keys(index.range((5, 5, 5)..(6, 6, 6))), [6]);
}
