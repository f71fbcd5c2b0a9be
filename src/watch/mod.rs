//! [`Watch`]: the changes of a collection, in order.

mod ahead;
mod builder;
mod course;
mod pattern;
mod replay;
mod subject;
mod subscription;
mod teller;
mod wish;

use std::fmt;
use std::hash::RandomState;
use std::iter::FusedIterator;
use std::time::Duration;

pub(crate) use self::ahead::Ahead;
pub use self::builder::{Lag, WatchBuilder};
pub(crate) use self::course::{Course, Terms};
pub use self::pattern::Pattern;
pub(crate) use self::subject::{Seat, Subject};
pub use self::subscription::Subscription;
pub(crate) use self::teller::Teller;
pub(crate) use self::wish::{Kinds, Wish};
use crate::error::WatchError;
use crate::event::Event;
use crate::key::{Key, Value};
use crate::view::View;

/// The changes of a collection, each once, in the order of their revisions.
///
/// Made by [`Collection::watch`](crate::Collection::watch). What it does not get it says: it ends
/// with [`WatchError::Lagged`] when it has fallen behind by more than it may (or goes on after it,
/// with [`Lag::Skip`]), and with [`WatchError::Closed`] when the collection is closed. A watch that
/// is waiting does not fall behind by what happens elsewhere, with one exception that the guide
/// [tells](crate::guide::watching#falling-behind).
///
/// Take events by [`recv`](Self::recv), as an iterator, or (feature `async`) as a stream of any
/// runtime. Every item is a `Result`, so that no loop runs over a gap without being told. Iterator
/// and stream tell the end as their last item.
///
/// It does not keep the collection open. It may be dropped at any moment, also while others write
/// what it waits for. The guide has a page on [watching](crate::guide::watching).
///
/// # Concurrency
///
/// * **Order**: by revision, over all keys. What was written before a call returned has a smaller
///   revision than what is written after that.
/// * **Progress**: readers and writers never wait for a watch, nor a watch for a thread that is
///   suspended in the middle of a write: that is told under a later revision.
/// * **Memory**: while anybody watches, the feed keeps the documents of its last revisions
///   ([`Stats::feed_kept`](crate::Stats::feed_kept)). A watch that is not read costs no more.
///
/// # Streams
///
/// Feature `async`. The task is woken by whoever writes.
///
/// ```
/// # #[cfg(feature = "async")] {
/// use std::pin::Pin;
/// use std::task::{Context, Poll, Waker};
///
/// use futures_core::Stream;
///
/// let stock: folio::Collection<&str, u32> = folio::Collection::new();
/// let mut watch = stock.watch().subscribe();
/// let mut task = Context::from_waker(Waker::noop()); // a runtime has a better one
/// assert!(Pin::new(&mut watch).poll_next(&mut task).is_pending());
/// stock.set("apples", 3)?;
/// assert!(matches!(Pin::new(&mut watch).poll_next(&mut task), Poll::Ready(Some(Ok(_)))));
/// # }
/// # Ok::<(), folio::Error>(())
/// ```
///
/// # Examples
///
/// ```
/// use folio::{Collection, EventKind};
///
/// let stock: Collection<String, u32> = Collection::new();
/// let mut watch = stock.watch().subscribe();
///
/// stock.set("apples".into(), 3)?;
/// stock.update("apples", |n| n + 1)?;
/// drop(stock);
///
/// let mut told = Vec::new();
/// while let Ok(event) = watch.recv() {
///     told.push(match event.kind {
///         EventKind::Created { new } => format!("{} of {}", *new, new.key()),
///         EventKind::Updated { old, new } => format!("{} to {}", *old, *new),
///         other => format!("{other:?}"),
///     });
/// }
/// assert_eq!(told, ["3 of apples", "3 to 4"]);
/// # Ok::<(), folio::Error>(())
/// ```
#[must_use = "a watch that is dropped tells nothing"]
pub struct Watch<K: Key, V: Value, S = RandomState> {
    course: Course<Teller<K, V>>,
    hasher: S,
}

impl<K: Key, V: Value, S> Watch<K, V, S> {
    /// The next event; waits for it.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect**: an event is that of the next revision which the watch is about.
    /// * **Progress**: looks again for some 25 us, unless that was in vain lately. Then it sleeps
    ///   until something that it is about is written, or the collection is closed, and whoever
    ///   wrote wakes it. Waits for no thread in particular. O(1), and a step for each revision that
    ///   it passes over.
    /// * **Memory**: up to 32 events are taken out of the feed at once, and own their documents.
    ///
    /// A filter of [`WatchBuilder::filter`] runs in this call.
    ///
    /// # Errors
    ///
    /// [`WatchError::Lagged`], [`WatchError::Closed`]. After an end it says the same again.
    pub fn recv(&mut self) -> Result<Event<K, V>, WatchError> {
        self.course.recv()
    }

