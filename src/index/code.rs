//! How a part becomes bytes, and back.
//!
//! # Numbers
//!
//! A number other than zero is `1.f * 2^e` with a sign, for any integer and any float alike. Of its
//! absolute value the first byte says `e`, if that is from -32 to 63; else it says "tiny" or
//! "huge", and two bytes follow. Then come the digits of `f` without trailing zeros, seven to a
//! byte, whose lowest bit tells whether there are more: at least one byte, so that no number is
//! the beginning of another. A negative number is the complement of its absolute value, byte by
//! byte. So 30 and -4.5 take two bytes, 10,000 takes three, a timestamp in milliseconds seven.
//!
//! # Text
//!
//! The bytes, closed by `00`. A byte `00` becomes `01 01` and `01` becomes `01 02`: what goes on
//! comes after what ends here.
//!
//! # Arrays
//!
//! Their elements, closed by `00`, which no part begins with.

use uuid::Uuid;

/// A part as it is read back; an array is a row of pieces between `Open` and `Close`.
#[derive(Debug, PartialEq)]
pub(super) enum Piece {
    Bool(bool),
    /// Any number that is whole and fits.
    Integer {
        negative: bool,
        magnitude: u128,
    },
    Float(f64),
    Text(String),
    Uuid(Uuid),
    Open,
    Close,
}

/// The pieces of a key; ends early where its bytes make no sense.
pub(super) struct Pieces<'a> {
    pub(super) rest: &'a [u8],
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        // What makes no sense stays where it is, for the caller to find.
        let mut rest = self.rest;
        let piece = read_piece(&mut rest)?;
        self.rest = rest;
        Some(piece)
    }
}

pub(super) fn put_bool(out: &mut Vec<u8>, value: bool) {
    make_room(out, 1);
    out.push(if value { TRUE } else { FALSE });
}

pub(super) fn put_integer(out: &mut Vec<u8>, negative: bool, magnitude: u128) {
    if magnitude == 0 {
        make_room(out, 1);
        out.push(ZERO);
        return;
    }
    let zeros = magnitude.leading_zeros();
    put_number(out, negative, BIAS + 127 - zeros, magnitude << zeros << 1);
}

pub(super) fn put_float(out: &mut Vec<u8>, value: f64) {
    let bits = value.to_bits();
    let negative = value.is_sign_negative();
    let (exponent, digits) = ((bits >> 52 & 0x7FF) as u32, bits << 12);
    match (exponent, digits) {
        (0, 0) => put_integer(out, false, 0),
        (0, _) => {
            // Subnormal: the first digit that is not zero becomes the one before the point.
            let zeros = digits.leading_zeros();
            put_number(out, negative, BIAS - 1023 - zeros, u128::from(digits << zeros) << 65);
        }
        (0x7FF, 0) => {
            make_room(out, 1);
            out.push(if negative { !INFINITE } else { INFINITE });
        }
        (0x7FF, _) => {
            make_room(out, 1);
            out.push(NAN);
        }
        _ => put_number(out, negative, BIAS - 1023 + exponent, u128::from(digits) << 64),
    }
}

pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    make_room(out, bytes.len() + 2);
    out.push(TEXT);
    if bytes.iter().any(|byte| *byte <= ESCAPE) {
        for &byte in bytes {
            if byte <= ESCAPE {
                out.push(ESCAPE);
            }
            out.push(if byte <= ESCAPE { byte + 1 } else { byte });
        }
    } else {
        out.extend_from_slice(bytes);
    }
    out.push(CLOSE);
}

pub(super) fn put_uuid(out: &mut Vec<u8>, uuid: &Uuid) {
    make_room(out, 17);
    out.push(UUID);
    out.extend_from_slice(uuid.as_bytes());
}

/// Begins an array; [`put_close`] ends it.
pub(super) fn put_open(out: &mut Vec<u8>) {
    make_room(out, 2);
    out.push(OPEN);
}

pub(super) fn put_close(out: &mut Vec<u8>) {
    out.push(CLOSE);
}

/// Writes `1.f * 2^e`: `exponent` is e + [`BIAS`], and the highest bit of `digits` is the first
/// one behind the point.
fn put_number(out: &mut Vec<u8>, negative: bool, exponent: u32, mut digits: u128) {
    make_room(out, NUMBER_LEN_MAX);
    let start = out.len();
    let [.., high, low] = exponent.to_be_bytes();
    match exponent {
        ..NEAR_MIN => out.extend_from_slice(&[TINY, high, low]),
        NEAR_MIN..=NEAR_MAX => out.push(low),
        _ => out.extend_from_slice(&[HUGE, high, low]),
    }
    loop {
        let seven = (digits >> 121) as u8;
        digits <<= 7;
        out.push(seven << 1 | u8::from(digits != 0));
        if digits == 0 {
            break;
        }
    }
    if negative {
        out[start..].iter_mut().for_each(|byte| *byte = !*byte);
    }
}

