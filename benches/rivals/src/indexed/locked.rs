//! Everything under one `RwLock`: what one writes without a library. Readers look at the orders
//! under the lock; the indexes lead to the orders themselves, so that a change of any field has to
//! be made in each of them.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use parking_lot::RwLock;
use uuid::Uuid;

use crate::indexed::{BUILT, Change, Indexed, Order};
use crate::systems::{FOUND, Hasher, Walk};

/// A store with a list of orders for each value.
pub type RwLockHashMap = Locked<HashMap<u32, Vec<Arc<Order>>, Hasher>>;

/// A store with ordered trees.
pub type RwLockBTreeMap = Locked<BTreeMap<(u32, Uuid), Arc<Order>>>;

pub struct Locked<F>(RwLock<Orders<F>>);

struct Orders<F> {
    all: HashMap<Uuid, Arc<Order>, Hasher>,
    indexes: Option<Pair<F>>,
}

struct Pair<F> {
    cities: F,
    amounts: F,
}

/// An index over one field.
pub trait Field: Send + Sync + 'static {
    const NAME: &'static str;

    fn new(hasher: &Hasher) -> Self;
    fn put(&mut self, value: u32, key: Uuid, order: &Arc<Order>);
    fn take_out(&mut self, value: u32, key: Uuid, order: &Arc<Order>);
    fn replace(&mut self, value: u32, key: Uuid, old: &Arc<Order>, new: &Arc<Order>);
    fn get(&self, value: u32) -> Walk;
    fn range(&self, values: Range<u32>) -> Option<Walk>;
}

impl<F: Field> Indexed for Locked<F> {
    const NAME: &'static str = F::NAME;
    const ANSWER: &'static str = "one instant, but every writer waits until the answer is read";

    fn new(hasher: Hasher) -> Self {
        Self(RwLock::new(Orders { all: HashMap::with_hasher(hasher), indexes: None }))
    }

    fn build(&self) {
        let Orders { all, indexes } = &mut *self.0.write();
        let pair = Pair { cities: F::new(all.hasher()), amounts: F::new(all.hasher()) };
        let pair = indexes.insert(pair);
        for (key, order) in all.iter() {
            pair.put(*key, order);
        }
    }

    fn insert(&self, key: Uuid, order: Order) {
        let order = Arc::new(order);
        let Orders { all, indexes } = &mut *self.0.write();
        if let Some(pair) = indexes {
            pair.put(key, &order);
        }
        assert!(all.insert(key, order).is_none());
    }

    fn change(&self, key: &Uuid, change: Change) {
        let Orders { all, indexes } = &mut *self.0.write();
        let order = all.get_mut(key).expect(FOUND);
        let new = Arc::new(order.with(change));
        if let Some(pair) = indexes {
            follow(&mut pair.cities, (order.city, new.city), *key, order, &new);
            follow(&mut pair.amounts, (order.amount, new.amount), *key, order, &new);
        }
        *order = new;
    }

    fn lookup(&self, city: u32) -> Walk {
        self.0.read().indexes.as_ref().expect(BUILT).cities.get(city)
    }

    fn range(&self, amounts: Range<u32>) -> Option<Walk> {
        self.0.read().indexes.as_ref().expect(BUILT).amounts.range(amounts)
    }
}

impl<F: Field> Pair<F> {
    fn put(&mut self, key: Uuid, order: &Arc<Order>) {
        self.cities.put(order.city, key, order);
        self.amounts.put(order.amount, key, order);
    }
}

/// Lets an index follow an order from one value to another, or stay.
fn follow<F: Field>(
    field: &mut F,
    (from, to): (u32, u32),
    key: Uuid,
    old: &Arc<Order>,
    new: &Arc<Order>,
) {
    if from == to {
        field.replace(from, key, old, new);
    } else {
        field.take_out(from, key, old);
        field.put(to, key, new);
    }
}

impl Field for HashMap<u32, Vec<Arc<Order>>, Hasher> {
    const NAME: &'static str = "rwlock_hashmap";

    fn new(hasher: &Hasher) -> Self {
        Self::with_hasher(hasher.clone())
    }

    fn put(&mut self, value: u32, _key: Uuid, order: &Arc<Order>) {
        self.entry(value).or_default().push(Arc::clone(order));
    }

    fn take_out(&mut self, value: u32, _key: Uuid, order: &Arc<Order>) {
        let list = self.get_mut(&value).expect(FOUND);
        list.swap_remove(position(list, order));
        if list.is_empty() {
            self.remove(&value);
        }
    }

    fn replace(&mut self, value: u32, _key: Uuid, old: &Arc<Order>, new: &Arc<Order>) {
        let list = self.get_mut(&value).expect(FOUND);
        let at = position(list, old);
        list[at] = Arc::clone(new);
    }

    fn get(&self, value: u32) -> Walk {
        let list = Self::get(self, &value).map_or(&[][..], Vec::as_slice);
        list.iter().fold(Walk::default(), |walk, order| walk.with(order))
    }

    fn range(&self, _values: Range<u32>) -> Option<Walk> {
        None
    }
}

fn position(list: &[Arc<Order>], order: &Arc<Order>) -> usize {
    list.iter().position(|other| Arc::ptr_eq(other, order)).expect(FOUND)
}

impl Field for BTreeMap<(u32, Uuid), Arc<Order>> {
    const NAME: &'static str = "rwlock_btreemap";

    fn new(_hasher: &Hasher) -> Self {
        Self::new()
    }

    fn put(&mut self, value: u32, key: Uuid, order: &Arc<Order>) {
        self.insert((value, key), Arc::clone(order));
    }

    fn take_out(&mut self, value: u32, key: Uuid, _order: &Arc<Order>) {
        self.remove(&(value, key));
    }

    fn replace(&mut self, value: u32, key: Uuid, _old: &Arc<Order>, new: &Arc<Order>) {
        self.put(value, key, new);
    }

    fn get(&self, value: u32) -> Walk {
        let all = Self::range(self, (value, Uuid::nil())..=(value, Uuid::max()));
        all.fold(Walk::default(), |walk, (_, order)| walk.with(order))
    }

    fn range(&self, values: Range<u32>) -> Option<Walk> {
        let all = Self::range(self, (values.start, Uuid::nil())..(values.end, Uuid::nil()));
        Some(all.fold(Walk::default(), |walk, (_, order)| walk.with(order)))
    }
}
