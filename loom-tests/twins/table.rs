//! The twin of `table`: a list of addresses that is replaced as a whole.
//!
//! It promises what the real one does and nothing more: what is found was put in before, and of two
//! who put the same key in one loses. A read is one load, so it brings no edge but that one.
#![allow(unsafe_code, reason = "lists are shared by pointer and kept until the table is dropped")]

use std::cell::RefCell;

use crate::protocol::handle::Address;
use crate::protocol::limbo::Forget;
use crate::reclaim::ReadPin;
use crate::sync::{AcqRel, Acquire, AtomicPtr};

pub(crate) struct Table<K: Eq + 'static, V: 'static> {
    list: AtomicPtr<Vec<Address<K, V>>>,
    /// Every list there ever was: a reader may still look at it.
    lists: RefCell<Vec<*mut Vec<Address<K, V>>>>,
}

// SAFETY: addresses are `Send` and `Sync`; `lists` is used between two steps of the model only.
unsafe impl<K: Eq + Send + Sync, V: Send + Sync> Send for Table<K, V> {}
// SAFETY: as above.
unsafe impl<K: Eq + Send + Sync, V: Send + Sync> Sync for Table<K, V> {}

impl<K, V> Table<K, V>
where
    K: Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    pub(crate) fn with_capacity(_documents: usize) -> Self {
        let first = Box::into_raw(Box::default());
        Self { list: AtomicPtr::new(first), lists: RefCell::new(vec![first]) }
    }

    pub(crate) fn find(
        &self,
        hash: u64,
        matches: impl Fn(&K) -> bool,
        _pin: &ReadPin,
    ) -> Option<Address<K, V>> {
        let found = |address: &&Address<K, V>| address.hash() == hash && matches(address.key());
        self.entries().iter().find(found).copied()
    }

    pub(crate) fn put(&self, address: Address<K, V>) -> bool {
        self.replace(|list| {
            let same = |other: &Address<K, V>| other.key() == address.key();
            let free = !list.iter().any(same);
            free.then(|| list.iter().copied().chain([address]).collect())
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.entries().len()
    }

    fn entries(&self) -> &[Address<K, V>] {
        // SAFETY: lists stay until the table is dropped.
        unsafe { &*self.list.load(Acquire) }
    }

    fn replace(&self, change: impl Fn(&[Address<K, V>]) -> Option<Vec<Address<K, V>>>) -> bool {
        let mut now = self.list.load(Acquire);
        loop {
            // SAFETY: as in `entries`.
            let Some(next) = change(unsafe { &*now }) else { return false };
            let next = Box::into_raw(Box::new(next));
            self.lists.borrow_mut().push(next);
            match self.list.compare_exchange(now, next, AcqRel, Acquire) {
                Ok(_) => return true,
                Err(other) => now = other,
            }
        }
    }
}

impl<K, V> Forget<K, V> for Table<K, V>
where
    K: Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    fn forget(&self, address: Address<K, V>) {
        self.replace(|list| {
            let kept = list.iter().copied().filter(|other| *other != address);
            list.contains(&address).then(|| kept.collect())
        });
    }
}

impl<K: Eq + 'static, V: 'static> Drop for Table<K, V> {
    fn drop(&mut self) {
        for list in self.lists.take() {
            // SAFETY: made by `Box::into_raw`, and nobody reads the table any more.
            drop(unsafe { Box::from_raw(list) });
        }
    }
}
