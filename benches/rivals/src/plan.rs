//! What is measured, as data.

use std::time::Duration;

use crate::caches;
use crate::feeds;
use crate::indexed;
use crate::jobs::Entrant;
#[cfg(feature = "folio")]
use crate::jobs::lives;
use crate::load::Dist;
use crate::systems;

/// One question, asked of every system that can answer it.
#[derive(Clone, Copy, Debug)]
pub struct Bench {
    /// Who is asked.
    pub set: Set,
    /// As it stands in the output.
    pub name: &'static str,
    pub job: Job,
    pub crew: Crew,
    pub dists: &'static [Dist],
    /// What the stores it worked on are good for afterwards.
    pub leaves: Stores,
}

/// Systems that are measured together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    /// Stores of documents by key.
    Documents,
    /// Those with two indexes.
    Indexes,
    /// Those that tell of what is written.
    Feeds,
    /// Those that choose who goes, with values of a word.
    Caches,
    /// The same with values of a hundred shared bytes.
    CachesArc,
    /// Folio alone: documents that end.
    Lives,
}

/// The work of a bench.
#[derive(Clone, Copy, Debug)]
pub enum Job {
    Get,
    GetPinned,
    GetMany,
    Update,
    Insert,
    /// Reads, and so many updates in a hundred operations.
    Mixed {
        updates: usize,
    },
    Stream,
    /// Views opened and dropped while so many others are open.
    ViewOpen {
        others: usize,
    },
    /// Updates while so many views are open.
    UpdateAmong {
        views: usize,
    },
    /// Single reads of so many threads, timed one by one, while the rest write as fast as they can.
    Tail {
        readers: usize,
    },
    /// Memory, in a process of its own.
    Bytes,
    /// Exact lookups of a hundred documents by an index.
    Lookup,
    /// The same, timed one by one: at first alone, then while so many threads move documents.
    LookupAmong {
        writers: usize,
    },
    /// Ranges of so many documents.
    Range {
        len: u32,
    },
    /// Adding both indexes to a store that is filled.
    Build,
    /// New keys, into stores with both indexes.
    InsertIndexed,
    /// Updates in a store without indexes, of what no index knows, and of what one of two does.
    UpdateIndexed,
    /// Writes while so many watch, and then taking what they were told.
    FeedWrite {
        consumers: usize,
    },
    /// What one thread has written is taken by another.
    FeedDrain,
    /// Writes of so many threads, as fast as so many others can follow.
    FeedThrough {
        writers: usize,
        consumers: usize,
    },
    /// Single writes, timed until each of so many waiting threads has it.
    FeedLatency {
        consumers: usize,
    },
    /// Reads from a cache that has everything.
    CacheGet,
    /// Reads from a cache for a part of everything; whoever misses puts in.
    CacheAside {
        part: usize,
    },
    /// Loads of keys that nobody has asked for, in a full cache.
    CacheLoad,
    /// Writes of such keys.
    CacheInsert,
    /// Reads while ten times as many documents end at once.
    Lives {
        purge: Purge,
    },
    /// Writes of documents that will end.
    Deadlines,
}

/// By whom those are removed whose time has come.
#[derive(Clone, Copy, Debug)]
pub enum Purge {
    /// The collection's own thread.
    Thread,
    /// Whoever writes, on the way.
    Writes,
}

/// How many threads.
#[derive(Clone, Copy, Debug)]
pub enum Crew {
    /// Each of the numbers that the run is about.
    Each,
    /// Always so many.
    Fixed(usize),
}

/// Whether later benches may use the same stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stores {
    /// Nothing was written.
    Untouched,
    /// Written to: fresh ones are filled and churned for whoever comes next.
    Spent,
    /// It made its own.
    Unused,
}

/// How long one measurement takes.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// A throughput.
    pub shift: Duration,
    /// A tail, in two halves where there are two.
    pub tail: Duration,
    /// New keys of one measurement of `insert`, at least; a store of its size takes that many.
    pub inserts: usize,
}

