//! What is allocated, freed and dropped, and on whose thread: counted by the allocator itself, so
//! this is a binary of its own, and each test a process of its own.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests measure time and count, outside the crate's facade"
)]

#[path = "../promises/kit/alone.rs"]
mod alone;
#[path = "../../examples/soak/counting.rs"]
mod counting;
mod cycles;
mod reader;
mod skiplist;
mod store;

use counting::Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;
