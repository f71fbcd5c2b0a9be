//! Documents that end, in Folio alone: what becomes of readers while very many do at once, and what
//! a deadline costs its writer.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use folio::{Clock, Collection};
use hdrhistogram::Histogram;
use uuid::Uuid;

use crate::jobs::tail::{empty, quantile};
use crate::jobs::{Case, Entrant, NS_PER_OP, Sample};
use crate::load::{BATCH, Ground, Shift, pause, splitmix, value};
use crate::plan::{Job, Purge};
use crate::systems::folio::settle;
use crate::systems::{FOUND, Hasher, Value, read};

pub const ENTRANTS: &[Entrant] = &[Entrant {
    name: "folio",
    walk: "nobody sees what is over, removed or not",
    fill: |_| unreachable!("each makes its own"),
    alone: |ground, case| match case.job {
        Job::Lives { purge } => lives(ground, case, purge),
        _ => deadlines(ground, case),
    },
    weigh: |_| unreachable!("nobody asks what a deadline weighs"),
}];

type Documents = Collection<Uuid, Value, Hasher>;

/// A clock that stands still until it is told that an hour has passed.
#[derive(Clone, Default)]
struct Hours(Arc<AtomicU64>);

impl Clock for Hours {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(SINCE_1970 + 3_600 * self.0.load(Relaxed))
    }
}

const SINCE_1970: u64 = 1_700_000_000;

/// Of documents that live on, and ten times as many that do not: reads of the former, timed one by
/// one, at first while nothing happens, then beside a thread that is busy with memory of its own,
/// then until all of the latter are gone.
fn lives(ground: &Ground, case: &Case, purge: Purge) -> Sample {
    let clock = Hours::default();
    let documents = &fill(ground, &clock, purge);
    let reader = Reader { documents, keys: &ground.keys, seed: case.seed };
    let start = Instant::now();
    let quiet = reader.read_until(|| start.elapsed() > case.pace.tail / 2);
    let elsewhere = reader.read_beside(|| _ = black_box(elsewhere(case.pace.tail / 2)));

    let dying = (DYING * ground.docs()) as u64;
    let start = Instant::now();
    clock.0.store(2, Relaxed);
    let busy = reader.read_beside(|| {
        let mut seed = !case.seed;
        while documents.stats().expirations < dying {
            match purge {
                Purge::Thread => pause(),
                Purge::Writes => {
                    for _ in 0..BURST {
                        let key = pick(&ground.keys, &mut seed);
                        documents.set_with_ttl(*key, value(seed), hours(AGES)).expect(OPEN);
                    }
                }
            }
        }
    });
    let gone = start.elapsed().as_nanos() as f64 / dying as f64;
    vec![
        (NS_PER_OP, quiet.mean()),
        ("p50", quantile(&quiet, 0.5)),
        ("p99", quantile(&quiet, 0.99)),
        ("p999", quantile(&quiet, 0.999)),
        ("elsewhere_p999", quantile(&elsewhere, 0.999)),
        ("busy_p50", quantile(&busy, 0.5)),
        ("busy_p99", quantile(&busy, 0.99)),
        ("busy_p999", quantile(&busy, 0.999)),
        ("p999_ratio", quantile(&busy, 0.999) / quantile(&quiet, 0.999)),
        ("gone", gone),
    ]
}

/// Those that live on among those that do not.
fn fill(ground: &Ground, clock: &Hours, purge: Purge) -> Documents {
    let builder = Collection::builder().hasher(ground.hasher.clone()).clock(clock.clone());
    let builder = match purge {
        Purge::Thread => builder.purge_every(Duration::from_millis(1)),
        Purge::Writes => builder,
    };
    let documents: Documents = builder.build().expect("a name of its own");
    let mut state = ground.seed;
    for (i, key) in ground.keys.iter().enumerate() {
        documents.set_with_ttl(*key, value(i as u64), hours(AGES)).expect(OPEN);
        for _ in 0..DYING {
            let key = Uuid::from_u64_pair(splitmix(&mut state), splitmix(&mut state));
            documents.set_with_ttl(key, value(0), hours(1)).expect(OPEN);
        }
    }
    settle(&documents);
    documents
}

