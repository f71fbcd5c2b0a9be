//! R1 to R7: when memory goes.

use crate::commit::Expect;
use crate::model::{APART, REUSED, TWO, model};
use crate::protocol::node::NodeRef;
use crate::reclaim::ReadPin;
use crate::shelf::{Shelf, View, number};
use crate::sync::Arc;

/// R1: whatever a pinned thread finds, it may use while it is pinned.
#[test]
fn r1_pinned_reader_keeps_what_it_found() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| {
            shelf.set(1, 11);
            shelf.sweep_twice();
        });
        {
            let pin = ReadPin::new();
            let node = shelf.find(1, &pin).unwrap();
            let seen = (number(node), node.revision());
            assert_eq!(seen, (number(node), node.revision()));
        }
        writer.join().unwrap();
        shelf.settle();
    });
}

/// R1: who replaces what it still looks at keeps it, though a sweeper was at work before: the grace
/// period is asked for after the stack is sealed.
#[test]
fn r1_writer_keeps_what_it_found_before() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let sweeper = shelf.beside(Shelf::sweep_twice);
        {
            let pin = ReadPin::new();
            let node = shelf.find(1, &pin).unwrap();
            shelf.set(1, 11);
            assert_eq!(number(node), 10);
        }
        sweeper.join().unwrap();
        shelf.settle();
    });
}

/// R1: a reader that is pinned is a view that no slot shows: what it may see at the revision it
/// read waits for it.
#[test]
fn r1_pinned_reader_is_a_view() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| {
            shelf.set(1, 11);
            shelf.sweep_twice();
            shelf.remove(1);
            shelf.sweep_twice();
        });
        {
            let pin = ReadPin::new();
            let now = shelf.timeline().now();
            let first = shelf.at(1, now, &pin);
            assert_eq!(first, shelf.at(1, now, &pin), "an instant that changes");
        }
        writer.join().unwrap();
        shelf.settle();
    });
}

/// R2: an open view keeps what it needs, from before it reads the clock.
#[test]
fn r2_open_view_keeps_what_it_needs() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| {
            shelf.set(1, 11);
            shelf.sweep_twice();
        });
        let view = shelf.open();
        let first = view.get(1);
        assert_eq!(first, view.get(1), "a view that changes");
        drop(view);
        writer.join().unwrap();
        shelf.settle();
    });
}

/// R2: two views at once, each in a slot of its own, whoever claims first.
#[test]
fn r2_each_view_has_a_slot_of_its_own() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        drop(shelf.open());
        let other = shelf.beside(Shelf::open);
        let view = shelf.open();
        let other = other.join().unwrap();
        assert_eq!(shelf.timeline().views().open(None).0, 2);
        shelf.set(1, 11);
        drop(other);
        shelf.sweep_twice();
        assert_eq!(view.get(1), Some(10));
    });
}

/// R2: the older of two views keeps what it needs when the younger has gone, and the other way
/// round.
#[test]
fn r2_oldest_view_counts() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| {
            shelf.set(1, 11);
            shelf.sweep_twice();
        });
        let first = shelf.open();
        let second = shelf.open();
        let seen = (first.get(1), second.get(1));
        assert!(seen.0 <= seen.1);
        drop(second);
        assert_eq!(first.get(1), seen.0, "a view that changes");
        drop(first);
        writer.join().unwrap();
        shelf.settle();
    });
}

/// R2: a pinned reader turns its instant into a view: either its pin or its slot is seen.
#[test]
fn r2_pinned_reader_keeps_its_instant() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| {
            shelf.set(1, 11);
            shelf.sweep_twice();
        });
        let (view, first) = {
            let pin = ReadPin::new();
            let now = shelf.timeline().now();
            let first = shelf.at(1, now, &pin);
            (View::keep(&shelf, now, &pin), first)
        };
        assert_eq!(first, view.get(1), "a view that changes");
        drop(view);
        writer.join().unwrap();
        shelf.settle();
    });
}

