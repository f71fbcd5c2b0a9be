//! The steps of a case, and how they are made of small numbers.

use crate::model::index::Rule;

/// How many keys there are.
pub(crate) const KEYS: u8 = 8;

/// How many values there are.
pub(crate) const NUMBERS: u8 = 32;

/// Numbers that a kind of step is drawn from; the more of them a kind has, the more often it comes.
pub(crate) const KINDS: u8 = 246;

/// One collection, and what is done with it.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// Whether it has a validator.
    pub(crate) validate: bool,
    /// Whether it skips writes of similar values.
    pub(crate) skip: bool,
    /// How many different hashes its keys have.
    pub(crate) hashes: u64,
    pub(crate) ops: Vec<Op>,
    /// How many of the steps are done again after the close; without any it is not closed.
    pub(crate) closed: usize,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Op {
    /// A write, of this key if it is about one key.
    Write(u8, Write),
    /// A read of the live collection, of this key if it is about one key.
    Look(u8, Look),
    /// Something is opened, used or dropped that stays for longer than a step. It is found by
    /// number, modulo as many as there are.
    Hold(usize, Hold),
    /// An index is created, asked or dropped, by number of its name.
    Index(usize, Indexing),
    /// The collection is forked; the fork takes the next steps as well.
    Fork(Forking),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Write {
    Set(u64),
    Insert(u64),
    Create(u64),
    Replace(u64),
    /// This key, the one given here, and this key again.
    SetMany(u8, u64),
    Update(u64),
    TryUpdate(u64),
    UpdateInPlace(u64),
    UpsertWith(u64),
    Compute(u64),
    /// With the revision of so many writes ago.
    CompareAndSet(usize, u64),
    CompareAndRemove(usize),
    Remove,
    RemoveIf(u64),
    Retain(u64),
    Clear,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Look {
    TryGet,
    Iter,
    GetMany,
    UnderPin(u64),
    Stats,
    Verify,
    Maintain,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Hold {
    View,
    PinnedView,
    CloneView,
    ReadView,
    DropView,
    Stream(usize),
    StreamOfView(usize),
    PullStream(usize),
    DropStream,
    Iter,
    PullIter(usize),
    DropIter,
    Cursor,
    CursorOfView,
    CloneCursor,
    Walk(isize),
    Advance(isize),
    Reset,
    Ref(u8),
    Snapshot(u8),
    Release,
    Pin,
    ReadPin(u8),
    DropPin,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Forking {
    Plain,
    /// Leaves one document out, and replaces another.
    With {
        without: u8,
        replaced: u8,
        by: u64,
    },
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Indexing {
    Create(Rule),
    Drop,
    /// Every query, between two keys that are made of these numbers.
    Ask(u64, u64),
    /// Asks a handle that was kept.
    AskHandle(u64, u64),
    DropHandle,
    /// Queries that are under way while this key is set to this number.
    Across(u8, u64),
    /// The same, while the index is replaced by one of this rule.
    Renew(Rule, u8, u64),
}

/// A case; each number counts modulo what there is of its sort.
pub(crate) fn case([validate, skip, hashes, closed]: [u8; 4], ops: Vec<Op>) -> Case {
    Case {
        validate: validate % 2 == 1,
        skip: skip % 2 == 1,
        hashes: [u64::MAX, 3, 1][usize::from(hashes % 3)],
        ops,
        closed: usize::from(closed % 8).saturating_sub(4) * 3,
    }
}

/// A step, in the same way. Smaller numbers make simpler steps.
pub(crate) fn op([kind, key, number, other]: [u8; 4]) -> Op {
    let (kind, key, number, other) = (kind % KINDS, key % KEYS, number % NUMBERS, other % KEYS);
    let by = u64::from(number);
    match kind {
        0..=129 => Op::Write(key, write(kind, by, other)),
        130..=149 => Op::Look(key, look(kind, by)),
        150..=202 => Op::Hold(usize::from(other), hold(kind, key, number)),
        203..=204 => Op::Fork(Forking::Plain),
        206.. => Op::Index(usize::from(other), indexing(kind, key, by)),
        _ => Op::Fork(Forking::With { without: key, replaced: other, by }),
    }
}

fn write(kind: u8, number: u64, other: u8) -> Write {
    let back = usize::from(other.saturating_sub(4));
    match kind {
        0..=21 => Write::Set(number),
        22..=25 => Write::Insert(number),
        26..=35 => Write::Create(number),
        36..=43 => Write::Replace(number),
        44..=48 => Write::SetMany(other, number),
        49..=56 => Write::Update(number),
        57..=61 => Write::TryUpdate(number),
        62..=66 => Write::UpdateInPlace(number),
        67..=71 => Write::UpsertWith(number),
        72..=79 => Write::Compute(number),
        80..=95 => Write::CompareAndSet(back, number),
        96..=103 => Write::CompareAndRemove(back),
        104..=121 => Write::Remove,
        122..=125 => Write::RemoveIf(number),
        126..=128 => Write::Retain(number),
        _ => Write::Clear,
    }
}

fn look(kind: u8, number: u64) -> Look {
    match kind {
        130..=132 => Look::TryGet,
        133..=135 => Look::Iter,
        136..=138 => Look::GetMany,
        139..=141 => Look::UnderPin(number),
        142 => Look::Stats,
        143 => Look::Verify,
        _ => Look::Maintain,
    }
}

fn hold(kind: u8, key: u8, number: u8) -> Hold {
    let many = usize::from(number % 5);
    let way = isize::from(number) - isize::from(NUMBERS / 2);
    match kind {
        150..=154 => Hold::View,
        155..=156 => Hold::PinnedView,
        157 => Hold::CloneView,
        158..=165 => Hold::ReadView,
        166..=168 => Hold::DropView,
        169..=170 => Hold::Stream(many),
        171 => Hold::StreamOfView(many),
        172..=174 => Hold::PullStream(many),
        175 => Hold::DropStream,
        176..=177 => Hold::Iter,
        178..=180 => Hold::PullIter(many),
        181 => Hold::DropIter,
        182..=183 => Hold::Cursor,
        184 => Hold::CursorOfView,
        185 => Hold::CloneCursor,
        186..=188 => Hold::Walk(way / 4),
        189 => Hold::Advance(way),
        190 => Hold::Reset,
        191..=192 => Hold::Ref(key),
        193..=194 => Hold::Snapshot(key),
        195..=196 => Hold::Release,
        197..=198 => Hold::Pin,
        199..=201 => Hold::ReadPin(key),
        _ => Hold::DropPin,
    }
}

fn indexing(kind: u8, key: u8, number: u64) -> Indexing {
    match kind {
        206..=215 => Indexing::Create(Rule::of(number)),
        216..=217 => Indexing::Drop,
        218..=231 => Indexing::Ask(number, u64::from(key)),
        232..=235 => Indexing::AskHandle(number, u64::from(key)),
        236..=237 => Indexing::DropHandle,
        238..=243 => Indexing::Across(key, number),
        _ => Indexing::Renew(Rule::of(number / 4), key, number),
    }
}
