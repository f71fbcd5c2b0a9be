//! The programs that a newcomer writes first.

use std::error::Error;

use folio::{Collection, Outcome, Store};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Documents: create, read, replace, update, compare, remove.
#[cfg(feature = "json")]
#[test]
fn documents_crud() -> Result<()> {
    use folio::{Document, doc};
    use uuid::Uuid;

    let docs: Collection<Uuid, Document> = Collection::new();
    let id = docs.insert(doc! { "name": "Ada", "address": { "city": "London" }, "age": 36 })?;

    let found = docs.get(&id).ok_or("gone")?;
    assert_eq!(found.at("address.city").and_then(|v| v.as_str()), Some("London"));
    let revision = found.revision();
    drop(found);

    docs.replace(&id, doc! { "name": "Ada", "age": 37 })?;
    let change = docs.update(&id, |d| {
        let mut next = d.clone();
        next.set_at("age", 38);
        next
    })?;
    assert_eq!(change.new.at("age").and_then(serde_json::Value::as_u64), Some(38));

    match docs.compare_and_set(&id, revision, doc! { "name": "stale" }) {
        Err(rejected) => assert_eq!(rejected.given.str_at("name"), Some("stale")),
        Ok(outcome) => unreachable!("{outcome:?}"),
    }
    let last = docs.remove(&id)?.ok_or("was never there")?;
    assert_eq!(last.version().get(), 3);
    docs.close();
    Ok(())
}

#[derive(Clone, Debug, PartialEq)]
struct User {
    email: String,
    age: u8,
}

/// Typed values with hooks, and a closure that can fail with its own error.
#[test]
fn typed_users() -> Result<()> {
    let store = Store::new();
    let users = store
        .builder_for::<String, User>("users")
        .validate(|u: &User| if u.email.is_empty() { Err("email required") } else { Ok(()) })
        .unchanged_if(|old, new| old.email == new.email)
        .build()?;
    users.set("alice".into(), User { email: "alice@example.org".into(), age: 255 })?;
    match users.set("bob".into(), User { email: String::new(), age: 1 }) {
        Err(refused) => assert_eq!((refused.given.0.as_str(), refused.given.1.age), ("bob", 1)),
        Ok(Outcome::Unchanged { .. }) => unreachable!("there was none"),
        Ok(_) => unreachable!("it has no e-mail"),
    }
    let result = users.try_update("alice", |u| {
        u8::try_from(u16::from(u.age) + 1).map(|age| User { age, ..u.clone() })
    });
    assert!(matches!(result, Err(folio::UpdateError::Closure(_))));
    let alice = users.get("alice").map(|u| u.clone()).ok_or("gone")?;
    users.set_many([("carol".to_string(), alice)])?;
    assert_eq!(users.len(), 2);
    Ok(())
}