/// R2: a snapshot that no view needs stays where it is while an older view may walk over it.
#[test]
fn r2_middle_of_a_chain_stays() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let view = shelf.open();
        shelf.set(1, 11);
        let writer = shelf.beside(|shelf| {
            shelf.set(1, 12);
            shelf.sweep_twice();
        });
        assert_eq!(view.get(1), Some(10));
        writer.join().unwrap();
        assert_eq!(view.get(1), Some(10));
        drop(view);
        shelf.settle();
    });
}

/// R2: the copies of a view share its slot, so that no sweep finds it empty in between.
#[test]
fn r2_copies_of_a_view_share_its_slot() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        // Slot 0 is free and will be looked at first.
        let first = shelf.open();
        let view = Arc::new(shelf.open());
        drop(first);
        let reader = shelf.beside({
            let view = Arc::clone(&view);
            move |_| {
                let copy = Arc::clone(&view);
                drop(view);
                assert_eq!(copy.get(1), Some(10));
            }
        });
        drop(view);
        shelf.set(1, 11);
        shelf.sweep_twice();
        reader.join().unwrap();
        shelf.settle();
    });
}

/// R3: an address leads to an occupied handle for as long as it can be found; the slot is used
/// again for another key, and nobody takes the one for the other.
#[test]
fn r3_address_leads_to_its_own_key() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        shelf.remove(1);
        shelf.sweep();
        let writer = shelf.beside(|shelf| {
            shelf.sweep();
            shelf.sweep_twice();
            shelf.set(2, 20);
        });
        assert_eq!(shelf.get(1), None);
        assert!(matches!(shelf.get(2), None | Some(20)));
        writer.join().unwrap();
        shelf.settle();
    });
}

/// R3: the same of a view that walks by position: a slot that is used again shows it nothing.
#[test]
fn r3_walker_meets_what_was_there() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| {
            shelf.remove(1);
            shelf.sweep_twice();
            shelf.sweep_twice();
            shelf.set(2, 20);
        });
        let view = shelf.open();
        let first = view.walk();
        assert_eq!(first, view.walk(), "a view that changes");
        assert!(first.len() <= 1, "documents of two instants");
        drop(view);
        writer.join().unwrap();
        shelf.settle();
    });
}

/// R4: burying looks at no successor. The younger of two goes first, from another shard.
#[test]
fn r4_burying_needs_no_successor() {
    model(APART, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        shelf.set(1, 11);
        shelf.sweep();
        let writer = shelf.beside(|shelf| {
            shelf.set(1, 12);
            shelf.sweep_twice();
        });
        shelf.sweep();
        writer.join().unwrap();
        assert_eq!(shelf.get(1), Some(12));
        shelf.settle();
    });
}

/// R5: a handle is killed by revision. Its tombstone may be another one by now, and the document
/// between the two is needed by a view.
#[test]
fn r5_handle_is_killed_by_revision() {
    model(APART, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        shelf.remove(1);
        shelf.sweep();
        let writer = shelf.beside(|shelf| {
            shelf.set(1, 11);
            let view = shelf.open();
            shelf.remove(1);
            assert_eq!(view.get(1), Some(11), "a view that lost its document");
        });
        shelf.sweep();
        writer.join().unwrap();
        shelf.settle();
    });
}

/// R5: by address would not do: a live document may lie where the tombstone lay.
#[test]
fn r5_address_of_a_tombstone_is_used_again() {
    model(REUSED, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        shelf.remove(1);
        shelf.sweep();
        let writer = shelf.beside(|shelf| {
            shelf.set(1, 11);
            shelf.sweep_twice();
            shelf.set(1, 12);
        });
        shelf.sweep();
        writer.join().unwrap();
        assert_eq!(shelf.get(1), Some(12), "lost update");
        shelf.settle();
    });
}

