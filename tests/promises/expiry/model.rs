//! Random lives of documents, in a time that the test moves, against a plain map.

use std::collections::BTreeMap;
use std::time::Duration;

use folio::{Cause, Collection, EventKind, TestClock, View, Watch};
use proptest::collection::vec;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Set(u8),
    SetWithTtl(u8, u64),
    ExpireIn(u8, u64),
    Persist(u8),
    Update(u8),
    Remove(u8),
    Advance(u64),
    Purge,
    Look,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (key, time) = (0..6_u8, 0..12_u64);
    let step = prop_oneof![
        key.clone().prop_map(Step::Set),
        (key.clone(), time.clone()).prop_map(|(key, ttl)| Step::SetWithTtl(key, ttl)),
        (key.clone(), time.clone()).prop_map(|(key, ttl)| Step::ExpireIn(key, ttl)),
        key.clone().prop_map(Step::Persist),
        key.clone().prop_map(Step::Update),
        key.prop_map(Step::Remove),
        time.prop_map(Step::Advance),
        Just(Step::Purge),
        Just(Step::Look),
    ];
    vec(step, 1..120)
}

/// What should be there: values, and when they end.
#[derive(Clone, Default)]
struct Model {
    now: u64,
    documents: BTreeMap<u8, (u32, Option<u64>)>,
    /// How many have ended so far.
    expired: usize,
}

impl Model {
    fn advance(&mut self, by: u64) {
        self.now += by;
        self.end();
    }

    fn end(&mut self) {
        let before = self.documents.len();
        let now = self.now;
        self.documents.retain(|_, (_, end)| end.is_none_or(|end| end > now));
        self.expired += before - self.documents.len();
    }

    fn put(&mut self, key: u8, value: u32, end: Option<u64>) {
        self.documents.insert(key, (value, end));
        self.end();
    }
}

struct Life {
    clock: TestClock,
    documents: Collection<u8, u32>,
    watch: Watch<u8, u32>,
    replica: BTreeMap<u8, u32>,
    expired: usize,
    views: Vec<(View<u8, u32>, BTreeMap<u8, u32>)>,
    model: Model,
    last: u32,
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

impl Life {
    fn new() -> Self {
        let clock = TestClock::new();
        let documents: Collection<u8, u32> =
            Collection::builder().clock(clock.clone()).build().expect("stands alone");
        let watch = documents.watch().subscribe();
        let (replica, views, model) = (BTreeMap::new(), Vec::new(), Model::default());
        Self { clock, documents, watch, replica, expired: 0, views, model, last: 0 }
    }

    fn values(&self) -> BTreeMap<u8, u32> {
        self.model.documents.iter().map(|(key, (value, _))| (*key, *value)).collect()
    }

    fn step(&mut self, step: &Step) {
        self.last += 1;
        let (value, now) = (self.last, self.model.now);
        match step {
            Step::Set(key) => {
                let created = self.documents.set(*key, value).expect("open").is_created();
                assert_eq!(created, !self.model.documents.contains_key(key));
                self.model.put(*key, value, None);
            }
            Step::SetWithTtl(key, ttl) => {
                self.documents.set_with_ttl(*key, value, seconds(*ttl)).expect("open");
                self.model.put(*key, value, Some(now + ttl));
            }
            Step::ExpireIn(key, ttl) => {
                let done = self.documents.expire_in(key, seconds(*ttl)).is_ok();
                self.changed(*key, done, |(was, _)| (was, Some(now + ttl)));
            }
            Step::Persist(key) => {
                let done = self.documents.persist(key).is_ok();
                self.changed(*key, done, |(was, _)| (was, None));
            }
            Step::Update(key) => {
                let done = self.documents.update(key, |_| value).is_ok();
                self.changed(*key, done, |(_, end)| (value, end));
            }
            Step::Remove(key) => {
                let removed = self.documents.remove(key).expect("open").map(|it| *it);
                assert_eq!(removed, self.model.documents.remove(key).map(|(value, _)| value));
            }
            Step::Advance(by) => {
                self.clock.advance(seconds(*by));
                self.model.advance(*by);
            }
            Step::Purge => drop(self.documents.purge_expired()),
            Step::Look => self.views.push((self.documents.view(), self.values())),
        }
    }

    /// A write that needs a document has found one if there is one.
    fn changed(
        &mut self,
        key: u8,
        done: bool,
        next: impl FnOnce((u32, Option<u64>)) -> (u32, Option<u64>),
    ) {
        let was = self.model.documents.get(&key).copied();
        assert_eq!(done, was.is_some());
        if let Some((value, end)) = was.map(next) {
            self.model.put(key, value, end);
        }
    }

    fn check(&mut self) {
        let expected = self.values();
        let found = |view: &View<u8, u32>| {
            view.entries().map(|(key, value)| (*key, *value)).collect::<BTreeMap<_, _>>()
        };
        assert_eq!(found(&self.documents.view()), expected);
        for key in 0..6 {
            assert_eq!(self.documents.get_cloned(&key), expected.get(&key).copied());
            let left = self.documents.ttl(&key).map(|left| left.map(|left| left.as_secs()));
            let end =
                self.model.documents.get(&key).map(|(_, end)| end.map(|end| end - self.model.now));
            assert_eq!(left, end);
        }
        for (view, then) in &self.views {
            assert_eq!((found(view), view.len()), (then.clone(), then.len()), "a view stays");
        }
    }

    /// Everything that is over is gone by then, and was told once.
    fn settle(&mut self) {
        assert_eq!(self.documents.len(), self.model.documents.len());
        while let Some(event) = self.watch.try_recv().expect("kept up") {
            let key = *event.key().expect("of a document");
            match &event.kind {
                EventKind::Removed { cause, .. } => {
                    assert!(self.replica.remove(&key).is_some(), "removed twice");
                    self.expired += usize::from(*cause == Cause::Expired);
                }
                _ => drop(self.replica.insert(key, **event.new_value().expect("written"))),
            }
        }
        assert_eq!(self.replica, self.values());
        assert_eq!(self.expired, self.model.expired, "each end is told once");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Goal: documents end when they should, for everybody, and each end is told once. Method:
    /// random lives in virtual time against a map; views opened on the way stay what they were; a
    /// watch rebuilds the collection.
    #[test]
    fn documents_end_as_a_plain_map_says(steps in steps()) {
        let mut life = Life::new();
        for (nth, step) in steps.iter().enumerate() {
            life.step(step);
            life.check();
            if nth % 10 == 9 {
                life.settle();
            }
        }
        life.settle();
        life.documents.verify().expect("consistent");
    }
}