#[derive(Clone, Copy)]
struct Reader<'a> {
    documents: &'a Documents,
    keys: &'a [Uuid],
    seed: u64,
}

impl Reader<'_> {
    fn read_until(self, is_over: impl Fn() -> bool) -> Histogram<u64> {
        let (mut latencies, mut seed, mut sum) = (empty(), self.seed, 0);
        while !is_over() {
            for _ in 0..BATCH {
                let key = pick(self.keys, &mut seed);
                let start = Instant::now();
                sum ^= self.documents.get(key).map(|value| read(&value)).expect(FOUND);
                let elapsed = start.elapsed();
                latencies.saturating_record(elapsed.as_nanos() as u64);
            }
        }
        black_box(sum);
        latencies
    }

    /// Reads until another thread is done with its work.
    fn read_beside(self, work: impl FnOnce() + Send) -> Histogram<u64> {
        let over = &AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(move || {
                work();
                over.store(true, Relaxed);
            });
            self.read_until(|| over.load(Relaxed))
        })
    }
}

fn pick<'a>(keys: &'a [Uuid], seed: &mut u64) -> &'a Uuid {
    &keys[splitmix(seed) as usize % keys.len()]
}

/// Writes to memory that is nobody else's, here and there.
fn elsewhere(length: Duration) -> u64 {
    let (mut memory, mut seed) = (vec![0_u64; ELSEWHERE], 1);
    let start = Instant::now();
    while start.elapsed() < length {
        for _ in 0..BURST {
            memory[splitmix(&mut seed) as usize % ELSEWHERE] ^= seed;
        }
    }
    memory.iter().fold(0, |sum, word| sum ^ word)
}

const fn hours(hours: u64) -> Duration {
    Duration::from_secs(3_600 * hours)
}

/// What a write over an existing key takes without and with a deadline, and one of a new key; by
/// the system's clock.
fn deadlines(ground: &Ground, case: &Case) -> Sample {
    let write = |store: &Documents, key: &Uuid, ends: bool| {
        let written = if ends {
            store.set_with_ttl(*key, value(1), hours(1))
        } else {
            store.set(*key, value(1))
        };
        written.expect(OPEN);
    };
    let new = |ends: bool| {
        let builder = Collection::builder().hasher(ground.hasher.clone());
        let store: Documents = builder.build().expect("a name of its own");
        let start = Instant::now();
        ground.keys.iter().for_each(|key| write(&store, key, ends));
        (start.elapsed().as_nanos() as f64 / ground.docs() as f64, store)
    };
    let ((new_plain, plain), (new_ttl, ends)) = (new(false), new(true));
    let again = |store: &Documents, ends: bool| {
        settle(store);
        let shift = Shift { threads: 1, length: case.pace.shift, seed: case.seed };
        let (work, _) = shift.run(&ground.keys, |lane| {
            lane.repeat::<BATCH>(|lane| {
                write(store, lane.key(), ends);
                0
            });
        });
        work.ns_per_op()
    };
    // In turns, so that neither has the better moment.
    let before = again(&plain, false);
    let with = again(&ends, true);
    let without = f64::midpoint(before, again(&plain, false));
    vec![
        (NS_PER_OP, with),
        ("plain", without),
        ("times_plain", with / without),
        ("new", new_ttl),
        ("new_plain", new_plain),
        ("new_times_plain", new_ttl / new_plain),
    ]
}

const OPEN: &str = "open, and without hooks";

/// Of documents that end, to one that does not.
const DYING: usize = 10;

/// In hours: longer than any run.
const AGES: u64 = 1_000;

/// Words of memory, many times a cache.
const ELSEWHERE: usize = 1 << 23;

/// Writes between two looks whether it is enough.
const BURST: usize = 1_024;
