//! Atomics, locks and threads under one name, so that the lint table can ban the originals.
//!
//! Everything that two threads share without a lock goes through the aliases of this file. The
//! models in `loom-tests/` put a twin of this file in its place and compile the rest of the
//! ground floor to the letter.
#![allow(unsafe_code, reason = "a hint to the processor is an unsafe function")]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "this is where they get their other names"
)]

use std::cell::{Cell, UnsafeCell};
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{PoisonError, TryLockError, TryLockResult};

pub(crate) use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
pub(crate) use std::sync::{Arc, Weak};

pub(crate) use atomic_waker::AtomicWaker;

use crate::limits::{SHARDS_MAX, SHARDS_MIN};

pub(crate) type AtomicBool = std::sync::atomic::AtomicBool;
pub(crate) type AtomicI64 = std::sync::atomic::AtomicI64;
pub(crate) type AtomicPtr<T> = std::sync::atomic::AtomicPtr<T>;
pub(crate) type AtomicU8 = std::sync::atomic::AtomicU8;
pub(crate) type AtomicU32 = std::sync::atomic::AtomicU32;
pub(crate) type AtomicU64 = std::sync::atomic::AtomicU64;
pub(crate) type AtomicUsize = std::sync::atomic::AtomicUsize;
pub(crate) type Condvar = std::sync::Condvar;
pub(crate) type Mutex<T> = std::sync::Mutex<T>;
pub(crate) type RwLock<T> = std::sync::RwLock<T>;
pub(crate) type OnceLock<T> = std::sync::OnceLock<T>;

/// Keeps what one thread writes off the cache lines of its neighbours (two lines, because
/// processors fetch them in pairs).
#[derive(Debug, Default)]
#[repr(align(128))]
pub(crate) struct Padded<T>(pub(crate) T);

/// Memory that threads hand to one another; each access says whether it writes.
///
/// Nothing but `UnsafeCell` here. Twins of this file see from it whether two accesses race.
pub(crate) struct SharedCell<T>(UnsafeCell<T>);

impl<T> SharedCell<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    /// Shows where the value lies, to read it.
    #[inline]
    pub(crate) fn with<R>(&self, read: impl FnOnce(*const T) -> R) -> R {
        read(self.0.get())
    }

    /// Shows where the value lies, to write it or to move it out.
    #[inline]
    pub(crate) fn with_mut<R>(&self, write: impl FnOnce(*mut T) -> R) -> R {
        write(self.0.get())
    }
}

/// Whatever a thread released before it gave something up is seen after this.
pub(crate) fn fence_acquire() {
    // R1 (Acquire): for the caller, which has seen that pins, or counts, were given up.
    std::sync::atomic::fence(Acquire);
}

/// Nothing that this thread does after it comes before anything it did before it, for any other
/// thread that passes the same.
pub(crate) fn fence_both() {
    // F6 (SeqCst): the one place that needs more than pairs.
    std::sync::atomic::fence(SeqCst);
}

/// Tells the processor that this thread waits for another one's next few instructions.
pub(crate) fn spin() {
    std::hint::spin_loop();
}

/// Lets other threads go on that this one waits for.
pub(crate) fn yield_now() {
    std::thread::yield_now();
}

/// Has the processor fetch this memory, for a thread that needs it soon. A hint: it does not matter
/// what is there, if anything.
#[inline]
pub(crate) fn prefetch<T>(at: *const T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: it neither faults nor shows anybody what it reads.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(at.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = at;
}

/// The same for what a pointer leads to: its first two cache lines.
#[inline]
pub(crate) fn prefetch_behind<T>(pointer: &AtomicPtr<T>) {
    // Relaxed: nothing is read through it.
    let at = pointer.load(Relaxed).cast::<u8>();
    prefetch(at);
    prefetch(at.wrapping_add(64));
}

/// A small number for this thread; two threads may share one after very many have come and gone.
pub(crate) fn thread_index() -> usize {
    THREAD_INDEX.with(|index| {
        if index.get() == usize::MAX {
            // Relaxed: nothing but the number itself is passed on.
            index.set(THREADS.fetch_add(1, Relaxed));
        }
        index.get()
    })
}

/// How many shards whatever is split by thread has: a power of two, about twice the cores.
pub(crate) fn shards() -> usize {
    *SHARDS.get_or_init(|| {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        (2 * cores).next_power_of_two().clamp(SHARDS_MIN, SHARDS_MAX)
    })
}

/// The lock, if nobody holds it. Whatever panicked under it left things in order.
pub(crate) fn try_lock<T>(mutex: &Mutex<T>) -> Option<std::sync::MutexGuard<'_, T>> {
    if_free(mutex.try_lock())
}

