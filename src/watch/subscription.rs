//! [`Subscription`]: a function that is called for each change.

use std::fmt;

use crate::error::WatchError;
use crate::feed::Deliver;
use crate::protocol::turn::Turn;
use crate::reclaim::contain;
use crate::sync::{Arc, Mutex, lock};
use crate::trace;
use crate::watch::course::Course;
use crate::watch::subject::Subject;

/// A function that is called for each change, until this is dropped.
///
/// Made by [`Collection::on_change`](crate::Collection::on_change) and
/// [`WatchBuilder::for_each`](crate::WatchBuilder::for_each). Dropping it stops it, also from
/// within: a call that is under way on another thread may still come to its end, and drops what the
/// function owns then.
///
/// # Examples
///
/// A function that is called once, and ends its own subscription:
///
/// ```
/// use std::sync::{Arc, Mutex};
///
/// let stock: folio::Collection<&str, u32> = folio::Collection::new();
/// let (mine, calls) = (Arc::new(Mutex::new(None)), Arc::new(Mutex::new(0)));
/// let (own, count) = (mine.clone(), calls.clone());
/// let subscription = stock.on_change(move |_event| {
///     *count.lock().unwrap() += 1;
///     drop(own.lock().unwrap().take());
/// });
/// *mine.lock().unwrap() = Some(subscription);
/// stock.set("apples", 3)?;
/// stock.set("apples", 4)?;
/// assert_eq!(*calls.lock().unwrap(), 1);
/// # Ok::<(), folio::Error>(())
/// ```
#[must_use = "dropping a subscription ends it"]
pub struct Subscription {
    callback: Arc<dyn Callback>,
    /// Puts it up where writers look whom to call, or takes it down. Not the callback's own: that
    /// would keep the collection, which keeps it.
    post: Box<dyn Fn(Arc<dyn Deliver>, bool) + Send + Sync>,
}

impl Subscription {
    /// Calls for each event of a course. `post` puts the callback up where writers look whom to
    /// call, or takes it down.
    pub(crate) fn calling<T>(
        course: Course<T>,
        call: impl FnMut(Result<&T::Event, WatchError>) + Send + 'static,
        post: impl Fn(Arc<dyn Deliver>, bool) + Send + Sync + 'static,
    ) -> Self
    where
        T: Subject + Send + 'static,
        T::Event: Send,
        T::Replay: Send,
    {
        let work = Mutex::new(Some(Work { course, call, is_over: false }));
        let called = Arc::new(Called { turn: Turn::new(), work });
        // Before any writer could: what was replayed is told when this returns.
        let _has_the_turn = called.turn.begin();
        post(called.clone(), true);
        called.go_round();
        Self { callback: called, post: Box::new(post) }
    }

    /// How often the function, or the filter, has panicked. It is called for the next event all the
    /// same.
    ///
    /// # Examples
    ///
    /// ```
    /// let stock: folio::Collection<&str, u32> = folio::Collection::new();
    /// let subscription = stock.on_change(|_| panic!("told so"));
    /// stock.set("apples", 3)?; // unharmed
    /// assert_eq!(subscription.panics(), 1);
    /// # Ok::<(), folio::Error>(())
    /// ```
    pub fn panics(&self) -> u64 {
        self.callback.panics()
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        // Contained: in a thread that is being torn down the collectors may be gone.
        contain(|| (self.post)(Arc::clone(&self.callback).deliverer(), false));
        self.callback.stop();
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").field("panics", &self.panics()).finish_non_exhaustive()
    }
}

trait Callback: Send + Sync {
    fn deliverer(self: Arc<Self>) -> Arc<dyn Deliver>;
    fn stop(&self);
    fn panics(&self) -> u64;
}

struct Called<T: Subject, F> {
    turn: Turn,
    /// Whoever has the turn holds it; `None` when it is over.
    work: Mutex<Option<Work<T, F>>>,
}

struct Work<T: Subject, F> {
    course: Course<T>,
    call: F,
    /// The end was told.
    is_over: bool,
}

impl<T, F> Work<T, F>
where
    T: Subject,
    F: FnMut(Result<&T::Event, WatchError>),
{
    /// Delivers the next event. Says whether there was one.
    fn next(&mut self) -> bool {
        let item = match self.course.recv_when_called() {
            Ok(None) => return false,
            Ok(Some(event)) => Ok(event),
            Err(error) => Err(error),
        };
        self.is_over = matches!(item, Err(WatchError::Closed));
        (self.call)(item.as_ref().map_err(|error| *error));
        true
    }
}

impl<T, F> Called<T, F>
where
    T: Subject,
    F: FnMut(Result<&T::Event, WatchError>),
{
    /// Rounds of whoever has the turn, until nobody has called meanwhile.
    fn go_round(&self) {
        loop {
            self.turn.go_round();
            self.go_on();
            if self.turn.end() {
                return;
            }
        }
    }

    /// One round of whoever has the turn, who alone takes the lock.
    fn go_on(&self) {
        let mut work = lock(&self.work);
        if work.as_mut().is_some_and(|work| self.round(work)) {
            return;
        }
        // Whatever the function owns has destructors of the user's.
        let over = work.take();
        drop(work);
        contain(|| drop(over));
    }

    /// Delivers what there is now. Says whether there can be more later.
    fn round(&self, work: &mut Work<T, F>) -> bool {
        while !self.turn.is_over() && !work.is_over {
            let mut was_one = None;
            // Function, filter, and the destructors of what is told are the user's.
            contain(|| was_one = Some(work.next()));
            match was_one {
                Some(true) => {}
                Some(false) => return true,
                None => {
                    self.turn.count_mishap();
                    contain(|| trace::callback_panicked(work.course.subject().watched()));
                }
            }
        }
        false
    }
}

impl<T, F> Deliver for Called<T, F>
where
    T: Subject + Send,
    T::Event: Send,
    T::Replay: Send,
    F: FnMut(Result<&T::Event, WatchError>) + Send,
{
    fn deliver(&self) {
        if self.turn.begin() {
            self.go_round();
        }
    }
}

impl<T, F> Callback for Called<T, F>
where
    T: Subject + Send + 'static,
    T::Event: Send,
    T::Replay: Send,
    F: FnMut(Result<&T::Event, WatchError>) + Send + 'static,
{
    fn deliverer(self: Arc<Self>) -> Arc<dyn Deliver> {
        self
    }

    fn stop(&self) {
        self.turn.finish();
        // Lets go of the function: at once, or when the call that is under way has returned.
        self.deliver();
    }

    fn panics(&self) -> u64 {
        self.turn.mishaps()
    }
}
