//! A small HTTP service: articles, their pages from a cache, and a stream of their changes.
//!
//! | request | answer |
//! |---|---|
//! | `GET /articles` | all of them as of one instant, and where the changes after it begin |
//! | `GET /articles/{name}` | its page |
//! | `PUT /articles/{name}` | 201 if it is new, else 204 |
//! | `DELETE /articles/{name}` | 204, or 404 |
//! | `GET /changes` | server-sent events; with `Last-Event-ID`, those after that one |

mod articles;
mod changes;
mod pages;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::routing::get;
use folio::{Collection, Subscription};

pub use self::articles::Article;
use self::changes::Place;
use self::pages::Page;

/// What all handlers share. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    articles: Collection<String, Article>,
    pages: Collection<String, Page>,
    /// Which run of the program this is: revisions begin anew with each.
    run: u64,
    /// Takes pages out of the cache whose articles are gone, until the service is.
    _forgetting: Arc<Subscription>,
}

impl Service {
    /// A service without articles, whose clients may be away for the last 65,536 changes.
    ///
    /// # Errors
    ///
    /// None in practice: it stands where a collection of a store might be refused.
    pub fn new() -> Result<Self, folio::Error> {
        Self::keeping(65_536)
    }

    /// The same, with so many changes.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn keeping(changes: usize) -> Result<Self, folio::Error> {
        // The cache has a clock and a feed of its own: what is put there is no change to tell.
        let articles = Collection::builder().feed_capacity(changes).retain_feed().build()?;
        let pages = Collection::new();
        let forgetting = pages::forget_removed(&articles, pages.clone());
        let began = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let run = u64::try_from(began.as_millis()).unwrap_or_default();
        Ok(Self { articles, pages, run, _forgetting: Arc::new(forgetting) })
    }

    /// What it answers to.
    pub fn routes(self) -> Router {
        let article = get(pages::read).put(articles::write).delete(articles::remove);
        Router::new()
            .route("/articles", get(articles::list))
            .route("/articles/{name}", article)
            .route("/changes", get(changes::listen))
            .with_state(self)
    }

    /// Ends all streams of changes, after what was written before; refuses writes.
    pub fn close(&self) {
        self.articles.close();
    }

    /// How many pages are in the cache.
    pub fn cached(&self) -> usize {
        self.pages.len()
    }

    fn place(&self, revision: u64) -> Place {
        Place { run: self.run, revision }
    }
}
