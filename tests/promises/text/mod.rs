//! Parts of texts, and templates.

#[cfg(feature = "templates")]
mod render;

use folio::text::{fields, split};
use proptest::collection::vec;
use proptest::prelude::*;

proptest! {
    /// Goal: parts joined by their separator are the text, and none has a separator in it. Method:
    /// texts and separators of few letters, so that they overlap; what `str` does as the rule.
    #[test]
    fn parts_are_what_stands_between_separators(text in "[ab,\u{e9}]{0,12}", by in "[ab,]{0,2}") {
        let parts: Vec<_> = split(&text, &by).collect();
        prop_assert_eq!(parts.join(&by), text.as_str());
        if by.is_empty() {
            prop_assert!(parts.iter().all(|part| part.chars().count() == 1));
        } else {
            prop_assert!(!parts.is_empty() && parts.iter().all(|part| !part.contains(&*by)));
        }
    }

    /// Goal: words are what is left without white space. Method: words and gaps of Unicode, put
    /// together and taken apart again.
    #[test]
    fn words_are_found_between_white_space(
        words in vec("[a-z\u{e9}]{1,4}", 0..6),
        gaps in vec("[ \t\n\r\u{85}\u{a0}\u{2003}\u{3000}]{1,3}", 7),
    ) {
        let mut text = gaps[6].clone();
        words.iter().zip(&gaps).for_each(|(word, gap)| text.extend([word.as_str(), gap.as_str()]));
        prop_assert!(fields(&text).eq(words.iter().map(String::as_str)));
        prop_assert!(fields(text.trim()).eq(words.iter().map(String::as_str)));
    }
}

/// Goal: the ends of the rule for parts. Method: each, by hand.
#[test]
fn parts_of_odd_texts() {
    let parts = |text, by| split(text, by).collect::<Vec<_>>();
    assert_eq!(parts("abc", ","), ["abc"], "no separator: one part");
    assert_eq!(parts("", ","), [""], "an empty text: one empty part");
    assert_eq!(parts(",", ","), ["", ""]);
    assert_eq!(parts("a\u{e9}\u{1f980}", ""), ["a", "\u{e9}", "\u{1f980}"], "one per character");
    assert_eq!(parts("", ""), [""; 0]);
    assert_eq!(parts("aaa", "aa"), ["", "a"]);
    assert_eq!(fields("").chain(fields(" \u{a0}")).count(), 0, "no empty word");
    // Zero-width, and no white space.
    assert_eq!(fields("a\u{200b}b").count(), 1);
}
