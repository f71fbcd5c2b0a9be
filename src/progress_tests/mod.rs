//! Nobody waits for a thread that has stopped, wherever it stopped.
//!
//! The step points of the crate are read from its sources. Each [`verbs::Verb`] is run on a thread
//! of its own and suspended at each step point that it comes by, as if the system had taken the
//! processor away from it for good. While it stands, others read its key, write elsewhere, open
//! views, walk over everything, clean up and close the collection, all within a second. Then it is
//! let go, and everything is audited: table, counters, and that every value is dropped.

mod closing;
mod others;
mod points;
mod suspend;
mod verbs;
mod watching;

use std::collections::BTreeSet;

use crate::collection::Collection;
use crate::progress_tests::others::{Rivals, get_through, quiet};
use crate::progress_tests::suspend::Suspended;
use crate::progress_tests::verbs::{VERBS, Verb};
use crate::sync::{Arc, Mutex, lock};
use crate::watch::Watch;

/// A value that is counted while it lives.
pub(crate) struct Counted {
    pub(crate) number: u64,
    _lives: Arc<()>,
}

/// What the tests are about: a collection of counted values.
#[derive(Clone)]
pub(crate) struct Subject {
    pub(crate) documents: Collection<u64, Counted>,
    /// Those who watch, while nobody has borrowed them.
    pub(crate) watches: Arc<Mutex<Vec<Watch<u64, Counted>>>>,
    lives: Arc<()>,
}

impl Subject {
    /// A collection with the documents `0..DOCUMENTS`.
    fn new() -> Self {
        let (documents, watches) = (Collection::new(), Arc::default());
        let subject = Self { documents, watches, lives: Arc::new(()) };
        for key in 0..DOCUMENTS {
            assert!(subject.documents.set(key, subject.counted(key)).is_ok());
        }
        subject
    }

    pub(crate) fn counted(&self, number: u64) -> Counted {
        Counted { number, _lives: Arc::clone(&self.lives) }
    }

    /// Audits the collection, drops it, and looks whether all values went with it.
    fn finish(self, case: &str) {
        assert_eq!(self.documents.verify(), Ok(()), "{case}");
        if !self.documents.is_closed() {
            let walked = self.documents.iter().count();
            assert_eq!((walked, self.documents.view().len()), (self.documents.len(), walked));
            for name in self.documents.indexes() {
                let index = self.documents.index(&name).expect("an index of that name");
                assert_eq!(index.len(), walked, "{case}: each has its entry");
            }
            assert!(self.documents.set(KEY, self.counted(1)).is_ok(), "{case}: still writable");
            assert_eq!(self.documents.get(&KEY).map(|found| found.number), Some(1), "{case}");
        }
        lock(&self.watches).clear();
        quiet(&self.documents, case);
        let Self { documents, lives, .. } = self;
        drop(documents);
        assert_eq!(Arc::strong_count(&lives), 1, "{case}: every value is dropped");
    }
}

/// Goal: a stopped writer, reader or sweeper is in nobody's way. Method: each verb is suspended at
/// each step point it reaches while others write elsewhere.
#[test]
fn nobody_waits_for_a_thread_that_is_suspended_at_any_step() {
    for (verb, step) in cases() {
        stand_at(verb, step, Rivals::WriteElsewhere);
    }
}

/// Goal: writes of one key are lock-free: any of them may stop for good. Method: as above, and the
/// others write the very key of the suspended thread, too.
#[test]
fn nobody_waits_for_a_suspended_writer_of_the_same_key() {
    for (verb, step) in cases() {
        stand_at(verb, step, Rivals::WriteTheKeyToo);
    }
}

/// Goal: `close` waits for nobody, and whatever was under way ends well. Method: as above, and the
/// collection is closed while the thread stands.
#[test]
fn a_close_passes_a_thread_that_is_suspended_at_any_step() {
    for (verb, step) in cases() {
        stand_at(verb, step, Rivals::Close);
    }
}

/// Goal: several stopped threads are no worse than one. Method: one writer of the same key stands
/// at every step point of a write at the same time.
#[test]
fn nobody_waits_for_writers_that_stand_at_all_steps_at_once() {
    let subject = Subject::new();
    let update = VERBS.iter().find(|verb| verb.name == "update").expect("a verb of that name");
    let at = |step| Suspended::at(step, update, &subject);
    let standing: Vec<Suspended> = update.steps().map(at).collect();
    get_through(&subject, Rivals::WriteTheKeyToo, "all steps of an update at once");
    standing.into_iter().for_each(Suspended::go);
    subject.finish("all steps of an update at once");
}

/// Goal: dropping the last handle closes, and waits for nobody either. Method: it is suspended in
/// the close; a view that was opened before is read meanwhile.
#[test]
fn nobody_waits_for_the_thread_that_drops_the_last_handle() {
    let subject = Subject::new();
    let (view, lives) = (subject.documents.view(), Arc::clone(&subject.lives));
    let documents = subject.documents.clone();
    drop(subject);
    let standing = Suspended::running("close: before the draw", move || drop(documents));
    let (told, heard) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let seen: u64 = (0..DOCUMENTS).filter_map(|key| view.get(&key)).map(|it| it.number).sum();
        let walked = view.iter().count();
        drop(view);
        let _ = told.send((seen, walked));
    });
    let seen = heard.recv_timeout(others::PATIENCE).expect("the view is read");
    assert_eq!(seen, ((0..DOCUMENTS).sum(), 2_000));
    standing.go();
    assert_eq!(Arc::strong_count(&lives), 1, "every value is dropped");
}

/// Goal: no step point is forgotten. Method: the names in the sources against those that the verbs
/// were seen to reach, and against the list of which verb reaches what.
#[test]
fn every_step_point_of_the_sources_has_a_case() {
    let named = points::in_sources();
    let reached: BTreeSet<String> = cases().map(|(_, step)| step.to_string()).collect();
    assert_eq!(points::without_case(&named, &reached), [""; 0], "step points without a case");
    for verb in VERBS {
        let subject = Subject::new();
        let seen = suspend::steps_of(verb, &subject);
        let listed: BTreeSet<&str> = verb.steps().collect();
        assert_eq!(seen, listed, "what `{}` comes by", verb.name);
    }
}

/// Goal: the list of step points can fail. Method: a source with a point that nobody knows.
#[test]
fn a_step_point_without_a_case_is_reported() {
    let text = ["fn a() {\n    st", "ep(\"new: a point\");\n}"].concat();
    let named = points::in_text(&text);
    let reached = BTreeSet::from(["publish: before".to_string()]);
    assert_eq!(points::without_case(&named, &reached), ["new: a point"]);
}

/// Each verb with each step that it comes by.
fn cases() -> impl Iterator<Item = (&'static Verb, &'static str)> {
    VERBS.iter().flat_map(|verb| verb.steps().map(move |step| (verb, step)))
}

fn stand_at(verb: &'static Verb, step: &'static str, rivals: Rivals) {
    let case = format!("{} at `{step}`, {rivals:?}", verb.name);
    let subject = Subject::new();
    let beside = verb.begin(&subject);
    let standing = Suspended::at(step, verb, &subject);
    get_through(&subject, rivals, &case);
    standing.go();
    beside.into_iter().for_each(Suspended::go);
    subject.finish(&case);
}

/// The key that the suspended thread is busy with.
pub(crate) const KEY: u64 = 1;

/// How many documents there are.
pub(crate) const DOCUMENTS: u64 = 2_000;
