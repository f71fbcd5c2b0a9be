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
/// what it could not tell, and it ends when the store is closed. A collection that is closed by
/// itself ends nothing.
///
/// # Examples
///
/// ```
/// use folio::Store;
///
/// let store = Store::new();
/// let mut watch = store.watch().collections("prefs:").replay().subscribe();
/// store.strings("prefs:ada")?.set("theme".into(), "dark".into())?;
/// store.collection::<u8, u8>("numbers")?.set(1, 2)?;
/// store.strings("prefs:bob")?.set("theme".into(), "light".into())?;
///
/// let (ada, bob) = (watch.recv()?, watch.recv()?);
/// assert_eq!((ada.collection(), bob.collection()), ("prefs:ada", "prefs:bob"));
/// assert!(ada.revision() < bob.revision());
/// # Ok::<(), folio::Error>(())
/// ```
#[must_use = "a watch that is dropped tells nothing"]
pub struct StoreWatch {
    course: Course<AnyTeller>,
}

impl StoreWatch {
    /// The next event; waits for it. See [`Watch::recv`](crate::Watch::recv).
    ///
    /// # Errors
    ///
    /// As [`Watch::recv`](crate::Watch::recv).
    pub fn recv(&mut self) -> Result<AnyEvent, WatchError> {
        self.course.recv()
    }

    /// The next event, if there is one now. See [`Watch::try_recv`](crate::Watch::try_recv).
    ///
    /// # Errors
    ///
    /// As [`recv`](Self::recv).
    pub fn try_recv(&mut self) -> Result<Option<AnyEvent>, WatchError> {
        self.course.try_recv()
    }

    /// The next event, if it comes within `timeout`. See
    /// [`Watch::recv_timeout`](crate::Watch::recv_timeout).
    ///
    /// # Errors
    ///
    /// As [`recv`](Self::recv).
    pub fn recv_timeout(&mut self, timeout: Duration) -> Result<Option<AnyEvent>, WatchError> {
        self.course.recv_timeout(timeout)
    }

    /// Begins anew: returns the store as it is now, and goes on with what happens after that. See
    /// [`Watch::resync`](crate::Watch::resync).
    ///
    /// # Examples
    ///
    /// ```
    /// let store = folio::Store::new();
    /// let stock = store.collection::<&str, u32>("stock")?;
    /// stock.set("apples", 3)?;
    /// let mut watch = store.watch().subscribe();
    /// let now = watch.resync();
    /// assert_eq!(now.collection::<&str, u32>("stock")?.len(), 1);
    /// stock.set("pears", 1)?;
    /// assert!(watch.recv()?.revision().get() > now.revision());
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn resync(&mut self) -> StoreView {
        self.course.begin_anew(|teller| {
            let view = teller.view();
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
