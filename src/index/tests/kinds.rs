//! The order of parts and of keys. Method: each part has a model, in which a number is a fraction
//! of integers without bounds; bytes must compare as models do, and read back as the same model.

#![allow(
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    reason = "what is lost at the edges of a type is what the neighbours are for"
)]

use std::slice;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;
use uuid::Uuid;

use crate::index::code::{Piece, Pieces};
use crate::index::{IndexKey, IndexPart};
use crate::key;

/// A part; the order of the variants is the order of the kinds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Model {
    Bool(bool),
    Number(Number),
    Text(Vec<u8>),
    Uuid([u8; 16]),
    Array(Vec<Model>),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Number {
    LeastInfinity,
    Finite(BigRational),
    Infinity,
    Nan,
}

/// A value of some type that may be a part.
#[derive(Clone, Debug)]
pub(super) enum Typed {
    Bool(bool),
    I8(i8),
    I64(i64),
    U64(u64),
    I128(i128),
    U128(u128),
    F32(f32),
    F64(f64),
    Text(String),
    Char(char),
    Uuid(u128),
    Array(Vec<Typed>),
}

impl Typed {
    pub(super) fn model(&self) -> Model {
        match self {
            Self::Bool(truth) => Model::Bool(*truth),
            Self::I8(integer) => whole(*integer),
            Self::I64(integer) => whole(*integer),
            Self::U64(integer) => whole(*integer),
            Self::I128(integer) => whole(*integer),
            Self::U128(integer) => whole(*integer),
            Self::F32(float) => Model::Number(real(f64::from(*float))),
            Self::F64(float) => Model::Number(real(*float)),
            Self::Text(text) => Model::Text(text.clone().into_bytes()),
            Self::Char(letter) => Model::Text(letter.to_string().into_bytes()),
            Self::Uuid(bits) => Model::Uuid(bits.to_be_bytes()),
            Self::Array(elements) => Model::Array(elements.iter().map(Self::model).collect()),
        }
    }
}

impl IndexPart for Typed {
    fn encode(&self, out: &mut Vec<u8>) -> bool {
        match self {
            Self::Bool(truth) => truth.encode(out),
            Self::I8(integer) => integer.encode(out),
            Self::I64(integer) => integer.encode(out),
            Self::U64(integer) => integer.encode(out),
            Self::I128(integer) => integer.encode(out),
            Self::U128(integer) => integer.encode(out),
            Self::F32(float) => float.encode(out),
            Self::F64(float) => float.encode(out),
            Self::Text(text) => text.encode(out),
            Self::Char(letter) => letter.encode(out),
            Self::Uuid(bits) => Uuid::from_u128(*bits).encode(out),
            Self::Array(elements) => elements.encode(out),
        }
    }
}

fn whole(integer: impl Into<BigInt>) -> Model {
    Model::Number(Number::Finite(BigRational::from_integer(integer.into())))
}

fn real(float: f64) -> Number {
    match BigRational::from_float(float) {
        Some(exact) => Number::Finite(exact),
        None if float.is_nan() => Number::Nan,
        None if float > 0.0 => Number::Infinity,
        None => Number::LeastInfinity,
    }
}

pub(super) fn key_of(row: &[Typed]) -> IndexKey {
    row.iter().fold(IndexKey::new(), IndexKey::with)
}

pub(super) fn bytes_of(row: &[Typed]) -> Vec<u8> {
    key_of(row).into_bytes().expect("no part is missing")
}

fn models_of(row: &[Typed]) -> Vec<Model> {
    row.iter().map(Typed::model).collect()
}

/// Reads parts up to the end of the array or the key.
fn read_back(pieces: &mut Pieces<'_>) -> Vec<Model> {
    let mut row = Vec::new();
    while let Some(piece) = pieces.next() {
        row.push(match piece {
            Piece::Bool(truth) => Model::Bool(truth),
            Piece::Integer { negative, magnitude } => {
                let integer = BigInt::from(magnitude);
                whole(if negative { -integer } else { integer })
            }
            Piece::Float(float) => Model::Number(real(float)),
            Piece::Text(text) => Model::Text(text.into_bytes()),
            Piece::Uuid(uuid) => Model::Uuid(uuid.into_bytes()),
            Piece::Open => Model::Array(read_back(pieces)),
            Piece::Close => break,
        });
    }
    row
}

