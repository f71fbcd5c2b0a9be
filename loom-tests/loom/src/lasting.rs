//! I9, I10, I11: documents that last until somebody finds that they are over.

use crate::commit::{Expect, Report};
use crate::model::{THREE, TWO, model};
use crate::protocol::deadline::NEVER;
use crate::shelf::Shelf;

/// A view is opened while a document is given a later deadline before the first one passes: there
/// was no instant without it.
#[test]
fn i9_view_shows_what_never_ended() {
    model(TWO, || {
        let shelf = Shelf::new();
        shelf.set_until(1, 10, 12).unwrap_or_else(|_| panic!("refused"));
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

/// I11: a reader that was held up renews what a writer has replaced meanwhile, while somebody looks
/// whether it is over: what is there now still has an entry in time.
#[test]
fn i11_late_renewal_hides_no_deadline() {
    model(THREE, || {
        let shelf = Shelf::idling(40);
        shelf.set_until(1, 10, NEVER).unwrap_or_else(|_| panic!("refused"));
        shelf.let_time_pass(20);
        let reader = shelf.beside(|shelf| shelf.get(1));
        let writer = shelf.beside(|shelf| {
            shelf.set_until(1, 11, 56).unwrap_or_else(|_| panic!("refused"));
        });
        shelf.let_time_pass(23);
        let early = shelf.purge();
        reader.join().unwrap();
        writer.join().unwrap();
        shelf.let_time_pass(12);
        shelf.purge();
        assert!(early <= 1);
        assert!(shelf.rooms().limbo.live() == 0, "what is over stays");
        shelf.settle();
    });
}
