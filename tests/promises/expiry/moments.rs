//! Odd times: none, all there is, times that stand still or go back; reads that count or do not.

use std::time::{Duration, UNIX_EPOCH};

use folio::{Builder, Cause, Clock, Collection, EventKind, Forked, Kind, Op, Store, TestClock, by};

const SECOND: Duration = Duration::from_secs(1);

type Numbers = Collection<u64, u64>;

fn timed(with: impl FnOnce(Builder<u64, u64>) -> Builder<u64, u64>) -> (TestClock, Numbers) {
    let clock = TestClock::new();
    let numbers = with(Collection::builder().clock(clock.clone())).build();
    (clock, numbers.expect("stands alone"))
}

/// How many seconds a document has left.
fn left(numbers: &Numbers, key: u64) -> Option<u64> {
    numbers.ttl(&key).map(|left| left.map_or(FOREVER, |left| left.as_secs()))
}

const FOREVER: u64 = u64::MAX;

/// Goal: reads by key keep an idle document, and no others do. Method: each way to read, when most
/// of the time is over; what counts has the whole time again.
#[test]
fn reads_by_key_keep_what_is_idle() {
    let (clock, numbers) = timed(|it| it.time_to_idle(10 * SECOND));
    let index = numbers.create_index("all", by(|n: &u64| *n)).expect("a new one");
    let counts: [(&str, &dyn Fn()); 5] = [
        ("get", &|| assert!(numbers.get(&1).is_some())),
        ("try_get", &|| assert!(numbers.try_get(&1).is_ok())),
        ("get_cloned", &|| assert!(numbers.get_cloned(&1).is_some())),
        ("contains", &|| assert!(numbers.contains(&1))),
        ("get_many", &|| assert_eq!(numbers.pin().get_many([&1]).flatten().count(), 1)),
    ];
    let ignored: [(&str, &dyn Fn()); 10] = [
        ("ttl", &|| assert!(numbers.ttl(&1).is_some())),
        ("view", &|| assert!(numbers.view().get(&1).is_some())),
        ("view of all", &|| assert_eq!(numbers.view().len(), 1)),
        ("keys of a view", &|| assert_eq!(numbers.view().keys().count(), 1)),
        ("iter", &|| assert_eq!(numbers.iter().count(), 1)),
        ("stream", &|| assert_eq!(numbers.stream(1).count(), 1)),
        ("cursor", &|| assert!(numbers.cursor().next().is_some())),
        ("index", &|| assert_eq!(index.get(7).count(), 1)),
        ("len", &|| assert_eq!(numbers.len(), 1)),
        ("purge", &|| assert_eq!(numbers.purge_expired(), 0)),
    ];
    for (reads, after) in [(&counts[..], 10), (&ignored[..], 4)] {
        for (name, read) in reads {
            numbers.set(1, 7).expect("open");
            clock.advance(6 * SECOND);
            assert_eq!(left(&numbers, 1), Some(4), "{name}");
            read();
            assert_eq!(left(&numbers, 1), Some(after), "{name}");
        }
    }
    clock.advance(4 * SECOND);
    assert!(!numbers.contains(&1) && index.get(7).count() == 0);
    assert_eq!(numbers.stats().deadlines, 1, "one entry, however often it was read");
}

/// Goal: a view goes by the time at which it was opened, and neither renews nor loses what is idle.
/// Method: views from before and after an end that a read has put off.
#[test]
fn view_keeps_what_was_idle() {
    let (clock, numbers) = timed(|it| it.time_to_idle(10 * SECOND));
    numbers.set(1, 7).expect("open");
    clock.advance(9 * SECOND);
    let view = numbers.view();
    clock.advance(SECOND);
    assert_eq!(view.get(&1).map(|it| *it), Some(7), "it was there");
    assert!(!numbers.contains(&1) && numbers.view().is_empty());
    assert_eq!((numbers.purge_expired(), view.len()), (1, 1));

    numbers.set(2, 7).expect("open");
    clock.advance(9 * SECOND);
    assert!(numbers.contains(&2));
    clock.advance(9 * SECOND);
    assert_eq!((numbers.view().len(), numbers.purge_expired()), (1, 0));
    clock.advance(SECOND);
    assert_eq!((numbers.view().len(), numbers.purge_expired()), (0, 1));
}

/// Two documents that last so long: each by itself, because the collection says so, and while
/// somebody reads them.
fn lasting(ttl: Duration, clock: &TestClock) -> [Numbers; 3] {
    let builder = || Numbers::builder().clock(clock.clone());
    let plain = builder().build().expect("stands alone");
    plain.set_with_ttl(1, 1, ttl).expect("open");
    plain.set(2, 2).expect("open");
    plain.expire_in(&2, ttl).expect("is there");
    let live = builder().time_to_live(ttl).build().expect("stands alone");
    let idle = builder().time_to_idle(ttl).build().expect("stands alone");
    for numbers in [&live, &idle] {
        numbers.set(1, 1).expect("open");
        numbers.upsert_with(2, |_| 2).expect("open");
    }
    [plain, live, idle]
}

