//! Shows documents as a table.

use console::{Alignment, Term, measure_text_width, pad_str};
use folio::{Document, Snapshot};
use uuid::Uuid;

use crate::columns::{self, Column, GAP};
use crate::failure::Failure;
use crate::fields;
use crate::output::Output;

/// Shows documents, one a row; nothing at all if there are none.
pub(crate) fn show(
    documents: &[Snapshot<Uuid, Document>],
    output: &mut Output,
) -> Result<(), Failure> {
    if documents.is_empty() {
        return Ok(());
    }
    let width = output_width();
    let sample = documents.iter().take(SAMPLED_MAX).map(|document| fields::scalars(document));
    let columns = columns::choose(&sample.collect::<Vec<_>>(), width);

    output.line(format_args!("{}", heading(&columns)))?;
    for document in documents {
        output.line(format_args!("{}", row(document, &columns, width)))?;
    }
    Ok(())
}

fn heading(columns: &[Column]) -> String {
    if columns.is_empty() {
        return "document".to_owned();
    }
    side_by_side(columns, |column| &column.heading)
}

fn row(document: &Document, columns: &[Column], width: usize) -> String {
    if columns.is_empty() {
        return shorten(&fields::whole(document), width);
    }

    let cells = fields::scalars(document);
    side_by_side(columns, |column| cells.get(&column.path).map_or("", |cell| cell.text.as_str()))
}

fn side_by_side<'t>(columns: &'t [Column], text: impl Fn(&'t Column) -> &'t str) -> String {
    let fitted: Vec<String> = columns.iter().map(|column| fit(column, text(column))).collect();
    fitted.join(GAP).trim_end().to_owned()
}

/// A text in exactly the width of its column.
fn fit(column: &Column, text: &str) -> String {
    let side = if column.is_number { Alignment::Right } else { Alignment::Left };
    pad_str(&shorten(text, column.width), column.width, side, None).into_owned()
}

/// A text cut down to `width`, if it must be, with a mark to tell.
fn shorten(text: &str, width: usize) -> String {
    if measure_text_width(text) <= width {
        return text.to_owned();
    }

    let mut short = String::new();
    let mut left = width.saturating_sub(ELLIPSIS.len());
    for character in text.chars() {
        let taken = measure_text_width(character.encode_utf8(&mut [0; 4]));
        if taken > left {
            break;
        }
        left -= taken;
        short.push(character);
    }
    short + &ELLIPSIS[..width.min(ELLIPSIS.len())]
}

fn output_width() -> usize {
    match Term::stdout().size_checked() {
        Some((_, columns)) if Term::stdout().is_term() => usize::from(columns).max(WIDTH_MIN),
        _ => WIDTH_UNKNOWN,
    }
}

const SAMPLED_MAX: usize = 100;
const WIDTH_MIN: usize = 20;
const WIDTH_UNKNOWN: usize = 100;
const ELLIPSIS: &str = "..";
