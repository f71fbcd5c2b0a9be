//! What a collection needs besides reads and writes: closing, cleaning, looking after itself.

use std::thread;
use std::time::Duration;

use crate::bounds::Cost;
use crate::catalog::{Built, Extract, IndexCore, Trouble};
use crate::limits::{MAINTAIN_MAX, MAINTAIN_ROUNDS};
use crate::protocol::handle::Head;
use crate::reclaim::{self, Grace, ReadPin, WritePin, contain};
use crate::rooms::{Ending, Rooms};
use crate::sync::{Arc, try_lock};

impl<K, V> Rooms<K, V>
where
    K: Clone + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    /// Closes the collection, and gives back what no open view needs.
    pub(crate) fn close(&self) {
        self.shut();
        self.maintain();
    }

    /// Buries what can be buried, within bounds. Never waits: if somebody is pinned (the caller,
    /// perhaps), what waits for that pin stays. Says how many snapshots were buried.
    pub(crate) fn maintain(&self) -> usize {
        let mut buried = 0;
        for _ in 0..MAINTAIN_ROUNDS {
            // The feed first: it keeps what is cleared out.
            let cleared = self.tend() & self.clear_out() & self.build_indexes();
            self.board.tidy();
            buried += self.sweep_all(MAINTAIN_MAX);
            if cleared && self.limbo.tally().waiting == 0 {
                break;
            }
            Grace::urge(&WritePin::new());
        }
        buried
    }

    /// The same, in a destructor, from which no panic of others may get out.
    pub(crate) fn maintain_in_drop(&self) {
        contain(|| {
            self.maintain();
        });
    }

    /// Adds an index, and builds it, unless this thread is pinned: the build would wait for that.
    pub(crate) fn create_index(
        &self,
        name: &str,
        extract: Extract<V>,
    ) -> Result<Arc<IndexCore<K, V>>, Trouble> {
        let index = self.catalog.create(name, extract)?;
        let mut waits = 0;
        loop {
            match self.build(&index) {
                Built::Piece => {}
                Built::Waits if !reclaim::is_pinned() => {
                    waits += 1;
                    wait(waits);
                }
                Built::Waits | Built::Over => return Ok(index),
            }
        }
    }

    /// Ends every handle of a closed collection, when no view from before the close is open any
    /// more. Says whether there is nothing left to do here for now.
    fn clear_out(&self) -> bool {
        let Some(closed) = self.closing.closed_at(&self.timeline) else { return true };
        let Some(mut ending) = try_lock(&self.ending) else { return true };
        match &*ending {
            Ending::NotYet => *ending = Ending::Waiting(Grace::ask(&WritePin::new())),
            Ending::Waiting(grace) if grace.is_over(&WritePin::new()) => {
                // Whoever was pinned before the close shows a slot by now, or is gone. A view
                // that is opened from now on finds the close, and nothing else.
                if self.timeline.views().oldest() < closed {
                    return true;
                }
                (0..self.roster.len()).for_each(|position| self.end(position, closed));
                *ending = Ending::Over;
            }
            Ending::Waiting(_) => {}
            Ending::Over => return true,
        }
        false
    }

    fn end(&self, position: usize, closed: u64) {
        let pin = WritePin::new();
        let Some(address) = self.roster.address(position) else { return };
        let head = address.handle().load(&self.timeline, pin.read());
        // An empty one is its maker's, who finds the close and ends it (I6).
        let Head::At(node) = head else { return };
        if address.handle().kill(&head) {
            self.table.forget(address);
            self.catalog.note_last(node, &pin);
            self.limbo.retire_last(node, closed);
        }
    }

    /// Compares table, roster and counters. Only for a collection that nobody writes to.
    pub(crate) fn audit(&self) -> Result<(), String> {
        let pin = ReadPin::new();
        let (mut live, mut reachable, mut all) = (0, 0, Cost::default());
        let bounds = self.bounds.as_ref().filter(|_| !self.is_closed());
        for position in 0..self.roster.len() {
            let Some(address) = self.roster.address(position) else { continue };
            let head = address.handle().load(&self.timeline, &pin);
            if let Some(bounds) = bounds {
                let cost = bounds.audit(address, head.live());
                all = all.and(cost.map_err(|what| format!("position {position}: {what}"))?);
            }
            if head.is_dead() {
                continue;
            }
            let found = self.table.find(address.hash(), |key| key == address.key(), &pin);
            if found != Some(address) {
                return Err(format!("position {position}: the table does not lead here"));
            }
            reachable += 1;
            let Some(node) = head.node() else {
                return Err(format!("position {position}: an empty handle was left behind"));
            };
            if node.address() != address || node.version() == 0 {
                return Err(format!("position {position}: a snapshot of another document"));
            }
            if node.revision() > self.timeline.now() {
                return Err(format!("position {position}: a revision that was never drawn"));
            }
            live += usize::from(!node.is_tombstone());
        }
        let (table, len) = (self.table.len(), self.limbo.live());
        if table != reachable {
            return Err(format!("{reachable} handles, but the table leads to {table}"));
        }
        if len != live && !self.is_closed() {
            return Err(format!("{live} documents, but {len} counted"));
        }
        bounds.map_or(Ok(()), |bounds| bounds.audit_all(all))
    }
}

/// Lets those go on whose pins a build waits for. Nobody tells when they do.
fn wait(times: u32) {
    match times {
        0..WAITS_AWAKE => thread::yield_now(),
        _ => thread::park_timeout(WAIT),
    }
}

/// How often a thread that waits only steps aside before it begins to rest.
const WAITS_AWAKE: u32 = 32;
const WAIT: Duration = Duration::from_micros(100);
