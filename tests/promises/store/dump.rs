//! A store as text.

use std::fmt;
use std::io::{self, Write};

use folio::Store;

/// Goal: sorted by name, then key; values only of what may be printed. Method: written out of
/// order; keys with line breaks; an empty collection.
#[test]
fn dump_is_sorted_by_name_then_key() {
    let store = Store::new();
    let two = store.builder_for::<String, Vec<u8>>("two").printable().build().expect("new");
    two.set("z".into(), vec![1, 2]).expect("open");
    two.set("a\nb".into(), vec![]).expect("open");
    let one = store.collection::<u32, Secret>("one\n").expect("a new name");
    one.set(1, Secret).expect("open");
    let empty = store.builder_for::<u32, u32>("empty").printable().build().expect("new");
    let mut text = Vec::new();
    store.dump(&mut text).expect("memory takes it");
    let expected = "\"one\\n\" 1\n\"two\" 2\n  \"a\\nb\": []\n  \"z\": [1, 2]\n";
    assert_eq!(String::from_utf8(text).expect("text"), expected);
    let view = store.view();
    two.clear().expect("open");
    let mut text = Vec::new();
    view.dump(&mut text).expect("memory takes it");
    assert_eq!(String::from_utf8(text).expect("text"), expected, "as it was");
    drop(empty);
}

/// Goal: an error of the writer surfaces, and so does that of a `Debug`. Method: a writer that
/// takes some bytes and then fails; a value that refuses to be printed.
#[test]
fn errors_of_the_writer_surface() {
    let store = Store::new();
    let stock = store.builder_for::<u32, u32>("stock").printable().build().expect("new");
    (0..100).for_each(|n| assert!(stock.set(n, n).is_ok()));
    for room in [0, 5, 20, 300] {
        let error = store.dump(&mut Full { room }).expect_err("it is full");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
    store.dump(&mut Full { room: 10_000 }).expect("there is room");
    let odd = store.builder_for::<u32, Unprintable>("unprintable").printable().build();
    odd.expect("new").set(1, Unprintable).expect("open");
    assert!(store.dump(&mut io::sink()).is_err());
}

struct Secret;

struct Unprintable;

impl fmt::Debug for Unprintable {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Err(fmt::Error)
    }
}

struct Full {
    room: usize,
}

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(self.room);
        self.room -= taken;
        if taken == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(taken) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