impl Set {
    pub const ALL: [Self; 6] =
        [Self::Documents, Self::Indexes, Self::Feeds, Self::Caches, Self::CachesArc, Self::Lives];

    /// How many documents it is about, unless somebody says.
    pub fn docs(self) -> &'static [usize] {
        match self {
            Self::Documents | Self::Indexes | Self::Feeds => DOCS,
            Self::Caches | Self::CachesArc | Self::Lives => QUICK_DOCS,
        }
    }

    /// Who is in it, in the order of the output.
    pub fn entrants(self) -> &'static [Entrant] {
        match self {
            Self::Documents => systems::ENTRANTS,
            Self::Indexes => indexed::ENTRANTS,
            Self::Feeds => feeds::ENTRANTS,
            Self::Caches => caches::ENTRANTS,
            Self::CachesArc => caches::ENTRANTS_ARC,
            #[cfg(feature = "folio")]
            Self::Lives => lives::ENTRANTS,
            #[cfg(not(feature = "folio"))]
            Self::Lives => &[],
        }
    }
}

const BOTH: &[Dist] = &[Dist::Hot, Dist::Uniform];

const UNIFORM: &[Dist] = &[Dist::Uniform];

const ZIPF: &[Dist] = &[Dist::Zipf];

/// A tenth fits.
const ASIDE: Job = Job::CacheAside { part: 10 };

/// In the order of the run.
pub const BENCHES: &[Bench] = &[
    reads("get", Job::Get),
    reads("get_pinned", Job::GetPinned),
    reads("get_many_64", Job::GetMany),
    over_all("stream", Job::Stream, Crew::Each, Stores::Untouched),
    over_all("view_open", Job::ViewOpen { others: 0 }, Crew::Each, Stores::Untouched),
    writes("update", Job::Update),
    writes("mixed_95_5", Job::Mixed { updates: 5 }),
    writes("mixed_50_50", Job::Mixed { updates: 50 }),
    tail("tail_2r2w", 2, 2),
    tail("tail_8r2w", 8, 2),
    over_all(
        "view_open_among_1000",
        Job::ViewOpen { others: 1_000 },
        Crew::Fixed(1),
        Stores::Spent,
    ),
    writes("update_among_1000_views", Job::UpdateAmong { views: 1_000 }),
    over_all("insert", Job::Insert, Crew::Each, Stores::Unused),
    over_all("bytes_per_doc", Job::Bytes, Crew::Fixed(1), Stores::Unused),
    by_index("lookup_100", Job::Lookup, Crew::Fixed(1), Stores::Untouched),
    by_index("range_100", Job::Range { len: 100 }, Crew::Fixed(1), Stores::Untouched),
    by_index("range_1250", Job::Range { len: 1_250 }, Crew::Fixed(1), Stores::Untouched),
    by_index("lookup_100_2w", Job::LookupAmong { writers: 2 }, Crew::Fixed(1), Stores::Spent),
    by_index("update_indexed", Job::UpdateIndexed, Crew::Fixed(1), Stores::Unused),
    by_index("insert_2_indexes", Job::InsertIndexed, Crew::Fixed(1), Stores::Unused),
    by_index("index_build", Job::Build, Crew::Fixed(1), Stores::Unused),
    by_index("bytes_per_entry", Job::Bytes, Crew::Fixed(1), Stores::Unused),
    feed("feed_write_0", Job::FeedWrite { consumers: 0 }, 1),
    feed("feed_write_1", Job::FeedWrite { consumers: 1 }, 1),
    feed("feed_write_4", Job::FeedWrite { consumers: 4 }, 1),
    feed("feed_drain_1", Job::FeedDrain, 2),
    feed("feed_through_1", Job::FeedThrough { writers: 1, consumers: 1 }, 2),
    feed("feed_through_4", Job::FeedThrough { writers: 1, consumers: 4 }, 5),
    feed("feed_through_1_4w", Job::FeedThrough { writers: 4, consumers: 1 }, 5),
    feed("feed_latency_1", Job::FeedLatency { consumers: 1 }, 2),
    feed("feed_latency_4", Job::FeedLatency { consumers: 4 }, 5),
    gets(Set::Caches, "cache_get"),
    full(Set::Caches, "cache_aside", ASIDE, ZIPF),
    full(Set::Caches, "cache_load", Job::CacheLoad, UNIFORM),
    full(Set::Caches, "cache_insert", Job::CacheInsert, UNIFORM),
    gets(Set::CachesArc, "cache_get_arc"),
    full(Set::CachesArc, "cache_aside_arc", ASIDE, ZIPF),
    full(Set::CachesArc, "cache_load_arc", Job::CacheLoad, UNIFORM),
    full(Set::CachesArc, "cache_insert_arc", Job::CacheInsert, UNIFORM),
    lives("expire_thread", Job::Lives { purge: Purge::Thread }, 2),
    lives("expire_writes", Job::Lives { purge: Purge::Writes }, 2),
    lives("write_ttl", Job::Deadlines, 1),
];

