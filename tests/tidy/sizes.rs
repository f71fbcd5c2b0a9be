//! Bounds: how long a file, a page, a function and a line may be, and ASCII alone.

use crate::labels::page;
use crate::source::{Finding, Line, Source, words};

/// Reports files, pages and lines beyond their bound.
pub(crate) fn files(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        let lines = source.lines.len();
        if source.is_rust() && lines > FILE_LINES_MAX {
            findings.push(source.finding(FILE_LINES_MAX, format!("a file of {lines} lines")));
        }
        let lines = page(source).count();
        if lines > PAGE_LINES_MAX {
            findings.push(source.finding(PAGE_LINES_MAX, format!("a page of {lines} lines")));
        }
        let measured = ["rs", "toml"].contains(&source.extension());
        if !measured && !source.path.starts_with(".ci/") {
            continue;
        }
        for (number, line) in source.lines.iter().enumerate() {
            let width = line.raw.chars().count();
            // Neither an address, nor the row of a table, nor the text of a mutation can be broken.
            let whole = line.raw.contains("https://")
                || line.comment.contains(" | ")
                || source.path.starts_with("loom-tests/mutations/");
            if width > LINE_WIDTH_MAX && !whole {
                findings.push(source.finding(number, format!("a line of {width} characters")));
            }
        }
    }
    findings
}

/// Reports functions with too many lines of code; blank lines and comments are free.
pub(crate) fn functions(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| source.is_rust()) {
        for (number, line) in source.lines.iter().enumerate() {
            if !words(&line.code).any(|word| word == "fn") {
                continue;
            }
            let lines = body_lines(&source.lines[number..]);
            if lines > FUNCTION_LINES_MAX {
                let what = format!("a function of {lines} lines of code");
                findings.push(source.finding(number, what));
            }
        }
    }
    findings
}

/// Reports characters that not every terminal, diff and font shows alike.
pub(crate) fn ascii(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        for (number, line) in source.lines.iter().enumerate() {
            if let Some(mark) = line.raw.chars().find(|mark| !mark.is_ascii()) {
                let what = format!("{} is not ASCII", mark.escape_unicode());
                findings.push(source.finding(number, what));
            }
            // Licences are quoted to the letter.
            let ours = !source.path.starts_with("LICENSE-");
            if ours && (line.raw.contains('\t') || line.raw.ends_with([' ', '\r'])) {
                findings.push(source.finding(number, "a tab or a space at the end"));
            }
        }
    }
    findings
}

/// How many lines of code stand between the braces of the function that `lines` begins with; 0
/// where it is only declared.
fn body_lines(lines: &[Line]) -> usize {
    let mut depth = 0_usize;
    let mut counted = 0;
    for line in lines {
        let code = line.code.trim();
        let inside = depth > 0;
        for mark in code.chars() {
            match mark {
                '{' => depth += 1,
                '}' if depth == 1 => return counted,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        if depth == 0 && code.ends_with(';') {
            return 0;
        }
        if inside && !code.is_empty() {
            counted += 1;
        }
    }
    counted
}

const FILE_LINES_MAX: usize = 500;
const FUNCTION_LINES_MAX: usize = 70;
const LINE_WIDTH_MAX: usize = 100;
const PAGE_LINES_MAX: usize = 250;

#[cfg(test)]
mod tests {
    use super::{ascii, files, functions};
    use crate::planted;

    #[test]
    fn a_long_file_page_or_line_is_reported() {
        assert!(planted(files, "src/a.rs", &"a();\n".repeat(500)).is_empty());
        let found = planted(files, "src/a.rs", &"a();\n".repeat(501));
        assert_eq!(found, ["src/a.rs:501: a file of 501 lines"]);
        let found = planted(files, "src/a/mod.rs", &"//! a\n".repeat(251));
        assert_eq!(found, ["src/a/mod.rs:251: a page of 251 lines"]);
        let found = planted(files, ".ci/run", &"a".repeat(101));
        assert_eq!(found, [".ci/run:1: a line of 101 characters"]);
    }

    #[test]
    fn a_long_function_is_reported() {
        let of = |lines| {
            let body = "e();\n".repeat(lines);
            format!("fn a(\n    b: u8,\n) {{\n{body}\n// c\n}}\nfn d() {{}}")
        };
        assert!(planted(functions, "src/a.rs", &of(70)).is_empty());
        let found = planted(functions, "src/a.rs", &of(71));
        assert_eq!(found, ["src/a.rs:1: a function of 71 lines of code"]);
        let declared = format!("fn a();\n{}", of(70));
        assert!(planted(functions, "src/a.rs", &declared).is_empty());
    }

    #[test]
    fn a_foreign_character_is_reported() {
        let found = planted(ascii, "README.md", "a\nb \u{2192} c");
        assert_eq!(found, ["README.md:2: \\u{2192} is not ASCII"]);
        assert_eq!(planted(ascii, "README.md", "a \nb\tc\n").len(), 2);
    }
}
