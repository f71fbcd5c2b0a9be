//! Effects and their causes, over many keys.
//!
//! A chain is a row of documents that all hold a number. Two threads write them in turn: each waits
//! until it has *seen* the new number in the document before, then writes it into its own. So
//! every write has the one before it as its cause, in another thread, which may not even have
//! returned from it yet. At any instant a chain has the new number in its first documents and the
//! last number in the others.

use std::collections::{BTreeMap, VecDeque};
use std::thread;

use folio::{Collection, Ref, View};

use crate::common::crew::{Count, Crew};
use crate::common::dice::{Dice, seed};
use crate::common::payload::Payload;
use crate::history::record::Stock;

/// The numbers of all chains, link after link.
type Numbers = Vec<u64>;

/// Goal: a view is a cut through all keys that holds no effect without its cause, shows all that
/// was done before it was opened, and answers the same for as long as it is held. Method: two
/// threads write chains in turn, one makes the collection grow and shrink, and two look at chains
/// in every way there is to read many documents of one instant.
#[test]
fn no_view_shows_an_effect_without_its_cause() {
    let mut dice = Dice::new(seed());
    let stock: Stock = Collection::new();
    for key in 0..CHAINS * LINKS {
        stock.create(key, Payload::new(0)).expect("the first of its key");
    }
    let (crew, turns, audits) = (&Crew::default(), &Count::default(), &Count::default());
    thread::scope(|threads| {
        let stock = &stock;
        for first in 0..2 {
            let mut dice = Dice::new(dice.next());
            threads.spawn(move || write(stock, crew, first, &mut dice, turns));
        }
        let mut churn_dice = Dice::new(dice.next());
        threads.spawn(move || churn(stock, crew, &mut churn_dice, audits));
        for dice in [Dice::new(dice.next()), Dice::new(dice.next())] {
            threads.spawn(move || {
                let _member = crew.member();
                let mut audit = Audit::new(stock, dice);
                let enough = || audits.get() >= AUDITS && turns.get() >= TURNS;
                while !crew.is_done() && !enough() {
                    audit.look();
                    audits.add_one();
                }
            });
        }
    });
    let (turns, audits) = (turns.get(), audits.get());
    println!("{audits} audits while {turns} turns of {CHAINS} chains of {LINKS} were written");
    assert!(audits >= AUDITS && turns >= TURNS, "somebody else has failed");
    assert_eq!(stock.verify(), Ok(()));
}

/// Writes every second link of every chain, from `first` on, when the one before has its number.
fn write(stock: &Stock, crew: &Crew, first: u32, dice: &mut Dice, turns: &Count) {
    let _member = crew.member();
    let mut next = [(1, first); CHAINS as usize];
    let mut patience = PATIENCE;
    while !crew.is_done() {
        let mut busy = false;
        for (chain, (turn, link)) in (0..CHAINS).zip(&mut next) {
            let (before, needed) = match link.checked_sub(1) {
                Some(before) => (before, *turn),
                None => (LINKS - 1, *turn - 1),
            };
            if number(stock.get(&key(chain, before))) < needed {
                continue;
            }
            busy = true;
            write_link(stock, key(chain, *link), *turn, dice);
            *link += 2;
            if *link >= LINKS {
                (*turn, *link) = (*turn + 1, first);
                if chain == 0 && first == 1 {
                    turns.add_one();
                }
            }
        }
        patience = if busy { PATIENCE } else { patience.saturating_sub(1) };
        if patience == 0 {
            thread::yield_now();
        }
    }
}

fn write_link(stock: &Stock, key: u32, turn: u64, dice: &mut Dice) {
    let value = Payload::new(turn);
    let number = match dice.below(5) {
        0 => stock.set(key, value).expect("it can be set").version().get(),
        1 => stock.replace(&key, value).expect("it is there").version().get(),
        2 => {
            let seen = stock.get(&key).expect("it is there").revision();
            stock.compare_and_set(&key, seen, value).expect("nobody else writes it").version().get()
        }
        3 => {
            let change = stock.update_in_place(&key, |value| *value = Payload::new(turn));
            change.expect("it is there").new.version().get()
        }
        _ => {
            let change = stock.update(&key, |old| Payload::new(old.read() + 1));
            change.expect("it is there").new.version().get()
        }
    };
    assert_eq!(number, turn + 1, "a version counts the writes of its key");
}

/// Makes the collection grow and shrink, frees what can be freed, and has handles used again.
///
/// Keeps pace with the audits: whatever it does while one of them holds a view has to be walked
/// over by the next.
fn churn(stock: &Stock, crew: &Crew, dice: &mut Dice, audits: &Count) {
    let _member = crew.member();
    let mut churned = 0;
    while !crew.is_done() {
        if churned > audits.get() {
            thread::yield_now();
            continue;
        }
        churned += 1;
        let begin = CHURNED + u32::try_from(dice.below(1000)).unwrap_or(0);
        let keys = begin..begin + u32::try_from(dice.below(500)).unwrap_or(0);
        for key in keys.clone() {
            stock.set(key, Payload::new(0)).expect("it can be set");
        }
        match dice.below(8) {
            0 => {
                stock.retain(|key, _| *key < CHURNED).expect("an open collection");
            }
            1 => {
                stock.maintain();
            }
            _ => {
                for key in keys {
                    stock.remove(&key).expect("an open collection");
                }
            }
        }
    }
}

