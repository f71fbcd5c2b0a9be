//! [`Watch`]: the changes of a collection, in order.

mod builder;
mod pattern;
mod replay;
mod seat;
mod subscription;
mod teller;
mod wait;
mod wish;

use std::collections::VecDeque;
use std::fmt;
use std::hash::RandomState;
use std::iter::FusedIterator;
use std::task::{Poll, Waker};
use std::time::Duration;

pub use self::builder::{Lag, WatchBuilder};
pub use self::pattern::Pattern;
use self::replay::Replay;
use self::seat::{Found, Seat};
pub use self::subscription::Subscription;
use self::teller::Teller;
use crate::error::WatchError;
use crate::event::Event;
use crate::feed::Gap;
use crate::key::{Key, Value};
use crate::outcome::Revision;
use crate::protocol::views::Lease;
use crate::rooms::Rooms;
use crate::sync::Arc;
use crate::view::View;

/// The changes of a collection, each once, in the order of their revisions.
///
/// Made by [`Collection::watch`](crate::Collection::watch). What it does not get it says: it ends
/// with [`WatchError::Lagged`] when it has fallen behind by more than it may (or goes on after it,
/// with [`Lag::Skip`]), and with [`WatchError::Closed`] when the collection is closed. A watch that
/// is waiting does not fall behind, whatever happens elsewhere.
///
/// Take events by [`recv`](Self::recv), as an iterator, or (feature `async`) as a stream of any
/// runtime. Every item is a `Result`, so that no loop runs over a gap without being told.
///
/// # Concurrency
///
/// * **Order**: by revision, over all keys. What was written before a call returned has a smaller
///   revision than what is written after that.
/// * **Progress**: readers and writers never wait for a watch, nor a watch for a thread that is
///   suspended in the middle of a write: that is told under a later revision.
/// * **Memory**: while anybody watches, the feed keeps the documents of its last revisions
///   ([`Stats::retired`](crate::Stats::retired)). A watch that is not read costs no more.
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
    rooms: Arc<Rooms<K, V>>,
    hasher: S,
    teller: Teller<K, V>,
    lag: Lag,
    buffer: usize,
    /// `None` when it has come to its end.
    seat: Option<Seat<K, V>>,
    replay: Option<Replay<K, V>>,
    /// Taken out of the feed, and not handed out yet.
    ahead: VecDeque<Event<K, V>>,
    end: Option<WatchError>,
    /// The iterator has told of the end.
    is_told: bool,
}

impl<K: Key, V: Value, S> Watch<K, V, S> {
    /// The next event; waits for it.
    ///
    /// # Errors
    ///
    /// [`WatchError::Lagged`], [`WatchError::Closed`]. After an end it says the same again.
    pub fn recv(&mut self) -> Result<Event<K, V>, WatchError> {
        wait::block(None, |waker| self.poll(Some(waker))).expect("without a time limit")
    }

    /// The next event, if there is one now.
    ///
    /// # Errors
    ///
    /// As [`recv`](Self::recv).
    pub fn try_recv(&mut self) -> Result<Option<Event<K, V>>, WatchError> {
        match self.poll(None) {
            Poll::Ready(item) => item.map(Some),
            Poll::Pending => Ok(None),
        }
    }

    /// The next event, if it comes within `timeout`.
    ///
    /// # Errors
    ///
    /// As [`recv`](Self::recv).
    pub fn recv_timeout(&mut self, timeout: Duration) -> Result<Option<Event<K, V>>, WatchError> {
        wait::block(Some(timeout), |waker| self.poll(Some(waker))).transpose()
    }

    /// Begins anew: returns the collection as it is now, and goes on with what happens after that.
    ///
    /// What was not taken yet is left out; the view has it. Also after an end: one that lagged
    /// lives on; a closed one tells that it is closed, and the view is empty.
    pub fn resync(&mut self) -> View<K, V, S>
    where
        S: Clone,
    {
        self.ahead.clear();
        (self.replay, self.end, self.is_told) = (None, None, false);
        let interest = self.teller.interest();
        let seat = self.seat.get_or_insert_with(|| Seat::take(&self.rooms, interest, self.buffer));
        let lease = self.rooms.open_view();
        // Of a closed collection there is nothing left to tell but that.
        let seen = lease.as_ref().map_or_else(|| self.rooms.timeline.now(), Lease::revision);
        seat.go_to(seen + 1);
        View::of_lease(&self.rooms, lease, self.hasher.clone())
    }

    fn poll(&mut self, waker: Option<&Waker>) -> Poll<Result<Event<K, V>, WatchError>> {
        loop {
            while let Some(event) = self.ahead.pop_front() {
                if self.teller.wish.passes(&event) {
                    return Poll::Ready(Ok(event));
                }
            }
            if let Some(end) = self.end {
                return Poll::Ready(Err(end));
            }
            if self.read_replay() {
                continue;
            }
            let Some(seat) = &mut self.seat else { return Poll::Ready(Err(WatchError::Closed)) };
            match seat.read(&self.teller, &mut self.ahead, waker) {
                Found::Some => {}
                Found::Nothing => return Poll::Pending,
                Found::Gap(gap) => return Poll::Ready(Err(self.lagged(gap))),
                Found::Closed => self.ends(WatchError::Closed),
            }
        }
    }

    /// Reads on in the replay. Says whether there was one.
    fn read_replay(&mut self) -> bool {
        let (Some(replay), Some(seat)) = (&mut self.replay, &mut self.seat) else { return false };
        if replay.read(&self.teller, &mut self.ahead) {
            return true;
        }
        let revision = replay.revision();
        if revision == 0 || seat.reaches(revision) {
            seat.go_to(revision.max(seat.position() - 1) + 1);
            self.replay = None;
        } else {
            self.replay = self.replay.take().map(|replay| replay.again(&self.rooms));
        }
        true
    }

    fn lagged(&mut self, gap: Gap) -> WatchError {
        let resume_at = Revision::of(gap.resume_at);
        let error = WatchError::Lagged { missed: gap.missed, resume_at };
        match (self.lag, &mut self.seat) {
            (Lag::Skip, Some(seat)) => seat.go_to(gap.resume_at),
            _ => self.ends(error),
        }
        error
    }

    fn ends(&mut self, end: WatchError) {
        self.end = Some(end);
        self.seat = None;
    }
}

impl<K: Key, V: Value, S> Iterator for Watch<K, V, S> {
    type Item = Result<Event<K, V>, WatchError>;

    /// Waits for the next event. `None` after the end was told.
    fn next(&mut self) -> Option<Self::Item> {
        if self.is_told {
            return None;
        }
        let item = self.recv();
        self.is_told = item.is_err() && self.end.is_some();
        Some(item)
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
    ) -> Poll<Option<Self::Item>> {
        let watch = self.get_mut();
        if watch.is_told {
            return Poll::Ready(None);
        }
        let item = std::task::ready!(watch.poll(Some(cx.waker())));
        watch.is_told = item.is_err() && watch.end.is_some();
        Poll::Ready(Some(item))
    }
}

impl<K: Key, V: Value, S> fmt::Debug for Watch<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("collection", &self.teller.collection)
            .field("keys", &self.teller.wish.keys)
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}
