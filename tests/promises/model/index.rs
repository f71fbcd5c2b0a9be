//! Indexes, and their answers from looking at every document.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Bound::{self, Excluded, Included, Unbounded};

use folio::{
    Cursor, Index, IndexKey, IndexSpec, IndexView, IntoBounds, IntoIndexKey, Iter, Page, PageToken,
    by, key,
};

use crate::common::payload::Payload;
use crate::model::held::{crop, drop_one, pick};
use crate::model::op::Indexing;
use crate::model::stock::{Name, did, handed_back, of_ref, of_snapshot, told, why_no_index};
use crate::model::subject::{Entry, Subject, Tally, count};
use crate::model::twin::{Documents, If, Why};

/// What an index goes by. Each has six keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    Single,
    Composite,
    /// Leaves some documents out.
    Partial,
}

/// What a bound is made of.
type Parts = Vec<u64>;

impl Rule {
    pub(crate) fn of(number: u64) -> Self {
        [Self::Single, Self::Composite, Self::Partial][(number % 3) as usize]
    }

    fn spec(self) -> IndexSpec<Payload> {
        match self {
            Self::Single => by(|value: &Payload| value.read() % 6),
            Self::Composite => by(|value: &Payload| key![value.read() / 2 % 3, value.read() % 2]),
            Self::Partial => by(|value: &Payload| {
                let number = value.read();
                (number & 3 > 0).then_some(number % 6)
            }),
        }
    }

    /// The key of a document, part by part.
    fn key(self, number: u64) -> Option<Parts> {
        match self {
            Self::Single => Some(vec![number % 6]),
            Self::Composite => Some(vec![number / 2 % 3, number % 2]),
            Self::Partial => (number & 3 > 0).then(|| vec![number % 6]),
        }
    }

    /// Some bound: of all parts, of fewer, of none, of too many.
    fn bound(self, number: u64) -> Parts {
        let whole = self.key(number | 1).unwrap_or_default();
        match number % 8 {
            0 => whole[..whole.len() - 1].to_vec(),
            7 => [&whole[..], &[0]].concat(),
            _ => whole,
        }
    }
}

/// Whatever answers queries.
pub(crate) trait Ask {
    fn get(&self, key: impl IntoIndexKey) -> Iter<'_, Name, Payload>;
    fn range(&self, bounds: impl IntoBounds) -> Iter<'_, Name, Payload>;
    fn prefix(&self, first: impl IntoIndexKey) -> Iter<'_, Name, Payload>;
    fn page(
        &self,
        bounds: impl IntoBounds,
        after: Option<&PageToken>,
        limit: usize,
    ) -> Page<Name, Payload>;
    fn cursor(&self) -> Cursor<Name, Payload>;
    fn sizes(&self) -> (usize, bool);
}

