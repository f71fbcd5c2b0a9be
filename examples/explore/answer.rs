//! Creates the indexes that the command line asks for, and answers its questions.

use std::time::Instant;

use folio::{Collection, Document};
use uuid::Uuid;

use crate::failure::Failure;
use crate::options::Options;
use crate::output::Output;
use crate::paths::Paths;
use crate::question::Question;
use crate::table;

/// Creates each index once: those asked for, and those that questions need.
pub(crate) fn index(
    collection: &Collection<Uuid, Document>,
    options: &Options,
    output: &mut Output,
) -> Result<Vec<Paths>, Failure> {
    let mut indexes: Vec<Paths> = Vec::new();
    for paths in options.index.iter().chain(options.questions().map(Question::paths)) {
        if indexes.contains(paths) {
            continue;
        }
        let started = Instant::now();
        let index = collection.create_index(paths.text(), paths.spec())?;
        let ms = ms_since(started);
        let (name, entries) = (paths.text(), index.len());
        output.line(format_args!("index {name}: {entries} entries in {ms:.1} ms"))?;
        indexes.push(paths.clone());
    }
    Ok(indexes)
}

/// Answers each question with a line, and with a table of its first documents.
pub(crate) fn answer(
    collection: &Collection<Uuid, Document>,
    options: &Options,
    output: &mut Output,
) -> Result<(), Failure> {
    for question in options.questions() {
        let index = collection.index(question.paths().text())?;
        let started = Instant::now();
        let mut found = question.ask(&index);
        let shown: Vec<_> = found.by_ref().take(options.limit).map(|one| one.snapshot()).collect();
        let count = shown.len() + found.count();
        let ms = ms_since(started);
        output.line(format_args!("{question}: {count} documents in {ms:.3} ms"))?;
        table::show(&shown, output)?;
    }
    Ok(())
}

fn ms_since(started: Instant) -> f64 {
    started.elapsed().as_secs_f64() * 1_000.0
}
