//! Many ask for the same page at once, and one of them renders it: on threads, and in tasks of
//! tokio; also when the one that renders fails, or is cancelled.
//!
//! ```sh
//! cargo run --example single_flight
//! ```

use std::error::Error;
use std::thread;

use folio::{Collection, LoadError, WriteError};
use tokio::runtime::Builder;
use tokio::task::yield_now;

type Pages = Collection<String, String>;
type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Result<()> {
    let desk = Desk { pages: Pages::new(), renders: Collection::new() };
    threads(&desk)?;
    failure(&desk)?;
    let runtime = Builder::new_multi_thread().worker_threads(2).build()?;
    runtime.block_on(tasks(&desk))?;
    runtime.block_on(cancelled(&desk))
}

/// The cache, and how often each page was rendered. Cheap to clone.
#[derive(Clone)]
struct Desk {
    pages: Pages,
    renders: Collection<String, u32>,
}

impl Desk {
    /// What takes long.
    fn render(&self, name: &str) -> std::result::Result<String, WriteError> {
        self.renders.upsert_with(name.to_string(), |renders| renders.map_or(1, |n| n + 1))?;
        thread::yield_now();
        Ok(format!("<h1>{name}</h1>"))
    }

    fn say(&self, who: &str, name: &str) -> Result<()> {
        let renders = self.renders.try_get(name)?;
        println!("{who}: {name:?} is there, rendered {} time", *renders);
        Ok(())
    }
}

fn threads(desk: &Desk) -> Result<()> {
    thread::scope(|threads| {
        let ask = || desk.pages.get_or_try_insert_with("home", || desk.render("home")).map(drop);
        let asking: Vec<_> = (0..8).map(|_| threads.spawn(ask)).collect();
        asking.into_iter().try_for_each(|thread| thread.join().expect("no panic"))
    })?;
    desk.say("8 threads", "home")
}

/// Nothing is kept of a loader that fails, and the next one to ask tries again.
fn failure(desk: &Desk) -> Result<()> {
    match desk.pages.get_or_try_insert_with("news", || Err::<String, _>("no news")) {
        Err(LoadError::Loader(error)) => println!("a failure: {error}"),
        other => return Err(format!("it did not fail: {other:?}").into()),
    }
    desk.pages.get_or_try_insert_with("news", || desk.render("news"))?;
    desk.say("after it", "news")
}

async fn tasks(desk: &Desk) -> Result<()> {
    let ask = |desk: Desk| async move {
        let render = async {
            yield_now().await; // a database, say
            desk.render("about")
        };
        desk.pages.get_or_try_insert_with_async("about", render).await.map(drop)
    };
    let asking: Vec<_> = (0..100).map(|_| tokio::spawn(ask(desk.clone()))).collect();
    for task in asking {
        task.await??;
    }
    desk.say("100 tasks", "about")
}

/// Whoever waits for a task that is cancelled renders in its place.
async fn cancelled(desk: &Desk) -> Result<()> {
    let pages = desk.pages.clone();
    let first = tokio::spawn(async move {
        pages.get_or_insert_with_async("jobs", std::future::pending()).await.map(drop)
    });
    while desk.pages.stats().loading == 0 {
        yield_now().await;
    }
    let next = desk.clone();
    let second = tokio::spawn(async move {
        let render = async { next.render("jobs") };
        next.pages.get_or_try_insert_with_async("jobs", render).await.map(drop)
    });
    first.abort();
    second.await??;
    desk.say("after a cancelled task", "jobs")
}
