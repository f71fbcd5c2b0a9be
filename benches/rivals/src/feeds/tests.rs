//! Everybody tells every consumer of every write, in order.

use uuid::Uuid;

use super::channels::{Bare, Beside, Broadcast, Crossbeam, Mpsc};
use super::{Consumer, Feed};
use crate::load::value;
use crate::systems::{Hasher, read};

#[test]
fn every_consumer_is_told_of_every_write() {
    #[cfg(feature = "folio")]
    told::<super::folio::Folio>();
    told::<Beside<Broadcast>>();
    told::<Beside<Mpsc>>();
    told::<Beside<Crossbeam>>();
    told::<Bare<Broadcast>>();
    told::<Bare<Mpsc>>();
    told::<Bare<Crossbeam>>();
}

fn told<F: Feed>() {
    let feed = F::new(Hasher::default());
    feed.write(Uuid::nil(), value(1));
    let mut consumers = [feed.subscribe(), feed.subscribe()];
    let words = |i| [i, i, i, i, i, i, i, i + 1];
    for i in 2..100 {
        feed.write(Uuid::nil(), words(i));
    }
    for consumer in &mut consumers {
        for i in 2..50 {
            assert_eq!(consumer.take_now(), read(&words(i)), "{}", F::NAME);
        }
        for i in 50..100 {
            assert_eq!(consumer.take(), read(&words(i)), "{}", F::NAME);
        }
    }
    drop(consumers);
    feed.settle();
    feed.write(Uuid::nil(), value(1));
}
