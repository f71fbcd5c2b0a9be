//! The hot path: the page of an article, made once for each of its revisions.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Html;
use folio::{Collection, Kind, Revision, Snapshot, Subscription};

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
    match service.pages.get_cloned(&name) {
        Some(page) if page.of == article.revision() => return Ok(Html(page.html)),
        // Of an older article, or, if there was a write just now, of a newer one.
        _ => {}
    }
    // Two who miss it at once both make it. An older one may come to stand in the place of a newer
    // one, too, but is not shown: the next one to come finds that its revision is not the one.
    let of = article.revision();
    let rendered = tokio::task::spawn_blocking(move || render(&article)).await;
    let html = rendered.map_err(|_panicked| StatusCode::INTERNAL_SERVER_ERROR)?;
    // A cache that is closed keeps nothing, and that is no reason to fail.
    drop(service.pages.set(name, Page { of, html: html.clone() }));
    Ok(Html(html))
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
