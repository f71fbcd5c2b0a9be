//! What the table does as its collection grows and is emptied.

use crate::collection::Collection;

/// Goal: who reads while very many documents end has nothing to move. Method: a table that grew
/// from nothing, and is emptied: it has the room that it had.
#[test]
fn room_that_was_needed_once_stays() {
    let numbers: Collection<u32, ()> = Collection::new();
    for n in 0..50_000 {
        numbers.set(n, ()).expect("open");
    }
    let table = &numbers.rooms.table;
    let full = table.room();
    assert!(full >= 50_000);
    numbers.clear().expect("open");
    for _ in 0..100_000 {
        if table.len() == 0 {
            break;
        }
        numbers.maintain();
    }
    assert_eq!((table.len(), table.room()), (0, full));
}