pub const THREADS: &[usize] = &[1, 2, 8];

pub const DOCS: &[usize] = &[1_000, 100_000, 1_000_000];

pub const ROUNDS: usize = 5;

/// Of what fills stores of its own in every round.
pub const ROUNDS_ALONE: usize = 3;

pub const FULL: Pace =
    Pace { shift: Duration::from_millis(200), tail: Duration::from_secs(2), inserts: 400_000 };

/// What `--quick` is about.
pub const QUICK_DOCS: &[usize] = &[100_000];

pub const QUICK: Pace =
    Pace { shift: Duration::from_millis(50), tail: Duration::from_millis(500), inserts: 100_000 };

const fn reads(name: &'static str, job: Job) -> Bench {
    let set = Set::Documents;
    Bench { set, name, job, crew: Crew::Each, dists: BOTH, leaves: Stores::Untouched }
}

const fn writes(name: &'static str, job: Job) -> Bench {
    let set = Set::Documents;
    Bench { set, name, job, crew: Crew::Each, dists: BOTH, leaves: Stores::Spent }
}

/// A bench without picks, so that their distribution says nothing.
const fn over_all(name: &'static str, job: Job, crew: Crew, leaves: Stores) -> Bench {
    Bench { set: Set::Documents, name, job, crew, dists: &[Dist::Uniform], leaves }
}

const fn by_index(name: &'static str, job: Job, crew: Crew, leaves: Stores) -> Bench {
    Bench { set: Set::Indexes, ..over_all(name, job, crew, leaves) }
}

/// Writes leave these stores as they found them.
const fn feed(name: &'static str, job: Job, threads: usize) -> Bench {
    Bench { set: Set::Feeds, ..over_all(name, job, Crew::Fixed(threads), Stores::Untouched) }
}

const fn gets(set: Set, name: &'static str) -> Bench {
    let dists = &[Dist::Hot, Dist::Uniform, Dist::Zipf];
    let (job, leaves) = (Job::CacheGet, Stores::Unused);
    Bench { set, name, job, crew: Crew::Each, dists, leaves }
}

const fn full(set: Set, name: &'static str, job: Job, dists: &'static [Dist]) -> Bench {
    Bench { set, name, job, crew: Crew::Each, dists, leaves: Stores::Unused }
}

const fn lives(name: &'static str, job: Job, threads: usize) -> Bench {
    Bench { set: Set::Lives, ..over_all(name, job, Crew::Fixed(threads), Stores::Unused) }
}

const fn tail(name: &'static str, readers: usize, writers: usize) -> Bench {
    Bench {
        set: Set::Documents,
        name,
        job: Job::Tail { readers },
        crew: Crew::Fixed(readers + writers),
        dists: &[Dist::Hot],
        leaves: Stores::Spent,
    }
}
