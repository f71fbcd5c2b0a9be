//! What is told to subscribers of `tracing`.

use std::fmt::{self, Write};
use std::sync::{Arc, Mutex};

use folio::{Collection, Error, Store, WatchError, by};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber, subscriber};

use crate::kit::alone::alone;
use crate::kit::locked::lock;

/// Goal: what is rare is told with the names that it is about, and reads and writes tell nothing.
/// Method: a subscriber that takes notes; each of the rare things once, between others. Alone: who
/// is the first to come by decides for all threads whether anybody is interested.
#[test]
fn what_is_rare_is_traced_and_nothing_else() -> Result<(), Error> {
    if !alone("tracing::what_is_rare_is_traced_and_nothing_else") {
        return Ok(());
    }
    let notes = Notes::default();
    subscriber::with_default(notes.clone(), || {
        let store = Store::new();
        let stock: Collection<u32, u32> = store.collection("stock")?;
        let mut watch = stock.watch().buffer(2).subscribe();
        for n in 0..1_000 {
            stock.set(n, n)?;
            assert!(stock.get(&n).is_some() && stock.view().get(&n).is_some());
            assert!(n == 0 || stock.remove(&(n - 1))?.is_some());
        }
        assert_eq!(notes.take(), [""; 0], "reads and writes tell nothing");

        stock.create_index("value", by(|n: &u32| *n))?;
        assert_eq!(notes.take(), ["DEBUG create_index collection=\"stock\" index=\"value\""]);

        let Err(WatchError::Lagged { missed, resume_at }) = watch.recv() else {
            panic!("it is late")
        };
        let lagged = WatchError::Lagged { missed, resume_at };
        let told = format!("WARN watch lagged watched=\"stock\" error={lagged}");
        assert_eq!(notes.take(), [told]);

        let subscription = store.on_change(|_| panic!("told so"));
        stock.set(1, 1)?;
        assert_eq!(notes.take(), ["ERROR callback panicked watched=\"\""]);
        drop(subscription);

        (0..2).for_each(|_| stock.close());
        assert_eq!(notes.take(), ["DEBUG collection closed collection=\"stock\""]);
        (0..2).for_each(|_| store.close());
        drop((stock, store));
        assert_eq!(notes.take(), ["DEBUG store closed"]);
        Ok(())
    })
}

#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut lock(&self.0))
    }

    fn note(&self, metadata: &Metadata<'_>, name: &str, line: &Line) {
        if metadata.target() == "folio" {
            let Line { message, fields } = line;
            let note = format!("{} {name}{message}{fields}", metadata.level());
            lock(&self.0).push(note);
        }
    }
}

impl Subscriber for Notes {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut line = Line::default();
        span.record(&mut line);
        self.note(span.metadata(), span.metadata().name(), &line);
        Id::from_u64(1)
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        self.note(event.metadata(), "", &line);
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Line {
    message: String,
    fields: String,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let written = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
        written.expect("memory takes it");
    }
}
