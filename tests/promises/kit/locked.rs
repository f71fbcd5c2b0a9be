//! What threads of a test share behind a lock.

use std::sync::{Mutex, MutexGuard, TryLockError};
use std::thread;

/// The lock, whatever panicked under it. It is asked for until it is free: race detectors do not
/// see the order that the slow path of the library's locks makes.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    loop {
        match mutex.try_lock() {
            Ok(guard) => return guard,
            Err(TryLockError::Poisoned(poisoned)) => return poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => thread::yield_now(),
        }
    }
}
