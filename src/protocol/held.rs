//! A snapshot **held** for its reader: together with a pin of its own, or by somebody else's.

use std::ops::Deref;
use std::rc::Rc;

use crate::protocol::node::{Node, NodeRef};
use crate::protocol::views::Lease;
use crate::reclaim::ReadPin;

/// What a borrowed document consists of. Not `Send`, like the pin.
pub(crate) struct Held<'a, K, V> {
    node: NodeRef<'a, K, V>,
    _keeper: Keeper,
}

/// What keeps the node.
enum Keeper {
    /// A pin of its own, under which it was found as the current one.
    Pin { _pin: ReadPin },
    /// A view that it shares. A pin would not do: it keeps nothing that was retired before.
    View { _lease: Rc<Lease> },
    /// A view or a pin that lives for `'a`.
    Other,
}

impl<'a, K, V> Held<'a, K, V> {
    /// Pins, lets `find` look, and keeps what it found for as long as the pin.
    ///
    /// `rooms` is what the document belongs to: it must not be dropped before.
    #[inline(always)]
    pub(crate) fn pinned<R>(
        rooms: &'a R,
        find: impl for<'g> FnOnce(&'g R, &'g ReadPin) -> Option<NodeRef<'g, K, V>>,
    ) -> Option<Self> {
        let pin = ReadPin::new();
        let found = find(rooms, &pin)?;
        // SAFETY: R1: found under this pin (`find` cannot answer with anything that lives less
        // long), which is dropped together with the answer, and the rooms live for `'a`.
        let node = unsafe { found.kept() };
        Some(Self { node, _keeper: Keeper::Pin { _pin: pin } })
    }

    /// A node that a view keeps, together with a share of the view.
    ///
    /// # Safety
    ///
    /// `node` was found as of the revision of `lease`, and what it belongs to lives for `'a`.
    pub(super) unsafe fn shared(node: NodeRef<'_, K, V>, lease: &Rc<Lease>) -> Self {
        // SAFETY: R2: the view goes where the node goes.
        let node = unsafe { node.kept() };
        Self { node, _keeper: Keeper::View { _lease: Rc::clone(lease) } }
    }

    /// A node that something else keeps for `'a`.
    #[inline(always)]
    pub(crate) fn borrowed(node: NodeRef<'a, K, V>) -> Self {
        Self { node, _keeper: Keeper::Other }
    }

    #[inline]
    pub(crate) fn node(&self) -> NodeRef<'_, K, V> {
        self.node
    }
}

impl<K, V> Deref for Held<'_, K, V> {
    type Target = Node<K, V>;

    #[inline]
    fn deref(&self) -> &Node<K, V> {
        self.node.get()
    }
}
