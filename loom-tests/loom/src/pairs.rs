//! P1 to P10: each pair of a write and a read, and what the reader may rely on.

use crate::model::{THREE, TWO, model};
use crate::payload::Value;
use crate::protocol::draft::Draft;
use crate::protocol::node::Fate;
use crate::protocol::timeline::Timeline;
use crate::protocol::walk::Instant;
use crate::reclaim::{ReadPin, WritePin};
use crate::shelf::{Shelf, number};
use crate::sync::{Arc, SharedCell};

/// P1: a reader beside a write finds the old document or the new one, and all of it.
#[test]
fn p1_reader_finds_whole_snapshot() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| shelf.set(1, 11));
        let found = shelf.get(1);
        assert!(found == Some(10) || found == Some(11));
        writer.join().unwrap();
        assert_eq!(shelf.get(1), Some(11));
        shelf.settle();
    });
}

/// P1: the same of a draft that is made when its writer is pinned already. (A pin is a fence, and
/// what comes before a fence is published by any store after it.)
#[test]
fn p1_draft_made_under_the_pin_is_whole() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| {
            let pin = WritePin::new();
            let (timeline, rooms) = (shelf.timeline(), shelf.rooms());
            let address = rooms.find(1, |_| true, pin.read()).unwrap();
            let seen = address.handle().load(timeline, pin.read());
            let mut draft = Draft::value(Value::new(11));
            draft.follow(seen.node(), address);
            let published = address.handle().publish(&seen, draft, pin.read());
            let died = timeline.stamp_own(published.ok().unwrap());
            let _due = rooms.limbo.retire(seen.node().unwrap(), died, Fate::Replaced);
        });
        let found = shelf.get(1);
        assert!(found == Some(10) || found == Some(11));
        writer.join().unwrap();
        shelf.settle();
    });
}

/// P2: whoever sees a revision finds the clock there: a live reader and the instant it takes
/// afterwards agree.
#[test]
fn p2_clock_has_reached_every_revision_that_is_seen() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| shelf.set(1, 11));
        {
            let pin = ReadPin::new();
            let live = shelf.find(1, &pin).unwrap();
            let now = shelf.timeline().now();
            assert!(now >= live.revision(), "the clock is behind what was seen");
            assert!(shelf.at(1, now, &pin) >= Some(number(live)), "went back in time");
        }
        writer.join().unwrap();
    });
}

/// P3: an instant has everything up to it: a pinned reader that repeats itself gets the same.
#[test]
fn p3_pinned_reader_finds_everything_up_to_its_instant() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| shelf.set(1, 11));
        {
            let pin = ReadPin::new();
            let now = shelf.timeline().now();
            let first = shelf.at(1, now, &pin);
            assert_eq!(first, shelf.at(1, now, &pin), "an instant that changes");
        }
        writer.join().unwrap();
    });
}

/// P3: the same of an open view, over two keys that are written one after the other.
#[test]
fn p3_view_finds_everything_up_to_its_instant() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        shelf.set(2, 20);
        let writer = shelf.beside(|shelf| {
            shelf.set(1, 11);
            shelf.set(2, 21);
        });
        let view = shelf.open();
        let (second, first) = (view.get(2), view.get(1));
        assert!(!(second == Some(21) && first == Some(10)), "the effect without its cause");
        assert_eq!((second, first), (view.get(2), view.get(1)), "a view that changes");
        drop(view);
        writer.join().unwrap();
    });
}

/// P3: whoever draws comes after the views that read a smaller number, and finds their slots.
#[test]
fn p3_whoever_draws_finds_the_views_before_it() {
    model(TWO, || {
        let shelf = Shelf::new();
        let writer = shelf.beside(|shelf| {
            let drawn = shelf.timeline().draw();
            (drawn, shelf.timeline().views().oldest())
        });
        let view = shelf.open();
        let (drawn, oldest) = writer.join().unwrap();
        assert!(view.revision() >= drawn || oldest <= view.revision(), "a view is not seen");
    });
}

/// P3: the same when the view is opened under a pin, so that nothing but the clock brings what is
/// new.
#[test]
fn p3_view_opened_under_a_pin_finds_everything() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| shelf.set(1, 11));
        {
            let _pin = ReadPin::new();
            let view = shelf.open();
            let first = view.get(1);
            assert_eq!(first, view.get(1), "a view that changes");
        }
        writer.join().unwrap();
    });
}

/// P4: who takes a slot over comes after its last user: what that one read is not freed on the
/// word of the new one.
#[test]
fn p4_slot_is_taken_over_after_its_last_user() {
    model(THREE, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let view = shelf.open();
        shelf.set(1, 11);
        shelf.sweep_twice();
        let user = shelf.beside(move |_| assert_eq!(view.get(1), Some(10)));
        let next = shelf.beside(|shelf| shelf.open().revision());
        shelf.sweep();
        user.join().unwrap();
        assert_eq!(next.join().unwrap(), 2);
        shelf.settle();
    });
}

/// P5: a slot that is free again is done with what it kept.
#[test]
fn p5_closed_view_is_done_with_what_it_kept() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let view = shelf.open();
        shelf.set(1, 11);
        shelf.sweep_twice();
        let user = shelf.beside(move |_| assert_eq!(view.get(1), Some(10)));
        shelf.sweep();
        user.join().unwrap();
        shelf.settle();
    });
}