/// A thread that looks at the chains.
struct Audit<'s> {
    stock: &'s Stock,
    dice: Dice,
    /// What was seen of each link the last time: no later look may see less.
    floor: Numbers,
    /// Views that are kept for a while, and what they showed.
    kept: VecDeque<(View<u32, Payload>, Numbers)>,
}

impl<'s> Audit<'s> {
    fn new(stock: &'s Stock, dice: Dice) -> Self {
        let floor = vec![0; (CHAINS * LINKS) as usize];
        Self { stock, dice, floor, kept: VecDeque::new() }
    }

    fn look(&mut self) {
        let link = self.dice.place(self.floor.len());
        let seen = number(self.stock.get(&u32::try_from(link).expect("a small number")));
        self.floor[link] = self.floor[link].max(seen);

        let numbers = self.read();
        for (link, (number, floor)) in numbers.iter().zip(&self.floor).enumerate() {
            assert!(number >= floor, "link {link} had {floor} before: {numbers:?}");
        }
        for chain in numbers.chunks(LINKS as usize) {
            let in_order = chain.windows(2).all(|pair| pair[0] >= pair[1]);
            assert!(in_order, "an effect without its cause: {chain:?}");
            let behind = chain[0] - chain[chain.len() - 1];
            assert!(behind <= 1, "a cause without an effect that it has seen: {chain:?}");
        }
        self.floor = numbers;
        self.look_back();
    }

    /// What was kept for longer still answers the same.
    fn look_back(&mut self) {
        if self.kept.len() > KEPT_MAX {
            self.kept.pop_front();
        }
        if !self.kept.is_empty() && self.dice.one_in(4) {
            let (view, numbers) = &self.kept[self.dice.place(self.kept.len())];
            assert_eq!(by_get(view, 0), *numbers, "a view changes its mind");
            assert_eq!(by_walk(view.iter().map(entry)), *numbers, "a view changes its mind");
        }
    }

    /// The numbers of one instant, not before now.
    fn read(&mut self) -> Numbers {
        let (stock, prefetch) = (self.stock, self.dice.place(40));
        let mut dice = self.dice.clone();
        self.dice.next();
        match self.dice.below(12) {
            0 => by_walk(slowly(&mut dice, stock.iter().map(entry))),
            1 => by_walk(slowly(&mut dice, stock.pin().iter().map(entry))),
            2 => by_get(&stock.pin().view(), self.dice.next()),
            3 => {
                let stream = stock.stream(prefetch);
                by_walk(slowly(&mut dice, stream.map(|found| (*found.key(), found.read()))))
            }
            4 => by_walk(stock.cursor().map(|found| (*found.key(), found.read()))),
            5 => {
                let fork = stock.fork().expect("an open collection");
                by_walk(fork.iter().map(entry))
            }
            6..=8 => {
                let view = stock.view();
                let numbers = by_get(&view, self.dice.next());
                self.kept.push_back((view, numbers.clone()));
                numbers
            }
            9 => by_walk(slowly(&mut dice, stock.view().iter().map(entry))),
            10 => by_walk(stock.view().entries().map(|(key, value)| (*key, value.read()))),
            _ => {
                let view = stock.view();
                let stream = view.stream(prefetch);
                by_walk(slowly(&mut dice, stream.map(|found| (*found.key(), found.read()))))
            }
        }
    }
}

/// Asks a view for each link, beginning anywhere.
fn by_get(view: &View<u32, Payload>, begin: u64) -> Numbers {
    let all = u64::from(CHAINS * LINKS);
    let mut numbers = vec![0; (CHAINS * LINKS) as usize];
    for step in 0..all {
        // 5 has no divisor in common with the number of links, so it leads to each of them.
        let at = (begin % all + step * 5) % all;
        let key = u32::try_from(at).expect("a small number");
        numbers[key as usize] = number(view.get(&key));
    }
    numbers
}

/// Picks the links out of all documents.
fn by_walk(documents: impl Iterator<Item = (u32, u64)>) -> Numbers {
    let mut links = BTreeMap::new();
    for (key, number) in documents.filter(|(key, _)| *key < CHAINS * LINKS) {
        assert_eq!(links.insert(key, number), None, "key {key} comes twice");
    }
    assert!(links.keys().copied().eq(0..CHAINS * LINKS), "not every link comes: {links:?}");
    links.into_values().collect()
}

/// Lets others run now and then.
fn slowly<T>(dice: &mut Dice, items: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
    items.inspect(|_| {
        if dice.one_in(PAUSE) {
            thread::yield_now();
        }
    })
}

#[expect(clippy::needless_pass_by_value, reason = "for `map`")]
fn entry(found: Ref<'_, u32, Payload>) -> (u32, u64) {
    (*found.key(), found.read())
}

fn number(found: Option<Ref<'_, u32, Payload>>) -> u64 {
    found.expect("a link is always there").read()
}

fn key(chain: u32, link: u32) -> u32 {
    chain * LINKS + link
}

const CHAINS: u32 = 8;
/// An even number: the writers take turns.
const LINKS: u32 = 6;
/// Other keys begin here.
const CHURNED: u32 = 1000;
const AUDITS: u64 = 2000;
const TURNS: u64 = 200;
/// A walk lets others run once in so many steps.
const PAUSE: u64 = 1000;
const KEPT_MAX: usize = 6;
/// How often a writer looks for work before it lets others run.
const PATIENCE: usize = 500;
