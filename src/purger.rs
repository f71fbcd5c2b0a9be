//! A **purger**: the thread that ends what is over while nobody writes.

use std::thread::{self, JoinHandle, ThreadId};
use std::time::Duration;

use crate::reclaim::contain;
use crate::sync::{Arc, Condvar, Mutex, lock};

/// Stopped, and waited for, when it is dropped.
pub(crate) struct Purger {
    stopped: Arc<(Mutex<bool>, Condvar)>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// Whose thread that is.
    id: Option<ThreadId>,
}

/// What a purger has to do next.
pub(crate) enum Purged {
    /// There may be more.
    Some,
    /// Nothing for now.
    All,
    /// There is nobody left to purge for.
    Gone,
}

impl Purger {
    /// Calls `purge` again and again, every `interval`. Without a thread, if the system has none to
    /// give: writes purge on the way as well.
    pub(crate) fn start(
        interval: Duration,
        mut purge: impl FnMut() -> Purged + Send + 'static,
    ) -> Self {
        let stopped = Arc::new((Mutex::new(false), Condvar::new()));
        let told = Arc::clone(&stopped);
        let work = move || {
            let mut pause = interval.max(INTERVAL_MIN);
            while !rest(&told, pause) {
                let mut done = Purged::All;
                // Callbacks are contained where they are called; this is for clocks.
                contain(|| done = purge());
                pause = match done {
                    Purged::Some => Duration::ZERO,
                    Purged::All => interval.max(INTERVAL_MIN),
                    Purged::Gone => break,
                };
            }
        };
        let thread = thread::Builder::new().name("folio-purge".into()).spawn(work).ok();
        let id = thread.as_ref().map(|it| it.thread().id());
        Self { stopped, thread: Mutex::new(thread), id }
    }

    /// Stops the thread, and waits until it is gone; unless this is that very thread.
    pub(crate) fn stop(&self) {
        let (stopped, changed) = &*self.stopped;
        *lock(stopped) = true;
        changed.notify_all();
        if self.id == Some(thread::current().id()) {
            return;
        }
        // Under the lock: whoever else stops it waits as well.
        let mut thread = lock(&self.thread);
        if let Some(thread) = thread.take() {
            let _contained = thread.join();
        }
    }
}

impl Drop for Purger {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Waits so long, or until it is told to stop. Says whether it was.
fn rest((stopped, changed): &(Mutex<bool>, Condvar), pause: Duration) -> bool {
    let guard = lock(stopped);
    let waited = changed.wait_timeout_while(guard, pause, |stopped| !*stopped);
    waited.map_or_else(|poisoned| *poisoned.into_inner().0, |(stopped, _)| *stopped)
}

const INTERVAL_MIN: Duration = Duration::from_millis(1);
