//! The programs that a newcomer writes first.

use std::error::Error;

use folio::{Collection, Outcome};

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
    let users: Collection<String, User> = Collection::builder()
        .name("users")
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
