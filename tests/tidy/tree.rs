//! The files the rules are about: what git tracks.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::source::Source;

/// The crate's own folder.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file git tracks and that is still there, relative to the crate's folder. A copy without
/// git is walked instead.
pub(crate) fn tracked() -> Vec<String> {
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output();
    let mut paths: Vec<String> = match listed {
        Ok(listed) if listed.status.success() => {
            let names = String::from_utf8(listed.stdout).expect("file names are UTF-8");
            names.split_terminator('\0').map(str::to_owned).collect()
        }
        _ => {
            let mut found = Vec::new();
            walk(&root(), "", &mut found);
            found
        }
    };
    paths.retain(|path| root().join(path).is_file());
    paths.sort();
    assert!(paths.iter().any(|path| path == "src/lib.rs"), "the crate's own files are listed");
    paths
}

/// The tracked files that are text, taken apart.
pub(crate) fn sources() -> Vec<Source> {
    let text = |path: &String| {
        let bytes = fs::read(root().join(path)).expect("a listed file can be read");
        let text = String::from_utf8(bytes).ok()?;
        Some(Source::parse(path, &text))
    };
    tracked().iter().filter(|path| !is_data(path)).filter_map(text).collect()
}

/// Input that others wrote; it is not ours to shape.
fn is_data(path: &str) -> bool {
    !path.ends_with("README.md") && path.split('/').any(|part| part == "data" || part == "corpus")
}

fn walk(folder: &Path, prefix: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder of the crate can be read") {
        let entry = entry.expect("an entry of the crate can be read");
        let name = entry.file_name().into_string().expect("file names are UTF-8");
        let path = format!("{prefix}{name}");
        if !entry.path().is_dir() {
            found.push(path);
        } else if name != "target" && name != ".git" {
            walk(&entry.path(), &format!("{path}/"), found);
        }
    }
}
