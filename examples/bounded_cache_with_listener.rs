//! A cache of so many bytes, and a listener that is told what had to go.
//!
//! `cargo run --example bounded_cache_with_listener`

use std::error::Error;
use std::sync::mpsc;

use folio::{Cause, Collection, EventKind};

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let pages: Collection<String, Vec<u8>> =
        Collection::builder().max_bytes(1 << 20).printable().build()?;

    // Called by the writers themselves, in the order of what happened.
    let (tell, told) = mpsc::channel();
    let listener = pages.on_change(move |event| {
        let Ok(event) = event else { return };
        if let EventKind::Removed { cause: Cause::Evicted, old } = &event.kind {
            let _nobody_listens = tell.send(old.len());
        }
    });

    // The start page is always wanted, whoever asks for what else.
    pages.set("/".into(), vec![0; 4_096])?;
    pages.protect("/");

    // What is asked for again and again stays, though ten times as much comes by once.
    for n in 0..2_000 {
        pages.get_or_insert_with(&format!("/popular/{}", n % 20), || vec![1; 8_192])?;
        pages.get_or_insert_with(&format!("/once/{n}"), || vec![2; 4_096])?;
    }
    let popular = (0..20).filter(|n| pages.contains(&format!("/popular/{n}"))).count();
    let stats = pages.stats();
    println!(
        "{popular} of 20 popular pages are there, and the start page: {}",
        pages.contains("/")
    );
    println!("{} bytes of {}, {} pages", stats.weight, 1 << 20, pages.len());
    println!("{} had to go, {} KiB", stats.evictions, told.try_iter().sum::<usize>() >> 10);

    // What would not fit in alone comes back.
    let refused = pages.set("/film".into(), vec![3; 2 << 20]).err().ok_or("it cannot fit")?;
    println!("{refused}; its {} bytes are still here", refused.given.1.len());

    drop(listener);
    Ok(())
}
