//! [`Index`] and [`IndexView`]: documents by what is in them.

use std::fmt;
use std::ops::Bound;

use crate::catalog::{Bounds, IndexCore, Scan};
use crate::collection::Title;
use crate::cursor::Cursor;
use crate::error::DocumentError;
use crate::index::{IntoBounds, IntoIndexKey, PageToken, entries_between, fingerprint};
use crate::iter::Iter;
use crate::key::{Key, Value};
use crate::protocol::entry::Place;
use crate::protocol::walk::Instant;
use crate::reference::Snapshot;
use crate::rooms::Rooms;
use crate::sync::Arc;

/// An index of a collection: each query answers for an instant of its own, the one of the call.
///
/// Documents come in the order of their keys in the index, and among equals in one order that is
/// the same forwards, backwards and from page to page. Whatever is written meanwhile, the answer is
/// the one that looking at every document of that instant would give: none is missed, none comes
/// twice, none is there whose key does not match.
///
/// A cheap handle: `Clone`, `Send`, `Sync`. It keeps the collection open. Once the index is
/// dropped, or the collection closed, it finds nothing.
///
/// # Concurrency
///
/// * **Takes effect** in one instant of the call, whenever the items are asked for.
/// * **Progress**: lock-free. O(log n) to begin with, then O(1) an item forwards and O(log n)
///   backwards; entries of former snapshots that were not cleaned up yet cost a step each.
/// * **Memory**: a view is open for as long as the iterator and its items.
///
/// # Examples
///
/// ```
/// use folio::{Collection, by, key};
///
/// struct User {
///     city: &'static str,
///     age: u8,
/// }
///
/// let users: Collection<&str, User> = Collection::new();
/// users.set("ada", User { city: "London", age: 36 })?;
/// users.set("grace", User { city: "New York", age: 45 })?;
/// users.set("alan", User { city: "London", age: 41 })?;
///
/// let places = users.create_index("places", by(|user: &User| key![user.city, user.age]))?;
/// let oldest = places.prefix("London").next_back().ok_or("nobody")?;
/// assert_eq!(oldest.key(), &"alan");
/// assert_eq!(places.get(("London", 36)).count(), 1);
/// assert_eq!(places.range(("London", 40)..).count(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Index<K: Key, V: Value> {
    rooms: Arc<Rooms<K, V>>,
    /// Keeps the collection open.
    title: Arc<Title<K, V>>,
    core: Arc<IndexCore<K, V>>,
}

/// An index as of a view, or of a moment of a pin: all of its answers are about one instant.
///
/// It goes on when the index is dropped or the collection closed. Through a view that is older than
/// the index, and while the index is being built, the answers are the same, by looking at every
/// document.
///
/// # Examples
///
/// ```
/// let stock: folio::Collection<&str, u32> =
///     [("apples", 3), ("pears", 0), ("plums", 9)].into_iter().collect();
/// stock.create_index("left", folio::by(|left: &u32| *left))?;
/// let view = stock.view();
/// stock.set("pears", 7)?;
///
/// let left = view.index("left")?;
/// let two_that_agree = (left.range(1..).count(), left.range(..1).count());
/// assert_eq!(two_that_agree, (2, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct IndexView<'v, K: Key, V: Value> {
    rooms: &'v Rooms<K, V>,
    core: Arc<IndexCore<K, V>>,
    /// `None`: nothing is to be seen.
    instant: Option<Instant<'v>>,
    /// Entries with a later tag are younger than the instant.
    youngest: u64,
}

/// One page of an answer.
#[derive(Debug)]
#[non_exhaustive]
pub struct Page<K, V> {
    /// The documents, in the order of the index.
    pub items: Vec<Snapshot<K, V>>,
    /// Where the next page begins; `None` if this was the last.
    pub next: Option<PageToken>,
}

impl<K: Key, V: Value> Index<K, V> {
    pub(crate) fn new(
        rooms: &Arc<Rooms<K, V>>,
        title: &Arc<Title<K, V>>,
        core: Arc<IndexCore<K, V>>,
    ) -> Self {
        Self { rooms: Arc::clone(rooms), title: Arc::clone(title), core }
    }

    /// The name it was created under.
    pub fn name(&self) -> &str {
        self.core.name()
    }

    /// How many documents it lists. O(n).
    pub fn len(&self) -> usize {
        self.now(|index| index.len())
    }

    /// Whether it lists none.
    pub fn is_empty(&self) -> bool {
        self.now(|index| index.is_empty())
    }

