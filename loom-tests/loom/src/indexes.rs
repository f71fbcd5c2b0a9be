//! I7, I8, P11, and I5 once more: what an index says, whoever writes, builds or drops it.
//!
//! Each question to an index is checked against a walk over all documents of the same instant.

use crate::catalog::Built;
use crate::commit::Expect;
use crate::model::{APART, THREE, TWO, model};
use crate::payload::Value;
use crate::protocol::published::Published;
use crate::reclaim::{ReadPin, WritePin};
use crate::shelf::Shelf;
use crate::sync::Arc;

/// I7: a document hops to a later key while an index is asked: it is met once.
#[test]
fn i7_document_that_hops_is_met_once() {
    model(TWO, || {
        let (shelf, index) = Shelf::with_index();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| {
            shelf.set(1, 20);
            shelf.sweep_twice();
        });
        let found = shelf.ask(&index).unwrap();
        assert!(found == [(1, 10)] || found == [(1, 20)]);
        writer.join().unwrap();
        shelf.settle();
    });
}

/// I7: the same of an earlier key, which the scan has passed already.
#[test]
fn i7_document_that_hops_back_is_met_once() {
    model(TWO, || {
        let (shelf, index) = Shelf::with_index();
        shelf.set(1, 20);
        let writer = shelf.beside(|shelf| shelf.set(1, 10));
        let found = shelf.ask(&index).unwrap();
        assert!(found == [(1, 10)] || found == [(1, 20)]);
        writer.join().unwrap();
        shelf.settle();
    });
}

/// I7: whoever has seen a document finds it by its key in the index from then on.
#[test]
fn i7_document_that_was_seen_is_found() {
    model(TWO, || {
        let (shelf, index) = Shelf::with_index();
        let writer = shelf.beside(|shelf| shelf.set(1, 10));
        let seen = shelf.get(1).is_some();
        let found = shelf.ask(&index).unwrap();
        assert!(!seen || found == [(1, 10)], "seen, and not found");
        writer.join().unwrap();
        shelf.settle();
    });
}

/// I7: the entry of a replaced snapshot stays while a view needs it, and goes with it.
#[test]
fn i7_entry_stays_while_a_view_needs_it() {
    model(TWO, || {
        let (shelf, index) = Shelf::with_index();
        shelf.set(1, 10);
        let view = shelf.open();
        let writer = shelf.beside(|shelf| {
            shelf.set(1, 20);
            shelf.sweep_twice();
        });
        assert_eq!(view.ask(&index), [(1, 10)]);
        writer.join().unwrap();
        assert_eq!(view.ask(&index), [(1, 10)]);
        assert_eq!(index.len(), 2);
        drop(view);
        shelf.settle();
        assert_eq!(index.len(), 1);
    });
}

/// I7: a document returns to a key that it had, while its first entry there is taken out.
#[test]
fn i7_entry_of_a_document_that_returned_stays() {
    model(APART, || {
        let (shelf, index) = Shelf::with_index();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| {
            shelf.set(1, 20);
            shelf.sweep_twice();
        });
        shelf.set(1, 11);
        shelf.sweep_twice();
        writer.join().unwrap();
        let found = shelf.ask(&index).unwrap();
        assert!(found == [(1, 11)] || found == [(1, 20)]);
        shelf.settle();
    });
}

/// I7: a removal ends the entries of what it removes.
#[test]
fn i7_removed_document_is_not_found() {
    model(TWO, || {
        let (shelf, index) = Shelf::with_index();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| {
            shelf.remove(1);
            shelf.sweep();
        });
        shelf.ask(&index);
        writer.join().unwrap();
        shelf.settle();
        assert_eq!(index.len(), 0);
    });
}

/// I7: who loses takes the entry out that nobody will ever carry.
#[test]
fn i7_loser_takes_its_entry_out() {
    model(TWO, || {
        let (shelf, index) = Shelf::with_index();
        let other = shelf.beside(|shelf| shelf.set(1, 10));
        shelf.set(1, 20);
        other.join().unwrap();
        shelf.settle();
        assert_eq!(index.len(), 1);
    });
}

/// I7: who loses leaves the entry that it would have carried on, as the winner does.
#[test]
fn i7_loser_leaves_what_is_carried_on() {
    model(TWO, || {
        let (shelf, index) = Shelf::with_index();
        shelf.set(1, 10);
        let other = shelf.beside(|shelf| shelf.set(1, 11));
        shelf.set(1, 12);
        other.join().unwrap();
        assert_eq!(shelf.ask(&index).unwrap().len(), 1);
        shelf.settle();
        assert_eq!(index.len(), 1);
    });
}

/// I7: a snapshot with the same key carries the entry on, and the burial of the one before leaves
/// it there.
#[test]
fn i7_entry_is_carried_on() {
    model(TWO, || {
        let (shelf, index) = Shelf::with_index();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| {
            shelf.set(1, 11);
            shelf.sweep_twice();
        });
        assert_eq!(shelf.ask(&index).unwrap().len(), 1);
        assert_eq!(index.len(), 1, "an entry that was not needed");
        writer.join().unwrap();
        shelf.settle();
    });
}

/// I8: a writer that has not heard of the index yet, and its build.
#[test]
fn i8_writer_that_has_not_heard_of_the_index_is_waited_for() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| shelf.set(1, 20));
        let index = shelf.create_index();
        shelf.build(&index);
        shelf.ask(&index);
        writer.join().unwrap();
        shelf.settle();
        assert_eq!(shelf.ask(&index).unwrap(), [(1, 20)]);
    });
}

