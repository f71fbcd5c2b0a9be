//! What belongs to one execution of a model; fresh for every schedule.
//!
//! Both model checkers run all threads of a model on one thread of the machine, so this lies in
//! ordinary thread-local storage that they cannot see, and costs them no step.

use std::cell::{Cell, RefCell};
use std::panic;
use std::rc::Rc;
use std::sync::Once;

use crate::base;
use crate::heap;
use crate::reclaim::Collector;

#[allow(clippy::disallowed_types, reason = "nothing that a model checker should see")]
type Flag = std::sync::atomic::AtomicBool;

use std::sync::atomic::Ordering::Relaxed;

/// How large the world of a model is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct World {
    /// Threads, the main one among them.
    pub(crate) threads: usize,
    /// Shards of whatever is split by thread: with one, all threads meet there.
    pub(crate) shards: usize,
    /// Freed memory may be given out again, as it is in real life; otherwise it is kept as it was,
    /// so that a use of it is seen.
    pub(crate) reuse: bool,
}

struct State {
    world: Cell<World>,
    threads: Cell<usize>,
    living: Cell<usize>,
    /// For each payload ever made, whether it is there.
    payloads: RefCell<Vec<bool>>,
    panics: Cell<usize>,
    collector: RefCell<Option<Rc<Collector>>>,
    /// What happens when a step is reached for the first time.
    plans: RefCell<Vec<Plan>>,
}

type Plan = (&'static str, Box<dyn FnOnce()>);

thread_local! {
    /// Never dropped: a model that fails leaves threads behind that still look at it.
    static STATE: &'static State = Box::leak(Box::new(State {
        world: Cell::new(World { threads: 1, shards: 1, reuse: false }),
        threads: Cell::new(0),
        living: Cell::new(0),
        payloads: RefCell::new(Vec::new()),
        panics: Cell::new(0),
        collector: RefCell::new(None),
        plans: RefCell::new(Vec::new()),
    }));
}

/// Runs `model` once, in a world of its own, and looks whether everything is gone at the end.
pub(crate) fn run(world: World, model: impl FnOnce()) {
    count_panics();
    STATE.with(|state| {
        state.world.set(world);
        state.threads.set(0);
        state.living.set(0);
        state.payloads.borrow_mut().clear();
        state.panics.set(0);
        state.plans.borrow_mut().clear();
        *state.collector.borrow_mut() = Some(Rc::new(Collector::new(world.threads)));
    });
    heap::keep(!world.reuse);
    model();
    heap::release();
    STATE.with(|state| {
        // Some are contained, those of destructors.
        assert_eq!(state.panics.get(), 0, "a thread panicked");
        let left = state.payloads.borrow().iter().filter(|alive| **alive).count();
        assert_eq!(left, 0, "keys or values were leaked");
        assert_eq!(state.living.get(), 0, "nodes or slabs were leaked");
        assert!(state.plans.borrow().is_empty(), "a step was never reached");
        state.collector.borrow_mut().take();
    });
}

/// Lets `happen` happen when somebody comes to that step, as if it took place there by chance.
pub(crate) fn at_step(name: &'static str, happen: impl FnOnce() + 'static) {
    STATE.with(|state| state.plans.borrow_mut().push((name, Box::new(happen))));
}

pub(crate) fn reached(name: &'static str) {
    let plan = STATE.with(|state| {
        let mut plans = state.plans.borrow_mut();
        let which = plans.iter().position(|(step, _)| *step == name)?;
        Some(plans.remove(which).1)
    });
    if let Some(happen) = plan {
        happen();
    }
}

pub(crate) fn collector() -> Rc<Collector> {
    let found = STATE.with(|state| state.collector.borrow().clone());
    found.expect("a model is running")
}

pub(crate) fn shards() -> usize {
    STATE.with(|state| state.world.get().shards)
}

/// A number for a thread that has none yet.
pub(crate) fn next_thread() -> usize {
    STATE.with(|state| {
        let number = state.threads.get();
        state.threads.set(number + 1);
        assert!(number < state.world.get().threads, "more threads than the model announced");
        number
    })
}

/// Makes a payload; returns its number.
pub(crate) fn payload_made() -> usize {
    STATE.with(|state| {
        let mut payloads = state.payloads.borrow_mut();
        payloads.push(true);
        payloads.len() - 1
    })
}

pub(crate) fn payload_is_there(number: usize) -> bool {
    STATE.with(|state| state.payloads.borrow()[number])
}

pub(crate) fn payload_dropped(number: usize) {
    let was_there =
        STATE.with(|state| std::mem::replace(&mut state.payloads.borrow_mut()[number], false));
    assert!(was_there || std::thread::panicking(), "a key or value is dropped twice");
}

/// Counts its owner while it lives, and knows when it has gone.
pub(crate) struct Life {
    gone: Flag,
}

impl Life {
    pub(crate) fn begin() -> Self {
        STATE.with(|state| state.living.set(state.living.get() + 1));
        Self { gone: Flag::new(false) }
    }

    pub(crate) fn check(&self) {
        assert!(!self.gone.load(Relaxed) || std::thread::panicking(), "used after it was freed");
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        self.gone.store(true, Relaxed);
        STATE.with(|state| state.living.set(state.living.get().wrapping_sub(1)));
    }
}

/// A panic is a finding even where the kernel contains it.
fn count_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |what| {
            // The coroutines below the model checkers end by panicking, with a type of their own.
            let said = what.payload();
            if !said.is::<&str>() && !said.is::<String>() {
                return;
            }
            STATE.with(|state| state.panics.set(state.panics.get() + 1));
            if base::STACK_IS_SMALL {
                eprintln!("{what}");
            } else {
                before(what);
            }
        }));
    });
}
