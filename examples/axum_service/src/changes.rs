//! The changes as server-sent events, and how a client that was away goes on.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{self, KeepAlive, Sse};
use folio::{Event, Kind, Revision, WatchError};
use futures_util::stream::{self, Stream, StreamExt};
use serde_json::json;

use crate::{Article, Service};

/// The id of an event: its revision, and the run of the program that it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) run: u64,
    pub(crate) revision: u64,
}

/// A client that names the last event that it has seen is told all that came after it. One that
/// names none is told what comes from now on. If that cannot be done the first event is `lost`,
/// and the only one: the client reads `/articles` then, which says where to go on.
pub(crate) async fn listen(
    State(service): State<Service>,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<sse::Event, Infallible>>> {
    let last = headers.get("last-event-id").map(|id| id.to_str().unwrap_or_default());
    let events = match last.map(str::parse::<Place>) {
        None => changes(&service, None).boxed(),
        Some(Ok(place)) if place.run == service.run => {
            changes(&service, Revision::new(place.revision.saturating_add(1))).boxed()
        }
        // Of another run, whose revisions mean something else, or none of ours at all.
        Some(_) => stream::iter([lost()]).boxed(),
    };
    Sse::new(events.map(Ok)).keep_alive(KeepAlive::default())
}

/// Ends with the collection, when the client goes, or when it is too slow for the feed: so it never
/// holds up a writer, nor fills memory.
fn changes(
    service: &Service,
    from: Option<Revision>,
) -> impl Stream<Item = sse::Event> + Send + use<> {
    let watch = service.articles.watch();
    let watch = match from {
        Some(revision) => watch.from(revision),
        None => watch,
    };
    let service = service.clone();
    // By its full name: a watch is an iterator as well, which would wait here.
    StreamExt::map(watch.subscribe(), move |item| told(&service, item))
}

fn told(service: &Service, item: Result<Event<String, Article>, WatchError>) -> sse::Event {
    match item {
        Ok(event) => {
            let name = match event.what() {
                Kind::Created => "created",
                Kind::Updated => "updated",
                Kind::Removed => "removed",
                _ => "other",
            };
            let article = event.new_value().map(folio::Snapshot::value);
            let data = json!({ "name": event.key(), "article": article });
            let id = service.place(event.revision.get()).to_string();
            sse::Event::default().id(id).event(name).data(data.to_string())
        }
        Err(WatchError::Lagged { .. }) => lost(),
        Err(_closed) => sse::Event::default().event("closed").data(""),
    }
}

/// Without an id: a client that does not heed it comes back with the old one, and is told again.
fn lost() -> sse::Event {
    sse::Event::default().event("lost").data("read /articles")
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.run, self.revision)
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (run, revision) = text.split_once('-').ok_or(())?;
        let (run, revision) = (run.parse().map_err(drop)?, revision.parse().map_err(drop)?);
        Ok(Self { run, revision })
    }
}
