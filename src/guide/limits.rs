//! Every bound, with its number.
//!
//! # Of a collection
//!
//! | what | bound | beyond it |
//! |---|---|---|
//! | places, so documents at once | over 4 billion | panic |
//! | views open at once | over 4 billion | panic |
//! | owners of the snapshots of one key at once | 2,147,483,647 | the process aborts, as with `Arc` |
//! | revisions, versions | 64 bits | at a billion writes a second revisions last 584 years |
//! | indexes, ever created | over 4 billion | panic |
//! | revisions that a feed keeps for watches, unless it is told otherwise | 4,096 | `Lagged` |
//! | revisions that it can be told to keep, a power of two | 16,777,216 | it keeps so many |
//! | mebibytes of replaced documents that it keeps, unless it is told otherwise | 64 | `Lagged` |
//! | size of a key or value, or of a key in an index | memory | |
//!
//! # Of one call
//!
//! | what | bound | beyond it |
//! |---|---|---|
//! | attempts of a closure that keeps losing | 100,000 | `Conflict` |
//! | documents that a stream reads ahead | 1,048,576 | it reads so many |
//! | levels of a JSON document | 128 | `TooDeep` |
//! | steps that a template takes | 10,000,000 | `TooLong` |
//! | characters of a key in an error's message | 200 | shortened; whole in the field |
//!
//! Levels count the scalar at the bottom as one: what may be stored can be printed and parsed
//! again.
//!
//! # Of the work behind a call
//!
//! These bound how long a call is busy with others' work, and how long a pin is held.
//!
//! | what | number |
//! |---|---|
//! | shards, by thread: twice the cores, a power of two | 4 to 64 |
//! | retired snapshots of a shard after which a write cleans up | 64 |
//! | snapshots that this write looks at, in its shard and in one other | 256 each |
//! | snapshots that `maintain` looks at, a shard and round | 65,536 |
//! | rounds of one `maintain` | 8 |
//! | looks at an unfinished write before a reader finishes it | 32 |
//! | keys of `get_many` whose cache misses overlap | 16 |
//! | documents that a walk finds under one pin | 16 |
//! | documents that `retain` and `clear` own at once | 64 |
//! | documents that `fork` owns at once | 64 |
//! | entries that a query of an index looks at under one pin: ever more | 16 to 1,024 |
//! | documents that a query remembers, so as to walk their chains once | 256 |
//! | documents that enter a new index under one pin | 256 |
//! | events that a watch takes out of the feed under one pin | 32 |
//! | revisions that a watch passes over under one pin | 1,024 |
//! | rounds in which a stream finds nothing that passes before others have a turn | 32 |
//! | looks at a revision that is not placed yet before a watch gives it another | 256 |
//! | pauses in all after which a watch that waits looks again, before it sleeps: some 25 us | 1,000 |
//! | waits in a row without such looks, when they were in vain, at most | 15 |
//! | part of the feed's length by which its end moves on | an 8th |
//! | lists of those who wait for one key each | 1,024 |
//! | those who wait for any of many keys that one who comes or goes copies at once | 64 |
//! | handles in a slab | 256 |
//! | documents that are over that one look takes from the queue of deadlines | 64 |
//! | documents that are over that a write ends | 256, and up to 63 more |
//! | queues of deadlines of a collection | 8 |
//! | deadlines in a queue before those that say nothing any more are thrown out | 64 |
//! | looks at the clock and the revision before a view takes the time as it is | 8 |
//! | steps aside of a write that needs room which others have reserved | 10,000 |
//! | residents that the hand passes because they were read, in one search for a victim | 16 |
//! | hashes remembered of documents that had to go, to a resident | 3 |
//!
//! A walk over places whose documents are gone looks for the next 16 under one pin, however far
//! they are.

