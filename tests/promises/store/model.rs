//! A store against maps.

use std::collections::BTreeMap;

use folio::{Collection, Store, StoreView};

use crate::common::dice::{Dice, seed};

type Maps = [BTreeMap<u64, u64>; 3];
type Numbers = Collection<u64, u64>;

/// Goal: a store does what maps by name would do, and a view of it shows all of them as they were.
/// Method: random calls, in one thread, on three names that come and go; views are kept, and asked
/// again and again.
#[test]
fn store_does_what_maps_by_name_would_do() {
    let mut dice = Dice::new(seed());
    for _ in 0..ROUNDS {
        let mut model = Model::default();
        (0..CALLS).for_each(|_| model.call(&mut dice));
        model.store.close();
        model.views.iter().for_each(Model::compare);
        assert!(model.store.view().collections("").is_empty());
    }
}

#[derive(Default)]
struct Model {
    store: Store,
    maps: Maps,
    handles: [Option<Numbers>; 3],
    views: Vec<(StoreView, Maps)>,
}

impl Model {
    fn call(&mut self, dice: &mut Dice) {
        let (place, key, value) = (dice.place(3), dice.below(8), dice.next());
        match dice.below(100) {
            0..50 => {
                let created = self.handle(place).set(key, value).expect("open").is_created();
                assert_eq!(created, self.maps[place].insert(key, value).is_none());
            }
            50..70 => {
                let removed = self.handle(place).remove(&key).expect("open").map(|old| *old);
                assert_eq!(removed, self.maps[place].remove(&key));
            }
            70..78 => self.handles[place] = None,
            78..82 => {
                self.handle(place).close();
                (self.handles[place], self.maps[place]) = (None, BTreeMap::new());
            }
            82..86 => {
                let prefix = ["a", "ab", "b", ""][dice.place(4)];
                let cleared = self.store.clear_prefix(prefix).expect("open");
                let named = NAMES.iter().zip(&mut self.maps);
                let gone = named.filter(|(name, _)| name.starts_with(prefix));
                assert_eq!(cleared, gone.map(|(_, map)| std::mem::take(map).len()).sum::<usize>());
            }
            86..92 => self.views.push((self.store.view(), self.maps.clone())),
            92..96 if !self.views.is_empty() => {
                drop(self.views.swap_remove(dice.place(self.views.len())));
            }
            96 => {
                let fork = self.store.fork().expect("open");
                Self::compare(&(fork.view(), self.maps.clone()));
            }
            _ => self.views.iter().for_each(Self::compare),
        }
        Self::compare(&(self.store.view(), self.maps.clone()));
        assert_eq!(self.store.collections(""), listed(&self.maps));
        assert_eq!(self.store.count("a"), self.maps[0].len() + self.maps[1].len());
    }

    fn handle(&mut self, place: usize) -> &Numbers {
        let store = &self.store;
        self.handles[place].get_or_insert_with(|| store.collection(NAMES[place]).expect("open"))
    }

    fn compare((view, maps): &(StoreView, Maps)) {
        assert_eq!(view.collections(""), listed(maps));
        for (name, map) in NAMES.iter().zip(maps) {
            let found = view.collection::<u64, u64>(name).expect("its types");
            assert_eq!(found.revision(), view.revision());
            let found: BTreeMap<_, _> =
                found.entries().map(|(key, value)| (*key, *value)).collect();
            assert_eq!(&found, map, "{name}");
        }
    }
}

fn listed(maps: &Maps) -> Vec<std::sync::Arc<str>> {
    let named = NAMES.iter().zip(maps).filter(|(_, map)| !map.is_empty());
    named.map(|(name, _)| (*name).into()).collect()
}

const NAMES: [&str; 3] = ["a", "abc", "b"];
const ROUNDS: usize = if cfg!(miri) { 1 } else { 20 };
const CALLS: usize = if cfg!(miri) { 100 } else { 1_000 };
