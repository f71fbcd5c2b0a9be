//! The steps of a case, and how they are chosen.

use proptest::collection::vec;
use proptest::prelude::Strategy;

/// How many keys there are.
pub(crate) const KEYS: u8 = 8;

/// How many values there are.
pub(crate) const NUMBERS: u64 = 32;

/// Steps of a case.
pub(crate) const STEPS: usize = 60;

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

/// Cases of up to [`STEPS`] steps.
///
/// Steps are made of four numbers each, which is much faster than a strategy for each kind, and
/// still shrinks: towards shorter cases, simpler steps and smaller numbers.
pub(crate) fn cases() -> impl Strategy<Value = Case> {
    let op = (0..KINDS, 0..KEYS, 0..NUMBERS, 0..KEYS).prop_map(op);
    let rules = (0..2_u8, 0..2_u8, 0..3_usize, 0..8_usize);
    (rules, vec(op, STEPS)).prop_map(|((validate, skip, hashes, closed), ops)| Case {
        validate: validate == 1,
        skip: skip == 1,
        hashes: [u64::MAX, 3, 1][hashes],
        ops,
        closed: closed.saturating_sub(4) * 3,
    })
}

fn op((kind, key, number, other): (u32, u8, u64, u8)) -> Op {
    let back = usize::from(other);
    match kind {
        0..=129 => Op::Write(key, write(kind, number, other)),
        130..=149 => Op::Look(key, look(kind, number)),
        150..=196 => Op::Hold(back, hold(kind, key, number)),
        197..=198 => Op::Fork(Forking::Plain),
        _ => Op::Fork(Forking::With { without: key, replaced: other, by: number }),
    }
}

fn write(kind: u32, number: u64, other: u8) -> Write {
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

fn look(kind: u32, number: u64) -> Look {
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

fn hold(kind: u32, key: u8, number: u64) -> Hold {
    let many = usize::try_from(number % 5).unwrap_or(0);
    let way = isize::try_from(number).unwrap_or(0) - isize::try_from(NUMBERS / 2).unwrap_or(0);
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
        _ => Hold::Release,
    }
}

/// Numbers that a kind of step is drawn from; the more of them a kind has, the more often it comes.
const KINDS: u32 = 200;
