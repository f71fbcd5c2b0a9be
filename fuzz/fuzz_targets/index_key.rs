//! Whatever parts a key has: keys compare as their parts do, numbers by their exact value whatever
//! their type; what a key shows of itself tells it from every other; and text that is no page token
//! is refused, the rest is written as it was read.
//!
//!     cargo +nightly fuzz run -s none index_key fuzz/corpus/index_key -- -max_total_time=20
#![no_main]

use std::cmp::Ordering;
use std::ops::Bound;
use std::str;

use folio::{IndexKey, IndexPart, IntoBounds, PageToken, key};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = str::from_utf8(bytes).unwrap_or_default();
    if let Ok(token) = text.parse::<PageToken>() {
        assert_eq!(token.to_string(), text);
    }
    let mut input = Input { rest: bytes };
    let (left, mut right) = (input.row(), input.row());
    compare(&left, &right);
    // Rows with a beginning in common meet more often than chance would have it.
    let mut other = left.clone();
    other.append(&mut right);
    compare(&left, &other);
    for part in &other {
        shows_itself(part);
    }
    assert_eq!(key![Raw(bytes)], key![Raw(bytes)]);
    assert!(format!("{:?}", key![Raw(bytes)]).starts_with("key!["));
});

/// A part, with the order it is to have.
#[derive(Clone, Debug)]
enum Part {
    Bool(bool),
    Integer(bool, u128),
    Float(f64),
    Text(String),
    Array(Vec<Part>),
}

fn compare(left: &[Part], right: &[Part]) {
    let (left_key, right_key) = (key_of(left), key_of(right));
    let order = row_order(left, right);
    assert_eq!(left_key.cmp(&right_key), order, "{left:?} {right:?}");
    let same = format!("{left_key:?}") == format!("{right_key:?}");
    assert_eq!(same, order == Ordering::Equal, "{left_key:?} {right_key:?}");
    let (lower, upper) = (&left_key..=&right_key).into_bounds();
    assert_eq!((lower, upper), (Bound::Included(left_key.clone()), Bound::Included(right_key)));
}

fn key_of(row: &[Part]) -> IndexKey {
    row.iter().fold(IndexKey::new(), IndexKey::with)
}

fn row_order(left: &[Part], right: &[Part]) -> Ordering {
    let pairs = left.iter().zip(right).map(|(left, right)| left.order(right));
    pairs.fold(Ordering::Equal, Ordering::then).then(left.len().cmp(&right.len()))
}

/// What a key of one number or text shows, read by Rust's own rules, is what went in.
fn shows_itself(part: &Part) {
    let shown = format!("{:?}", key![part]);
    let inside = shown.strip_prefix("key![").and_then(|rest| rest.strip_suffix(']'));
    let inside = inside.expect("a key of one part");
    match part {
        Part::Bool(truth) => assert_eq!(inside, truth.to_string()),
        Part::Integer(_, 0) => assert_eq!(inside, "0"),
        Part::Integer(negative, magnitude) => {
            assert_eq!(inside, format!("{}{magnitude}", if *negative { "-" } else { "" }));
        }
        Part::Float(float) => {
            let again: f64 = inside.parse().expect("a number");
            assert!(again == *float || again.is_nan() && float.is_nan(), "{inside} {float:?}");
        }
        Part::Text(text) => assert_eq!(inside, format!("{text:?}")),
        Part::Array(parts) if parts.is_empty() => assert_eq!(inside, "[]"),
        Part::Array(_) => assert!(inside.starts_with('[') && inside.ends_with(']')),
    }
}

