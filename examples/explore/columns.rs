//! Which fields of the documents are worth a column.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use console::measure_text_width;

use crate::fields::{Cell, Path};

/// A field that is shown.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) path: Path,
    pub(crate) heading: String,
    pub(crate) width: usize,
    pub(crate) is_number: bool,
}

/// Chooses columns for documents like those of `sample` that fit side by side in `width`.
///
/// A field is left out if most documents lack it, if it says the same in all of them, if it is an
/// address on the web, or if a column already chosen says it too. Of what remains, names that
/// people give to what they look for first come first, then what stands at the top of the
/// documents, then what has a short name.
pub(crate) fn choose(sample: &[BTreeMap<Path, Cell>], width: usize) -> Vec<Column> {
    let mut candidates: Vec<Candidate<'_>> =
        paths(sample).into_iter().map(|path| Candidate::new(path, sample)).collect();
    if candidates.iter().any(Candidate::tells_something) {
        candidates.retain(Candidate::tells_something);
    }
    candidates.sort_by_key(Candidate::rank);

    let mut chosen: Vec<Candidate<'_>> = Vec::new();
    let mut left = width;
    for candidate in candidates {
        let taken = candidate.width() + GAP.len();
        if taken <= left + GAP.len() && !chosen.iter().any(|other| other.repeats(&candidate)) {
            left = left.saturating_sub(taken);
            chosen.push(candidate);
        }
    }
    chosen.into_iter().map(Candidate::into_column).collect()
}

fn paths(sample: &[BTreeMap<Path, Cell>]) -> BTreeSet<&Path> {
    sample.iter().flat_map(BTreeMap::keys).collect()
}

/// A field and what the sampled documents say there.
struct Candidate<'s> {
    path: &'s Path,
    cells: Vec<Option<&'s Cell>>,
}

impl<'s> Candidate<'s> {
    fn new(path: &'s Path, sample: &'s [BTreeMap<Path, Cell>]) -> Self {
        Self { path, cells: sample.iter().map(|row| row.get(path)).collect() }
    }

    fn present(&self) -> impl Iterator<Item = &'s Cell> {
        self.cells.iter().copied().flatten()
    }

    fn tells_something(&self) -> bool {
        let different: BTreeSet<&str> = self.present().map(|cell| cell.text.as_str()).collect();
        let is_common = self.present().count() * 2 >= self.cells.len();
        let differs = different.len() > 1 || self.cells.len() == 1;
        is_common && differs && !different.iter().any(|text| text.contains("://"))
    }

    /// Whether both say the same, or one what the other says and more.
    fn repeats(&self, other: &Candidate<'_>) -> bool {
        self.cells.iter().zip(&other.cells).all(|pair| match pair {
            (Some(one), Some(two)) => {
                let (one, two) = (one.text.as_str(), two.text.as_str());
                let is_telling = one.len().min(two.len()) >= REPEATED_MIN;
                one == two || (is_telling && (one.contains(two) || two.contains(one)))
            }
            (None, None) => true,
            _ => false,
        })
    }

    fn rank(&self) -> (Reverse<usize>, usize, usize, &'s Path) {
        let name = self.heading().to_ascii_lowercase();
        let sought = SOUGHT.iter().rev().position(|&known| known == name).map_or(0, |at| at + 1);
        (Reverse(sought), self.path.len(), name.len(), self.path)
    }

    fn heading(&self) -> &'s str {
        self.path.last().map_or("", String::as_str)
    }

    fn width(&self) -> usize {
        let widest = self.present().map(|cell| measure_text_width(&cell.text)).max().unwrap_or(0);
        widest.max(measure_text_width(self.heading())).clamp(1, WIDTH_MAX)
    }

    fn into_column(self) -> Column {
        Column {
            heading: self.heading().to_owned(),
            width: self.width(),
            is_number: self.present().all(|cell| cell.is_number),
            path: self.path.clone(),
        }
    }
}

pub(crate) const GAP: &str = "  ";
const WIDTH_MAX: usize = 32;
const REPEATED_MIN: usize = 3;
const SOUGHT: [&str; 9] = ["id", "name", "title", "label", "mag", "place", "type", "time", "date"];