/// I8: the same of a document that is new to the collection.
#[test]
fn i8_document_created_beside_the_build_is_found() {
    model(TWO, || {
        let shelf = Shelf::new();
        let writer = shelf.beside(|shelf| shelf.set(1, 10));
        let index = shelf.create_index();
        shelf.build(&index);
        shelf.ask(&index);
        writer.join().unwrap();
        shelf.settle();
        assert_eq!(shelf.ask(&index).unwrap(), [(1, 10)]);
    });
}

/// I7: a writer that has not heard of the index replaces what another one has entered already.
#[test]
fn i7_entry_that_the_writer_has_not_heard_of_ends() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| shelf.set(1, 20));
        let index = shelf.create_index();
        shelf.set(1, 11);
        writer.join().unwrap();
        shelf.settle();
        assert_eq!(index.len(), 1);
    });
}

/// I8: a view that is older than the index finds what was there at its instant.
#[test]
fn i8_view_older_than_the_index_finds_its_documents() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let view = shelf.open();
        let writer = shelf.beside(|shelf| shelf.set(1, 20));
        let index = shelf.create_index();
        shelf.build(&index);
        assert_eq!(view.ask(&index), [(1, 10)]);
        drop(view);
        writer.join().unwrap();
        shelf.settle();
    });
}

/// I8: a snapshot older than the index is replaced and buried while the build enters it: its entry
/// is gone in the end.
#[test]
fn i8_snapshot_that_is_replaced_while_it_is_entered_leaves_no_entry() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let index = shelf.create_index();
        let writer = shelf.beside(|shelf| {
            shelf.set(1, 20);
            shelf.sweep_twice();
        });
        shelf.build(&index);
        writer.join().unwrap();
        shelf.settle();
        assert_eq!(index.len(), 1);
    });
}

/// I8: somebody else may be at a new index before its creator is: it is complete in the end.
#[test]
fn i8_index_is_complete_in_the_end() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let sweeper = shelf.beside(Shelf::sweep);
        let index = shelf.create_index();
        sweeper.join().unwrap();
        assert!(shelf.build(&index));
        assert_eq!(shelf.ask(&index).unwrap(), [(1, 10)]);
        shelf.settle();
    });
}

/// I8: an index is dropped while it is asked: the answer is exact, or none.
#[test]
fn i8_index_dropped_while_it_is_asked_is_exact_or_says_so() {
    model(TWO, || {
        let (shelf, index) = Shelf::with_index();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| {
            shelf.drop_index();
            shelf.set(1, 20);
        });
        let found = shelf.ask(&index);
        assert!(found.is_none_or(|found| found == [(1, 10)]));
        writer.join().unwrap();
        assert_eq!(shelf.ask(&index), None);
        shelf.settle();
    });
}

/// I8: the same when somebody else writes, who has heard of it or not.
#[test]
fn i8_writer_that_has_heard_of_the_drop_comes_after_it() {
    model(THREE, || {
        let (shelf, index) = Shelf::with_index();
        let dropper = shelf.beside(Shelf::drop_index);
        let writer = shelf.beside(|shelf| shelf.set(1, 10));
        shelf.ask(&index);
        dropper.join().unwrap();
        writer.join().unwrap();
        shelf.settle();
    });
}

/// I8: an index is dropped and another one created under its name: a writer carries nothing on from
/// the one to the other.
#[test]
fn i8_index_created_again_has_entries_of_its_own() {
    model(TWO, || {
        let (shelf, first) = Shelf::with_index();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| shelf.set(1, 11));
        shelf.drop_index();
        let second = shelf.create_index();
        shelf.build(&second);
        shelf.ask(&second);
        writer.join().unwrap();
        shelf.settle();
        assert_eq!((shelf.ask(&first), shelf.ask(&second)), (None, Some(vec![(1, 11)])));
    });
}

/// I5: a build looks at nothing that was stamped after the close: its writer does what it likes to
/// the value that it got back.
#[test]
fn i5_build_looks_at_nothing_beyond_the_close() {
    model(THREE, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let index = shelf.create_index();
        // The grace period is over; what is left is to enter the document.
        (0..2).for_each(|_| assert_eq!(shelf.rooms().build(&index), Built::Piece));
        let writer = shelf.beside(|shelf| {
            // Without a key, so that it carries no entry: the build has to look.
            if let Err(refused) = shelf.set_if(1, 1, Expect::Anything) {
                refused.value.expect("the value is lost").spoil();
            }
        });
        let closer = shelf.beside(Shelf::close);
        shelf.rooms().build(&index);
        writer.join().unwrap();
        closer.join().unwrap();
        shelf.settle();
    });
}

/// P11: whoever finds a published value finds all of it. (It is made under the pin: a pin is a
/// fence, and what comes before a fence is published by any store after it.)
#[test]
fn p11_published_value_is_whole() {
    model(TWO, || {
        let published = Arc::new(Published::new());
        let writer = crate::base::spawn({
            let published = Arc::clone(&published);
            move || {
                let pin = WritePin::new();
                // A step after the fence, so that the value comes after it.
                assert!(published.load(pin.read()).is_none());
                published.replace(Value::new(10));
            }
        });
        {
            let pin = ReadPin::new();
            let found = published.load(&pin).map(Value::number);
            assert!(matches!(found, None | Some(10)));
        }
        writer.join().unwrap();
    });
}

/// P11: what was replaced stays for those who have found it.
#[test]
fn p11_replaced_value_stays_for_its_readers() {
    model(TWO, || {
        let published = Arc::new(Published::new());
        published.replace(Value::new(10));
        let writer = crate::base::spawn({
            let published = Arc::clone(&published);
            move || {
                published.replace(Value::new(11));
                published.tidy();
            }
        });
        {
            let pin = ReadPin::new();
            let found = published.load(&pin).map(Value::number);
            assert!(matches!(found, Some(10 | 11)));
        }
        writer.join().unwrap();
        published.tidy();
    });
}
