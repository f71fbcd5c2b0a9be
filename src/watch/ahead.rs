//! Events **ahead** of whoever takes them: taken out of the feed together, and handed out one by
//! one.

use crate::limits::WATCH_AHEAD;

/// A row of places that is filled, then emptied from the front, and filled again.
pub(crate) struct Ahead<E> {
    /// `None`: not filled, or emptied.
    places: Vec<Option<E>>,
    next: usize,
    filled: usize,
}

impl<E> Ahead<E> {
    /// It takes no memory until something is put in.
    pub(super) fn new() -> Self {
        Self { places: Vec::new(), next: 0, filled: 0 }
    }

    /// The first place behind the others. Who fills it makes the event there: one that is made
    /// elsewhere first is copied before it has reached memory, which takes as long as all the rest.
    #[inline]
    pub(crate) fn place(&mut self) -> &mut Option<E> {
        if self.filled == self.places.len() {
            self.grow();
        }
        self.filled += 1;
        &mut self.places[self.filled - 1]
    }

    #[cold]
    fn grow(&mut self) {
        self.places.resize_with(self.filled + WATCH_AHEAD, || None);
    }

    /// The next one, if it passes; those before it that do not are dropped.
    #[inline]
    pub(super) fn take(&mut self, passes: impl Fn(&E) -> bool) -> Option<E> {
        while self.next < self.filled {
            let judged = Judged(&mut self.places[self.next]);
            self.next += 1;
            if judged.0.as_ref().is_some_and(&passes) {
                return judged.0.take();
            }
        }
        (self.next, self.filled) = (0, 0);
        None
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.next == self.filled
    }

    /// It is full enough: whoever fills it should let go of its pin.
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        self.filled >= WATCH_AHEAD
    }

    pub(super) fn clear(&mut self) {
        *self = Self::new();
    }
}

/// The place of an event of which a filter of the user's says whether it passes: empty afterwards,
/// also if the filter panics.
struct Judged<'a, E>(&'a mut Option<E>);

impl<E> Drop for Judged<'_, E> {
    #[inline]
    fn drop(&mut self) {
        *self.0 = None;
    }
}
