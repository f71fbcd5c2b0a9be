//! Unsafe code and atomics stay on the ground floor, and `SeqCst` is for fences.

use crate::source::{Finding, Source, words};

/// Reports unsafe code and atomics above the ground floor.
pub(crate) fn floor(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| source.path.starts_with("src/")) {
        if is_ground(source) {
            continue;
        }
        for (number, line) in source.lines.iter().enumerate() {
            let code = line.code.as_str();
            for word in words(code) {
                let atomic = word.strip_prefix("Atomic").is_some_and(|kind| !kind.is_empty());
                let fence = word == "fence" && code.contains("fence(");
                if word == "unsafe" || word == "atomic" || atomic || fence || is_ordering(word) {
                    let what = format!("`{word}` belongs on the ground floor");
                    findings.push(source.finding(number, what));
                }
            }
        }
    }
    findings
}

/// Reports `SeqCst` anywhere but as the argument of a fence.
pub(crate) fn no_sequential_access(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| is_ground(source)) {
        for (number, line) in source.code_without_imports() {
            let fences = line.code.replace("Ordering::", "").matches("fence(SeqCst)").count();
            let named = words(&line.code).filter(|word| *word == "SeqCst").count();
            if named > fences {
                findings.push(source.finding(number, "`SeqCst` is for fences, in pairs"));
            }
        }
    }
    findings
}

/// Reports sources that know of a model checker: `loom-tests/` compiles them against twins instead,
/// so that no user ever meets a switch of ours.
pub(crate) fn no_switch(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| source.path.starts_with("src/")) {
        for (number, line) in source.lines.iter().enumerate() {
            if words(&line.code).any(|word| word == "loom" || word == "shuttle") {
                findings.push(source.finding(number, "a model checker's name: use a twin"));
            }
        }
    }
    findings
}

/// Whether unsafe code and atomics may stand here.
pub(crate) fn is_ground(source: &Source) -> bool {
    GROUND.iter().any(|place| source.path.starts_with(place))
}

/// Whether `word` names a memory ordering.
pub(crate) fn is_ordering(word: &str) -> bool {
    ["Relaxed", "Acquire", "Release", "AcqRel", "SeqCst"].contains(&word)
}

/// The ground floor.
const GROUND: &[&str] = &["src/protocol/", "src/reclaim.rs", "src/sync.rs"];

#[cfg(test)]
mod tests {
    use super::{floor, no_sequential_access, no_switch};
    use crate::planted;

    #[test]
    fn unsafe_code_upstairs_is_reported() {
        let found = planted(floor, "src/table.rs", "let a = 1; // unsafe\nunsafe { b() };");
        assert_eq!(found, ["src/table.rs:2: `unsafe` belongs on the ground floor"]);
        assert!(planted(floor, "src/protocol/a.rs", "unsafe { b() };").is_empty());
    }

    #[test]
    fn an_atomic_upstairs_is_reported() {
        for line in
            ["a: AtomicU64,", "fence(a);", "a.load(Ordering::Relaxed)", "use std::sync::atomic;"]
        {
            assert_eq!(planted(floor, "src/table.rs", line).len(), 1, "{line}");
        }
        assert!(planted(floor, "src/table.rs", "Ordering::Less").is_empty());
    }

    #[test]
    fn a_sequential_access_is_reported() {
        let text = "use a::SeqCst;\nfence(SeqCst);\nfence(Ordering::SeqCst);\na.load(SeqCst);";
        let found = planted(no_sequential_access, "src/protocol/a.rs", text);
        assert_eq!(found, ["src/protocol/a.rs:4: `SeqCst` is for fences, in pairs"]);
    }

    #[test]
    fn a_switch_for_a_model_checker_is_reported() {
        assert_eq!(planted(no_switch, "src/sync.rs", "#[cfg(loom)]").len(), 1);
    }
}
