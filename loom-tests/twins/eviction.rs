//! The twin of `eviction`: who came first goes first. What it decides stands behind a lock anyway.

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token(u32);

impl Token {
    pub(crate) fn from_bits(bits: u32) -> Option<Self> {
        (bits != 0).then_some(Self(bits))
    }

    pub(crate) fn to_bits(self) -> u32 {
        self.0
    }
}

pub(crate) struct Policy<I> {
    residents: Vec<(Token, I)>,
    spared: Vec<Token>,
    last: u32,
}

impl<I: Copy> Policy<I> {
    pub(crate) fn new(_capacity: u64) -> Self {
        Self { residents: Vec::new(), spared: Vec::new(), last: 0 }
    }

    pub(crate) fn admit(
        &mut self,
        _hash: u64,
        item: I,
        _weight: u32,
        _read: &mut impl FnMut(I) -> bool,
    ) -> Token {
        self.spared.clear();
        self.last += 1;
        self.residents.push((Token(self.last), item));
        Token(self.last)
    }

    pub(crate) fn remove(&mut self, token: Token) {
        let before = self.residents.len();
        self.residents.retain(|(other, _)| *other != token);
        assert_eq!(before, self.residents.len() + 1, "I13: it was known");
    }

    pub(crate) fn len(&self) -> usize {
        self.residents.len()
    }

    #[expect(clippy::unused_self, reason = "the original has ghosts")]
    pub(crate) fn remembered(&self) -> usize {
        0
    }

    #[expect(clippy::unused_self, reason = "the original notes it")]
    pub(crate) fn reweigh(&mut self, _token: Token, _weight: u32) {}

    pub(crate) fn victim(&mut self, _read: &mut impl FnMut(I) -> bool) -> Option<(Token, I)> {
        let found = self.residents.iter().find(|(token, _)| !self.spared.contains(token)).copied();
        if found.is_none() {
            self.spared.clear();
        }
        found
    }

    pub(crate) fn evict(&mut self, token: Token, _read: &mut impl FnMut(I) -> bool) {
        self.remove(token);
    }

    pub(crate) fn spare(&mut self, token: Token) {
        self.spared.push(token);
    }
}
