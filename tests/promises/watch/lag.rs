//! Falling behind.

use std::ops::Range;
use std::thread;
use std::time::Duration;

use folio::{Kind, Lag, Pattern, Revision, WatchError};

use crate::kit::alone::alone;
use crate::kit::patience::settle;
use crate::watch::{Stock, all};

/// Goal: a watch that waits does not fall behind, whatever happens elsewhere. Method: one with a
/// small buffer waits for one key while 20,000 others are written, twenty times; once more while a
/// document is held all the time, so that nothing can be freed. In a process of its own: a writer
/// of another test that is preempted holds up what the feed knows of its sleepers.
#[test]
fn a_watch_that_waits_never_lags() {
    if !alone("watch::lag::a_watch_that_waits_never_lags") {
        return;
    }
    let stock: Stock = [(0, 0)].into_iter().collect();
    let mut watch = stock.watch().keys(Pattern::exact(7)).buffer(16).subscribe();
    let mut rounds = |numbers: Range<u64>| {
        for number in numbers {
            assert!(watch.recv_timeout(Duration::ZERO).is_ok_and(|event| event.is_none()));
            for other in 0..20_000 {
                assert!(stock.set(other % 5, other).is_ok());
            }
            assert!(stock.set(7, number).is_ok());
            let event = watch.recv_timeout(Duration::from_secs(5)).expect("it does not lag");
            assert_eq!(event.map(|event| event.new_value().map(|n| **n)), Some(Some(number)));
        }
    };
    rounds(0..20);
    let held = stock.get(&0);
    rounds(20..40);
    drop(held);
}

/// Goal: a buffer says by how many revisions a watch may fall behind, and the default is the feed.
/// Method: as many writes as it may miss, and one more, with buffers smaller and larger than the
/// feed.
#[test]
fn a_watch_may_fall_behind_by_its_buffer() {
    for (buffer, reach) in [(1, 1), (16, 16), (1_000, 1_000), (0, FEED), (1_000_000, FEED)] {
        for late in [false, true] {
            let stock = Stock::new();
            let mut watch = stock.watch().buffer(buffer).subscribe();
            let writes = reach + u64::from(late);
            (0..writes).for_each(|number| drop(stock.set(1, number)));
            if late {
                let lagged = watch.try_recv().map(drop).expect_err("it fell behind");
                assert!(matches!(lagged, WatchError::Lagged { .. }), "{buffer}: {lagged:?}");
            } else {
                assert_eq!(all(&mut watch).len() as u64, writes, "{buffer}");
            }
        }
    }
}

