//! An extractor is code of the user, and may call what it wants.

use std::cell::Cell;
use std::sync::{Arc, Mutex};

use folio::{Collection, IndexSpec, by};

use crate::index::keys;
use crate::kit::locked::lock;
use crate::kit::patience::{settle, watched};

type Stock = Collection<u64, u64>;

/// Goal: any call may be made in an extractor. Method: one that reads, queries, writes, cleans up,
/// creates and drops indexes of the same collection, while that is written to and indexed.
#[test]
fn any_call_may_be_made_in_an_extractor() {
    watched(|_| {
        let stock: Stock = (0..300).map(|key| (key, key)).collect();
        let itself = Arc::new(Mutex::new(Some(stock.clone())));
        let index = stock.create_index("busy", busy(&itself)).expect("the first");
        assert_eq!(index.len(), stock.len());
        for key in 0..300 {
            assert!(stock.update(&key, |n| n + 1).is_ok());
        }
        let mut first = keys(index.range(..3));
        first.sort_unstable();
        assert_eq!(first, [0, 1, 1_000]);
        let fork = stock.fork().expect("it is open");
        assert_eq!(fork.index("busy").map(|index| index.len()), Ok(301));
        // A collection that is kept by its own index would never end.
        drop(lock(&itself).take());
        for collection in [&stock, &fork] {
            drop(collection.drop_index("inner"));
            assert_eq!((collection.len(), collection.verify()), (301, Ok(())));
            settle(collection);
            assert_eq!(collection.stats().index_entries, 301);
        }
    });
}

fn busy(itself: &Arc<Mutex<Option<Stock>>>) -> IndexSpec<u64> {
    let itself = Arc::clone(itself);
    by(move |n: &u64| {
        let stock = lock(&itself).clone();
        if let Some(stock) = stock.filter(|_| !INSIDE.replace(true)) {
            assert!(stock.get(&n.saturating_sub(5)).is_some() || *n > 0);
            assert!(stock.view().len() >= 300 && stock.iter().next().is_some());
            assert!(stock.set(1_000, 2).is_ok());
            stock.maintain();
            if let Ok(index) = stock.index("busy") {
                assert!(index.get(2).count() <= 4);
            }
            let inner = stock.create_index("inner", by(|n: &u64| n % 3));
            assert!(inner.is_ok_and(|inner| inner.len() >= 300));
            assert_eq!(stock.drop_index("inner"), Ok(()));
            INSIDE.set(false);
        }
        *n
    })
}

thread_local! { static INSIDE: Cell<bool> = const { Cell::new(false) }; }
