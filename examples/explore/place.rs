//! A place in a text, as people count.

use std::fmt;

/// Line and column of a place in a text, both from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    line: usize,
    column: usize,
}

impl Place {
    /// The place of byte `offset` in `text`, which is well-formed UTF-8 up to there.
    pub(crate) fn of(text: &[u8], offset: usize) -> Self {
        let before = &text[..offset.min(text.len())];
        let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let line = before.split(|&byte| byte == b'\n').count();
        let column = 1 + before[line_start..].iter().filter(|&&byte| starts(byte)).count();
        Self { line, column }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Whether a character starts with this byte: all but the continuation bytes of UTF-8 do.
fn starts(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}