macro_rules! ask { ($($index:ty),*) => { $(
    impl Ask for $index {
        fn get(&self, key: impl IntoIndexKey) -> Iter<'_, Name, Payload> {
            self.get(key)
        }
        fn range(&self, bounds: impl IntoBounds) -> Iter<'_, Name, Payload> {
            self.range(bounds)
        }
        fn prefix(&self, first: impl IntoIndexKey) -> Iter<'_, Name, Payload> {
            self.prefix(first)
        }
        fn page(
            &self,
            bounds: impl IntoBounds,
            after: Option<&PageToken>,
            limit: usize,
        ) -> Page<Name, Payload> {
            self.page(bounds, after, limit)
        }
        fn cursor(&self) -> Cursor<Name, Payload> {
            self.cursor()
        }
        fn sizes(&self) -> (usize, bool) {
            (self.len(), self.is_empty())
        }
    }
)* } }
ask!(Index<Name, Payload>, IndexView<'_, Name, Payload>);

/// What an index has to answer: the documents of an instant with their keys.
pub(crate) struct Rows {
    rule: Rule,
    rows: Vec<(Parts, Entry)>,
}

impl Rows {
    pub(crate) fn new(rule: Rule, documents: &Documents) -> Self {
        let rows = documents.iter();
        let rows = rows.filter_map(|(key, doc)| Some((rule.key(doc.number)?, (*key, *doc))));
        let mut rows: Vec<_> = rows.collect();
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        Self { rule, rows }
    }

    /// Asks for everything, and between some bounds.
    pub(crate) fn check_all(&self, ask: &impl Ask, number: u64, tally: &Tally) {
        self.check(ask, number, number / 3, tally);
    }

    /// Every query between two bounds that are made of these numbers.
    fn check(&self, ask: &impl Ask, from: u64, to: u64, tally: &Tally) {
        let all = self.in_order(ask);
        let (lo, hi) = (self.rule.bound(from), self.rule.bound(to));
        let (from, to) = (key_of(&lo), key_of(&hi));
        let met = |walk: Iter<'_, Name, Payload>, wanted: &dyn Fn(&Parts) -> bool| {
            let rows = all.iter().filter(|(key, _)| wanted(key));
            let rows: Vec<Entry> = rows.map(|(_, entry)| *entry).collect();
            let found: Vec<Entry> = walk.map(|found| of_ref(&found)).collect();
            assert_eq!(found, rows, "{:?} between {lo:?} and {hi:?}", self.rule);
            count(&tally.queries);
            if !rows.is_empty() {
                count(&tally.found);
            }
        };
        met(ask.get(&from), &|key| *key == lo);
        met(ask.prefix(&from), &|key| begins(key, &lo).is_eq());
        met(ask.range(..), &|_| true);
        met(ask.range(&from..), &|key| begins(key, &lo).is_ge());
        met(ask.range(..&to), &|key| begins(key, &hi).is_lt());
        met(ask.range(..=&to), &|key| begins(key, &hi).is_le());
        for (from, to) in shapes(&lo, &hi) {
            let inside = |key: &Parts| within(key, &from, &to);
            met(ask.range(keys(&from, &to)), &inside);
            let inside: Vec<_> = all.iter().filter(|(key, _)| inside(key)).collect();
            let entries: Vec<Entry> = inside.iter().map(|(_, entry)| *entry).collect();
            from_both_ends(ask.range(keys(&from, &to)), &entries);
            for limit in [1, 3] {
                assert_eq!(paged(ask, &from, &to, limit), entries, "pages of {limit}");
            }
        }
        met(ask.range(&from..&to), &|key| {
            within(key, &Included(lo.clone()), &Excluded(hi.clone()))
        });
        met(ask.range(&from..=&to), &|key| {
            within(key, &Included(lo.clone()), &Included(hi.clone()))
        });
    }

    /// All documents in the order of the index, which is its own affair among equals only.
    fn in_order(&self, ask: &impl Ask) -> Vec<(Parts, Entry)> {
        let mut left: BTreeMap<u8, (Parts, Entry)> =
            self.rows.iter().map(|(key, entry)| (entry.0, (key.clone(), *entry))).collect();
        let mut all = Vec::new();
        for found in ask.range(..) {
            let entry = of_ref(&found);
            let row = left.remove(&entry.0);
            assert_eq!(row.as_ref().map(|row| row.1), Some(entry), "{:?}: range", self.rule);
            all.extend(row);
        }
        assert!(left.is_empty(), "{:?} misses {left:?}", self.rule);
        assert!(all.is_sorted_by_key(|(key, _)| key.clone()), "{:?}: {all:?}", self.rule);
        assert_eq!(ask.sizes(), (all.len(), all.is_empty()), "{:?}: len", self.rule);

        let mut cursor = ask.cursor();
        assert_eq!(cursor.total(), all.len(), "{:?}: cursor", self.rule);
        for (_, entry) in &all {
            assert_eq!(cursor.next().map(|found| of_snapshot(&found)), Some(*entry), "cursor");
        }
        for (_, entry) in all.iter().rev() {
            assert_eq!(cursor.prev().map(|found| of_snapshot(&found)), Some(*entry), "cursor");
        }
        all
    }
}