#[cfg(test)]
mod tests {
    use crate::limits::{
        ATTEMPTS_MAX, BOARD_BUCKETS, BOARD_PIECE, BUILT_AT_ONCE, DOCUMENT_DEPTH_MAX, DUE_AT_ONCE,
        EXPIRED_AT_ONCE, FEED_BYTES, FEED_CAPACITY, FEED_CAPACITY_MAX, FORKED_AT_ONCE, GHOSTS,
        HAND_STEPS, HELP_SPINS, LINGER_NOT, LINGER_SPINS, LOOK_AHEAD, MAINTAIN_MAX,
        MAINTAIN_ROUNDS, MOMENT_READS, OWNERS_MAX, PREFETCH_MAX, QUEUE_ROOM_MIN, QUEUES,
        REMOVED_AT_ONCE, ROOM_WAITS, SCAN_AHEAD_MAX, SCAN_AHEAD_MIN, SCAN_MEMORY, SHARDS_MAX,
        SHARDS_MIN, SLAB_LEN, SWEEP_EVERY, SWEEP_MAX, TAIL_STEP, TAKE_SPINS, TEMPLATE_STEPS_MAX,
        WALK_AHEAD, WATCH_AHEAD, WATCH_PASSED,
    };

    /// The page is text, so each row is compared with the constant that it is about.
    #[test]
    fn the_page_tells_every_bound_as_it_is() {
        let page = include_str!("limits.rs").replace(',', "");
        let tells = |row: &str, bound: String| {
            let line = page.lines().find(|line| line.contains(row));
            let line = line.unwrap_or_else(|| panic!("no row about {row:?}"));
            assert!(line.contains(&format!("| {bound} ")), "{bound} is not in {line}");
        };
        tells("| owners of the snapshots", OWNERS_MAX.to_string());
        tells("| attempts of a closure", ATTEMPTS_MAX.to_string());
        tells("| documents that a stream", PREFETCH_MAX.to_string());
        tells("| levels of a JSON", DOCUMENT_DEPTH_MAX.to_string());
        tells("| steps that a template", TEMPLATE_STEPS_MAX.to_string());
        tells("| shards by thread", format!("{SHARDS_MIN} to {SHARDS_MAX}"));
        tells("| retired snapshots of", SWEEP_EVERY.to_string());
        tells("| snapshots that this write", format!("{SWEEP_MAX} each"));
        tells("| snapshots that `maintain`", MAINTAIN_MAX.to_string());
        tells("| rounds of one", MAINTAIN_ROUNDS.to_string());
        tells("| looks at an unfinished", HELP_SPINS.to_string());
        tells("| keys of `get_many`", LOOK_AHEAD.to_string());
        tells("| documents that a walk", WALK_AHEAD.to_string());
        tells("| documents that `retain`", REMOVED_AT_ONCE.to_string());
        tells("| documents that `fork`", FORKED_AT_ONCE.to_string());
        let (ahead_min, ahead_max) = (SCAN_AHEAD_MIN, SCAN_AHEAD_MAX);
        tells("| entries that a query", format!("{ahead_min} to {ahead_max}"));
        tells("| documents that a query", SCAN_MEMORY.to_string());
        tells("| documents that enter", BUILT_AT_ONCE.to_string());
        tells("| revisions that a feed", FEED_CAPACITY.to_string());
        tells("| revisions that it can", FEED_CAPACITY_MAX.to_string());
        tells("| mebibytes of replaced", (FEED_BYTES >> 20).to_string());
        tells("| events that a watch", WATCH_AHEAD.to_string());
        tells("| revisions that a watch", WATCH_PASSED.to_string());
        #[cfg(feature = "async")]
        tells("| rounds in which a stream", crate::limits::POLLED_AT_ONCE.to_string());
        tells("| looks at a revision", TAKE_SPINS.to_string());
        tells("| pauses in all", LINGER_SPINS.to_string());
        tells("| waits in a row", LINGER_NOT.to_string());
        tells("| part of the feed's", format!("an {TAIL_STEP}th"));
        tells("| lists of those who", BOARD_BUCKETS.to_string());
        tells("| those who wait for any", BOARD_PIECE.to_string());
        tells("| handles in a slab", SLAB_LEN.to_string());
        tells("| documents that are over that one look", DUE_AT_ONCE.to_string());
        let more = DUE_AT_ONCE - 1;
        tells(
            "| documents that are over that a write",
            format!("{EXPIRED_AT_ONCE} and up to {more} more"),
        );
        tells("| queues of deadlines", QUEUES.to_string());
        tells("| deadlines in a queue", QUEUE_ROOM_MIN.to_string());
        tells("| looks at the clock", MOMENT_READS.to_string());
        tells("| steps aside of a write", ROOM_WAITS.to_string());
        tells("| residents that the hand", HAND_STEPS.to_string());
        tells("| hashes remembered", GHOSTS.to_string());
    }
}
