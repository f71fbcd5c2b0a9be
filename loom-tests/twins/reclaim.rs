//! The twin of `reclaim`: a miniature collector.
//!
//! A pin is a store and a fence; a thread may nest them. To ask for a grace period is a fence and a
//! look at who is pinned; it is over when each of those has moved on. No lock anywhere: its edges
//! would hide the missing ones.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::atomic::Ordering::{Acquire, Release, SeqCst};

use crate::base;
use crate::execution;
use crate::sync::thread_index;

pub(crate) struct Collector {
    threads: Vec<Thread>,
}

struct Thread {
    /// Odd while the thread is pinned.
    word: base::AtomicUsize,
    /// Known to the thread alone.
    count: Cell<usize>,
    nested: Cell<usize>,
}

impl Collector {
    pub(crate) fn new(threads: usize) -> Self {
        let thread = |_| Thread {
            word: base::AtomicUsize::new(0),
            count: Cell::new(0),
            nested: Cell::new(0),
        };
        Self { threads: (0..threads).map(thread).collect() }
    }
}

impl Thread {
    fn step(&self) {
        self.count.set(self.count.get() + 1);
        self.word.store(self.count.get(), Release);
    }
}

/// What a reader by key holds.
pub(crate) struct ReadPin {
    collector: Rc<Collector>,
    thread: usize,
}

impl ReadPin {
    pub(crate) fn new() -> Self {
        let (collector, thread) = (execution::collector(), thread_index());
        let mine = &collector.threads[thread];
        mine.nested.set(mine.nested.get() + 1);
        if mine.nested.get() == 1 {
            mine.step();
            base::fence(SeqCst);
        }
        Self { collector, thread }
    }
}

impl ReadPin {
    fn word(&self, number: usize) -> usize {
        let thread = &self.collector.threads[number];
        // A thread knows its own.
        if number == self.thread { thread.count.get() } else { thread.word.load(Acquire) }
    }
}

impl Drop for ReadPin {
    fn drop(&mut self) {
        let mine = &self.collector.threads[self.thread];
        mine.nested.set(mine.nested.get() - 1);
        if mine.nested.get() == 0 && !std::thread::panicking() {
            mine.step();
        }
    }
}

/// What a writer holds.
pub(crate) struct WritePin {
    read: ReadPin,
}

impl WritePin {
    pub(crate) fn new() -> Self {
        Self { read: ReadPin::new() }
    }

    pub(crate) fn read(&self) -> &ReadPin {
        &self.read
    }
}

/// A grace period that was asked for: the threads that were pinned then, and their words.
pub(crate) struct Grace {
    pinned: Vec<(usize, usize)>,
}

impl Grace {
    pub(crate) fn ask(pin: &WritePin) -> Self {
        base::fence(SeqCst);
        let numbers = 0..pin.read.collector.threads.len();
        let words = numbers.map(|number| (number, pin.read.word(number)));
        Self { pinned: words.filter(|(_, word)| word % 2 == 1).collect() }
    }

    pub(crate) fn is_over(&self, pin: &WritePin) -> bool {
        self.pinned.iter().all(|&(number, word)| pin.read.word(number) != word)
    }

    pub(crate) fn is_over_for_writers(&self, pin: &WritePin) -> bool {
        self.is_over(pin)
    }

    pub(crate) fn urge(_pin: &WritePin) {}
}

/// Models do not panic unless they fail.
pub(crate) fn contain(work: impl FnOnce()) {
    work();
}
