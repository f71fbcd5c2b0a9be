//! The queues, the duel, and the ghosts.

use super::lookup::Lookup;
use super::node::{Bet, Node, Place, Resident, State, Time, Token};
use super::nodes::Nodes;
use super::odds::{Odds, Sort};
use super::queue::Queue;
use crate::limits::{GHOSTS, GHOSTS_MIN, HAND_STEPS, SMALL_PART};

/// Chooses who goes, among documents known as `I`: a handle's address, say.
///
/// `read` in the calls below says whether the document was read since it was last asked about, and
/// forgets it. For a newcomer: [`victim`](Self::victim), then [`evict`](Self::evict) or
/// [`spare`](Self::spare), until there is room; then [`admit`](Self::admit).
#[derive(Debug)]
pub(crate) struct Policy<I> {
    pub(super) nodes: Nodes<I>,
    pub(super) small: Queue,
    pub(super) main: Queue,
    pub(super) aside: Queue,
    pub(super) ghosts: Queue,
    pub(super) lookup: Lookup,
    odds: Odds,
    capacity: u64,
    now: Time,
    /// Behind the last choice.
    duel: Option<Duel>,
}

#[derive(Clone, Copy, Debug)]
struct Duel {
    winner: Token,
    loser: Token,
    sort: Sort,
    challenger_won: bool,
}

impl<I: Copy> Policy<I> {
    /// For documents of so much weight together; where each weighs one: so many documents.
    pub(crate) fn new(capacity: u64) -> Self {
        Self {
            nodes: Nodes::new(),
            small: Queue::default(),
            main: Queue::default(),
            aside: Queue::default(),
            ghosts: Queue::default(),
            lookup: Lookup::default(),
            odds: Odds::new(),
            capacity,
            now: Time::default(),
            duel: None,
        }
    }

    #[cfg(test)]
    /// With less than before, ask for victims until there is room.
    pub(crate) fn set_capacity(&mut self, capacity: u64) {
        self.capacity = capacity;
    }

    pub(crate) fn len(&self) -> usize {
        self.small.len() + self.main.len() + self.aside.len()
    }

    /// How many ghosts there are.
    pub(crate) fn remembered(&self) -> usize {
        self.ghosts.len()
    }

    #[cfg(test)]
    pub(crate) fn weight(&self) -> u64 {
        self.small.weight() + self.main.weight() + self.aside.weight()
    }

    #[cfg(test)]
    /// Whether a newcomer of this weight fits.
    pub(crate) fn has_room(&self, weight: u32) -> bool {
        self.weight() + u64::from(weight) <= self.capacity
    }

    /// Lets a document in that is not in, whether there is room or not.
    pub(crate) fn admit(
        &mut self,
        hash: u64,
        item: I,
        weight: u32,
        read: &mut impl FnMut(I) -> bool,
    ) -> Token {
        self.recall();
        #[expect(clippy::cast_possible_truncation, reason = "half of it is enough")]
        let hash = (hash ^ (hash >> 32)) as u32;
        let ghost = self.lookup.find(hash);
        if let Some(ghost) = ghost {
            self.settle(ghost, true, read);
            self.lay(ghost);
            self.nodes[ghost].asked_for(self.now.next());
        }
        let token = ghost.unwrap_or_else(|| self.nodes.put(Node::new(hash, self.now)));

        let place = if self.main.weight() + u64::from(weight) <= self.main_share() {
            Place::Main
        } else {
            Place::Small
        };
        let node = &mut self.nodes[token];
        node.state = State::Resident(Resident { item, weight, place });
        node.returned = ghost.is_some();
        node.hot = false;
        self.enter(token, place);
        token
    }

    /// Forgets a document that went for another reason than a choice made here.
    pub(crate) fn remove(&mut self, token: Token) {
        self.duel = None;
        self.leave(token);
        self.nodes.free(token);
    }

    /// Notes that a document has another weight now; there may be too little room after that.
    pub(crate) fn reweigh(&mut self, token: Token, weight: u32) {
        let resident = self.nodes.resident_mut(token);
        let place = resident.place;
        let old = std::mem::replace(&mut resident.weight, weight);
        self.queue(place).0.reweigh(old, weight);
    }

    /// Chooses who should go next; `None` if each was offered and spared since the last
    /// [`admit`](Self::admit).
    ///
    /// Changes nothing that can be seen: the choice stands when [`evict`](Self::evict) says so.
    pub(crate) fn victim(&mut self, read: &mut impl FnMut(I) -> bool) -> Option<(Token, I)> {
        self.duel = None;
        let challenger = self.small.front();
        let small_is_full = self.small.weight() >= self.small_share();
        let token = match (challenger, self.hand(read)) {
            (Some(challenger), Some(incumbent)) if small_is_full => {
                self.fight(challenger, incumbent, read)
            }
            (_, Some(incumbent)) => incumbent,
            (Some(challenger), None) => challenger,
            (None, None) => {
                self.recall();
                return None;
            }
        };
        Some((token, self.nodes.resident(token).item))
    }

