//! I12, I13: collections that hold so much and no more, and who goes.

use crate::bounds::Quotas;
use crate::commit::{Expect, Refusal};
use crate::execution::at_step;
use crate::model::{TWO, model};
use crate::shelf::Shelf;
use crate::sync::Arc;

/// I12: two new documents come to a collection for one that has one: at no revision are there two,
/// and what is reserved at the end is what is there.
#[test]
fn i12_two_newcomers_and_room_for_one() {
    model(TWO, || {
        let shelf = Shelf::holding(1);
        shelf.set(0, 1);
        let view = shelf.open();
        let other = shelf.beside(|shelf| shelf.try_set(1, 10));
        let mine = shelf.try_set(2, 20);
        let theirs = other.join().unwrap();
        assert!(mine || theirs, "both refused");
        assert_eq!(view.most_since(&[&shelf], 0..3), 1, "I12: more than there may be");
        shelf.settle_bounds();
        drop(view);
        shelf.settle();
    });
}

/// I12: the same with room for two: one has to go, and nobody is refused.
#[test]
fn i12_two_newcomers_and_room_for_two() {
    model(TWO, || {
        let shelf = Shelf::holding(2);
        shelf.set(0, 1);
        let view = shelf.open();
        let other = shelf.beside(|shelf| shelf.try_set(1, 10));
        let mine = shelf.try_set(2, 20);
        let theirs = other.join().unwrap();
        assert!(mine || theirs, "both refused");
        assert!(view.most_since(&[&shelf], 0..3) <= 2, "I12: more than there may be");
        shelf.settle_bounds();
        drop(view);
        shelf.settle();
    });
}

/// I12: of two who create one document one loses; what was reserved for it is given back.
#[test]
fn i12_lost_race_gives_back() {
    model(TWO, || {
        let shelf = Shelf::holding(2);
        let create = |shelf: &Shelf, value| shelf.set_if(1, value, Expect::Absent).is_ok();
        let other = shelf.beside(move |shelf| create(shelf, 10));
        let mine = create(&shelf, 11);
        assert_ne!(mine, other.join().unwrap(), "not exactly one winner");
        shelf.settle_bounds();
        shelf.settle();
    });
}

/// I12: a removal gives back once, also if the document comes back meanwhile.
#[test]
fn i12_removal_gives_back_once() {
    model(TWO, || {
        let shelf = Shelf::holding(2);
        shelf.set(1, 10);
        let other = shelf.beside(|shelf| shelf.remove(1));
        let mine = shelf.try_set(1, 11);
        other.join().unwrap();
        assert!(mine, "refused");
        shelf.settle_bounds();
        shelf.settle();
    });
}

/// I12: what a closing collection held of its namespace comes back, whoever writes to it; what the
/// others hold stays.
#[test]
fn i12_close_gives_back_once() {
    model(TWO, || {
        let quotas = Arc::new(Quotas::unlimited(&"ns".into()));
        let timeline = Arc::clone(Shelf::new().timeline());
        let closing = Shelf::bounded(&timeline, None, Some(&quotas));
        let open = Shelf::bounded(&timeline, None, Some(&quotas));
        open.set(2, 20);
        let each = quotas.bytes.used();
        closing.set(0, 1);
        let closer = closing.beside(|shelf| shelf.rooms().shut());
        let _perhaps = closing.set_if(1, 10, Expect::Anything);
        let _perhaps = closing.set_if(0, 2, Expect::Anything);
        closer.join().unwrap();
        assert_eq!(quotas.keys.used(), 1, "I12: keys of nobody");
        assert_eq!(quotas.bytes.used(), each, "I12: bytes of nobody");
        assert!(closing.set_if(3, 30, Expect::Anything).is_err());
        assert_eq!(quotas.keys.used(), 1, "I12: a refused write keeps what was reserved");
        open.settle_bounds();
        open.settle();
        closing.settle();
    });
}