impl Subject<'_> {
    pub(crate) fn index(&mut self, name: usize, op: Indexing) {
        let (stock, twin, tally) = (self.stock, &mut self.twin, self.tally);
        match op {
            Indexing::Create(rule) => self.create_index(name, rule),
            Indexing::Drop => self.drop_index(name),
            Indexing::Ask(from, to) => {
                let index = stock.index(name_of(name)).map_err(|error| why_no_index(&error));
                let expected = twin.open().and_then(|()| twin.indexes[name].ok_or(Why::NotFound));
                assert_eq!(index.as_ref().map(|_| ()), expected.as_ref().map(|_| ()), "index");
                let Some((index, made)) = index.ok().zip(expected.ok()) else { return };
                assert_eq!(index.name(), name_of(name));
                Rows::new(made.rule, &twin.now()).check(&index, from, to, tally);
                self.held.handles.push((index, name, made));
                crop(&mut self.held.handles);
            }
            Indexing::AskHandle(from, to) => {
                let Some((index, name, made)) = pick(&mut self.held.handles, name) else { return };
                // A dropped index finds nothing, also if there is another one of its name.
                let is_there = twin.indexes[*name] == Some(*made);
                let documents = if is_there { twin.now() } else { Documents::new() };
                Rows::new(made.rule, &documents).check(index, from, to, tally);
            }
            Indexing::DropHandle => drop_one(&mut self.held.handles, name),
            Indexing::Across(key, number) => self.across(name, |subject| subject.set(key, number)),
            Indexing::Renew(rule, key, number) => self.across(name, |subject| {
                subject.drop_index(name);
                subject.set(key, number);
                subject.create_index(name, rule);
            }),
        }
        let names: Vec<_> = self.stock.indexes().iter().map(ToString::to_string).collect();
        let mut there: Vec<_> = self.twin.indexes.iter().enumerate().collect();
        there.retain(|(_, made)| made.is_some());
        there.sort_by_key(|(_, made)| made.map(|made| made.number));
        assert!(names.iter().eq(there.iter().map(|(name, _)| name_of(*name))), "indexes");
    }

    fn create_index(&mut self, name: usize, rule: Rule) {
        let created = self.stock.create_index(name_of(name), rule.spec());
        let created = created.map(drop).map_err(|error| why_no_index(&error));
        assert_eq!(created, self.twin.index(name, rule).map(drop), "create_index");
    }

    fn drop_index(&mut self, name: usize) {
        let dropped = self.stock.drop_index(name_of(name)).map_err(|error| why_no_index(&error));
        let expected = self.twin.indexes[name].take().map(drop).ok_or(Why::NotFound);
        assert_eq!(dropped, expected, "drop_index");
    }

    fn set(&mut self, key: u8, number: u64) {
        let set = self.stock.set(Name(key), Payload::new(number)).map(did);
        let set = set.map_err(|refused| handed_back(&refused, key, number));
        assert_eq!(set, self.twin.put(key, number, If::Always).map(told), "set");
        self.stock.maintain();
    }

    /// What was asked before a change goes on as of before; pages go on as of now.
    fn across(&mut self, name: usize, change: impl FnOnce(&mut Self)) {
        let (stock, before) = (self.stock, self.twin.now());
        let (Ok(index), Some(made)) = (stock.index(name_of(name)), self.twin.indexes[name]) else {
            return;
        };
        let rows = Rows::new(made.rule, &before);
        let all: Vec<Entry> = rows.in_order(&index).into_iter().map(|(_, entry)| entry).collect();
        let (view, pin) = (stock.view(), stock.pin());
        let (of_view, of_pin) = (view.index(index.name()), pin.index(index.name()));
        let (of_view, of_pin) = (of_view.expect("it is there"), of_pin.expect("it is there"));
        let mut walks = [index.range(..), of_view.range(..), of_pin.range(..)];
        let first: Vec<_> = walks.iter_mut().map(|walk| walk.next().as_ref().map(of_ref)).collect();
        assert_eq!(first, [all.first().copied(); 3], "walks that have begun");
        let page = index.page(.., None, 1);
        // One that this thread's own pins hold up promises less.
        let complete = format!("{index:?}").contains("ready: true");

        change(self);
        for walk in walks {
            let rest: Vec<Entry> = walk.map(|found| of_ref(&found)).collect();
            assert_eq!(rest, all[all.len().min(1)..], "walks that go on");
        }
        rows.check_all(&of_view, self.twin.revision, self.tally);
        rows.check_all(&of_pin, self.twin.revision, self.tally);
        if complete && self.twin.indexes[name] == Some(made) {
            self.turn_pages(&rows, &index, page);
        }
    }

    /// Who keeps a key from one page to the next is on exactly one of them.
    fn turn_pages(&self, before: &Rows, index: &impl Ask, mut page: Page<Name, Payload>) {
        let mut met = BTreeMap::<u8, usize>::new();
        loop {
            for found in &page.items {
                *met.entry(found.key().0).or_default() += 1;
            }
            let Some(next) = &page.next else { break };
            page = index.page(.., Some(next), 1);
        }
        let after = Rows::new(before.rule, &self.twin.now());
        for (key, (name, _)) in &before.rows {
            let keeps = after.rows.iter().any(|(other, entry)| entry.0 == *name && other == key);
            let times = met.get(name).copied().unwrap_or(0);
            assert!(!keeps || times == 1, "document {name} is on {times} pages");
        }
    }
}