/// Queries of indexes over typed values and over documents.
#[cfg(feature = "json")]
#[test]
fn index_queries() -> Result<()> {
    use std::ops::Bound;

    use folio::{Document, doc, fields, key};
    use uuid::Uuid;

    struct User {
        name: String,
        city: String,
        age: u8,
        manager: Option<String>,
    }

    let users: Collection<String, User> = Collection::new();
    for (name, city, age) in [("Ada", "London", 36), ("Alan", "London", 17), ("Odile", "Lyon", 64)]
    {
        let manager = (age < 18).then(|| "Ada".to_string());
        users.set(name.into(), User { name: name.into(), city: city.into(), age, manager })?;
    }
    let quakes: Collection<Uuid, Document> = Collection::new();
    for mag in [2.0, 3.0, 4.5] {
        quakes.insert(doc! { "properties": { "mag": mag, "net": "ci", "magType": "ml" } })?;
    }

    let by_city_age = users.create_index("city_age", folio::by(|u: &User| key![u.city, u.age]))?;
    let by_age = users.create_index("age", folio::by(|u: &User| u.age))?;
    let by_manager = users.create_index("manager", folio::by(|u: &User| key![u.manager]))?;
    let mag = quakes.create_index("mag", fields(["properties.mag"]))?;
    let net_type =
        quakes.create_index("net_type", fields(["properties.net", "properties.magType"]))?;

    let names: Vec<_> = by_age.range(18..65).map(|u| u.name.clone()).collect();
    assert_eq!(names, ["Ada", "Odile"]);
    assert_eq!(mag.range(4.5..).rev().take(10).map(|q| q.version().get()).sum::<u64>(), 1);
    assert_eq!(by_city_age.range(("London", 18)..("London", 65)).count(), 1);
    // A short bound on a composite index: every key that begins so.
    assert_eq!(by_city_age.range("London"..="Lyon").count(), 3);
    let mixed = (Bound::Excluded(("London", 18)), Bound::Included("Lyon"));
    assert_eq!(by_city_age.range(mixed).count(), 2);
    assert_eq!((net_type.range(..).count(), by_manager.len()), (3, 1));
    let (lo, hi): (serde_json::Value, serde_json::Value) =
        (serde_json::from_str("2")?, serde_json::from_str("3.5")?);
    assert_eq!(mag.range(&lo..&hi).count(), 2);

    let exact: Vec<_> = net_type.get(("ci", "ml")).map(|r| r.snapshot()).collect();
    let first = net_type.prefix("ci").next();
    assert_eq!(
        first.map(|r| r.snapshot().revision()),
        exact.first().map(folio::Snapshot::revision)
    );
    assert_eq!(by_city_age.get(("London", 36_u8)).count(), 1);

    // Pages for a web list; the token travels in a link.
    let page = by_age.page(18.., None, 1);
    let next = page.next.as_ref().ok_or("there are two")?;
    let link = format!("/users?after={next}");
    let again = by_age.page(18.., Some(&link["/users?after=".len()..].parse()?), 1);
    assert_eq!((again.items[0].key().as_str(), again.next.is_none()), ("Odile", true));
    // Two answers that agree with each other: ask one view.
    let view = users.view();
    let (a, b) = (view.index("age")?.range(..18).count(), view.index("age")?.range(18..).count());
    assert_eq!(a + b, view.len());
    Ok(())
}

/// A listener with a replay, one that is called, and one of a key in whatever collection.
#[test]
fn watch_with_replay() -> Result<()> {
    use folio::{Kind, Pattern, WatchError};

    #[derive(Clone, Debug)]
    struct Task {
        title: String,
        done: bool,
    }

    let store = Store::new();
    let tasks = store.collection::<String, Task>("tasks")?;
    tasks.set("task-0".into(), Task { title: "Write a list".into(), done: true })?;
    let builder = tasks.watch().replay().keys(Pattern::prefix("task-"));
    let mut watch = builder.events([Kind::Created, Kind::Updated]).buffer(256).subscribe();
    let listener = std::thread::spawn(move || -> Result<Vec<String>> {
        let mut told = Vec::new();
        loop {
            match watch.recv() {
                Ok(event) => {
                    let title = event.new_value().map_or("", |t| &t.title);
                    told.push(format!("[{:?}] {title}", event.what()));
                }
                Err(WatchError::Lagged { missed, .. }) => {
                    let view = watch.resync(); // rebuild from it, then go on
                    told.push(format!("missed {missed}, now {} tasks", view.len()));
                }
                Err(WatchError::Closed) => return Ok(told),
                Err(other) => return Err(other.into()),
            }
        }
    });
    tasks.set("task-1".into(), Task { title: "Buy groceries".into(), done: false })?;
    tasks.update("task-1", |t| Task { done: true, ..t.clone() })?;
    assert_eq!(tasks.view().values().filter(|t| !t.done).count(), 0);

    let (tell, called) = std::sync::mpsc::channel();
    let seen = tasks.on_change(move |event| {
        if let Ok(event) = event {
            let _gone = tell.send(event.revision);
        }
    });
    let written = tasks.set("other".into(), Task { title: "No task".into(), done: false })?;
    assert_eq!(called.try_iter().collect::<Vec<_>>(), [written.revision()]);
    drop(seen);

    let themes = store.watch().keys(Pattern::exact("theme".to_string())).subscribe();
    store.strings("settings")?.set("theme".into(), "dark".into())?;
    if let Some(event) = { themes }.next() {
        let event = event?;
        assert!(event.downcast::<String, Task>().is_none());
        let told = format!("{}/{}", event.collection(), event.key_text());
        assert_eq!(told, "settings/\"theme\"");
    }
    store.close();
    let told = listener.join().map_err(|_| "the listener panicked")??;
    let as_it_was =
        ["[Created] Write a list", "[Created] Buy groceries", "[Updated] Buy groceries"];
    assert_eq!(told, as_it_was);
    Ok(())
}

