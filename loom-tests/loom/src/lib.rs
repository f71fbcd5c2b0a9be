//! Our own files under loom: every order of a few preemptions.
//!
//! `catalog`, `commit`, `feed`, `flight`, `protocol` and `rooms` are the crate's, to the letter;
//! below stand twins.
#![cfg(test)]
#![allow(dead_code, reason = "models use some of each file")]

#[path = "../../twins/atomic.rs"]
mod atomic;
mod base;
mod base_tests;
#[allow(unused_imports, reason = "settings are made elsewhere")]
#[path = "../../../src/bounds/mod.rs"]
mod bounds;
#[path = "../../../src/catalog/mod.rs"]
mod catalog;
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
#[path = "../../../src/flight/mod.rs"]
mod flight;
#[path = "../../twins/followed.rs"]
mod followed;
#[path = "../../twins/heap.rs"]
mod heap;
#[path = "../../twins/indexed.rs"]
mod indexed;
#[path = "../../twins/lasted.rs"]
mod lasted;
#[path = "../../twins/limited.rs"]
mod limited;
mod limits;
#[path = "../../twins/list.rs"]
mod list;
mod model;
#[path = "../../twins/ordered.rs"]
mod ordered;
#[path = "../../twins/payload.rs"]
mod payload;
#[path = "../../../src/protocol/mod.rs"]
mod protocol;
#[path = "../../twins/reclaim.rs"]
mod reclaim;
#[path = "../../../src/rooms.rs"]
mod rooms;
#[path = "../../twins/shelf.rs"]
mod shelf;
#[path = "../../twins/sync.rs"]
mod sync;
#[path = "../../twins/table.rs"]
mod table;

mod bounded;
mod indexes;
mod invariants;
mod lasting;
mod loading;
mod pairs;
mod reclamation;
mod waking;
mod watching;
