//! What a close finds under way: writes that have not ended, and readers that are about to keep
//! what they see.

use std::sync::mpsc::channel;
use std::thread;

use crate::error::{Rejected, WriteError};
use crate::outcome::Outcome;
use crate::progress_tests::others::{PATIENCE, patiently};
use crate::progress_tests::suspend::Suspended;
use crate::progress_tests::{Counted, DOCUMENTS, KEY, Subject};
use crate::sync::Arc;
use crate::sync::steps::on_this_thread;

/// Goal: a write that the close overtakes is refused, and key and value come back; one that has
/// its revision is done. Method: a write stands at each of its steps while the collection closes.
#[test]
fn a_write_that_a_close_overtakes_hands_back_what_it_was_given() {
    let late = ["publish: before", "write: published", "stamp: before the draw"];
    for (step, key) in late.iter().flat_map(|step| [(*step, KEY), (*step, NEW)]) {
        let (subject, written) = close_over(step, key);
        let refused = written.expect_err("the close came first");
        assert!(matches!(refused.reason, WriteError::Closed { .. }), "{step}");
        assert_eq!((refused.given.0, refused.given.1.number), (key, 77), "{step}");
        drop(refused);
        subject.finish(step);
    }
    for key in [KEY, NEW] {
        let (subject, written) = close_over("write: stamped", key);
        assert_eq!(written.expect("the write came first").is_created(), key == NEW);
        subject.finish("write: stamped");
    }
}

type Written = Result<Outcome, Rejected<(u64, Counted)>>;

/// Closes while a `set` stands at `step`.
fn close_over(step: &'static str, key: u64) -> (Subject, Written) {
    let subject = Subject::new();
    let (told, heard) = channel();
    let writer = subject.clone();
    let standing = Suspended::running(step, move || {
        drop(told.send(writer.documents.set(key, writer.counted(77))));
    });
    subject.documents.close();
    assert!(subject.documents.get(&key).is_none());
    standing.go();
    let written = heard.recv_timeout(PATIENCE).expect("the write ends");
    assert!(subject.documents.view().is_empty() && subject.documents.is_empty());
    (subject, written)
}

/// Goal: a removal that the close overtakes has not happened: a view from before still shows the
/// document. Method: as above; the view is opened while the removal stands.
#[test]
fn a_removal_that_a_close_overtakes_did_not_happen() {
    for step in ["publish: before", "write: published", "stamp: before the draw"] {
        let subject = Subject::new();
        let (told, heard) = channel();
        let documents = subject.documents.clone();
        let standing = Suspended::running(step, move || {
            drop(told.send(documents.remove(&KEY).map(drop)));
        });
        let view = subject.documents.view();
        subject.documents.close();
        standing.go();
        let removed = heard.recv_timeout(PATIENCE).expect("the removal ends");
        assert!(matches!(removed, Err(WriteError::Closed { .. })), "{step}: {removed:?}");
        assert_eq!(view.get(&KEY).map(|found| found.number), Some(KEY), "{step}");
        assert_eq!(view.len() as u64, DOCUMENTS, "{step}");
        drop(view);
        subject.finish(step);
    }
}

/// Goal: a closed collection is cleared out only when nobody is left who was pinned before the
/// close, or shows a slot. Method: a pinned reader has read its instant, and makes a view of it,
/// when the collection is closed and cleaned up; the view must show everything.
#[test]
fn a_view_that_a_pin_keeps_while_the_collection_closes_shows_everything() {
    let subject = Subject::new();
    let (told, heard) = channel();
    let documents = subject.documents.clone();
    let standing = Suspended::running("keep: before the slot", move || {
        drop(told.send(documents.pin().view()));
    });
    subject.documents.close();
    for _ in 0..8 {
        subject.documents.maintain();
    }
    standing.go();
    let view = heard.recv_timeout(PATIENCE).expect("the view is kept");
    for _ in 0..8 {
        subject.documents.maintain();
    }
    assert_eq!(view.get(&KEY).map(|found| found.number), Some(KEY));
    assert_eq!((view.len() as u64, view.iter().count() as u64), (DOCUMENTS, DOCUMENTS));
    assert!(Arc::strong_count(&subject.lives) as u64 > DOCUMENTS, "nothing is dropped yet");
    drop(view);
    patiently("the close clears out", || {
        subject.documents.maintain();
        Arc::strong_count(&subject.lives) == 1
    });
}

/// Goal: the same, seen from whoever clears out. Method: a pin from before the close is held; no
/// handle may be killed until it is dropped.
#[test]
fn whoever_clears_out_has_waited_for_every_pin_from_before_the_close() {
    let subject = Subject::new();
    let documents = &subject.documents;
    let pin = documents.pin();
    let closing = documents.clone();
    let closer = thread::spawn(move || {
        on_this_thread(|step| assert_ne!(step, "kill: before", "a pinned reader is still there"));
        closing.close();
        for _ in 0..32 {
            closing.maintain();
        }
        on_this_thread(|_| ());
    });
    closer.join().expect("nothing is killed under the pin");
    assert!(Arc::strong_count(&subject.lives) as u64 > DOCUMENTS);
    drop(pin);
    patiently("the close clears out", || {
        documents.maintain();
        Arc::strong_count(&subject.lives) == 1
    });
}

/// A key that is not there.
const NEW: u64 = DOCUMENTS + 5;
