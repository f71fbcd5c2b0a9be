//! Keys to handles. The only door to scc.
//!
//! An entry is half a hash, an address and a hint: `Copy`, without a destructor, never changed. So
//! nobody's `Hash` or `Drop` runs in here (scc lets readers move buckets while the table is being
//! resized, and may hand out a stale copy of an entry afterwards); the key's `Eq` does, and must
//! not call back.
//!
//! The **hint** says where the document's first snapshot was made. If it still is the current one,
//! as in a cache that is filled and read, a reader has it fetched from memory while it waits for
//! the handle that leads to it. If not, nothing is lost but that.

use std::cell::Cell;
use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher};
use std::ptr;

use scc::HashIndex;

use crate::protocol::handle::Address;
use crate::protocol::node::Node;
use crate::reclaim::{Contained, ReadPin};
use crate::sync::{Mutex, lock, prefetch};

/// The way from a key to its handle. A read takes no lock.
pub(crate) struct Table<K: Eq + 'static, V: 'static> {
    map: Contained<HashIndex<Entry<K, V>, (), StoredHash>>,
    /// For so many it has room from now on.
    room: Mutex<usize>,
}

impl<K, V> Table<K, V>
where
    K: Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    pub(crate) fn with_capacity(documents: usize) -> Self {
        let map = HashIndex::with_capacity_and_hasher(documents, StoredHash);
        Self { map: Contained::new(map), room: Mutex::new(documents) }
    }

    /// The handle of the key with this hash that `matches`. Locks nothing, frees nothing that has
    /// a destructor; the address is good for as long as the pin.
    #[inline]
    pub(crate) fn find(
        &self,
        hash: u64,
        matches: impl Fn(&K) -> bool,
        pin: &ReadPin,
    ) -> Option<Address<K, V>> {
        let probe = Probe::new(hash, |entry: &Entry<K, V>| {
            entry.prefetch();
            matches(entry.address.key())
        });
        self.map.peek(&probe, pin.table_guard())?;
        probe.found.get()
    }

    /// Makes the key of `address` lead to it, unless it leads to another handle already. The first
    /// snapshot, once there is one, is probably going to be `first`.
    pub(crate) fn put(&self, address: Address<K, V>, first: *const Node<K, V>) -> bool {
        let before = self.map.capacity();
        let put = self.map.insert_sync(Entry::new(address, first), ()).is_ok();
        let now = self.map.capacity();
        if now != before {
            self.has_grown(before, now);
        }
        put
    }

    /// Moves what is left to be moved, so that readers need not. And keeps the size: a table that
    /// shrinks has readers move what is left in it, while others end many documents at once.
    #[cold]
    fn has_grown(&self, before: usize, now: usize) {
        let more = {
            let mut room = lock(&self.room);
            let more = now.saturating_sub(*room);
            *room += more;
            more
        };
        if more > 0 {
            // For good: the map goes with this table.
            std::mem::forget(self.map.reserve(more));
        }
        let pin = ReadPin::new();
        // Each look moves a piece of 64 buckets with 32 entries.
        for _ in 0..before / MOVED_BY_A_LOOK + 2 {
            self.find(0, |_| false, &pin);
        }
    }

    /// Takes this very handle out; another one of the same key stays.
    pub(crate) fn forget(&self, address: Address<K, V>) {
        let same = |entry: &Entry<K, V>| entry.address == address;
        self.map.remove_sync(&Probe::new(address.hash(), same));
    }

    /// For how many it has room.
    #[cfg(test)]
    pub(crate) fn room(&self) -> usize {
        self.map.capacity()
    }

    /// How many keys lead somewhere. O(n).
    pub(crate) fn len(&self) -> usize {
        self.map.len()
    }
}

impl<K: Eq + 'static, V: 'static> fmt::Debug for Table<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Table")
    }
}

struct Entry<K, V> {
    address: Address<K, V>,
    hash: u32,
    first: Hint,
}

impl<K, V> Entry<K, V> {
    fn new(address: Address<K, V>, first: *const Node<K, V>) -> Self {
        Self { address, hash: half(address.hash()), first: Hint::of(first.addr()) }
    }

    #[inline]
    fn prefetch(&self) {
        let handle = ptr::from_ref(self.address.handle());
        prefetch::<u8>(ptr::without_provenance(self.first.beside(handle.addr())));
    }
}

/// Where a snapshot was: the lower half of its address, without the bits that alignment leaves 0.
#[derive(Clone, Copy)]
struct Hint(u32);

impl Hint {
    #[expect(clippy::cast_possible_truncation, reason = "half of it is what is meant")]
    fn of(address: usize) -> Self {
        Self((address >> ALIGNED) as u32)
    }

    /// The upper half is likely that of its handle: they come from one allocator.
    #[inline]
    fn beside(self, handle: usize) -> usize {
        let lower = (1 << (u32::BITS + ALIGNED)) - 1;
        handle & !lower | (self.0 as usize) << ALIGNED
    }
}

impl<K, V> Clone for Entry<K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for Entry<K, V> {}

impl<K: Eq, V> PartialEq for Entry<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && self.address.key() == other.address.key()
    }
}

impl<K: Eq, V> Eq for Entry<K, V> {}

impl<K, V> Hash for Entry<K, V> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u32(self.hash);
    }
}

/// What is looked for: a hash, and how to tell the right entry; remembers what it found, which
/// saves the second pin of scc's `peek_with`.
struct Probe<K, V, F> {
    hash: u32,
    matches: F,
    found: Cell<Option<Address<K, V>>>,
}

impl<K, V, F: Fn(&Entry<K, V>) -> bool> Probe<K, V, F> {
    #[inline]
    fn new(hash: u64, matches: F) -> Self {
        Self { hash: half(hash), matches, found: Cell::new(None) }
    }
}

impl<K, V, F> Hash for Probe<K, V, F> {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u32(self.hash);
    }
}

impl<K, V, F: Fn(&Entry<K, V>) -> bool> scc::Equivalent<Entry<K, V>> for Probe<K, V, F> {
    #[inline]
    fn equivalent(&self, entry: &Entry<K, V>) -> bool {
        let matches = entry.hash == self.hash && (self.matches)(entry);
        if matches {
            self.found.set(Some(entry.address));
        }
        matches
    }
}

/// The upper half, in which hashes differ. Enough to tell the entries of a bucket apart.
fn half(hash: u64) -> u32 {
    (hash >> 32) as u32
}

/// Hands the hash through that was computed once, outside.
#[derive(Clone, Copy, Default)]
struct StoredHash;

impl BuildHasher for StoredHash {
    type Hasher = Stored;

    fn build_hasher(&self) -> Stored {
        Stored(0)
    }
}

struct Stored(u64);

impl Hasher for Stored {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        // Entries and probes write one u32 and nothing else.
        debug_assert!(bytes.is_empty(), "only stored hashes are hashed here");
    }

    /// scc picks the bucket by the uppermost bits, and tells entries apart by the lowest.
    fn write_u32(&mut self, half: u32) {
        self.0 = u64::from(half) << 32 | u64::from(half);
    }
}

const MOVED_BY_A_LOOK: usize = 64 * 32;

/// Lower bits of a snapshot's address that are 0, or do not matter.
const ALIGNED: u32 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hint_leads_to_where_it_was_made_for_if_that_is_not_far() {
        let (handle, near, far) = (0x7F12_3456_7040, 0x7F10_89AB_CDE0, 0x5555_89AB_CDE0);
        assert_eq!(Hint::of(near).beside(handle), near);
        assert_ne!(Hint::of(far).beside(handle), far);
    }
}
