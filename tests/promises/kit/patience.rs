//! Waiting for what others must do first, and no longer than it can take.

use std::process;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use folio::{Collection, Key, Value};

/// Tries `done` until it is. Other tests of the process may be pinned meanwhile, so what waits for
/// a grace period may take a moment.
pub(crate) fn until(what: &str, mut done: impl FnMut() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < PATIENCE, "{what}: it takes too long");
        thread::yield_now();
    }
}

/// Cleans up until nothing that was replaced or removed waits any more.
pub(crate) fn settle<K: Key, V: Value, S>(documents: &Collection<K, V, S>) {
    until("everything is buried", || {
        documents.maintain();
        documents.stats().retired == 0
    });
}

/// Runs `work` and ends the process, saying what was under way, when it seems to hang: a thread
/// that waits for itself could not be joined.
pub(crate) fn watched(work: impl FnOnce(&dyn Fn(String))) {
    let (told, heard) = channel::<Option<String>>();
    let watchdog = thread::spawn(move || {
        let mut doing = String::from("nothing yet");
        loop {
            match heard.recv_timeout(PATIENCE) {
                Ok(Some(next)) => doing = next,
                // Done; or the work has panicked, and is reported by the harness.
                Ok(None) | Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {
                    eprintln!("hangs: {doing}");
                    process::abort();
                }
            }
        }
    });
    let teller: Sender<Option<String>> = told.clone();
    work(&move |doing| drop(teller.send(Some(doing))));
    drop(told.send(None));
    watchdog.join().expect("the watchdog ends");
}

/// After which something hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
