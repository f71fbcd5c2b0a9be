//! The list of promises names tests that exist.

use std::fs;
use std::path::{Path, PathBuf};

/// Goal: no row of the list rests on a test that is not there. Method: every name between
/// backquotes with an underscore in its second column is the name of a function of the sources.
#[test]
fn every_test_of_the_list_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = fs::read_to_string(root.join("tests/CONFORMANCE.md")).expect("the list");
    let sources: String =
        ["tests", "src"].iter().flat_map(|folder| texts(&root.join(folder))).collect();
    let rows = list.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").nth(1));
    let names: Vec<_> = rows.flat_map(|row| row.split('`').skip(1).step_by(2)).collect();
    assert!(names.len() > 50, "the list has become short: {}", names.len());
    for name in names {
        assert!(sources.contains(&format!("fn {name}(")), "no test is named `{name}`");
    }
}

fn texts(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder of the repository");
    let paths: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    paths
        .iter()
        .flat_map(|path| match path.extension() {
            _ if path.is_dir() => texts(path),
            Some(rs) if rs == "rs" => vec![fs::read_to_string(path).expect("text")],
            _ => Vec::new(),
        })
        .collect()
}
