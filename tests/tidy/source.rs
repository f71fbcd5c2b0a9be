//! A source file taken apart line by line: what is code, what is comment, what is text.
//!
//! The rules ask simple questions ("does this line of code say `unsafe`?"), and a word in a string
//! or in a comment must not answer them. So this small lexer knows strings, raw strings,
//! characters, lifetimes and nested comments, and nothing else of the language.

use std::fmt;

/// One file, taken apart.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) lines: Vec<Line>,
}

/// One line: `raw` is `code`, `comment` and the text of its strings, pulled apart.
#[derive(Default)]
pub(crate) struct Line {
    pub(crate) raw: String,
    /// What the compiler sees; of a string only its quotes are left.
    pub(crate) code: String,
    /// The comment with its slashes, or nothing.
    pub(crate) comment: String,
    /// What stands in the strings of this line.
    pub(crate) text: String,
}

/// What a rule has to say about one place.
#[derive(Debug)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    what: String,
}

impl Source {
    /// Takes `text` apart, as if it had been read from `path`.
    pub(crate) fn parse(path: &str, text: &str) -> Self {
        let mut state = State::Code;
        let lines = text.lines().map(|raw| Line::parse(raw, &mut state)).collect();
        Self { path: path.to_owned(), lines }
    }

    /// Where `line` (from 0) breaks a rule, and how.
    pub(crate) fn finding(&self, line: usize, what: impl Into<String>) -> Finding {
        Finding { path: self.path.clone(), line: line + 1, what: what.into() }
    }

    /// The lines that hold code, with their numbers, the statements that only import left out.
    pub(crate) fn code_without_imports(&self) -> impl Iterator<Item = (usize, &Line)> {
        let mut importing = false;
        self.lines.iter().enumerate().filter(move |(_, line)| {
            importing = importing || is_import(&line.code);
            let skipped = importing;
            importing = importing && !line.code.trim_end().ends_with(';');
            !skipped && !line.code.trim().is_empty()
        })
    }

    pub(crate) fn is_rust(&self) -> bool {
        self.extension() == "rs"
    }

    pub(crate) fn extension(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// `src/table.rs` and everything below `src/table/` are the room `table`.
    pub(crate) fn room(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("src/")?;
        let first = inside.split('/').next()?;
        Some(first.strip_suffix(".rs").unwrap_or(first))
    }
}

impl Line {
    fn parse(raw: &str, state: &mut State) -> Self {
        let chars: Vec<char> = raw.chars().collect();
        let mut line = Self { raw: raw.to_owned(), ..Self::default() };
        let mut at = 0;
        while at < chars.len() {
            at += line.step(&chars[at..], state);
        }
        line
    }

    /// Reads what stands at the start of `rest`; says how many characters that was.
    fn step(&mut self, rest: &[char], state: &mut State) -> usize {
        match *state {
            State::Code => self.step_code(rest, state),
            State::Comment(depth) => {
                let (taken, depth) = match rest {
                    ['/', '*', ..] => (2, depth + 1),
                    ['*', '/', ..] => (2, depth - 1),
                    _ => (1, depth),
                };
                self.comment.extend(&rest[..taken]);
                *state = if depth == 0 { State::Code } else { State::Comment(depth) };
                taken
            }
            State::Text => {
                if rest[0] == '"' {
                    self.code.push('"');
                    *state = State::Code;
                    return 1;
                }
                let taken = if rest[0] == '\\' { rest.len().min(2) } else { 1 };
                self.text.extend(&rest[..taken]);
                taken
            }
            State::RawText(hashes) => {
                let closes = rest[0] == '"'
                    && rest.len() > hashes
                    && rest[1..=hashes].iter().all(|&mark| mark == '#');
                if closes {
                    self.code.push('"');
                    *state = State::Code;
                    return 1 + hashes;
                }
                self.text.push(rest[0]);
                1
            }
        }
    }

    fn step_code(&mut self, rest: &[char], state: &mut State) -> usize {
        if let Some(hashes) = self.opens_raw_text(rest) {
            self.code.push('"');
            *state = State::RawText(hashes);
            return 2 + hashes;
        }
        match rest {
            ['/', '/', ..] => {
                self.comment.extend(rest);
                rest.len()
            }
            ['/', '*', ..] => {
                self.comment.push_str("/*");
                *state = State::Comment(1);
                2
            }
            ['"', ..] => {
                self.code.push('"');
                *state = State::Text;
                1
            }
            // A character; a quote that is not closed so soon begins a lifetime.
            ['\'', '\\', tail @ ..] => {
                self.code.push_str("' '");
                let end = tail.iter().skip(1).position(|&mark| mark == '\'');
                end.map_or(rest.len(), |end| end + 4)
            }
            ['\'', _, '\'', ..] => {
                self.code.push_str("' '");
                3
            }
            _ => {
                self.code.push(rest[0]);
                1
            }
        }
    }

    /// How many hashes `r"` or `r#"` has, if that is what `rest` begins with.
    fn opens_raw_text(&self, rest: &[char]) -> Option<usize> {
        let ['r', tail @ ..] = rest else { return None };
        let mut before = self.code.chars().rev();
        let prefix = match before.next() {
            Some('b' | 'c') => before.next(),
            other => other,
        };
        if prefix.is_some_and(is_word) {
            return None;
        }
        let hashes = tail.iter().take_while(|&&mark| mark == '#').count();
        (tail.get(hashes) == Some(&'"')).then_some(hashes)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

/// The words of a line: letters, digits and underscores, nothing between.
pub(crate) fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|mark| !is_word(mark)).filter(|word| !word.is_empty())
}

fn is_word(mark: char) -> bool {
    mark.is_alphanumeric() || mark == '_'
}

fn is_import(code: &str) -> bool {
    let code = code.trim_start();
    let bare = code.strip_prefix("pub").map_or(code, |rest| {
        let rest = rest.trim_start();
        match rest.strip_prefix('(') {
            Some(scope) => scope.split_once(')').map_or("", |(_, rest)| rest.trim_start()),
            None => rest,
        }
    });
    bare.starts_with("use ")
}

/// What the lexer stands in when a line begins.
#[derive(Clone, Copy)]
enum State {
    Code,
    Comment(usize),
    Text,
    RawText(usize),
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn strings_comments_and_lifetimes_are_told_from_code() {
        let planted = "let a: &'a str = \"unsafe \\\" // no\"; // why\n\
                       let b = r#\"unsafe\" \"#; let c = '\"'; /* unsafe\n\
                       still */ done('\\'', b\"x\");";
        let source = Source::parse("src/a.rs", planted);
        let code: Vec<_> = source.lines.iter().map(|line| line.code.trim()).collect();
        assert_eq!(
            code,
            ["let a: &'a str = \"\";", "let b = \"\"; let c = ' ';", "done(' ', b\"\");"]
        );
        assert_eq!(source.lines[0].comment, "// why");
        assert_eq!(source.lines[1].text, "unsafe\" ");
        assert_eq!(source.lines[2].comment, "still */");
    }

    #[test]
    fn imports_over_several_lines_are_left_out() {
        let planted = "pub(crate) use a::{\n    b,\n};\nuse c;\nd();";
        let source = Source::parse("src/a.rs", planted);
        let left: Vec<_> = source.code_without_imports().map(|(number, _)| number).collect();
        assert_eq!(left, [4]);
    }
}
