//! One value of a text that is still to be parsed.

use folio::{Document, DocumentError};
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::mistake::Mistake;
use crate::scanner::Brackets;

/// The part of a text that holds one value, and the byte where it starts there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece<'t> {
    text: &'t str,
    start: usize,
}

impl<'t> Piece<'t> {
    pub(crate) fn new(text: &'t str, start: usize) -> Self {
        Self { text, start }
    }

    pub(crate) fn start(self) -> usize {
        self.start
    }

    pub(crate) fn end(self) -> usize {
        self.start + self.text.len()
    }

    pub(crate) fn is_one_line(self) -> bool {
        !self.text.contains('\n')
    }

    pub(crate) fn begins_with(self, bracket: char) -> bool {
        self.text.starts_with(bracket)
    }

    /// Parses the piece, which must be an object.
    pub(crate) fn document(self) -> Result<Document, Mistake> {
        if !self.begins_with('{') {
            return Err(self.expected("an object"));
        }

        self.text.parse().map_err(|error| match error {
            DocumentError::Syntax { line, column, message } => {
                Mistake::new(self.offset(line, column), message)
            }
            DocumentError::TooDeep { depth_max } => {
                // The scalar at the bottom counts as a level, so this many brackets are too many.
                let what = format!("nested deeper than {depth_max} levels");
                let bracket = Brackets::new(self.text.as_bytes()).find(|b| b.depth >= depth_max);
                Mistake::new(self.start + bracket.map_or(0, |b| b.offset), what)
            }
            other => Mistake::new(self.start, other.to_string()),
        })
    }

    /// Parses the piece as a string.
    pub(crate) fn string(self) -> Result<String, Mistake> {
        if self.begins_with('"') { self.parse() } else { Err(self.expected("a string")) }
    }

    /// Parses the piece only to see that it is JSON.
    pub(crate) fn check(self) -> Result<(), Mistake> {
        if self.text.is_empty() {
            return Err(self.expected("a value"));
        }
        self.parse::<IgnoredAny>().map(|_| ())
    }

    /// Complains that the piece is not what it should be.
    pub(crate) fn expected(self, wanted: &str) -> Mistake {
        let found = match self.text.as_bytes().first() {
            None => "nothing".to_owned(),
            Some(b'{') => "an object".to_owned(),
            Some(b'[') => "an array".to_owned(),
            Some(b'"') => "a string".to_owned(),
            Some(b'-' | b'0'..=b'9') => "a number".to_owned(),
            Some(_) => {
                let shown: String = self.text.chars().take(SHOWN_MAX).collect();
                format!("`{}`", shown.escape_debug())
            }
        };
        Mistake::new(self.start, format!("expected {wanted}, found {found}"))
    }

    fn parse<T: DeserializeOwned>(self) -> Result<T, Mistake> {
        serde_json::from_str(self.text).map_err(|error| {
            let text = error.to_string();
            let what = text.split(" at line ").next().unwrap_or(&text);
            Mistake::new(self.offset(error.line(), error.column()), what)
        })
    }

    /// The byte of the whole text that is at a line and column (in bytes) of this piece.
    ///
    /// Column 0 is the line break before the line.
    fn offset(self, line: usize, column: usize) -> usize {
        let line_start: usize =
            self.text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
        let within = (line_start + column).saturating_sub(1).min(self.text.len());
        self.start + within
    }
}

const SHOWN_MAX: usize = 20;
