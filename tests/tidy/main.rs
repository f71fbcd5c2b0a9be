//! The house rules, held by reading the sources.
//!
//! Each rule is a function from sources to findings. It is used twice: on the tree as it is, where
//! it must find nothing, and on a planted fault, which it must find: a rule that cannot fail holds
//! nothing.
#![allow(clippy::missing_panics_doc, reason = "a test panics when it fails")]

mod ground;
mod labels;
mod layers;
mod root;
mod sizes;
mod source;
mod tree;
mod words;

use source::{Finding, Source};

/// Rooms enter only the rooms below them, as the table in `layers.rs` says.
#[test]
fn rooms_enter_only_what_their_floor_allows() {
    hold(layers::rooms);
}

/// Each foreign crate is named in one place, where its traps are dealt with.
#[test]
fn foreign_crates_come_in_by_one_door() {
    hold(layers::doors);
}

/// The crate's root module declares and exports, nothing else.
#[test]
fn the_front_door_holds_no_items() {
    hold(layers::front_door);
}

/// Unsafe code and atomics are on the ground floor, where loom and the protocol page cover them.
#[test]
fn unsafe_code_and_atomics_stay_on_the_ground() {
    hold(ground::floor);
}

/// Loom weakens sequentially consistent accesses, so the protocol does without.
#[test]
fn sequential_consistency_is_for_fences() {
    hold(ground::no_sequential_access);
}

/// Users never meet a switch for our model checkers.
#[test]
fn sources_know_no_model_checker() {
    hold(ground::no_switch);
}

/// What a protocol page claims can be found in the code, and the other way round.
#[test]
fn every_label_has_a_line_of_code_and_a_page() {
    hold(labels::in_code);
}

/// What a protocol page claims is tried by a test of that name.
#[test]
fn every_label_has_a_test() {
    hold(labels::in_tests);
}

/// The reason for an ordering stands above it and begins with its label.
#[test]
fn every_ordering_is_explained() {
    hold(labels::orderings);
}

/// Files, pages and lines fit a reader's screen and memory.
#[test]
fn files_pages_and_lines_keep_their_bounds() {
    hold(sizes::files);
}

/// A function fits a screen.
#[test]
fn functions_keep_their_bound() {
    hold(sizes::functions);
}

/// Text looks the same everywhere.
#[test]
fn text_is_ascii() {
    hold(sizes::ascii);
}

/// Nothing half done is committed.
#[test]
fn nothing_is_left_unfinished() {
    hold(words::unfinished);
}

/// Tests wait for what they need, never for time.
#[test]
fn nothing_waits_for_time_to_pass() {
    hold(words::waiting);
}

/// The repository is about the crate, not about a machine.
#[test]
fn no_path_of_a_machine_is_named() {
    hold(words::machines);
}

/// A lock file names crates.io only, and each collector once.
#[test]
fn every_lock_file_has_one_of_each_collector() {
    hold(root::lock);
}

/// A newcomer sees the agreed entries and no others.
#[test]
fn the_root_holds_the_agreed_entries() {
    let strange = root::entries(&tree::tracked());
    assert!(strange.is_empty(), "{}", strange.join("\n"));
}

/// Links in prose lead somewhere.
#[test]
fn links_lead_somewhere() {
    let found = root::links(&tree::sources(), &tree::tracked());
    assert!(found.is_empty(), "\n{}", told(&found).join("\n"));
}

fn hold(rule: fn(&[Source]) -> Vec<Finding>) {
    let found = rule(&tree::sources());
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), told(&found).join("\n"));
}

/// What `rule` says of `text`, were it at `path`.
fn planted(rule: fn(&[Source]) -> Vec<Finding>, path: &str, text: &str) -> Vec<String> {
    told(&rule(&[Source::parse(path, text)]))
}

fn told(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(ToString::to_string).collect()
}
