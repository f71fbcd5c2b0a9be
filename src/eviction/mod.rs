//! Who goes when a collection is full.
//!
//! # Words
//!
//! A **resident** is a document that is in; a **ghost** is what is remembered of one that had to
//! go: its hash. Residents are in two queues. Newcomers wait in the **small** one, a twentieth of
//! the capacity. Who gets on from there stands in the **main** one, which is a clock: its **hand**
//! passes whoever was read since it last came by. While the main queue has room, newcomers go there
//! at once.
//!
//! A **duel** decides who goes: the **challenger** is the oldest of the small queue, the
//! **incumbent** is where the hand of the main queue stands. Either the challenger goes, or the
//! incumbent goes and the challenger takes its place. Where an incumbent stays the hand moves on,
//! unless nothing spoke for the challenger.
//!
//! A **bet** is what remains of a duel: the loser's ghost names the winner. Whoever of the two is
//! asked for first has shown who should have stayed, whichever way the duel went.
//!
//! # How it adapts
//!
//! Nothing is known of hits but that there were some since the document was last looked at, so no
//! rule can be judged by its hits. But every duel is a bet that a later miss settles, and it says
//! as much about the decision not taken. So duels are sorted by what is known of the two, and each
//! sort keeps its **odds**: how often the challenger came back first, of late. A challenger wins
//! where challengers like it have clearly been right more often than not.
//!
//! What is known is three things: whether the challenger was read while it waited; whether it is a
//! ghost that came back; and which of the two was asked for more often, in powers of two. A loop
//! that is larger than the capacity teaches that incumbents come back first, and they stay; a drift
//! teaches that they do not come back at all, and any newcomer replaces them; under a skewed load
//! those win that were asked for more often.
//!
//! # Sources
//!
//! * The small queue in front and the ghosts behind: 2Q (Johnson and Shasha, VLDB 1994, section
//!   2), S3-FIFO (Yang and others, SOSP 2023, section 4).
//! * The clock that asks for a bit at passing instead of moving something on every hit: CAR (Bansal
//!   and Modha, FAST 2004, section III).
//! * That a newcomer is weighed against the one it would replace: `TinyLFU` (Einziger, Friedman and
//!   Manes, ACM Transactions on Storage 2017, section 3).
//! * Learning from ghosts what should have been kept: ARC (Megiddo and Modha, FAST 2003, section
//!   3), `LeCaR` (Vietri and others, `HotStorage` 2018). There a ghost votes for a share or for a
//!   whole policy; here it settles one comparison.
//! * That the order of the next uses is what to learn is Belady's rule (IBM Systems Journal 5,
//!   1966), as in LRB (Song and others, NSDI 2020, section 3).
//!
//! # Bounds
//!
//! Each call takes O(1) steps, amortised over the evictions, sparings and the growth of memory.
//! [`Policy::victim`] asks of at most [`HAND_STEPS`] residents and the challenger whether they were
//! read. There are at most [`GHOSTS`] ghosts to a resident, of 40 bytes each as the resident, and
//! a ghost is found through 11 to 22 bytes more: 192 to 224 bytes for each document that fits,
//! whatever it weighs; vectors that double may have as much again in reserve. Nothing is allocated
//! once there are as many ghosts as there may be.
//!
//! [`HAND_STEPS`]: crate::limits::HAND_STEPS
//! [`GHOSTS`]: crate::limits::GHOSTS
//!
//! # Not promised
//!
//! Which document goes. Only that it is one that is in, and that each was offered before
//! [`Policy::victim`] says that there is none.

mod lookup;
mod node;
mod nodes;
mod odds;
mod policy;
mod queue;
#[cfg(test)]
mod tests;

pub(crate) use node::Token;
pub(crate) use policy::Policy;
