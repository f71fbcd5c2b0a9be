//! Where a page ended, as text.

use std::fmt::{self, Write};
use std::str::FromStr;
use std::sync::Arc;

use crate::error::DocumentError;

/// Where a page of an index ended, and the next one begins.
///
/// Opaque: it travels as text (`Display`, `FromStr`) of letters, digits, `-` and `_`, so that it
/// can stand in a link as it is. It does not keep anything alive, and is good for as long as the
/// index it is of: not for one that is created anew under the same name, and not beyond the
/// process. It is neither secret nor signed: whoever has it can find out the key it stands at, and
/// a forged one leads to another place in the same index, no further.
///
/// # Errors
///
/// Text that is no token or a damaged one is [`DocumentError::BadToken`].
///
/// # Examples
///
/// ```
/// use folio::{DocumentError, PageToken};
///
/// let damaged = "AbCd".parse::<PageToken>();
/// assert!(matches!(damaged, Err(DocumentError::BadToken)));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct PageToken(Arc<[u8]>);

impl PageToken {
    /// Makes the token of a place in the index that has this [`fingerprint`].
    pub(crate) fn new(index: u32, place: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(HEAD_LEN + place.len() + SUM_LEN);
        bytes.push(FORMAT);
        bytes.extend_from_slice(&index.to_be_bytes());
        bytes.extend_from_slice(place);
        let sum = fingerprint([&bytes[..]]);
        bytes.extend_from_slice(&sum.to_be_bytes());
        Self(bytes.into())
    }

    /// The place, for the index that has this [`fingerprint`].
    ///
    /// # Errors
    ///
    /// [`DocumentError::ForeignToken`] for any other index.
    pub(crate) fn place(&self, index: u32) -> Result<&[u8], DocumentError> {
        if self.0[1..HEAD_LEN] != index.to_be_bytes() {
            return Err(DocumentError::ForeignToken);
        }
        Ok(&self.0[HEAD_LEN..self.0.len() - SUM_LEN])
    }
}

/// Writes the text that can be parsed again.
impl fmt::Display for PageToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for three in self.0.chunks(3) {
            let mut word = [0; 4];
            word[1..=three.len()].copy_from_slice(three);
            let bits = u32::from_be_bytes(word);
            for letter in 0..=three.len() {
                let six = bits >> (18 - 6 * letter) & 0x3F;
                f.write_char(char::from(LETTERS[six as usize]))?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for PageToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PageToken({self})")
    }
}

/// Fails with [`DocumentError::BadToken`] and nothing else.
impl FromStr for PageToken {
    type Err = DocumentError;

    fn from_str(text: &str) -> Result<Self, DocumentError> {
        let bytes = decode(text).ok_or(DocumentError::BadToken)?;
        match bytes.split_last_chunk() {
            Some((body, sum))
                if body.len() >= HEAD_LEN
                    && body[0] == FORMAT
                    && fingerprint([body]).to_be_bytes() == *sum =>
            {
                Ok(Self(bytes.into()))
            }
            _ => Err(DocumentError::BadToken),
        }
    }
}

/// A number that differs, but for one chance in 2^32, between rows of names that differ.
pub(crate) fn fingerprint<'a>(names: impl IntoIterator<Item = &'a [u8]>) -> u32 {
    // FNV-1a; the length before each name keeps "a", "bc" from being "ab", "c".
    let mut hash = 0xCBF2_9CE4_8422_2325_u64;
    for name in names {
        for byte in (name.len() as u64).to_be_bytes().iter().chain(name) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01B3);
        }
    }
    ((hash ^ hash >> 32) & 0xFFFF_FFFF) as u32
}

/// Takes apart what `Display` wrote, and nothing else: no two texts are one token.
fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    for four in text.as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for letter in four {
            let (six, _) = (0..).zip(LETTERS).find(|(_, known)| *known == letter)?;
            bits = bits << 6 | six;
        }
        let word = (bits << (6 * (4 - four.len()))).to_be_bytes();
        let (whole, left) = word[1..].split_at(four.len() - 1);
        if whole.is_empty() || left.iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend_from_slice(whole);
    }
    Some(bytes)
}

const FORMAT: u8 = 1;
/// Format and fingerprint.
const HEAD_LEN: usize = 1 + 4;
const SUM_LEN: usize = 4;
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
