//! What may be a part of a key.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

#[cfg(feature = "json")]
use serde_json::value::Value;
use uuid::Uuid;

use super::code;
#[cfg(feature = "json")]
use crate::limits::DOCUMENT_DEPTH_MAX;

/// One element of a key.
///
/// | type | the part |
/// |---|---|
/// | `bool` | a truth value |
/// | every integer and float | a number: `1_u8`, `1_i128` and `1.0` are the same; `-0.0` is 0 |
/// | `Duration`, `SystemTime` | a number: nanoseconds, since 1970 for a time |
/// | `str`, `String`, `char` | a text |
/// | `Uuid` | a UUID |
/// | `[P]`, `[P; N]`, `Vec<P>` | an array, one of numbers if `P` is `u8` |
/// | `Option<P>` | what is in it; `None` leaves the document without a key |
/// | `&P`, `Arc<P>` | what it points to |
/// | `serde_json::Value` | by what it holds; null and objects leave the document without a key |
///
/// What has no key leaves none to the whole it stands in, arrays too: `[1, null]` is not indexed.
/// Neither is JSON nested deeper than a document may be.
///
/// A type of yours becomes a part by handing over to one of these.
///
/// # Examples
///
/// ```
/// use folio::{IndexPart, key};
///
/// struct Celsius(f64);
///
/// impl IndexPart for Celsius {
///     fn encode(&self, out: &mut Vec<u8>) -> bool {
///         self.0.encode(out)
///     }
/// }
///
/// assert!(key![Celsius(-40.0)] < key![Celsius(36.6)]);
/// assert_eq!(key![Celsius(20.0)], key![20]);
/// ```
pub trait IndexPart {
    /// Adds the part to `out`, or returns false if it leaves the document without a key; what was
    /// written until then is thrown away.
    ///
    /// Takes time in proportion to the length, and allocates only what `out` lacks.
    fn encode(&self, out: &mut Vec<u8>) -> bool;
}

impl IndexPart for bool {
    fn encode(&self, out: &mut Vec<u8>) -> bool {
        code::put_bool(out, *self);
        true
    }
}

macro_rules! unsigned { ($($integer:ty),*) => { $(
    impl IndexPart for $integer {
        fn encode(&self, out: &mut Vec<u8>) -> bool {
            code::put_integer(out, false, (*self).into());
            true
        }
    }
)* } }
unsigned!(u8, u16, u32, u64, u128);

macro_rules! signed { ($($integer:ty),*) => { $(
    impl IndexPart for $integer {
        fn encode(&self, out: &mut Vec<u8>) -> bool {
            code::put_integer(out, *self < 0, self.unsigned_abs().into());
            true
        }
    }
)* } }
signed!(i8, i16, i32, i64, i128);

impl IndexPart for usize {
    fn encode(&self, out: &mut Vec<u8>) -> bool {
        (*self as u64).encode(out)
    }
}

impl IndexPart for isize {
    fn encode(&self, out: &mut Vec<u8>) -> bool {
        (*self as i64).encode(out)
    }
}

impl IndexPart for f32 {
    fn encode(&self, out: &mut Vec<u8>) -> bool {
        f64::from(*self).encode(out)
    }
}

impl IndexPart for f64 {
    fn encode(&self, out: &mut Vec<u8>) -> bool {
        code::put_float(out, *self);
        true
    }
}

impl IndexPart for char {
    fn encode(&self, out: &mut Vec<u8>) -> bool {
        self.encode_utf8(&mut [0; 4]).encode(out)
    }
}

impl IndexPart for str {
    fn encode(&self, out: &mut Vec<u8>) -> bool {
        code::put_text(out, self);
        true
    }
}

impl IndexPart for String {
    fn encode(&self, out: &mut Vec<u8>) -> bool {
        self.as_str().encode(out)
    }
}

impl IndexPart for Uuid {
    fn encode(&self, out: &mut Vec<u8>) -> bool {
        code::put_uuid(out, self);
        true
    }
}

impl IndexPart for Duration {
    fn encode(&self, out: &mut Vec<u8>) -> bool {
        self.as_nanos().encode(out)
    }
}

impl IndexPart for SystemTime {
    fn encode(&self, out: &mut Vec<u8>) -> bool {
        match self.duration_since(UNIX_EPOCH) {
            Ok(since) => since.encode(out),
            Err(before) => {
                code::put_integer(out, true, before.duration().as_nanos());
                true
            }
        }
    }
}

impl<P: IndexPart> IndexPart for Option<P> {
    fn encode(&self, out: &mut Vec<u8>) -> bool {
        self.as_ref().is_some_and(|part| part.encode(out))
    }
}

impl<P: IndexPart> IndexPart for [P] {
    fn encode(&self, out: &mut Vec<u8>) -> bool {
        code::put_open(out);
        let all = self.iter().all(|element| element.encode(out));
        code::put_close(out);
        all
    }
}

impl<P: IndexPart, const N: usize> IndexPart for [P; N] {
    fn encode(&self, out: &mut Vec<u8>) -> bool {
        self.as_slice().encode(out)
    }
}

impl<P: IndexPart> IndexPart for Vec<P> {
    fn encode(&self, out: &mut Vec<u8>) -> bool {
        self.as_slice().encode(out)
    }
}

impl<P: IndexPart + ?Sized> IndexPart for &P {
    fn encode(&self, out: &mut Vec<u8>) -> bool {
        P::encode(self, out)
    }
}

impl<P: IndexPart + ?Sized> IndexPart for Arc<P> {
    fn encode(&self, out: &mut Vec<u8>) -> bool {
        P::encode(self, out)
    }
}

#[cfg(feature = "json")]
impl IndexPart for Value {
    fn encode(&self, out: &mut Vec<u8>) -> bool {
        encode_json(self, out, DOCUMENT_DEPTH_MAX)
    }
}

/// Adds a value that may have so many levels. A number that fits into none of the three types,
/// which `serde_json` has only with `arbitrary_precision`, counts as the nearest float, if there is
/// one.
#[cfg(feature = "json")]
fn encode_json(value: &Value, out: &mut Vec<u8>, levels: usize) -> bool {
    match value {
        Value::Bool(truth) => truth.encode(out),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(integer), _) => integer.encode(out),
            (None, Some(integer)) => integer.encode(out),
            (None, None) => number.as_f64().encode(out),
        },
        Value::String(text) => text.encode(out),
        Value::Array(elements) if levels > 1 => {
            code::put_open(out);
            let all = elements.iter().all(|element| encode_json(element, out, levels - 1));
            code::put_close(out);
            all
        }
        Value::Array(_) | Value::Null | Value::Object(_) => false,
    }
}
