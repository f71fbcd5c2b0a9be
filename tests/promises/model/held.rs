//! What is opened in one step and used in a later one.

use std::collections::BTreeMap;

use folio::{Cursor, Index, Iter, Pinned, Ref, Snapshot, Stream, View};

use crate::common::payload::Payload;
use crate::model::index::{Rows, name_of};
use crate::model::op::{Hold, KEYS};
use crate::model::stock::{Few, Name, of_ref, of_snapshot};
use crate::model::subject::{Entry, Subject, Tally, count};
use crate::model::twin::{Documents, Made, Twin};

/// Everything that is held, with what it has to show.
#[derive(Default)]
pub(crate) struct Held<'c> {
    views: Vec<HeldView>,
    streams: Vec<Pulled<Stream<Name, Payload>>>,
    iters: Vec<Pulled<Iter<'c, Name, Payload>>>,
    cursors: Vec<HeldCursor>,
    refs: Vec<(Ref<'c, Name, Payload>, Entry)>,
    snapshots: Vec<(Snapshot<Name, Payload>, Entry)>,
    pins: Vec<Pinned<'c, Name, Payload, Few>>,
    pub(crate) handles: Vec<Handle>,
    opened: u64,
}

/// What keeps the documents of an instant: which one it is, and the instant. None if the collection
/// was closed.
type Lease = Option<(u64, u64)>;

/// A handle of an index, which may be dropped.
pub(crate) type Handle = (Index<Name, Payload>, usize, Made);

#[derive(Clone)]
struct HeldView {
    view: View<Name, Payload, Few>,
    documents: Documents,
    lease: Lease,
}

/// A walk in one direction, and the documents that it has not come to yet.
struct Pulled<T> {
    walk: T,
    left: Documents,
    lease: Lease,
}

#[derive(Clone)]
struct HeldCursor {
    cursor: Cursor<Name, Payload>,
    documents: Vec<Entry>,
    before: usize,
}

impl Held<'_> {
    /// What is in hand is what it was.
    pub(crate) fn check(&self) {
        for (held, entry) in &self.refs {
            assert_eq!(of_ref(held), *entry, "a Ref does not change");
        }
        for (held, entry) in &self.snapshots {
            assert_eq!(of_snapshot(held), *entry, "a Snapshot does not change");
        }
    }

    /// What is not in hand yet still comes as it was.
    pub(crate) fn check_all(&mut self, twin: &Twin, tally: &Tally) {
        for held in &self.views {
            held.check(twin, tally);
        }
        for held in &mut self.streams {
            held.pull(usize::MAX, |found| of_snapshot(&found));
        }
        for held in &mut self.iters {
            held.pull(usize::MAX, |found| of_ref(&found));
        }
        for held in &mut self.cursors {
            held.walk(isize::MAX);
            held.walk(isize::MIN);
        }
    }

    /// The instants that are kept, by what keeps them.
    pub(crate) fn leases(&self) -> BTreeMap<u64, u64> {
        let views = self.views.iter().map(|held| held.lease);
        let streams = self.streams.iter().map(|held| held.lease);
        let iters = self.iters.iter().map(|held| held.lease);
        views.chain(streams).chain(iters).flatten().collect()
    }

    fn lease(&mut self, twin: &Twin) -> Lease {
        self.opened += 1;
        (!twin.closed).then_some((self.opened, twin.revision))
    }
}