    /// The documents with exactly this key: all parts of it; a shorter key finds nothing.
    pub fn get(&self, key: impl IntoIndexKey) -> Iter<'_, K, V> {
        self.ask(exactly(key))
    }

    /// The documents between two keys. A bound with fewer parts than the index stands for every key
    /// that begins with them. Inverted or empty bounds find nothing.
    pub fn range(&self, bounds: impl IntoBounds) -> Iter<'_, K, V> {
        self.ask(between(bounds))
    }

    /// The documents whose keys begin with these parts.
    pub fn prefix(&self, first: impl IntoIndexKey) -> Iter<'_, K, V> {
        self.ask(beginning_with(first))
    }

    /// Up to `limit` documents between two keys, and where to go on: behind the last one, by its
    /// place in the order, whatever is written between two pages.
    ///
    /// Each page answers for its own instant. A document that is written between two pages, with
    /// another key, may be on both or on neither; one that keeps its key is on exactly one, unless
    /// the index was still being built. A token of another index finds nothing: to be told of it,
    /// call [`try_page`](Self::try_page).
    pub fn page(
        &self,
        bounds: impl IntoBounds,
        after: Option<&PageToken>,
        limit: usize,
    ) -> Page<K, V> {
        self.try_page(bounds, after, limit).unwrap_or_default()
    }

    /// As [`page`](Self::page), for tokens that come from outside.
    ///
    /// # Errors
    ///
    /// [`DocumentError::ForeignToken`], if the token is of another index: one of another name or
    /// collection, or one that was dropped, though this one has its name.
    pub fn try_page(
        &self,
        bounds: impl IntoBounds,
        after: Option<&PageToken>,
        limit: usize,
    ) -> Result<Page<K, V>, DocumentError> {
        self.now(|index| index.try_page(bounds, after, limit))
    }

    /// All documents it lists, to walk over in both directions. O(n).
    pub fn cursor(&self) -> Cursor<K, V> {
        self.now(|index| index.cursor())
    }

    /// Lets `ask` look at this instant.
    fn now<R>(&self, ask: impl FnOnce(IndexView<'_, K, V>) -> R) -> R {
        let lease = self.rooms.open_view();
        let instant = lease.as_ref().map(Instant::View).filter(|_| !self.core.is_dropped());
        let youngest = self.rooms.catalog.youngest();
        ask(IndexView::new(&self.rooms, Arc::clone(&self.core), instant, youngest))
    }

    fn ask(&self, bounds: Option<Bounds>) -> Iter<'_, K, V> {
        let Some(bounds) = bounds else { return Iter::nothing() };
        Iter::of_live_index(&self.rooms, |instant| {
            // I8: looked at after the instant's revision was read.
            let youngest = self.rooms.catalog.youngest();
            let begin = || scan(&self.rooms, &self.core, instant, youngest, bounds);
            (!self.core.is_dropped()).then(begin)
        })
    }
}

impl<'v, K: Key, V: Value> IndexView<'v, K, V> {
    pub(crate) fn new(
        rooms: &'v Rooms<K, V>,
        core: Arc<IndexCore<K, V>>,
        instant: Option<Instant<'v>>,
        youngest: u64,
    ) -> Self {
        Self { rooms, core, instant, youngest }
    }

    /// The name it was created under.
    pub fn name(&self) -> &str {
        self.core.name()
    }

    /// How many documents it listed. O(n).
    pub fn len(&self) -> usize {
        self.range(..).count()
    }

    /// Whether it listed none.
    pub fn is_empty(&self) -> bool {
        self.range(..).next().is_none()
    }

