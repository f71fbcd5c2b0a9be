//! Walks over JSON of any depth that never use more stack than a shallow value would.
//!
//! What the standard traits do with a [`Value`] they do by recursion, and some ten thousand levels
//! are more than a thread's stack can hold. A document that is deeper than may be written is
//! therefore dropped, cloned, compared and printed here, with a heap-allocated list in the place of
//! the stack. Documents that may be written never come here.

use std::fmt::{self, Write};
use std::mem;
use std::slice;

use serde_json::map::{self, Map};
use serde_json::value::Value;

use crate::limits::DOCUMENT_DEPTH_MAX;

/// Tells whether `value` has more than `levels` levels.
///
/// A scalar has one level, an object or array one more than the deepest thing in it, two if it is
/// empty. Never goes deeper than `levels` itself.
pub(super) fn exceeds(value: &Value, levels: usize) -> bool {
    match value {
        Value::Array(items) => levels < 2 || items.iter().any(|item| exceeds(item, levels - 1)),
        Value::Object(fields) => object_exceeds(fields, levels),
        _ => levels < 1,
    }
}

/// Tells whether an object of these fields has more than `levels` levels; see [`exceeds`].
pub(super) fn object_exceeds(fields: &Map<String, Value>, levels: usize) -> bool {
    levels < 2 || fields.values().any(|value| exceeds(value, levels - 1))
}

/// About how much an object owns on the heap. Not for one that is too deep.
pub(super) fn size_of_object(fields: &Map<String, Value>) -> usize {
    // A name and a value each, and as much again for half-full nodes of a tree.
    let entry = 3 * (size_of::<String>() + size_of::<Value>()) / 2;
    fields.iter().map(|(name, value)| entry + name.capacity() + size_of_value(value)).sum()
}

