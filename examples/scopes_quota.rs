//! Tenants of one store, each in a namespace of its own, each with a quota.
//!
//! `cargo run --example scopes_quota`

use std::error::Error;
use std::time::Duration;

use folio::{Quota, Scope, Store, StoreError, WriteError};

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let store = Store::new();
    let (ada, bob) = (store.scope("ada")?, store.scope("bob")?);
    ada.set_quota(Quota::default().max_keys(3).max_collections(2));

    let prefs = ada.strings("prefs")?;
    for (name, value) in [("theme", "dark"), ("locale", "en-GB"), ("zone", "UTC")] {
        prefs.set(name.into(), value.into())?;
    }
    report(&ada);

    // A fourth is refused, and handed back; what is there may change.
    let refused = prefs.set("font".into(), "serif".into()).err().ok_or("the quota is reached")?;
    println!("{refused}: {:?} comes back", refused.given.0);
    prefs.set("theme".into(), "light".into())?;

    // Several at once: all of them, or none.
    let many = [("a", "1"), ("b", "2")].map(|(key, value)| (key.to_string(), value.to_string()));
    prefs.remove("zone")?;
    let refused = prefs.set_many(many).err().ok_or("there is room for one of them")?;
    if let WriteError::QuotaExceeded { used, limit, .. } = refused.reason {
        println!("{} handed back at {used} of {limit}", refused.given.len());
    }

    // What is over does not count.
    prefs.set_with_ttl("banner".into(), "sale".into(), Duration::ZERO)?;
    prefs.set("zone".into(), "CET".into())?;
    report(&ada);

    let mail = ada.strings("mail")?;
    let StoreError::QuotaExceeded { namespace, limit, .. } =
        ada.strings("drafts").err().ok_or("two collections are in use")?
    else {
        return Err("refused for another reason".into());
    };
    println!("{namespace} has {limit} collections: {} and {}", prefs.name(), mail.name());

    // Nobody else is limited, and nobody sees another one's names.
    bob.strings("prefs")?.set("theme".into(), "blue".into())?;
    println!("bob sees {:?}, the store {:?}", bob.collections(""), store.collections(""));
    Ok(())
}

fn report(scope: &Scope) {
    let usage = scope.usage();
    println!("{}: {} keys, {} bytes", scope.namespace(), usage.keys, usage.bytes);
}
