//! [`StoreWatch`]: the changes of a whole store, in order.

mod builder;
mod teller;
mod wish;

use std::fmt;
use std::iter::FusedIterator;
use std::time::Duration;

pub use self::builder::StoreWatchBuilder;
use self::teller::AnyTeller;
pub(crate) use self::wish::AnyWish;
use crate::error::WatchError;
use crate::store::any_event::AnyEvent;
use crate::store::view::StoreView;
use crate::watch::Course;

/// The changes of all collections of a store, each once, in the order of their revisions.
///
/// Made by [`Store::watch`](crate::Store::watch). As a [`Watch`](crate::Watch) in all else: it says
/// what it could not tell, and it ends when the store is closed.
#[must_use = "a watch that is dropped tells nothing"]
pub struct StoreWatch {
    course: Course<AnyTeller>,
}

impl StoreWatch {
    /// The next event; waits for it.
    ///
    /// # Errors
    ///
    /// As [`Watch::recv`](crate::Watch::recv).
    pub fn recv(&mut self) -> Result<AnyEvent, WatchError> {
        self.course.recv()
    }

    /// The next event, if there is one now.
    ///
    /// # Errors
    ///
    /// As [`recv`](Self::recv).
    pub fn try_recv(&mut self) -> Result<Option<AnyEvent>, WatchError> {
        self.course.try_recv()
    }

    /// The next event, if it comes within `timeout`.
    ///
    /// # Errors
    ///
    /// As [`recv`](Self::recv).
    pub fn recv_timeout(&mut self, timeout: Duration) -> Result<Option<AnyEvent>, WatchError> {
        self.course.recv_timeout(timeout)
    }

    /// Begins anew: returns the store as it is now, and goes on with what happens after that. See
    /// [`Watch::resync`](crate::Watch::resync).
    pub fn resync(&mut self) -> StoreView {
        let registry = std::sync::Arc::clone(self.course.subject().registry());
        self.course.begin_anew(|| {
            let view = StoreView::open(&registry);
            let revision = view.revision();
            (view, revision)
        })
    }
}

impl Iterator for StoreWatch {
    type Item = Result<AnyEvent, WatchError>;

    /// Waits for the next event. `None` after the end was told.
    fn next(&mut self) -> Option<Self::Item> {
        self.course.next()
    }
}

impl FusedIterator for StoreWatch {}

// Nothing in it is ever pinned.
impl Unpin for StoreWatch {}

#[cfg(feature = "async")]
impl futures_core::Stream for StoreWatch {
    type Item = Result<AnyEvent, WatchError>;

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.get_mut().course.poll_next(cx.waker())
    }
}

impl fmt::Debug for StoreWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreWatch").field("end", &self.course.end()).finish_non_exhaustive()
    }
}