impl Part {
    fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(left), Self::Bool(right)) => left.cmp(right),
            (Self::Text(left), Self::Text(right)) => left.as_bytes().cmp(right.as_bytes()),
            (Self::Array(left), Self::Array(right)) => row_order(left, right),
            (Self::Integer(false, left), Self::Integer(false, right)) => left.cmp(right),
            (Self::Integer(true, left), Self::Integer(true, right)) => right.cmp(left),
            (Self::Integer(left, _), Self::Integer(right, _)) => right.cmp(left),
            (Self::Float(left), Self::Float(right)) => float_order(*left, *right),
            (Self::Integer(negative, left), Self::Float(right)) => {
                integer_order(*negative, *left, *right)
            }
            (Self::Float(left), Self::Integer(negative, right)) => {
                integer_order(*negative, *right, *left).reverse()
            }
            _ => self.kind().cmp(&other.kind()),
        }
    }

    fn kind(&self) -> u8 {
        match self {
            Self::Bool(_) => 0,
            Self::Integer(..) | Self::Float(_) => 1,
            Self::Text(_) => 2,
            Self::Array(_) => 3,
        }
    }
}

fn float_order(left: f64, right: f64) -> Ordering {
    let by_value = left.partial_cmp(&right);
    by_value.unwrap_or_else(|| left.is_nan().cmp(&right.is_nan()))
}

/// Compares an integer with a float, by the whole part of the latter first.
fn integer_order(negative: bool, magnitude: u128, float: f64) -> Ordering {
    if float.is_nan() {
        return Ordering::Less;
    }
    if magnitude == 0 {
        return float_order(0.0, float);
    }
    if negative != (float < 0.0) {
        return if negative { Ordering::Less } else { Ordering::Greater };
    }
    let size = float.abs();
    let order = if size >= 2_f64.powi(128) {
        Ordering::Less
    } else {
        magnitude.cmp(&(size as u128)).then(float_order(0.0, size.fract()))
    };
    if negative { order.reverse() } else { order }
}

impl IndexPart for Part {
    fn encode(&self, out: &mut Vec<u8>) -> bool {
        match self {
            Self::Bool(truth) => truth.encode(out),
            Self::Integer(true, magnitude) => 0_i128.wrapping_sub_unsigned(*magnitude).encode(out),
            Self::Integer(false, magnitude) => match u64::try_from(*magnitude) {
                Ok(narrow) => narrow.encode(out),
                Err(_) => magnitude.encode(out),
            },
            Self::Float(float) => float.encode(out),
            Self::Text(text) => text.encode(out),
            Self::Array(parts) => parts.encode(out),
        }
    }
}

/// A part that writes what no part writes.
struct Raw<'a>(&'a [u8]);

impl IndexPart for Raw<'_> {
    fn encode(&self, out: &mut Vec<u8>) -> bool {
        out.extend_from_slice(self.0);
        true
    }
}

/// Bytes to make parts of; zeros when they are used up.
struct Input<'a> {
    rest: &'a [u8],
}

impl Input<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let (taken, rest) = self.rest.split_at(N.min(self.rest.len()));
        self.rest = rest;
        let mut bytes = [0; N];
        bytes[..taken.len()].copy_from_slice(taken);
        bytes
    }

    fn row(&mut self) -> Vec<Part> {
        let [len] = self.take();
        (0..len % 4).map(|_| self.part(4)).collect()
    }

    fn part(&mut self, levels: usize) -> Part {
        let [kind] = self.take();
        match kind % 8 {
            0 => Part::Bool(kind > 127),
            1 => Part::Integer(false, u128::from_le_bytes(self.take())),
            // What a signed integer has below zero.
            2 => Part::Integer(true, u128::from_le_bytes(self.take()) % (1 << 127) + 1),
            3 => Part::Integer(false, u64::from_le_bytes(self.take()).into()),
            4 => Part::Float(f64::from_le_bytes(self.take())),
            // A float next to an integer.
            5 => Part::Float(i64::from_le_bytes(self.take()) as f64),
            6 if levels > 0 => {
                let [len] = self.take();
                Part::Array((0..len % 4).map(|_| self.part(levels - 1)).collect())
            }
            _ => {
                let bytes: [u8; 4] = self.take();
                let text = String::from_utf8_lossy(&bytes[..usize::from(kind >> 5).min(4)]);
                Part::Text(text.into_owned())
            }
        }
    }
}
