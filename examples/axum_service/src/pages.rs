//! The hot path: the page of an article, made once for each of its revisions.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Html;
use folio::{Collection, Kind, LoadError, Revision, Snapshot, Subscription};
use tokio::task::JoinError;

use crate::{Article, Service};

/// A page as it is sent, and the revision of the article that it is of. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Page {
    of: Revision,
    html: Bytes,
}

pub(crate) async fn read(
    State(service): State<Service>,
    Path(name): Path<String>,
) -> Result<Html<Bytes>, StatusCode> {
    // A snapshot, because it is held across an `.await`.
    let article = service.articles.get(&name).ok_or(StatusCode::NOT_FOUND)?.snapshot();
    loop {
        // One renders however many ask; if its client goes away, the next one does.
        let page = service.pages.get_or_try_insert_with_async(&name, make(article.clone())).await;
        match page {
            Ok(page) if page.of >= article.revision() => return Ok(Html(page.html.clone())),
            // Of the article as it was before: out with it, unless somebody else was faster.
            Ok(old) => drop(service.pages.compare_and_remove(&name, old.revision())),
            Err(LoadError::Loader(_panicked)) => return Err(StatusCode::INTERNAL_SERVER_ERROR),
            // A cache that is closed keeps nothing, and that is no reason to fail.
            Err(LoadError::Rejected(refused)) => {
                let page = refused.given.ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
                return Ok(Html(page.html));
            }
        }
    }
}

async fn make(article: Snapshot<String, Article>) -> Result<Page, JoinError> {
    let of = article.revision();
    let html = tokio::task::spawn_blocking(move || render(&article)).await?;
    Ok(Page { of, html })
}

/// Takes a page out when its article is removed: before the removal returns, usually.
pub(crate) fn forget_removed(
    articles: &Collection<String, Article>,
    pages: Collection<String, Page>,
) -> Subscription {
    articles.watch().events([Kind::Removed]).for_each(move |event| {
        match event.map(folio::Event::key) {
            Ok(key) => drop(key.map(|name| pages.remove(name))),
            // Which ones it was nobody knows. It is a cache: it fills again.
            Err(_) => drop(pages.clear()),
        }
    })
}

/// What takes long: a template, Markdown, highlighted code.
fn render(article: &Snapshot<String, Article>) -> Bytes {
    let (title, text) = (escaped(&article.title), escaped(&article.text));
    let paragraphs = text.replace("\n\n", "</p>\n<p>");
    format!("<!doctype html>\n<title>{title}</title>\n<h1>{title}</h1>\n<p>{paragraphs}</p>\n")
        .into()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
