//! Ghosts by hash: linear probing, at most half full, without marks for what was taken out.

use super::node::Token;
use super::nodes::Nodes;

#[derive(Debug, Default)]
pub(super) struct Lookup {
    /// As many as a power of two, or none.
    places: Vec<Option<Token>>,
    len: usize,
}

impl Lookup {
    pub(super) fn find<I>(&self, nodes: &Nodes<I>, hash: u32) -> Option<Token> {
        if self.len == 0 {
            return None;
        }
        let mut at = self.home(hash);
        while let Some(token) = self.places[at] {
            if nodes[token].hash == hash {
                return Some(token);
            }
            at = self.after(at);
        }
        None
    }

    pub(super) fn insert<I>(&mut self, nodes: &Nodes<I>, token: Token) {
        if self.places.len() < 2 * (self.len + 1) {
            self.grow(nodes);
        }
        let mut at = self.home(nodes[token].hash);
        while self.places[at].is_some() {
            at = self.after(at);
        }
        self.places[at] = Some(token);
        self.len += 1;
    }

    /// Takes out a ghost that is in.
    pub(super) fn remove<I>(&mut self, nodes: &Nodes<I>, token: Token) {
        let mut hole = self.home(nodes[token].hash);
        while self.places[hole] != Some(token) {
            hole = self.after(hole);
        }
        self.len -= 1;
        // Whoever was pushed past the hole moves back into it (Knuth, volume 3, algorithm 6.4R).
        let mut at = hole;
        loop {
            self.places[hole] = None;
            loop {
                at = self.after(at);
                let Some(next) = self.places[at] else { return };
                let ideal = self.home(nodes[next].hash);
                if self.distance(ideal, at) >= self.distance(hole, at) {
                    break;
                }
            }
            self.places[hole] = self.places[at];
            hole = at;
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        assert_eq!(self.places.iter().flatten().count(), self.len);
        self.len
    }

    fn grow<I>(&mut self, nodes: &Nodes<I>) {
        let len = (2 * self.places.len()).max(16);
        let old = std::mem::replace(&mut self.places, vec![None; len]);
        self.len = 0;
        for token in old.into_iter().flatten() {
            self.insert(nodes, token);
        }
    }

    /// Spread, in case the hash is weak in its low bits.
    fn home(&self, hash: u32) -> usize {
        let spread = u64::from(hash).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        spread as usize & (self.places.len() - 1)
    }

    fn after(&self, at: usize) -> usize {
        (at + 1) & (self.places.len() - 1)
    }

    fn distance(&self, from: usize, to: usize) -> usize {
        to.wrapping_sub(from) & (self.places.len() - 1)
    }
}
