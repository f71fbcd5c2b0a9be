//! One loader at a time for a key, however many ask for it.

mod beside;
mod cancel;
mod ends;
mod mixed;
mod own;
mod stampede;

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::hash::{BuildHasher, Hasher};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use folio::{Collection, LoadError, Snapshot};

pub(super) type Stock = Collection<u64, u64>;
pub(super) type Loaded = Result<Snapshot<u64, u64>, LoadError<u64, &'static str>>;

/// A task that is polled by hand.
pub(super) struct Task<'a, T> {
    future: Pin<Box<dyn Future<Output = T> + 'a>>,
    woken: Arc<Woken>,
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        // Release: what was done before is seen by whoever polls.
        self.0.store(true, Ordering::Release);
    }
}

impl<'a, T> Task<'a, T> {
    pub(super) fn new(future: impl Future<Output = T> + 'a) -> Self {
        Self { future: Box::pin(future), woken: Arc::new(Woken(AtomicBool::new(true))) }
    }

    /// Whether it was woken since it was polled, or never was.
    pub(super) fn is_woken(&self) -> bool {
        // Acquire: see `Woken`.
        self.woken.0.load(Ordering::Acquire)
    }

    pub(super) fn poll(&mut self) -> Poll<T> {
        // Acquire: see `Woken`.
        self.woken.0.swap(false, Ordering::Acquire);
        let waker = Waker::from(Arc::clone(&self.woken));
        self.future.as_mut().poll(&mut Context::from_waker(&waker))
    }

    /// What it ends with, polled when it is woken.
    pub(super) fn end(mut self) -> T {
        while self.is_woken() {
            if let Poll::Ready(done) = self.poll() {
                return done;
            }
        }
        panic!("it is never woken");
    }
}

/// Opens once; whoever waits for it is polled by hand.
#[derive(Default)]
pub(super) struct Gate(Cell<bool>);

impl Gate {
    pub(super) fn open(&self) {
        self.0.set(true);
    }

    pub(super) async fn pass(&self) {
        poll_fn(|_| if self.0.get() { Poll::Ready(()) } else { Poll::Pending }).await;
    }
}

/// Hashes everything alike.
#[derive(Clone, Copy, Default)]
pub(super) struct Constant;

impl BuildHasher for Constant {
    type Hasher = Self;

    fn build_hasher(&self) -> Self {
        *self
    }
}

impl Hasher for Constant {
    fn finish(&self) -> u64 {
        7
    }

    fn write(&mut self, _bytes: &[u8]) {}
}

pub(super) fn ready<T>(polled: Poll<T>) -> T {
    match polled {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("it is not done"),
    }
}

/// That nothing is under way any more, and nothing is left of it.
pub(super) fn assert_over<S>(stock: &Collection<u64, u64, S>) {
    assert_eq!(stock.stats().loading, 0, "a flight is still up");
    assert_eq!(stock.verify(), Ok(()));
}
