//! What a watch tells of the steps, and what one who knows nothing else makes of it.

use folio::{Event, EventKind, Watch, WatchError};

use crate::common::payload::Payload;
use crate::model::stock::{Few, Name, Stock, of_snapshot};
use crate::model::twin::{Documents, Twin};

/// A watch from the beginning on, and the documents that there are by what it has told.
pub(crate) struct Watched {
    watch: Watch<Name, Payload, Few>,
    replica: Documents,
}

impl Watched {
    pub(crate) fn new(stock: &Stock) -> Self {
        let watch = stock.watch().replay().subscribe();
        let mut watched = Self { watch, replica: Documents::new() };
        let _closed = watched.take_all();
        watched
    }

    /// Hears of the last step: then the replica is what the model is; or the collection is closed.
    pub(crate) fn check(&mut self, twin: &Twin) {
        match self.take_all() {
            Err(WatchError::Closed) => assert!(twin.open().is_err(), "told that it is closed"),
            Err(other) => panic!("{other} after one step"),
            Ok(()) => {
                assert!(twin.open().is_ok(), "not told that it is closed");
                assert_eq!(self.replica, twin.now(), "the replica");
            }
        }
    }

    fn take_all(&mut self) -> Result<(), WatchError> {
        while let Some(event) = self.watch.try_recv()? {
            self.apply(&event);
        }
        Ok(())
    }

    /// What an event says was before has to be what earlier ones have said.
    fn apply(&mut self, event: &Event<Name, Payload>) {
        let (old, new) = (event.old().map(of_snapshot), event.new_value().map(of_snapshot));
        if let EventKind::Cleared { up_to, .. } = event.kind {
            let is_left = self.replica.values().any(|doc| doc.revision <= up_to);
            assert!(!is_left, "told that all is gone, but not of each");
            return;
        }
        let key = event.key().expect("of a document").0;
        let before = self.replica.remove(&key);
        assert_eq!(before, old.map(|(_, doc)| doc), "the document before");
        if let Some((_, doc)) = new {
            assert_eq!(doc.revision, event.revision.get(), "the revision of the event");
            self.replica.insert(key, doc);
        }
    }
}
