//! The **quota** of a namespace: how much all of its collections may hold together.

use crate::bounds::{Cost, Full};
use crate::protocol::budget::{Budget, Share};
use crate::sync::{Arc, OnceLock};

/// What the collections of one namespace share.
pub(crate) struct Quotas {
    pub(crate) name: Arc<str>,
    pub(crate) keys: Budget,
    pub(crate) bytes: Budget,
    purge: OnceLock<Box<dyn Fn() -> bool + Send + Sync>>,
}

impl Quotas {
    pub(crate) fn unlimited(name: &Arc<str>) -> Self {
        let (keys, bytes) = (Budget::new(u64::MAX), Budget::new(u64::MAX));
        Self { name: Arc::clone(name), keys, bytes, purge: OnceLock::new() }
    }

    /// Says how to end what is over in any of the collections, and whether room has come of it, or
    /// is about to.
    pub(crate) fn purge_by(&self, purge: impl Fn() -> bool + Send + Sync + 'static) {
        if self.purge.get().is_none() {
            let _first = self.purge.set(Box::new(purge));
        }
    }
}

/// What one collection holds of it.
pub(crate) struct Tenure {
    quotas: Arc<Quotas>,
    keys: Share,
    bytes: Share,
}

impl Tenure {
    pub(crate) fn new(quotas: Arc<Quotas>) -> Self {
        Self { quotas, keys: Share::new(), bytes: Share::new() }
    }

    pub(crate) fn quotas(&self) -> &Quotas {
        &self.quotas
    }

    pub(super) fn reserve(&self, cost: Cost) -> Result<(), Full> {
        let Quotas { keys, bytes, .. } = &*self.quotas;
        take((keys, &self.keys), cost.entries)?;
        take((bytes, &self.bytes), cost.bytes)
            .inspect_err(|_| give_back((keys, &self.keys), cost.entries))
    }

    pub(super) fn release(&self, cost: Cost) {
        give_back((&self.quotas.keys, &self.keys), cost.entries);
        give_back((&self.quotas.bytes, &self.bytes), cost.bytes);
    }

    /// Takes what a collection has that nobody else knows yet.
    pub(super) fn found(&self, cost: Cost) {
        self.quotas.keys.add(cost.entries);
        self.quotas.bytes.add(cost.bytes);
        let _open = self.keys.add(cost.entries) && self.bytes.add(cost.bytes);
    }

    /// How much of everything this collection holds.
    pub(super) fn held(&self) -> (u64, u64) {
        (self.keys.used(), self.bytes.used())
    }

    /// Ends what is over in the whole namespace. Says whether room has come of it, or is about to.
    pub(super) fn purge(&self) -> bool {
        self.quotas.purge.get().is_some_and(|purge| purge())
    }

    /// Gives everything back, once.
    pub(super) fn end(&self) {
        self.quotas.keys.release(self.keys.end());
        self.quotas.bytes.release(self.bytes.end());
    }
}

fn take((budget, share): (&Budget, &Share), amount: u64) -> Result<(), Full> {
    if amount == 0 {
        return Ok(());
    }
    let full = |used| Full::Quota { limit: budget.limit(), used };
    budget.reserve(amount).map_err(full)?;
    // I12: what is in the share is in the budget.
    if share.add(amount) {
        return Ok(());
    }
    budget.release(amount);
    Err(Full::Closed)
}

fn give_back((budget, share): (&Budget, &Share), amount: u64) {
    if amount > 0 && share.take(amount) {
        budget.release(amount);
    }
}
