//! The **course** of a watch: a replay perhaps, then the feed, then an end.

use std::task::{Poll, Waker};
use std::time::Duration;

use crate::error::WatchError;
use crate::feed::{Gap, Next};
#[cfg(feature = "async")]
use crate::limits::POLLED_AT_ONCE;
use crate::limits::{LINGER_TIMEOUT_MIN, WATCH_PASSED};
use crate::outcome::Revision;
use crate::reclaim::ReadPin;
use crate::trace;
use crate::wait::{self, Lingering, Until};
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
    lingering: Lingering,
    end: Option<WatchError>,
    /// The iterator has told of the end.
    is_told: bool,
}

type Item<T> = Result<<T as Subject>::Event, WatchError>;

/// What becomes of a watch that has found nothing.
#[derive(Clone, Copy)]
enum Patience<'w> {
    /// It is asked again or not: it falls behind like any other.
    Goes,
    /// It looks again within microseconds.
    Lingers,
    /// It is woken.
    Sleeps(&'w Waker),
}

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
        Self {
            subject,
            terms,
            seat: Some(seat),
            replay,
            ahead: Ahead::new(),
            lingering: Lingering::new(),
            end: None,
            is_told: false,
        }
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

    #[inline]
    pub(crate) fn recv(&mut self) -> Item<T> {
        match self.taken() {
            Some(event) => Ok(event),
            None => self.wait(None).expect("without a time limit"),
        }
    }

    #[inline(never)]
    fn wait(&mut self, timeout: Option<Duration>) -> Option<Item<T>> {
        let is_long =
            timeout.is_none_or(|timeout| timeout >= Duration::from_micros(LINGER_TIMEOUT_MIN));
        let until = Until::after(timeout);
        let is_over = || until.has_passed();
        let lingered = if is_long { self.linger(is_over) } else { Poll::Pending };
        match lingered {
            Poll::Ready(item) => Some(item),
            Poll::Pending => {
                wait::block(until, |waker| self.poll_until(is_over, Patience::Sleeps(waker)))
            }
        }
    }

    /// Looks whether there is something, and once more within some microseconds.
    fn linger(&mut self, is_over: impl Fn() -> bool + Copy) -> Poll<Item<T>> {
        let polled = self.poll_until(is_over, Patience::Lingers);
        if polled.is_ready() {
            return polled;
        }
        let (mut lingering, before) = (self.lingering, self.position());
        let polled = lingering.ask(|| {
            if is_over() {
                return Poll::Pending;
            }
            self.poll_until(is_over, Patience::Lingers)
        });
        if polled.is_ready() {
            lingering.came(self.position().saturating_sub(before));
        }
        self.lingering = lingering;
        polled
    }

    fn position(&self) -> u64 {
        self.seat.as_ref().map_or(0, |seat| seat.follower.position())
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
        at_once(self.poll_until(|| true, Patience::Goes))
    }

    /// The same, for somebody who will be called again when there is something: until then it
    /// sleeps, and so does not fall behind.
    pub(crate) fn recv_when_called(&mut self) -> Result<Option<T::Event>, WatchError> {
        at_once(self.poll_while(Patience::Sleeps(Waker::noop()), |_| true))
    }

    pub(crate) fn recv_timeout(
        &mut self,
        timeout: Duration,
    ) -> Result<Option<T::Event>, WatchError> {
        self.wait(Some(timeout)).transpose()
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
        let mut rounds = 0..POLLED_AT_ONCE;
        let polled = self.poll_while(Patience::Sleeps(waker), |_| rounds.next().is_some());
        if polled.is_pending() && rounds.is_empty() {
            // There may be more; others of the executor have their turn first.
            waker.wake_by_ref();
        }
        let item = std::task::ready!(polled);
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

    /// Looks for an event that passes: at all that has happened by now, once at what comes after
    /// it, and on until it `is_over`.
    fn poll_until(&mut self, is_over: impl Fn() -> bool, patience: Patience<'_>) -> Poll<Item<T>> {
        let (now, mut after) = (self.now(), 0..1);
        self.poll_while(patience, |course| {
            course.is_behind(now) || after.next().is_some() || !is_over()
        })
    }

    fn now(&self) -> u64 {
        self.seat.as_ref().map_or(0, |seat| seat.follower.now())
    }

    /// Whether there may be something left from before `now`.
    fn is_behind(&self, now: u64) -> bool {
        match &self.replay {
            Some(replay) => self.subject.revision_of(replay) <= now,
            None => self.position() <= now,
        }
    }

    /// Looks for an event that passes, or an end; asks before each look whether to `go_on`.
    fn poll_while(
        &mut self,
        patience: Patience<'_>,
        mut go_on: impl FnMut(&Self) -> bool,
    ) -> Poll<Item<T>> {
        loop {
            if let Some(event) = self.taken() {
                return Poll::Ready(Ok(event));
            }
            if let Some(end) = self.end {
                return Poll::Ready(Err(end));
            }
            if !go_on(self) {
                return Poll::Pending;
            }
            if self.read_replay() {
                continue;
            }
            match self.read(patience) {
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
            // If there is no later view any more, the feed goes on where this one ends.
            seat.follower.go_to(revision + 1);
            let before = self.replay.take();
            self.replay = Some(self.subject.replay(before));
        }
        true
    }

    /// Takes events out of the feed.
    fn read(&mut self, patience: Patience<'_>) -> Found {
        let Self { subject, seat: Some(seat), ahead, .. } = self else { return Found::Closed };
        seat.follower.come_back();
        if let Some(gap) = seat.follower.lag() {
            return Found::Gap(gap);
        }
        match (look(subject, seat, ahead), patience) {
            (Found::Nothing, Patience::Lingers) => {
                seat.follower.linger();
                Found::Nothing
            }
            (Found::Nothing, Patience::Sleeps(waker)) => {
                seat.follower.doze(waker);
                let found = look(subject, seat, ahead);
                if !matches!(found, Found::Nothing) {
                    seat.follower.stay_awake();
                }
                found
            }
            (found, _) => found,
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
        if end == WatchError::Closed {
            self.subject.ended();
        }
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
