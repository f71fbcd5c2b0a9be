//! The **course** of a watch: a replay perhaps, then the feed, then an end.

use std::task::{Poll, Waker};
use std::time::Duration;

use crate::error::WatchError;
use crate::feed::{Gap, Next};
use crate::limits::WATCH_PASSED;
use crate::outcome::Revision;
use crate::reclaim::ReadPin;
use crate::trace;
use crate::wait;
use crate::watch::Lag;
use crate::watch::ahead::Ahead;
use crate::watch::subject::{Seat, Subject};

/// How a watch goes about it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Terms {
    pub(crate) buffer: usize,
    pub(crate) replays: bool,
    pub(crate) from: Option<Revision>,
    pub(crate) lag: Lag,
}

pub(crate) struct Course<T: Subject> {
    subject: T,
    terms: Terms,
    /// `None` when it has come to its end.
    seat: Option<Seat>,
    replay: Option<T::Replay>,
    /// Taken out of the feed, and not handed out yet.
    ahead: Ahead<T::Event>,
    end: Option<WatchError>,
    /// The iterator has told of the end.
    is_told: bool,
}

type Item<T> = Result<<T as Subject>::Event, WatchError>;

/// What a look at the feed has found.
enum Found {
    /// Events, or so many revisions passed over that others should have a turn.
    Some,
    Nothing,
    Gap(Gap),
    Closed,
}

impl<T: Subject> Course<T> {
    pub(crate) fn begin(subject: T, terms: Terms) -> Self {
        let mut seat = subject.seat(terms.buffer);
        let replay = terms.replays.then(|| subject.replay(None));
        if let (Some(revision), false) = (terms.from, terms.replays) {
            seat.follower.go_to(revision.get());
        }
        let (seat, ahead) = (Some(seat), Ahead::new());
        Self { subject, terms, seat, replay, ahead, end: None, is_told: false }
    }

    pub(crate) fn subject(&self) -> &T {
        &self.subject
    }

    pub(crate) fn end(&self) -> Option<WatchError> {
        self.end
    }

    /// Goes on after the revision of a view, which is opened when nothing later can be missed any
    /// more; or, if that is 0, with the end: nothing else is left to tell.
    pub(crate) fn begin_anew<V>(&mut self, open: impl FnOnce(&T) -> (V, u64)) -> V {
        self.ahead.clear();
        (self.replay, self.end, self.is_told) = (None, None, false);
        let seat = self.seat.get_or_insert_with(|| self.subject.seat(self.terms.buffer));
        let (view, revision) = open(&self.subject);
        match revision {
            0 => seat.follower.go_to_now(),
            revision => seat.follower.go_to(revision + 1),
        }
        view
    }

    pub(crate) fn recv(&mut self) -> Item<T> {
        wait::block(None, |waker| self.poll(Some(waker))).expect("without a time limit")
    }

    #[inline]
    pub(crate) fn try_recv(&mut self) -> Result<Option<T::Event>, WatchError> {
        match self.taken() {
            None => self.poll_now(),
            event => Ok(event),
        }
    }

    #[inline(never)]
    fn poll_now(&mut self) -> Result<Option<T::Event>, WatchError> {
        at_once(self.poll(None))
    }

    /// The same, for somebody who will be called again when there is something: until then it
    /// sleeps, and so does not fall behind.
    pub(crate) fn recv_when_called(&mut self) -> Result<Option<T::Event>, WatchError> {
        at_once(self.poll(Some(Waker::noop())))
    }

    pub(crate) fn recv_timeout(
        &mut self,
        timeout: Duration,
    ) -> Result<Option<T::Event>, WatchError> {
        wait::block(Some(timeout), |waker| self.poll(Some(waker))).transpose()
    }

    /// As an iterator: the end is told once.
    pub(crate) fn next(&mut self) -> Option<Item<T>> {
        if self.is_told {
            return None;
        }
        let item = self.recv();
        Some(self.noting_the_end(item))
    }

