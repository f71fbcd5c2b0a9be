//! A **board**: who waits for what happens in a collection, and whom its writers call.

use std::any::Any;
use std::ptr;
use std::task::Waker;

use crate::feed::pieces::Pieces;
use crate::limits::BOARD_BUCKETS;
use crate::protocol::published::Published;
use crate::protocol::waiter::{NO_REVISION, Sleepers, Waiter};
use crate::reclaim::{ReadPin, WritePin, contain};
use crate::sync::{Arc, Mutex, OnceLock, fence_both, lock};

/// Those who watch one collection.
///
/// Writers read it under their pin, and wait for nobody. Who comes or goes replaces a list.
pub(crate) struct Board<K: ?Sized + 'static> {
    /// Those who wait for any of many keys.
    any: Published<Pieces<Listener<K>>>,
    /// Of those, how many are asleep: if none is, none is looked at.
    sleepers: Arc<Sleepers>,
    /// Those who wait for one key, by its hash; made when the first one comes.
    exact: OnceLock<Box<[Bucket]>>,
    callbacks: Published<Vec<Arc<dyn Deliver>>>,
    /// Whoever changes any of these holds it.
    changing: Mutex<()>,
}

type Bucket = Published<Vec<(u64, Arc<Waiter>)>>;

/// A collection among others that are watched together.
pub(crate) struct Member {
    pub(crate) name: Arc<str>,
    pub(crate) hub: Arc<Board<dyn Any>>,
}

impl Member {
    /// As `Board::tell`, of those who watch all.
    pub(crate) fn tell<K: 'static>(&self, key: &K, revision: u64, pin: &WritePin, told: &mut Told) {
        self.hub.tell(&self.name, key, 0, revision, pin, told);
    }
}

/// What a listener wants to be woken for. It may be woken for more.
pub(crate) enum Interest<K: ?Sized> {
    All,
    /// A key with this hash.
    Hash(u64),
    /// These keys, in collections whose names begin so.
    Keys(Arc<str>, Wanted<K>),
}

/// Says whether a key is one of those.
pub(crate) type Wanted<K> = Arc<dyn Fn(&K) -> bool + Send + Sync>;

struct Listener<K: ?Sized> {
    /// Of which collections, and which keys; `None`: all.
    keys: Option<(Arc<str>, Wanted<K>)>,
    waiter: Arc<Waiter>,
}

impl<K: ?Sized> Clone for Listener<K> {
    fn clone(&self) -> Self {
        Self { keys: self.keys.clone(), waiter: Arc::clone(&self.waiter) }
    }
}

/// Somebody who is called by writers.
pub(crate) trait Deliver: Send + Sync {
    /// Delivers what there is, unless another thread is at it, which then takes it along.
    fn deliver(&self);
}

