//! A key: a row of parts in one byte string.

use std::fmt;
use std::time::{Duration, SystemTime};

#[cfg(feature = "json")]
use serde_json::value::Value;
use uuid::Uuid;

use super::code::{Piece, Pieces};
use super::part::IndexPart;

/// What a document is found by in an index: a row of parts in one byte string whose order is that
/// of the parts, or no key at all.
///
/// Made by [`key!`](macro@crate::key), or part by part; what may be a part is said at
/// [`IndexPart`]. Truth values come first, then numbers, compared exactly whatever their types
/// (`-0.0` is 0, NaN is last), texts by the bytes of their UTF-8, UUIDs, and arrays element by
/// element. Of two keys that begin alike the shorter comes first.
///
/// A small whole number takes two bytes, any `i64` up to ten, a text two more than its UTF-8.
/// `{:?}` shows the parts; of a number it shows the value, not the type it had.
///
/// # No key
///
/// One part that is `None` or JSON null leaves the whole document without a key, so that an index
/// does not list it. As a bound, no key finds nothing. It compares before every key.
///
/// # Examples
///
/// ```
/// use folio::{IndexKey, key};
///
/// assert!(key!["London", 9] < key!["London", 10.5]);
/// assert!(key!["London", 10.5] < key!["Lyon"]);
/// assert_eq!(key![1_u8, "a"], IndexKey::new().with(&1.0).with("a"));
/// assert_eq!(format!("{:?}", key!["Paris", 30, [1.5, -2.0]]), r#"key!["Paris", 30, [1.5, -2]]"#);
///
/// let nobody: Option<String> = None;
/// assert_eq!(format!("{:?}", key!["London", nobody]), "no key");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndexKey(Option<Vec<u8>>);

impl IndexKey {
    /// Makes the key that has no parts yet; as a bound it stands for every key.
    ///
    /// Does not allocate.
    pub fn new() -> Self {
        Self(Some(Vec::new()))
    }

    /// Adds a part, which leaves no key if it is `None` or JSON null.
    ///
    /// Parts of usual length are added with one allocation for the whole key.
    #[must_use]
    pub fn with<P: IndexPart + ?Sized>(self, part: &P) -> Self {
        let Some(mut bytes) = self.0 else { return self };
        let is_there = part.encode(&mut bytes);
        Self(is_there.then_some(bytes))
    }

    #[cfg(test)]
    pub(super) fn of_bytes(bytes: Option<Vec<u8>>) -> Self {
        Self(bytes)
    }

    #[cfg(test)]
    pub(super) fn as_bytes(&self) -> Option<&[u8]> {
        self.0.as_deref()
    }

    /// The bytes that compare as keys do; `None` if there is no key.
    pub(crate) fn into_bytes(self) -> Option<Vec<u8>> {
        self.0
    }
}

impl Default for IndexKey {
    fn default() -> Self {
        Self::new()
    }
}

/// Writes the parts as they stand in [`key!`](macro@crate::key).
impl fmt::Debug for IndexKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(bytes) = &self.0 else { return f.write_str("no key") };
        f.write_str("key![")?;
        let mut pieces = Pieces { rest: bytes };
        let mut is_first = true;
        for piece in &mut pieces {
            if !is_first && piece != Piece::Close {
                f.write_str(", ")?;
            }
            is_first = piece == Piece::Open;
            match piece {
                Piece::Bool(truth) => write!(f, "{truth}"),
                Piece::Integer { negative, magnitude } => {
                    write!(f, "{}{magnitude}", if negative { "-" } else { "" })
                }
                Piece::Float(number) => write!(f, "{number:?}"),
                Piece::Text(text) => write!(f, "{text:?}"),
                Piece::Uuid(uuid) => write!(f, "{uuid}"),
                Piece::Open => f.write_str("["),
                Piece::Close => f.write_str("]"),
            }?;
        }
        // A part of somebody's own making may have written anything.
        if !pieces.rest.is_empty() {
            write!(f, "{}bytes {:02x?}", if is_first { "" } else { ", " }, pieces.rest)?;
        }
        f.write_str("]")
    }
}

