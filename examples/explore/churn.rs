//! Readers, writers and auditors at work together.

use std::io;
use std::thread::{self, Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

use folio::WriteError;
use indicatif::ProgressBar;

use crate::audit::{self, AUDITORS, Audit};
use crate::chain::Chains;
use crate::failure::Failure;
use crate::fault::Fault;
use crate::load::Loaded;
use crate::mover::Mover;
use crate::options::Options;
use crate::paths::Paths;
use crate::progress::Bars;
use crate::reader::{self, Reads};
use crate::tally::Tally;
use crate::writer::{Field, Writer, Writes};

/// What came of a churn.
#[derive(Debug)]
pub(crate) struct Churned {
    pub(crate) readers: u16,
    pub(crate) writers: u16,
    pub(crate) reads: Reads,
    pub(crate) reads_took: Duration,
    pub(crate) writes: Writes,
    pub(crate) writes_took: Duration,
    pub(crate) audit: Audit,
    /// What else is wrong, apart from doubtful views.
    pub(crate) complaints: Vec<String>,
}

/// Reads, writes and audits for as long as the options say.
///
/// Writers wait for the auditors where they cannot keep up, as with a file of many documents: a
/// view keeps all that is written while it is open.
///
/// Where the time is too short for a verdict, writers and auditors go on: until [`VIEWS_MIN`]
/// views, [`WRITES_MIN`] writes and [`MOVES_MIN`] moves are done, but at most for [`GRACE`].
pub(crate) fn churn(
    loaded: &Loaded,
    indexes: Vec<Paths>,
    options: &Options,
    fault: Option<Fault>,
    bars: &Bars,
) -> Result<Churned, Failure> {
    let collection = &loaded.collection;
    let chains = &Chains::plant(collection, options.writers.into())?;
    let movers = &movers(loaded, indexes)?;
    let tally = &Tally::default();
    let field = Field { collection, keys: &loaded.keys, chains, movers, tally, fault };

    let started = Instant::now();
    let (reads_took, (reads, writes, audit)) = thread::scope(|scope| {
        // Whatever goes wrong here, the threads must stop, or the scope would wait for ever.
        let _end = tally.end_on_drop();
        let threads = Threads::start(scope, field, options)?;
        let reads_took = watch(tally, options.churn, &bars.churning(options.churn));
        tally.end();
        threads.join().map(|joined| (reads_took, joined))
    })?;
    let writes_took = started.elapsed();

    chains.uproot(collection)?;
    let mut complaints = damage(loaded);
    if !is_enough(audit.views, writes.total(), writes.moves) {
        complaints.push(format!(
            "too little was done for a verdict: {VIEWS_MIN} views, {WRITES_MIN} writes and \
             {MOVES_MIN} moves between index keys are due"
        ));
    }

    Ok(Churned {
        readers: options.readers,
        writers: options.writers,
        reads,
        reads_took,
        writes,
        writes_took,
        audit,
        complaints,
    })
}

/// One for each index: those that were asked for, and the one of the churn.
fn movers(loaded: &Loaded, indexes: Vec<Paths>) -> Result<Vec<Mover>, Failure> {
    let Loaded { collection, keys } = loaded;
    let own = Mover::of_the_churn();
    own.deal(collection, keys)?;
    if !indexes.contains(own.paths()) {
        collection.create_index(own.paths().text(), own.paths().spec())?;
    }

    let view = collection.view();
    let asked = indexes.into_iter().filter(|paths| paths != own.paths());
    let mut movers: Vec<_> = asked.map(|paths| Mover::between(paths, view.iter())).collect();
    movers.push(own);
    Ok(movers)
}

/// The threads of a churn.
struct Threads<'s> {
    readers: Vec<ScopedJoinHandle<'s, Reads>>,
    writers: Vec<ScopedJoinHandle<'s, Result<Writes, WriteError>>>,
    auditors: Vec<ScopedJoinHandle<'s, Audit>>,
}

