//! F1 to F5 and F8: what a follower finds in the ring, and what the ring keeps.

use std::cell::RefCell;
use std::rc::Rc;

use crate::clock::Time;
use crate::execution::at_step;
use crate::feed::{Follower, Next};
use crate::model::{THREE, TWO, model, model_within};
use crate::payload::{Key, Value};
use crate::protocol::draft::Draft;
use crate::protocol::node::{Fate, NodeRef};
use crate::protocol::ring::RingBounds;
use crate::protocol::timeline::Timeline;
use crate::reclaim::{ReadPin, WritePin};
use crate::shelf::Shelf;
use crate::sync::Arc;

/// F1: who helps with a snapshot that has its revision by now places it no more: it may have died
/// before the number that it has drawn.
#[test]
fn f1_snapshot_with_a_revision_is_not_placed() {
    model(TWO, || {
        let (shelf, mut follower) = one_slot();
        let pin = WritePin::new();
        let half = Half::write(&shelf, 11, &pin);
        let helper = shelf.beside(|shelf| shelf.get(1));
        half.finish(&shelf);
        drop(pin);
        shelf.set(1, 12);
        helper.join().unwrap();
        shelf.catch_up();
        shelf.sweep_twice();
        follower.go_to(shelf.timeline().ring().tail() + 1);
        shelf.read_all(&mut follower);
    });
}

/// F1: the same where whoever stamped it knew of no ring yet, and so has placed nothing.
#[test]
fn f1_snapshot_that_nobody_placed_is_not_placed_when_it_has_died() {
    model(TWO, || {
        let shelf = Shelf::with_feed(1);
        let writer = shelf.beside(|shelf| {
            shelf.set(1, 10);
            shelf.set(1, 11);
        });
        let mut follower = shelf.follow();
        shelf.get(1);
        writer.join().unwrap();
        shelf.catch_up();
        shelf.sweep_twice();
        follower.go_to(shelf.timeline().ring().tail() + 1);
        shelf.read_all(&mut follower);
    });
}

/// F1: a tombstone whose number in the ring is above its revision, because its writer did not know
/// of the ring yet, stays until the tail has passed that number.
#[test]
fn f1_tombstone_stays_while_the_ring_shows_it() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| shelf.remove(1).unwrap());
        let mut follower = shelf.follow();
        let first = follower.position();
        shelf.get(1);
        let removed = writer.join().unwrap();
        shelf.sweep_twice();
        shelf.sweep_twice();
        let expected = (removed >= first).then_some((removed, Some(10), None));
        assert_eq!(shelf.read_all(&mut follower), Vec::from_iter(expected));
    });
}

/// F2: a write beside somebody who begins to watch is told if it comes after that.
#[test]
fn f2_write_beside_a_beginning_is_told() {
    model(TWO, || {
        let shelf = Shelf::new();
        let writer = shelf.beside(|shelf| shelf.set(1, 10));
        let mut follower = shelf.follow();
        let first = follower.position();
        let written = writer.join().unwrap();
        let expected = (written >= first).then_some((written, None, Some(10)));
        assert_eq!(shelf.read_all(&mut follower), Vec::from_iter(expected));
    });
}

/// F2: a view, and then what follows it in the ring: nothing is left out, and nothing comes twice.
#[test]
fn f2_replay_and_what_follows_are_all() {
    model(TWO, || {
        let shelf = Shelf::new();
        let writer = shelf.beside(|shelf| {
            shelf.set(1, 10);
            shelf.set(1, 11);
        });
        let mut follower = shelf.follow();
        let view = shelf.open();
        follower.go_to(view.revision() + 1);
        let mut now = view.get(1);
        writer.join().unwrap();
        for (_, old, new) in shelf.read_all(&mut follower) {
            assert_eq!(old, now, "a hole, or a repetition");
            now = new;
        }
        assert_eq!(now, Some(11));
    });
}

