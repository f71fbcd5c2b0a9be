//! A reader that stalls costs memory, as documented, and no more once it goes on.

use folio::Collection;

use crate::kit::census::{Canary, Census};
use crate::kit::patience::settle;

type Documents = Collection<u64, Canary>;

/// Goal: a `Ref` keeps what is replaced and removed while it lives, and nothing afterwards. Method:
/// 20,000 writes under one; then it goes.
#[test]
fn a_stalled_ref_holds_memory_and_gives_it_back() {
    let (census, documents) = documents();
    let held = documents.get(&1).expect("it is there");
    rewrite(&documents, &census);
    assert_eq!(held.number(), 1);
    // Whatever its pin saw, and all that was retired since.
    assert_eq!(documents.stats().retired, REWRITTEN);
    assert_eq!(census.living() as u64, DOCUMENTS + REWRITTEN);
    drop(held);
    recovers(documents, &census);
}

/// Goal: likewise a `Pinned`, with whatever it has found. Method: as above, and it reads on.
#[test]
fn a_stalled_pin_holds_memory_and_gives_it_back() {
    let (census, documents) = documents();
    let pin = documents.pin();
    let first = pin.get(&1).expect("it is there");
    let mut walk = pin.iter();
    let walked = walk.next().map(|document| document.number());
    rewrite(&documents, &census);
    assert_eq!((first.number(), walked), (1, Some(0)));
    assert_eq!(
        walk.map(|document| document.number()).sum::<u64>(),
        DOCUMENTS * (DOCUMENTS - 1) / 2
    );
    assert_eq!(pin.get(&1).map(|found| found.number()), Some(LAST));
    assert_eq!(documents.stats().retired, REWRITTEN);
    drop(pin);
    recovers(documents, &census);
}

/// Goal: an open view keeps what was current at its instant and what has replaced it since, but no
/// grace period; nothing that died before. Method: as above, with writes before the view as well.
#[test]
fn an_open_view_keeps_what_is_younger_and_gives_it_back() {
    let (census, documents) = documents();
    rewrite(&documents, &census);
    let view = documents.view();
    let stats = documents.stats();
    assert_eq!((stats.views, stats.oldest_view), (1, Some(view.revision())));
    settle(&documents);
    assert_eq!(census.living() as u64, DOCUMENTS, "a view keeps nothing that died before it");
    rewrite(&documents, &census);
    for _ in 0..50 {
        documents.maintain();
    }
    assert_eq!(documents.stats().retired, REWRITTEN, "all that died since");
    assert_eq!(documents.stats().revision - view.revision(), REWRITTEN);
    assert_eq!(census.living() as u64, DOCUMENTS + REWRITTEN);
    assert_eq!(view.values().map(Canary::number).sum::<u64>(), DOCUMENTS * LAST);
    drop(view);
    recovers(documents, &census);
}

/// Goal: of two views the older one alone decides; when it goes, what only it needed goes. Method:
/// writes between two views, and after the second.
#[test]
fn the_oldest_view_decides_what_is_kept() {
    let (census, documents) = documents();
    let older = documents.view();
    rewrite(&documents, &census);
    let newer = documents.view();
    rewrite(&documents, &census);
    assert_eq!(documents.stats().oldest_view, Some(older.revision()));
    assert_eq!(documents.stats().retired, 2 * REWRITTEN);
    drop(older);
    crate::kit::patience::until("the older view's are buried", || {
        documents.maintain();
        documents.stats().retired == REWRITTEN
    });
    assert_eq!(newer.values().map(Canary::number).sum::<u64>(), DOCUMENTS * LAST);
    drop(newer);
    recovers(documents, &census);
}

/// Goal: streams and iterators of a collection hold a view, cursors and snapshots only what they
/// own. Method: each is held over writes, and the retired are counted.
#[test]
fn streams_and_iterators_hold_a_view_and_cursors_their_documents() {
    let (census, documents) = documents();
    let stream = documents.stream(1);
    let walk = documents.iter();
    assert_eq!(documents.stats().views, 2);
    rewrite(&documents, &census);
    assert_eq!(documents.stats().retired, REWRITTEN);
    assert_eq!(stream.count() as u64, DOCUMENTS);
    drop(walk);
    settle(&documents);
    let cursor = documents.cursor();
    rewrite(&documents, &census);
    settle(&documents);
    // The cursor's own, and those that are there now.
    assert_eq!((census.living() as u64, documents.stats().views), (2 * DOCUMENTS, 0));
    assert_eq!(cursor.map(|document| document.number()).sum::<u64>(), DOCUMENTS * LAST);
    recovers(documents, &census);
}

fn documents() -> (Census, Documents) {
    let census = Census::new();
    let documents = (0..DOCUMENTS).map(|number| (number, census.value(number))).collect();
    (census, documents)
}

/// Replaces each document so often that the last number is `LAST`.
fn rewrite(documents: &Documents, census: &Census) {
    for number in 1..=LAST {
        for key in 0..DOCUMENTS {
            assert!(documents.set(key, census.value(number)).is_ok());
        }
    }
}

/// Nothing is held any more: all but the documents themselves comes back, and then these.
fn recovers(documents: Documents, census: &Census) {
    settle(&documents);
    assert_eq!((census.living(), documents.verify()), (documents.len(), Ok(())));
    assert_eq!(documents.stats().views, 0);
    drop(documents);
    census.assert_all_dropped_once();
}

const DOCUMENTS: u64 = 10;
const LAST: u64 = 2_000;
const REWRITTEN: u64 = DOCUMENTS * LAST;