    /// As [`Index::get`].
    pub fn get(&self, key: impl IntoIndexKey) -> Iter<'_, K, V> {
        Iter::of_scan(self.scan(exactly(key)))
    }

    /// As [`Index::range`].
    pub fn range(&self, bounds: impl IntoBounds) -> Iter<'_, K, V> {
        Iter::of_scan(self.scan(between(bounds)))
    }

    /// As [`Index::prefix`].
    pub fn prefix(&self, first: impl IntoIndexKey) -> Iter<'_, K, V> {
        Iter::of_scan(self.scan(beginning_with(first)))
    }

    /// As [`Index::page`], but all pages are of one instant.
    pub fn page(
        &self,
        bounds: impl IntoBounds,
        after: Option<&PageToken>,
        limit: usize,
    ) -> Page<K, V> {
        self.try_page(bounds, after, limit).unwrap_or_default()
    }

    /// As [`Index::try_page`], but all pages are of one instant.
    ///
    /// # Errors
    ///
    /// [`DocumentError::ForeignToken`], if the token is of another index: one of another name or
    /// collection, or one that was dropped, though this one has its name.
    pub fn try_page(
        &self,
        bounds: impl IntoBounds,
        after: Option<&PageToken>,
        limit: usize,
    ) -> Result<Page<K, V>, DocumentError> {
        let mut page = Page::default();
        let print = fingerprint([&self.core.identity().to_ne_bytes()[..]]);
        let after = after.map(|token| place_of(token, print)).transpose()?;
        let bounds = between(bounds).map(|(from, to)| match after {
            None => (from, to),
            Some(place) => (behind(from, place), to),
        });
        let Some(mut scan) = self.scan(bounds) else { return Ok(page) };
        let mut last = None;
        for node in scan.by_ref().take(limit) {
            page.items.push(Snapshot::new(node.own()));
            last = Some(node);
        }
        let more = last.filter(|_| scan.next().is_some());
        let behind = more.and_then(|node| self.core.place_of(node, &mut Vec::new()));
        page.next = behind.map(|place| token_of(&place, print));
        Ok(page)
    }

    /// As [`Index::cursor`].
    pub fn cursor(&self) -> Cursor<K, V> {
        let found = self.scan(between(..)).into_iter().flatten();
        Cursor::in_order(found.map(|node| Snapshot::new(node.own())).collect())
    }

    fn scan(&self, bounds: Option<Bounds>) -> Option<Scan<'_, K, V>> {
        Some(scan(self.rooms, &self.core, self.instant?, self.youngest, bounds?))
    }
}

fn scan<'a, K: Key, V: Value>(
    rooms: &'a Rooms<K, V>,
    core: &'a IndexCore<K, V>,
    instant: Instant<'a>,
    youngest: u64,
    bounds: Bounds,
) -> Scan<'a, K, V> {
    Scan::new(core, &rooms.roster, &rooms.timeline, instant, youngest, bounds)
}

fn exactly(key: impl IntoIndexKey) -> Option<Bounds> {
    let key = key.into_index_key().into_bytes()?;
    let (from, to) = (Place::new(&key, 0), Place::new(&key, u64::MAX));
    Some((Bound::Included(from), Bound::Included(to)))
}

fn between(bounds: impl IntoBounds) -> Option<Bounds> {
    let (from, to) = entries_between(bounds.into_bounds())?;
    let place = |key: Vec<u8>| Place::new(&key, 0);
    Some((from.map(place), to.map(place)))
}

fn beginning_with(first: impl IntoIndexKey) -> Option<Bounds> {
    let key = first.into_index_key();
    between((Bound::Included(key.clone()), Bound::Included(key)))
}

/// The later one of a bound and what comes right behind a place.
fn behind(from: Bound<Place>, place: Place) -> Bound<Place> {
    match from {
        Bound::Included(from) if from > place => Bound::Included(from),
        Bound::Excluded(from) if from > place => Bound::Excluded(from),
        _ => Bound::Excluded(place),
    }
}

fn token_of(place: &Place, fingerprint: u32) -> PageToken {
    let key = place.key.as_slice();
    PageToken::new(fingerprint, &[&place.tag.to_le_bytes(), key].concat())
}

/// The place that a token stands for, if it is one of this index.
fn place_of(token: &PageToken, fingerprint: u32) -> Result<Place, DocumentError> {
    let place = token.place(fingerprint)?;
    let (tag, key) = place.split_first_chunk().ok_or(DocumentError::BadToken)?;
    Ok(Place::new(key, u64::from_le_bytes(*tag)))
}

impl<K, V> Default for Page<K, V> {
    fn default() -> Self {
        Self { items: Vec::new(), next: None }
    }
}

impl<K: Key, V: Value> Clone for Index<K, V> {
    fn clone(&self) -> Self {
        Self::new(&self.rooms, &self.title, Arc::clone(&self.core))
    }
}

impl<K: Key, V: Value> fmt::Debug for Index<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Index")
            .field("collection", &self.title.name)
            .field("name", &self.core.name())
            .field("ready", &self.core.is_ready())
            .finish_non_exhaustive()
    }
}

impl<K: Key, V: Value> fmt::Debug for IndexView<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IndexView")
            .field("name", &self.core.name())
            .field("revision", &self.instant.map(|instant| instant.revision()))
            .finish_non_exhaustive()
    }
}