/// F2: who is about to place something when the last follower goes is waited for; whoever begins
/// to watch then finds an empty ring.
#[test]
fn f2_ring_is_empty_when_it_is_watched_again() {
    model(TWO, || {
        let shelf = Shelf::with_feed(4);
        drop(shelf.follow());
        let writer = shelf.beside(|shelf| [shelf.set(1, 10), shelf.set(1, 11)]);
        shelf.tend();
        shelf.tend();
        let mut follower = shelf.follow();
        let first = follower.position();
        let written = writer.join().unwrap();
        shelf.sweep_twice();
        let last = shelf.set(2, 20);
        // The reader comes by the slots of both.
        for _ in 0..3 {
            shelf.timeline().draw();
        }
        let told = shelf.read_all(&mut follower);
        let told: Vec<_> = told.into_iter().map(|(revision, _, _)| revision).collect();
        let all = written.into_iter().chain([last]);
        assert_eq!(told, all.filter(|revision| *revision >= first).collect::<Vec<_>>());
    });
}

/// A feed of one slot with a document, and somebody who follows from there on.
fn one_slot() -> (Shelf, Follower) {
    let shelf = Shelf::with_feed(1);
    shelf.set(1, 10);
    let follower = shelf.follow();
    (shelf, follower)
}

/// What was drawn last is told, if it was written: revision, value before, value.
fn assert_no_number_is_lost(
    shelf: &Shelf,
    follower: &mut Follower,
    (written, before, after): (u64, u64, u64),
) {
    let last = shelf.timeline().now();
    follower.go_to(last);
    let expected = (written == last).then_some((written, Some(before), Some(after)));
    assert_eq!(shelf.read_all(follower), Vec::from_iter(expected), "a number is lost");
}

/// F3: a helper that slept for a whole lap changes nothing in the slot that it comes back to.
#[test]
fn f3_lapped_slot_never_goes_back() {
    model(TWO, || {
        let (shelf, mut follower) = one_slot();
        let pin = WritePin::new();
        let half = Half::write(&shelf, 11, &pin);
        let helper = shelf.beside(|shelf| shelf.get(1));
        half.finish(&shelf);
        let written = Half::write(&shelf, 12, &pin).finish(&shelf);
        drop(pin);
        helper.join().unwrap();
        assert_no_number_is_lost(&shelf, &mut follower, (written, 11, 12));
    });
}

/// F3: nor does somebody who takes what is in a slot for what was there a lap ago: a snapshot is
/// there once.
#[test]
fn f3_snapshot_stands_in_a_slot_once() {
    model(TWO, || {
        let (shelf, mut follower) = one_slot();
        let pin = WritePin::new();
        let half = Half::write(&shelf, 11, &pin);
        let outer = shelf.clone();
        at_step("place: before the fix", move || {
            // The writer stops. Somebody else finds its snapshot in a slot, and stops as well.
            let inner = outer.clone();
            at_step("place: before", move || {
                inner.announce();
                inner.get(1);
            });
            outer.announce();
        });
        let written = half.finish(&shelf);
        drop(pin);
        assert_no_number_is_lost(&shelf, &mut follower, (written, 10, 11));
    });
}

/// F3: who is lapped is told so, and has been told all that came before.
#[test]
fn f3_lapped_reader_is_told() {
    model(TWO, || {
        let shelf = Shelf::with_feed(1);
        let mut follower = shelf.follow();
        let writer = shelf.beside(|shelf| {
            shelf.set(1, 10);
            shelf.set(1, 11);
        });
        let (mut told, mut gap) = shelf.read(&mut follower);
        writer.join().unwrap();
        if gap.is_none() {
            let (more, then) = shelf.read(&mut follower);
            told.extend(more);
            gap = then;
        }
        let values: Vec<_> = told.iter().filter_map(|told| told.2).collect();
        assert!([10, 11].starts_with(&values), "not in order: {values:?}");
        assert!(gap.is_some() || values.len() == 2, "lost in silence: {values:?}");
    });
}

