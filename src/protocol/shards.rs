//! What is split by thread, so that threads do not write to each other's cache lines.

use std::ptr;

use crate::sync::{AcqRel, Acquire, AtomicPtr, Padded, shards, thread_index};

/// One for each of some threads, made when the first of them comes: most collections of a large
/// store are written by few.
pub(super) struct Shards<T> {
    places: Box<[AtomicPtr<Padded<T>>]>,
}

impl<T: Default> Shards<T> {
    pub(super) fn new() -> Self {
        Self { places: (0..shards()).map(|_| AtomicPtr::new(ptr::null_mut())).collect() }
    }

    /// This thread's.
    #[inline]
    pub(super) fn own(&self) -> &T {
        let place = self.place(thread_index());
        Self::made(place).unwrap_or_else(|| Self::make(place))
    }

    #[cold]
    fn make(place: &AtomicPtr<Padded<T>>) -> &T {
        let mine = Box::into_raw(Box::new(Padded(T::default())));
        // P9 (AcqRel): publishes it, or finds that of whoever was first.
        let made = match place.compare_exchange(ptr::null_mut(), mine, AcqRel, Acquire) {
            Ok(_) => mine,
            Err(theirs) => {
                // SAFETY: P9: the exchange failed, so nobody ever saw it.
                drop(unsafe { Box::from_raw(mine) });
                theirs
            }
        };
        // SAFETY: P9: it stays until all are dropped.
        unsafe { &(*made).0 }
    }
}

impl<T> Shards<T> {
    /// That of some other threads, if there is one.
    pub(super) fn other(&self, number: usize) -> Option<&T> {
        Self::made(self.place(number))
    }

    /// All that there are.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.places.iter().filter_map(Self::made)
    }

    /// All that there are, for whoever is alone with them.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.places.iter_mut().filter_map(|place| {
            // SAFETY: P9: made by `Box::into_raw`, and borrowed once, as its place is.
            // P9 (Acquire): the thread that made it may be another one.
            unsafe { place.load(Acquire).as_mut() }.map(|Padded(shard)| shard)
        })
    }

    #[inline]
    fn place(&self, number: usize) -> &AtomicPtr<Padded<T>> {
        &self.places[number & (self.places.len() - 1)]
    }

    #[inline]
    fn made(place: &AtomicPtr<Padded<T>>) -> Option<&T> {
        // P9 (Acquire): whoever finds it finds all of it.
        // SAFETY: P9: it stays until all are dropped.
        unsafe { place.load(Acquire).as_ref() }.map(|Padded(shard)| shard)
    }
}

impl<T> Drop for Shards<T> {
    fn drop(&mut self) {
        for place in &self.places {
            // P9 (AcqRel): the thread that made it may be another one.
            let made = place.swap(ptr::null_mut(), AcqRel);
            if !made.is_null() {
                // SAFETY: P9: nobody uses it any more.
                drop(unsafe { Box::from_raw(made) });
            }
        }
    }
}
