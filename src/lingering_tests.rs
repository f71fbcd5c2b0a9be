//! Who follows a feed and is about to look again is not late, as little as one who sleeps.

use crate::collection::Collection;
use crate::feed::{Follower, Next};
use crate::reclaim::ReadPin;

/// A follower that may fall behind by one revision, has found nothing, rests in this way, and comes
/// back when three were written.
fn back_after(rest: impl FnOnce(&mut Follower)) -> Follower {
    let stock: Collection<u64, u64> = Collection::new();
    let mut follower = Follower::new(&stock.rooms.timeline, 1, None);
    assert!(matches!(follower.next(&ReadPin::new()), Next::Nothing));
    rest(&mut follower);
    for key in 0..3 {
        stock.set(key, 0).expect("open");
    }
    follower.come_back();
    follower
}

#[test]
fn who_lingers_does_not_fall_behind() {
    assert!(back_after(|_| ()).lag().is_some());
    let mut follower = back_after(Follower::linger);
    assert!(follower.lag().is_none());
    for _ in 0..3 {
        assert!(matches!(follower.next(&ReadPin::new()), Next::Committed(..)));
    }
    follower.come_back();
    assert!(follower.lag().is_none());
}
