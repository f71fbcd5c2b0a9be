//! How often the challenger of a duel was right, of late, for each sort of duel.

/// What is known of the two.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sort {
    /// The challenger was read while it waited.
    pub(super) read: bool,
    /// It is a ghost that came back.
    pub(super) returned: bool,
    /// How often it was asked for, in powers of two, beside the incumbent.
    pub(super) ahead: i64,
}

const AHEAD_MAX: i64 = 2;
/// From so far behind to so far ahead.
const STEPS: u8 = 5;
const SORTS: usize = 4 * STEPS as usize;

const ALL: i32 = 1 << 16;

/// One bet in so many is forgotten with each new one.
const MEMORY: i32 = 128;

/// A challenger must come back first in clearly more than half: where it does not matter who stays,
/// nobody moves.
const NEEDED: i32 = ALL / 100 * 55;

#[derive(Debug)]
pub(super) struct Odds {
    /// The part of its bets that the challenger won, of [`ALL`].
    won: [i32; SORTS],
}

impl Odds {
    /// Until bets are settled: who was read while waiting, or has come back, stays unless the other
    /// was asked for more often; who did neither stays only if it was asked for far more often. So
    /// little is made of it that a dozen bets can turn it.
    pub(super) fn new() -> Self {
        let mut won = [ALL / 5 * 2; SORTS];
        for ahead in -AHEAD_MAX..=AHEAD_MAX {
            for (read, returned) in [(true, false), (false, true), (true, true)] {
                if ahead >= 0 {
                    won[usize::from(Sort { read, returned, ahead }.number())] = ALL / 5 * 3;
                }
            }
        }
        let far = Sort { read: false, returned: false, ahead: AHEAD_MAX };
        won[usize::from(far.number())] = ALL / 5 * 3;
        Self { won }
    }

    pub(super) fn favour_challenger(&self, sort: u8) -> bool {
        self.won[usize::from(sort)] > NEEDED
    }

    pub(super) fn settle(&mut self, sort: u8, challenger_was_first: bool) {
        let won = &mut self.won[usize::from(sort)];
        let target = if challenger_was_first { ALL } else { 0 };
        *won += (target - *won) / MEMORY;
    }
}

impl Sort {
    pub(super) fn number(self) -> u8 {
        let step = self.ahead.clamp(-AHEAD_MAX, AHEAD_MAX) + AHEAD_MAX;
        let kind = u8::from(self.read) + 2 * u8::from(self.returned);
        kind * STEPS + u8::try_from(step).expect("clamped")
    }
}
