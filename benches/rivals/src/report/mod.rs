//! What is said about the run: a line for each measurement, a table of ratios, the targets.

pub mod table;
pub mod targets;

use std::fmt::{self, Display, Formatter};

use crate::jobs::{NS_PER_OP, Sample};
use crate::plan::Set;

/// All rounds of one measurement of one system.
#[derive(Clone, Debug)]
pub struct Row {
    pub set: Set,
    pub bench: &'static str,
    pub system: &'static str,
    pub threads: usize,
    pub docs: usize,
    pub dist: &'static str,
    pub figures: Vec<Figure>,
}

/// One figure over the rounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    pub name: &'static str,
    pub median: f64,
    pub min: f64,
    pub max: f64,
}

impl Row {
    pub fn figure(&self, name: &str) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.name == name)
    }

    /// The same measurement, whoever was measured.
    pub fn is_beside(&self, other: &Self) -> bool {
        (self.bench, self.threads, self.docs, self.dist)
            == (other.bench, other.threads, other.docs, other.dist)
    }
}

/// One JSON object. All names are plain words, so that nothing needs to be escaped.
impl Display for Row {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { set: _, bench, system, threads, docs, dist, figures } = self;
        write!(f, r#"{{"bench":"{bench}","system":"{system}","threads":{threads},"docs":{docs}"#)?;
        write!(f, r#","dist":"{dist}""#)?;
        if self.figure(NS_PER_OP).is_none() {
            write!(f, r#","{NS_PER_OP}":null"#)?;
        }
        for Figure { name, median, min, max } in figures {
            let stem = name.strip_suffix("_per_op").unwrap_or(name);
            write!(f, r#","{name}":{median:.2},"{stem}_min":{min:.2},"{stem}_max":{max:.2}"#)?;
        }
        write!(f, "}}")
    }
}

impl Figure {
    /// Of the same figure in every round.
    fn over(name: &'static str, mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let half = values.len() / 2;
        let median = if values.len() % 2 == 1 {
            values[half]
        } else {
            f64::midpoint(values[half - 1], values[half])
        };
        Self { name, median, min: values[0], max: values[values.len() - 1] }
    }
}

/// Takes the rounds of one measurement together. There is at least one.
pub fn figures(rounds: &[Sample]) -> Vec<Figure> {
    let names = rounds[0].iter().map(|(name, _)| *name);
    names
        .enumerate()
        .map(|(i, name)| Figure::over(name, rounds.iter().map(|sample| sample[i].1).collect()))
        .collect()
}

#[cfg(test)]
mod tests;