/// I12: two collections of a namespace with room for one more key: one gets it. At no revision are
/// there more, in both together.
#[test]
fn i12_quota_is_shared() {
    model(TWO, || {
        let quotas = Arc::new(Quotas::unlimited(&"ns".into()));
        quotas.keys.set_limit(2);
        let timeline = Arc::clone(Shelf::new().timeline());
        let here = Shelf::bounded(&timeline, None, Some(&quotas));
        let there = Shelf::bounded(&timeline, None, Some(&quotas));
        here.set(0, 1);
        let view = here.open();
        let other = there.beside(|there| there.set_if(1, 10, Expect::Anything).is_ok());
        let mine = here.set_if(1, 20, Expect::Anything);
        assert_ne!(mine.is_ok(), other.join().unwrap(), "not exactly one has the room");
        let why = mine.err().map(|refused| refused.why);
        assert!(why.is_none_or(|why| why == Refusal::Quota { limit: 2, used: 2 }));
        assert_eq!(view.most_since(&[&here, &there], 0..2), 2, "I12: more than there may be");
        assert_eq!(quotas.keys.used(), 2);
        here.settle_bounds();
        there.settle_bounds();
        drop(view);
        here.settle();
        there.settle();
    });
}

/// I12: room is made while somebody changes the document that is to go: its update is not lost, and
/// it goes afterwards or not at all.
#[test]
fn i12_update_of_the_victim_is_not_lost() {
    model(TWO, || {
        let shelf = Shelf::holding(1);
        shelf.set(1, 10);
        let view = shelf.open();
        let other = shelf.beside(|shelf| shelf.set_if(1, 11, Expect::Present));
        let mine = shelf.try_set(2, 20);
        let pin = crate::reclaim::ReadPin::new();
        if let Ok(theirs) = other.join().unwrap() {
            assert_eq!(theirs.version, 2);
            assert_eq!(shelf.at(1, theirs.revision, &pin), Some(11), "lost update");
        }
        drop(pin);
        assert_eq!(shelf.get(1).is_none(), mine, "who came is there, and the other is not");
        assert_eq!(shelf.evicted(), u64::from(mine), "I12: more went than had to");
        assert_eq!(view.most_since(&[&shelf], 1..3), 1, "I12: more than there may be");
        shelf.settle_bounds();
        drop(view);
        shelf.settle();
    });
}

/// I12: a document that is over by the time it is chosen has expired.
#[test]
fn i12_victim_that_is_over_has_expired() {
    model(TWO, || {
        let shelf = Shelf::holding(1);
        shelf.set_until(1, 10, 12).unwrap_or_else(|_| panic!("refused"));
        let clock = shelf.timeline().time().clone();
        at_step("evict: before", move || clock.advance(20));
        shelf.set(2, 20);
        assert_eq!((shelf.expired(), shelf.evicted()), (1, 0));
        shelf.settle_bounds();
        shelf.settle();
    });
}

/// I13: one key is removed and comes back: it is known in the end, once, if it is there.
#[test]
fn i13_document_that_returns_is_known() {
    model(TWO, || {
        let shelf = Shelf::holding(2);
        let other = shelf.beside(|shelf| {
            shelf.remove(1);
            shelf.try_set(1, 11)
        });
        assert!(shelf.try_set(1, 10), "refused");
        shelf.remove(1);
        assert!(other.join().unwrap(), "refused");
        shelf.settle_bounds();
        shelf.settle();
    });
}

/// I13: one goes to make room while somebody writes it anew.
#[test]
fn i13_document_that_went_returns() {
    model(TWO, || {
        let shelf = Shelf::holding(1);
        shelf.set(1, 10);
        let other = shelf.beside(|shelf| {
            shelf.try_set(1, 11);
            shelf.remove(1);
        });
        shelf.try_set(2, 20);
        other.join().unwrap();
        shelf.settle_bounds();
        assert!(shelf.try_set(3, 30), "room is lost");
        shelf.settle_bounds();
        shelf.settle();
    });
}