/// R6: a killed tombstone stays for the readers that have found it.
#[test]
fn r6_killed_tombstone_stays_for_its_readers() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let before = shelf.open();
        shelf.remove(1);
        drop(before);
        shelf.sweep();
        let killer = shelf.beside(Shelf::sweep);
        let view = shelf.open();
        assert_eq!(shelf.get(1), None);
        assert_eq!(view.get(1), None);
        drop(view);
        killer.join().unwrap();
        shelf.settle();
    });
}

/// R7: an owner may be taken while pinned and keeps its snapshot after that.
#[test]
fn r7_owner_keeps_its_snapshot() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| {
            shelf.set(1, 11);
            shelf.sweep_twice();
        });
        let owner = shelf.own(1);
        let seen = number(owner.as_ref());
        assert_eq!(seen, number(owner.as_ref()));
        assert_eq!(owner.key().number(), 1);
        drop(owner);
        writer.join().unwrap();
        shelf.settle();
    });
}

/// R7: the chain's own count stays until the burial, so an owner that goes takes nothing from
/// those who are pinned.
#[test]
fn r7_owner_that_goes_takes_nothing_from_a_reader() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let writer = shelf.beside(|shelf| {
            shelf.set(1, 11);
            shelf.sweep_twice();
        });
        {
            let pin = ReadPin::new();
            let node = shelf.find(1, &pin).unwrap();
            let seen = number(node);
            drop(node.own());
            assert_eq!(seen, number(node));
        }
        writer.join().unwrap();
        shelf.settle();
    });
}

/// R7: an orphan keeps its key and its slab when the collection goes.
#[test]
fn r7_orphan_outlives_the_collection() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        shelf.set(2, 20);
        let (first, second) = (shelf.own(1), shelf.own(2));
        shelf.set(1, 11);
        shelf.sweep_twice();
        let reader = crate::base::spawn(move || {
            assert_eq!((first.key().number(), number(first.as_ref())), (1, 10));
        });
        drop(shelf);
        assert_eq!((second.key().number(), number(second.as_ref())), (2, 20));
        drop(second);
        reader.join().unwrap();
    });
}

/// R7: a snapshot that was placed in the ring keeps its handle for its owners, whoever fixed its
/// revision, until the last of them is gone, and no longer.
#[test]
fn r7_placed_snapshot_keeps_its_handle() {
    model(TWO, || {
        let shelf = Shelf::new();
        let mut follower = shelf.follow();
        let writer = shelf.beside(|shelf| shelf.set(1, 10));
        let owner = {
            let pin = ReadPin::new();
            shelf.find(1, &pin).map(|node| (node.own(), node.own()))
        };
        writer.join().unwrap();
        shelf.read_all(&mut follower);
        drop(follower);
        shelf.remove(1);
        shelf.catch_up();
        shelf.sweep_twice();
        shelf.settle();
        let Some((first, second)) = owner else { return };
        drop(first);
        let reader = crate::base::spawn(move || {
            assert_eq!((second.key().number(), number(second.as_ref())), (1, 10));
        });
        drop(shelf);
        reader.join().unwrap();
    });
}

/// R7: a write that reports hands out owners of what it replaced and of what it made.
#[test]
fn r7_report_keeps_before_and_after() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set(1, 10);
        let other = shelf.beside(|shelf| {
            shelf.set(1, 11);
            shelf.sweep_twice();
        });
        let written = shelf.write(1, Some(12), Expect::Anything, |it| {
            (it.before.map(NodeRef::own), it.node.own())
        });
        let (old, new) = written.unwrap_or_else(|refused| panic!("{:?}", refused.why));
        let old = old.unwrap();
        other.join().unwrap();
        shelf.settle();
        assert_eq!(old.version() + 1, new.version());
        assert!(matches!(number(old.as_ref()), 10 | 11));
        assert_eq!(number(new.as_ref()), 12);
    });
}
