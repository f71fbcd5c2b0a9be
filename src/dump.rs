//! A collection as text.

use std::fmt::{self, Write as _};
use std::io;

use crate::hooks::Print;
use crate::key::{Key, Value};
use crate::view::View;

/// Writes one line with name and count, and one for each document, in key order, if its values can
/// be printed.
pub(crate) fn collection<K: Key, V: Value>(
    name: &str,
    view: &View<K, V, ()>,
    print: Option<Print<V>>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let documents = view.sorted();
    line(out, format_args!("{name:?} {}", documents.len()))?;
    let Some(print) = print else { return Ok(()) };
    for document in documents {
        let (key, value) = (document.key(), Printed { value: document.value(), print });
        line(out, format_args!("  {key:?}: {value:?}"))?;
    }
    Ok(())
}

struct Printed<'v, V> {
    value: &'v V,
    print: Print<V>,
}

impl<V> fmt::Debug for Printed<'_, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.print)(self.value, f)
    }
}

/// Formats first: `io::Write` would panic where a `Debug` of the user fails.
fn line(out: &mut dyn io::Write, text: fmt::Arguments<'_>) -> io::Result<()> {
    let mut line = String::new();
    writeln!(line, "{text}").map_err(io::Error::other)?;
    out.write_all(line.as_bytes())
}
