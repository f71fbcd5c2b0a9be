//! A collection and a plain map, taking the same steps.
//!
//! The model has some 100 lines: a map from key to value, version and revision, and a counter of
//! revisions. After every step the two have to agree, and whatever is held from before has to be
//! as it was. An index has to answer as the map does when each of its values is looked at. What a
//! watch tells has to make the same map.
//!
//! Two drivers choose the steps: `map.rs` next door by chance, and
//! `fuzz/fuzz_targets/operations.rs` by what they reach in the crate.

mod held;
mod index;
mod look;
pub(crate) mod op;
mod stock;
pub(crate) mod subject;
mod twin;
mod watched;

use crate::model::op::Case;
use crate::model::stock::stock;
use crate::model::subject::{Subject, Tally};
use crate::model::twin::Twin;

/// Takes the steps of a case in a collection and in the model; the forks take the next steps as
/// well, and are looked at again when the original is gone.
pub(crate) fn take(case: &Case, tally: &Tally) {
    let stock = stock(case);
    let mut subject = Subject::new(&stock, Twin::new(case.validate, case.skip), tally);
    let mut forks = subject.run(&case.ops, 0);
    if case.closed > 0 {
        subject.close();
        let rest = case.ops.len().min(case.closed);
        forks.extend(subject.run(&case.ops[..rest], 0));
    }
    subject.end();
    drop(stock);
    for (fork, twin) in &forks {
        Subject::new(fork, twin.clone(), tally).check();
    }
}
