//! Ghosts by hash: linear probing, at most three quarters full, without marks for what was taken
//! out.

use super::node::Token;

#[derive(Debug, Default)]
pub(super) struct Lookup {
    /// As many as a power of two, or none.
    places: Vec<Option<Entry>>,
    len: usize,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Again, so that a search looks at no node.
    hash: u32,
    token: Token,
}

impl Lookup {
    pub(super) fn find(&self, hash: u32) -> Option<Token> {
        if self.len == 0 {
            return None;
        }
        let mut at = self.home(hash);
        while let Some(entry) = self.places[at] {
            if entry.hash == hash {
                return Some(entry.token);
            }
            at = self.after(at);
        }
        None
    }

    pub(super) fn insert(&mut self, hash: u32, token: Token) {
        if 4 * (self.len + 1) > 3 * self.places.len() {
            self.grow();
        }
        self.place(Entry { hash, token });
        self.len += 1;
    }

    /// Takes out a ghost that is in.
    pub(super) fn remove(&mut self, hash: u32, token: Token) {
        let mut hole = self.home(hash);
        while self.places[hole].is_some_and(|entry| entry.token != token) {
            hole = self.after(hole);
        }
        self.places[hole] = None;
        self.len -= 1;
        // Whoever was pushed past the hole moves back into it (Knuth, volume 3, algorithm 6.4R).
        let mut at = self.after(hole);
        while let Some(entry) = self.places[at] {
            if self.distance(self.home(entry.hash), at) >= self.distance(hole, at) {
                self.places[hole] = self.places[at].take();
                hole = at;
            }
            at = self.after(at);
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        assert_eq!(self.places.iter().flatten().count(), self.len);
        self.len
    }

    fn grow(&mut self) {
        let len = (2 * self.places.len()).max(16);
        let old = std::mem::replace(&mut self.places, vec![None; len]);
        for entry in old.into_iter().flatten() {
            self.place(entry);
        }
    }

    fn place(&mut self, entry: Entry) {
        let mut at = self.home(entry.hash);
        while self.places[at].is_some() {
            at = self.after(at);
        }
        self.places[at] = Some(entry);
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