impl Subject<'_> {
    pub(crate) fn hold(&mut self, at: usize, op: Hold) {
        match op {
            Hold::View | Hold::PinnedView | Hold::CloneView | Hold::ReadView | Hold::DropView => {
                self.hold_view(at, op);
            }
            Hold::Stream(_) | Hold::StreamOfView(_) | Hold::PullStream(_) | Hold::DropStream => {
                self.hold_stream(at, op);
            }
            Hold::Iter | Hold::PullIter(_) | Hold::DropIter => self.hold_iter(at, op),
            Hold::Ref(_) | Hold::Snapshot(_) | Hold::Release => self.hold_document(at, op),
            Hold::Pin | Hold::ReadPin(_) | Hold::DropPin => self.hold_pin(at, op),
            _ => self.hold_cursor(at, op),
        }
    }

    fn hold_view(&mut self, at: usize, op: Hold) {
        let (stock, twin, held) = (self.stock, &self.twin, &mut self.held);
        match op {
            Hold::View | Hold::PinnedView => {
                let view = if matches!(op, Hold::View) { stock.view() } else { stock.pin().view() };
                let lease = held.lease(twin);
                assert_eq!(view.revision(), lease.map_or(0, |lease| lease.1));
                held.views.push(HeldView { view, documents: twin.now(), lease });
                crop(&mut held.views);
            }
            Hold::CloneView => {
                let cloned = pick(&mut held.views, at).cloned();
                held.views.extend(cloned);
                crop(&mut held.views);
            }
            Hold::ReadView => {
                if let Some(held) = pick(&mut held.views, at) {
                    held.check(twin, self.tally);
                }
            }
            _ => drop_one(&mut held.views, at),
        }
    }

    fn hold_stream(&mut self, at: usize, op: Hold) {
        let (stock, twin, held) = (self.stock, &self.twin, &mut self.held);
        match op {
            Hold::Stream(prefetch) => {
                let (walk, left, lease) = (stock.stream(prefetch), twin.now(), held.lease(twin));
                held.streams.push(Pulled { walk, left, lease });
            }
            Hold::StreamOfView(prefetch) => {
                let Some(HeldView { view, documents, lease }) = pick(&mut held.views, at) else {
                    return;
                };
                let (walk, left, lease) = (view.stream(prefetch), documents.clone(), *lease);
                held.streams.push(Pulled { walk, left, lease });
            }
            Hold::PullStream(steps) => {
                if let Some(held) = pick(&mut held.streams, at) {
                    held.pull(steps, |found| of_snapshot(&found));
                }
            }
            _ => drop_one(&mut held.streams, at),
        }
        crop(&mut held.streams);
    }

    fn hold_iter(&mut self, at: usize, op: Hold) {
        let (stock, twin, held) = (self.stock, &self.twin, &mut self.held);
        match op {
            Hold::Iter => {
                let (walk, left, lease) = (stock.iter(), twin.now(), held.lease(twin));
                held.iters.push(Pulled { walk, left, lease });
                crop(&mut held.iters);
            }
            Hold::PullIter(steps) => {
                if let Some(held) = pick(&mut held.iters, at) {
                    held.pull(steps, |found| of_ref(&found));
                    let back = held.walk.next_back().map(|found| of_ref(&found));
                    held.met(back);
                }
            }
            _ => drop_one(&mut held.iters, at),
        }
    }

    fn hold_cursor(&mut self, at: usize, op: Hold) {
        let (stock, twin, held) = (self.stock, &self.twin, &mut self.held);
        let opened = match op {
            Hold::Cursor => Some(HeldCursor::new(stock.cursor(), &twin.now())),
            Hold::CursorOfView => pick(&mut held.views, at)
                .map(|held| HeldCursor::new(held.view.cursor(), &held.documents)),
            Hold::CloneCursor => pick(&mut held.cursors, at).cloned(),
            _ => None,
        };
        match (pick(&mut held.cursors, at), op) {
            (Some(held), Hold::Walk(by)) => held.walk(by),
            (Some(held), Hold::Advance(by)) => held.advance(by),
            (Some(held), Hold::Reset) => held.reset(),
            _ => {}
        }
        held.cursors.extend(opened);
        crop(&mut held.cursors);
    }

    fn hold_document(&mut self, at: usize, op: Hold) {
        let (stock, held) = (self.stock, &mut self.held);
        match op {
            Hold::Ref(key) => {
                held.refs.extend(stock.get(&key).map(|found| {
                    let entry = of_ref(&found);
                    (found, entry)
                }));
                crop(&mut held.refs);
            }
            Hold::Snapshot(key) => {
                held.snapshots.extend(stock.get(&key).map(|found| {
                    let snapshot = found.snapshot();
                    let entry = of_snapshot(&snapshot);
                    (snapshot.clone(), entry)
                }));
                crop(&mut held.snapshots);
            }
            _ => {
                drop_one(&mut held.refs, at);
                drop_one(&mut held.snapshots, at);
            }
        }
    }

    /// A pin answers as of now, however old it is.
    fn hold_pin(&mut self, at: usize, op: Hold) {
        let (stock, twin, tally) = (self.stock, &self.twin, self.tally);
        let pins = &mut self.held.pins;
        match op {
            Hold::Pin => {
                pins.push(stock.pin());
                crop(pins);
            }
            Hold::ReadPin(key) => {
                let Some(pin) = pick(pins, at) else { return };
                let found = pin.get(&key).map(|found| of_ref(&found).1);
                assert_eq!(found, twin.get(key), "pin: get");
                let all: Documents = pin.iter().map(|found| of_ref(&found)).collect();
                assert_eq!(all, twin.now(), "pin: iter");
                let all: Documents = pin.view().iter().map(|found| of_ref(&found)).collect();
                assert_eq!(all, twin.now(), "pin: view");
                for (number, made) in twin.indexes.iter().enumerate() {
                    let index = pin.index(name_of(number));
                    assert_eq!(index.is_ok(), made.is_some(), "pin: index");
                    let Some((index, made)) = index.ok().zip(*made) else { continue };
                    Rows::new(made.rule, &twin.now()).check_all(&index, u64::from(key), tally);
                }
            }
            _ => drop_one(pins, at),
        }
    }
}

