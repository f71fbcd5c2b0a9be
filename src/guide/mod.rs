//! What to know beyond the single verbs.
//!
#![doc = include_str!("anatomy.svg")]
//!
//! | page | answers |
//! |---|---|
//! | [`consistency`] | What may two reads see of each other? When is a write there for everybody? |
//! | [`references`] | Which of the four ways to hold a document, for how long, and across `.await`? |
//! | [`writing`] | Which verb? What happens when two writers meet, a hook says no, a closure panics? |
//! | [`stores`] | Many collections: when is one there, what do they have in common, what do they cost? |
//! | [`indexes`] | How to find documents by what is in them? What does a query answer for, and cost? |
//! | [`watching`] | What is told of changes, in which order? What happens to a watch that is too slow? |
//! | [`caching`] | How to load what is missing, once for all who ask? How long does a document last, how many are there, and who goes? |
//! | [`memory`] | Why is my value still alive? Who frees it, and when? |
//! | [`limits`] | Where does it end? Every bound with its number. |
//! | [`performance`] | What costs what, and what to do about it? |
//! | [`from_go_store`] | Which call stands for which of go-store's? What is different? |
//! | [`from_zestor`] | The same for zestor. |
//! | [`from_dappstore`] | The same for dappstore. |
//! | [`from_moka`] | The same for moka. |
//! | [`from_broadcast`] | The same for a map behind a lock, and a channel that tells of changes. |

pub mod caching;
pub mod consistency;
pub mod from_broadcast;
pub mod from_dappstore;
pub mod from_go_store;
pub mod from_moka;
pub mod from_zestor;
pub mod indexes;
pub mod limits;
pub mod memory;
pub mod performance;
pub mod references;
pub mod stores;
pub mod watching;
pub mod writing;
