//! I1 to I6: what holds at every instant, whoever is where.

use crate::commit::{Expect, Refusal};
use crate::model::{THREE, TWO, model};
use crate::reclaim::ReadPin;
use crate::shelf::{Shelf, View, number};

/// I1: a snapshot stays as it was first seen; its revision is fixed once, whoever helps.
#[test]
fn i1_snapshot_stays_as_it_was_first_seen() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| shelf.set(1, 11));
        let (value, revision) = {
            let pin = ReadPin::new();
            let node = shelf.find(1, &pin).unwrap();
            let seen = (number(node), node.revision());
            assert_eq!(node.version(), seen.0 - 9);
            assert_eq!(seen, (number(node), node.revision()));
            seen
        };
        let written = writer.join().unwrap();
        if value == 11 {
            assert_eq!(revision, written, "two revisions for one snapshot");
        }
    });
}

/// I2: the order of the revisions is the order in which the snapshots followed one another.
#[test]
fn i2_revisions_fall_along_a_chain() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let other = shelf.beside(|shelf| shelf.set(1, 11));
        let mine = shelf.set(1, 12);
        let theirs = other.join().unwrap();
        assert_ne!(mine, theirs, "a revision is given once");
        let last = if mine > theirs { 12 } else { 11 };
        assert_eq!(shelf.get(1), Some(last), "the younger revision was overwritten");
        let pin = ReadPin::new();
        let between = shelf.at(1, mine.min(theirs), &pin);
        assert_eq!(between, Some(23 - last), "the older revision shows something else");
    });
}

/// I2: versions count the life of a key: two writers, no update lost.
#[test]
fn i2_conditional_writes_lose_no_update() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 0);
        let add = |shelf: &Shelf| {
            loop {
                let (revision, value) = {
                    let pin = ReadPin::new();
                    let node = shelf.find(1, &pin).unwrap();
                    (node.revision(), number(node))
                };
                if shelf.set_if(1, value + 1, Expect::Revision(revision)).is_ok() {
                    break;
                }
            }
        };
        let other = shelf.beside(add);
        add(&shelf);
        other.join().unwrap();
        assert_eq!(shelf.get(1), Some(2), "lost update");
        shelf.settle();
    });
}

/// I2: of two writes on the condition of one revision, one wins; the loser is told what was there
/// instead, and a reader sees no other revision.
#[test]
fn i2_one_of_two_conditional_writes_wins() {
    model(THREE, || {
        let shelf = Shelf::new();
        let seen = shelf.set(1, 10);
        let write = move |shelf: &Shelf, value| {
            let wrote = shelf.set_if(1, value, Expect::Revision(seen));
            wrote.map(|written| written.revision).map_err(|refused| refused.why)
        };
        let other = shelf.beside(move |shelf| write(shelf, 11));
        let reader = shelf.beside(|shelf| {
            let pin = ReadPin::new();
            shelf.find(1, &pin).unwrap().revision()
        });
        let (won, told) = match (write(&shelf, 12), other.join().unwrap()) {
            (Ok(won), Err(told)) | (Err(told), Ok(won)) => (won, told),
            both => panic!("not exactly one winner: {both:?}"),
        };
        assert_eq!(told, Refusal::Found(Some(won)));
        let read = reader.join().unwrap();
        assert!(read == seen || read == won, "a revision of nobody");
        shelf.settle();
    });
}

/// I3: a dead handle takes no further snapshot. A writer that revives meets the killer.
#[test]
fn i3_reviver_or_killer_wins() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        shelf.remove(1);
        shelf.sweep();
        let killer = shelf.beside(Shelf::sweep);
        shelf.set(1, 11);
        assert_eq!(shelf.get(1), Some(11), "lost update");
        killer.join().unwrap();
        assert_eq!(shelf.get(1), Some(11), "lost update");
        shelf.settle();
    });
}

/// I3: a writer meets the dead handle before its killer has told the table. It helps the table to
/// forget that handle, and not the one that was put in its place meanwhile.
#[test]
fn i3_helper_forgets_only_the_dead_handle() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        shelf.remove(1);
        shelf.sweep();
        let killer = shelf.beside(|shelf| {
            shelf.sweep();
            shelf.set(1, 11)
        });
        let mine = shelf.set(1, 12);
        let theirs = killer.join().unwrap();
        let last = if mine > theirs { 12 } else { 11 };
        assert_eq!(shelf.get(1), Some(last), "lost update");
        shelf.settle();
    });
}

/// I3: a reader that meets a dead handle says "absent" and does not go back in time: what it has
/// seen created anew stays, what it has seen removed does not return.
#[test]
fn i3_reader_never_goes_back() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| {
            shelf.remove(1);
            shelf.sweep_twice();
            shelf.set(1, 12);
        });
        let step = |found| match found {
            Some(10) => 0,
            None => 1,
            Some(12) => 2,
            other => panic!("{other:?} was never written"),
        };
        let (first, second) = (step(shelf.get(1)), step(shelf.get(1)));
        assert!(first <= second, "went back from {first} to {second}");
        writer.join().unwrap();
        assert_eq!(shelf.get(1), Some(12));
        shelf.settle();
    });
}

/// I4: what a reader was shown is in every view that is opened afterwards, though its writer is
/// asleep: the reader stamps it.
#[test]
fn i4_what_was_shown_is_in_every_later_view() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| shelf.set(1, 11));
        let live = shelf.get(1);
        let view = shelf.open();
        assert!(view.get(1) >= live, "a view without what was seen before it");
        drop(view);
        writer.join().unwrap();
    });
}