fn size_of_value(value: &Value) -> usize {
    match value {
        Value::String(text) => text.capacity(),
        Value::Array(items) => {
            let own = items.capacity() * size_of::<Value>();
            own + items.iter().map(size_of_value).sum::<usize>()
        }
        Value::Object(fields) => size_of_object(fields),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// Drops a value of any depth.
pub(super) fn discard(value: Value) {
    if !exceeds(&value, DOCUMENT_DEPTH_MAX) {
        return;
    }
    let mut pending = vec![value];
    while let Some(value) = pending.pop() {
        match value {
            Value::Array(items) => pending.extend(items.into_iter().filter(is_container)),
            Value::Object(fields) => {
                pending.extend(fields.into_iter().map(|(_, value)| value).filter(is_container));
            }
            _ => {}
        }
    }
}

/// Clones an object of any depth.
pub(super) fn cloned(fields: &Map<String, Value>) -> Map<String, Value> {
    let mut done = Map::new();
    let mut open = vec![Open::Object { name: String::new(), fields: Map::new() }];
    for token in Tokens::inside(fields) {
        let value = match token {
            Token::Name(name) => {
                if let Some(Open::Object { name: next, .. }) = open.last_mut() {
                    name.clone_into(next);
                }
                continue;
            }
            Token::BeginObject => {
                open.push(Open::Object { name: String::new(), fields: Map::new() });
                continue;
            }
            Token::BeginArray => {
                open.push(Open::Array(Vec::new()));
                continue;
            }
            Token::Scalar(value) => value.clone(),
            Token::End(_) => match open.pop() {
                Some(Open::Array(items)) => Value::Array(items),
                Some(Open::Object { fields, .. }) => Value::Object(fields),
                None => break,
            },
        };
        match (open.last_mut(), value) {
            (Some(parent), value) => parent.put(value),
            (None, Value::Object(fields)) => done = fields,
            (None, _) => {}
        }
    }
    done
}

/// Tells whether two objects of any depth are equal.
pub(super) fn equal(left: &Map<String, Value>, right: &Map<String, Value>) -> bool {
    let mut pending = Vec::new();
    if !pair_fields(left, right, &mut pending) {
        return false;
    }
    while let Some(pair) = pending.pop() {
        let equal = match pair {
            (Value::Array(left), Value::Array(right)) => {
                pending.extend(left.iter().zip(right));
                left.len() == right.len()
            }
            (Value::Object(left), Value::Object(right)) => pair_fields(left, right, &mut pending),
            // Two scalars, or two values of different kinds: no recursion either way.
            (left, right) => left == right,
        };
        if !equal {
            return false;
        }
    }
    true
}

/// Lists what has to be equal for two objects to be; false if they cannot be.
fn pair_fields<'a>(
    left: &'a Map<String, Value>,
    right: &'a Map<String, Value>,
    pending: &mut Vec<(&'a Value, &'a Value)>,
) -> bool {
    let mut pair = |(name, value)| match right.get(name) {
        Some(other) => {
            pending.push((value, other));
            true
        }
        None => false,
    };
    left.len() == right.len() && left.iter().all(|field: (&'a String, _)| pair(field))
}

/// Writes an object of any depth as JSON text, without any blanks.
///
/// # Errors
///
/// Those of the formatter.
pub(super) fn write(fields: &Map<String, Value>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut comma = false;
    f.write_char('{')?;
    for token in Tokens::inside(fields) {
        if comma && !matches!(token, Token::End(_)) {
            f.write_char(',')?;
        }
        comma = matches!(token, Token::Scalar(_) | Token::End(_));
        match token {
            Token::Name(name) => {
                write!(f, "{}:", serde_json::to_string(name).map_err(|_| fmt::Error)?)?;
            }
            Token::BeginObject => f.write_char('{')?,
            Token::BeginArray => f.write_char('[')?,
            Token::Scalar(value) => write!(f, "{value}")?,
            Token::End(bracket) => f.write_char(bracket)?,
        }
    }
    Ok(())
}

fn is_container(value: &Value) -> bool {
    matches!(value, Value::Array(_) | Value::Object(_))
}

/// An object or array that is being built; an object knows the name of the value to come.
enum Open {
    Array(Vec<Value>),
    Object { name: String, fields: Map<String, Value> },
}

impl Open {
    fn put(&mut self, value: Value) {
        match self {
            Self::Array(items) => items.push(value),
            Self::Object { name, fields } => {
                fields.insert(mem::take(name), value);
            }
        }
    }
}

/// One step of a walk; every `Begin` is answered by an `End` with its bracket.
enum Token<'a> {
    BeginObject,
    BeginArray,
    Name(&'a str),
    Scalar(&'a Value),
    End(char),
}

/// Walks over everything in an object, up to and including its own `End`.
struct Tokens<'a> {
    open: Vec<Rest<'a>>,
    /// The value that belongs to the name told last.
    named: Option<&'a Value>,
}

/// What is still to come of an object or array.
enum Rest<'a> {
    Array(slice::Iter<'a, Value>),
    Object(map::Iter<'a>),
}

impl<'a> Tokens<'a> {
    fn inside(fields: &'a Map<String, Value>) -> Self {
        Self { open: vec![Rest::Object(fields.iter())], named: None }
    }

    fn enter(&mut self, value: &'a Value) -> Token<'a> {
        match value {
            Value::Array(items) => {
                self.open.push(Rest::Array(items.iter()));
                Token::BeginArray
            }
            Value::Object(fields) => {
                self.open.push(Rest::Object(fields.iter()));
                Token::BeginObject
            }
            scalar => Token::Scalar(scalar),
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if let Some(value) = self.named.take() {
            return Some(self.enter(value));
        }
        let end = match self.open.last_mut()? {
            Rest::Array(rest) => match rest.next() {
                Some(value) => return Some(self.enter(value)),
                None => ']',
            },
            Rest::Object(rest) => match rest.next() {
                Some((name, value)) => {
                    self.named = Some(value);
                    return Some(Token::Name(name));
                }
                None => '}',
            },
        };
        self.open.pop();
        Some(Token::End(end))
    }
}
