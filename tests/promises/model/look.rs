//! Reads of the live collection.

use crate::common::payload::Payload;
use crate::model::op::{KEYS, Look};
use crate::model::stock::{Name, did, handed_back, of_ref, told, why_not_read};
use crate::model::subject::Subject;
use crate::model::twin::{Documents, If, Why};

impl Subject<'_> {
    pub(crate) fn look(&mut self, key: u8, op: Look) {
        let (stock, twin) = (self.stock, &self.twin);
        match op {
            Look::TryGet => {
                let expected = twin.open().and_then(|()| twin.get(key).ok_or(Why::NotFound));
                let found = stock.try_get(&key).map(|found| of_ref(&found).1);
                assert_eq!(found.map_err(|error| why_not_read(&error)), expected, "try_get");
                assert_eq!(stock.contains(&Name(key)), expected.is_ok(), "contains");
                let cloned = stock.get_cloned(&key).map(|value| value.read());
                assert_eq!(cloned, expected.ok().map(|doc| doc.number), "get_cloned");
            }
            Look::Iter => {
                let all: Documents = stock.iter().map(|found| of_ref(&found)).collect();
                assert_eq!(all, twin.now(), "iter");
                assert_eq!(stock.iter().count(), all.len(), "iter meets each key once");
                let back: Documents = stock.into_iter().rev().map(|doc| of_ref(&doc)).collect();
                assert_eq!(back, all, "an iteration from the other end");
            }
            Look::GetMany => {
                let pin = stock.pin();
                let keys: Vec<u8> = (0..3).flat_map(|_| 0..KEYS).collect();
                let many = pin.get_many(&keys).map(|found| found.map(|found| of_ref(&found).1));
                let one_by_one = keys.iter().map(|key| twin.get(*key));
                assert!(many.eq(one_by_one), "get_many");
                assert_eq!(pin.contains(&key), twin.get(key).is_some(), "contains");
            }
            Look::UnderPin(number) => self.under_pin(key, number),
            Look::Stats => self.stats(),
            Look::Verify => assert_eq!(stock.verify(), Ok(())),
            Look::Maintain => {
                stock.maintain();
            }
        }
    }

    /// Under a pin `get` answers as of now, `iter` and what is in hand as of then.
    fn under_pin(&mut self, key: u8, number: u64) {
        let (stock, before) = (self.stock, self.twin.now());
        let pin = stock.pin();
        let walk = pin.iter();
        let old = pin.get(&key);
        let set = stock.set(Name(key), Payload::new(number)).map(did);
        let set = set.map_err(|refused| handed_back(&refused, key, number));
        assert_eq!(set, self.twin.put(key, number, If::Always).map(told), "set");
        stock.maintain();

        let new = pin.get(&key).map(|found| of_ref(&found).1);
        assert_eq!(new, self.twin.get(key), "a pinned get answers as of now");
        let old = old.map(|found| of_ref(&found).1);
        assert_eq!(old, before.get(&key).copied(), "what is in hand does not change");
        let walked: Documents = walk.map(|found| of_ref(&found)).collect();
        assert_eq!(walked, before, "a pinned iteration answers as of its beginning");
    }

    fn stats(&self) {
        let (stats, twin) = (self.stock.stats(), &self.twin);
        assert_eq!(stats.documents, twin.now().len(), "stats: documents");
        assert_eq!(stats.revision, twin.revision, "stats: revision");
        let leases = self.held.leases();
        assert_eq!(stats.views, leases.len(), "stats: views");
        assert_eq!(stats.oldest_view, leases.into_values().min(), "stats: oldest view");
        assert!(stats.views <= stats.views_max);
        assert_eq!(stats.writes, twin.writes, "stats: writes");
        let indexes = twin.indexes.iter().flatten().count();
        assert_eq!(stats.indexes, indexes, "stats: indexes");
    }
}