/// Goal: no time is over at once, and the longest one never ends. Method: each verb and each
/// setting, at the beginning of all times, and later.
#[test]
fn no_time_and_all_time() {
    let times = [Duration::ZERO, Duration::from_nanos(1), SECOND, 1_000_000_000 * SECOND];
    for (time, there) in times.into_iter().flat_map(|time| [(time, 0), (time, 2)]) {
        let (clock, is_there) = (TestClock::new(), there > 0);
        clock.set(UNIX_EPOCH + time);
        let ttl = if is_there { Duration::MAX } else { Duration::ZERO };
        for (which, numbers) in lasting(ttl, &clock).iter().enumerate() {
            let case = format!("{which}, {ttl:?} at {time:?}");
            for _ in 0..2 {
                assert_eq!(numbers.contains(&1), is_there, "{case}");
                assert_eq!(left(numbers, 2), is_there.then_some(FOREVER), "{case}");
                assert_eq!(numbers.view().len(), there, "{case}");
                clock.advance(SECOND);
            }
            assert_eq!(numbers.len(), there, "{case}");
            assert_eq!(numbers.stats().expirations, 2 - there as u64, "{case}");
            clock.set(UNIX_EPOCH + time);
        }
    }
    let (clock, numbers) = timed(|it| it);
    numbers.set_with_ttl(1, 1, Duration::from_nanos(u64::MAX - 1)).expect("open");
    clock.advance(Duration::from_secs(600 * 365 * 24 * 3_600));
    assert!(numbers.contains(&1), "beyond what is counted");
}

/// A verb that changes the first document, and its name.
type Verb<'a> = (&'a str, &'a dyn Fn(&Numbers));

/// Goal: what a document lasts for itself stays when a closure changes it, and is cleared by what
/// replaces it; what the collection gives is given anew. Method: each verb with a closure, in a
/// collection whose documents last for an hour, on one that lasts shorter, and one for ever.
#[test]
fn closures_keep_what_a_document_lasts_for_itself() {
    let (clock, numbers) = timed(|it| it.time_to_live(3_600 * SECOND));
    let closures: [Verb<'_>; 5] = [
        ("update", &|it| drop(it.update(&1, |n| n + 1).expect("is there"))),
        ("try_update", &|it| drop(it.try_update(&1, |n| n.checked_add(1).ok_or("full")))),
        ("update_in_place", &|it| drop(it.update_in_place(&1, |n| *n += 1).expect("is there"))),
        ("upsert_with", &|it| drop(it.upsert_with(1, |n| n.map_or(1, |n| n + 1)).expect("open"))),
        ("compute", &|it| drop(it.compute(1, |n| Op::Put(n.map_or(1, |n| n + 1))).expect("open"))),
    ];
    for (name, change) in closures {
        numbers.set_with_ttl(1, 1, 5 * SECOND).expect("open");
        clock.advance(2 * SECOND);
        change(&numbers);
        assert_eq!((numbers.get_cloned(&1), left(&numbers, 1)), (Some(2), Some(3)), "{name}");
        let fork = numbers.fork().expect("open");
        change(&fork);
        assert_eq!((fork.get_cloned(&1), left(&fork, 1)), (Some(3), Some(3)), "{name} in a fork");

        numbers.persist(&1).expect("is there");
        change(&numbers);
        assert_eq!(left(&numbers, 1), Some(FOREVER), "{name}");

        numbers.set(1, 1).expect("open");
        assert_eq!(left(&numbers, 1), Some(3_600), "{name}");
        clock.advance(SECOND);
        change(&numbers);
        assert_eq!(left(&numbers, 1), Some(3_600), "{name}");
    }
}

/// Goal: an equal value is skipped only by a write that gives the document no more time. Method:
/// writes of what is there, in collections of each kind, before and after the clock has moved.
#[test]
fn write_that_gives_more_time_is_not_skipped() {
    let (_, idle) = timed(|it| it.skip_equal().time_to_idle(SECOND));
    idle.set(1, 7).expect("open");
    assert!(!idle.set(1, 7).expect("open").is_unchanged());
    assert!(!idle.update(&1, |n| *n).expect("is there").outcome.is_unchanged());

    let (clock, live) = timed(|it| it.skip_equal().time_to_live(10 * SECOND));
    live.set(1, 7).expect("open");
    assert!(live.set(1, 7).expect("open").is_unchanged());
    clock.advance(SECOND);
    assert!(!live.set(1, 7).expect("open").is_unchanged());
    live.expire_in(&1, 5 * SECOND).expect("is there");
    clock.advance(SECOND);
    assert!(live.update(&1, |n| *n).expect("is there").outcome.is_unchanged());
    assert_eq!(left(&live, 1), Some(4));
}

