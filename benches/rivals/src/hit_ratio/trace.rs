//! A trace: which key was asked for after which.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

pub struct Trace {
    pub name: String,
    /// Numbered in the order of their first appearance.
    pub keys: Vec<u32>,
    pub distinct: usize,
}

const GZIP: &[u8] = &[0x1f, 0x8b];

impl Trace {
    pub fn read(path: &Path) -> io::Result<Self> {
        let named =
            |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        let mut bytes = fs::read(path).map_err(named)?;
        if bytes.starts_with(GZIP) {
            let mut plain = Vec::new();
            MultiGzDecoder::new(&bytes[..]).read_to_end(&mut plain).map_err(named)?;
            bytes = plain;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = name.trim_end_matches(".gz").trim_end_matches(".txt");
        let keys = bytes.split(u8::is_ascii_whitespace).filter(|key| !key.is_empty());
        let trace = Self::new(name, keys);
        if trace.keys.is_empty() {
            return Err(named(io::Error::new(io::ErrorKind::InvalidData, "no keys in it")));
        }
        Ok(trace)
    }

    pub fn new<K: Eq + std::hash::Hash>(name: &str, keys: impl Iterator<Item = K>) -> Self {
        let mut numbers = HashMap::new();
        let keys = keys
            .map(|key| {
                let next = numbers.len() as u32;
                *numbers.entry(key).or_insert(next)
            })
            .collect();
        Self { name: name.to_owned(), keys, distinct: numbers.len() }
    }

    /// 1, 5 and 20 % of the distinct keys, each once.
    pub fn capacities(&self) -> Vec<usize> {
        let mut capacities = [1, 5, 20].map(|percent| (self.distinct * percent / 100).max(32));
        capacities.sort_unstable();
        let mut capacities = capacities.to_vec();
        capacities.dedup();
        capacities
    }
}
