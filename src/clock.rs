//! The wall clock. The only door to the system's coarse one.

/// Nanoseconds since 1970, some milliseconds late at most: what it costs is nothing beside a write.
pub(crate) fn coarse_now() -> u64 {
    #[cfg(target_os = "linux")]
    let (seconds, nanos) = {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::RealtimeCoarse);
        (now.tv_sec, now.tv_nsec)
    };
    #[cfg(not(target_os = "linux"))]
    let (seconds, nanos) = {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.map_or((0, 0), |now| (now.as_secs() as i64, i64::from(now.subsec_nanos())))
    };
    u64::try_from(seconds.saturating_mul(1_000_000_000).saturating_add(nanos)).unwrap_or(0)
}
