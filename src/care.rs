//! What a collection needs besides reads and writes: closing, cleaning, looking after itself.

use crate::limits::{MAINTAIN_MAX, MAINTAIN_ROUNDS};
use crate::protocol::handle::Head;
use crate::protocol::limbo::Forget;
use crate::protocol::node::Fate;
use crate::protocol::views::Lease;
use crate::reclaim::{ReadPin, WritePin};
use crate::rooms::Rooms;

impl<K, V> Rooms<K, V>
where
    K: Clone + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    /// Closes the collection, and gives back what no open view needs.
    pub(crate) fn close(&self) {
        self.closing.close(&self.timeline);
        self.maintain();
    }

    /// Ends a view. Writers clean up after it; once there are none, it does so itself.
    pub(crate) fn close_view(&self, lease: &mut Lease) {
        lease.close(&self.timeline);
        if self.is_closed() {
            self.maintain();
        }
    }

    /// Buries what can be buried, within bounds. Never waits: if somebody is pinned (the caller,
    /// perhaps), what waits for that pin stays. Says how many snapshots were buried.
    pub(crate) fn maintain(&self) -> usize {
        if let Some(closed) = self.closing.closed_at(&self.timeline) {
            self.clear_out(closed);
        }
        let mut buried = 0;
        for _ in 0..MAINTAIN_ROUNDS {
            buried += self.sweep_all(MAINTAIN_MAX);
            if self.limbo.tally().waiting == 0 {
                break;
            }
        }
        buried
    }

    /// Ends every handle of a closed collection, unless a view from before the close is open.
    fn clear_out(&self, closed: u64) {
        // A view that is opened from now on finds the close, and nothing else.
        if self.timeline.views().oldest() < closed {
            return;
        }
        for position in 0..self.roster.len() {
            let pin = WritePin::new();
            let Some(address) = self.roster.address(position) else { continue };
            let head = address.handle().load(&self.timeline, pin.read());
            if head.is_dead() || !address.handle().kill(&head) {
                continue;
            }
            self.table.forget(address);
            match head {
                Head::At(node) => drop(self.limbo.retire(node, closed, Fate::Last)),
                _ => self.limbo.retire_empty(address),
            }
        }
    }

    /// Compares table, roster and counters. Only for a collection that nobody writes to.
    pub(crate) fn audit(&self) -> Result<(), String> {
        let pin = ReadPin::new();
        let (mut live, mut reachable) = (0, 0);
        for position in 0..self.roster.len() {
            let Some(address) = self.roster.address(position) else { continue };
            let head = address.handle().load(&self.timeline, &pin);
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
        Ok(())
    }
}