/// All pages between two bounds; each token goes through its text.
fn paged(ask: &impl Ask, from: &Bound<Parts>, to: &Bound<Parts>, limit: usize) -> Vec<Entry> {
    let mut all = Vec::new();
    let mut token: Option<PageToken> = None;
    loop {
        let page = ask.page(keys(from, to), token.as_ref(), limit);
        assert!(page.items.len() <= limit, "a page is too long");
        assert!(page.next.is_none() || page.items.len() == limit, "a page is too short");
        all.extend(page.items.iter().map(of_snapshot));
        let Some(next) = page.next else { return all };
        token = Some(next.to_string().parse().expect("a token is read back"));
    }
}

/// From the back, and from both ends in turn.
fn from_both_ends(mut walk: Iter<'_, Name, Payload>, entries: &[Entry]) {
    let (mut front, mut back) = (Vec::new(), Vec::new());
    for turn in 0.. {
        let found = if turn % 3 == 0 { walk.next() } else { walk.next_back() };
        let Some(found) = found else { break };
        let end = if turn % 3 == 0 { &mut front } else { &mut back };
        end.push(of_ref(&found));
    }
    back.reverse();
    assert_eq!([front, back].concat(), entries, "from both ends");
    assert!(walk.next().is_none() && walk.next_back().is_none(), "an end is an end");
}

/// Pairs of bounds of every shape.
fn shapes(lo: &Parts, hi: &Parts) -> [(Bound<Parts>, Bound<Parts>); 5] {
    let (lo, hi) = (|| lo.clone(), || hi.clone());
    [
        (Included(lo()), Included(hi())),
        (Included(lo()), Excluded(hi())),
        (Excluded(lo()), Included(hi())),
        (Excluded(lo()), Excluded(hi())),
        (Excluded(lo()), Unbounded),
    ]
}

fn keys(from: &Bound<Parts>, to: &Bound<Parts>) -> (Bound<IndexKey>, Bound<IndexKey>) {
    (from.as_ref().map(|parts| key_of(parts)), to.as_ref().map(|parts| key_of(parts)))
}

fn key_of(parts: &[u64]) -> IndexKey {
    parts.iter().fold(IndexKey::new(), IndexKey::with)
}

fn within(key: &Parts, from: &Bound<Parts>, to: &Bound<Parts>) -> bool {
    let begun = match from {
        Included(from) => begins(key, from).is_ge(),
        Excluded(from) => begins(key, from).is_gt(),
        Unbounded => true,
    };
    begun
        && match to {
            Included(to) => begins(key, to).is_le(),
            Excluded(to) => begins(key, to).is_lt(),
            Unbounded => true,
        }
}

/// Whether a key comes before, among or after those that begin with some parts.
fn begins(key: &[u64], parts: &[u64]) -> Ordering {
    key[..parts.len().min(key.len())].cmp(parts)
}

pub(crate) fn name_of(number: usize) -> &'static str {
    ["left", "right", "middle"][number]
}
