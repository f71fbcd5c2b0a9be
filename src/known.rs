//! What is known of the values of a collection, if they are of a type that this crate knows.

use std::any::Any;

#[cfg(feature = "json")]
use crate::document::Document;

/// Finds the check that every write of a `V` has to pass: true means too deep. `None` for whatever
/// is not a [`Document`].
///
/// To be asked once, when a collection is made: a write then pays one load.
#[cfg(feature = "json")]
pub(crate) fn depth_check_for<V: 'static>() -> Option<fn(&V) -> bool> {
    // The two function pointers are of one type if and only if `V` is `Document`.
    let check: fn(&Document) -> bool = Document::is_too_deep;
    (&check as &dyn Any).downcast_ref::<fn(&V) -> bool>().copied()
}

/// Finds nothing: without documents there is no depth to judge.
#[cfg(not(feature = "json"))]
pub(crate) fn depth_check_for<V: 'static>() -> Option<fn(&V) -> bool> {
    None
}

/// Finds what tells how much a `V` owns on the heap, in bytes. `None` for whatever is neither a
/// `String` nor a `Vec<u8>` nor a document: that counts as nothing.
pub(crate) fn heap_size_for<V: 'static>() -> Option<fn(&V) -> usize> {
    let text: fn(&String) -> usize = String::capacity;
    let bytes: fn(&Vec<u8>) -> usize = Vec::capacity;
    let found = (&text as &dyn Any).downcast_ref::<fn(&V) -> usize>();
    let found = found.or_else(|| (&bytes as &dyn Any).downcast_ref());
    #[cfg(feature = "json")]
    let document: fn(&Document) -> usize = Document::heap_size;
    #[cfg(feature = "json")]
    let found = found.or_else(|| (&document as &dyn Any).downcast_ref());
    found.copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "json")]
    #[test]
    fn documents_are_judged_by_their_depth() {
        let check = depth_check_for::<Document>().expect("documents have a depth");
        let mut document = Document::default();
        assert!(!check(&document));
        document.set_at(&".".repeat(1000), 1);
        assert!(check(&document));
    }

    #[test]
    fn what_is_known_is_weighed() {
        let text = heap_size_for::<String>().expect("strings are weighed");
        assert_eq!(text(&String::with_capacity(100)), 100);
        assert!(heap_size_for::<Vec<u8>>().is_some() && heap_size_for::<u64>().is_none());
    }

    #[cfg(feature = "json")]
    #[test]
    fn documents_are_weighed() {
        let size = heap_size_for::<Document>().expect("documents are weighed");
        let parsed = |text: &str| text.parse::<Document>().expect("an object");
        let small = parsed(r#"{ "a": 1 }"#);
        let text = "x".repeat(1_000);
        let large = parsed(&format!(r#"{{ "a": 1, "b": ["{text}", {{ "c": "{text}" }}] }}"#));
        assert!(size(&small) < 200 && (2_000..3_000).contains(&size(&large)));
    }

    #[test]
    fn other_values_are_not_judged() {
        assert!(depth_check_for::<String>().is_none());
        assert!(depth_check_for::<Vec<u8>>().is_none());
        assert!(depth_check_for::<fn(&String) -> bool>().is_none());
    }
}
