//! Words that mean unfinished, unobserved or tied to one machine.

use crate::source::{Finding, Source, words};

/// Reports reminders, macros that stand for code to come, and tests that do not run.
pub(crate) fn unfinished(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        for (number, line) in source.lines.iter().enumerate() {
            // Strings count as well, but for the planted ones of these very rules.
            let ours = source.path.starts_with("tests/tidy/");
            let text = if ours { line.comment.as_str() } else { line.raw.as_str() };
            for word in words(text).filter(|word| REMINDERS.contains(word)) {
                findings.push(source.finding(number, format!("`{word}`: do it, or write it down")));
            }
            if !source.is_rust() {
                continue;
            }
            for stub in STUBS.iter().filter(|stub| line.code.contains(*stub)) {
                findings.push(source.finding(number, format!("`{stub}` is not done")));
            }
        }
    }
    findings
}

/// Reports waiting for time to pass, where a test should wait for the thing itself.
pub(crate) fn waiting(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| source.is_rust()) {
        if MAY_SLEEP.iter().any(|(path, _)| *path == source.path) {
            continue;
        }
        for (number, line) in source.lines.iter().enumerate() {
            if words(&line.code).any(|word| word == "sleep") {
                findings.push(source.finding(number, "`sleep` proves nothing: wait for the event"));
            }
        }
    }
    findings
}

/// Reports paths of somebody's machine.
pub(crate) fn machines(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| !source.path.starts_with("tests/tidy/")) {
        for (number, line) in source.lines.iter().enumerate() {
            for home in HOMES.iter().filter(|home| line.raw.contains(*home)) {
                findings.push(source.finding(number, format!("`{home}` is a path of one machine")));
            }
        }
    }
    findings
}

const REMINDERS: &[&str] = &["TODO", "FIXME", "XXX", "HACK"];
const STUBS: &[&str] = &["todo!", "unimplemented!", "dbg!", "#[ignore"];
const HOMES: &[&str] = &["/home/", "/root/", "/work/", "/Users/"];

/// Files that may let time pass, each with its reason.
const MAY_SLEEP: &[(&str, &str)] =
    &[("benches/rivals/src/load.rs", "measures for as long as it was asked to")];

#[cfg(test)]
mod tests {
    use super::{machines, unfinished, waiting};
    use crate::planted;

    #[test]
    fn a_reminder_is_reported() {
        let found = planted(unfinished, "src/a.rs", "a();\n// TODO: b.\n");
        assert_eq!(found, ["src/a.rs:2: `TODO`: do it, or write it down"]);
        assert_eq!(planted(unfinished, "README.md", "FIXME").len(), 1);
        assert_eq!(planted(unfinished, "tests/tidy/a.rs", "// XXX\n\"XXX\"").len(), 1);
    }

    #[test]
    fn a_stub_is_reported() {
        for line in ["todo!()", "dbg!(a)", "unimplemented!()", "#[ignore]", "#[ignore = \"slow\"]"]
        {
            assert_eq!(planted(unfinished, "tests/promises/a.rs", line).len(), 1, "{line}");
        }
        assert!(planted(unfinished, "src/a.rs", "// A `todo!` is never left.").is_empty());
    }

    #[test]
    fn waiting_for_time_is_reported() {
        assert_eq!(planted(waiting, "tests/promises/a.rs", "thread::sleep(a);").len(), 1);
        assert!(planted(waiting, "tests/promises/a.rs", "// no sleep\n\"sleep\";").is_empty());
    }

    #[test]
    fn a_path_of_one_machine_is_reported() {
        assert_eq!(planted(machines, ".ci/run", "cd /home/me/folio").len(), 1);
    }
}
