use std::collections::{HashMap, HashSet};

use proptest::collection::vec;
use proptest::prelude::*;

use super::lookup::Lookup;
use super::node::{Place, State};
use super::{Policy, Token};
use crate::limits::{GHOSTS, GHOSTS_MIN, HAND_STEPS};

/// Keys are items and hashes at once; few, so that ghosts come back.
#[derive(Clone, Debug)]
enum Step {
    /// Read it, or let it in, with room made as a collection would.
    Ask(u64, u32),
    Remove(u64),
    Reweigh(u64, u32),
    Pin(u64),
    Unpin(u64),
    Capacity(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let key = 0_u64..60;
    let step = prop_oneof![
        20 => (key.clone(), 0_u32..4).prop_map(|(key, weight)| Step::Ask(key, weight)),
        2 => key.clone().prop_map(Step::Remove),
        2 => (key.clone(), 0_u32..6).prop_map(|(key, weight)| Step::Reweigh(key, weight)),
        1 => key.clone().prop_map(Step::Pin),
        1 => key.prop_map(Step::Unpin),
        1 => (0_u64..40).prop_map(Step::Capacity),
    ];
    vec(step, 1..600)
}

/// What the policy should know, kept in the plainest way.
struct Model {
    policy: Policy<u64>,
    inside: HashMap<u64, (Token, u32)>,
    read: HashSet<u64>,
    pinned: HashSet<u64>,
}

impl Model {
    fn new(capacity: u64) -> Self {
        Self {
            policy: Policy::new(capacity),
            inside: HashMap::new(),
            read: HashSet::new(),
            pinned: HashSet::new(),
        }
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::Ask(key, weight) => {
                if self.inside.contains_key(&key) {
                    self.read.insert(key);
                } else if self.make_room(weight) {
                    let read = &mut self.read;
                    let token = self.policy.admit(key, key, weight, &mut |key| read.remove(&key));
                    assert!(self.inside.values().all(|(other, _)| *other != token));
                    self.inside.insert(key, (token, weight));
                }
            }
            Step::Remove(key) => {
                if let Some((token, _)) = self.inside.remove(&key) {
                    self.policy.remove(token);
                }
            }
            Step::Reweigh(key, weight) => {
                if let Some((token, old)) = self.inside.get_mut(&key) {
                    *old = weight;
                    self.policy.reweigh(*token, weight);
                }
            }
            Step::Pin(key) => _ = self.pinned.insert(key),
            Step::Unpin(key) => _ = self.pinned.remove(&key),
            Step::Capacity(capacity) => self.policy.set_capacity(capacity),
        }
    }

    /// As a collection does it; false if there is none, since all are pinned.
    fn make_room(&mut self, weight: u32) -> bool {
        let mut spared = HashSet::new();
        while !self.policy.has_room(weight) {
            let Some((token, key)) = self.choose() else {
                let inside: HashSet<_> = self.inside.keys().copied().collect();
                assert_eq!(spared, inside, "all that are in were offered");
                return false;
            };
            assert_eq!(self.inside[&key].0, token, "a victim is one that is in");
            if self.pinned.contains(&key) {
                assert!(spared.insert(key), "and is not offered twice");
                self.policy.spare(token);
            } else {
                let read = &mut self.read;
                self.policy.evict(token, &mut |key| read.remove(&key));
                self.inside.remove(&key);
            }
        }
        true
    }

    /// Asks for a victim, and counts what that takes.
    fn choose(&mut self) -> Option<(Token, u64)> {
        let mut looks = 0;
        let chosen = self.policy.victim(&mut |key| {
            assert!(self.inside.contains_key(&key), "only those that are in are looked at");
            looks += 1;
            self.read.remove(&key)
        });
        assert!(looks <= HAND_STEPS + 1, "{looks} looks for one victim");
        chosen
    }

    fn agrees(&self) {
        let policy = &self.policy;
        let mut found = HashMap::new();
        let queues = [
            (Place::Small, &policy.small),
            (Place::Main, &policy.main),
            (Place::Aside, &policy.aside),
        ];
        for (place, queue) in queues {
            let mut together = 0;
            for token in queue.tokens(&policy.nodes) {
                let resident = policy.nodes.resident(token);
                assert_eq!(resident.place, place);
                together += u64::from(resident.weight);
                found.insert(resident.item, (token, resident.weight));
            }
            assert_eq!(queue.weight(), together);
        }
        assert_eq!(found, self.inside);
        let weights = self.inside.values().map(|(_, weight)| u64::from(*weight));
        assert_eq!(policy.weight(), weights.sum::<u64>());
        assert_eq!(policy.len(), self.inside.len());

        let ghosts = policy.ghosts.tokens(&policy.nodes);
        for ghost in &ghosts {
            let node = &policy.nodes[*ghost];
            assert!(matches!(node.state, State::Ghost { .. }));
            assert_eq!(policy.lookup.find(node.hash), Some(*ghost));
        }
        assert_eq!(policy.lookup.len(), ghosts.len());
    }
}

