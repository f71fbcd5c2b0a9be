//! The twin of `table`: a list of addresses.
//!
//! It promises what the real one does and nothing more: what is found was put in before, and of two
//! who put the same key in one loses.

use crate::list::List;
use crate::protocol::handle::Address;
use crate::protocol::node::Node;
use crate::reclaim::ReadPin;

pub(crate) struct Table<K: Eq + 'static, V: 'static> {
    list: List<Address<K, V>>,
}

impl<K, V> Table<K, V>
where
    K: Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    pub(crate) fn with_capacity(_documents: usize) -> Self {
        Self { list: List::new() }
    }

    pub(crate) fn find(
        &self,
        hash: u64,
        matches: impl Fn(&K) -> bool,
        _pin: &ReadPin,
    ) -> Option<Address<K, V>> {
        let found = |address: &&Address<K, V>| address.hash() == hash && matches(address.key());
        self.list.now().iter().find(found).copied()
    }

    pub(crate) fn put(&self, address: Address<K, V>, _first: *const Node<K, V>) -> bool {
        self.list.replace(|list| {
            let same = |other: &Address<K, V>| other.key() == address.key();
            let free = !list.iter().any(same);
            free.then(|| list.iter().copied().chain([address]).collect())
        })
    }

    pub(crate) fn forget(&self, address: Address<K, V>) {
        self.list.replace(|list| {
            let kept = list.iter().copied().filter(|other| *other != address);
            list.contains(&address).then(|| kept.collect())
        });
    }

    pub(crate) fn len(&self) -> usize {
        self.list.now().len()
    }
}
