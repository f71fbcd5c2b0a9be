//! How a model is run: bounded, in a fresh world for each execution, and with a line that says how
//! much was tried.
#![allow(clippy::disallowed_methods, reason = "says how long a model took")]

use std::env;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize as Counter, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use crate::execution::{self, World};

/// Runs `model` in every order of three preemptions (two threads) or two (more of them).
///
/// `LOOM_MAX_PREEMPTIONS` overrides both, `LOOM_MAX_DURATION` the seconds that a model may take.
pub(crate) fn model(world: World, model: impl Fn() + Send + Sync + 'static) {
    model_within(if world.threads == 2 { 3 } else { 2 }, world, model);
}

/// The same with a bound of its own, for a model that takes long.
pub(crate) fn model_within(
    preemptions: usize,
    world: World,
    model: impl Fn() + Send + Sync + 'static,
) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = builder.preemption_bound.or(Some(preemptions));
    builder.max_branches = builder.max_branches.max(20_000);
    builder.max_duration = builder.max_duration.or(Some(DURATION_MAX));
    if env::var_os("LOOM_CHECKPOINT_INTERVAL").is_none() {
        builder.checkpoint_interval = 1_000;
    }
    let (bound, limit) = (builder.preemption_bound, builder.max_duration);

    let executions = Arc::new(Counter::new(0));
    let counter = Arc::clone(&executions);
    let began = Instant::now();
    builder.check(move || {
        counter.fetch_add(1, Relaxed);
        execution::run(world, &model);
    });

    let took = began.elapsed();
    let cut = limit.is_some_and(|limit| took >= limit);
    println!(
        "{}: {} executions of {} threads, {} preemptions, {:.1} s{}",
        thread::current().name().unwrap_or("model"),
        executions.load(Relaxed),
        world.threads,
        bound.unwrap_or_default(),
        took.as_secs_f32(),
        if cut { ", cut short" } else { "" },
    );
}

/// Two threads that share one shard of everything.
pub(crate) const TWO: World = World { threads: 2, shards: 1, reuse: false };

/// Three of them.
pub(crate) const THREE: World = World { threads: 3, shards: 1, reuse: false };

/// Two threads, each with a shard of its own.
pub(crate) const APART: World = World { threads: 2, shards: 2, reuse: false };

/// Two, with memory that is given out again at once.
pub(crate) const REUSED: World = World { threads: 2, shards: 2, reuse: true };

const DURATION_MAX: Duration = Duration::from_secs(120);
