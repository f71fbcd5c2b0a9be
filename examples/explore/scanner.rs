//! Cuts a JSON text into values without judging them.
//!
//! Only brackets and strings are looked at, so a value costs a glance at each byte, and however
//! deep it nests, no stack. What is wrong inside a value is found by whoever parses it: a wrong
//! bracket, say, still ends the value somewhere behind the mistake.

use crate::mistake::Mistake;
use crate::piece::Piece;

/// Walks over a text from value to value.
#[derive(Debug)]
pub(crate) struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Scanner<'t> {
    /// Starts at byte `at` of `text`.
    pub(crate) fn new(text: &'t str, at: usize) -> Self {
        Self { text, at }
    }

    /// The next byte that is not blank, which becomes the place of the scanner.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        let rest = &self.text.as_bytes()[self.at..];
        let blank = rest.iter().position(|&byte| !is_blank(byte)).unwrap_or(rest.len());
        self.at += blank;
        rest.get(blank).copied()
    }

    /// Steps over `wanted` if that is the next byte which is not blank.
    pub(crate) fn eat(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    /// Steps over one value. The piece is empty where none begins.
    pub(crate) fn value(&mut self) -> Piece<'t> {
        let first = self.peek();
        let start = self.at;
        let rest = &self.text.as_bytes()[start..];
        let length = match first {
            Some(b'{' | b'[') => Brackets::new(rest)
                .find(|bracket| bracket.depth == 0)
                .map_or(rest.len(), |bracket| bracket.offset + 1),
            Some(b'"') => string_length(rest),
            _ => rest.iter().position(|&byte| ends_word(byte)).unwrap_or(rest.len()),
        };

        self.at += length;
        Piece::new(&self.text[start..self.at], start)
    }

    /// Complains about what comes next.
    pub(crate) fn expected(&mut self, wanted: &str) -> Mistake {
        self.peek();
        let found = match self.text[self.at..].chars().next() {
            Some(character) => format!("`{}`", character.escape_debug()),
            None => "the end of the input".to_owned(),
        };
        Mistake::new(self.at, format!("expected {wanted}, found {found}"))
    }

    /// Complains if anything is left.
    pub(crate) fn expect_end(&mut self) -> Result<(), Mistake> {
        if self.peek().is_none() { Ok(()) } else { Err(self.expected("the end of the input")) }
    }
}

/// A bracket, and how many are open behind it.
#[derive(Debug)]
pub(crate) struct Bracket {
    pub(crate) offset: usize,
    pub(crate) depth: usize,
}

/// The brackets of a text, those inside strings left out.
#[derive(Debug)]
pub(crate) struct Brackets<'t> {
    bytes: &'t [u8],
    at: usize,
    depth: usize,
}

impl<'t> Brackets<'t> {
    pub(crate) fn new(bytes: &'t [u8]) -> Self {
        Self { bytes, at: 0, depth: 0 }
    }
}

impl Iterator for Brackets<'_> {
    type Item = Bracket;

    fn next(&mut self) -> Option<Bracket> {
        while let Some(&byte) = self.bytes.get(self.at) {
            let offset = self.at;
            self.at += match byte {
                b'"' => string_length(&self.bytes[offset..]),
                _ => 1,
            };
            self.depth = match byte {
                b'{' | b'[' => self.depth + 1,
                b'}' | b']' => self.depth.saturating_sub(1),
                _ => continue,
            };
            return Some(Bracket { offset, depth: self.depth });
        }
        None
    }
}

/// How long the string is that `bytes` begins with, quotes included; all of it if it never ends.
fn string_length(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(&byte) = bytes.get(at) {
        at += match byte {
            b'"' => return at + 1,
            b'\\' => 2,
            _ => 1,
        };
    }
    bytes.len()
}

pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn ends_word(byte: u8) -> bool {
    is_blank(byte) || matches!(byte, b',' | b':' | b'[' | b']' | b'{' | b'}' | b'"')
}