/// F3: the same of one whose slot was emptied, though nothing else was placed there.
#[test]
fn f3_reader_of_an_emptied_slot_is_told() {
    model(TWO, || {
        let shelf = Shelf::with_feed(1);
        let mut follower = shelf.follow();
        let written = shelf.set(1, 10);
        shelf.catch_up();
        let other = shelf.beside(Shelf::pass);
        let (told, gap) = shelf.read(&mut follower);
        assert!(told == [(written, None, Some(10))] || gap.is_some(), "lost in silence");
        other.join().unwrap();
    });
}

/// F4: a reader goes on beside writers; whatever it gives up it finds under another number.
#[test]
fn f4_number_of_a_stalled_writer_is_given_up() {
    model(TWO, || {
        let shelf = Shelf::new();
        let mut follower = shelf.follow();
        let writer = shelf.beside(|shelf| [shelf.set(1, 10), shelf.set(1, 11)]);
        let mut told = shelf.read_all(&mut follower);
        told.extend(shelf.read_all(&mut follower));
        let [first, second] = writer.join().unwrap();
        told.extend(shelf.read_all(&mut follower));
        assert_eq!(told, [(first, None, Some(10)), (second, Some(10), Some(11))]);
    });
}

/// F4: a write that has returned is told, wherever a reader stopped that helped with it.
#[test]
fn f4_stalled_helper_holds_nobody_up() {
    model(THREE, || {
        let shelf = Shelf::new();
        let mut follower = shelf.follow();
        let helper = shelf.beside(|shelf| shelf.get(1));
        let writer = shelf.beside(|shelf| shelf.set(1, 10));
        let written = writer.join().unwrap();
        let told = shelf.read_all(&mut follower);
        assert_eq!(told, [(written, None, Some(10))], "held up by somebody else");
        helper.join().unwrap();
        assert_eq!(shelf.read_all(&mut follower), [], "told twice");
    });
}

/// F4: writer, helper and a reader that gives numbers up, in two slots: nobody takes a number for
/// another one of the same snapshot.
#[test]
fn f4_write_is_told_once_whoever_helps() {
    model_within(2, TWO, || {
        let shelf = Shelf::with_feed(2);
        shelf.set(1, 10);
        let reader = Rc::new(RefCell::new((shelf.follow(), Vec::new())));
        let pin = WritePin::new();
        let half = Half::write(&shelf, 11, &pin);
        let helper = shelf.beside(|shelf| shelf.get(1));
        let (early, copy) = (Rc::clone(&reader), shelf.clone());
        // The reader comes by when the first of the two is about to place it.
        at_step("place: before", move || {
            let (follower, told) = &mut *early.borrow_mut();
            told.extend(copy.read(follower).0);
        });
        let written = half.finish(&shelf);
        drop(pin);
        helper.join().unwrap();
        let (mut follower, mut told) = Rc::into_inner(reader).unwrap().into_inner();
        let (more, gap) = shelf.read(&mut follower);
        told.extend(more);
        assert!(told == [(written, Some(10), Some(11))] || gap.is_some(), "lost in silence");
    });
}

/// F4: a ticket that has become the revision stays, also when whoever agreed on it finds its slot
/// taken by a later number: by it one sees who keeps the handle (R7).
#[test]
fn f4_ticket_that_became_the_revision_stays() {
    model(TWO, || {
        let shelf = Shelf::with_feed(1);
        shelf.set(1, 10);
        let follower = shelf.follow();
        let pin = WritePin::new();
        let half = Half::write(&shelf, 11, &pin);
        let copy = shelf.clone();
        // A helper places it and fixes its revision, and the ring goes round.
        at_step("place: before", move || {
            assert_eq!(copy.get(1), Some(11));
            copy.announce();
        });
        half.finish(&shelf);
        drop((pin, follower));
        // What kept the handle lets it go: the key is not forgotten.
        shelf.remove(1);
        shelf.catch_up();
        shelf.settle();
    });
}

