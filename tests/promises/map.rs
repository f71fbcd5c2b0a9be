//! One call after another, a collection does exactly what a map would do.

use proptest::collection::vec;
use proptest::prelude::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::common::dice::{Dice, seed};
use crate::model::op::{Case, KEYS, KINDS, NUMBERS, case, op};
use crate::model::subject::Tally;
use crate::model::take;

/// Goal: every verb does what it says, whatever went before and whatever is held. Method: random
/// steps on few keys, with and without hooks, in a collection and in the model; the forks take the
/// next steps as well, and are looked at again when the original is gone. Indexes come and go, and
/// each query of one has to answer as a look at every document of its view does, in order.
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
    assert!(steps >= u64::from(CASES) * STEPS as u64, "cases are cut short");
    assert!(lost * 10 >= conditional, "too few conditional writes lost to prove anything");
    assert!((conditional - lost) * 10 >= conditional, "too few conditional writes took effect");
    assert!(outdated * 10 >= view_reads, "too few views were read after a later write");

    let (queries, found) = (tally.queries.get(), tally.found.get());
    println!("{queries} queries of indexes, {found} found something");
    assert!(found * 10 >= queries * 3, "too few queries found anything");
    assert!(queries >= 20 * u64::from(CASES), "too few queries");
}

/// Cases of so many steps.
///
/// Steps are made of four numbers each, which is much faster than a strategy for each kind, and
/// still shrinks: towards shorter cases, simpler steps and smaller numbers.
fn cases() -> impl Strategy<Value = Case> {
    let ops = vec([0..KINDS, 0..KEYS, 0..NUMBERS, 0..KEYS].prop_map(op), STEPS);
    ([0..2_u8, 0..2, 0..3, 0..8], ops).prop_map(|(rules, ops)| case(rules, ops))
}

const CASES: u32 = 20_000;
const STEPS: usize = 60;
