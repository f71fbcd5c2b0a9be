//! Futures that are dropped before they are done.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::task::Poll;
use std::time::Instant;

use super::{Gate, Loaded, Stock, Task, assert_over, ready};

/// How many loaders there are at the moment: begun, and not dropped.
struct Loading<'a>(&'a Cell<usize>);

impl<'a> Loading<'a> {
    fn begin(loaders: &'a Cell<usize>) -> Self {
        assert_eq!(loaders.replace(1), 0, "two loaders at once");
        Self(loaders)
    }
}

impl Drop for Loading<'_> {
    fn drop(&mut self) {
        assert_eq!(self.0.replace(0), 1, "two loaders at once");
    }
}

/// Lets all others go first.
async fn give_way() {
    let mut been_here = false;
    poll_fn(|context| {
        if been_here {
            return Poll::Ready(());
        }
        been_here = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// One way through: who is dropped before which of all polls.
#[derive(Clone, Copy, Debug)]
struct Plan {
    victims: [(usize, usize); 2],
    /// How many loaders fail.
    failing: usize,
}

/// Goal: whoever is dropped, at whatever point, holds nobody up: all others end, one loader runs at
/// a time, and it is gone before the next one begins. Method: four tasks, polled when they are
/// woken and else never, each of whose loaders gives way twice; every pair of them is dropped
/// before every pair of polls; some loaders fail.
#[test]
fn whoever_is_dropped_at_any_point_holds_nobody_up() {
    let places = (0..TASKS).flat_map(|task| (0..POLLS_MAX).map(move |poll| (task, poll)));
    let mut loads = 0;
    for first in places.clone() {
        for second in places.clone() {
            for failing in 0..TASKS {
                loads += run(Plan { victims: [first, second], failing });
            }
        }
    }
    assert!(loads > 10_000, "no more than {loads} loaders ran");
}

/// Says how many loaders ran.
fn run(plan: Plan) -> u64 {
    let stock = Stock::new();
    let (loaders, loads) = (Cell::new(0), Cell::new(0));
    let ask = |number: usize| {
        let (loaders, loads) = (&loaders, &loads);
        Task::new(stock.get_or_try_insert_with_async(&1, async move {
            let _loading = Loading::begin(loaders);
            loads.set(loads.get() + 1);
            give_way().await;
            give_way().await;
            if number < plan.failing { Err("no luck") } else { Ok(10) }
        }))
    };
    let mut tasks: Vec<Option<Task<'_, Loaded>>> = (0..TASKS).map(|task| Some(ask(task))).collect();
    let (mut polls, mut kept) = (0, false);
    while let Some(number) = next(&tasks, polls) {
        for (victim, _) in plan.victims.iter().filter(|(_, when)| *when == polls) {
            tasks[*victim] = None;
        }
        polls += 1;
        let Some(task) = &mut tasks[number] else { continue };
        if let Poll::Ready(done) = task.poll() {
            tasks[number] = None;
            match done {
                Ok(found) => kept = *found == 10,
                Err(error) => assert_eq!(error.to_string(), "no luck", "{plan:?}"),
            }
        }
    }
    assert!(tasks.iter().all(Option::is_none), "somebody sleeps on: {plan:?}");
    assert_eq!(loaders.get(), 0);
    assert_eq!(stock.get_cloned(&1), kept.then_some(10), "{plan:?}");
    assert_over(&stock);
    loads.get()
}

/// The next one, in turns, that was woken.
fn next(tasks: &[Option<Task<'_, Loaded>>], polls: usize) -> Option<usize> {
    let in_turns = (0..tasks.len()).map(|n| (polls + n) % tasks.len());
    let is_woken = |task: &Option<Task<'_, Loaded>>| task.as_ref().is_some_and(Task::is_woken);
    in_turns.into_iter().find(|number| is_woken(&tasks[*number]))
}

/// Goal: what was cancelled leaves nothing: nothing is stored, and nothing is up. Method: drop the
/// only one that loads; then one that never was polled.
#[test]
fn what_was_cancelled_leaves_nothing() {
    let stock = Stock::new();
    let ask = || stock.get_or_insert_with_async(&1, std::future::pending());
    let mut only = Task::new(ask());
    assert!(only.poll().is_pending());
    assert_eq!(stock.stats().loading, 1);
    drop(only);
    drop(Task::new(ask()));
    assert!(stock.is_empty());
    assert_over(&stock);
}

/// Goal: whoever leaves a flight costs the same, however many wait. Method: all leave who wait for
/// one key, the last one first; eight times as many would take 64 times as long if each had to look
/// at all. Once is enough: the machine may be busy with something else.
#[test]
fn whoever_leaves_costs_the_same_however_many_wait() {
    let time = |waiters: usize| {
        let stock = Stock::new();
        let ask = || Task::new(stock.get_or_insert_with_async(&1, std::future::pending()));
        let mut tasks: Vec<_> = (0..=waiters).map(|_| ask()).collect();
        assert!(tasks.iter_mut().all(|task| task.poll().is_pending()));
        let begin = Instant::now();
        while tasks.pop().is_some() {}
        let took = begin.elapsed();
        assert_over(&stock);
        took
    };
    let is_cheap = |_| time(40_000) < 40 * time(5_000);
    assert!((0..5).any(is_cheap), "whoever leaves looks at all who wait");
}

/// Goal: those who stay load in the order in which they came, whoever leaves between them. Method:
/// of twelve every third one leaves, one more joins, and each that leads fails.
#[test]
fn whoever_stays_keeps_its_turn() {
    let (stock, turns) = (Stock::new(), RefCell::new(Vec::new()));
    let ask = |number: usize| {
        let turns = &turns;
        Some(Task::new(stock.get_or_try_insert_with_async(&1, async move {
            turns.borrow_mut().push(number);
            Err("no luck")
        })))
    };
    let gate = Gate::default();
    let mut first = Task::new(stock.get_or_try_insert_with_async(&1, async {
        gate.pass().await;
        Err("no luck")
    }));
    assert!(first.poll().is_pending());
    let mut tasks: Vec<_> = (0..12).map(ask).collect();
    let waits =
        |task: &mut Option<Task<'_, Loaded>>| task.as_mut().is_none_or(|it| it.poll().is_pending());
    assert!(tasks.iter_mut().all(waits));
    tasks.iter_mut().skip(2).step_by(3).for_each(|task| *task = None);
    tasks.push(ask(12));
    assert!(tasks.iter_mut().all(waits));
    gate.open();
    assert!(ready(first.poll()).is_err());
    while let Some(number) = next(&tasks, 0) {
        let mut task = tasks[number].take().expect("it is woken");
        assert!(ready(task.poll()).is_err());
    }
    assert_eq!(*turns.borrow(), [0, 1, 3, 4, 6, 7, 9, 10, 12]);
    assert_over(&stock);
}

const TASKS: usize = 4;
const POLLS_MAX: usize = 14;
