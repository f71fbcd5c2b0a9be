//! The loops over caches.

use crate::caches::{Cache, Content, Reader};
use crate::jobs::{Case, Entrant, NS_PER_OP, Sample};
use crate::load::{BATCH, Dist, Ground, Lane, cache_key};
use crate::plan::Job;

/// The face of one cache.
pub const fn entrant<V: Content, C: Cache<V>>() -> Entrant {
    Entrant {
        name: C::NAME,
        walk: C::MISS,
        fill: |_| unreachable!("each makes its own"),
        alone: |ground, case| match case.job {
            Job::CacheGet => get::<V, C>(ground, case),
            Job::CacheAside { part } => aside::<V, C>(ground, case, part),
            Job::CacheLoad => {
                replace::<V, C>(ground, case, |cache, key| cache.load(key, || V::new(key)))
            }
            _ => replace::<V, C>(ground, case, |cache, key| {
                cache.insert(key, V::new(key));
                0
            }),
        },
        weigh: |_| unreachable!("nobody asks what a cache weighs"),
    }
}

/// Reads of what is there. Made for twice as much: so those in shards keep it all, too.
fn get<V: Content, C: Cache<V>>(ground: &Ground, case: &Case) -> Sample {
    let cache = filled::<V, C>(ground, 2 * ground.docs());
    ask(&cache, ground, case, |_, _| unreachable!("everything fits"))
}

/// One with every document.
fn filled<V: Content, C: Cache<V>>(ground: &Ground, capacity: usize) -> C {
    let cache = C::new(capacity, ground.hasher.clone());
    for i in ground.churn() {
        cache.insert(cache_key(i as u32), V::new(i as u64));
    }
    cache.settle();
    cache
}

/// Reads, in a cache for a part of all documents; whoever misses one puts it in.
fn aside<V: Content, C: Cache<V>>(ground: &Ground, case: &Case, part: usize) -> Sample {
    let cache = C::new((ground.docs() / part).max(1), ground.hasher.clone());
    let put_in = |cache: &C, key| cache.insert(key, V::new(key));
    for pick in ground.picks(case.dist).iter().take(2 * ground.docs()) {
        let key = cache_key(*pick);
        if cache.reader().get(key).is_none() {
            put_in(&cache, key);
        }
    }
    ask(&cache, ground, case, put_in)
}

/// Reads, with a reader for each batch of them. Also says how many of a hundred were hits.
fn ask<V: Content, C: Cache<V>>(
    cache: &C,
    ground: &Ground,
    case: &Case,
    make_up: impl Fn(&C, u64) + Sync,
) -> Sample {
    let picks = ground.picks(case.dist);
    let (work, misses) = case.shift().run(&[], |lane| {
        let (mut at, mut misses) = (lane.below(picks.len()), 0_u64);
        lane.repeat::<1>(|_| {
            let (reader, mut sum) = (cache.reader(), 0);
            for _ in 0..BATCH {
                at = if at + 1 == picks.len() { 0 } else { at + 1 };
                let key = cache_key(picks[at]);
                if let Some(word) = reader.get(key) {
                    sum ^= word;
                } else {
                    misses += 1;
                    make_up(cache, key);
                }
            }
            sum
        });
        lane.done *= BATCH;
        misses
    });
    let asked: u64 = work.done.iter().sum();
    let hits = 1.0 - misses.iter().sum::<u64>() as f64 / asked as f64;
    vec![(NS_PER_OP, work.ns_per_op()), ("hits", 100.0 * hits)]
}

/// New keys, in a cache that is full.
fn replace<V: Content, C: Cache<V>>(
    ground: &Ground,
    case: &Case,
    put_in: impl Fn(&C, u64) -> u64 + Sync,
) -> Sample {
    debug_assert_eq!(case.dist, Dist::Uniform, "nobody picks");
    let cache = filled::<V, C>(ground, ground.docs());
    let (work, _) = case.shift().run(&[], |lane| {
        lane.repeat::<BATCH>(|lane: &mut Lane<'_>| put_in(&cache, lane.draw()));
    });
    vec![(NS_PER_OP, work.ns_per_op())]
}