/// P6: the sweeper finds a retired snapshot whole, and what its retirer noted in it.
#[test]
fn p6_sweeper_finds_what_the_retirer_noted() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let view = shelf.open();
        let writer = shelf.beside(|shelf| {
            shelf.set(1, 11);
            shelf.set(1, 12);
        });
        shelf.sweep_twice();
        assert_eq!(view.get(1), Some(10));
        drop(view);
        writer.join().unwrap();
        shelf.settle();
    });
}

/// P6: who retires next finds the one below, and counts on from it.
#[test]
fn p6_next_retirer_finds_the_one_below() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        shelf.set(2, 20);
        let writer = shelf.beside(|shelf| {
            shelf.set(1, 11);
            shelf.set(1, 12);
        });
        shelf.set(2, 21);
        writer.join().unwrap();
        assert_eq!(shelf.rooms().limbo.tally().waiting, 3);
        shelf.settle();
    });
}

/// P7: the last owner frees after everybody has read what they wanted.
#[test]
fn p7_last_owner_comes_after_all_others() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let owner = shelf.own(1);
        shelf.set(1, 11);
        shelf.sweep_twice();
        let other = owner.clone();
        let reader = shelf.beside(move |_| assert_eq!(number(other.as_ref()), 10));
        assert_eq!(number(owner.as_ref()), 10);
        drop(owner);
        reader.join().unwrap();
        shelf.settle();
    });
}

/// P7: a snapshot is buried after its owners have read what they wanted.
#[test]
fn p7_burial_comes_after_the_owners() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let owner = shelf.own(1);
        shelf.set(1, 11);
        shelf.sweep();
        let reader = shelf.beside(move |_| assert_eq!(number(owner.as_ref()), 10));
        shelf.sweep();
        reader.join().unwrap();
        shelf.settle();
    });
}

/// P7: the same of a key: its handle ends after the orphans that show it.
#[test]
fn p7_key_goes_after_the_orphans_that_show_it() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let owner = shelf.own(1);
        shelf.remove(1);
        shelf.sweep_twice();
        shelf.sweep();
        let reader = shelf.beside(move |_| assert_eq!(owner.key().number(), 1));
        shelf.sweep();
        reader.join().unwrap();
        shelf.settle();
    });
}

/// P8: whoever finds a collection closed comes after whoever closed it.
#[test]
fn p8_whoever_finds_the_close_comes_after_it() {
    model(TWO, || {
        let shelf = Shelf::new();
        let note = Arc::new(SharedCell::new(0));
        let closer = shelf.beside({
            let note = Arc::clone(&note);
            move |shelf| {
                note.with_mut(|_| ());
                shelf.close()
            }
        });
        if shelf.rooms().is_closed() {
            note.with(|_| ());
        }
        let at = closer.join().unwrap();
        assert_eq!(shelf.rooms().closing.closed_at(shelf.timeline()), Some(at));
    });
}

/// P9: whoever finds a slab, or a level of an array, finds what is in it. Two creators share one.
#[test]
fn p9_slab_is_whole_when_it_is_found() {
    model(TWO, || {
        let shelf = Shelf::new();
        let other = shelf.beside(|shelf| shelf.set(1, 10));
        shelf.set(2, 20);
        other.join().unwrap();
        assert_eq!((shelf.get(1), shelf.get(2)), (Some(10), Some(20)));
        shelf.settle();
    });
}

/// P9: the same of a walker by position.
#[test]
fn p9_walker_finds_whole_slabs() {
    model(TWO, || {
        let shelf = Shelf::new();
        let writer = shelf.beside(|shelf| shelf.set(1, 10));
        {
            let pin = ReadPin::new();
            let now = shelf.timeline().moment(Timeline::now);
            let found = shelf.rooms().walk(Instant::Pin(now, &pin)).next();
            assert!(found.is_none_or(|node| number(node) == 10));
        }
        writer.join().unwrap();
    });
}

/// P9: the same of the slots of views.
#[test]
fn p9_slot_is_there_when_it_is_counted() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let other = shelf.beside(|shelf| shelf.open().get(1));
        assert_eq!(shelf.open().get(1), Some(10));
        assert_eq!(other.join().unwrap(), Some(10));
        assert_eq!(shelf.timeline().views().open(None).0, 0);
    });
}

/// P10: a slot is handed on when its last key is gone.
#[test]
fn p10_slot_is_handed_on_when_its_key_is_gone() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        shelf.remove(1);
        shelf.sweep_twice();
        shelf.sweep();
        let sweeper = shelf.beside(Shelf::sweep);
        shelf.set(2, 20);
        sweeper.join().unwrap();
        assert_eq!((shelf.get(1), shelf.get(2)), (None, Some(20)));
        shelf.settle();
    });
}

/// P10: who takes the first vacant slot finds which one is next.
#[test]
fn p10_next_vacant_slot_is_found_with_the_first() {
    model(TWO, || {
        let shelf = Shelf::new();
        // The slot of key 3 has led to that of key 4 before; vacated again, it leads nowhere.
        for key in [1, 2] {
            shelf.set(key, 10);
            shelf.remove(key);
        }
        shelf.settle();
        shelf.set(3, 30);
        shelf.set(4, 40);
        shelf.remove(3);
        shelf.sweep_twice();
        shelf.sweep();
        let sweeper = shelf.beside(Shelf::sweep);
        shelf.set(5, 50);
        shelf.set(6, 60);
        sweeper.join().unwrap();
        assert_eq!(shelf.get(4), Some(40), "its slot was given out twice");
        assert_eq!((shelf.get(5), shelf.get(6)), (Some(50), Some(60)));
        shelf.settle();
    });
}
