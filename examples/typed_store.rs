//! Collections of different types in one store: hooks, one instant over all, handles that may do
//! less, a copy, and a dump.
//!
//! ```sh
//! cargo run --example typed_store
//! ```

use folio::{Error, Store, StoreError, Writer};

#[derive(Clone, Debug, PartialEq)]
struct User {
    email: String,
}

#[derive(Clone, Debug)]
struct Order {
    user: String,
    cents: u64,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::new();
    let users = store
        .builder_for::<String, User>("users")
        .validate(|user: &User| if user.email.contains('@') { Ok(()) } else { Err("no e-mail") })
        .skip_equal()
        .printable()
        .build()?;
    let orders = store.builder_for::<u32, Order>("orders").printable().build()?;
    let sessions = store.strings("sessions")?;

    sign_up(&users.writer(), "ada", "ada@example.org")?;
    sign_up(&users.writer(), "alan", "alan@example.org")?;
    if let Err(refused) = sign_up(&users.writer(), "nobody", "nowhere") {
        println!("{refused}");
    }
    orders.set(1, Order { user: "ada".into(), cents: 1_250 })?;
    sessions.set("token".into(), "ada".into())?;

    // A name has one type for as long as it is in use.
    if let Err(refused @ StoreError::TypeMismatch { .. }) = store.strings("users") {
        println!("{refused}");
    }

    // One instant over all collections: whatever is written meanwhile, users and orders agree.
    let view = store.view();
    orders.set(2, Order { user: "alan".into(), cents: 990 })?;
    users.remove("ada")?;
    let then = view.collection::<u32, Order>("orders")?;
    let who = view.collection::<String, User>("users")?;
    for order in then.sorted() {
        let user = who.get(&order.user).ok_or("an order without a user")?;
        println!("as of {}: {} cents from {}", view.revision(), order.cents, user.email);
    }

    // A copy to try something with.
    let plan = store.fork()?;
    println!("{} documents cleared from the copy", plan.clear_prefix("")?);

    store.dump(&mut std::io::stdout().lock())?;
    println!("{} documents in {} collections", store.count(""), store.collections("").len());
    Ok(())
}

/// It may write users, but not read them.
fn sign_up(users: &Writer<String, User>, name: &str, email: &str) -> Result<(), Error> {
    users.create(name.into(), User { email: email.into() })?;
    Ok(())
}