    /// The chosen one has gone: what is left is its ghost.
    pub(crate) fn evict(&mut self, token: Token, read: &mut impl FnMut(I) -> bool) {
        self.leave(token);
        self.now = self.now.next();
        let duel = self.duel.take().filter(|duel| duel.loser == token);
        if let Some(duel) = duel {
            // Where nothing speaks for the challenger, the hand waits for one that is worth a turn:
            // so that those who are asked for once do not wear out the clock.
            if duel.challenger_won || duel.sort.read || duel.sort.returned {
                self.advance(duel.winner);
            }
            self.nodes[token].sort = duel.sort.number();
            self.nodes[token].challenger_won = duel.challenger_won;
        }
        let bet = duel.map(|duel| Bet { winner: duel.winner, hash: self.nodes[duel.winner].hash });
        self.nodes[token].state = State::Ghost { left: self.now, bet };
        self.ghosts.push(&mut self.nodes, token, 0);
        self.lookup.insert(self.nodes[token].hash, token);
        while self.ghosts.len() > GHOSTS_MIN.max(GHOSTS * self.len()) {
            let Some(oldest) = self.ghosts.front() else { break };
            self.settle(oldest, false, read);
            self.lay(oldest);
            self.nodes.free(oldest);
        }
    }

    /// The chosen one cannot go now: it is not offered again before the next
    /// [`admit`](Self::admit), or until all were.
    pub(crate) fn spare(&mut self, token: Token) {
        self.leave(token);
        self.enter(token, Place::Aside);
    }

    fn small_share(&self) -> u64 {
        (self.capacity / SMALL_PART).max(1)
    }

    fn main_share(&self) -> u64 {
        self.capacity.saturating_sub(self.small_share())
    }

    /// Where the hand of the main queue stands, past those that were read.
    fn hand(&mut self, read: &mut impl FnMut(I) -> bool) -> Option<Token> {
        for _ in 0..HAND_STEPS.min(2 * self.main.len()) {
            let token = self.main.front()?;
            self.look(token, read);
            if !self.cool(token) {
                return Some(token);
            }
            self.leave(token);
            self.enter(token, Place::Main);
        }
        self.main.front()
    }

    /// Who loses.
    fn fight(
        &mut self,
        challenger: Token,
        incumbent: Token,
        read: &mut impl FnMut(I) -> bool,
    ) -> Token {
        self.look(challenger, read);
        let Node { hot, returned, .. } = self.nodes[challenger];
        let ahead = self.nodes[challenger].ahead_of(&self.nodes[incumbent]);
        let sort = Sort { read: hot, returned, ahead };
        let challenger_won = self.odds.favour_challenger(sort.number());
        let (winner, loser) =
            if challenger_won { (challenger, incumbent) } else { (incumbent, challenger) };
        self.duel = Some(Duel { winner, loser, sort, challenger_won });
        loser
    }

    /// Notes whether a resident was read since it was last looked at.
    fn look(&mut self, token: Token, read: &mut impl FnMut(I) -> bool) {
        if read(self.nodes.resident(token).item) {
            self.nodes[token].hot = true;
            self.nodes[token].asked_for(self.now.next());
        }
    }

    /// Takes back that a resident was read, and says whether it was.
    fn cool(&mut self, token: Token) -> bool {
        std::mem::take(&mut self.nodes[token].hot)
    }

    /// To the end of the main queue: the incumbent as the hand moves on, the challenger for good.
    fn advance(&mut self, winner: Token) {
        self.leave(winner);
        self.cool(winner);
        self.enter(winner, Place::Main);
    }

    /// Pays the bet that a ghost holds, if anybody came back: the loser, `returned`, or the winner.
    fn settle(&mut self, ghost: Token, returned: bool, read: &mut impl FnMut(I) -> bool) {
        let State::Ghost { left, bet: Some(bet) } = self.nodes[ghost].state else { return };
        let known = &self.nodes[bet.winner];
        if known.hash != bet.hash || matches!(known.state, State::Free) {
            return;
        }
        if matches!(known.state, State::Resident(_)) {
            self.look(bet.winner, read);
        }
        let winner_was_first = self.nodes[bet.winner].asked.is_after(left);
        let Node { sort, challenger_won, .. } = self.nodes[ghost];
        if winner_was_first || returned {
            self.odds.settle(sort, winner_was_first == challenger_won);
        }
    }

    /// Takes a ghost from where ghosts are found.
    fn lay(&mut self, ghost: Token) {
        self.lookup.remove(self.nodes[ghost].hash, ghost);
        self.ghosts.unlink(&mut self.nodes, ghost, 0);
    }

    /// Those who were spared are with the others again.
    fn recall(&mut self) {
        while let Some(token) = self.aside.front() {
            self.leave(token);
            self.enter(token, Place::Main);
        }
    }

    fn leave(&mut self, token: Token) {
        let Resident { place, weight, .. } = *self.nodes.resident(token);
        let (queue, nodes) = self.queue(place);
        queue.unlink(nodes, token, weight);
    }

    fn enter(&mut self, token: Token, place: Place) {
        let resident = self.nodes.resident_mut(token);
        resident.place = place;
        let weight = resident.weight;
        let (queue, nodes) = self.queue(place);
        queue.push(nodes, token, weight);
    }

    fn queue(&mut self, place: Place) -> (&mut Queue, &mut Nodes<I>) {
        let queue = match place {
            Place::Small => &mut self.small,
            Place::Main => &mut self.main,
            Place::Aside => &mut self.aside,
        };
        (queue, &mut self.nodes)
    }
}
