//! The collection under test, and its answers in the words of the model.

use std::cell::Cell;
use std::hash::{BuildHasher, DefaultHasher, Hash, Hasher};

use folio::{
    Change, Collection, Equivalent, GenerateKey, IndexError, Outcome, ReadError, Ref, Rejected,
    Revision, Snapshot, StoreError, UpdateError, WriteError,
};

use crate::common::payload::Payload;
use crate::model::op::Case;
use crate::model::twin::{Did, Doc, Why, similar, valid};

pub(crate) type Stock = Collection<Name, Payload, Few>;

/// A key type of our own, which is looked up by its number as well.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Name(pub(crate) u8);

impl Equivalent<Name> for u8 {
    fn equivalent(&self, name: &Name) -> bool {
        *self == name.0
    }
}

/// Generated keys should be new; these are what the case says, to see also what happens when they
/// are not.
impl GenerateKey for Name {
    fn generate() -> Self {
        Self(GENERATED.get())
    }
}

/// Says which key is generated next.
pub(crate) fn generate_next(key: u8) {
    GENERATED.set(key);
}

/// A hasher with few different hashes.
#[derive(Clone, Debug)]
pub(crate) struct Few {
    hashes: u64,
}

impl BuildHasher for Few {
    type Hasher = Folded;

    fn build_hasher(&self) -> Folded {
        Folded { whole: DefaultHasher::new(), hashes: self.hashes }
    }
}

pub(crate) struct Folded {
    whole: DefaultHasher,
    hashes: u64,
}

impl Hasher for Folded {
    fn finish(&self) -> u64 {
        self.whole.finish() % self.hashes
    }

    fn write(&mut self, bytes: &[u8]) {
        self.whole.write(bytes);
    }
}

/// The collection of a case.
pub(crate) fn stock(case: &Case) -> Stock {
    let mut builder = Collection::builder().hasher(Few { hashes: case.hashes }).feed_capacity(64);
    if case.validate {
        builder = builder.validate(|new: &Payload| {
            if valid(new.read()) { Ok(()) } else { Err("a number of the wrong kind") }
        });
    }
    if case.skip {
        builder = builder.unchanged_if(|old: &Payload, new| similar(old.read(), new.read()));
    }
    builder.build().expect("a collection on its own can be built")
}

pub(crate) fn revision(number: u64) -> Revision {
    Revision::new(number).expect("the model asks for no revision 0")
}

pub(crate) fn of_ref(found: &Ref<'_, Name, Payload>) -> (u8, Doc) {
    let (version, revision) = (found.version().get(), found.revision().get());
    (found.key().0, Doc { number: found.read(), version, revision })
}

pub(crate) fn of_snapshot(found: &Snapshot<Name, Payload>) -> (u8, Doc) {
    let (version, revision) = (found.version().get(), found.revision().get());
    (found.key().0, Doc { number: found.read(), version, revision })
}

/// What a write did, and the version and revision that it says the document has.
pub(crate) fn did(outcome: Outcome) -> (Did, u64, u64) {
    let did = match outcome {
        Outcome::Created { .. } => Did::Created,
        Outcome::Updated { .. } => Did::Updated,
        Outcome::Unchanged { .. } => Did::Unchanged,
        _ => unreachable!("an outcome that the model does not know"),
    };
    (did, outcome.version().get(), outcome.revision().get())
}

/// The same of the model's answer.
pub(crate) fn told((did, doc): (Did, Doc)) -> (Did, u64, u64) {
    (did, doc.version, doc.revision)
}

/// What a write through a closure did: how, the document before, the document after.
pub(crate) fn changed(change: &Change<Name, Payload>) -> (Did, Option<Doc>, Doc) {
    let old = change.old.as_ref().map(|old| of_snapshot(old).1);
    let (key, new) = of_snapshot(&change.new);
    let (did, version, revision) = did(change.outcome);
    assert_eq!((version, revision), (new.version, new.revision), "an outcome of this document");
    assert!(change.old.as_ref().is_none_or(|old| old.key().0 == key), "one key before and after");
    (did, old, new)
}

pub(crate) fn why(error: &WriteError) -> Why {
    match error {
        WriteError::Closed { .. } => Why::Closed,
        WriteError::Invalid { .. } => Why::Invalid,
        WriteError::NotFound { .. } => Why::NotFound,
        WriteError::AlreadyExists { .. } => Why::AlreadyExists,
        WriteError::Conflict { actual, .. } => Why::Conflict(actual.map(Revision::get)),
        _ => unreachable!("an error that the model does not know: {error}"),
    }
}

pub(crate) fn why_not_updated(error: &UpdateError<u64>) -> Why {
    match error {
        UpdateError::Closure(error) => Why::Closure(*error),
        UpdateError::Write(error) => why(error),
    }
}

pub(crate) fn why_not_read(error: &ReadError) -> Why {
    match error {
        ReadError::NotFound { .. } => Why::NotFound,
        ReadError::Closed { .. } => Why::Closed,
        _ => unreachable!("an error that the model does not know: {error}"),
    }
}

pub(crate) fn why_not_forked(error: &StoreError) -> Why {
    match error {
        StoreError::Closed => Why::Closed,
        StoreError::Refused { reason } => why(reason),
        _ => unreachable!("an error that the model does not know: {error}"),
    }
}

pub(crate) fn why_no_index(error: &IndexError) -> Why {
    match error {
        IndexError::Closed => Why::Closed,
        IndexError::Exists { .. } => Why::AlreadyExists,
        IndexError::NotFound { .. } => Why::NotFound,
        _ => unreachable!("an error that the model does not know: {error}"),
    }
}

/// Why a write with a key was refused; what was given has to be there again.
pub(crate) fn handed_back(refused: &Rejected<(Name, Payload)>, key: u8, number: u64) -> Why {
    let (name, value) = &refused.given;
    assert_eq!((name.0, value.read()), (key, number), "a refused write hands back what it had");
    why(&refused.reason)
}

/// The same of a write without a key by value.
pub(crate) fn value_back(refused: &Rejected<Payload>, number: u64) -> Why {
    assert_eq!(refused.given.read(), number, "a refused write hands back what it had");
    why(&refused.reason)
}

thread_local! { static GENERATED: Cell<u8> = const { Cell::new(0) }; }
