//! What to know beyond the single verbs.
//!
#![doc = include_str!("anatomy.svg")]
//!
//! | page | answers |
//! |---|---|
//! | [`consistency`] | What may two reads see of each other? When is a write there for everybody? |
//! | [`references`] | Which of the four ways to hold a document, for how long, and across `.await`? |
//! | [`writing`] | Which verb? What happens when two writers meet, a hook says no, a closure panics? |
//! | [`memory`] | Why is my value still alive? Who frees it, and when? |
//! | [`limits`] | Where does it end? Every bound with its number. |
//! | [`performance`] | What costs what, and what to do about it? |

pub mod consistency;
pub mod limits;
pub mod memory;
pub mod performance;
pub mod references;
pub mod writing;
