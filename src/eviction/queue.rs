//! A list through the nodes themselves: in at the back, out anywhere.

use super::node::Token;
use super::nodes::Nodes;

#[derive(Debug, Default)]
pub(super) struct Queue {
    front: Option<Token>,
    back: Option<Token>,
    len: usize,
    weight: u64,
}

impl Queue {
    pub(super) fn front(&self) -> Option<Token> {
        self.front
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn weight(&self) -> u64 {
        self.weight
    }

    pub(super) fn push<I>(&mut self, nodes: &mut Nodes<I>, token: Token, weight: u32) {
        nodes[token].prev = self.back;
        nodes[token].next = None;
        match self.back.replace(token) {
            Some(last) => nodes[last].next = Some(token),
            None => self.front = Some(token),
        }
        self.len += 1;
        self.weight += u64::from(weight);
    }

    /// Takes out a node that is in this queue.
    pub(super) fn unlink<I>(&mut self, nodes: &mut Nodes<I>, token: Token, weight: u32) {
        let (prev, next) = (nodes[token].prev.take(), nodes[token].next.take());
        match prev {
            Some(prev) => nodes[prev].next = next,
            None => self.front = next,
        }
        match next {
            Some(next) => nodes[next].prev = prev,
            None => self.back = prev,
        }
        self.len -= 1;
        self.weight -= u64::from(weight);
    }

    pub(super) fn reweigh(&mut self, old: u32, new: u32) {
        self.weight = self.weight - u64::from(old) + u64::from(new);
    }

    /// From front to back, once it is sure that this is the same from back to front.
    #[cfg(test)]
    pub(super) fn tokens<I>(&self, nodes: &Nodes<I>) -> Vec<Token> {
        let forward = std::iter::successors(self.front, |token| nodes[*token].next);
        let forward: Vec<_> = forward.take(self.len + 1).collect();
        let backward = std::iter::successors(self.back, |token| nodes[*token].prev);
        let mut backward: Vec<_> = backward.take(self.len + 1).collect();
        backward.reverse();
        assert_eq!(forward, backward);
        assert_eq!(forward.len(), self.len);
        forward
    }
}