/// I4: a view shows nothing that is not stamped, and so repeats itself.
#[test]
fn i4_view_shows_nothing_unstamped() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| shelf.set(1, 11));
        let view = shelf.open();
        let first = view.get(1);
        assert_eq!(first, view.get(1), "a view that changes");
        drop(view);
        writer.join().unwrap();
    });
}

/// I4: a removal is stamped before "absent" is answered: no later view shows the document again.
#[test]
fn i4_removal_that_was_seen_is_in_every_later_view() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| shelf.remove(1));
        let live = shelf.get(1);
        let view = shelf.open();
        assert!(live.is_some() || view.get(1).is_none(), "a removed document is back");
        drop(view);
        writer.join().unwrap();
    });
}

/// I4: causes come before their effects also through a helper: who sees the first write and then
/// makes the second leaves no view with the second alone.
#[test]
fn i4_cause_comes_first_through_a_helper() {
    model(THREE, || {
        let shelf = Shelf::new();
        shelf.set(1, 0);
        shelf.set(2, 0);
        let writer = shelf.beside(|shelf| shelf.set(1, 1));
        let helper = shelf.beside(|shelf| {
            if shelf.get(1) == Some(1) {
                shelf.set(2, 1);
            }
        });
        let pin = ReadPin::new();
        let now = shelf.timeline().now();
        let effect = shelf.at(2, now, &pin);
        let cause = shelf.at(1, now, &pin);
        assert!(cause >= effect, "the effect without its cause");
        drop(pin);
        writer.join().unwrap();
        helper.join().unwrap();
    });
}

/// I5: a write and the close both have a number from one clock. The write's is smaller: it was in
/// time. It is larger: the writer says so, and takes its value back.
#[test]
fn i5_write_beyond_the_close_is_refused() {
    model(THREE, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| shelf.set_if(1, 11, Expect::Anything));
        let other = shelf.beside(|shelf| shelf.set_if(1, 12, Expect::Anything));
        let closed = shelf.close();
        for wrote in [writer.join().unwrap(), other.join().unwrap()] {
            match wrote {
                Ok(written) => assert!(written.revision < closed, "in time after the close"),
                Err(refused) => {
                    assert_eq!(refused.why, Refusal::Closed);
                    assert!(refused.value.is_some(), "the value is lost");
                }
            }
        }
        assert_eq!(shelf.get(1), None);
        assert!(shelf.set_if(1, 13, Expect::Anything).is_err());
        shelf.settle();
    });
}

/// I5: nobody is ever shown what was stamped after the close: its writer does what it likes to the
/// value that it got back.
#[test]
fn i5_value_that_came_back_is_seen_by_nobody() {
    model(THREE, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| {
            if let Err(refused) = shelf.set_if(1, 11, Expect::Anything) {
                refused.value.expect("the value is lost").spoil();
            }
        });
        let closer = shelf.beside(Shelf::close);
        let found = shelf.get(1);
        assert!(matches!(found, None | Some(10 | 11)));
        writer.join().unwrap();
        closer.join().unwrap();
        shelf.settle();
    });
}

/// I5: views older than the close stay as they are; none is opened after it.
#[test]
fn i5_view_is_older_than_the_close() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| {
            let closed = shelf.close();
            let late = shelf.set_if(1, 11, Expect::Anything);
            assert_eq!(late.err().map(|refused| refused.why), Some(Refusal::Closed));
            closed
        });
        let lease = shelf.rooms().open_view();
        let revision = lease.map(|lease| {
            let view = View::of(&shelf, lease);
            assert_eq!(view.get(1), Some(10));
            view.revision()
        });
        let closed = writer.join().unwrap();
        assert!(revision.is_none_or(|revision| revision < closed));
        assert!(shelf.rooms().open_view().is_none());
    });
}

/// I6: whoever puts an empty handle into the table publishes in it or ends it, also when the
/// collection is closed in between.
#[test]
fn i6_refused_creator_leaves_nothing_behind() {
    model(TWO, || {
        let shelf = Shelf::new();
        let closer = shelf.beside(Shelf::close);
        let wrote = shelf.set_if(1, 10, Expect::Anything);
        closer.join().unwrap();
        assert_eq!(shelf.get(1), None);
        drop(wrote);
        shelf.settle();
    });
}

/// I6: two creators share one handle, and the document of whoever came last is there.
#[test]
fn i6_two_creators_share_one_handle() {
    model(TWO, || {
        let shelf = Shelf::new();
        let other = shelf.beside(|shelf| shelf.set(1, 10));
        let mine = shelf.set(1, 11);
        let theirs = other.join().unwrap();
        let last = if mine > theirs { 11 } else { 10 };
        assert_eq!(shelf.get(1), Some(last), "lost update");
        assert_eq!(shelf.rooms().table.len(), 1);
        shelf.settle();
    });
}

/// I6: of two who create only what is absent one wins; the other's handle, if it made one, goes.
#[test]
fn i6_one_of_two_exclusive_creators_wins() {
    model(TWO, || {
        let shelf = Shelf::new();
        let create = |shelf: &Shelf, value| shelf.set_if(1, value, Expect::Absent).is_ok();
        let other = shelf.beside(move |shelf| create(shelf, 10));
        let mine = create(&shelf, 11);
        assert_ne!(mine, other.join().unwrap(), "not exactly one winner");
        assert_eq!(shelf.get(1), Some(if mine { 11 } else { 10 }));
        shelf.settle();
    });
}
