//! What is said at the end.

use std::fmt::Write;

use crate::caches::{CACHES, FOLIO, PEERS};

/// One trace at one size.
pub struct Cell {
    pub trace: String,
    pub capacity: usize,
    /// In per cent, in the order of [`CACHES`].
    pub hits: Vec<f64>,
}

impl Cell {
    fn ahead(&self) -> f64 {
        self.hits[FOLIO] - self.hits[PEERS].iter().copied().fold(0.0, f64::max)
    }
}

pub fn table(cells: &[Cell]) -> String {
    let names: Vec<&str> = CACHES.iter().map(|(name, _)| *name).collect();
    let mut text = format!("| trace | size | {} | ahead |\n", names.join(" | "));
    let _ = writeln!(text, "|---|---:|{}---:|", "---:|".repeat(names.len()));
    for cell in cells {
        let hits: Vec<_> = cell.hits.iter().map(|hits| format!("{hits:.1}")).collect();
        let (hits, ahead) = (hits.join(" | "), cell.ahead());
        let _ = writeln!(text, "| {} | {} | {hits} | {ahead:+.1} |", cell.trace, cell.capacity);
    }
    let ahead = || cells.iter().map(Cell::ahead);
    let mean = ahead().sum::<f64>() / cells.len() as f64;
    let worst = ahead().fold(f64::INFINITY, f64::min);
    let above = ahead().filter(|ahead| *ahead > 0.0).count();
    let of = cells.len();
    let _ = writeln!(
        text,
        "\nAhead of the better of moka and quick_cache, in points: {mean:+.2} in the mean, \
         {worst:+.1} at worst, above in {above} of {of}.",
    );
    text
}
