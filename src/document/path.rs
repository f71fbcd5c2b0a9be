//! How a field is named from afar: `"properties.mag"`.
//!
//! A path is split at every `.`, and `\.` stands for a dot in a name, `\\` for a backslash. A
//! backslash before anything else stands for itself, so that every text is a path and every name
//! can be written as one. With n dots there are n + 1 names, and a name may be empty, as in JSON.

use std::borrow::Cow;

/// Splits a path into the names of fields, outermost first; there is always at least one.
pub(super) fn names(path: &str) -> Names<'_> {
    Names { rest: Some(path) }
}

/// The names in a path; only one that holds an escape is allocated.
#[derive(Clone, Debug)]
pub(super) struct Names<'a> {
    rest: Option<&'a str>,
}

impl<'a> Iterator for Names<'a> {
    type Item = Cow<'a, str>;

    fn next(&mut self) -> Option<Cow<'a, str>> {
        let rest = self.rest.take()?;
        let bytes = rest.as_bytes();
        let (mut end, mut escapes) = (0, false);
        while end < bytes.len() && bytes[end] != b'.' {
            let escape = bytes[end] == b'\\' && matches!(bytes.get(end + 1), Some(b'.' | b'\\'));
            escapes |= escape;
            end += if escape { 2 } else { 1 };
        }
        self.rest = rest.get(end + 1..);
        let name = &rest[..end];
        Some(if escapes { unescape(name).into() } else { name.into() })
    }
}

fn unescape(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let escaped = letters.next_if(|next| letter == '\\' && matches!(next, '.' | '\\'));
        plain.push(escaped.unwrap_or(letter));
    }
    plain
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(path: &str) -> Vec<String> {
        names(path).map(Cow::into_owned).collect()
    }

    fn join(names: &[String]) -> String {
        let escape = |name: &String| name.replace('\\', "\\\\").replace('.', "\\.");
        names.iter().map(escape).collect::<Vec<_>>().join(".")
    }

    #[test]
    fn path_is_split_at_its_dots() {
        assert_eq!(split("a"), ["a"]);
        assert_eq!(split("address.city"), ["address", "city"]);
        assert_eq!(split("\u{fc}.\u{1f30b}.\0"), ["\u{fc}", "\u{1f30b}", "\0"]);
    }

    #[test]
    fn path_without_a_name_asks_for_the_empty_name() {
        assert_eq!(split(""), [""]);
        assert_eq!(split("."), ["", ""]);
        assert_eq!(split("a..b."), ["a", "", "b", ""]);
    }

    #[test]
    fn backslash_escapes_dot_and_backslash_and_nothing_else() {
        assert_eq!(split(r"a\.b.c"), ["a.b", "c"]);
        assert_eq!(split(r"a\\.b"), [r"a\", "b"]);
        assert_eq!(split(r"a\\\.b"), [r"a\.b"]);
        assert_eq!(split(r"\n.\u\"), [r"\n", r"\u\"]);
        assert_eq!(split(r"a\.b\c.d"), [r"a.b\c", "d"]);
        assert_eq!(split("\\\u{e9}.\\"), ["\\\u{e9}", "\\"]);
    }

    #[test]
    fn only_a_name_with_an_escape_is_allocated() {
        let kinds: Vec<bool> = names(r"plain.es\.caped.back\slash")
            .map(|name| matches!(name, Cow::Owned(_)))
            .collect();
        assert_eq!(kinds, [false, true, false]);
    }

    proptest! {
        #[test]
        fn every_list_of_names_has_a_path(
            list in prop::collection::vec(r"[a.\\\u{e9}]{0,6}", 1..6)
        ) {
            prop_assert_eq!(split(&join(&list)), list);
        }

        #[test]
        fn every_text_is_a_path(path in r"[a.\\\u{e9}]{0,12}") {
            let list = split(&path);
            prop_assert!(!list.is_empty());
            prop_assert_eq!(split(&join(&list)), list);
        }
    }
}
