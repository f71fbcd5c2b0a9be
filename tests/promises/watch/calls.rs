//! Every verb, called from everything that a watch calls.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use folio::Subscription;

use crate::kit::locked::lock;
use crate::kit::patience::watched;
use crate::user_code::calls::{Documents, KEY, VERBS, Verb, documents};

/// Verbs that end something, or change everything.
const HARD: [Verb; 8] = [
    ("close", |c| c.close()),
    ("clear", |c| drop(c.clear())),
    ("remove", |c| drop(c.remove(&KEY))),
    ("update", |c| drop(c.update(&KEY, |old| old.clone() + "!"))),
    ("set and remove", |c| {
        drop(c.set(KEY, "again".into()));
        drop(c.remove(&KEY));
    }),
    ("lag", |c| {
        let mut watch = c.watch().buffer(1).subscribe();
        (0..3).for_each(|number| drop(c.set(5, number.to_string())));
        assert!(watch.try_recv().is_err() && watch.resync().contains(&5));
    }),
    ("replay on another thread", |c| {
        let c = c.clone();
        let read = move || c.watch().replay().subscribe().try_recv().is_ok() || c.is_closed();
        assert!(thread::spawn(read).join().is_ok_and(|read| read));
    }),
    ("panic", |_| panic!("planted in a callback")),
];

/// Goal: any call may be made in anything that a watch calls. Method: each verb in a callback, in
/// its filter, in one that replays, in the filter of a watch, and in the destructor of what a
/// callback owns, under a watchdog; events go on as before.
#[test]
fn any_call_may_be_made_in_a_callback() {
    watched(|tell| {
        for (name, verb) in VERBS.into_iter().chain(HARD) {
            for (place, subscribe) in PLACES {
                tell(format!("{name} in {place}"));
                let documents = documents();
                let once = Once::new(&documents, verb);
                let subscription = subscribe(&documents, once.clone());
                for number in 0..5 {
                    drop(documents.set(KEY, number.to_string()));
                    drop(documents.remove(&KEY));
                }
                drop(documents.set(KEY, "last".into()));
                drop(subscription);
                assert!(once.has_returned() || name == "panic", "{name} in {place}");
                assert_eq!(documents.verify(), Ok(()), "{name} in {place}");
                let written = documents.set(KEY, "after".into());
                assert_eq!(written.is_ok(), !documents.is_closed(), "{name} in {place}");
            }
        }
    });
}

type Subscribe = fn(&Documents, Once) -> Option<Subscription>;

const PLACES: [(&str, Subscribe); 5] = [
    ("a callback", |c, once| Some(c.on_change(move |_| once.call()))),
    ("a filter of a callback", |c, once| {
        let filtered = c.watch().filter(move |_| {
            once.call();
            true
        });
        Some(filtered.for_each(|_| ()))
    }),
    ("a replay to a callback", |c, once| Some(c.watch().replay().for_each(move |_| once.call()))),
    ("the destructor of a callback", |c, once| {
        struct Ends(Once);
        impl Drop for Ends {
            fn drop(&mut self) {
                self.0.call();
            }
        }
        let ends = Ends(once);
        Some(c.on_change(move |_| assert!(!ends.0.has_returned(), "not yet")))
    }),
    ("a filter of a watch", |c, once| {
        let filtered = c.watch().replay().filter(move |_| {
            once.call();
            true
        });
        let mut watch = filtered.subscribe();
        let _panics = catch_unwind(AssertUnwindSafe(|| watch.next()));
        None
    }),
];

type Left = (Documents, fn(&Documents));

/// A call that is made once.
#[derive(Clone)]
struct Once {
    left: Arc<Mutex<Option<Left>>>,
    returned: Arc<AtomicBool>,
}

impl Once {
    fn new(documents: &Documents, verb: fn(&Documents)) -> Self {
        let left = Arc::new(Mutex::new(Some((documents.clone(), verb))));
        Self { left, returned: Arc::default() }
    }

    fn call(&self) {
        let left = lock(&self.left).take();
        if let Some((documents, verb)) = left {
            verb(&documents);
            self.returned.store(true, Ordering::Release);
        }
    }

    fn has_returned(&self) -> bool {
        self.returned.load(Ordering::Acquire)
    }
}
