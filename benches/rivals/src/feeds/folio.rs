//! Folio itself: a watch of all keys.

use folio::{Collection, EventKind, Watch};
use uuid::Uuid;

use crate::feeds::{BEHIND, Consumer, Feed, NEXT};
use crate::systems::{Hasher, Value, read};

pub struct Folio(Collection<Uuid, Value, Hasher>);

impl Feed for Folio {
    const NAME: &'static str = "folio";
    const SLOW: &'static str = "is told what it missed; memory is bounded";

    type Consumer = Watch<Uuid, Value, Hasher>;

    fn new(hasher: Hasher) -> Self {
        let builder = Collection::builder().hasher(hasher).feed_capacity(BEHIND);
        Self(builder.build().expect("a name of its own"))
    }

    #[inline]
    fn write(&self, key: Uuid, value: Value) {
        self.0.set(key, value).expect("open, and without hooks");
    }

    fn subscribe(&self) -> Self::Consumer {
        self.0.watch().subscribe()
    }
}

type Event = folio::Event<Uuid, Value>;

impl Consumer for Watch<Uuid, Value, Hasher> {
    #[inline]
    fn take(&mut self) -> u64 {
        look(&self.recv().expect(NEXT))
    }

    #[inline]
    fn take_now(&mut self) -> u64 {
        look(&self.try_recv().expect(NEXT).expect(NEXT))
    }
}

#[inline]
fn look(event: &Event) -> u64 {
    match &event.kind {
        EventKind::Created { new } | EventKind::Updated { new, .. } => read(new),
        _ => unreachable!("nothing is removed"),
    }
}