impl<'s> Threads<'s> {
    fn start<'e>(
        scope: &'s Scope<'s, 'e>,
        field: Field<'e>,
        options: &Options,
    ) -> Result<Self, Failure> {
        let tally = field.tally;
        let auditors = (0..AUDITORS).map(|number| {
            start(scope, format!("auditor {number}"), move || {
                let _end = tally.end_on_drop();
                audit::audit(field, number)
            })
        });
        let auditors = auditors.collect::<Result<_, _>>()?;
        let writers = (0..options.writers).map(|number| {
            start(scope, format!("writer {number}"), move || {
                let _end = tally.end_on_drop();
                Writer::new(field, number.into()).run()
            })
        });
        let writers = writers.collect::<Result<_, _>>()?;
        let readers = (0..options.readers).map(|number| {
            // Readers end before the others; should one panic, the join tells.
            start(scope, format!("reader {number}"), move || {
                reader::read(field.collection, field.keys, tally, number.into())
            })
        });
        Ok(Self { readers: readers.collect::<Result<_, _>>()?, writers, auditors })
    }

    fn join(self) -> Result<(Reads, Writes, Audit), Failure> {
        let mut reads = Reads::new();
        for reader in self.readers {
            reads.add(&joined(reader));
        }
        let mut writes = Writes::default();
        for writer in self.writers {
            writes.add(joined(writer)?);
        }
        let mut audit = Audit::default();
        for auditor in self.auditors {
            audit.add(joined(auditor));
        }
        Ok((reads, writes, audit))
    }
}

fn start<'s, T: Send + 's>(
    scope: &'s Scope<'s, '_>,
    name: String,
    work: impl FnOnce() -> T + Send + 's,
) -> Result<ScopedJoinHandle<'s, T>, Failure> {
    let spawned: io::Result<_> = thread::Builder::new().name(name).spawn_scoped(scope, work);
    spawned.map_err(|source| Failure::Thread { source })
}

/// What a thread returns; its panic becomes ours.
fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Waits until enough is done. Returns how long the readers had.
fn watch(tally: &Tally, time: Duration, bar: &ProgressBar) -> Duration {
    let started = Instant::now();
    let mut reads_took = None;
    while !tally.is_over() {
        let elapsed = started.elapsed();
        if elapsed >= time && reads_took.is_none() {
            tally.end_reading();
            reads_took = Some(elapsed);
        }
        let is_enough = is_enough(tally.views(), tally.writes(), tally.moves());
        if (elapsed >= time && is_enough) || elapsed >= time + GRACE {
            break;
        }

        bar.set_position(u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX));
        bar.set_message(format!("{} views, {} writes", tally.views(), tally.writes()));
        thread::park_timeout(TICK.min(time.saturating_sub(elapsed).max(TICK_MIN)));
    }
    bar.finish_and_clear();
    reads_took.unwrap_or_else(|| started.elapsed())
}

fn is_enough(views: u64, writes: u64, moves: u64) -> bool {
    views >= VIEWS_MIN && writes >= WRITES_MIN && moves >= MOVES_MIN
}

/// What is wrong with the collection now that everything removed is restored.
fn damage(loaded: &Loaded) -> Vec<String> {
    let mut complaints = Vec::new();
    let (len, due) = (loaded.collection.len(), loaded.keys.len());
    if len != due {
        complaints.push(format!("{len} documents are left of {due}"));
    }
    let lost = loaded.keys.iter().filter(|key| !loaded.collection.contains(*key)).count();
    if lost > 0 {
        complaints.push(format!("{lost} loaded documents are lost"));
    }
    complaints.extend(loaded.collection.verify().err().map(|wrong| wrong.to_string()));
    complaints
}

const VIEWS_MIN: u64 = 100;
const WRITES_MIN: u64 = 10_000;
const MOVES_MIN: u64 = 10_000;
const GRACE: Duration = Duration::from_secs(300);
const TICK: Duration = Duration::from_millis(50);
const TICK_MIN: Duration = Duration::from_millis(1);
