//! I9, I10, I11: documents that last until somebody finds that they are over.

use crate::commit::Expect;
use crate::model::{THREE, TWO, model, model_within};
use crate::protocol::deadline::NEVER;
use crate::reclaim::ReadPin;
use crate::shelf::Shelf;

/// I9: a reader renews a document while a view judges it: what was found over stays over, for the
/// view and for all who come after it.
#[test]
fn i9_what_was_found_over_stays_over() {
    model(TWO, || {
        let shelf = Shelf::idling(40);
        shelf.lay(1, 10, NEVER);
        shelf.let_time_pass(30);
        let reader = shelf.beside(|shelf| shelf.get(1));
        shelf.let_time_pass(14);
        let view = shelf.open();
        let first = view.shows(1);
        assert_eq!(view.shows(1), first, "I9: a view that changes");
        let live = shelf.get(1);
        assert!(first.is_some() || live.is_none(), "I9: revived");
        let renewed = reader.join().unwrap();
        assert!(renewed.is_some() || first.is_none(), "I9: over, and shown later");
        assert_eq!(view.shows(1), first, "I9: a view that changes");
        assert_eq!(shelf.get(1), live, "I9: over and back, or over too early");
        drop(view);
        assert_eq!(shelf.purge(), usize::from(live.is_none()));
        shelf.settle();
    });
}

/// I9: two readers, and the clock goes on: an older look at it moves no deadline back.
#[test]
fn i9_deadline_never_moves_back() {
    model(TWO, || {
        let shelf = Shelf::idling(40);
        shelf.lay(1, 10, NEVER);
        let renew = |shelf: &Shelf| {
            let found = shelf.get(1);
            (found, shelf.lasts_until(1))
        };
        shelf.let_time_pass(10);
        let reader = shelf.beside(move |shelf| renew(shelf));
        shelf.let_time_pass(20);
        let (found, mine) = renew(&shelf);
        let (theirs_found, theirs) = reader.join().unwrap();
        assert_eq!((found, theirs_found), (Some(10), Some(10)));
        assert!(shelf.lasts_until(1) >= mine.max(theirs), "I9: a deadline moved back");
        assert_eq!(shelf.lasts_until(1), Some(68), "I9: a read that does not count");
    });
}

/// I10: a view is opened while a document is given a later deadline before the first one passes:
/// there was no instant without it.
#[test]
fn i10_view_shows_what_never_ended() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.lay(1, 10, 12);
        let writer = shelf.beside(|shelf| {
            shelf.renew(1, 100).expect("it is there");
            shelf.let_time_pass(20);
        });
        let view = shelf.open();
        assert_eq!(view.shows(1), Some(10), "a document that was never over is missing");
        assert_eq!(view.walk(), [(1, 10)]);
        drop(view);
        writer.join().unwrap();
        shelf.settle();
    });
}

/// I10: a view is opened while the time passes, and somebody acts on what it ended: the view does
/// not show the deed beside the document.
#[test]
fn i10_view_shows_nothing_that_ended_before_its_time() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.lay(1, 10, 12);
        let writer = shelf.beside(|shelf| {
            shelf.let_time_pass(20);
            assert_eq!(shelf.get(1), None);
            shelf.set(2, 20);
        });
        let view = shelf.open();
        let (old, deed) = (view.shows(1), view.shows(2));
        assert!(old.is_none() || deed.is_none(), "what ended is back");
        drop(view);
        writer.join().unwrap();
        assert_eq!(shelf.purge(), 1);
        shelf.settle();
    });
}

/// I10: a view beside the first write with a deadline ever, which has passed already: it does not
/// see its revision, or it looks at the clock.
#[test]
fn i10_first_deadline_ever_is_judged() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.let_time_pass(20);
        let writer = shelf.beside(|shelf| shelf.lay(1, 10, 12));
        let view = shelf.open();
        assert_eq!(view.shows(1), None, "I10: over and shown");
        assert_eq!(view.walk(), []);
        drop(view);
        writer.join().unwrap();
        assert_eq!(shelf.purge(), 1);
        shelf.settle();
    });
}

/// I10: the same if somebody else draws the revision for the writer.
#[test]
fn i10_first_deadline_ever_is_judged_through_a_helper() {
    model(THREE, || {
        let shelf = Shelf::new();
        shelf.let_time_pass(20);
        let writer = shelf.beside(|shelf| shelf.lay(1, 10, 12));
        let helper = shelf.beside(|shelf| assert_eq!(shelf.get(1), None));
        let view = shelf.open();
        assert_eq!(view.shows(1), None, "I10: over and shown");
        drop(view);
        writer.join().unwrap();
        helper.join().unwrap();
    });
}

/// Lets all the time pass: what has a deadline goes, once in all.
fn goes_once(shelf: &Shelf) {
    shelf.let_time_pass(1_000);
    shelf.purge();
    assert_eq!(shelf.expired(), 1, "I11: not gone once");
    assert_eq!(shelf.rooms().limbo.live(), 0, "I11: what is over stays");
    assert_eq!(shelf.rooms().expiry.len(), 0, "I11: entries of nobody");
    shelf.settle();
}