/// Every power of two, its neighbours among integers and floats, and what has no neighbours.
fn landmarks() -> Vec<Typed> {
    let mut found = vec![Typed::F64(f64::NAN), Typed::F64(-f64::NAN), Typed::F32(f32::NAN)];
    for power in 0..128 {
        let integer = 1_u128 << power;
        for near in [integer - 1, integer, integer.saturating_add(1), !integer, u128::MAX - power] {
            found.push(Typed::U128(near));
            found.extend(i128::try_from(near).ok().map(Typed::I128));
            found.push(Typed::I128((near as i128).wrapping_neg()));
            found.extend(i64::try_from(near).ok().map(Typed::I64));
            found.extend(u64::try_from(near).ok().map(Typed::U64));
        }
    }
    found.extend([Typed::I64(i64::MIN), Typed::I128(i128::MIN), Typed::F64(u64::MAX as f64)]);
    for biased in 0..0x7FF_u64 {
        let bits = biased << 52;
        for bits in [bits, bits + 1, bits.saturating_sub(1), bits | 1 << 51, 1 << (biased % 52)] {
            let float = f64::from_bits(bits);
            found.extend([Typed::F64(float), Typed::F64(-float)]);
        }
    }
    for float in [0.0, f32::MIN_POSITIVE, f32::from_bits(1), f32::MAX, f32::INFINITY, 0.1] {
        found.extend([Typed::F32(float), Typed::F32(-float)]);
    }
    found
}

#[test]
fn all_numbers_are_one_domain_compared_exactly() {
    let mut all: Vec<_> = landmarks()
        .into_iter()
        .map(|typed| (typed.model(), bytes_of(slice::from_ref(&typed)), typed))
        .collect();
    all.sort_by(|left, right| left.0.cmp(&right.0));
    assert!(all.len() > 20_000, "{}", all.len());
    for pair in all.windows(2) {
        let [(left, left_bytes, left_typed), (right, right_bytes, right_typed)] = pair else {
            unreachable!("windows of two");
        };
        assert_eq!(left_bytes.cmp(right_bytes), left.cmp(right), "{left_typed:?} {right_typed:?}");
        assert!(left == right || !right_bytes.starts_with(left_bytes), "{left_typed:?}");
        assert_eq!(
            read_back(&mut Pieces { rest: left_bytes }),
            slice::from_ref(left),
            "{left_typed:?}"
        );
    }
}

#[test]
fn integers_and_floats_meet_exactly_beyond_two_to_the_53() {
    let big = 1_i64 << 53;
    assert_eq!(key![big], key![big as f64]);
    assert!(key![big as f64] < key![big + 1]);
    assert!(key![big + 1] < key![big + 2]);
    assert!(key![u64::MAX] < key![u64::MAX as f64]);
    assert!(key![i128::MIN] < key![i64::MIN] && key![u64::MAX] < key![u128::MAX]);
    assert!(key![0.1_f32] > key![0.1_f64]);
}

#[test]
fn zero_is_one_value_and_nan_is_last() {
    assert_eq!(key![-0.0], key![0_u8]);
    assert_eq!(key![-0.0_f32], key![0.0]);
    assert!(key![-f64::from_bits(1)] < key![0] && key![0] < key![f64::from_bits(1)]);
    assert_eq!(key![f64::NAN], key![-f32::NAN]);
    assert!(key![f64::NEG_INFINITY] < key![i128::MIN]);
    assert!(key![u128::MAX] < key![f64::MAX] && key![f64::MAX] < key![f64::INFINITY]);
    assert!(key![f64::INFINITY] < key![f64::NAN] && key![f64::NAN] < key![""]);
}

#[test]
fn kinds_have_their_order() {
    let row = [
        key![false],
        key![true],
        key![f64::NEG_INFINITY],
        key![0],
        key![f64::NAN],
        key![""],
        key!["\u{10FFFF}"],
        key![Uuid::nil()],
        key![Uuid::max()],
        key![[0_u8; 0]],
        key![[false]],
        key![[[0_u8; 0]]],
    ];
    assert!(row.is_sorted_by(|left, right| left < right), "{row:?}");
}

#[test]
fn text_is_ordered_by_its_bytes() {
    let row = ["", "\0", "\0\0", "\0\u{1}", "\u{1}", "\u{2}", "a", "a\0", "a\0b", "a\u{1}", "ab"];
    let keys = row.map(|text| key![text]);
    assert!(keys.is_sorted_by(|left, right| left < right), "{keys:?}");
    // What follows a text does not count as part of it.
    assert!(key!["a", "z"] < key!["a\0", "a"]);
    assert!(key!["a", u64::MAX] < key!["ab", false]);
    assert_eq!(key!['\u{e9}'], key!["\u{e9}"]);
}

