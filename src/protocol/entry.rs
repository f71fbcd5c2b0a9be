//! An **entry**: what leads from a key of an index to a document.

use std::cmp::Ordering;

use crate::sync::{Arc, AtomicU64, Padded, Relaxed};

/// The bytes of an index key, in place when they are few.
#[derive(Clone)]
pub(crate) enum KeyBytes {
    /// How many, and zeros behind them.
    Short(u8, [u8; SHORT]),
    Long(Arc<[u8]>),
}

impl KeyBytes {
    pub(crate) fn new(key: &[u8]) -> Self {
        let mut short = [0; SHORT];
        match short.get_mut(..key.len()) {
            Some(place) => {
                place.copy_from_slice(key);
                Self::Short(u8::try_from(key.len()).unwrap_or(0), short)
            }
            None => Self::Long(key.into()),
        }
    }

    #[inline]
    pub(crate) fn as_slice(&self) -> &[u8] {
        match self {
            Self::Short(len, bytes) => &bytes[..usize::from(*len)],
            Self::Long(bytes) => bytes,
        }
    }
}

impl Ord for KeyBytes {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            // Zeros are the least bytes, so only what they fill up may differ by length alone.
            (Self::Short(a_len, a), Self::Short(b_len, b)) => {
                words(a).cmp(&words(b)).then(a_len.cmp(b_len))
            }
            _ => self.as_slice().cmp(other.as_slice()),
        }
    }
}

impl PartialOrd for KeyBytes {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for KeyBytes {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for KeyBytes {}

/// The same order as of the bytes, in three comparisons: of two words, and of the last, which
/// overlaps.
#[inline]
fn words(bytes: &[u8; SHORT]) -> [u64; 3] {
    let word = |at: usize| {
        let word = bytes[at..].first_chunk().copied().unwrap_or_default();
        u64::from_be_bytes(word)
    };
    [word(0), word(8), word(SHORT - 8)]
}

/// Where an entry stands in its index. No two entries ever share one: a tag is used once.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) key: KeyBytes,
    pub(crate) tag: u64,
}

impl Place {
    pub(crate) fn new(key: &[u8], tag: u64) -> Self {
        Self { key: KeyBytes::new(key), tag }
    }
}

/// An entry that a snapshot carries: the index, by its number, and the place in it.
#[derive(Clone)]
pub(crate) struct Carried {
    pub(crate) index: u32,
    pub(crate) place: Place,
}

impl Carried {
    /// Whether both are one entry: a tag is enough to tell.
    #[inline]
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.index == other.index && self.place.tag == other.place.tag
    }
}

/// The numbers that tell one attempt to write an entry from all others. Above `DRAWN`: among equals
/// what was written for an index stands behind what was there before it, and rises.
pub(crate) struct Tags {
    drawn: Padded<AtomicU64>,
}

impl Tags {
    pub(crate) fn new() -> Self {
        Self { drawn: Padded(AtomicU64::new(DRAWN)) }
    }

    /// A tag above all that were drawn for snapshots of this moment, or of any before.
    pub(crate) fn bound(&self) -> u64 {
        // Relaxed: I7: a revision was read that comes after all of those draws.
        self.drawn.0.load(Relaxed)
    }

    /// So many at once.
    pub(crate) fn draw(&self, len: usize) -> Drawn {
        // Relaxed: nothing but the numbers themselves is passed on.
        let first = self.drawn.0.fetch_add(len as u64, Relaxed) - DRAWN;
        Drawn(first << u8::BITS | (len as u64).min(u64::from(u8::MAX)))
    }
}

/// Tags that were drawn at once: the first in the upper 56 bits, how many (of the first 255) in the
/// lower 8. A snapshot knows so that it carries them without a look at its entries.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Drawn(u64);

impl Drawn {
    pub(crate) fn tag(self, nth: usize) -> u64 {
        DRAWN + (self.0 >> u8::BITS) + nth as u64
    }

    /// Whether a tag that was found before the draw, or is of it, is of it.
    pub(crate) fn is_of_now(self, tag: u64) -> bool {
        tag >= self.tag(0)
    }

    #[inline]
    pub(crate) fn contains(self, tag: u64) -> bool {
        tag.wrapping_sub(self.tag(0)) < self.0 & u64::from(u8::MAX)
    }
}

/// Whether the tag was drawn at or after the moment of `bound`.
pub(crate) fn is_later(tag: u64, bound: u64) -> bool {
    tag >= bound
}

/// The tag of a snapshot in an index that it was not written for: as unique as the revision, which
/// the snapshot must have.
pub(crate) fn tag_of_older(revision: u64) -> u64 {
    debug_assert!(revision < DRAWN, "a clock does not come so far");
    revision
}

const DRAWN: u64 = 1 << 63;

/// What fits beside a length into three words.
const SHORT: usize = 22;

#[cfg(test)]
mod tests {
    use super::KeyBytes;

    /// Keys of every length around the limit, with zeros where padding has them as well.
    #[test]
    fn keys_compare_as_their_bytes_do() {
        let mut keys: Vec<Vec<u8>> = vec![Vec::new()];
        for len in 1..=24 {
            for last in [0, 1, 255] {
                for filled in [0, 7] {
                    let mut key = vec![filled; len];
                    key[len - 1] = last;
                    keys.push(key);
                }
            }
        }
        for a in &keys {
            for b in &keys {
                let (left, right) = (KeyBytes::new(a), KeyBytes::new(b));
                assert_eq!(left.cmp(&right), a.cmp(b), "{a:?} {b:?}");
                assert_eq!(left == right, a == b, "{a:?} {b:?}");
            }
        }
    }
}
