//! Which names a handle of a store is about, and the namespaces among them.

use std::borrow::Cow;

use crate::bounds::Quotas;
use crate::store::quota::Quota;
use crate::sync::{Arc, Mutex, lock};

/// All names of a store, or those of one namespace, which are told without it.
#[derive(Clone, Default)]
pub(crate) struct Realm {
    /// `None`: all names.
    space: Option<Arc<Namespace>>,
}

impl Realm {
    pub(super) fn of(space: Arc<Namespace>) -> Self {
        Self { space: Some(space) }
    }

    /// Whether it is all of a store.
    pub(super) fn is_whole(&self) -> bool {
        self.space.is_none()
    }

    /// What the store calls what is called `name` here.
    pub(super) fn whole<'n>(&self, name: &'n str) -> Cow<'n, str> {
        match &self.space {
            None => name.into(),
            Some(space) => (Namespace::prefix(&space.name) + name).into(),
        }
    }

    /// What is called so here, if the store calls it `whole`.
    pub(super) fn local<'n>(&self, whole: &'n str) -> &'n str {
        let hidden = self.space.as_ref().map_or(0, |space| space.name.len() + SEPARATOR.len_utf8());
        whole.get(hidden..).unwrap_or(whole)
    }
}

/// What all handles of a namespace share, and the collections in it.
pub(crate) struct Namespace {
    pub(super) name: Arc<str>,
    quota: Mutex<Quota>,
    quotas: Arc<Quotas>,
}

impl Namespace {
    pub(super) fn new(name: &str) -> Self {
        let name: Arc<str> = name.into();
        let quotas = Arc::new(Quotas::unlimited(&name));
        Self { name, quota: Mutex::default(), quotas }
    }

    pub(super) fn quota(&self) -> Quota {
        *lock(&self.quota)
    }

    pub(super) fn set_quota(&self, quota: Quota) {
        let mut known = lock(&self.quota);
        *known = quota;
        self.quotas.keys.set_limit(quota.max_keys.unwrap_or(u64::MAX));
        self.quotas.bytes.set_limit(quota.max_bytes.unwrap_or(u64::MAX));
    }

    /// What is used, and what may be.
    pub(super) fn quotas(&self) -> &Arc<Quotas> {
        &self.quotas
    }

    /// Whether a namespace may be called so.
    pub(super) fn may_be(name: &str) -> bool {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !name.is_empty() && name.bytes().all(fits)
    }

    /// What the names in it begin with.
    pub(super) fn prefix(name: &str) -> String {
        format!("{name}{SEPARATOR}")
    }

    /// In which namespace a collection of this name is.
    pub(super) fn around(collection: &str) -> Option<&str> {
        let (name, _) = collection.split_once(SEPARATOR)?;
        Self::may_be(name).then_some(name)
    }
}

/// Between a namespace and a name in it. No namespace has one in its own name.
const SEPARATOR: char = ':';
