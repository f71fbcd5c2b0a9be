//! Every constant bound of the crate, in one place.

/// Handles that one slab of the roster holds: the first slab, which is all that a small collection
/// has, and those from the second 256 handles on. Those between double.
pub(crate) const SLAB_FIRST: usize = 4;
pub(crate) const SLAB_LEN: usize = 256;

/// Doubling levels of a segmented array; with `SEGMENT_FIRST` they bound how many elements fit.
pub(crate) const SEGMENT_LEVELS: usize = 29;

/// Elements in the first level of a segmented array; each further level doubles.
pub(crate) const SEGMENT_FIRST: usize = 8;

/// Retired snapshots after which the writing thread sweeps its shard.
pub(crate) const SWEEP_EVERY: u32 = 64;

/// Snapshots that one sweep by a writer looks at, at most.
pub(crate) const SWEEP_MAX: usize = 256;

/// Snapshots that wait for views together, and are looked at together.
pub(crate) const HELD_TOGETHER: usize = 64;

/// Room that a shard keeps for snapshots that wait for views, however few there are.
pub(crate) const HELD_ROOM_MIN: usize = 256;

/// Snapshots that one `maintain()` looks at in each shard, at most.
pub(crate) const MAINTAIN_MAX: usize = 65_536;

/// How often `maintain()` tries to move the collectors on before it gives up for now.
pub(crate) const MAINTAIN_ROUNDS: usize = 8;

/// Looks at an unstamped snapshot before a reader draws a revision for it.
pub(crate) const HELP_SPINS: usize = 32;

/// Shards of what is split by thread, at least and at most.
pub(crate) const SHARDS_MIN: usize = 4;
pub(crate) const SHARDS_MAX: usize = 64;

/// Owned snapshots of one key at a time.
pub(crate) const OWNERS_MAX: u32 = u32::MAX / 2;

/// How many levels deep a document may be, the scalar at the bottom counted as one.
///
/// An object or array counts one more than the deepest thing that could stand in it, so 127 of them
/// may stand one in another, the document itself included. That is exactly what the parser of
/// `serde_json` takes: whatever may be written can be printed and parsed again.
pub(crate) const DOCUMENT_DEPTH_MAX: usize = 128;

/// Steps that a template may take.
#[cfg(any(test, feature = "templates"))]
pub(crate) const TEMPLATE_STEPS_MAX: u64 = 10_000_000;

/// Documents that a walk finds under one pin.
pub(crate) const WALK_AHEAD: usize = 16;

/// Places that are looked at under one pin for what is different between two views.
pub(crate) const WALKED_AT_ONCE: usize = 4_096;

/// Entries that a query of an index looks at under one pin, at first and at most: each batch is
/// twice as large as the last.
pub(crate) const SCAN_AHEAD_MIN: usize = 16;
pub(crate) const SCAN_AHEAD_MAX: usize = 1_024;

/// Entries by which a query of an index is ahead of the documents that it looks at, so that those
/// are fetched from memory meanwhile.
pub(crate) const SCAN_COMING: usize = 8;

/// Entries in a row that are too young for a query, after which it looks for the end of their key.
pub(crate) const SCAN_LATER_MAX: usize = 16;

/// Documents that a query of an index remembers, so as to walk their chains once.
pub(crate) const SCAN_MEMORY: usize = 256;

/// Documents that are put into a new index under one pin.
pub(crate) const BUILT_AT_ONCE: usize = 256;

/// Keys that `get_many` looks ahead.
pub(crate) const LOOK_AHEAD: usize = 16;

/// Documents that a stream reads ahead, at most.
pub(crate) const PREFETCH_MAX: usize = 1 << 20;

/// Attempts of a write with a closure before it gives up with a conflict: a closure that writes
/// its own key would go on for ever.
pub(crate) const ATTEMPTS_MAX: usize = 100_000;

/// Documents that `clear` and `retain` look at under one pin.
pub(crate) const REMOVED_AT_ONCE: usize = 64;

