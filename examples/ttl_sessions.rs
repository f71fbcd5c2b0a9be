//! Sessions that end: so long after they began, or after they were last used.
//!
//! The clock is one that the program moves, so nobody has to wait.
//! `cargo run --example ttl_sessions`

use std::error::Error;
use std::time::Duration;

use folio::{Cause, Collection, EventKind, TestClock};

#[derive(Clone)]
struct Session {
    user: String,
}

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let clock = TestClock::new();
    let sessions: Collection<String, Session> =
        Collection::builder().time_to_idle(30 * MINUTE).clock(clock.clone()).build()?;
    let ended = sessions.on_change(|event| {
        let Ok(event) = event else { return };
        if let EventKind::Removed { old, cause: Cause::Expired } = &event.kind {
            println!("  the session of {} is over", old.user);
        }
    });

    // A day at most, and half an hour without use.
    for user in ["ada", "bob", "eve"] {
        let session = Session { user: user.into() };
        sessions.set_with_ttl(user.into(), session, 24 * HOUR)?;
    }
    println!("{} sessions", sessions.len());

    for _ in 0..3 {
        clock.advance(20 * MINUTE);
        drop(sessions.get("ada").ok_or("in use all the time")?);
    }
    println!("an hour later, in which only ada did anything: {}", sessions.len());

    // Logging out of everywhere, but not at once. The session is shared, not copied.
    sessions.expire_in("ada", MINUTE)?;
    println!("ada has {} s left", sessions.ttl("ada").flatten().ok_or("it ends")?.as_secs());
    clock.advance(MINUTE);
    println!("{} found, {} purged", sessions.iter().count(), sessions.purge_expired());

    drop(ended);
    Ok(())
}

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
