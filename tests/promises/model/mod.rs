//! One call after another, a collection does exactly what a map would do.
//!
//! Each case takes the same steps with a collection and with a model of some 100 lines: a map from
//! key to value, version and revision, and a counter of revisions. After every step the two have to
//! agree, and whatever is held from before has to be as it was.

mod held;
mod look;
mod op;
mod stock;
mod subject;
mod twin;

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::common::dice::{Dice, seed};
use crate::model::op::{Case, cases};
use crate::model::stock::stock;
use crate::model::subject::{Subject, Tally};
use crate::model::twin::Twin;

/// Goal: every verb does what it says, whatever went before and whatever is held. Method: random
/// steps on few keys, with and without hooks, in a collection and in the model; the forks take the
/// next steps as well, and are looked at again when the original is gone.
#[test]
fn collection_does_what_a_map_would_do() {
    let mut dice = Dice::new(seed());
    let bytes: Vec<u8> = (0..4).flat_map(|_| dice.next().to_le_bytes()).collect();
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, rng);

    let tally = Tally::default();
    let outcome = runner.run(&cases(), |case| {
        take(&case, &tally);
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }

    let (steps, view_reads, outdated) =
        (tally.steps.get(), tally.view_reads.get(), tally.outdated.get());
    let (conditional, lost) = (tally.conditional.get(), tally.lost.get());
    println!("{CASES} cases, {steps} steps; {conditional} conditional writes, {lost} lost");
    println!("{view_reads} reads of views, {outdated} of keys that were written later");
    assert!(steps >= u64::from(CASES) * 60, "cases are cut short");
    assert!(lost * 10 >= conditional, "too few conditional writes lost to prove anything");
    assert!((conditional - lost) * 10 >= conditional, "too few conditional writes took effect");
    assert!(outdated * 10 >= view_reads, "too few views were read after a later write");
}

fn take(case: &Case, tally: &Tally) {
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

const CASES: u32 = 20_000;