/// Makes room for a part, and with the first one for what usually follows it.
fn make_room(out: &mut Vec<u8>, len: usize) {
    if out.capacity() - out.len() < len {
        out.reserve(len + SPARE_LEN);
    }
}

fn read_piece(rest: &mut &[u8]) -> Option<Piece> {
    let (&first, after) = rest.split_first()?;
    *rest = after;
    match first {
        CLOSE => Some(Piece::Close),
        FALSE | TRUE => Some(Piece::Bool(first == TRUE)),
        ZERO => Some(Piece::Integer { negative: false, magnitude: 0 }),
        NAN => Some(Piece::Float(f64::NAN)),
        TEXT => read_text(rest),
        UUID => {
            let (bytes, after) = rest.split_first_chunk()?;
            *rest = after;
            Some(Piece::Uuid(Uuid::from_bytes(*bytes)))
        }
        OPEN => Some(Piece::Open),
        _ if first > ZERO => read_number(first, 0x00, rest),
        _ => read_number(!first, 0xFF, rest),
    }
}

/// Reads a number whose absolute value begins with `first`; `mask` has to be taken off the rest.
fn read_number(first: u8, mask: u8, rest: &mut &[u8]) -> Option<Piece> {
    let negative = mask != 0;
    let mut next = || {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        Some(byte ^ mask)
    };
    let exponent = match first {
        INFINITE => {
            let sign = if negative { -1.0 } else { 1.0 };
            return Some(Piece::Float(f64::INFINITY * sign));
        }
        TINY | HUGE => u32::from_be_bytes([0, 0, next()?, next()?]),
        TINY..HUGE => NEAR_MIN & !0xFF | u32::from(first),
        _ => return None,
    };
    let mut digits = 0;
    for shift in (0..128).step_by(7) {
        let byte = next()?;
        digits |= u128::from(byte >> 1) << 121 >> shift;
        if byte & 1 == 0 {
            return number(negative, exponent, digits);
        }
    }
    None
}

/// Makes a number of what [`put_number`] was given.
fn number(negative: bool, exponent: u32, digits: u128) -> Option<Piece> {
    let whole = 1 << 127 | digits >> 1;
    // How far the lowest digit of `whole` stands behind the point.
    if let Some(behind @ 0..=127) = (BIAS + 127).checked_sub(exponent) {
        if whole.trailing_zeros() >= behind {
            return Some(Piece::Integer { negative, magnitude: whole >> behind });
        }
    }
    let least_normal = BIAS - 1022;
    let bits = if exponent >= least_normal {
        let biased = exponent - least_normal + 1;
        (biased < 0x7FF).then_some(u64::from(biased) << 52 | (digits >> 76) as u64)
    } else {
        ((whole >> 75) as u64).checked_shr(least_normal - exponent)
    };
    Some(Piece::Float(f64::from_bits(u64::from(negative) << 63 | bits?)))
}

fn read_text(rest: &mut &[u8]) -> Option<Piece> {
    let len = rest.iter().position(|byte| *byte == CLOSE)?;
    let (mut inside, after) = (rest[..len].iter(), &rest[len + 1..]);
    let mut bytes = Vec::with_capacity(len);
    while let Some(&byte) = inside.next() {
        bytes.push(if byte == ESCAPE { inside.next()?.checked_sub(1)? } else { byte });
    }
    *rest = after;
    Some(Piece::Text(String::from_utf8(bytes).ok()?))
}

/// Ends a text or an array; below every other first byte.
const CLOSE: u8 = 0x00;
/// In a text: the next byte is one less than it looks.
const ESCAPE: u8 = 0x01;

const FALSE: u8 = 0x02;
const TRUE: u8 = 0x03;

/// From here on up to `INFINITE` positive numbers, the complements of the same below.
const ZERO: u8 = 0x80;
const TINY: u8 = 0x81;
const HUGE: u8 = 0xE2;
const INFINITE: u8 = 0xE3;
const NAN: u8 = 0xE4;

/// Added to an exponent: such that the low bytes of the exponents that are neither tiny nor huge,
/// from -32 to 63, are the first bytes between.
const BIAS: u32 = 0x8A2;
const NEAR_MIN: u32 = BIAS - 32;
const NEAR_MAX: u32 = BIAS + 63;

const TEXT: u8 = 0xE8;
const UUID: u8 = 0xEC;
const OPEN: u8 = 0xF0;

/// First byte, exponent, 127 digits.
const NUMBER_LEN_MAX: usize = 1 + 2 + 19;
/// Room beyond the first part: a number and a short text, or a UUID.
const SPARE_LEN: usize = 24;
