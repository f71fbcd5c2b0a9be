//! An index is built beside writers that never stop.
//!
//! What it costs is printed by
//! `FOLIO_DOCUMENTS=1000000 cargo test --release --test promises beside -- --nocapture`. Writers
//! share their processors with the build, and from its beginning they keep the index as well.

use std::env;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Instant;

use folio::{Collection, by};

use crate::common::crew::{Count, Crew};
use crate::common::dice::{Dice, seed};
use crate::index::is_complete;

type Stock = Collection<u64, u64>;

/// Goal: a build neither waits for writers nor stops them, and its index lists each document once,
/// as it is. Method: one is built alone, for the figures. Then two writers move documents all the
/// time; an index is created, again and again until enough was written meanwhile, and in the end
/// compared with a scan, while they still write. `FOLIO_DOCUMENTS` says over how many.
#[test]
fn index_is_built_beside_writers_that_never_stop() {
    let documents = env::var(DOCUMENTS)
        .map_or(DOCUMENTS_BY_DEFAULT, |text| text.parse().expect("a number of documents"));
    let (seed, mut first) = (seed(), Dice::new(0));
    let stock: Stock = (0..documents).map(|key| (key, first.next())).collect();
    let alone = Span::of(|| 0, || build(&stock));
    assert_eq!(stock.drop_index("all"), Ok(()));
    let (crew, written) = (Crew::default(), [0, 1].map(|_| Count::default()));
    thread::scope(|threads| {
        let (lap, laps) = channel();
        for (own, written) in (seed..).zip(&written) {
            let (stock, crew, lap) = (&stock, &crew, lap.clone());
            threads
                .spawn(move || write(stock, documents, &mut Dice::new(own), crew, written, &lap));
        }
        drop(lap);
        let _member = crew.member();
        let written = || written.iter().map(Count::get).sum();
        let before = Span::of(written, || two_of(&laps));
        let mut builds = vec![Span::of(written, || build(&stock))];
        while builds.iter().map(|build| build.writes).sum::<u64>() < LAP {
            assert_eq!(stock.drop_index("all"), Ok(()));
            builds.push(Span::of(written, || build(&stock)));
        }
        while laps.try_recv().is_ok() {}
        let after = Span::of(written, || two_of(&laps));
        compare(&stock);
        tell(documents, &alone, [&before, &sum(&builds), &after], builds.len());
    });
    assert_eq!(stock.verify(), Ok(()));
}

fn write(
    stock: &Stock,
    documents: u64,
    dice: &mut Dice,
    crew: &Crew,
    written: &Count,
    lap: &Sender<()>,
) {
    let _member = crew.member();
    while !crew.is_done() {
        assert!(stock.set(dice.below(documents), dice.next()).is_ok());
        written.add_one();
        if written.get() % LAP == 0 {
            // Nobody may be listening any more.
            lap.send(()).ok();
        }
    }
}

fn two_of(laps: &Receiver<()>) {
    for _ in 0..2 {
        laps.recv().expect("no writer has failed");
    }
}

fn build(stock: &Stock) {
    let index = stock.create_index("all", by(|n: &u64| *n)).expect("there is none");
    assert!(is_complete(&index), "it is complete when it returns");
}

/// One view's index lists what a look at all of its documents finds.
fn compare(stock: &Stock) {
    let view = stock.view();
    let index = view.index("all").expect("it was created");
    let listed: Vec<_> = index.range(..).map(|found| (*found, *found.key())).collect();
    assert!(listed.is_sorted_by_key(|(value, _)| *value), "in order");
    let [mut listed, mut due] = [listed, view.iter().map(|found| (*found, *found.key())).collect()];
    listed.sort_unstable();
    due.sort_unstable();
    assert!(listed == due, "the index lists {}, a scan finds {}", listed.len(), due.len());
}

/// How long something took, and what was written meanwhile.
struct Span {
    seconds: f64,
    writes: u64,
}

impl Span {
    fn of(written: impl Fn() -> u64, work: impl FnOnce()) -> Self {
        let (began, before) = (Instant::now(), written());
        work();
        Self { writes: written() - before, seconds: began.elapsed().as_secs_f64() }
    }
}

fn sum(spans: &[Span]) -> Span {
    let seconds = spans.iter().map(|span| span.seconds).sum();
    Span { seconds, writes: spans.iter().map(|span| span.writes).sum() }
}

#[expect(clippy::cast_precision_loss, reason = "millions are exact")]
fn tell(documents: u64, alone: &Span, beside: [&Span; 3], builds: usize) {
    let built_alone = documents as f64 / alone.seconds;
    let built = (documents * builds as u64) as f64 / beside[1].seconds;
    let [before, during, after] = beside.map(|span| span.writes as f64 / span.seconds);
    println!(
        "{{\"documents\":{documents},\"builds\":{builds},\"built_per_s_alone\":{built_alone:.0},\
         \"built_per_s\":{built:.0},\"writes_per_s_before\":{before:.0},\
         \"writes_per_s_during\":{during:.0},\"writes_per_s_after\":{after:.0},\
         \"during_to_before\":{:.2},\"during_to_after\":{:.2}}}",
        during / before,
        during / after
    );
}

const DOCUMENTS: &str = "FOLIO_DOCUMENTS";
const DOCUMENTS_BY_DEFAULT: u64 = 20_000;
/// Writes, of each writer, in the time in which its pace is taken.
const LAP: u64 = if cfg!(folio_chaos) { 2_000 } else { 200_000 };