/// F5: what a reader found in the ring stays for it, and the document before as well, while the
/// tail is raised.
#[test]
fn f5_entry_and_the_one_before_stay_for_their_reader() {
    model(TWO, || {
        let shelf = Shelf::with_feed(1);
        let mut follower = shelf.follow();
        shelf.set(1, 10);
        let second = shelf.set(1, 11);
        follower.go_to(second);
        // It waits for the tail and nothing else.
        shelf.sweep_twice();
        shelf.catch_up();
        let other = shelf.beside(|shelf| {
            shelf.pass();
            shelf.tend();
            shelf.sweep();
        });
        {
            let pin = ReadPin::new();
            if let Next::Committed(revision, entry) = follower.next(&pin) {
                for _ in 0..2 {
                    let told = shelf.tell(revision, entry);
                    assert_eq!(told, Some((second, Some(10), Some(11))));
                }
            }
        }
        other.join().unwrap();
    });
}

/// F5: the same while the last follower goes in the middle of it.
#[test]
fn f5_entry_stays_when_its_follower_goes() {
    model(TWO, || {
        let shelf = Shelf::with_feed(2);
        let mut follower = shelf.follow();
        let first = shelf.set(1, 10);
        shelf.set(1, 11);
        shelf.sweep_twice();
        let other = shelf.beside(|shelf| {
            shelf.tend();
            shelf.tend();
            shelf.sweep();
        });
        {
            let pin = ReadPin::new();
            let Next::Committed(revision, entry) = follower.next(&pin) else { panic!("a gap") };
            drop(follower);
            assert_eq!(shelf.tell(revision, entry), Some((first, None, Some(10))));
        }
        other.join().unwrap();
        shelf.tend();
        shelf.tend();
        shelf.settle();
    });
}

/// F5: whatever lies behind the tail was told to those who sleep: one that goes on behind it has
/// missed nothing, or says so.
#[test]
fn f5_sleeper_knows_of_what_lies_behind_the_tail() {
    model(TWO, || {
        let shelf = Shelf::with_feed(1);
        let mut watch = shelf.watch();
        assert_eq!(watch.poll(), Ok(Vec::new()));
        let writer = shelf.beside(|shelf| shelf.set(1, 10));
        shelf.timeline().draw();
        shelf.tend();
        shelf.tend();
        let mut found = watch.poll();
        let written = writer.join().unwrap();
        if found == Ok(Vec::new()) {
            assert!(watch.is_woken(), "it sleeps on");
            found = watch.poll();
        }
        let told = found == Ok(vec![(written, None, Some(10))]);
        assert!(told || found.is_err(), "lost in silence: {found:?}");
    });
}

/// F8: what a collection has left behind stays while the ring shows it to those who watch others.
#[test]
fn f8_gone_collection_stays_while_the_ring_shows_it() {
    model(TWO, || {
        let bounds = RingBounds { revisions: 1, bytes: u64::MAX, retains: false };
        let timeline = Arc::new(Timeline::starting(0, bounds, Time::new()));
        let (gone, stays) = (Shelf::on(&timeline), Shelf::on(&timeline));
        let mut follower = stays.follow();
        gone.set(1, 10);
        stays.catch_up();
        let other = stays.beside(move |stays| {
            drop(gone);
            stays.pass();
            stays.tend();
        });
        let (told, _gap) = stays.read(&mut follower);
        assert_eq!(told, [], "it happened elsewhere");
        other.join().unwrap();
    });
}

/// A write that was published and has no revision yet.
struct Half<'g> {
    old: NodeRef<'g, Key, Value>,
    new: NodeRef<'g, Key, Value>,
}

impl<'g> Half<'g> {
    fn write(shelf: &Shelf, value: u64, pin: &'g WritePin) -> Self {
        let address = shelf.rooms().find(1, |_| true, pin.read()).unwrap();
        let seen = address.handle().load(shelf.timeline(), pin.read());
        let mut draft = Draft::value(Value::new(value));
        draft.follow(seen.node(), address);
        let published = address.handle().publish(&seen, draft, pin.read());
        Self { old: seen.node().unwrap(), new: published.ok().unwrap() }
    }

    /// The other half.
    fn finish(self, shelf: &Shelf) -> u64 {
        let revision = shelf.timeline().stamp_own(self.new);
        let _due = shelf.rooms().limbo.retire(self.old, revision, Fate::Replaced);
        revision
    }
}
