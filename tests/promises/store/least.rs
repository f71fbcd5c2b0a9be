//! Handles that may do less.

use std::fmt;
use std::sync::mpsc;

use folio::{Collection, Outcome, Reader, Store, WatchError, Watcher, WriteError, Writer, by};
use uuid::Uuid;

/// Goal: a reader has every verb that reads, and sees what a handle of the collection sees. Method:
/// each verb, beside the collection's own; it keeps the store open.
#[test]
fn reader_reads_what_its_collection_holds() {
    let store = Store::new();
    let stock = store.collection::<u32, u32>("stock").expect("a new name");
    stock.create_index("all", by(|n: &u32| *n)).expect("a new one");
    (0..10).for_each(|n| assert!(stock.set(n, n).is_ok()));
    let reader: Reader<u32, u32> = stock.reader();
    assert_eq!((reader.name(), reader.len(), reader.is_empty()), ("stock", 10, false));
    assert_eq!((reader.get(&1).map(|n| *n), reader.get_cloned(&2)), (Some(1), Some(2)));
    assert!(reader.contains(&3) && !reader.contains(&10));
    assert!(reader.try_get(&10).is_err_and(|error| error.to_string().contains("\"stock\"")));
    assert_eq!(reader.pin().get_many(&[4, 5]).flatten().map(|n| *n).sum::<u32>(), 9);
    assert_eq!((&reader).into_iter().count(), 10);
    assert_eq!(
        (reader.view().len(), reader.stream(3).count(), reader.cursor().total()),
        (10, 10, 10)
    );
    assert_eq!((reader.indexes(), reader.stats()), (vec!["all".into()], stock.stats()));
    drop((store, stock));
    let copy = reader.clone();
    drop(reader);
    assert!(!copy.is_closed(), "it is a handle");
    assert_eq!(copy.index("all").expect("it is there").range(5..).count(), 5);
}

/// Goal: a writer has every verb that writes without showing a value. Method: each verb, with
/// values that can neither be cloned nor printed; what it returns, and what is there afterwards.
#[test]
fn writer_writes_and_shows_no_value() {
    let store = Store::new();
    let secrets = store.collection::<u32, Secret>("secrets").expect("a new name");
    let writer: Writer<u32, Secret> = secrets.writer();
    let seen = writer.create(1, Secret(1)).expect("absent").revision();
    assert_eq!(writer.create(1, Secret(2)).expect_err("there").given.1.0, 2);
    assert!(matches!(writer.set(1, Secret(2)), Ok(Outcome::Updated { .. })));
    let refused = writer.compare_and_set(&1, seen, Secret(3)).expect_err("it was set since");
    assert!(matches!(refused.reason, WriteError::Conflict { .. }));
    let seen = writer.replace(&1, Secret(4)).expect("there").revision();
    let seen = writer.compare_and_set(&1, seen, Secret(5)).expect("unchanged").revision();
    assert!(writer.replace(&2, Secret(6)).is_err());
    writer.compare_and_remove(&1, seen).expect("unchanged");
    assert!(writer.compare_and_remove(&1, seen).is_err());
    assert_eq!(writer.set_many([(3, Secret(7)), (4, Secret(8))]).expect("open").len(), 2);
    assert_eq!((writer.remove(&3).expect("open"), writer.remove(&3).expect("open")), (true, false));
    assert_eq!(secrets.get(&4).map(|secret| secret.0), Some(8));
    assert_eq!(writer.clear().expect("open"), 1);
    assert!(!format!("{writer:?}").contains("len") && writer.name() == "secrets");

    let notes: Collection<Uuid, &str> = Collection::new();
    let id = notes.writer().insert("note").expect("open");
    assert_eq!(notes.get_cloned(&id), Some("note"));
    drop((store, secrets));
    let copy = writer.clone();
    drop(writer);
    assert!(!copy.is_closed() && copy.set(1, Secret(9)).is_ok(), "it is a handle");
}

/// Goal: a watcher is told what is written by others. Method: both ways to be told; it keeps the
/// store open.
#[test]
fn watcher_is_told_of_changes() {
    let store = Store::new();
    let stock = store.collection::<u32, u32>("stock").expect("a new name");
    let watcher: Watcher<u32, u32> = stock.watcher();
    let mut watch = watcher.watch().subscribe();
    let (tell, told) = mpsc::channel();
    let subscription = watcher.on_change(move |event| {
        assert!(tell.send(event.map(|event| event.revision)).is_ok());
    });
    let revision = stock.set(1, 2).expect("open").revision();
    assert_eq!(watch.recv().map(|event| event.revision), Ok(revision));
    assert_eq!(told.try_recv(), Ok(Ok(revision)));
    drop((store, stock, subscription));
    let copy = watcher.clone();
    drop(watcher);
    assert!(!copy.is_closed() && copy.name() == "stock", "it is a handle");
    drop(copy);
    assert_eq!(watch.recv().map(drop), Err(WatchError::Closed), "a watch is none");
}

struct Secret(u32);

/// Only errors are printed, and they carry what was given, not what is there.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a secret")
    }
}