#[test]
fn moments_are_numbers_of_nanoseconds() {
    let second = Duration::from_secs(1);
    assert_eq!(key![second], key![1_000_000_000]);
    assert_eq!(key![Duration::MAX], key![Duration::MAX.as_nanos()]);
    assert_eq!(key![UNIX_EPOCH], key![0]);
    assert_eq!(key![UNIX_EPOCH - second], key![-1_000_000_000]);
    assert!(key![UNIX_EPOCH] < key![SystemTime::now()]);
}

#[test]
fn one_missing_part_leaves_no_key() {
    let none: Option<i32> = None;
    let absent = key![none];
    assert_eq!(absent.as_bytes(), None);
    assert_eq!(key!["a", none, "b"], absent);
    assert_eq!(key![vec![Some(1), none]], absent);
    assert_eq!(key![Arc::new(none)], absent);
    assert_eq!(key!["a", Some(1)], key!["a", 1]);
    assert_eq!(key![vec![Some(1)]], key![[1]]);
    assert!(absent < IndexKey::new() && IndexKey::new() < key![false]);
    assert_eq!(IndexKey::default(), key![]);
}

#[test]
fn key_shows_its_parts() {
    let uuid = Uuid::from_u128(7);
    for (key, text) in [
        (key!["Paris", 30], r#"key!["Paris", 30]"#),
        (key!["\0\u{1}\""], r#"key!["\0\u{1}\""]"#),
        (key![true, -4.5, 3.0, u128::MAX, i128::MIN], {
            "key![true, -4.5, 3, 340282366920938463463374607431768211455, \
             -170141183460469231731687303715884105728]"
        }),
        (key![1e300, f64::MIN_POSITIVE, f64::NAN], "key![1e300, 2.2250738585072014e-308, NaN]"),
        (key![f64::INFINITY, f64::NEG_INFINITY, -0.0], "key![inf, -inf, 0]"),
        (key![[[1, 2], [3, 4]], [0_u8; 0], uuid], {
            "key![[[1, 2], [3, 4]], [], 00000000-0000-0000-0000-000000000007]"
        }),
        (key![], "key![]"),
        (key![None::<u8>], "no key"),
    ] {
        assert_eq!(format!("{key:?}"), text);
    }
}

#[test]
fn usual_parts_take_few_bytes() {
    let len = |key: IndexKey| key.into_bytes().map(|bytes| bytes.len());
    assert_eq!(len(key![0]), Some(1));
    for number in [1.0, 30.0, -255.0, 4.5, -0.125, 65_536.0] {
        assert_eq!(len(key![number]), Some(2), "{number}");
    }
    assert_eq!(len(key![10_000]), Some(3));
    assert_eq!(len(key![1_700_000_000_123_i64]), Some(7));
    assert_eq!(len(key![i64::MAX]), Some(10));
    assert_eq!(len(key![0.1]), Some(9));
    assert_eq!(len(key!["London", 30]), Some(10));
    assert_eq!(len(key![Uuid::max()]), Some(17));
}

/// A part that writes what no part writes.
struct Forged(&'static [u8]);

impl IndexPart for Forged {
    fn encode(&self, out: &mut Vec<u8>) -> bool {
        out.extend_from_slice(self.0);
        true
    }
}

#[test]
fn forged_part_is_shown_as_bytes() {
    for (bytes, text) in [
        (b"\xff" as &[u8], "key![1, bytes [ff]]"),
        (b"\x04", "key![1, bytes [04]]"),
        (b"\xe8a", "key![1, bytes [e8, 61]]"),
        (b"\xe8\xff\0", "key![1, bytes [e8, ff, 00]]"),
        (b"\xe8\x01\0", "key![1, bytes [e8, 01, 00]]"),
        (b"\xec123", "key![1, bytes [ec, 31, 32, 33]]"),
        (b"\xa2", "key![1, bytes [a2]]"),
        (b"\xa2\x01", "key![1, bytes [a2, 01]]"),
        (b"\xe2\xff\xff\0", "key![1, bytes [e2, ff, ff, 00]]"),
        (b"\x81\0\0\0", "key![1, bytes [81, 00, 00, 00]]"),
        (b"\x81\0", "key![1, bytes [81, 00]]"),
        (b"\xf0", "key![1, []"),
        (b"\0\0", "key![1]]]"),
    ] {
        assert_eq!(format!("{:?}", key![1, Forged(bytes)]), text);
    }
    let endless = key![Forged(&[0xA3; 40])];
    assert!(format!("{endless:?}").starts_with("key![bytes [a3, a3, "), "{endless:?}");
}

/// Numbers that have close neighbours of other types.
fn number() -> impl Strategy<Value = Typed> {
    let near_power =
        (0_u32..128, -2_i128..=2, any::<bool>()).prop_map(|(power, step, negative)| {
            let near = (1_u128 << power).wrapping_add_signed(step);
            if negative { Typed::I128((near as i128).wrapping_neg()) } else { Typed::U128(near) }
        });
    let near_float = (0_u32..128, -2_i64..=2, any::<bool>()).prop_map(|(power, step, negative)| {
        let float =
            f64::from_bits(2_f64.powi(power.cast_signed()).to_bits().wrapping_add_signed(step));
        Typed::F64(if negative { -float } else { float })
    });
    prop_oneof![
        near_power,
        near_float,
        any::<i8>().prop_map(Typed::I8),
        any::<i64>().prop_map(Typed::I64),
        any::<u64>().prop_map(Typed::U64),
        any::<u32>().prop_map(|bits| Typed::F32(f32::from_bits(bits))),
        any::<u64>().prop_map(|bits| Typed::F64(f64::from_bits(bits))),
        (-40_i8..40).prop_map(|eighths| Typed::F64(f64::from(eighths) / 8.0)),
        (0_u64..9).prop_map(|bits| Typed::F64(-f64::from_bits(bits))),
    ]
}

pub(super) fn typed() -> impl Strategy<Value = Typed> {
    let scalar = prop_oneof![
        4 => number(),
        1 => any::<bool>().prop_map(Typed::Bool),
        3 => "[\0\u{1}\u{2}a\u{ff}\u{10FFFF}]{0,4}".prop_map(Typed::Text),
        1 => any::<char>().prop_map(Typed::Char),
        1 => any::<u128>().prop_map(|bits| Typed::Uuid(bits & 0xFF)),
    ];
    scalar
        .prop_recursive(4, 16, 3, |inner| prop::collection::vec(inner, 0..4).prop_map(Typed::Array))
}

/// A row of parts, and one that begins like it.
fn relatives() -> impl Strategy<Value = (Vec<Typed>, Vec<Typed>)> {
    let row = || prop::collection::vec(typed(), 0..4);
    (row(), 0_usize..4, row()).prop_map(|(row, shared, rest)| {
        let other = row.iter().take(shared).cloned().chain(rest).collect();
        (row, other)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn keys_compare_as_their_parts_do((left, right) in relatives()) {
        let (left_bytes, right_bytes) = (bytes_of(&left), bytes_of(&right));
        let (left_models, right_models) = (models_of(&left), models_of(&right));
        let order = left_models.cmp(&right_models);
        prop_assert_eq!(left_bytes.cmp(&right_bytes), order);
        prop_assert_eq!(key_of(&left).cmp(&key_of(&right)), order);
        // One key begins with the parts of another exactly if their bytes do.
        let begins = right_models.starts_with(&left_models);
        prop_assert_eq!(right_bytes.starts_with(&left_bytes), begins);
    }

    #[test]
    fn parts_read_back_as_what_they_were(row in prop::collection::vec(typed(), 0..4)) {
        let bytes = bytes_of(&row);
        let mut pieces = Pieces { rest: &bytes };
        prop_assert_eq!(read_back(&mut pieces), models_of(&row));
        prop_assert_eq!(pieces.rest.len(), 0);
    }

    #[test]
    fn whole_numbers_read_back_as_integers(part in number()) {
        let bytes = bytes_of(slice::from_ref(&part));
        let Model::Number(Number::Finite(exact)) = part.model() else { return Ok(()) };
        let fits = exact.is_integer() && exact.numer().magnitude().bits() <= 128;
        let piece = Pieces { rest: &bytes }.next();
        prop_assert_eq!(matches!(piece, Some(Piece::Integer { .. })), fits);
    }

    #[test]
    fn any_bytes_can_be_shown(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        struct Raw(Vec<u8>);
        impl IndexPart for Raw {
            fn encode(&self, out: &mut Vec<u8>) -> bool {
                out.extend_from_slice(&self.0);
                true
            }
        }
        let shown = format!("{:?}", key![Raw(bytes)]);
        prop_assert!(shown.starts_with("key![") && shown.ends_with(']'));
    }
}
