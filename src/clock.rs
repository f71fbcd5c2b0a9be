//! Clocks. The only door to the system's coarse one.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::sync::{Arc, Mutex, lock};

/// What tells the time by which documents expire.
///
/// It is asked when a document is written that expires, when one is read, and when a view is opened
/// of what may expire, also under locks and pins of the store: it must be quick, and must neither
/// panic nor call the store. Unless one is given to [`Builder::clock`](crate::Builder::clock) or
/// [`StoreBuilder::clock`](crate::StoreBuilder::clock) it is the system's.
///
/// Let it go in steps, of a millisecond or more. A view asks until it has seen the same time twice,
/// nine times at most: by a clock that shows another time at every look it may take a document for
/// over that was renewed meanwhile.
pub trait Clock: Send + Sync + 'static {
    /// The time. Times before 1970 count as 1970.
    fn now(&self) -> SystemTime;
}

/// A clock that stands still until a test moves it. Its clones are the same clock.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use folio::{Collection, TestClock};
///
/// let clock = TestClock::new();
/// let sessions: Collection<&str, u32> = Collection::builder().clock(clock.clone()).build()?;
/// sessions.set_with_ttl("token", 7, Duration::from_secs(60))?;
/// clock.advance(Duration::from_secs(59));
/// assert!(sessions.contains("token"));
/// clock.advance(Duration::from_secs(1));
/// assert!(!sessions.contains("token"));
/// # Ok::<(), folio::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct TestClock {
    now: Arc<Mutex<SystemTime>>,
}

impl TestClock {
    /// A clock that shows the beginning of the year 2000.
    #[must_use]
    pub fn new() -> Self {
        let now = UNIX_EPOCH + Duration::from_secs(946_684_800);
        Self { now: Arc::new(Mutex::new(now)) }
    }

    /// Moves the clock on; not beyond what a `SystemTime` can tell.
    pub fn advance(&self, by: Duration) {
        let mut now = lock(&self.now);
        *now = now.checked_add(by).unwrap_or(*now);
    }

    /// Sets the clock, also back.
    pub fn set(&self, now: SystemTime) {
        *lock(&self.now) = now;
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for TestClock {
    fn now(&self) -> SystemTime {
        *lock(&self.now)
    }
}

/// The time by which the documents of a store expire.
#[derive(Clone, Default)]
pub(crate) struct Time {
    /// `None`: the system's.
    given: Option<Arc<dyn Clock>>,
}

impl Time {
    pub(crate) fn given(clock: impl Clock) -> Self {
        Self { given: Some(Arc::new(clock)) }
    }

    /// Nanoseconds since 1970, never early and some milliseconds late at most: for readers.
    pub(crate) fn coarse(&self) -> u64 {
        let given = self.given.as_ref();
        given.map_or_else(coarse_now, |clock| nanos_of(clock.now()).max(DAWN))
    }

    /// Nanoseconds since 1970: for those who set a deadline, which so is never too early.
    pub(crate) fn exact(&self) -> u64 {
        nanos_of(self.given.as_ref().map_or_else(SystemTime::now, |clock| clock.now()))
    }
}

fn nanos_of(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// The earliest deadline: what is over at once is so for those who read in 1970, too.
const DAWN: u64 = 4;

/// Nanoseconds since 1970, some milliseconds late at most: what it costs is nothing beside a write.
pub(crate) fn coarse_now() -> u64 {
    #[cfg(target_os = "linux")]
    {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::RealtimeCoarse);
        let nanos = now.tv_sec.saturating_mul(1_000_000_000).saturating_add(now.tv_nsec);
        u64::try_from(nanos).unwrap_or(0)
    }
    #[cfg(not(target_os = "linux"))]
    nanos_of(SystemTime::now())
}
