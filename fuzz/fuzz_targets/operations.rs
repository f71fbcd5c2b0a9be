//! Whatever bytes come in as steps: a collection takes them as the model of `tests/promises` does,
//! and what is held from before stays as it was.
//!
//!     cargo +nightly fuzz run -s none operations -- -max_total_time=20
//!
//! `cargo +nightly fuzz fmt operations INPUT` says which steps an input stands for.
#![no_main]

#[path = "../../tests/promises/common"]
mod common {
    pub(crate) mod payload;
}
#[path = "../../tests/promises/model/mod.rs"]
mod model;

use libfuzzer_sys::arbitrary::{Arbitrary, Result, Unstructured};
use libfuzzer_sys::fuzz_target;

use crate::model::op::{Case, case, op};
use crate::model::subject::Tally;
use crate::model::take;

fuzz_target!(|steps: Steps| take(&steps.0, &Tally::default()));

#[derive(Debug)]
struct Steps(Case);

/// Four bytes for the rules, and four for each step: a byte that changes does so to one step only.
impl Arbitrary<'_> for Steps {
    fn arbitrary(bytes: &mut Unstructured<'_>) -> Result<Self> {
        let rules = bytes.arbitrary()?;
        let steps = (bytes.len() / 4).min(STEPS_MAX);
        let ops = (0..steps).map(|_| bytes.arbitrary().map(op)).collect::<Result<_>>()?;
        Ok(Self(case(rules, ops)))
    }
}

/// Room for several sweeps: a shard makes one every 64 writes.
const STEPS_MAX: usize = 400;
