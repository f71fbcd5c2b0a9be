//! `SQLite` in memory, through rusqlite: one connection behind a mutex, statements kept prepared.

use std::ops::Range;

use parking_lot::Mutex;
use rusqlite::{Connection, Params};
use uuid::Uuid;

use crate::indexed::{Change, Indexed, Order};
use crate::systems::{Hasher, Walk};

pub struct Rusqlite(Mutex<Connection>);

impl Indexed for Rusqlite {
    const NAME: &'static str = "rusqlite";
    const ANSWER: &'static str = "one instant, but everybody waits until the answer is read";

    fn new(_hasher: Hasher) -> Self {
        let connection = Connection::open_in_memory().expect("there is memory");
        let table = "CREATE TABLE orders (key BLOB PRIMARY KEY, city INTEGER, amount INTEGER, \
                     count INTEGER, price INTEGER, note BLOB)";
        connection.execute_batch(table).expect(SQL);
        Self(Mutex::new(connection))
    }

    fn build(&self) {
        let indexes = "CREATE INDEX cities ON orders (city); \
                       CREATE INDEX amounts ON orders (amount)";
        self.0.lock().execute_batch(indexes).expect(SQL);
    }

    fn insert(&self, key: Uuid, order: Order) {
        let Order { city, amount, count, price, note } = order;
        let note = note.map(u64::to_ne_bytes);
        let row = (
            key.as_bytes(),
            city,
            amount,
            count.cast_signed(),
            price.cast_signed(),
            note.as_flattened(),
        );
        self.write("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)", row);
    }

    fn change(&self, key: &Uuid, change: Change) {
        let key = key.as_bytes();
        match change {
            Change::Count(count) => {
                self.write("UPDATE orders SET count = ? WHERE key = ?", (count.cast_signed(), key));
            }
            Change::City(city) => {
                self.write("UPDATE orders SET city = ? WHERE key = ?", (city, key));
            }
            Change::Both { city, amount } => {
                let both = "UPDATE orders SET city = ?, amount = ? WHERE key = ?";
                self.write(both, (city, amount, key));
            }
        }
    }

    fn lookup(&self, city: u32) -> Walk {
        self.read("SELECT count FROM orders WHERE city = ?", (city,))
    }

    fn range(&self, amounts: Range<u32>) -> Option<Walk> {
        let all = "SELECT count FROM orders WHERE amount >= ? AND amount < ?";
        Some(self.read(all, (amounts.start, amounts.end)))
    }

    fn bytes_elsewhere(&self) -> usize {
        let pages = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        let bytes: i64 = self.0.lock().query_row(pages, (), |row| row.get(0)).expect(SQL);
        bytes as usize
    }
}

impl Rusqlite {
    fn write(&self, statement: &str, row: impl Params) {
        let connection = self.0.lock();
        let mut statement = connection.prepare_cached(statement).expect(SQL);
        assert_eq!(statement.execute(row).expect(SQL), 1);
    }

    fn read(&self, question: &str, of: impl Params) -> Walk {
        let connection = self.0.lock();
        let mut question = connection.prepare_cached(question).expect(SQL);
        let mut rows = question.query(of).expect(SQL);
        let mut walk = Walk::default();
        while let Some(row) = rows.next().expect(SQL) {
            let count: i64 = row.get(0).expect(SQL);
            walk.seen += 1;
            walk.sum = walk.sum.wrapping_add(count.cast_unsigned());
        }
        walk
    }
}

/// What a statement that `SQLite` does not take dies of.
const SQL: &str = "the statement is right";
