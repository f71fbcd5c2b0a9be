//! Labels: what a page claims has a line of code and a test, and every ordering names its reason.
//!
//! A **label** is a letter (F feed, G grace, I invariant, L load, P pair, R reclamation, S step)
//! and a number. A **page** is the `//!` text of a `mod.rs`; it makes a label by writing it in bold
//! or as the first cell of a row.

use std::collections::BTreeSet;

use crate::ground::{is_ground, is_ordering};
use crate::source::{Finding, Source, words};

/// Reports labels that no line of the page's room uses, and labels used that no page makes.
pub(crate) fn in_code(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let made: Vec<Made<'_>> = sources.iter().flat_map(made_by).collect();
    for label in &made {
        let mut room = sources.iter().filter(|source| label.is_about(source));
        if !room.any(|source| uses(source).any(|(_, name)| name == label.name)) {
            let what = format!("no line of code says `{}`", label.name);
            findings.push(label.page.finding(label.line, what));
        }
    }
    for source in sources.iter().filter(|source| source.room().is_some()) {
        for (number, name) in uses(source) {
            if !made.iter().any(|label| label.name == name) {
                findings.push(source.finding(number, format!("no page makes the label `{name}`")));
            }
        }
    }
    findings
}

/// Reports labels that no test is named after, and tests named after a label that no page makes.
pub(crate) fn in_tests(sources: &[Source]) -> Vec<Finding> {
    let made: Vec<Made<'_>> = sources.iter().flat_map(made_by).collect();
    let mut findings = Vec::new();
    let mut tested = BTreeSet::new();
    for source in sources.iter().filter(|source| source.is_rust()) {
        for (number, name) in tests_of(source) {
            for part in name.split('_').map(str::to_uppercase).take_while(|part| is_label(part)) {
                if !made.iter().any(|label| label.name == part) {
                    let what = format!("no page makes the label `{part}` of this test");
                    findings.push(source.finding(number, what));
                }
                tested.insert(part);
            }
        }
    }
    for label in made.iter().filter(|label| !tested.contains(&label.name)) {
        let what = format!("no test is named after `{}`", label.name);
        findings.push(label.page.finding(label.line, what));
    }
    findings
}

/// Reports orderings without a comment above that begins with a label and that very ordering.
pub(crate) fn orderings(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| is_ground(source)) {
        for (number, line) in source.code_without_imports() {
            let ordered: BTreeSet<&str> =
                words(&line.code).filter(|word| is_ordering(word)).collect();
            for ordering in ordered {
                if !reasons(source, number, ordering).any(|text| is_reason(text, ordering)) {
                    let what = format!("`{ordering}` without a reason on the lines above");
                    findings.push(source.finding(number, what));
                }
            }
        }
    }
    findings
}

/// A label, where a page makes it.
struct Made<'a> {
    name: String,
    page: &'a Source,
    line: usize,
}

impl Made<'_> {
    /// The ground floor shares one page; any other page is about its own folder.
    fn is_about(&self, source: &Source) -> bool {
        self.page.room() == source.room() || (is_ground(self.page) && is_ground(source))
    }
}

fn made_by(source: &Source) -> Vec<Made<'_>> {
    if source.room().is_none() || !source.path.ends_with("/mod.rs") {
        return Vec::new();
    }
    let mut made: Vec<Made<'_>> = Vec::new();
    for (line, text) in page(source) {
        let row = text.strip_prefix('|').and_then(|cells| cells.split('|').next());
        let bold = text.split("**").skip(1).step_by(2);
        for name in row.into_iter().chain(bold).map(|name| name.trim().trim_matches('*')) {
            if is_label(name) && !made.iter().any(|known| known.name == name) {
                made.push(Made { name: name.to_owned(), page: source, line });
            }
        }
    }
    made
}

/// The lines of the page, without their slashes.
pub(crate) fn page(source: &Source) -> impl Iterator<Item = (usize, &str)> {
    let comments = source.lines.iter().enumerate();
    comments.filter_map(|(number, line)| Some((number, line.comment.strip_prefix("//!")?.trim())))
}

/// Labels in comments and at the start of assertion messages; a page does not count.
fn uses(source: &Source) -> impl Iterator<Item = (usize, String)> {
    source.lines.iter().enumerate().flat_map(|(number, line)| {
        let comment = if line.comment.starts_with("//!") { "" } else { line.comment.as_str() };
        let message = line.text.split_once(':').map_or("", |(start, _)| start);
        let named = words(comment).filter(|word| is_label(word));
        let asserted = Some(message).filter(|start| is_label(start));
        named.chain(asserted).map(move |name| (number, name.to_owned())).collect::<Vec<_>>()
    })
}

/// The functions that stand under a `#[test]`.
fn tests_of(source: &Source) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut marked = false;
    for (number, line) in source.lines.iter().enumerate() {
        let code = line.code.trim();
        marked |= code.starts_with("#[test]");
        let mut after = words(code).skip_while(|word| *word != "fn");
        if let (true, Some(name)) = (marked, after.nth(1)) {
            found.push((number, name));
            marked = false;
        }
    }
    found
}

