//! The step points that the sources name.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The names of all step points in `src/`.
pub(super) fn in_sources() -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    collect(&source, &mut named);
    assert!(named.len() > 10, "the sources are found: {named:?}");
    named
}

/// The names of the step points in one source.
pub(super) fn in_text(text: &str) -> BTreeSet<String> {
    let calls = text.split(CALL).skip(1);
    calls.filter_map(|after| after.split_once('"')).map(|(name, _)| name.to_string()).collect()
}

/// Those of `named` that nobody `reached`.
pub(super) fn without_case<'a>(
    named: &'a BTreeSet<String>,
    reached: &'a BTreeSet<String>,
) -> Vec<&'a str> {
    named.difference(reached).map(String::as_str).collect()
}

fn collect(folder: &Path, named: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder of the sources") {
        let path = entry.expect("an entry of the sources").path();
        if path.is_dir() {
            collect(&path, named);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            named.extend(in_text(&fs::read_to_string(&path).expect("a source is text")));
        }
    }
}

/// What comes before a name.
const CALL: &str = concat!("st", "ep(\"");
