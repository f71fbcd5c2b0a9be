//! Who may enter whom: rooms of this crate, and the doors to foreign crates.

use crate::source::{Finding, Source, words};

/// Reports each step into a room that the table does not allow, and each room it does not know.
pub(crate) fn rooms(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| source.is_rust()) {
        let Some(room) = source.room() else { continue };
        // What only tests see may look at everything.
        if room.ends_with("_tests") {
            continue;
        }
        let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            let what = format!("the room `{room}` has no line in the table of rooms");
            findings.push(source.finding(0, what));
            continue;
        };
        for (number, target) in steps(source) {
            let known = ROOMS.iter().any(|(name, _)| *name == target);
            if !known {
                let what = format!("`crate::{target}` is no room: name the room the item lives in");
                findings.push(source.finding(number, what));
            } else if target != room
                && !allowed.iter().any(|floor| floor.contains(&target.as_str()))
            {
                let what = format!("`{room}` may not enter `{target}`");
                findings.push(source.finding(number, what));
            }
        }
        findings.extend(climbs(source));
    }
    findings
}

/// Reports foreign crates used elsewhere than at their door, and dependencies without a door.
pub(crate) fn doors(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        if source.path == "Cargo.toml" {
            findings.extend(dependencies_without_door(source));
        }
        if !source.is_rust() || !source.path.starts_with("src/") {
            continue;
        }
        for (number, line) in source.lines.iter().enumerate() {
            for (foreign, doors) in DOORS {
                let named = words(&line.code).any(|word| word == *foreign);
                if named && !doors.iter().any(|door| source.path.starts_with(door)) {
                    let what = format!("`{foreign}` is used through {} only", doors.join(", "));
                    findings.push(source.finding(number, what));
                }
            }
        }
    }
    findings
}

/// Reports anything in the front door but `mod` and `use` lines.
pub(crate) fn front_door(sources: &[Source]) -> Vec<Finding> {
    let Some(source) = sources.iter().find(|source| source.path == "src/lib.rs") else {
        return Vec::new();
    };
    let items = ["fn", "struct", "enum", "union", "trait", "impl", "const", "static", "type"];
    let mut findings = Vec::new();
    for (number, line) in source.code_without_imports() {
        if words(&line.code).any(|word| items.contains(&word)) {
            findings.push(source.finding(number, "the front door holds no items"));
        }
    }
    findings
}

/// Every room that `source` enters, with the line: `crate::a`, and each name in `crate::{a, b}`.
fn steps(source: &Source) -> Vec<(usize, String)> {
    let code: String = source.lines.iter().flat_map(|line| [line.code.as_str(), "\n"]).collect();
    let mut found = Vec::new();
    for (at, path) in code.match_indices("crate::") {
        // `$crate::` is what a macro writes into another crate; it means the front door.
        let before = code[..at].chars().next_back();
        if before.is_some_and(|mark| mark.is_alphanumeric() || mark == '_' || mark == '$') {
            continue;
        }
        let after = &code[at + path.len()..];
        let names = after.strip_prefix('{').map_or_else(|| vec![after], names_of_group);
        for name in names {
            let line = code[..code.len() - name.len()].matches('\n').count();
            found.extend(words(name).next().map(|word| (line, word.to_owned())));
        }
    }
    found
}

