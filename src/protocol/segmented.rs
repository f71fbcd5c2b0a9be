//! An array that grows without moving anything.

use std::marker::PhantomData;
use std::ptr;

use crate::limits::{SEGMENT_FIRST, SEGMENT_LEVELS};
use crate::sync::{AcqRel, Acquire, AtomicPtr};

/// Elements by number, in levels that double. What was once found at a number stays there until
/// the array is dropped; growing it locks nobody out.
pub(crate) struct Segmented<T> {
    levels: [AtomicPtr<T>; SEGMENT_LEVELS],
    /// It owns elements, and is `Send` and `Sync` if they are.
    elements: PhantomData<T>,
}

impl<T: Default> Segmented<T> {
    pub(crate) fn new() -> Self {
        let levels = std::array::from_fn(|_| AtomicPtr::new(ptr::null_mut()));
        Self { levels, elements: PhantomData }
    }

    /// The element at `index`, or nothing if its level was never asked for.
    pub(crate) fn get(&self, index: usize) -> Option<&T> {
        let (level, offset) = locate(index);
        // P9 (Acquire): whoever finds a level finds its elements.
        let first = self.levels.get(level)?.load(Acquire);
        if first.is_null() {
            return None;
        }
        // SAFETY: P9: a level's pointer leads to `length(level)` elements, and `offset` is less.
        let element = unsafe { first.add(offset) };
        // SAFETY: P9: as above; elements stay.
        Some(unsafe { &*element })
    }

    /// The element at `index`; makes its level if nobody has.
    pub(crate) fn get_or_grow(&self, index: usize) -> &T {
        if let Some(found) = self.get(index) {
            return found;
        }
        let (level, offset) = locate(index);
        assert!(level < SEGMENT_LEVELS, "limit: 4 billion handles or views");
        let mine: Box<[T]> = (0..length(level)).map(|_| T::default()).collect();
        let mine = Box::into_raw(mine).cast::<T>();
        // P9 (AcqRel): publishes the elements, or finds those of whoever was first.
        let raced = self.levels[level].compare_exchange(ptr::null_mut(), mine, AcqRel, Acquire);
        let first = match raced {
            Ok(_) => mine,
            Err(theirs) => {
                // SAFETY: P9: the exchange failed, so nobody but us ever saw `mine`.
                unsafe { drop_level(mine, level) };
                theirs
            }
        };
        // SAFETY: P9: as in `get`.
        let element = unsafe { first.add(offset) };
        // SAFETY: P9: as in `get`.
        unsafe { &*element }
    }
}

impl<T> Drop for Segmented<T> {
    fn drop(&mut self) {
        for (number, level) in self.levels.iter().enumerate() {
            // P9 (Acquire): the thread that drops may not be the one that grew.
            let first = level.load(Acquire);
            if !first.is_null() {
                // SAFETY: P9: the array is dropped, so nobody holds an element.
                unsafe { drop_level(first, number) };
            }
        }
    }
}

/// # Safety
///
/// `first` came from `get_or_grow` for this `level`, and nobody uses it any more.
unsafe fn drop_level<T>(first: *mut T, level: usize) {
    let elements = ptr::slice_from_raw_parts_mut(first, length(level));
    // SAFETY: the caller's promise: this is the box that `get_or_grow` took apart.
    drop(unsafe { Box::from_raw(elements) });
}

fn length(level: usize) -> usize {
    SEGMENT_FIRST << level
}

/// The level of an element and its place there: level `n` begins at `FIRST * (2^n - 1)`.
fn locate(index: usize) -> (usize, usize) {
    let level = (index / SEGMENT_FIRST + 1).ilog2() as usize;
    (level, index - SEGMENT_FIRST * ((1 << level) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_a_place_of_its_own() {
        let mut expected = (0, 0);
        for index in 0..10_000 {
            assert_eq!(locate(index), expected);
            expected.1 += 1;
            if expected.1 == length(expected.0) {
                expected = (expected.0 + 1, 0);
            }
        }
    }
}
