//! The crate's root: the agreed entries, links that lead somewhere, collectors in one version.

use std::collections::BTreeSet;

use crate::source::{Finding, Source};

/// Says which entries of the root are not agreed on, and which agreed ones are missing.
pub(crate) fn entries(tracked: &[String]) -> Vec<String> {
    let found: BTreeSet<&str> = tracked.iter().filter_map(|path| path.split('/').next()).collect();
    let agreed: BTreeSet<&str> = ENTRIES.iter().copied().collect();
    let strange = found.difference(&agreed).map(|name| format!("`{name}` is not agreed on"));
    let missing = agreed.difference(&found).map(|name| format!("`{name}` is missing"));
    strange.chain(missing).collect()
}

/// Reports links of the prose that lead to no tracked file or folder.
pub(crate) fn links(sources: &[Source], tracked: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| source.extension() == "md") {
        for (number, line) in source.lines.iter().enumerate() {
            for link in links_of(&line.raw) {
                let target = resolve(&source.path, link);
                let inside = format!("{target}/");
                if !tracked.iter().any(|path| *path == target || path.starts_with(&inside)) {
                    let what = format!("the link `{link}` leads to nothing");
                    findings.push(source.finding(number, what));
                }
            }
        }
    }
    findings
}

/// Reports packages that come from elsewhere than crates.io, and two versions of a collector: a pin
/// of one would not hold back the other.
pub(crate) fn lock(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| source.path.ends_with("Cargo.lock")) {
        let mut seen = BTreeSet::new();
        for (number, line) in source.lines.iter().enumerate() {
            let Some((field, value)) = line.raw.split_once(" = ") else { continue };
            let value = value.trim_matches('"');
            if field == "source" && value != CRATES_IO {
                findings.push(source.finding(number, format!("`{value}` is not crates.io")));
            }
            if field == "name" && SINGLE.contains(&value) && !seen.insert(value) {
                findings.push(source.finding(number, format!("a second version of `{value}`")));
            }
        }
    }
    findings
}

/// What stands in `](...)`, `src="..."` and after `]: `, if it is a path and no address.
fn links_of(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (open, close) in [("](", ')'), ("src=\"", '"'), ("]: ", ' ')] {
        let rests = line.split(open).skip(1);
        found.extend(rests.map(|rest| rest.split(close).next().unwrap_or(rest)));
    }
    let is_path = |link: &&str| !link.contains("://") && !link.starts_with('#') && !link.is_empty();
    let bare = found.into_iter().filter(is_path);
    bare.map(|link| link.split('#').next().unwrap_or(link)).collect()
}

/// Where `link` leads from the folder of `page`, seen from the root.
fn resolve(page: &str, link: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

const ENTRIES: &[&str] = &[
    ".ci",
    ".clippy.toml",
    ".gitignore",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "benches",
    "deny.toml",
    "examples",
    "fuzz",
    "loom-tests",
    "rustfmt.toml",
    "src",
    "tests",
];

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";
const SINGLE: &[&str] = &["crossbeam-epoch", "scc", "sdd"];

#[cfg(test)]
mod tests {
    use super::{ENTRIES, entries, links, lock};
    use crate::source::Source;
    use crate::{planted, told};

    #[test]
    fn a_stray_or_a_missing_entry_is_reported() {
        let mut tracked: Vec<String> = ENTRIES.iter().map(|name| format!("{name}/a")).collect();
        assert_eq!(entries(&tracked), [""; 0]);
        tracked.push("notes.txt".to_owned());
        tracked.remove(0);
        assert_eq!(entries(&tracked), ["`notes.txt` is not agreed on", "`.ci` is missing"]);
    }

    #[test]
    fn a_link_to_nothing_is_reported() {
        let text =
            "[a](src/lib.rs#L1) [b](https://x.y) [c](#d)\n[e](../f.md) ![g](h.svg)\n[i]: j\n";
        let tracked = ["src/lib.rs".to_owned(), "f.md".to_owned()];
        let found = links(&[Source::parse("README.md", text)], &tracked);
        assert_eq!(
            told(&found),
            [
                "README.md:2: the link `h.svg` leads to nothing",
                "README.md:3: the link `j` leads to nothing",
            ]
        );
    }

    #[test]
    fn a_second_collector_is_reported() {
        let text = "name = \"sdd\"\nname = \"a\"\nname = \"a\"\nname = \"sdd\"\nsource = \"git+b\"";
        assert_eq!(
            planted(lock, "fuzz/Cargo.lock", text),
            [
                "fuzz/Cargo.lock:4: a second version of `sdd`",
                "fuzz/Cargo.lock:5: `git+b` is not crates.io",
            ]
        );
    }
}