/// Documents that a fork takes over under one pin.
pub(crate) const FORKED_AT_ONCE: usize = 64;

/// Documents that a collection makes room for at once, at most.
pub(crate) const CAPACITY_HINT_MAX: usize = 1 << 26;

/// Revisions that a feed keeps for those who watch, unless it is told otherwise, and at most.
pub(crate) const FEED_CAPACITY: usize = 4_096;
pub(crate) const FEED_CAPACITY_MAX: usize = 1 << 24;

/// Bytes that a feed keeps for those who watch, unless it is told otherwise.
pub(crate) const FEED_BYTES: u64 = 64 << 20;

/// Revisions after which it is noted how many bytes a feed keeps, at least.
pub(crate) const MARK_EVERY: u64 = 32;

/// The tail of a feed moves on when it is this part of its length late.
pub(crate) const TAIL_STEP: u64 = 8;

/// Looks at the slot of a revision that was drawn before a reader gives it up.
pub(crate) const TAKE_SPINS: usize = 256;

/// Slots by which a reader is ahead of what it takes, so that it is fetched from memory meanwhile.
pub(crate) const TAKE_COMING: u64 = 4;

/// Lists among which those are spread who wait for one key each.
pub(crate) const BOARD_BUCKETS: usize = 1_024;

/// Those who wait for any of many keys that whoever comes or goes copies the list of.
pub(crate) const BOARD_PIECE: usize = 64;

/// Rounds in which a stream looks for an event that passes before others of its executor have a
/// turn.
#[cfg(feature = "async")]
pub(crate) const POLLED_AT_ONCE: u32 = 32;

/// Events that a watch takes out of the feed under one pin.
pub(crate) const WATCH_AHEAD: usize = 32;

/// Who waits looks again before it sleeps, after pauses of 2 to the power of these, which double
/// from look to look, and last so long in all: some 25 us, which it takes to sleep and be woken.
pub(crate) const LINGER_SHORTEST: u32 = 5;
pub(crate) const LINGER_LONGEST: u32 = 9;
pub(crate) const LINGER_SPINS: u32 = 1_000;

/// Waits without such looks, at most, after they were in vain.
pub(crate) const LINGER_NOT: u32 = 15;

/// Who waits for less than so many microseconds sleeps at once.
pub(crate) const LINGER_TIMEOUT_MIN: u64 = 1_000;

/// More than so many revisions found at once are a flow.
pub(crate) const LINGER_FLOW: u64 = 2;

/// Documents that a replay reads at first.
pub(crate) const REPLAY_FIRST: usize = 2;

/// Revisions that a watch passes over under one pin.
pub(crate) const WATCH_PASSED: usize = 1_024;

/// How often a reader looks for a revision at which the clock stood still before it takes the time
/// as it is.
pub(crate) const MOMENT_READS: usize = 8;

/// Queues of deadlines that a collection has, so that writers rarely wait for one another.
pub(crate) const QUEUES: usize = 8;

/// Entries that a queue of deadlines may have before it is looked whether they say anything.
pub(crate) const QUEUE_ROOM_MIN: usize = 64;

/// Documents whose deadlines have passed that are looked at together.
pub(crate) const DUE_AT_ONCE: usize = 64;

/// Documents that a sweep by a writer ends because their deadlines have passed, at most.
pub(crate) const EXPIRED_AT_ONCE: usize = 256;

/// How often a writer steps aside for others that have room reserved in a full collection, before
/// it is refused.
pub(crate) const ROOM_WAITS: u32 = 10_000;

/// Residents that the hand passes in one search because they were read; the next one is taken as it
/// is.
pub(crate) const HAND_STEPS: usize = 16;

/// Ghosts of a capacity to a resident, at most.
pub(crate) const GHOSTS: usize = 3;

/// Ghosts of a capacity that are kept however few residents there are.
pub(crate) const GHOSTS_MIN: usize = 64;

/// The small queue of a capacity has this part of the capacity.
pub(crate) const SMALL_PART: u64 = 20;
