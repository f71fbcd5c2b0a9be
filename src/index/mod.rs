//! Keys of an index: what a document is found by, as bytes whose order is the order of the values.
//!
//! # Words
//!
//! A **part** is one element of a key: a scalar or an array. A **key** is a row of parts, or *no
//! key* at all if one of them is missing. An **entry** is what an index keeps: the bytes of a key,
//! then whatever tells documents of the same key apart.
//!
//! # The order
//!
//! Parts are ordered by kind first, each kind by its own order:
//!
//! | kind | order | first byte |
//! |---|---|---|
//! | truth value | `false` before `true` | 2, 3 |
//! | number | by value, however it is typed; NaN last | `1C` to `E4` |
//! | text | by the bytes of its UTF-8 | `E8` |
//! | UUID | by its bytes | `EC` |
//! | array | element by element, the shorter first | `F0` |
//!
//! # Invariants
//!
//! * Two keys compare as their bytes do, and are equal if and only if their bytes are.
//! * No part is the beginning of another part: so the keys that begin with certain parts are the
//!   keys whose bytes begin with the bytes of those parts, whatever follows.
//! * No part begins with `00` or with `FF`. So an entry that goes on with `00` after its key stands
//!   before every longer key that begins with the same parts.
//!
//! How a part is written is in [`code`], which types are parts in [`part`], what a range of keys is
//! as a range of entries in [`bounds`].

mod bounds;
mod code;
mod key;
mod part;
mod spec;
mod token;

pub use bounds::IntoBounds;
pub(crate) use bounds::entries_between;
pub use key::{IndexKey, IntoIndexKey};
pub use part::IndexPart;
#[cfg(feature = "json")]
pub use spec::fields;
pub use spec::{IndexSpec, by};
pub use token::PageToken;
pub(crate) use token::fingerprint;

#[cfg(test)]
mod tests;
