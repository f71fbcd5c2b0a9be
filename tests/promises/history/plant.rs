//! Lies: what a recording would look like if the crate were wrong.

use std::collections::HashMap;

use crate::common::dice::Dice;
use crate::history::event::{Doc, Effect, Event, Seen};

/// A fault of a kind that a checker has to find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A read returns what its thread saw of that key the last time.
    StaleRead,
    /// An update is made from what its thread saw of that key the last time, and so undoes what
    /// others have written since.
    LostUpdate,
}

/// Makes as many lies as one in 4,000 reads, or one in 100 updates; says how many. What a thread
/// saw the last time is often what it sees now, and then is no lie: the next one that differs is
/// taken.
///
/// Only in the recording, which has to be one of a crate without fault: so it is known what is a
/// lie, and what is not.
pub(crate) fn plant(fault: Fault, events: &mut [Event], dice: &mut Dice) -> usize {
    let mut last: HashMap<(u16, u32), Option<Doc>> = HashMap::new();
    let (mut planted, mut due) = (0, 0);
    for event in events {
        let seen = match event.seen {
            Seen::This(doc) => Some(doc),
            Seen::Absent => None,
            Seen::Present | Seen::Other(..) => continue,
        };
        let left = match event.effect {
            Effect::Nothing => seen,
            Effect::Put(doc) => Some(doc),
            Effect::Removed => None,
        };
        let Some(before) = last.insert((event.thread, event.key), left) else { continue };
        let one_in = match (fault, event.effect) {
            (Fault::StaleRead, Effect::Nothing) => 4000,
            (Fault::LostUpdate, Effect::Put(_)) if seen.and(before).is_some() => 100,
            _ => continue,
        };
        due += u64::from(dice.one_in(one_in));
        if due > 0 && before != seen {
            event.seen = before.map_or(Seen::Absent, Seen::This);
            (planted, due) = (planted + 1, due - 1);
        }
    }
    planted
}
