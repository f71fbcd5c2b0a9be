//! Real requests on loopback, as a client would make them.

mod client;

use axum_service::Service;
use client::{Server, body_of};

const ADA: &str = r#"{"title": "Ada", "text": "1 < 2"}"#;

#[tokio::test]
async fn page_is_that_of_the_article_as_it_is() {
    let server = Server::of(Service::keeping(64)).await;
    assert_eq!(server.get("/articles/ada").await.0, 404);
    assert_eq!(server.put("ada", ADA).await, 201);
    for _ in 0..2 {
        let (status, page) = server.get("/articles/ada").await;
        assert_eq!(status, 200);
        assert!(page.contains("<h1>Ada</h1>\n<p>1 &lt; 2</p>"), "{page}");
        assert_eq!(server.service.cached(), 1);
    }

    // What is in the cache now is of the article before.
    assert_eq!(server.put("ada", r#"{"title": "A. L.", "text": ""}"#).await, 204);
    assert!(server.get("/articles/ada").await.1.contains("<h1>A. L.</h1>"));

    // And it goes with the article.
    assert_eq!(server.delete("ada").await, 204);
    assert_eq!(server.service.cached(), 0);
    assert_eq!(server.delete("ada").await, 404);
    assert_eq!(server.get("/articles/ada").await.0, 404);
}

#[tokio::test]
async fn changes_are_told_as_they_happen_until_the_service_closes() {
    let server = Server::of(Service::keeping(64)).await;
    let mut changes = server.changes(None).await;
    server.put("ada", ADA).await;
    server.put("ada", ADA).await;
    server.delete("ada").await;

    let told = [changes.next().await, changes.next().await, changes.next().await];
    let kinds = told.each_ref().map(|event| event.kind.as_str());
    assert_eq!(kinds, ["created", "updated", "removed"]);
    assert!(told[0].data.contains(r#""title":"Ada""#) && told[0].data.contains(r#""name":"ada""#));
    assert!(told.iter().all(|event| event.id.is_some()));

    server.service.close();
    assert_eq!(changes.next().await.kind, "closed");
    changes.ends().await;
    assert_eq!(server.put("ada", ADA).await, 503);
}

#[tokio::test]
async fn client_that_was_away_goes_on_where_it_stopped() {
    let server = Server::of(Service::keeping(64)).await;
    server.put("before", ADA).await;
    let (_, list) = server.get("/articles").await;
    let list: serde_json::Value = serde_json::from_str(&list).expect("it is JSON");
    assert_eq!(list["articles"]["before"]["title"], "Ada");
    let listed = list["last_event_id"].as_str().map(str::to_owned);
    server.put("first", ADA).await;

    let mut changes = server.changes(listed.as_deref()).await;
    let first = changes.next().await;
    assert!(first.data.contains(r#""name":"first""#), "{first:?}");
    drop(changes); // the client goes

    server.put("second", ADA).await;
    server.delete("first").await;

    let mut changes = server.changes(first.id.as_deref()).await;
    let second = changes.next().await;
    assert!(second.data.contains(r#""name":"second""#), "{second:?}");
    assert_eq!(changes.next().await.kind, "removed");
}

#[tokio::test]
async fn client_that_was_away_for_too_long_is_told_so() {
    let server = Server::of(Service::keeping(8)).await;
    server.put("ada", ADA).await;
    let mut changes = server.changes(None).await;
    server.put("ada", ADA).await;
    let seen = changes.next().await;
    drop(changes);
    for _ in 0..100 {
        server.put("ada", ADA).await;
    }
    let (_, all) = server.get("/articles").await;
    let all: serde_json::Value = serde_json::from_str(&all).expect("it is JSON");

    // Too late; of another run; no id at all.
    for id in [seen.id.as_deref(), Some("1-1"), Some("yesterday")] {
        let mut changes = server.changes(id).await;
        let first = changes.next().await;
        assert_eq!((first.kind.as_str(), first.id), ("lost", None), "{id:?}");
        changes.ends().await;
    }
    // But not whoever has read the list since.
    let mut changes = server.changes(all["last_event_id"].as_str()).await;
    server.delete("ada").await;
    assert_eq!(changes.next().await.kind, "removed");
}

#[test]
fn body_begins_behind_the_blank_line() {
    assert_eq!(
        body_of("HTTP/1.0 200 OK\r\na: b\r\n\r\nc\r\n\r\nd"),
        (200, "c\r\n\r\nd".to_owned())
    );
}
