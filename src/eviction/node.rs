//! A document as the queues know it, and what remains of it.

use std::num::NonZeroU32;

/// Where a resident is found; valid until it is removed or evicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Token(NonZeroU32);

impl Token {
    /// # Panics
    ///
    /// With more than four thousand million nodes.
    pub(super) fn at(index: usize) -> Self {
        let place = u32::try_from(index + 1).ok().and_then(NonZeroU32::new);
        Self(place.expect("fewer nodes than that"))
    }

    /// 0 is none.
    pub(crate) fn from_bits(bits: u32) -> Option<Self> {
        NonZeroU32::new(bits).map(Self)
    }

    pub(crate) fn to_bits(self) -> u32 {
        self.0.get()
    }

    pub(super) fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// Counts evictions; goes round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Time(u32);

impl Time {
    pub(super) fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }

    /// No two times that are compared are 2^31 evictions apart: the hand comes by before that.
    pub(super) fn is_after(self, other: Self) -> bool {
        self != other && self.0.wrapping_sub(other.0) < 1 << 31
    }
}

#[derive(Debug)]
pub(super) struct Node<I> {
    pub(super) state: State<I>,
    pub(super) hash: u32,
    /// Neighbours in the queue that the state names, or the next free node.
    pub(super) prev: Option<Token>,
    pub(super) next: Option<Token>,
    /// When it was last known to be asked for.
    pub(super) asked: Time,
    /// How often it was known to be asked for, at least once, up to [`Self::COUNT_MAX`].
    count: u8,
    /// Of a resident: seen to be read, and not passed for it yet.
    pub(super) hot: bool,
    /// Of a resident: its ghost was still there when it was let in.
    pub(super) returned: bool,
    /// Of a ghost with a bet: which kind of duel that was.
    pub(super) sort: u8,
    /// Of a ghost with a bet: this was the incumbent.
    pub(super) challenger_won: bool,
}

#[derive(Debug)]
pub(super) enum State<I> {
    Free,
    Resident(Resident<I>),
    Ghost { left: Time, bet: Option<Bet> },
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Resident<I> {
    pub(super) item: I,
    pub(super) weight: u32,
    pub(super) place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Small,
    Main,
    /// Offered and spared; back to the main queue soon.
    Aside,
}

/// That the winner of a duel is asked for before the loser, whose ghost holds this.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bet {
    pub(super) winner: Token,
    /// Tells whether the winner's node is another document's by now.
    pub(super) hash: u32,
}

impl<I> Node<I> {
    const COUNT_MAX: u8 = 15;

    /// Asked for just now, and free as yet.
    pub(super) fn new(hash: u32, now: Time) -> Self {
        Self {
            state: State::Free,
            hash,
            prev: None,
            next: None,
            asked: now,
            count: 1,
            hot: false,
            returned: false,
            sort: 0,
            challenger_won: false,
        }
    }

    pub(super) fn asked_for(&mut self, when: Time) {
        self.asked = when;
        self.count = (self.count + 1).min(Self::COUNT_MAX);
    }

    /// How much more often this was asked for than the other, in powers of two.
    pub(super) fn ahead_of(&self, other: &Self) -> i64 {
        i64::from(self.count.ilog2()) - i64::from(other.count.ilog2())
    }
}