proptest! {
    #[test]
    fn it_knows_who_is_in_and_chooses_among_them(
        capacity in 0_u64..40,
        steps in steps(),
    ) {
        let mut model = Model::new(capacity);
        for step in &steps {
            model.take(step);
            model.agrees();
        }
    }

    #[test]
    fn memory_is_bounded_by_what_fits(capacity in 1_u64..200, keys in vec(0_u64..2_000, 1..3_000)) {
        let mut model = Model::new(capacity);
        for key in keys {
            model.take(&Step::Ask(key, 1));
        }
        let residents = usize::try_from(capacity).expect("small");
        let most = residents + GHOSTS_MIN.max(GHOSTS * residents) + 1;
        prop_assert!(model.policy.nodes.len() <= most);
    }
}

/// Hits of a cache of so many documents, in per cent.
fn hits(capacity: u64, keys: impl Iterator<Item = u64>) -> u64 {
    let mut model = Model::new(capacity);
    let (mut hits, mut all) = (0, 0);
    for key in keys {
        hits += u64::from(model.inside.contains_key(&key));
        all += 1;
        // Spread, as hashes are.
        model.take(&Step::Ask(key, 1));
    }
    100 * hits / all
}

#[test]
fn a_loop_that_does_not_fit_keeps_what_fits() {
    // The best there is: 50 of 100. The least recently used: none.
    let percent = hits(50, (0..100).cycle().take(20_000));
    assert!(percent >= 42, "{percent}");
}

#[test]
fn who_is_forgotten_by_all_makes_room_for_who_is_new() {
    // Each key twice, 20 others between; those before it never again.
    let drift = (0..20_000).flat_map(|key| [key + 20, key]);
    let loops = (1 << 32..(1 << 32) + 200).cycle().take(5_000);
    let percent = hits(100, loops.chain(drift));
    assert!(percent >= 40, "{percent}");
}

#[test]
fn a_scan_does_not_drive_out_what_is_read() {
    let mut model = Model::new(100);
    for _ in 0..20 {
        (0..50).for_each(|key| model.take(&Step::Ask(key, 1)));
    }
    for scanned in 1_000..3_000 {
        model.take(&Step::Ask(scanned, 1));
        model.take(&Step::Ask(scanned % 50, 1));
    }
    let kept = (0..50).filter(|key| model.inside.contains_key(key)).count();
    assert!(kept >= 45, "{kept}");
}

#[test]
fn all_are_offered_once_then_none_then_all_again() {
    let mut model = Model::new(40);
    for key in 0..100 {
        model.take(&Step::Ask(key, 1));
    }
    for _ in 0..2 {
        let mut offered = HashSet::new();
        while let Some((token, key)) = model.choose() {
            assert!(offered.insert(key));
            model.policy.spare(token);
        }
        assert_eq!(offered.len(), 40);
    }
}

#[test]
fn a_node_is_as_small_as_the_page_says() {
    assert_eq!(size_of::<super::node::Node<u64>>(), 40);
    assert_eq!(size_of::<Option<Token>>(), 4);
}

proptest! {
    #[test]
    fn ghosts_are_found_until_they_are_taken_out(
        steps in vec((any::<bool>(), 0_u32..40), 1..400),
    ) {
        // Few hashes, far apart and close together, so that probes run into one another.
        let spread = |key: u32| if key % 2 == 0 { key } else { key << 26 };
        let mut lookup = Lookup::default();
        let mut inside = HashMap::new();
        for (insert, key) in steps {
            let (hash, token) = (spread(key), Token::at(key as usize));
            if insert && inside.insert(hash, token).is_none() {
                lookup.insert(hash, token);
            } else if !insert && inside.remove(&hash).is_some() {
                lookup.remove(hash, token);
            }
            for hash in (0..40).map(spread) {
                prop_assert_eq!(lookup.find(hash), inside.get(&hash).copied());
            }
            prop_assert_eq!(lookup.len(), inside.len());
        }
    }
}
