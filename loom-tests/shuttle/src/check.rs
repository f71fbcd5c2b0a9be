//! How a model is run: random schedules, then some with few well-placed changes of thread (PCT,
//! which finds what needs one certain order of steps and which random schedules miss for ever).
#![allow(clippy::disallowed_methods, reason = "says how long a model took")]

use std::env;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, MaxSteps, Runner};

use crate::execution::{self, World};

/// Runs `model` in `N` schedules of each kind. `SEED` repeats a run.
pub(crate) fn check(name: &str, world: World, model: impl Fn() + Send + Sync + 'static) {
    let schedules = number("N").map_or(SCHEDULES, |number| usize::try_from(number).unwrap());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let seed = number("SEED").unwrap_or(u64::from(now.subsec_nanos()));
    let model = Arc::new(model);
    let random = RandomScheduler::new_from_seed(seed, schedules);
    run(name, "random", seed, world, random, &model);
    let pct = PctScheduler::new_from_seed(seed, PCT_DEPTH, schedules);
    run(name, "PCT", seed, world, pct, &model);
}

fn run(
    name: &str,
    kind: &str,
    seed: u64,
    world: World,
    scheduler: impl Scheduler + 'static,
    model: &Arc<impl Fn() + Send + Sync + 'static>,
) {
    println!("{name}: {kind}, SEED={seed}");
    let mut config = Config::new();
    // That it sees no memory orderings is why loom is there.
    config.silence_warnings = true;
    config.stack_size = 0x40000;
    config.max_steps = MaxSteps::FailAfter(1_000_000);
    let model = Arc::clone(model);
    let began = Instant::now();
    let tried = Runner::new(scheduler, config).run(move || execution::run(world, || model()));
    println!("{name}: {tried} schedules, {kind}, {:.1} s", began.elapsed().as_secs_f32());
}

fn number(variable: &str) -> Option<u64> {
    let text = env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is a number, not {text:?}")))
}

const PCT_DEPTH: usize = 4;
const SCHEDULES: usize = 20_000;
