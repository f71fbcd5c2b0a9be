//! The table of ratios, for people.

use std::fmt::Write;

use crate::plan::Set;
use crate::report::Row;

/// Every figure, the first system's as it is (Folio, if it takes part), the others as
/// "first : other"; of one set. Below 1 the first has less of it: less time, but also fewer writes.
pub fn ratios(rows: &[Row], set: Set) -> String {
    let entrants = set.entrants().iter();
    let rows: Vec<_> = rows.iter().filter(|row| row.set == set).collect();
    let systems: Vec<_> = entrants
        .clone()
        .map(|entrant| entrant.name)
        .filter(|name| rows.iter().any(|row| row.system == *name))
        .collect();
    let Some((first, others)) = systems.split_first() else {
        return String::new();
    };

    let mut table = format!(
        "Medians. `{first}` in nanoseconds (writes, bytes: as counted), then {first} : rival.\n\n\
         {:24} {:15} {:>7} {:>8} {:7} {first:>12}",
        "bench", "figure", "threads", "docs", "dist"
    );
    for other in others {
        let _ = write!(table, " {other:>14}");
    }
    for row in rows.iter().filter(|row| row.system == *first) {
        let beside: Vec<_> = others
            .iter()
            .map(|name| rows.iter().find(|other| other.system == *name && row.is_beside(other)))
            .collect();
        for figure in &row.figures {
            let short = figure.name.strip_suffix("_per_op").unwrap_or(figure.name);
            let Row { bench, threads, docs, dist, .. } = row;
            let _ = write!(table, "\n{bench:24} {short:15} {threads:>7} {docs:>8} {dist:7}");
            let _ = write!(table, " {:>12.1}", figure.median);
            for other in &beside {
                let cell = other
                    .and_then(|other| other.figure(figure.name))
                    .map_or("-".into(), |other| format!("{:.2}", figure.median / other.median));
                let _ = write!(table, " {cell:>14}");
            }
        }
    }
    let promise = match set {
        Set::Documents => "What a walk (`stream`) promises while others write:",
        Set::Indexes => "What a query promises while others write:",
        Set::Feeds => "What becomes of a consumer that is slow: it",
        Set::Caches | Set::CachesArc => "What happens when many miss a key at once:",
        Set::Lives => "Of what is over:",
    };
    let _ = writeln!(table, "\n\n{promise}");
    for entrant in entrants.filter(|entrant| systems.contains(&entrant.name)) {
        let _ = writeln!(table, "  {:16} {}", entrant.name, entrant.walk);
    }
    table
}
