//! What happens while a watch is about to sleep.

use std::time::Duration;

use crate::progress_tests::others::patiently;
use crate::progress_tests::{KEY, Subject};
use crate::sync::steps::on_this_thread;

/// Goal: whoever was about to sleep and found something after all reads on where it was, whatever
/// the feed knows of its sleepers. Method: so much is written at that very moment that the feed
/// counts most of it as told; each write must be told.
#[test]
fn a_watch_that_finds_something_after_all_has_not_slept() {
    let subject = Subject::new();
    let mut watch = subject.documents.watch().subscribe();
    let (writer, mut left) = (subject.clone(), WRITES);
    on_this_thread(move |step| {
        if step != "recv: before it sleeps" || left == 0 {
            return;
        }
        let ring = writer.documents.rooms.timeline.ring();
        let told = ring.told() + WRITES / 2;
        for _ in 0..std::mem::take(&mut left) {
            assert!(writer.documents.set(KEY, writer.counted(0)).is_ok());
        }
        patiently("it counts as told", || {
            writer.documents.maintain();
            ring.told() >= told
        });
    });
    let first = watch.recv_timeout(Duration::ZERO).expect("it does not lag");
    on_this_thread(|_| ());
    let rest = std::iter::from_fn(|| watch.try_recv().expect("it does not lag"));
    assert_eq!(first.into_iter().chain(rest).count() as u64, WRITES);
    drop(watch);
    subject.finish("a watch that finds something after all");
}

/// Fewer than the feed keeps.
const WRITES: u64 = 3_000;
