//! Tells what came of a churn.

use std::io::Write;
use std::time::Duration;

use crate::Verdict;
use crate::churn::Churned;
use crate::failure::Failure;
use crate::output::Output;

/// Writes the figures to standard output and everything that is wrong to standard error.
pub(crate) fn report(churned: &Churned, output: &mut Output) -> Result<Verdict, Failure> {
    let Churned { readers, writers, reads, reads_took, writes, writes_took, .. } = churned;
    let Churned { audit, complaints, .. } = churned;
    for (revision, doubt) in &audit.doubts {
        complain(format_args!("the view of revision {revision} is inconsistent: {doubt}"));
    }
    for complaint in complaints {
        complain(format_args!("{complaint}"));
    }

    output.line(format_args!("churned with {readers} readers and {writers} writers"))?;
    output.line(format_args!(
        "reads {} in {:.1} s, {:.0} a second, {} of a key just removed",
        reads.count,
        reads_took.as_secs_f64(),
        rate(reads.count, *reads_took),
        reads.missed
    ))?;
    output.line(format_args!(
        "writes {} in {:.1} s, {:.0} a second: {} updates, {} removals, {} inserts, {} of chains",
        writes.total(),
        writes_took.as_secs_f64(),
        rate(writes.total(), *writes_took),
        writes.updates,
        writes.removals,
        writes.inserts,
        writes.links
    ))?;

    let at = |quantile| reads.latency.value_at_quantile(quantile);
    output.line(format_args!(
        "read latency p50 {} ns p99 {} ns p99.9 {} ns p99.99 {} ns max {} ns",
        at(0.5),
        at(0.99),
        at(0.999),
        at(0.9999),
        reads.latency.max()
    ))?;
    output.line(format_args!(
        "compared {} entries while {} writes moved {} index keys",
        audit.entries,
        writes.total(),
        writes.moves
    ))?;
    output.line(format_args!(
        "audited {} views while {} writes: {} inconsistent",
        audit.views,
        writes.total(),
        audit.inconsistent
    ))?;

    let is_consistent = audit.inconsistent == 0 && complaints.is_empty();
    Ok(if is_consistent { Verdict::Consistent } else { Verdict::Doubtful })
}

fn complain(text: std::fmt::Arguments<'_>) {
    // Standard error may be closed; the exit code tells the same.
    writeln!(std::io::stderr(), "{text}").ok();
}

fn rate(count: u64, time: Duration) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a rate is told in a few digits")]
    let count = count as f64;
    count / time.as_secs_f64()
}