/// I11: a later deadline, given while somebody ends what is over: it was in time and the document
/// stays, or there is none any more.
#[test]
fn i11_renewed_document_stays() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.lay(1, 10, 12);
        let other = shelf.beside(|shelf| shelf.renew(1, 100));
        shelf.let_time_pass(20);
        shelf.purge();
        let renewed = other.join().unwrap();
        let ended = shelf.expired();
        assert_eq!(ended + u64::from(renewed.is_some()), 1, "I11: renewed and removed");
        assert_eq!(shelf.get(1), renewed.map(|_| 10));
        assert_eq!(shelf.purge(), 0);
        goes_once(&shelf);
    });
}

/// I11: an earlier deadline than the one before is noted, whoever looks at that meanwhile.
#[test]
fn i11_earlier_deadline_is_noted() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.lay(1, 10, 24);
        let other = shelf.beside(|shelf| shelf.renew(1, 16));
        shelf.let_time_pass(12);
        shelf.purge();
        let renewed = other.join().unwrap();
        shelf.let_time_pass(5);
        shelf.purge();
        assert_eq!(shelf.expired(), u64::from(renewed.is_some()), "I11: too late or too early");
        goes_once(&shelf);
    });
}

/// I11: a deadline is taken away and another one given: the entry of the first says nothing of it.
#[test]
fn i11_deadline_given_anew_is_noted() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.lay(1, 10, 12);
        let other = shelf.beside(|shelf| {
            let endless = shelf.renew(1, NEVER);
            endless.and_then(|_| shelf.renew(1, 100))
        });
        shelf.let_time_pass(20);
        shelf.purge();
        let renewed = other.join().unwrap();
        let ended = shelf.expired();
        assert_eq!(ended + u64::from(renewed.is_some()), 1, "I11: renewed and removed");
        goes_once(&shelf);
    });
}

/// I11: the same of a document that is removed and comes back.
#[test]
fn i11_document_that_returns_is_noted() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.lay(1, 10, 12);
        let other = shelf.beside(|shelf| {
            shelf.remove(1);
            shelf.lay(1, 11, 100);
        });
        shelf.let_time_pass(20);
        shelf.purge();
        other.join().unwrap();
        assert_eq!(shelf.get(1), Some(11), "I11: another document's end");
        shelf.let_time_pass(1_000);
        assert_eq!(shelf.purge(), 1, "I11: what is over stays");
        assert_eq!(shelf.rooms().limbo.live(), 0);
        shelf.settle();
    });
}

/// I11: a document with a deadline follows another one, whose entry is in somebody's hands, while a
/// reader that was held up renews that one: the entry is not put back later than is right for both.
#[test]
fn i11_late_renewal_hides_no_deadline() {
    model_within(1, TWO, || {
        let shelf = Shelf::idling(40);
        shelf.lay(1, 10, NEVER);
        shelf.let_time_pass(8);
        assert_eq!(shelf.get(1), Some(10));
        shelf.let_time_pass(35);
        let other = shelf.beside(|shelf| {
            let pin = ReadPin::new();
            let address = shelf.rooms().find(1, |key| key.number() == 1, &pin);
            let address = address.expect("it is there");
            let late = address.handle().load(shelf.timeline(), &pin).live();
            shelf.lay(1, 11, 56);
            let late = late.expect("it is not over");
            late.deadline().renew(late.lifetime(40), 44);
        });
        assert_eq!(shelf.purge(), 0);
        other.join().unwrap();
        shelf.let_time_pass(12);
        assert_eq!(shelf.purge(), 1, "I11: what is over stays");
        shelf.settle();
    });
}

/// I11: two look after what is over: it ends once.
#[test]
fn i11_two_purges_end_it_once() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.lay(1, 10, 12);
        shelf.let_time_pass(20);
        let other = shelf.beside(Shelf::purge);
        let mine = shelf.purge();
        assert_eq!(mine + other.join().unwrap(), 1, "I11: not gone once");
        goes_once(&shelf);
    });
}

/// I11: a document that is over is written while somebody ends it: it ends once, and what is there
/// then is a document of its own.
#[test]
fn i11_write_over_what_is_over_begins_anew() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.lay(1, 10, 12);
        shelf.let_time_pass(20);
        let other = shelf.beside(Shelf::purge);
        let wrote = shelf.set_if(1, 11, Expect::Anything).unwrap_or_else(|_| panic!("refused"));
        other.join().unwrap();
        assert_eq!((wrote.version, wrote.created), (1, true), "the one that was over goes on");
        assert_eq!(shelf.get(1), Some(11));
        assert_eq!((shelf.expired(), shelf.rooms().limbo.live()), (1, 1));
        assert_eq!(shelf.purge(), 0);
        shelf.settle();
    });
}

/// I11: a copy of a document in another collection has its deadline, and is noted there.
#[test]
fn i11_copy_ends_as_well() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.lay(1, 10, 12);
        let fork = shelf.fork(1);
        let view = fork.open();
        assert_eq!((fork.get(1), view.shows(1)), (Some(10), Some(10)));
        shelf.let_time_pass(20);
        assert_eq!((shelf.get(1), fork.get(1)), (None, None));
        assert_eq!(view.shows(1), Some(10), "I9: a view that changes");
        drop(view);
        assert_eq!((shelf.purge(), fork.purge()), (1, 1), "I11: what is over stays");
        shelf.settle();
        fork.settle();
    });
}
