//! Watches and callbacks of one collection.

mod callbacks;
mod calls;
mod ending;
mod ends;
mod journal;
mod lag;
mod late;
mod listener;
mod race;
mod replay;
mod replica;
#[cfg(feature = "async")]
mod stream;
mod told;

use folio::{Cause, Collection, Event, EventKind, Watch, WatchError};

pub(super) type Stock = Collection<u64, u64>;

/// An event as a test compares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Created(u64, u64),
    Updated(u64, u64, u64),
    Removed(u64, u64, Cause),
    Cleared(usize, u64),
}

pub(super) fn told(event: &Event<u64, u64>) -> Told {
    match &event.kind {
        EventKind::Created { new } => Told::Created(*new.key(), **new),
        EventKind::Updated { old, new } => {
            assert_eq!(old.key(), new.key());
            Told::Updated(*new.key(), **old, **new)
        }
        EventKind::Removed { old, cause } => Told::Removed(*old.key(), **old, *cause),
        EventKind::Cleared { count, up_to } => Told::Cleared(*count, *up_to),
        other => panic!("a kind that nobody knows: {other:?}"),
    }
}

/// All that can be taken now.
pub(super) fn all(watch: &mut Watch<u64, u64>) -> Vec<Told> {
    let events = std::iter::from_fn(|| watch.try_recv().expect("nothing is missed"));
    events.map(|event| told(&event)).collect()
}

/// What a watch says that has nothing more to tell.
pub(super) fn end(watch: &mut Watch<u64, u64>) -> WatchError {
    watch.try_recv().expect_err("it has come to its end")
}
