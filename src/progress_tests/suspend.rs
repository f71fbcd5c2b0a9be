//! Threads that stand still at a step point until they are told to go on.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};

use crate::progress_tests::Subject;
use crate::progress_tests::others::PATIENCE;
use crate::progress_tests::verbs::Verb;
use crate::sync::steps::on_this_thread;

/// A thread that stands.
#[must_use = "a thread that is never told to go on stands for ever"]
pub(super) struct Suspended {
    go: Sender<()>,
    thread: JoinHandle<()>,
}

impl Suspended {
    /// Runs `verb` on a thread of its own until it comes by `step` for the first time.
    pub(super) fn at(step: &'static str, verb: &'static Verb, subject: &Subject) -> Self {
        let (there, subject) = (subject.clone(), subject.clone());
        let run = move || (verb.run)(&subject);
        Self::start(verb.name, step, run, move |step| verb.on(step, &there))
    }

    /// Likewise with anything that can be run.
    pub(super) fn running(step: &'static str, run: impl FnOnce() + Send + 'static) -> Self {
        Self::start("something else", step, run, |_| ())
    }

    fn start(
        name: &str,
        step: &'static str,
        run: impl FnOnce() + Send + 'static,
        mut on: impl FnMut(&'static str) + Send + 'static,
    ) -> Self {
        let (at, stands) = channel();
        let (go, told) = channel();
        let thread = thread::spawn(move || {
            let mut stood = false;
            on_this_thread(move |reached| {
                on(reached);
                if reached == step && !stood {
                    stood = true;
                    // Whoever gave up waiting has failed already.
                    let _ = at.send(());
                    let _ = told.recv();
                }
            });
            run();
        });
        stands
            .recv_timeout(PATIENCE)
            .unwrap_or_else(|_| panic!("{name} does not come by `{step}`"));
        Self { go, thread }
    }

    /// Lets the thread go on, and waits until it is done.
    pub(super) fn go(self) {
        let _ = self.go.send(());
        self.thread.join().expect("whoever stood ends well");
    }
}

/// The step points that `verb` comes by when it runs undisturbed.
pub(super) fn steps_of(verb: &'static Verb, subject: &Subject) -> BTreeSet<&'static str> {
    let beside = verb.begin(subject);
    let subject = subject.clone();
    let steps = thread::spawn(move || {
        let steps = Rc::new(RefCell::new(BTreeSet::new()));
        let (seen, there) = (Rc::clone(&steps), subject.clone());
        on_this_thread(move |reached| {
            seen.borrow_mut().insert(reached);
            verb.on(reached, &there);
        });
        (verb.run)(&subject);
        on_this_thread(|_| ());
        steps.take()
    });
    let steps = steps.join().expect("an undisturbed verb ends well");
    beside.into_iter().for_each(Suspended::go);
    steps
}
