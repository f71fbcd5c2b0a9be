//! The twin of `limits`: small enough that slabs, levels, shards and sweeps are many.

pub(crate) const SLAB_FIRST: usize = 1;
pub(crate) const SLAB_LEN: usize = 2;
pub(crate) const SEGMENT_LEVELS: usize = 5;
pub(crate) const SEGMENT_FIRST: usize = 2;
pub(crate) const SWEEP_EVERY: u32 = 2;
pub(crate) const SWEEP_MAX: usize = 3;
pub(crate) const HELP_SPINS: usize = 1;
pub(crate) const MOMENT_READS: usize = 2;
pub(crate) const OWNERS_MAX: u32 = u32::MAX / 2;
pub(crate) const WALK_AHEAD: usize = 2;
pub(crate) const MAINTAIN_MAX: usize = 64;
pub(crate) const MAINTAIN_ROUNDS: usize = 4;
pub(crate) const HELD_ROOM_MIN: usize = 4;
pub(crate) const SCAN_AHEAD_MIN: usize = 1;
pub(crate) const SCAN_AHEAD_MAX: usize = 2;
pub(crate) const SCAN_COMING: usize = 2;
pub(crate) const SCAN_LATER_MAX: usize = 2;
pub(crate) const SCAN_MEMORY: usize = 2;
pub(crate) const BUILT_AT_ONCE: usize = 2;
pub(crate) const HELD_TOGETHER: usize = 2;
pub(crate) const WALKED_AT_ONCE: usize = 2;
pub(crate) const FEED_CAPACITY: usize = 8;
pub(crate) const FEED_CAPACITY_MAX: usize = 16;
pub(crate) const FEED_BYTES: u64 = u64::MAX;
pub(crate) const MARK_EVERY: u64 = 1;
pub(crate) const TAIL_STEP: u64 = 4;
pub(crate) const TAKE_SPINS: usize = 0;
pub(crate) const BOARD_BUCKETS: usize = 2;
pub(crate) const BOARD_PIECE: usize = 2;
pub(crate) const TAKE_COMING: u64 = 1;

pub(crate) const QUEUES: usize = 1;
pub(crate) const QUEUE_ROOM_MIN: usize = 4;
pub(crate) const DUE_AT_ONCE: usize = 2;
pub(crate) const EXPIRED_AT_ONCE: usize = 4;
pub(crate) const ROOM_WAITS: u32 = 3;