    /// The next event, if there is one now. Never sleeps.
    ///
    /// What was written before this call is there, unless it is not about that. A watch that was
    /// asked in this way is not waiting: it falls behind like any other.
    ///
    /// # Errors
    ///
    /// As [`recv`](Self::recv).
    ///
    /// # Examples
    ///
    /// ```
    /// let stock: folio::Collection<&str, u32> = folio::Collection::new();
    /// let mut watch = stock.watch().subscribe();
    /// assert!(watch.try_recv()?.is_none());
    /// stock.set("apples", 3)?;
    /// assert!(watch.try_recv()?.is_some());
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn try_recv(&mut self) -> Result<Option<Event<K, V>>, WatchError> {
        self.course.try_recv()
    }

    /// The next event, if it comes within `timeout`; `None` if it does not. Else as
    /// [`recv`](Self::recv), but that it sleeps at once if that is less than 1 ms.
    ///
    /// What has happened before this call is looked at in any case, however long a filter takes for
    /// it. Nothing is lost by a timeout; until the watch is asked again it is waiting, and does not
    /// fall behind, unless events that do not pass kept it busy to the end.
    ///
    /// # Errors
    ///
    /// As [`recv`](Self::recv).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let stock: folio::Collection<&str, u32> = folio::Collection::new();
    /// let mut watch = stock.watch().subscribe();
    /// assert!(watch.recv_timeout(Duration::from_millis(1))?.is_none());
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn recv_timeout(&mut self, timeout: Duration) -> Result<Option<Event<K, V>>, WatchError> {
        self.course.recv_timeout(timeout)
    }

    /// Begins anew: returns the collection as it is now, and goes on with what happens after that.
    ///
    /// What was not taken yet is left out; the view has it. Also after an end: one that lagged
    /// lives on; a closed one tells that it is closed, and the view is empty.
    ///
    /// Of every write the view has it, or the watch tells it, and not both. Key pattern, kinds and
    /// filter are those of the watch still; the view is of everything.
    ///
    /// # Concurrency
    ///
    /// * **Takes effect** in one instant of the call, that of the view.
    /// * **Progress**: O(1); after an end a short lock, as with
    ///   [`subscribe`](WatchBuilder::subscribe).
    /// * **Memory**: what the view keeps, while it is open: drop it when it is read.
    ///
    /// # Examples
    ///
    /// ```
    /// use folio::{Collection, WatchError};
    ///
    /// let stock: Collection<&str, u32> = Collection::new();
    /// let mut watch = stock.watch().buffer(4).subscribe();
    /// for n in 0..10 {
    ///     stock.set("apples", n)?;
    /// }
    /// assert!(matches!(watch.recv(), Err(WatchError::Lagged { .. })));
    ///
    /// let now = watch.resync();
    /// assert_eq!(now.get("apples").map(|n| *n), Some(9));
    /// stock.set("pears", 1)?;
    /// assert_eq!(watch.recv()?.key(), Some(&"pears"));
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn resync(&mut self) -> View<K, V, S>
    where
        S: Clone,
    {
        let hasher = self.hasher.clone();
        self.course.begin_anew(|teller| {
            let view = View::open(&teller.rooms(), hasher);
            let revision = view.revision();
            (view, revision)
        })
    }
}

impl<K: Key, V: Value, S> Iterator for Watch<K, V, S> {
    type Item = Result<Event<K, V>, WatchError>;

    /// Waits for the next event. `None` after the end was told.
    fn next(&mut self) -> Option<Self::Item> {
        self.course.next()
    }
}

impl<K: Key, V: Value, S> FusedIterator for Watch<K, V, S> {}

// Nothing in it is ever pinned.
impl<K: Key, V: Value, S> Unpin for Watch<K, V, S> {}

#[cfg(feature = "async")]
impl<K: Key, V: Value, S> futures_core::Stream for Watch<K, V, S> {
    type Item = Result<Event<K, V>, WatchError>;

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.get_mut().course.poll_next(cx.waker())
    }
}

impl<K: Key, V: Value, S> fmt::Debug for Watch<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("subject", self.course.subject())
            .field("end", &self.course.end())
            .finish_non_exhaustive()
    }
}
