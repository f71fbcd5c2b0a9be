//! The text to load, and what to call it in a message.

use std::borrow::Cow;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

use crate::failure::Failure;
use crate::place::Place;

/// A text in UTF-8 and its name.
#[derive(Debug)]
pub(crate) struct Input {
    name: String,
    text: Cow<'static, str>,
}

impl Input {
    /// Reads a file, or standard input if its name is `-`, or else takes the bundled text.
    pub(crate) fn read(file: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = file else {
            return Ok(Self { name: BUNDLED_NAME.to_owned(), text: Cow::Borrowed(BUNDLED) });
        };

        let name = path.display().to_string();
        match read_bytes(path) {
            Ok(bytes) => Self::decode(name, bytes),
            Err(source) => Err(Failure::Unreadable { name, source }),
        }
    }

    fn decode(name: String, bytes: Vec<u8>) -> Result<Self, Failure> {
        String::from_utf8(bytes)
            .map(|text| Self { name: name.clone(), text: Cow::Owned(text) })
            .map_err(|error| {
                let offset = error.utf8_error().valid_up_to();
                let bytes = error.as_bytes();
                let start = bytes.len() - without_mark(bytes, MARK.as_bytes()).len();
                Failure::Malformed {
                    name,
                    place: Place::of(&bytes[start..], offset.saturating_sub(start)),
                    what: format!("byte 0x{:02x} is not UTF-8 here", bytes[offset]),
                }
            })
    }

    /// The text, without the byte order mark that some editors put in front.
    pub(crate) fn text(&self) -> &str {
        self.text.strip_prefix(MARK).unwrap_or(&self.text)
    }

    /// Says what is wrong at byte `offset` of the text.
    pub(crate) fn malformed(&self, offset: usize, what: String) -> Failure {
        let place = Place::of(self.text().as_bytes(), offset);
        Failure::Malformed { name: self.name.clone(), place, what }
    }
}

fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        Ok(bytes)
    } else {
        fs::read(path)
    }
}

fn without_mark<'b>(bytes: &'b [u8], mark: &[u8]) -> &'b [u8] {
    bytes.strip_prefix(mark).unwrap_or(bytes)
}

const MARK: &str = "\u{feff}";
const BUNDLED: &str = include_str!("../data/earthquakes.json");
const BUNDLED_NAME: &str = "earthquakes.json";
