//! Parts of a text, and texts made from a collection of strings.
//!
//! [`split`] and [`fields`] work on any text, that of a [`Ref`](crate::Ref) among them: they borrow
//! it, and copy nothing. `render` (feature `templates`) fills a template with what a collection
//! holds.
//!
//! # Examples
//!
//! ```
//! use folio::text;
//!
//! let store = folio::Store::new();
//! let mail = store.strings("mail")?;
//! mail.set("host".into(), "smtp.example.org".into())?;
//! mail.set("to".into(), "ada  alan".into())?;
//!
//! let host = mail.try_get("host")?;
//! assert!(text::split(&host, ".").eq(["smtp", "example", "org"]));
//! assert!(text::fields(&mail.try_get("to")?).eq(["ada", "alan"]));
//! # Ok::<(), folio::Error>(())
//! ```

#[cfg(feature = "templates")]
mod render;

#[cfg(feature = "templates")]
pub use self::render::render;

/// The parts of `text` between separators.
///
/// Joined by the separator again they are the text. So a text without one is its only part, also if
/// it is empty; and one that ends in a separator has an empty part at its end. An empty separator
/// stands between any two characters: each is a part, and a text without characters has none.
///
/// # Concurrency
///
/// Borrows the text, and allocates nothing. O(bytes) in all.
///
/// # Examples
///
/// ```
/// use folio::text::split;
///
/// assert!(split("a,b,,c", ",").eq(["a", "b", "", "c"]));
/// assert!(split("a,b", ";").eq(["a,b"]));
/// assert!(split("", ",").eq([""]));
/// assert!(split("abc", "").eq(["a", "b", "c"]));
/// ```
pub fn split<'t>(text: &'t str, separator: &str) -> impl Iterator<Item = &'t str> {
    // The standard library puts empty separators before the first character and after the last.
    text.split(separator).filter(|part| !(separator.is_empty() && part.is_empty()))
}

/// The words of `text`: what stands between white space, as Unicode defines it, and is not empty.
///
/// # Concurrency
///
/// Borrows the text, and allocates nothing. O(bytes) in all.
///
/// # Examples
///
/// ```
/// use folio::text::fields;
///
/// assert!(fields("  ada\tlovelace\u{2003}1815\n").eq(["ada", "lovelace", "1815"]));
/// assert_eq!(fields(" \n").next(), None);
/// ```
pub fn fields(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
}
