//! How one document changes while everyone is reading it, and nobody waits.
//!
//! # Words
//!
//! A **snapshot** is one state of a document: value, version, revision, the snapshot before it.
//! It lies in a **node**. A **handle** is the fixed place where a key's current snapshot is
//! found; its **head** is the one word that says what a document is now. A **tombstone** is a
//! snapshot without a value: absent since then. A **draft** is a snapshot that only its writer
//! knows.
//!
//! The **clock** counts **revisions**; to **draw** is to take the next. To **stamp** a snapshot
//! is to draw a revision and fix it in the snapshot, once. A **view** reads at one revision; its
//! **slot** shows that revision to whoever frees memory. A **pinned** thread is a view that no
//! slot shows.
//!
//! To **retire** a snapshot is to hand it to the **limbo** once it has left its handle; to
//! **bury** it is to end it there. An **owner** of a snapshot keeps it for longer. The **roster**
//! is the array of all handles by position; the **table** leads from keys to handles.
//!
//! The **ring** keeps the last revisions for those who watch: each number has a **slot**. The
//! number under which a snapshot is **placed** there is its **ticket**. The ring's **tail** is the
//! revision that it keeps snapshots for, as a view does; it is **raised** as the clock goes on.
//! A reader that comes to a number under which nothing was placed yet **gives it up**.
//!
//! An **entry** leads from a key of an index to a handle. Its **place** is that key and a **tag**
//! that no other entry ever has. A snapshot **carries** the places of its entries; beside them it
//! says which tags were **drawn** for it, so that most readers need not look at them.
//!
//! # States of a handle
//!
//! ```text
//!   occupy      publish             publish(tombstone)
//! Vacant --> Empty -----------> Live --------------------> Tombstone
//!   ^          |                 ^ | publish                 |   |
//!   |          | give_up         +-+                         |   | kill
//!   |          v                 ^        publish            |   v
//!   +-------- Dead               +---------------------------+  Dead ---> Vacant
//!    release                                                      release
//! ```
//!
//! In Empty, Tombstone, Dead and Vacant the document is absent. A reader that meets Dead does not
//! ask again: when it asked the table, that still held this handle, so the key had no other. Only
//! writers help the table to forget.
//!
//! # Invariants
//!
//! * **I1** A published snapshot does not change, but for its revision, which is fixed once, and
//!   for what its retirer notes in it.
//! * **I2** Along a chain revisions only fall, and none is given twice.
//! * **I3** A dead handle takes no further snapshot.
//! * **I4** Nothing is shown to anybody, nor followed by another snapshot, before it is stamped.
//!   Whoever meets a snapshot without a revision draws one on its writer's behalf.
//! * **I5** What is stamped after the close of its collection is shown to nobody: readers look at
//!   `closing` after they have stamped, and nobody reads at a revision beyond the close
//!   (`open_view`, `instant`). So its writer still owns the value, and takes it back.
//! * **I6** Whoever puts an empty handle into the table publishes in it or ends it.
//! * **I7** An entry is in its index from before the first snapshot that carries it is published
//!   until the last one is buried. It counts for whoever reads at `R` if the snapshot that is
//!   found at `R` carries its tag.
//!
//! * **I9** A deadline moves only to later times, only if its document may go idle, and not once
//!   anybody has found it passed. So whoever reads as of a time finds the same for ever.
//! * **I10** Before a deadline is published it is said that there are any. So whoever reads at its
//!   revision knows, and looks at the clock: at a time at which this was the revision. So what was
//!   renewed in time is not over, and what ended has not come back.
//!
//! * **F1** A snapshot is placed only if it was found without a revision after its ticket was
//!   drawn. So it dies after that number, and stays until the tail has passed it (R2). The last of
//!   its handle waits for that as well. All that is placed is of the only collection, if there was
//!   one only: whoever finds it finds how many there were.
//! * **F3** A slot goes from smaller numbers to larger ones only. So what has left its slot never
//!   comes back under that number. A snapshot has a revision before it leaves its slot.
//! * **F4** A snapshot has one ticket at a time, on which all who stamp it agree; it gets another
//!   one only when its slot has that number, or a larger one, without it. If it was there before,
//!   it has a revision (F3), keeps its ticket, and is not placed again. It counts under the ticket
//!   that is its revision. So it is found exactly once, and a number that was drawn by a stalled
//!   thread holds nobody up: it is given up.
//! * **F5** The tail is raised to `t` when every slot has left the numbers up to `t` behind, and a
//!   grace period after that. So whoever found something there is gone. What is committed up to
//!   `t` counts as told when all writers who were pinned when the clock showed `t` are gone: they
//!   tell those who sleep before they drop their pin. Nothing is given up for the tail's sake
//!   before it was told.
//! * **F8** What holds the snapshots of a collection outlives it until the ring does not show them:
//!   until the tail has passed the revision at which nobody could write to it any more.
//!
//! # Pairs
//!
//! | pair | who writes, how | who reads, how | what the reader may rely on |
//! |---|---|---|---|
//! | **P1** | `Handle::publish`: exchange of `head`, `AcqRel` | `Handle::load_raw`: `Acquire` | all of the snapshot, and of those it replaced |
//! | **P2** | `Node::fix`: exchange of `revision`, `AcqRel` | `Node::revision`: `Acquire` | the clock has reached that number |
//! | **P3** | `Timeline::draw`: `fetch_add`, `AcqRel` | `now`: `Acquire`; `now_exactly`: `fetch_add(0)`, `AcqRel` | every snapshot with that revision or a smaller one is found in its handle |
//! | **P4** | `Slot::free`: store, `Release` | `Slot::claim`: exchange, `Acquire` | the last user of the slot is done with it (P10 says so as well) |
//! | **P5** | `Slot::show`: store, `Release` | `Slot::shown`: `Acquire` | a slot that is free again is done with what it kept |
//! | **P6** | `Shard::push`: exchange of `retired`, `AcqRel` | `seal`: `swap`, `AcqRel` | what the retirer noted |
//! | **P7** | an owner leaves: `fetch_sub`, `AcqRel` | the last one: the same | everybody has read what they wanted |
//! | **P8** | `Closing::close`, `fix`: exchanges, `AcqRel` | `closed_at`: `Acquire` | a writer whose revision is beyond the close finds it |
//! | **P9** | `Segmented`, slabs, shards: exchange of a pointer, `AcqRel` | `Acquire` | the elements are there |
//! | **P10** | `Vacancies::put`: exchange, `AcqRel` | `take`: exchange, `AcqRel` | the place's last user is done with it |
//! | **F2** | `Ring::join`: `since`, then the clock, `AcqRel` | the draw, `AcqRel`, then `takes` | what is drawn beyond that clock is placed |
//! | **F6** | `Waiter::doze`: asleep, fence, the clock | the stamp, fence, `Waiter::tell` | one of the two sees the other; the same of `Sleepers` |
//! | **F7** | `Turn::begin`: `swap`, `AcqRel` | `Turn::end`: exchange, `AcqRel` | what was there to be done when somebody called |
//! | **P11** | `Published::replace`: exchange, `AcqRel` | `load`: `Acquire` | all of the value |
//!
//! # Reclamation
//!
//! * **R1** What is retired stays until every pin that was alive then is gone. So whatever a
//!   pinned thread finds, it may use while it is pinned.
//! * **R2** A snapshot that died at `d` stays while a slot shows less than `d`, and that is
//!   looked at *after* its grace period. So whoever reads at `R`, pinned since before it read `R`
//!   or with `R` in a slot, finds every snapshot that is the newest one not younger than `R`, and
//!   everything on the way to it. `prev` may dangle behind that; nobody goes there. A slot shows
//!   "opening" (0) before its view reads the clock, and a revision enters a slot nowhere but in
//!   `open`, or under the pin under which it was read: the copies of a view share its slot. What
//!   was found through a slot is kept by that slot, or by a count; never by a pin that began
//!   later.
//! * **R3** An address leads to an occupied handle for as long as it can be found: the table's
//!   entry goes before the handle's last snapshot is retired, and the slot is vacated after that
//!   is buried. Slabs never move, and stay until the roster and all owners are gone.
//! * **R4** Burying looks at the snapshot itself, never at its successor, which may be gone. What
//!   has to be known is noted when it is retired.
//! * **R5** A handle is killed by revision: its head is a tombstone whose revision is the one at
//!   which the buried snapshot died. (By address would not do: another node may lie there by
//!   now.)
//! * **R6** A killed tombstone is retired in its turn, and the handle goes with it; no view needs
//!   it.
//! * **R7** Whoever owns a snapshot holds a count on its node and one on its handle. The chain's
//!   own count on a node is given back in bury, so a pinned reader may always add one; the
//!   handle's life is given back with its last snapshot. (The handle's count cannot wait for
//!   bury: an older snapshot of it may still be in another shard's limbo when the last one is
//!   buried.) A snapshot whose ticket became its revision holds that count itself until it is
//!   freed, and its owners need none: whoever fixed that revision took it, under the pin that kept
//!   the handle until then. An occupied handle holds a count on the roster's heart: slabs outlive
//!   the collection for as long as somebody owns a snapshot.
//!
//! # Steps
//!
//! ```text
//! stamp(s)     r = s.revision; if r != 0: r          (a reader spins a little and looks again)
//!              n = draw; watched? place(s, n); s.revision: 0 -> n; n, or the winner's
//! place(s, n)  s.ticket: 0 -> n; n, or the winner's; s.revision still 0? slot: smaller -> s; the
//!              slot has n or more already? another ticket, again
//! take(n)      slot > n: lapped; = n: fix n, and it is what was committed if that is its revision;
//!              < n: not drawn yet? wait; else spin a little, slot: -> n, given up
//! raise        give up all numbers up to clock - length; a grace period; tail = that
//!              t = clock; a grace period of writers; told = t
//! write(h)     pinned: loop: old = load(h), stamped; build next; put its new entries in;
//!              head: old -> next; lost: take them out, again
//!              note in old: the entries that next does not carry on
//!              stamp(next) = r; note in old: died = r, whether a tombstone follows; retire(old)
//!              closed before r? then take the value back
//! open view    slot: FREE -> OPENING; R = clock.fetch_add(0); slot = R
//! view get     pinned: s = head; while stamp(s) > R: s = s.prev
//! close view   slot = FREE
//! sweep        seal the stack, ask for a grace period; of what is past its own: m = min of slots,
//!              bury what died <= m; the rest waits in a heap by `died`
//! bury(old)    take its ended entries out; if a tombstone followed: kill; give back the chain's
//!              count
//! kill(h, d)   s = head; a tombstone with revision d? head: s -> DEAD; forget; retire(s)
//! query        R, then: of each entry in the index the snapshot of its handle at R, if that
//!              carries the tag
//! build index  publish the catalog with it; a grace period; enter the head of each handle that
//!              carries no place in it, if it is still the head, within one pin; ready = clock
//! close        closed: OPEN -> CLOSING; n = draw; CLOSING -> n
//! ```
//!
//! # Races
//!
//! **A writer stops after it has published.** 1. A reader that meets the snapshot draws for it
//! and goes on; the writer's own draw is wasted when it wakes. 2. A writer of the same key stamps
//! it before it builds on it, so I2 holds. 3. A view that is opened meanwhile reads `R`; if the
//! snapshot is stamped later, its revision is above `R` and the view walks past. In each case the
//! document has one history. Nobody waits.
//!
//! **A view opens while a snapshot it needs is being freed.** The snapshot died at `d`; the view
//! will read `R < d`. 1. The view claimed its slot before the sweeper scanned: the scan finds 0
//! or `R`, and the snapshot waits. 2. It claimed after the scan. The scan comes after the draw of
//! `d` (the retirer noted it), so the claim, and the view's look at the clock after it, come
//! after that draw too: `R >= d`, a contradiction.
//!
//! **A pinned reader turns its instant into a view.** Its pin holds up the grace period of
//! whatever it needs; the slots are read after the grace period; so either the pin or the slot is
//! seen.
//!
//! **A reviver and a killer.** Both exchange the same word, so exactly one of them wins. 1. The
//! reviver: the head is no tombstone any more, and the killer goes away. 2. The killer: the
//! reviver meets Dead, helps the table to forget *this* handle, and makes another.
//!
//! **A handle's slot is used again.** Whoever had its address from the table was pinned before
//! the table forgot it, and holds up the grace period that the slot waits for (R3). Whoever had
//! it from a snapshot holds a count (R7). Walkers by position find another document in its place,
//! which is as it should be: its revisions are above theirs.
//!
//! **A write and the close.** Both have a number from the same clock. 1. The write's is smaller:
//! it was in time, and every later reader of the live collection finds it closed. 2. It is
//! larger: the draw comes after the one of the close, so the writer finds the close (P8), says
//! `Closed`, and takes the value back: readers who meet the snapshot find the close too, for the
//! same reason.
//!
//! **The end of a closed collection.** Every handle is killed, whatever its head; no view that
//! could need them may be open. The slots are looked at after a grace period that was asked for
//! after the close: a pinned reader from before it has either gone, or shows its revision in a
//! slot.
//!
//! **A document hops from one key to another during a scan.** Both entries are in the index until
//! the older snapshot is buried, which waits for the scan's instant. Exactly one of the two tags is
//! carried by the snapshot of that instant; so the document is met once, whichever is passed first.
//!
//! **A document returns to a key that it had.** The new entry has a tag of its own, so whoever
//! buries the first one's last carrier does not take out the second.
//!
//! **An older carrier is buried after the last one**, in another shard. Nobody can need it: whoever
//! reads at a revision at which it was current holds up its successors as well (R2). So an entry
//! ends with the snapshot whose retirer noted that it does.
//!
//! **A writer has not heard of a new index.** It read the catalog under the pin under which it
//! publishes; the build begins after that pin's grace period, and finds what was published. What it
//! replaces may carry an entry in that index already: the snapshot says so itself, and it ends. A
//! writer that replaces a snapshot older than the index notes the entry that the build may have
//! made of it: its tag follows from its revision. The build is pinned from before it saw that
//! snapshot in its handle until the entry is in, so the burial comes after.
//!
//! # Not promised
//!
//! Bounded memory under a view or a pin that is held for ever: what it needs, and everything
//! younger, stays. A short walk: a view's `get` takes one hop for each write to that key since.
//! Revisions without gaps: a number that a helper draws in vain is nobody's.
//!
//! # Tests
//!
//! The models in `loom-tests/` are named after these labels; `loom-tests/mutations` lists a
//! change for each that makes one of them fail.
#![allow(unsafe_code, reason = "the ground floor: every block names the labels that make it sound")]

pub(crate) mod budget;
pub(crate) mod cause;
pub(crate) mod deadline;
pub(crate) mod departing;
mod doomed;
pub(crate) mod draft;
pub(crate) mod entry;
pub(crate) mod handle;
pub(crate) mod held;
pub(crate) mod limbo;
pub(crate) mod node;
pub(crate) mod note;
pub(crate) mod published;
pub(crate) mod ring;
pub(crate) mod roster;
mod segmented;
mod shards;
mod stamp;
mod tender;
pub(crate) mod timeline;
pub(crate) mod turn;
mod vacancies;
pub(crate) mod views;
pub(crate) mod waiter;
pub(crate) mod walk;
