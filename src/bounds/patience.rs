//! How long a write waits for **room**.

use crate::limits::ROOM_WAITS;
use crate::sync::yield_now;

/// How often a write has stepped aside since it found no room.
#[derive(Default)]
pub(crate) struct Patience {
    waits: u32,
}

impl Patience {
    /// Steps aside, and says whether to ask again; with no `hope`, once: what others held may just
    /// have been given back.
    pub(crate) fn wait(&mut self, hope: bool) -> bool {
        let most = if hope { ROOM_WAITS } else { 1 };
        let waits = self.waits < most;
        if waits {
            self.waits += 1;
            yield_now();
        }
        waits
    }
}