/// A tenant with a namespace and a quota of its own, and a template filled from strings.
#[cfg(feature = "templates")]
#[test]
fn scopes_with_quota() -> Result<()> {
    use folio::{Quota, Scope, WriteError};

    let store = Store::new();
    let tenant: Scope = store.scope("tenant-99")?;
    tenant.set_quota(Quota::default().max_keys(100).max_collections(5));
    let prefs = tenant.strings("prefs")?;
    prefs.set("locale".into(), "en-GB".into())?;
    tenant.set_quota(tenant.quota().max_keys(1));
    match prefs.set("one-more".into(), "x".into()) {
        Err(refused) => match refused.reason {
            WriteError::QuotaExceeded { limit, used, .. } => assert_eq!((used, limit), (1, 1)),
            other => return Err(other.into()),
        },
        Ok(_) => return Err("there is no room".into()),
    }
    assert_eq!(store.collections("tenant-99:"), [std::sync::Arc::from("tenant-99:prefs")]);

    let mail = store.strings("mail")?;
    mail.set("host".into(), "smtp.example.com".into())?;
    assert_eq!(folio::text::render("{{ host }}:{{ port }}", &mail)?, "smtp.example.com:");
    let host = mail.try_get("host")?;
    let parts: Vec<String> = folio::text::split(&host, ".").map(String::from).collect();
    assert_eq!(parts, ["smtp", "example", "com"]);
    Ok(())
}

/// Sessions that end: after a day, or half an hour without use.
#[test]
fn ttl_sessions() -> Result<()> {
    use std::time::Duration;

    #[derive(Clone, PartialEq)]
    struct Session {
        user: String,
    }

    let clock = folio::TestClock::new();
    let sessions: Collection<String, Session> = Collection::builder()
        .time_to_idle(Duration::from_secs(1800))
        .clock(clock.clone())
        .build()?;
    let session = Session { user: "ada".into() };
    sessions.set_with_ttl("token".into(), session, Duration::from_secs(24 * 3600))?;
    clock.advance(Duration::from_secs(60));
    sessions.expire_in("token", Duration::from_secs(3600))?;
    let left = match sessions.ttl("token") {
        None => "absent".to_string(),
        Some(None) => "for ever".into(),
        Some(Some(d)) => format!("{d:?}"),
    };
    assert_eq!(
        (left.as_str(), sessions.get("token").is_some_and(|it| it.user == "ada")),
        ("1800s", true)
    );
    sessions.persist("token")?;
    clock.advance(Duration::from_secs(7200));
    assert!(sessions.get("token").is_none());
    assert_eq!(sessions.purge_expired(), 1);
    Ok(())
}

/// A cache in an asynchronous service: one load for each key however many requests wait, and a
/// dropped request lets the next one load.
#[test]
fn pages_on_demand() -> Result<()> {
    use folio::LoadError;

    type Pages = Collection<String, String>;

    #[allow(clippy::unused_async, reason = "it would await, in life")]
    async fn render(id: &str) -> std::io::Result<String> {
        match id {
            "gone" => Err(std::io::ErrorKind::NotFound.into()),
            _ => Ok(format!("<h1>{id}</h1>")),
        }
    }

    async fn page(pages: Pages, id: String) -> std::result::Result<String, u16> {
        let page = pages.get_or_try_insert_with_async(id.as_str(), render(&id)).await;
        let page = page.map_err(|e| match e {
            LoadError::Loader(_io) => 502_u16,
            LoadError::Rejected(_refused) => 507, // .given is the page that could not be kept
        })?;
        Ok(page.value().clone())
    }

    let pages = Pages::new();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build()?;
    let asked = |id: &str| runtime.block_on(runtime.spawn(page(pages.clone(), id.into())));
    assert_eq!(asked("home")?, Ok("<h1>home</h1>".to_string()));
    assert_eq!(asked("gone")?, Err(502));
    pages.close();
    assert_eq!(asked("late")?, Err(507));
    Ok(())
}

/// Many threads update one document, and nobody's increment is lost.
#[test]
fn concurrent_updates() -> Result<()> {
    const UPDATES: u64 = 100;
    let counts: Collection<&str, u64> = Collection::new();
    counts.set("item", 0)?;
    std::thread::scope(|threads| {
        for _ in 0..UPDATES {
            threads.spawn(|| counts.update("item", |count| count + 1).map(drop));
        }
    });
    let last = counts.try_get("item")?;
    assert_eq!((*last, last.version().get()), (UPDATES, UPDATES + 1));
    Ok(())
}
