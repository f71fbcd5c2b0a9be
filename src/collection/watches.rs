//! The verbs that tell of changes.

use std::hash::BuildHasher;

use crate::collection::Collection;
use crate::error::WatchError;
use crate::event::Event;
use crate::key::{Key, Value};
use crate::store::KeptName;
use crate::watch::{Subscription, WatchBuilder};

impl<K: Key, V: Value, S: BuildHasher + Clone + Send + Sync + 'static> Collection<K, V, S> {
    /// Begins to say what to watch. Nothing is watched yet: `subscribe` or `for_each` does that.
    ///
    /// # Examples
    ///
    /// ```
    /// use folio::{Collection, Kind, Pattern};
    ///
    /// let tasks: Collection<String, u32> = [("task-1".to_string(), 1)].into_iter().collect();
    /// let watch = tasks
    ///     .watch()
    ///     .replay()
    ///     .keys(Pattern::prefix("task-"))
    ///     .events([Kind::Created])
    ///     .subscribe();
    /// tasks.set("other".into(), 0)?;
    /// tasks.set("task-2".into(), 2)?;
    ///
    /// tasks.close();
    ///
    /// let told: Vec<_> = watch.map_while(Result::ok).map(|event| event.key().cloned()).collect();
    /// assert_eq!(told, [Some("task-1".into()), Some("task-2".into())]);
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn watch(&self) -> WatchBuilder<K, V, S> {
        let name = KeptName::new(&self.title.name, self.title.home.as_ref());
        WatchBuilder::new(&self.rooms, self.hasher.clone(), name)
    }

    /// Calls `f` for each change, in the order of revisions, until the subscription is dropped.
    ///
    /// As [`WatchBuilder::for_each`] of all events: `f` is called by threads that write, before
    /// their writes return, unless another one is at it, which then takes it along. It may do
    /// anything; what it writes is told after it has returned.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::mpsc;
    ///
    /// let stock: folio::Collection<&str, u32> = folio::Collection::new();
    /// let (tell, told) = mpsc::channel();
    /// let subscription = stock.on_change(move |event| {
    ///     let _ = tell.send(event.map(|event| event.revision.get()));
    /// });
    /// let written = stock.set("apples", 3)?;
    /// assert_eq!(told.try_recv(), Ok(Ok(written.revision().get()))); // before the write returned
    /// drop(subscription);
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn on_change(
        &self,
        f: impl FnMut(Result<&Event<K, V>, WatchError>) + Send + 'static,
    ) -> Subscription {
        self.watch().for_each(f)
    }
}
