//! Reading all articles, writing and removing one.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Service;

/// What is stored.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Article {
    /// One line.
    pub title: String,
    /// Many.
    pub text: String,
}

/// All of one instant: whoever goes on with the changes after `last_event_id` misses none.
pub(crate) async fn list(State(service): State<Service>) -> Json<Value> {
    let view = service.articles.view();
    let articles: BTreeMap<&String, &Article> = view.entries().collect();
    let last = service.place(view.revision()).to_string();
    Json(json!({ "last_event_id": last, "articles": articles }))
}

pub(crate) async fn write(
    State(service): State<Service>,
    Path(name): Path<String>,
    Json(article): Json<Article>,
) -> StatusCode {
    match service.articles.set(name, article) {
        Ok(outcome) if outcome.is_created() => StatusCode::CREATED,
        Ok(_) => StatusCode::NO_CONTENT,
        Err(_closed) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

pub(crate) async fn remove(State(service): State<Service>, Path(name): Path<String>) -> StatusCode {
    match service.articles.remove(&name) {
        Ok(Some(_)) => StatusCode::NO_CONTENT,
        Ok(None) => StatusCode::NOT_FOUND,
        Err(_closed) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
