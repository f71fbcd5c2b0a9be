//! A watch that falls behind on purpose, is told so, and catches up with one call.
//!
//! It feeds a replica: a map of its own that follows a collection change by change, as a search
//! index, a screen or a cache in another process would. `cargo run --example watch_resync`

use std::collections::BTreeMap;
use std::error::Error;
use std::thread;

use folio::{Collection, Event, View, Watch, WatchError};

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let stock: Collection<String, u32> = Collection::new();
    let mut watch = stock.watch().buffer(BUFFER).subscribe();
    let mut replica = Replica::default();

    write(&stock, 5)?;
    while let Some(event) = watch.try_recv()? {
        replica.apply(&event);
    }
    println!("in time: {} events, {} articles", replica.events, replica.articles.len());

    // Far more than the watch may fall behind: no write waits for it.
    write(&stock, 1_000)?;
    match watch.try_recv() {
        Err(WatchError::Lagged { missed, .. }) => println!("too late: {missed} revisions missed"),
        other => return Err(format!("it did not lag: {other:?}").into()),
    }
    replica.load(&watch.resync());
    println!("one resync: {} articles", replica.articles.len());

    // From here on both run as fast as they can.
    thread::scope(|threads| {
        let writer = threads.spawn(|| {
            write(&stock, 20_000)?;
            stock.set(LAST.into(), 0).map_err(folio::Error::from)
        });
        replica.follow_to_the_last(&mut watch)?;
        writer.join().expect("the writer does not panic").map(drop)
    })?;
    println!("in a race: {} events, {} resyncs in all", replica.events, replica.resyncs);

    if replica.articles != articles(&stock.view()) {
        return Err("the replica is not what the collection was".into());
    }
    println!("the replica equals the collection: {} articles", replica.articles.len());
    Ok(())
}

/// Creates, updates and removes a few articles, over and over.
fn write(stock: &Collection<String, u32>, writes: u32) -> Result<(), folio::Error> {
    for n in 0..writes {
        let name = format!("article-{}", n % 17);
        if n % 7 == 6 {
            stock.remove(&name)?;
        } else {
            stock.set(name, n)?;
        }
    }
    Ok(())
}

fn articles(view: &View<String, u32>) -> BTreeMap<String, u32> {
    view.entries().map(|(name, count)| (name.clone(), *count)).collect()
}

#[derive(Default)]
struct Replica {
    articles: BTreeMap<String, u32>,
    events: usize,
    resyncs: usize,
}

impl Replica {
    fn follow_to_the_last(&mut self, watch: &mut Watch<String, u32>) -> Result<(), WatchError> {
        while !self.articles.contains_key(LAST) {
            match watch.recv() {
                Ok(event) => self.apply(&event),
                // The view has what was lost, and what comes then is newer.
                Err(WatchError::Lagged { .. }) => self.load(&watch.resync()),
                Err(closed) => return Err(closed),
            }
        }
        Ok(())
    }

    fn apply(&mut self, event: &Event<String, u32>) {
        self.events += 1;
        match (event.key(), event.new_value()) {
            (Some(name), Some(count)) => drop(self.articles.insert(name.clone(), **count)),
            (Some(name), None) => drop(self.articles.remove(name)),
            // The end of a `clear`, whose removals were told one by one.
            (None, _) => {}
        }
    }

    fn load(&mut self, view: &View<String, u32>) {
        self.resyncs += 1;
        self.articles = articles(view);
    }
}

/// Revisions that the watch may fall behind: few, so that it does.
const BUFFER: usize = 16;

/// What is written last, so that the replica knows that it is done.
const LAST: &str = "the last article";
