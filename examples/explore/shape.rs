//! Which of the shapes a text has, and the documents in it.
//!
//! * It begins with `[`: an **array** of objects.
//! * It begins with an object whose `type` is `FeatureCollection`: its **features**, wherever the
//!   lines break.
//! * It begins with any other object, which ends on the line where it starts: one **object a
//!   line**. Blank lines are skipped.
//! * It begins with any other object, over several lines: **one** document.
//!
//! Nothing but blanks may follow. A byte order mark is not part of the text.

use folio::Document;

use crate::mistake::Mistake;
use crate::piece::Piece;
use crate::scanner::{Scanner, is_blank};

/// Takes a document and the byte where it starts.
pub(crate) type Sink<'s> = dyn FnMut(usize, Document) -> Result<(), Mistake> + 's;

/// Hands every document of `text` to `sink`, in order, up to the first mistake.
pub(crate) fn each_document(text: &str, sink: &mut Sink<'_>) -> Result<(), Mistake> {
    let mut scanner = Scanner::new(text, 0);
    match scanner.peek() {
        Some(b'[') => {
            list(&mut scanner, sink)?;
            scanner.expect_end()
        }
        Some(b'{') => {
            let first = scanner.value();
            let members = Members::of(text, first);
            if members.is_feature_collection() {
                members.features(text, sink)?;
                scanner.expect_end()
            } else if first.is_one_line() {
                lines(text, sink)
            } else {
                sink(first.start(), one(text, first)?)?;
                scanner.expect_end()
            }
        }
        Some(_) => Err(scanner.value().expected("an array or an object")),
        None => Err(Mistake::new(text.len(), "no documents: the input is empty")),
    }
}

/// The objects of an array.
fn list(scanner: &mut Scanner<'_>, sink: &mut Sink<'_>) -> Result<(), Mistake> {
    scanner.eat(b'[');
    if scanner.eat(b']') {
        return Ok(());
    }

    loop {
        if matches!(scanner.peek(), None | Some(b',' | b':' | b']' | b'}')) {
            return Err(scanner.expected("an object"));
        }
        let piece = scanner.value();
        sink(piece.start(), piece.document()?)?;

        if scanner.eat(b']') {
            return Ok(());
        }
        if !scanner.eat(b',') {
            return Err(scanner.expected("`,` or `]`"));
        }
    }
}

/// An object a line.
fn lines(text: &str, sink: &mut Sink<'_>) -> Result<(), Mistake> {
    for piece in line_pieces(text) {
        sink(piece.start(), piece.document()?)?;
    }
    Ok(())
}

/// What stands on each line that is not blank.
fn line_pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut end = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let start = end;
        end += line.len();
        let skipped = line.bytes().position(|byte| !is_blank(byte))?;
        let blank = |character| u8::try_from(character).is_ok_and(is_blank);
        Some(Piece::new(line[skipped..].trim_end_matches(blank), start + skipped))
    })
}

/// The one object of a text, over several lines.
///
/// If it is no object, it may be that somebody cut off the first of many lines. Where the second
/// line is an object of its own, that is the better explanation.
fn one(text: &str, first: Piece<'_>) -> Result<Document, Mistake> {
    first.document().map_err(|mistake| {
        let mut pieces = line_pieces(text);
        match (pieces.next(), pieces.next()) {
            (Some(cut_off), Some(second)) if second.document().is_ok() => {
                cut_off.document().err().unwrap_or(mistake)
            }
            _ => mistake,
        }
    })
}

/// The members of an object that might be a `FeatureCollection`, as far as they are well-formed.
#[derive(Debug, Default)]
struct Members<'t> {
    kind: Option<String>,
    features: Option<Piece<'t>>,
    start: usize,
    mistake: Option<Mistake>,
}

impl<'t> Members<'t> {
    fn of(text: &'t str, object: Piece<'_>) -> Self {
        let mut members = Self { start: object.start(), ..Self::default() };
        let mut scanner = Scanner::new(&text[..object.end()], object.start());
        members.mistake = members.walk(&mut scanner).err();
        members
    }

    fn is_feature_collection(&self) -> bool {
        self.kind.as_deref() == Some("FeatureCollection")
    }

    /// The features first and then what is wrong behind them, so that the first mistake is told.
    fn features(self, text: &str, sink: &mut Sink<'_>) -> Result<(), Mistake> {
        if let Some(features) = self.features {
            if !features.begins_with('[') {
                return Err(features.expected("an array"));
            }
            list(&mut Scanner::new(text, features.start()), sink)?;
        }

        match (self.mistake, self.features) {
            (Some(mistake), _) => Err(mistake),
            (None, Some(_)) => Ok(()),
            (None, None) => Err(Mistake::new(self.start, "a FeatureCollection without `features`")),
        }
    }

    fn walk(&mut self, scanner: &mut Scanner<'t>) -> Result<(), Mistake> {
        scanner.eat(b'{');
        if scanner.eat(b'}') {
            return Ok(());
        }

        loop {
            let name = scanner.value();
            let member = name.string()?;
            if !scanner.eat(b':') {
                return Err(scanner.expected("`:`"));
            }
            self.note(name, &member, scanner.value())?;

            if scanner.eat(b'}') {
                return Ok(());
            }
            if !scanner.eat(b',') {
                return Err(scanner.expected("`,` or `}`"));
            }
        }
    }

    fn note(&mut self, name: Piece<'_>, member: &str, value: Piece<'t>) -> Result<(), Mistake> {
        match member {
            "features" if self.features.is_some() => {
                Err(Mistake::new(name.start(), "a second `features`"))
            }
            "features" => {
                self.features = Some(value);
                Ok(())
            }
            "type" => {
                value.check()?;
                self.kind = value.string().ok();
                Ok(())
            }
            _ => value.check(),
        }
    }
}