    /// As a stream: likewise.
    #[cfg(feature = "async")]
    pub(crate) fn poll_next(&mut self, waker: &Waker) -> Poll<Option<Item<T>>> {
        if self.is_told {
            return Poll::Ready(None);
        }
        let item = std::task::ready!(self.poll(Some(waker)));
        Poll::Ready(Some(self.noting_the_end(item)))
    }

    fn noting_the_end(&mut self, item: Item<T>) -> Item<T> {
        self.is_told = item.is_err() && self.end.is_some();
        item
    }

    /// The next event of those that were taken out of the feed already.
    #[inline]
    fn taken(&mut self) -> Option<T::Event> {
        self.ahead.take(|event| self.subject.passes(event))
    }

    fn poll(&mut self, waker: Option<&Waker>) -> Poll<Item<T>> {
        loop {
            if let Some(event) = self.taken() {
                return Poll::Ready(Ok(event));
            }
            if let Some(end) = self.end {
                return Poll::Ready(Err(end));
            }
            if self.read_replay() {
                continue;
            }
            match self.read(waker) {
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
        if self.subject.read_on(replay, &mut self.ahead) {
            return true;
        }
        let revision = self.subject.revision_of(replay);
        if revision == 0 {
            self.replay = None;
        } else if seat.follower.reaches(revision) {
            seat.follower.go_to(revision + 1);
            self.replay = None;
        } else {
            let before = self.replay.take();
            self.replay = Some(self.subject.replay(before));
        }
        true
    }

    /// Takes events out of the feed. Asks to be woken if there is nothing.
    fn read(&mut self, waker: Option<&Waker>) -> Found {
        let Self { subject, seat: Some(seat), ahead, .. } = self else { return Found::Closed };
        seat.follower.wake();
        if let Some(gap) = seat.follower.lag() {
            return Found::Gap(gap);
        }
        let found = look(subject, seat, ahead);
        match (&found, waker) {
            (Found::Nothing, Some(waker)) => {
                seat.follower.doze(waker);
                let found = look(subject, seat, ahead);
                if !matches!(found, Found::Nothing) {
                    seat.follower.stay_awake();
                }
                found
            }
            _ => found,
        }
    }

    fn lagged(&mut self, gap: Gap) -> WatchError {
        let resume_at = Revision::of(gap.resume_at);
        let error = WatchError::Lagged { missed: gap.missed, resume_at };
        trace::lagged(self.subject.watched(), error);
        match (self.terms.lag, &mut self.seat) {
            (Lag::Skip, Some(seat)) => seat.follower.go_to(gap.resume_at),
            _ => self.ends(error),
        }
        error
    }

    fn ends(&mut self, end: WatchError) {
        self.end = Some(end);
        self.seat = None;
    }
}

fn at_once<E>(polled: Poll<Result<E, WatchError>>) -> Result<Option<E>, WatchError> {
    match polled {
        Poll::Ready(item) => item.map(Some),
        Poll::Pending => Ok(None),
    }
}

fn look<T: Subject>(subject: &T, seat: &mut Seat, into: &mut Ahead<T::Event>) -> Found {
    let pin = ReadPin::new();
    for _ in 0..WATCH_PASSED {
        let next = seat.follower.next(&pin);
        // I5: looked at after the revision.
        let closed = subject.closed_at();
        match next {
            // What was found before comes first; the gap is found again.
            Next::Lagged(_) if !into.is_empty() => return Found::Some,
            Next::Lagged(gap) => return Found::Gap(gap),
            Next::Nothing => match closed {
                Some(closed) if seat.follower.position() <= closed => {}
                Some(_) => return Found::Closed,
                None => return if into.is_empty() { Found::Nothing } else { Found::Some },
            },
            Next::Committed(revision, entry) => {
                if closed.is_some_and(|closed| closed < revision) {
                    return Found::Closed;
                }
                subject.read(revision, entry, into);
                if into.is_full() {
                    break;
                }
            }
        }
    }
    Found::Some
}