/// The comments of this paragraph above line `at`. A reason is for the next use of its ordering,
/// but that of `Relaxed` is for the rest of the paragraph.
fn reasons<'a>(source: &'a Source, at: usize, ordering: &str) -> impl Iterator<Item = &'a str> {
    let above = source.lines[..at].iter().rev();
    let paragraph = above.take_while(move |line| {
        let used_up = ordering != "Relaxed" && words(&line.code).any(|word| word == ordering);
        !used_up && !line.raw.trim().is_empty()
    });
    paragraph.map(|line| line.comment.as_str()).filter(|comment| !comment.is_empty())
}

/// `// P1 (Release): ...`, `// P1, R2 (Acquire, Relaxed): ...` or `// Relaxed: ...`. Who explains
/// the `AcqRel` of an exchange has explained the `Acquire` of its failure.
fn is_reason(comment: &str, ordering: &str) -> bool {
    let text = comment.trim_start_matches('/').trim_start();
    if text.strip_prefix(ordering).is_some_and(|rest| rest.starts_with(':')) {
        return ordering == "Relaxed";
    }
    let Some((labels, rest)) = text.split_once(" (") else { return false };
    let Some((orderings, rest)) = rest.split_once(')') else { return false };
    let all_labels = labels.split(", ").all(is_label);
    let covered = |word| word == ordering || (word == "AcqRel" && ordering == "Acquire");
    all_labels && rest.starts_with(':') && words(orderings).any(covered)
}

fn is_label(word: &str) -> bool {
    let mut marks = word.chars();
    let letter = marks.next().is_some_and(|mark| "FGILPRS".contains(mark));
    letter && word.len() > 1 && marks.all(|mark| mark.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{in_code, in_tests, orderings};
    use crate::source::Source;
    use crate::{planted, told};

    const PAGE: &str = "//! # Invariants\n//!\n//! * **I1** Never.\n//!\n//! | P2 | a | b |\n";

    #[test]
    fn a_label_without_a_line_of_code_is_reported() {
        let page = Source::parse("src/protocol/mod.rs", PAGE);
        let code = Source::parse("src/protocol/a.rs", "// I1: never.\nassert!(b, \"P2: whole\");");
        assert_eq!(told(&in_code(&[Source::parse("src/protocol/mod.rs", PAGE), code])), [""; 0]);
        let elsewhere = Source::parse("src/feed/a.rs", "// I1, P2");
        assert_eq!(
            told(&in_code(&[page, elsewhere])),
            [
                "src/protocol/mod.rs:3: no line of code says `I1`",
                "src/protocol/mod.rs:5: no line of code says `P2`",
            ]
        );
    }

    #[test]
    fn a_label_without_a_page_is_reported() {
        let found = planted(in_code, "src/protocol/a.rs", "// R7 (Release): because.");
        assert_eq!(found, ["src/protocol/a.rs:1: no page makes the label `R7`"]);
    }

    #[test]
    fn a_label_without_a_test_is_reported() {
        let page = Source::parse("src/protocol/mod.rs", PAGE);
        let tests = "#[test]\nfn i1_never() {}\nfn p2_is_no_test() {}\n#[test]\nfn s9_b() {}";
        let tests = Source::parse("loom-tests/src/a.rs", tests);
        assert_eq!(
            told(&in_tests(&[page, tests])),
            [
                "loom-tests/src/a.rs:5: no page makes the label `S9` of this test",
                "src/protocol/mod.rs:5: no test is named after `P2`",
            ]
        );
    }

    #[test]
    fn an_ordering_without_its_reason_is_reported() {
        let good = [
            "use a::Relaxed;",
            "// P1 (Release): whoever loads it\n// finds all of it.\na.store(b, Release);",
            "// I2, P1 (Acquire): we read it.\na\n    .b()\n    .load(Acquire);",
            "// P1 (AcqRel): both.\na.compare_exchange(\n    AcqRel,\n    Acquire,\n);",
            "// Relaxed: figures.\nif a.load(Relaxed) {\n    b.load(Relaxed)",
            "// P1 (Acquire): a.\n// P2 (Release): b.\na.load(Acquire) || {\n    b.swap(Release)",
        ];
        for text in good {
            assert_eq!(planted(orderings, "src/protocol/a.rs", text), [""; 0], "{text}");
        }
        let bad = [
            "a.store(b, Release);",
            "// Release: no label.\na.store(b, Release);",
            "// P1 (Acquire): another one.\na.store(b, Release);",
            "// P1 (Release): of the line above.\na.store(b, Release);\nc.store(d, Release);",
            "// P1 (AcqRel): both.\na.compare_exchange(AcqRel, Relaxed);",
            "// P1 (Release): far away.\n\na.store(b, Release);",
            "// Relaxed: a hint.\n\na.load(Relaxed);",
            "// because P1 (Release): inside a sentence.\na.store(b, Release);",
        ];
        for text in bad {
            assert_eq!(planted(orderings, "src/protocol/a.rs", text).len(), 1, "{text}");
        }
    }
}
