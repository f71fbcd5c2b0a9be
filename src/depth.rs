//! Whether the values of a collection have a depth to be judged at a write.

#[cfg(feature = "json")]
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
    fn other_values_are_not_judged() {
        assert!(depth_check_for::<String>().is_none());
        assert!(depth_check_for::<Vec<u8>>().is_none());
        assert!(depth_check_for::<fn(&String) -> bool>().is_none());
    }
}