/// The lock, whoever has to be waited for. Whatever panicked under it left things in order.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    if cfg!(folio_chaos) {
        return asked_for(|| mutex.try_lock());
    }
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The lock, shared with others who look.
pub(crate) fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    if cfg!(folio_chaos) {
        return asked_for(|| lock.try_read());
    }
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

/// The lock, for whoever changes what is under it.
pub(crate) fn write<T>(lock: &RwLock<T>) -> std::sync::RwLockWriteGuard<'_, T> {
    if cfg!(folio_chaos) {
        return asked_for(|| lock.try_write());
    }
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

/// A lock that is asked for until it is free: race detectors do not see the order that the slow
/// path of the library's locks makes.
fn asked_for<G>(attempt: impl Fn() -> TryLockResult<G>) -> G {
    loop {
        if let Some(guard) = if_free(attempt()) {
            return guard;
        }
        yield_now();
    }
}

/// What was got, poisoned or not.
fn if_free<G>(attempt: TryLockResult<G>) -> Option<G> {
    match attempt {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

/// The mark of a thread that is cleaning up.
pub(crate) struct Sweeping;

impl Sweeping {
    /// Sets the mark; `None` if it is set already.
    pub(crate) fn begin() -> Option<Self> {
        SWEEPING.with(|sweeping| !sweeping.replace(true)).then(|| Self)
    }
}

impl Drop for Sweeping {
    fn drop(&mut self) {
        SWEEPING.with(|sweeping| sweeping.set(false));
    }
}

/// A named point between two steps of the protocol. Tests stop a thread there to show that
/// nobody else waits for it; built with `--cfg folio_chaos` threads yield there now and then.
/// Otherwise it is nothing.
#[inline]
pub(crate) fn step(name: &'static str) {
    #[cfg(test)]
    steps::reached(name);
    #[cfg(folio_chaos)]
    if thread_index().wrapping_add(name.len()).wrapping_mul(chaos()) % 7 == 0 {
        std::thread::yield_now();
    }
    #[cfg(not(any(test, folio_chaos)))]
    let _ = name;
}

#[cfg(folio_chaos)]
fn chaos() -> usize {
    thread_local! { static CHAOS: Cell<usize> = const { Cell::new(0x9E37_79B9) }; }
    CHAOS.with(|state| {
        let mut next = state.get();
        next ^= next << 13;
        next ^= next >> 7;
        next ^= next << 17;
        state.set(next);
        next >> 16
    })
}

/// The test's hand on the step points: what one thread does when it reaches one.
#[cfg(test)]
pub(crate) mod steps {
    use std::cell::RefCell;

    type Hook = Box<dyn FnMut(&'static str)>;

    thread_local! { static HOOK: RefCell<Option<Hook>> = const { RefCell::new(None) }; }

    /// Runs `hook` at every step point that this thread reaches from now on.
    pub(crate) fn on_this_thread(hook: impl FnMut(&'static str) + 'static) {
        HOOK.with(|slot| *slot.borrow_mut() = Some(Box::new(hook)));
    }

    pub(super) fn reached(name: &'static str) {
        let hook = HOOK.try_with(|slot| slot.borrow_mut().take()).ok().flatten();
        if let Some(mut hook) = hook {
            hook(name);
            HOOK.with(|slot| *slot.borrow_mut() = Some(hook));
        }
    }
}

static SHARDS: OnceLock<usize> = OnceLock::new();
static THREADS: AtomicUsize = AtomicUsize::new(0);
thread_local! { static SWEEPING: Cell<bool> = const { Cell::new(false) }; }
thread_local! { static THREAD_INDEX: Cell<usize> = const { Cell::new(usize::MAX) }; }