impl HeldView {
    /// The view answers as it did when it was opened, in every way of asking.
    fn check(&self, twin: &Twin, tally: &Tally) {
        let Self { view, documents, .. } = self;
        let now = twin.now();
        for key in 0..KEYS {
            let found = view.get(&key).map(|found| of_ref(&found));
            let expected = documents.get(&key).copied();
            assert_eq!(found, expected.map(|doc| (key, doc)), "view: get");
            assert_eq!(view.contains(&Name(key)), expected.is_some(), "view: contains");
            count(&tally.view_reads);
            if now.get(&key).copied() != expected {
                count(&tally.outdated);
            }
        }
        let all: Documents = view.iter().map(|found| of_ref(&found)).collect();
        assert_eq!((&all, view.iter().count()), (documents, documents.len()), "view: iter");
        let back: Documents = view.iter().rev().map(|found| of_ref(&found)).collect();
        assert_eq!(back, all, "view: iter from the other end");
        let sizes = (view.len(), view.is_empty());
        assert_eq!(sizes, (documents.len(), documents.is_empty()), "view: len");

        let sorted = view.sorted().map(|found| of_ref(&found));
        assert!(sorted.eq(documents.iter().map(|(key, doc)| (*key, *doc))), "view: sorted");
        let mut keys: Vec<u8> = view.keys().map(|name| name.0).collect();
        keys.sort_unstable();
        assert!(keys.iter().eq(documents.keys()), "view: keys");
        let pairs = || view.entries().map(|(name, value)| (name.0, value.read()));
        let values: Vec<u64> = view.values().map(Payload::read).collect();
        assert!(values.iter().copied().eq(pairs().map(|(_, number)| number)), "view: values");
        let entries: BTreeMap<u8, u64> = pairs().collect();
        assert!(entries.into_iter().eq(documents.iter().map(|(key, doc)| (*key, doc.number))));

        for (number, made) in twin.indexes.iter().enumerate() {
            let index = view.index(name_of(number));
            assert_eq!(index.is_ok(), made.is_some(), "view: index");
            let Some((index, made)) = index.ok().zip(*made) else { continue };
            Rows::new(made.rule, documents).check_all(&index, twin.revision, tally);
        }
        for prefetch in [0, 3] {
            let stream: Documents = view.stream(prefetch).map(|doc| of_snapshot(&doc)).collect();
            assert_eq!(&stream, documents, "view: stream");
        }
    }
}

impl<T: Iterator> Pulled<T> {
    fn pull(&mut self, steps: usize, entry: impl Fn(T::Item) -> Entry) {
        for _ in 0..steps {
            let found = self.walk.next().map(&entry);
            self.met(found);
            if found.is_none() {
                break;
            }
        }
    }

    fn met(&mut self, found: Option<Entry>) {
        match found {
            None => assert_eq!(self.left, Documents::new(), "a walk misses nothing"),
            Some((key, doc)) => {
                assert_eq!(self.left.remove(&key), Some(doc), "a walk meets each once, as it was");
            }
        }
    }
}

impl HeldCursor {
    fn new(cursor: Cursor<Name, Payload>, documents: &Documents) -> Self {
        let documents = documents.iter().map(|(key, doc)| (*key, *doc)).collect();
        Self { cursor, documents, before: 0 }
    }

    /// Steps over so many documents, backwards if it is negative, and looks at each.
    fn walk(&mut self, by: isize) {
        assert_eq!(self.cursor.total(), self.documents.len(), "cursor: total");
        for _ in 0..by.unsigned_abs().min(self.documents.len() + 2) {
            let (found, expected) = if by < 0 {
                let found = self.cursor.prev();
                let moved = self.before.checked_sub(1);
                self.before = moved.unwrap_or(0);
                (found, moved.map(|at| self.documents[at]))
            } else {
                let expected = self.documents.get(self.before).copied();
                self.before += usize::from(expected.is_some());
                (self.cursor.next(), expected)
            };
            assert_eq!(found.map(|found| of_snapshot(&found)), expected, "cursor, by {by}");
        }
    }

    fn advance(&mut self, by: isize) {
        let to = self.before.saturating_add_signed(by).min(self.documents.len());
        assert_eq!(self.cursor.advance(by), self.before.abs_diff(to), "cursor: advance");
        self.before = to;
    }

    fn reset(&mut self) {
        self.cursor.reset();
        self.before = 0;
    }
}

pub(crate) fn pick<T>(things: &mut [T], at: usize) -> Option<&mut T> {
    let len = things.len();
    things.get_mut(at.checked_rem(len)?)
}

pub(crate) fn drop_one<T>(things: &mut Vec<T>, at: usize) {
    if let Some(at) = at.checked_rem(things.len()) {
        things.remove(at);
    }
}

/// The oldest goes when there are too many.
pub(crate) fn crop<T>(things: &mut Vec<T>) {
    if things.len() > HELD_MAX {
        things.remove(0);
    }
}

const HELD_MAX: usize = 4;
