//! Tokens survive their text, and nothing else does.

use proptest::prelude::*;

use crate::error::{DocumentError, Error};
use crate::index::PageToken;
use crate::index::token::fingerprint;

fn is_bad(text: &str) -> bool {
    matches!(text.parse::<PageToken>(), Err(DocumentError::BadToken))
}

#[test]
fn token_of_another_index_is_told_apart() {
    let names = |names: [&'static str; 2]| fingerprint(names.map(str::as_bytes));
    let (ours, theirs) = (names(["users", "age"]), names(["user", "sage"]));
    assert_ne!(ours, theirs);
    let token = PageToken::new(ours, b"place");
    assert_eq!(token.place(ours).unwrap(), b"place");
    let foreign = token.place(theirs).unwrap_err();
    assert!(matches!(foreign, DocumentError::ForeignToken));
    assert_eq!(foreign.to_string(), "the page token is of another index");
}

#[test]
fn garbage_is_no_token() {
    for text in ["", "A", "AA", "AAA", "AAAA", "====", "\u{e9}\u{e9}", "a b", "AQAAAAAAAAAAAAAA"] {
        assert!(is_bad(text), "{text:?}");
    }
    // Whole, but too short, or in a format that there is not.
    for text in ["AcKMVXM", "AQAA9OCWTA", "AgAAAAdwbGFjZRUNEgM"] {
        assert!(is_bad(text), "{text:?}");
    }
    let error = Error::from("?".parse::<PageToken>().unwrap_err());
    assert_eq!(error.to_string(), "not a page token, or a damaged one");
}

#[test]
fn token_keeps_its_text_from_release_to_release() {
    let token = PageToken::new(fingerprint([b"by_age" as &[u8]]), b"\0\x01\xFE\xFF");
    assert_eq!(token.to_string(), TEXT);
    assert_eq!(format!("{token:?}"), format!("PageToken({TEXT})"));
    assert_eq!(TEXT.parse::<PageToken>().unwrap(), token);
}

const TEXT: &str = "AS_kqK4AAf7_81-khA";

proptest! {
    #[test]
    fn token_comes_back_from_its_text(
        index in any::<u32>(), place in prop::collection::vec(any::<u8>(), 0..70),
    ) {
        let token = PageToken::new(index, &place);
        let text = token.to_string();
        let is_safe = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
        prop_assert!(text.chars().all(is_safe), "{}", text);
        let again: PageToken = text.parse().expect("its own text");
        prop_assert_eq!(again.place(index).expect("its own index"), &place[..]);
        prop_assert_eq!(again, token);
    }

    #[test]
    fn damaged_token_is_refused(
        place in prop::collection::vec(any::<u8>(), 0..40),
        at in any::<prop::sample::Index>(),
        letter in "[A-Za-z0-9_=+/ \u{e9}-]",
    ) {
        let text = PageToken::new(7, &place).to_string();
        let at = at.index(text.len());
        let (before, after) = (&text[..at], &text[at + 1..]);
        let changed = format!("{before}{letter}{after}");
        prop_assert!(changed == text || is_bad(&changed), "{}", changed);
        prop_assert!(is_bad(before), "{}", before);
        let longer = format!("{before}{letter}{}", &text[at..]);
        prop_assert!(is_bad(&longer), "{}", longer);
        for appended in [letter.as_str(), "A", "AA"] {
            let longer = format!("{text}{appended}");
            prop_assert!(is_bad(&longer), "{}", longer);
        }
        let shorter = format!("{before}{after}");
        prop_assert!(is_bad(&shorter), "{}", shorter);
    }

    #[test]
    fn any_text_is_refused_or_written_the_same(text in "[A-Za-z0-9_-]{0,40}|.{0,20}") {
        if let Ok(token) = text.parse::<PageToken>() {
            prop_assert_eq!(token.to_string(), text);
        }
    }
}
