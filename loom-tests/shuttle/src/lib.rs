//! Our own files under shuttle: the whole of them at once, in orders drawn at random.
//!
//! `catalog`, `commit`, `feed`, `flight`, `protocol` and `rooms` are the crate's, to the letter;
//! below stand twins.
#![cfg(test)]
#![allow(dead_code, reason = "the models use some of each file")]

#[path = "../../twins/atomic.rs"]
mod atomic;
mod base;
#[allow(unused_imports, reason = "settings are made elsewhere")]
#[path = "../../../src/bounds/mod.rs"]
mod bounds;
#[path = "../../../src/catalog/mod.rs"]
mod catalog;
mod check;
#[path = "../../twins/clock.rs"]
mod clock;
#[path = "../../../src/commit/mod.rs"]
mod commit;
#[path = "../../twins/eviction.rs"]
mod eviction;
#[path = "../../twins/execution.rs"]
mod execution;
#[allow(clippy::modulo_one, reason = "one queue is enough")]
#[path = "../../../src/expiry/mod.rs"]
mod expiry;
#[allow(unused_imports, reason = "what calls back is not here")]
#[path = "../../../src/feed/mod.rs"]
mod feed;
#[allow(unused_imports, reason = "loads are modelled elsewhere")]
#[path = "../../../src/flight/mod.rs"]
mod flight;
#[path = "../../twins/followed.rs"]
mod followed;
#[path = "../../twins/heap.rs"]
mod heap;
#[path = "../../twins/indexed.rs"]
mod indexed;
mod indexes;
mod ledger;
mod limits;
#[path = "../../twins/list.rs"]
mod list;
#[path = "../../twins/ordered.rs"]
mod ordered;
#[path = "../../twins/payload.rs"]
mod payload;
#[path = "../../../src/protocol/mod.rs"]
mod protocol;
#[path = "../../twins/reclaim.rs"]
mod reclaim;
mod replicas;
#[path = "../../../src/rooms.rs"]
mod rooms;
#[path = "../../twins/shelf.rs"]
mod shelf;
#[path = "../../twins/sync.rs"]
mod sync;
#[path = "../../twins/table.rs"]
mod table;
mod whole;