/// The rest of the code from each name on that stands at the top of a `{a, b::{c, d}}`.
fn names_of_group(group: &str) -> Vec<&str> {
    let mut names = vec![group.trim_start()];
    let mut depth = 1;
    for (at, mark) in group.char_indices() {
        match mark {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => names.push(group[at + 1..].trim_start()),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    names.retain(|name| !name.starts_with('}'));
    names
}

/// `super::super`, and `super` from a room's own root, would be ways round the table.
fn climbs(source: &Source) -> Vec<Finding> {
    let inside = source.path.trim_start_matches("src/");
    let is_root = !inside.contains('/') || inside.ends_with("/mod.rs");
    let mut nested = false;
    let mut findings = Vec::new();
    for (number, line) in source.lines.iter().enumerate() {
        let opens = line.code.trim_end().ends_with('{');
        nested |= opens && words(&line.code).any(|word| word == "mod");
        if line.code.contains("super::super") {
            findings.push(source.finding(number, "`super::super` hides which room is entered"));
        } else if is_root && !nested && line.code.contains("super::") {
            findings.push(source.finding(number, "`super` leaves the room: write `crate::room`"));
        }
    }
    findings
}

fn dependencies_without_door(manifest: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut listed = false;
    for (number, line) in manifest.lines.iter().enumerate() {
        let text = line.raw.trim();
        if text.starts_with('[') {
            listed = text == "[dependencies]";
            continue;
        }
        let Some((name, _)) = text.split_once('=') else { continue };
        let foreign = name.trim().replace('-', "_");
        let is_name = listed && !text.starts_with('#');
        if is_name && !DOORS.iter().any(|(known, _)| *known == foreign) {
            let what = format!("the dependency `{foreign}` has no line in the table of doors");
            findings.push(manifest.finding(number, what));
        }
    }
    findings
}

/// A room, and the rooms it may enter; floor by floor, from the ground up.
const ROOMS: &[(&str, &[&[&str]])] = &[
    // ground
    ("limits", &[]),
    ("sync", &[&["limits"]]),
    ("reclaim", &[&["sync"]]),
    ("clock", &[&["sync"]]),
    ("protocol", &[&["clock", "reclaim", "sync", "limits"]]),
    // rooms
    ("table", &[&["protocol", "reclaim", "sync"]]),
    ("eviction", &[&["limits"]]),
    // stage
    ("ordered", &[&["protocol", "reclaim"]]),
    ("catalog", &[&["ordered", "protocol", "reclaim", "sync", "limits"]]),
    ("expiry", &[&["protocol", "sync", "limits"]]),
    ("bounds", &[&["eviction", "protocol", "reclaim", "sync", "limits"]]),
    ("feed", &[&["protocol", "reclaim", "sync", "limits"]]),
    ("flight", &[&["reclaim", "sync"]]),
    (
        "rooms",
        &[&[
            "bounds", "catalog", "expiry", "feed", "flight", "table", "protocol", "reclaim", "sync",
        ]],
    ),
    (
        "commit",
        &[&[
            "rooms", "bounds", "catalog", "expiry", "feed", "table", "protocol", "reclaim", "sync",
            "limits",
        ]],
    ),
    ("care", &[&["rooms", "bounds", "catalog", "table", "protocol", "reclaim", "sync", "limits"]]),
    // words: what can be said about a document, without touching one
    ("key", &[]),
    ("outcome", &[]),
    ("error", &[&["outcome"]]),
    ("document", &[&["error", "limits"]]),
    ("trace", &[&["error"]]),
    ("known", &[&["document"]]),
    ("index", &[&["document", "error", "key", "limits"]]),
    // top
    ("builder", &[TOP, WORDS, &["bounds", "clock", "protocol", "sync"]]),
    ("change", &[TOP, WORDS]),
    (
        "collection",
        &[
            TOP,
            WORDS,
            STAGE,
            &["bounds", "catalog", "flight", "protocol", "purger", "sync", "wait"],
        ],
    ),
    ("dump", &[TOP, WORDS]),
    ("cursor", &[TOP, WORDS, &["sync"]]),
    ("hooks", &[TOP, WORDS, STAGE, &["bounds", "protocol", "sync"]]),
    ("iter", &[TOP, WORDS, STAGE, &["catalog", "protocol", "reclaim"]]),
    ("purger", &[&["reclaim", "sync"]]),
    ("pinned", &[TOP, WORDS, STAGE, &["protocol", "reclaim"]]),
    ("query", &[TOP, WORDS, STAGE, &["catalog", "protocol", "sync"]]),
    ("reader", &[TOP, WORDS, &["sync"]]),
    ("reference", &[TOP, WORDS, &["protocol"]]),
    ("metrics", &[&["stats"]]),
    ("stats", &[TOP, WORDS, STAGE, &["protocol"]]),
    (
        "store",
        &[TOP, WORDS, STAGE, &["bounds", "clock", "feed", "protocol", "purger", "reclaim", "sync"]],
    ),
    ("stream", &[TOP, WORDS]),
    ("text", &[TOP, WORDS, &["sync"]]),
    ("event", &[TOP, WORDS, &["protocol", "sync"]]),
    ("view", &[TOP, WORDS, STAGE, &["protocol", "sync"]]),
    ("wait", &[&["limits", "sync"]]),
    ("watch", &[TOP, WORDS, STAGE, &["clock", "feed", "protocol", "reclaim", "sync", "wait"]]),
    ("watcher", &[TOP, WORDS]),
    ("writer", &[TOP, WORDS]),
    ("compile_fail", &[]),
    ("guide", &[&["limits"]]),
    ("lib", &[]),
];

const STAGE: &[&str] = &["rooms", "commit", "care"];
const TOP: &[&str] = &[
    "builder",
    "change",
    "collection",
    "cursor",
    "dump",
    "event",
    "hooks",
    "iter",
    "pinned",
    "query",
    "reader",
    "reference",
    "stats",
    "store",
    "stream",
    "view",
    "watch",
    "watcher",
    "writer",
];
const WORDS: &[&str] =
    &["key", "outcome", "error", "document", "known", "index", "limits", "trace"];

/// A foreign crate, and where it may be named.
const DOORS: &[(&str, &[&str])] = &[
    ("atomic_waker", &["src/sync.rs"]),
    ("crossbeam_epoch", &["src/reclaim.rs"]),
    ("crossbeam_skiplist", &["src/ordered.rs"]),
    ("equivalent", &["src/"]),
    ("futures_core", &["src/store/watch/", "src/watch/"]),
    ("metrics", &["src/metrics.rs", "src/lib.rs"]),
    ("minijinja", &["src/text/render.rs"]),
    ("rustix", &["src/clock.rs"]),
    ("scc", &["src/table.rs"]),
    ("sdd", &["src/reclaim.rs"]),
    ("serde", &["src/document/"]),
    ("serde_json", &["src/document/", "src/error/document.rs", "src/index/", "src/lib.rs"]),
    ("tracing", &["src/trace.rs"]),
    ("uuid", &["src/index/", "src/key.rs", "src/store/"]),
];

#[cfg(test)]
mod tests {
    use super::{doors, front_door, rooms};
    use crate::planted;

    #[test]
    fn a_room_that_reaches_upward_is_reported() {
        let found = planted(rooms, "src/protocol/a.rs", "use crate::collection::Collection;");
        assert_eq!(found, ["src/protocol/a.rs:1: `protocol` may not enter `collection`"]);
    }

    #[test]
    fn a_step_in_the_middle_of_a_line_is_reported() {
        let found = planted(rooms, "src/reclaim.rs", "fn a() { crate::table::b(); }");
        assert_eq!(found, ["src/reclaim.rs:1: `reclaim` may not enter `table`"]);
    }

    #[test]
    fn every_name_of_a_group_is_looked_at() {
        let text = "use crate::{\n    sync::{A, collection},\n    table::B, error,\n};\n";
        let found = planted(rooms, "src/reclaim.rs", text);
        assert_eq!(
            found,
            [
                "src/reclaim.rs:3: `reclaim` may not enter `table`",
                "src/reclaim.rs:3: `reclaim` may not enter `error`",
            ]
        );
    }

    #[test]
    fn a_room_without_a_line_is_reported() {
        let found = planted(rooms, "src/utils.rs", "");
        assert_eq!(found, ["src/utils.rs:1: the room `utils` has no line in the table of rooms"]);
    }

    #[test]
    fn a_room_of_tests_may_enter_any_other() {
        let entry = "use crate::collection::Collection;";
        assert!(planted(rooms, "src/progress_tests/mod.rs", entry).is_empty());
    }

    #[test]
    fn an_item_taken_from_the_front_door_is_reported() {
        let found = planted(rooms, "src/commit/a.rs", "use crate::Revision;");
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn climbing_out_is_reported() {
        let text = "use super::table;\nmod tests {\n    use super::*;\n}\n";
        assert_eq!(planted(rooms, "src/reclaim.rs", text).len(), 1);
        let found = planted(rooms, "src/protocol/a.rs", "use super::super::table;");
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(planted(rooms, "src/protocol/a.rs", "use super::b;").is_empty());
    }

    #[test]
    fn a_crate_used_past_its_door_is_reported() {
        let found = planted(doors, "src/collection.rs", "use scc::HashIndex;");
        assert_eq!(found, ["src/collection.rs:1: `scc` is used through src/table.rs only"]);
    }

    #[test]
    fn a_dependency_without_a_door_is_reported() {
        let text = "[dependencies]\nrand = \"1\"\n[dev-dependencies]\nclap = \"1\"";
        assert_eq!(planted(doors, "Cargo.toml", text).len(), 1);
    }

    #[test]
    fn an_item_in_the_front_door_is_reported() {
        let text = "//! fn\nmod a;\npub use a::{\n    fn_like,\n};\nconst A: u8 = 1;";
        let found = planted(front_door, "src/lib.rs", text);
        assert_eq!(found, ["src/lib.rs:6: the front door holds no items"]);
    }
}