/// Whatever may stand where a key is asked for: one part, a tuple of parts, an [`IndexKey`].
///
/// A `Vec` of JSON values is a key of as many parts, what a tuple is when their number is known at
/// run time only; an array as the one part of a key is `key![vec]` or `Value::Array(vec)`.
///
/// # Examples
///
/// ```
/// use folio::{IndexKey, IntoIndexKey, key};
///
/// fn look_up(key: impl IntoIndexKey) -> IndexKey {
///     key.into_index_key()
/// }
///
/// assert_eq!(look_up("London"), key!["London"]);
/// assert_eq!(look_up(("London", 18)), key!["London", 18]);
/// assert_eq!(look_up(Some(18)), key![18]);
/// ```
pub trait IntoIndexKey {
    /// Makes the key.
    fn into_index_key(self) -> IndexKey;

    /// Writes the bytes of the same key behind what is in `out`; says whether there is a key.
    ///
    /// Without a buffer of its own for parts of this crate alone: the parts of others must not get
    /// at the keys that are in `out` already.
    #[doc(hidden)]
    fn write_index_key(self, out: &mut Vec<u8>) -> bool
    where
        Self: Sized,
    {
        let made = self.into_index_key().into_bytes();
        made.map(|made| out.extend_from_slice(&made)).is_some()
    }
}

impl IntoIndexKey for IndexKey {
    fn into_index_key(self) -> IndexKey {
        self
    }
}

impl IntoIndexKey for &IndexKey {
    fn into_index_key(self) -> IndexKey {
        self.clone()
    }
}

/// `None` is no key.
impl<T: IntoIndexKey> IntoIndexKey for Option<T> {
    fn into_index_key(self) -> IndexKey {
        self.map_or(IndexKey(None), T::into_index_key)
    }

    fn write_index_key(self, out: &mut Vec<u8>) -> bool {
        self.is_some_and(|key| key.write_index_key(out))
    }
}

macro_rules! parts { ($($part:ty),* $(,)?) => { $(
    impl IntoIndexKey for $part {
        fn into_index_key(self) -> IndexKey {
            IndexKey::new().with(&self)
        }

        fn write_index_key(self, out: &mut Vec<u8>) -> bool {
            self.encode(out)
        }
    }
)* } }
parts!(bool, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32, f64, char);
parts!(&str, String, &String, Uuid, Duration, SystemTime);
#[cfg(feature = "json")]
parts!(Value, &Value);

macro_rules! tuples { ($(($($part:ident),+)),*) => { $(
    impl<$($part: IndexPart),+> IntoIndexKey for ($($part,)+) {
        #[allow(non_snake_case, reason = "the names are those of the types")]
        fn into_index_key(self) -> IndexKey {
            let ($($part,)+) = self;
            IndexKey::new()$(.with(&$part))+
        }
    }
)* } }
tuples!((A), (A, B), (A, B, C), (A, B, C, D));

#[cfg(feature = "json")]
impl IntoIndexKey for Vec<Value> {
    fn into_index_key(self) -> IndexKey {
        self.iter().fold(IndexKey::new(), IndexKey::with)
    }
}

/// Makes an [`IndexKey`] of its parts, which it takes by reference.
///
/// For the closure of an index, which cannot return what it borrows from the document, and for
/// keys of more parts than a tuple has.
///
/// # Examples
///
/// ```
/// use folio::key;
///
/// struct User {
///     city: String,
///     age: Option<u8>,
/// }
///
/// let ada = User { city: "London".into(), age: Some(36) };
/// assert_eq!(key![ada.city, ada.age], key!["London", 36]);
/// ```
#[macro_export]
macro_rules! key {
    ($($part:expr),* $(,)?) => {
        $crate::IndexKey::new()$(.with(&$part))*
    };
}
