//! All nodes, found by token; those not in use are used again.

use super::node::{Node, Resident, State, Token};

#[derive(Debug)]
pub(super) struct Nodes<I> {
    nodes: Vec<Node<I>>,
    free: Option<Token>,
}

impl<I> Nodes<I> {
    pub(super) const fn new() -> Self {
        Self { nodes: Vec::new(), free: None }
    }

    pub(super) fn put(&mut self, node: Node<I>) -> Token {
        if let Some(token) = self.free {
            self.free = self[token].next;
            self[token] = node;
            return token;
        }
        self.nodes.push(node);
        Token::at(self.nodes.len() - 1)
    }

    pub(super) fn free(&mut self, token: Token) {
        let next = self.free.replace(token);
        let node = &mut self[token];
        node.state = State::Free;
        node.next = next;
    }

    /// # Panics
    ///
    /// If it is none: the token was used after the document had gone.
    #[track_caller]
    pub(super) fn resident(&self, token: Token) -> &Resident<I> {
        match &self[token].state {
            State::Resident(resident) => resident,
            _ => panic!("the token of a document that has gone"),
        }
    }

    /// As [`resident`](Self::resident).
    #[track_caller]
    pub(super) fn resident_mut(&mut self, token: Token) -> &mut Resident<I> {
        match &mut self[token].state {
            State::Resident(resident) => resident,
            _ => panic!("the token of a document that has gone"),
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }
}

impl<I> std::ops::Index<Token> for Nodes<I> {
    type Output = Node<I>;

    fn index(&self, token: Token) -> &Node<I> {
        &self.nodes[token.index()]
    }
}

impl<I> std::ops::IndexMut<Token> for Nodes<I> {
    fn index_mut(&mut self, token: Token) -> &mut Node<I> {
        &mut self.nodes[token.index()]
    }
}
