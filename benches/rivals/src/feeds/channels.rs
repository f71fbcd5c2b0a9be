//! Channels that tell each of several consumers everything.

use std::collections::HashMap;
use std::sync::{Arc, mpsc};

use parking_lot::{Mutex, RwLock};
use tokio::sync::broadcast;
use uuid::Uuid;

use crate::feeds::{BEHIND, Consumer, Event, Feed, NEXT};
use crate::systems::{Hasher, Value, read};

/// A way to send every message to everybody.
pub trait Channel: Send + Sync + 'static {
    const BESIDE: &'static str;
    const BARE: &'static str;
    const SLOW: &'static str;

    type Receiver: Consumer;

    fn new() -> Self;
    fn send(&self, event: Event);
    fn subscribe(&self) -> Self::Receiver;
    /// Lets go of senders to nobody.
    fn settle(&self) {}
}

/// A channel beside a map.
pub struct Beside<C> {
    map: RwLock<HashMap<Uuid, Arc<Value>, Hasher>>,
    channel: C,
}

/// A channel and nothing else.
pub struct Bare<C>(C);

impl<C: Channel> Feed for Beside<C> {
    const NAME: &'static str = C::BESIDE;
    const SLOW: &'static str = C::SLOW;

    type Consumer = C::Receiver;

    fn new(hasher: Hasher) -> Self {
        Self { map: RwLock::new(HashMap::with_hasher(hasher)), channel: C::new() }
    }

    /// Allocates before the lock is taken; what comes back is freed after it was given up.
    #[inline]
    fn write(&self, key: Uuid, value: Value) {
        let after = Arc::new(value);
        let mut map = self.map.write();
        let before = map.insert(key, Arc::clone(&after));
        let event = Event { _key: key, _before: before.clone(), after };
        self.channel.send(event);
        drop(map);
    }

    fn subscribe(&self) -> C::Receiver {
        self.channel.subscribe()
    }

    fn settle(&self) {
        self.channel.settle();
    }
}

impl<C: Channel> Feed for Bare<C> {
    const NAME: &'static str = C::BARE;
    const SLOW: &'static str = C::SLOW;

    type Consumer = C::Receiver;

    fn new(_: Hasher) -> Self {
        Self(C::new())
    }

    #[inline]
    fn write(&self, key: Uuid, value: Value) {
        self.0.send(Event { _key: key, _before: None, after: Arc::new(value) });
    }

    fn subscribe(&self) -> C::Receiver {
        self.0.subscribe()
    }

    fn settle(&self) {
        self.0.settle();
    }
}

pub struct Broadcast(broadcast::Sender<Event>);

impl Channel for Broadcast {
    const BESIDE: &'static str = "rwlock+broadcast";
    const BARE: &'static str = "broadcast";
    const SLOW: &'static str = "is told how many it missed; memory is bounded";

    type Receiver = broadcast::Receiver<Event>;

    fn new() -> Self {
        Self(broadcast::Sender::new(BEHIND))
    }

    #[inline]
    fn send(&self, event: Event) {
        // Fails if nobody listens, which is no fault.
        drop(self.0.send(event));
    }

    fn subscribe(&self) -> Self::Receiver {
        self.0.subscribe()
    }
}

impl Consumer for broadcast::Receiver<Event> {
    #[inline]
    fn take(&mut self) -> u64 {
        read(&self.blocking_recv().expect(NEXT).after)
    }

    #[inline]
    fn take_now(&mut self) -> u64 {
        read(&self.try_recv().expect(NEXT).after)
    }
}

/// One channel for each consumer.
macro_rules! fan_out {
    ($name:ident, $beside:literal, $bare:literal, $channel:ident::$open:ident) => {
        pub struct $name(Mutex<Vec<$channel::Sender<Event>>>);

        impl Channel for $name {
            const BESIDE: &'static str = $beside;
            const BARE: &'static str = $bare;
            const SLOW: &'static str = "misses nothing; memory is not bounded";

            type Receiver = $channel::Receiver<Event>;

            fn new() -> Self {
                Self(Mutex::new(Vec::new()))
            }

            #[inline]
            fn send(&self, event: Event) {
                for sender in &*self.0.lock() {
                    drop(sender.send(event.clone()));
                }
            }

            fn subscribe(&self) -> Self::Receiver {
                let (sender, receiver) = $channel::$open();
                self.0.lock().push(sender);
                receiver
            }

            fn settle(&self) {
                self.0.lock().clear();
            }
        }

        impl Consumer for $channel::Receiver<Event> {
            #[inline]
            fn take(&mut self) -> u64 {
                read(&self.recv().expect(NEXT).after)
            }

            #[inline]
            fn take_now(&mut self) -> u64 {
                read(&self.try_recv().expect(NEXT).after)
            }
        }
    };
}

fan_out!(Mpsc, "rwlock+mpsc", "mpsc", mpsc::channel);
fan_out!(Crossbeam, "rwlock+crossbeam", "crossbeam", crossbeam_channel::unbounded);
