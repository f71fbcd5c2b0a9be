//! The figures of [`Stats`] for the `metrics` facade: gauges and counters in whatever system the
//! program has a recorder for.
//!
//! Nothing is recorded on the way of a read or a write. [`publish`] hands over the figures as they
//! are when it is called: do that now and then, or, best, right before they are looked at. Call
//! [`describe`] once, when the recorder is there.
//!
//! Each has the label `name`, with the name that it was published under: so stores, scopes and
//! collections can stand side by side.
//!
//! | figure | kind | unit | what |
//! |---|---|---|---|
//! | `folio_documents` | gauge | | documents |
//! | `folio_writes_total` | counter | | writes that took effect |
//! | `folio_conflicts_total` | counter | | attempts that another write came before |
//! | `folio_loading` | gauge | | keys that are being loaded |
//! | `folio_evictions_total` | counter | | documents removed to make room |
//! | `folio_remembered` | gauge | | documents remembered after they had to go |
//! | `folio_expirations_total` | counter | | documents removed because their deadlines had passed |
//! | `folio_weight` | gauge | | what the documents weigh, where that is limited |
//! | `folio_deadlines` | gauge | | entries in the queues of deadlines |
//! | `folio_retired` | gauge | | replaced and removed snapshots that are still in memory |
//! | `folio_retired_bytes` | gauge | bytes | what those take |
//! | `folio_views` | gauge | | open views |
//! | `folio_oldest_view_behind` | gauge | | revisions since the oldest of them was opened; 0 if none is open |
//! | `folio_revisions_total` | counter | | revisions drawn |
//! | `folio_places` | gauge | | places for documents |
//! | `folio_watches` | gauge | | watches and callbacks |
//! | `folio_feed_kept` | gauge | | revisions that the feed keeps memory for |
//! | `folio_indexes` | gauge | | indexes |
//! | `folio_index_entries` | gauge | | entries of all indexes |
//!
//! A counter never goes back. The figures of a store do when a collection loses its name, because
//! what was done in it is not counted any more: the counter then rests until it is passed again.
//!
//! # Examples
//!
//! ```
//! let store = folio::Store::new();
//! folio::metrics::describe();
//! store.strings("prefs")?.set("theme".into(), "dark".into())?;
//! folio::metrics::publish("shop", &store.stats()); // to nobody, if there is no recorder
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! `examples/prometheus_metrics` serves them to Prometheus.

use ::metrics::{Unit, counter, describe_counter, describe_gauge, gauge};

use crate::stats::Stats;

/// Tells the recorder what the figures mean, and in which unit they are.
pub fn describe() {
    for figure in FIGURES {
        match figure.read {
            Read::Gauge(_) => describe_gauge!(figure.name, figure.unit, figure.what),
            Read::Counter(_) => describe_counter!(figure.name, figure.unit, figure.what),
        }
    }
}

/// Hands the figures over to the recorder, under a name of the caller's.
pub fn publish(name: &str, stats: &Stats) {
    for figure in FIGURES {
        match figure.read {
            Read::Gauge(read) => gauge!(figure.name, "name" => name.to_owned()).set(read(stats)),
            Read::Counter(read) => {
                counter!(figure.name, "name" => name.to_owned()).absolute(read(stats));
            }
        }
    }
}

struct Figure {
    name: &'static str,
    unit: Unit,
    what: &'static str,
    read: Read,
}

#[derive(Clone, Copy)]
enum Read {
    Gauge(fn(&Stats) -> f64),
    Counter(fn(&Stats) -> u64),
}

impl Figure {
    const fn gauge(name: &'static str, what: &'static str, read: fn(&Stats) -> f64) -> Self {
        Self { name, unit: Unit::Count, what, read: Read::Gauge(read) }
    }

    const fn counter(name: &'static str, what: &'static str, read: fn(&Stats) -> u64) -> Self {
        Self { name, unit: Unit::Count, what, read: Read::Counter(read) }
    }

    const fn in_bytes(self) -> Self {
        Self { unit: Unit::Bytes, ..self }
    }
}

const FIGURES: &[Figure] = &[
    Figure::gauge("folio_documents", "documents", |stats| size(stats.documents)),
    Figure::counter("folio_writes_total", "writes that took effect", |stats| stats.writes),
    Figure::counter("folio_conflicts_total", "attempts that another write came before", |stats| {
        stats.conflicts
    }),
    Figure::gauge("folio_loading", "keys that are being loaded", |stats| size(stats.loading)),
    Figure::counter("folio_evictions_total", "documents removed to make room", |stats| {
        stats.evictions
    }),
    Figure::gauge("folio_remembered", "documents remembered after they had to go", |stats| {
        size(stats.remembered)
    }),
    Figure::counter(
        "folio_expirations_total",
        "documents removed because their deadlines had passed",
        |stats| stats.expirations,
    ),
    Figure::gauge("folio_weight", "what the documents weigh, where that is limited", |stats| {
        count(stats.weight)
    }),
    Figure::gauge("folio_deadlines", "entries in the queues of deadlines", |stats| {
        size(stats.deadlines)
    }),
    Figure::gauge(
        "folio_retired",
        "replaced and removed snapshots that are still in memory",
        |stats| count(stats.retired),
    ),
    Figure::gauge("folio_retired_bytes", "what those take", |stats| count(stats.retired_bytes))
        .in_bytes(),
    Figure::gauge("folio_views", "open views", |stats| size(stats.views)),
    Figure::gauge(
        "folio_oldest_view_behind",
        "revisions since the oldest of them was opened; 0 if none is open",
        |stats| count(stats.oldest_view.map_or(0, |oldest| stats.revision - oldest)),
    ),
    Figure::counter("folio_revisions_total", "revisions drawn", |stats| stats.revision),
    Figure::gauge("folio_places", "places for documents", |stats| size(stats.places)),
    Figure::gauge("folio_watches", "watches and callbacks", |stats| size(stats.watches)),
    Figure::gauge("folio_feed_kept", "revisions that the feed keeps memory for", |stats| {
        count(stats.feed_kept)
    }),
    Figure::gauge("folio_indexes", "indexes", |stats| size(stats.indexes)),
    Figure::gauge("folio_index_entries", "entries of all indexes", |stats| {
        size(stats.index_entries)
    }),
];

fn size(figure: usize) -> f64 {
    count(figure as u64)
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float; exact up to 2^53")]
fn count(figure: u64) -> f64 {
    figure as f64
}

#[cfg(test)]
mod tests {
    use super::{FIGURES, Read};

    /// The page is text, so each row is compared with the figure that it is about.
    #[test]
    fn the_page_lists_every_figure_as_it_is() {
        let rows = include_str!("metrics.rs").lines().filter(|line| line.starts_with("//! | `"));
        let told: Vec<_> = rows.map(str::to_owned).collect();
        let figures = FIGURES.iter().map(|figure| {
            let kind = if matches!(figure.read, Read::Gauge(_)) { "gauge" } else { "counter" };
            let unit = match figure.unit {
                ::metrics::Unit::Bytes => " bytes",
                _ => "",
            };
            format!("//! | `{}` | {kind} |{unit} | {} |", figure.name, figure.what)
        });
        assert_eq!(told, figures.collect::<Vec<_>>());
    }
}