impl<K: ?Sized + 'static> Board<K> {
    pub(crate) fn new() -> Self {
        Self {
            any: Published::new(),
            sleepers: Sleepers::new(),
            exact: OnceLock::new(),
            callbacks: Published::new(),
            changing: Mutex::new(()),
        }
    }

    /// Among whom a waiter with this interest is counted when it sleeps.
    pub(crate) fn among(&self, interest: &Interest<K>) -> Option<Arc<Sleepers>> {
        let is_found_by_hash = matches!(interest, Interest::Hash(_));
        (!is_found_by_hash).then(|| Arc::clone(&self.sleepers))
    }

    /// Puts a waiter up, from the next write on that the caller may miss.
    pub(crate) fn put(&self, interest: &Interest<K>, waiter: &Arc<Waiter>) {
        let waiter = Arc::clone(waiter);
        let keys = match interest {
            Interest::Hash(hash) => {
                self.exact.get_or_init(buckets);
                return self.bucket(*hash).into_iter().for_each(|bucket| {
                    self.change(bucket, |list| list.push((*hash, Arc::clone(&waiter))));
                });
            }
            Interest::Keys(names, keys) => Some((Arc::clone(names), Arc::clone(keys))),
            Interest::All => None,
        };
        self.change(&self.any, |list| list.push(Listener { keys, waiter }));
    }

    pub(crate) fn take_down(&self, interest: &Interest<K>, waiter: &Arc<Waiter>) {
        match interest {
            Interest::Hash(hash) => {
                let Some(bucket) = self.bucket(*hash) else { return };
                self.change(bucket, |list| list.retain(|(_, known)| !Arc::ptr_eq(known, waiter)));
            }
            Interest::All | Interest::Keys(..) => {
                self.change(&self.any, |list| {
                    list.retain(|known| !Arc::ptr_eq(&known.waiter, waiter));
                });
            }
        }
    }

    /// Puts a callback up, or takes it down.
    pub(crate) fn post(&self, callback: Arc<dyn Deliver>, is_up: bool) {
        self.change(&self.callbacks, |list| {
            list.retain(|known| !ptr::addr_eq(Arc::as_ptr(known), Arc::as_ptr(&callback)));
            list.extend(is_up.then_some(callback));
        });
    }

    /// Replaces a list. What goes with former ones may have destructors of the user's, which do
    /// what they like: the lock is given up before.
    fn change<T>(&self, list: &Published<T>, change: impl FnOnce(&mut T))
    where
        T: Clone + Default + Send + Sync,
    {
        let changing = lock(&self.changing);
        let mut next = list.load(&ReadPin::new()).cloned().unwrap_or_default();
        change(&mut next);
        list.replace(next);
        drop(changing);
        list.tidy();
    }

    /// Frees lists that nobody can be looking at any more. Never waits.
    pub(crate) fn tidy(&self) {
        self.any.tidy();
        self.callbacks.tidy();
        self.exact.get().into_iter().flatten().for_each(Published::tidy);
    }

    #[inline]
    fn bucket(&self, hash: u64) -> Option<&Bucket> {
        let buckets = self.exact.get()?;
        // The upper bits, as the table does: it is they that differ.
        let number = usize::try_from(hash >> 32).unwrap_or(0) & (BOARD_BUCKETS - 1);
        buckets.get(number)
    }

    fn listeners<'g>(&'g self, pin: &'g ReadPin) -> impl Iterator<Item = &'g Listener<K>> {
        self.any.load(pin).into_iter().flat_map(Pieces::iter)
    }

    /// Tells those who sleep of a write to `key`, and says what is to be done without the pin.
    ///
    /// F5: under the pin under which the write was stamped. F6: after a fence that came after that.
    #[inline]
    pub(crate) fn tell(
        &self,
        name: &str,
        key: &K,
        hash: u64,
        revision: u64,
        pin: &WritePin,
        told: &mut Told,
    ) {
        if let Some(bucket) = self.bucket(hash) {
            for (wanted, waiter) in all(bucket, pin.read()) {
                if *wanted == hash {
                    told.tell(waiter, revision);
                }
            }
        }
        if self.sleepers.are_there() {
            for listener in self.listeners(pin.read()) {
                if listener.wants(name, key) {
                    told.tell(&listener.waiter, revision);
                }
            }
        }
        told.call(all(&self.callbacks, pin.read()));
    }

    /// Tells all who sleep.
    ///
    /// F6: after a fence that came after whatever they are told of.
    pub(crate) fn tell_all(&self, revision: u64, pin: &ReadPin, told: &mut Told) {
        for bucket in self.exact.get().into_iter().flatten() {
            for (_, waiter) in all(bucket, pin) {
                told.tell(waiter, revision);
            }
        }
        for listener in self.listeners(pin) {
            told.tell(&listener.waiter, revision);
        }
        told.call(all(&self.callbacks, pin));
    }

    /// Wakes all who sleep, and calls whoever wants to be called: nothing will happen any more.
    /// The caller holds no pin.
    pub(crate) fn announce_end(&self) {
        // F6: the end comes before the look at who sleeps.
        fence_both();
        let mut told = Told::default();
        self.tell_all(NO_REVISION, &ReadPin::new(), &mut told);
        told.announce();
    }
}

/// What a writer has to do when it has dropped its pin: nothing, as a rule.
#[must_use = "those who were told and are not woken sleep on"]
#[derive(Default)]
pub(crate) struct Told(Option<Box<Calls>>);

#[derive(Default)]
struct Calls {
    woken: Vec<Waker>,
    callbacks: Vec<Arc<dyn Deliver>>,
}

impl Told {
    #[inline]
    fn tell(&mut self, waiter: &Waiter, revision: u64) {
        if let Some(waker) = waiter.tell(revision) {
            self.calls().woken.push(waker);
        }
    }

    #[inline]
    fn call(&mut self, callbacks: &[Arc<dyn Deliver>]) {
        if !callbacks.is_empty() {
            self.calls().callbacks.extend_from_slice(callbacks);
        }
    }

    #[cold]
    fn calls(&mut self) -> &mut Calls {
        self.0.get_or_insert_default()
    }

    /// Wakes those who slept, and calls those who want to be called. The caller holds no pin.
    #[inline]
    pub(crate) fn announce(self) {
        if let Some(calls) = self.0 {
            calls.make();
        }
    }
}

impl Calls {
    #[cold]
    fn make(self) {
        // Executors do what they like then.
        self.woken.into_iter().for_each(|waker| contain(|| waker.wake()));
        self.callbacks.iter().for_each(|callback| callback.deliver());
    }
}

impl<K: ?Sized> Listener<K> {
    #[inline]
    fn wants(&self, name: &str, key: &K) -> bool {
        self.keys.as_ref().is_none_or(|(names, keys)| name.starts_with(&**names) && keys(key))
    }
}

#[inline]
fn all<'g, T: Send + Sync>(list: &'g Published<Vec<T>>, pin: &'g ReadPin) -> &'g [T] {
    list.load(pin).map_or(&[], Vec::as_slice)
}

fn buckets() -> Box<[Bucket]> {
    std::iter::repeat_with(Published::new).take(BOARD_BUCKETS).collect()
}