/// Goal: a lag is told with what was missed and where to go on, and nothing between is lost.
/// Method: a watch that skips counts what it is told and what it missed; a new one from
/// `resume_at` begins there.
#[test]
fn a_lag_says_what_was_missed_and_where_it_goes_on() {
    let stock = Stock::new();
    let mut watch = stock.watch().buffer(16).on_lag(Lag::Skip).subscribe();
    let (mut next, mut lags) = (1, 0);
    for round in 0..500 {
        (0..round % 40).for_each(|number| drop(stock.set(number, round)));
        loop {
            match watch.try_recv() {
                Ok(None) => break,
                Ok(Some(event)) => {
                    assert_eq!(event.revision.get(), next);
                    next += 1;
                }
                Err(WatchError::Lagged { missed, resume_at }) => {
                    assert_eq!(resume_at.get(), next + missed);
                    let mut again = stock.watch().from(resume_at).subscribe();
                    let first = again.try_recv().map(|event| event.map(|event| event.revision));
                    assert_eq!(first, Ok(Some(resume_at)));
                    (next, lags) = (resume_at.get(), lags + 1);
                }
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!(next, stock.stats().revision + 1);
    }
    assert!(lags > 100, "it lagged {lags} times only");
}

/// Goal: no filter hides a gap. Method: watches that want nothing of what is written lag like all
/// others, when they do not wait.
#[test]
fn no_filter_hides_a_gap() {
    let stock = Stock::new();
    let watch = || stock.watch().buffer(16);
    let watches = [
        watch().keys(Pattern::exact(7)).subscribe(),
        watch().events([Kind::Removed]).subscribe(),
        watch().events([]).subscribe(),
        watch().filter(|_| false).subscribe(),
    ];
    (0..20).for_each(|number| drop(stock.set(1, number)));
    for mut watch in watches {
        let lagged = watch.try_recv().map(drop).expect_err("it fell behind");
        assert!(matches!(lagged, WatchError::Lagged { missed: 4.., .. }), "{lagged:?}");
        assert_eq!(watch.try_recv().map(drop), Err(lagged), "and it says so again");
    }
}

/// Goal: a watch may begin with a revision that the feed still has; if it has it no more, or never
/// had, the watch begins with a lag. Method: while it is kept, when it is gone, from before
/// anybody watched, in the future, and the last one there is.
#[test]
fn a_watch_may_begin_with_a_revision() {
    let stock: Stock = (0..10).map(|key| (key, key)).collect();
    let from = |revision| stock.watch().from(Revision::new(revision).expect("from 1 on"));
    let first = |revision: u64| {
        let mut watch = from(revision).subscribe();
        watch.try_recv().map(|event| event.map(|event| event.revision.get()))
    };
    let lag = |missed, resume_at| {
        let resume_at = Revision::new(resume_at).expect("from 1 on");
        Err(WatchError::Lagged { missed, resume_at })
    };
    assert_eq!(first(1), lag(10, 11), "nobody watched when that was written");
    let keeps = stock.watch().subscribe();
    (0..3_000).for_each(|number| drop(stock.set(20, number)));
    assert_eq!((first(11), first(3_010), first(3_011)), (Ok(Some(11)), Ok(Some(3_010)), Ok(None)));
    assert_eq!(first(10), lag(1, 11));
    let small = from(12).buffer(16).subscribe();
    assert_eq!(small.take(2_999).flatten().count(), 2_999, "it may take its time");
    (0..3_000).for_each(|number| drop(stock.set(20, number)));
    assert!(matches!(first(1_000), Err(WatchError::Lagged { missed: 900..2_000, .. })));
    let mut future = from(6_020).keys(Pattern::exact(20)).subscribe();
    let mut never = from(u64::MAX).subscribe();
    assert!(future.recv_timeout(Duration::ZERO).is_ok_and(|event| event.is_none()));
    (0..20).for_each(|number| drop(stock.set(20, number)));
    assert_eq!(future.recv().map(|event| event.revision.get()), Ok(6_020));
    assert_eq!(never.try_recv().map(drop), Ok(()));
    stock.close();
    assert_eq!(never.recv().map(drop), Err(WatchError::Closed));
    drop(keeps);
}

/// Goal: what a feed kept is gone when nobody has watched for a while, and that is said. Method:
/// the last watch goes, the feed is given up, and another watch begins where it stood.
#[test]
fn a_gap_in_which_nobody_watched_is_told() {
    let stock = Stock::new();
    for round in 0..20 {
        let mut watch = stock.watch().subscribe();
        let written = stock.set(1, round).expect("open");
        assert_eq!(watch.recv().map(|event| event.revision), Ok(written.revision()));
        drop(watch);
        let missed = stock.set(1, round).expect("open").revision();
        settle(&stock);
        let silent = stock.set(1, round).expect("open").revision();
        let mut watch = stock.watch().from(missed).subscribe();
        let lagged = watch.try_recv().map(drop).expect_err("nobody watched");
        assert!(
            matches!(lagged, WatchError::Lagged { resume_at, .. } if resume_at > silent),
            "{lagged:?} at {round}"
        );
    }
}

/// Goal: a watch that waits for each event, beside a writer that is much faster, misses nothing
/// that is not told. Method: values that are counted up; a lag may lie between two of them, nothing
/// else.
#[test]
fn a_watch_that_often_waits_misses_nothing() {
    let stock = Stock::new();
    let mut watch = stock.watch().on_lag(Lag::Skip).subscribe();
    thread::scope(|threads| {
        threads.spawn(|| {
            for number in 0..WRITES {
                assert!(stock.set(number % 7, number).is_ok());
                if number % 50 == 0 {
                    thread::yield_now();
                }
            }
            stock.close();
        });
        let (mut next, mut lagged) = (0, false);
        for item in watch.by_ref() {
            match item {
                Ok(event) => {
                    let number = event.new_value().map(|new| **new).expect("nothing is removed");
                    assert!(number == next || lagged && number > next, "{number} after {next}");
                    (next, lagged) = (number + 1, false);
                }
                Err(WatchError::Lagged { .. }) => lagged = true,
                Err(_) => break,
            }
        }
        assert!(lagged || next == WRITES);
    });
}

const WRITES: u64 = 400_000;

/// Revisions that a feed keeps.
const FEED: u64 = 4_096;
