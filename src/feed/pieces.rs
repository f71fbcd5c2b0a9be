//! A list in **pieces**: whoever makes a changed copy of it shares all but one or two.

use crate::limits::BOARD_PIECE;
use crate::sync::Arc;

/// No two neighbours would fit into one piece, so there are at most two for each `BOARD_PIECE`
/// elements, and one.
#[derive(Clone)]
pub(super) struct Pieces<T>(Vec<Arc<Vec<T>>>);

impl<T> Default for Pieces<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Pieces<T> {
    #[inline]
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().flat_map(|piece| piece.iter())
    }
}

impl<T: Clone> Pieces<T> {
    pub(super) fn push(&mut self, new: T) {
        match self.0.last_mut().filter(|last| last.len() < BOARD_PIECE) {
            Some(last) => Arc::make_mut(last).push(new),
            None => self.0.push(Arc::new(vec![new])),
        }
    }

    pub(super) fn retain(&mut self, stays: impl Fn(&T) -> bool) {
        for at in (0..self.0.len()).rev() {
            if !self.0[at].iter().all(&stays) {
                Arc::make_mut(&mut self.0[at]).retain(&stays);
                self.join(at);
                self.join(at.saturating_sub(1));
            }
        }
    }

    /// Makes one piece of this and the next, if they fit.
    fn join(&mut self, at: usize) {
        let [this, next, ..] = &mut self.0[at..] else { return };
        if this.len() + next.len() <= BOARD_PIECE {
            Arc::make_mut(this).extend_from_slice(next);
            self.0.remove(at + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: a list in pieces is a list, and does not fall apart. Method: comings and goings at
    /// random beside a plain list; whenever most have gone, few pieces are left.
    #[test]
    fn pieces_are_a_list_however_they_come_and_go() {
        let (mut pieces, mut plain, mut state) = (Pieces::default(), Vec::new(), 1_u64);
        for round in 0..20_000_u64 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let parting = if (round / 5_000) % 2 == 0 { 1 } else { 3 };
            if (state >> 33) % 4 < parting && !plain.is_empty() {
                let gone = plain[(state >> 35) as usize % plain.len()];
                plain.retain(|n| *n != gone);
                pieces.retain(|n| *n != gone);
            } else {
                plain.push(round);
                pieces.push(round);
            }
            assert!(pieces.0.len() <= 2 * plain.len() / BOARD_PIECE + 1, "{round}");
        }
        assert!(pieces.iter().eq(&plain));
    }

    /// Goal: a copy that is changed shares the rest. Method: one that comes, and one that goes, in
    /// a list of ten pieces.
    #[test]
    fn changed_copy_shares_the_rest() {
        let mut list = Pieces::default();
        (0..10 * BOARD_PIECE).for_each(|n| list.push(n));
        let shared = |copy: &Pieces<usize>| {
            let same = |piece| list.0.iter().any(|known| Arc::ptr_eq(known, piece));
            copy.0.iter().filter(|piece| same(piece)).count()
        };
        let (mut more, mut less) = (list.clone(), list.clone());
        more.push(0);
        less.retain(|n| *n != 3);
        assert_eq!((shared(&more), more.0.len()), (10, 11));
        assert_eq!((shared(&less), less.0.len()), (9, 10));
    }
}