/// Goal: where time stands still nothing ends, and purging finds nothing, however often. Method: a
/// frozen clock; then the shortest step.
#[test]
fn nothing_ends_while_time_stands_still() {
    let (clock, numbers) = timed(|it| it);
    (0..100).for_each(|key| assert!(numbers.set_with_ttl(key, key, SECOND).is_ok()));
    for _ in 0..1_000 {
        assert_eq!((numbers.purge_expired(), numbers.len()), (0, 100));
    }
    clock.advance(Duration::from_nanos(999_999_992));
    assert_eq!((numbers.purge_expired(), numbers.view().len()), (0, 100));
    clock.advance(Duration::from_nanos(8));
    assert_eq!((numbers.view().len(), numbers.purge_expired(), numbers.len()), (0, 100, 0));
}

/// Goal: a clock that is set back ends nothing early, and brings nothing back that was removed.
/// Method: back to before everything; then on again.
#[test]
fn clock_that_goes_back_brings_nothing_back() {
    let (clock, numbers) = timed(|it| it);
    let began = clock.now();
    numbers.set_with_ttl(1, 1, SECOND).expect("open");
    numbers.set_with_ttl(2, 2, 10 * SECOND).expect("open");
    clock.advance(2 * SECOND);
    assert_eq!((numbers.purge_expired(), numbers.len()), (1, 1));
    clock.set(UNIX_EPOCH);
    assert!(!numbers.contains(&1) && numbers.contains(&2));
    numbers.set_with_ttl(3, 3, SECOND).expect("open");
    assert_eq!((numbers.purge_expired(), numbers.len()), (0, 2));
    clock.advance(SECOND);
    assert_eq!((numbers.purge_expired(), numbers.len()), (1, 1));
    clock.set(began + 10 * SECOND);
    assert_eq!((numbers.view().len(), numbers.purge_expired()), (0, 1));
    assert_eq!((numbers.stats().deadlines, numbers.stats().expirations), (0, 3));
    numbers.verify().expect("consistent");
}

/// Goal: forks keep deadlines, each goes on by itself. Method: of a collection and of a store; what
/// is over is not taken over; a document may end while the fork is made.
#[test]
fn forks_keep_deadlines() {
    let (clock, numbers) = timed(|it| it);
    numbers.set_with_ttl(1, 1, SECOND).expect("open");
    numbers.set_with_ttl(2, 2, 3 * SECOND).expect("open");
    numbers.set(3, 3).expect("open");
    clock.advance(SECOND);
    let fork = numbers.fork().expect("open");
    assert_eq!((left(&fork, 1), left(&fork, 2), left(&fork, 3)), (None, Some(2), Some(FOREVER)));
    numbers.persist(&2).expect("is there");
    clock.advance(2 * SECOND);
    assert_eq!((fork.purge_expired(), fork.len(), fork.stats().expirations), (1, 1, 1));
    assert_eq!(numbers.len(), 2);

    numbers.expire_in(&2, SECOND).expect("is there");
    let late = numbers.fork_with(|key, _| {
        if *key == 2 {
            clock.advance(SECOND);
        }
        Forked::Replace(9)
    });
    let late = late.expect("what ends meanwhile is not there");
    assert_eq!((late.get_cloned(&3), late.contains(&2)), (Some(9), false));
    late.verify().expect("consistent");

    let store = Store::builder().clock(clock.clone()).build();
    let stored: Numbers = store.collection("numbers").expect("a new name");
    stored.set_with_ttl(1, 1, SECOND).expect("open");
    let fork = store.fork().expect("open");
    let forked: Numbers = fork.collection("numbers").expect("its types");
    assert_eq!(left(&forked, 1), Some(1));
    clock.advance(SECOND);
    assert_eq!((fork.purge_expired(), fork.collections("").len()), (1, 0));
}

/// Goal: what is over, and still there, is not replayed; its end is told once. Method: watches from
/// before and after the deadline; the purge comes later.
#[test]
fn what_is_over_is_not_replayed() {
    let (clock, numbers) = timed(|it| it);
    let mut all = numbers.watch().subscribe();
    numbers.set_with_ttl(1, 1, SECOND).expect("open");
    numbers.set(2, 2).expect("open");
    let mut early = numbers.watch().replay().subscribe();
    clock.advance(SECOND);
    let mut late = numbers.watch().replay().subscribe();
    let replayed = late.try_recv().expect("open").expect("one is there");
    assert_eq!((replayed.what(), replayed.key()), (Kind::Created, Some(&2)));
    assert!(late.try_recv().expect("open").is_none(), "the other one is over");
    let told = std::iter::from_fn(|| all.try_recv().expect("open"));
    assert!(told.map(|event| event.what()).eq([Kind::Created; 2]), "nothing has ended yet");

    assert_eq!(numbers.purge_expired(), 1);
    let _tells_again = (numbers.len(), numbers.purge_expired(), numbers.remove(&1).expect("open"));
    for watch in [&mut all, &mut early, &mut late] {
        let mut events = Vec::new();
        while let Some(event) = watch.try_recv().expect("open") {
            events.push(event);
        }
        events.retain(|event| event.what() == Kind::Removed);
        assert_eq!(events.len(), 1, "it ends once");
        let EventKind::Removed { old, cause: Cause::Expired } = &events[0].kind else {
            panic!("{:?}", events[0].what())
        };
        assert_eq!((*old.key(), **old), (1, 1));
    }
}
