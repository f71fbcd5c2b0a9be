//! The only door to the template engine.

use std::fmt;
use std::hash::BuildHasher;

use equivalent::Equivalent;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Enumerator, Object};
use minijinja::{Environment, Error, ErrorKind, Value as Shown};

use crate::collection::Collection;
use crate::error::RenderError;
use crate::key::{Key, Value};
use crate::limits::TEMPLATE_STEPS_MAX;
use crate::sync::Arc;
use crate::view::View;

/// Fills a template with what a collection of strings holds.
///
/// All that a template asks for is read from one [view](crate::View), opened by this call: it is
/// filled from one instant, whatever is written meanwhile. Only what it asks for is read.
///
/// # The language
///
/// That of [MiniJinja](https://docs.rs/minijinja/3/minijinja/syntax/), which is Jinja's:
///
/// | in the template | stands for |
/// |---|---|
/// | `{{ host }}` | the document under the key `host`; nothing, if there is none |
/// | `{{ all["smtp.host"] }}` | the same, for a key that is no identifier, or means something else |
/// | `{{ port\|default("25") }}` | and something else, if there is none |
/// | `{% if port is defined %}..{% else %}..{% endif %}` | this or that |
/// | `{% for key in all %}{{ key }}={{ all[key] }};{% endfor %}` | all documents, in key order |
/// | `{{ name\|upper }}`, `{{ list\|split(",") }}`, ... | the engine's built-in filters |
/// | `{# .. #}` | nothing |
///
/// * **`all`** is the whole collection; a document under the key `all` is `all["all"]`. Other names
///   mean what the template has set itself (`loop` in a loop), then documents, then functions of
///   the engine (`range`).
/// * **A missing document** is empty where it is written, false where it is asked, and an error
///   where something in it is looked for (`{{ host.name }}`).
/// * **Text is written as it is**: nothing is escaped, unless by the filter `escape`, and a line
///   feed at the end stays.
/// * **One template**: it can neither include others nor define macros.
///
/// # Templates are code
///
/// What is in documents is only written out, never carried out. A template is carried out: it reads
/// this collection and nothing else, and it comes to an end, within ten million steps. What is not
/// bounded is the memory that a step takes (a text can be repeated), and the stack for one that
/// chains or nests more than some hundred operators or branches. So take templates from those whose
/// code you would run.
///
/// # Concurrency
///
/// * **Takes effect** in one instant of the call, as [`Collection::view`].
/// * **Progress**: waits for nobody. A look at each document that is asked for; `all` in a loop is
///   O(n log n).
/// * **Memory**: a view is open until it returns. Of a closed collection nothing is found.
///
/// # Errors
///
/// [`RenderError::Syntax`], if it is no template; [`RenderError::Failed`], if what it says cannot
/// be done; [`RenderError::TooLong`], if it takes more steps than it may.
///
/// # Examples
///
/// ```
/// use folio::{RenderError, text::render};
///
/// let store = folio::Store::new();
/// let mail = store.strings("mail")?;
/// mail.set("host".into(), "smtp.example.org".into())?;
/// mail.set("from.name".into(), "Ada".into())?;
///
/// let template = r#"{{ all["from.name"] }} <ada@{{ host }}:{{ port|default("25") }}>"#;
/// assert_eq!(render(template, &mail)?, "Ada <ada@smtp.example.org:25>");
///
/// let refused = render("Dear {{ name", &mail);
/// assert!(matches!(refused, Err(RenderError::Syntax { line: 1, .. })));
/// # Ok::<(), folio::Error>(())
/// ```
pub fn render<K, V, S>(template: &str, of: &Collection<K, V, S>) -> Result<String, RenderError>
where
    K: Key + AsRef<str>,
    V: Value + AsRef<str>,
    S: BuildHasher + Clone + Send + Sync + 'static,
    str: Equivalent<K>,
{
    fill(template, Shown::from_object(All { view: of.view() }))
}

fn fill(template: &str, all: Shown) -> Result<String, RenderError> {
    let mut engine = Environment::new();
    let syntax = SyntaxConfig::builder().keep_trailing_newline(true).build();
    engine.set_syntax(syntax.expect("delimiters as they come"));
    // One that is put into itself could not be written out.
    engine.remove_global("namespace");
    engine.set_fuel(Some(TEMPLATE_STEPS_MAX));
    let template = engine.template_from_str(template).map_err(|error| RenderError::Syntax {
        line: line_of(&error),
        message: message_of(&error),
    })?;
    template.render(Shown::from_object(Root { all })).map_err(|error| match error.kind() {
        ErrorKind::OutOfFuel => RenderError::TooLong { steps_max: TEMPLATE_STEPS_MAX },
        _ => RenderError::Failed { line: line_of(&error), message: message_of(&error) },
    })
}

fn line_of(error: &Error) -> usize {
    error.line().unwrap_or(0)
}

/// Without the name of the template, which has none.
fn message_of(error: &Error) -> String {
    match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    }
}

/// The names that a template may use.
#[derive(Debug)]
struct Root {
    all: Shown,
}

impl Object for Root {
    fn get_value(self: &Arc<Self>, name: &Shown) -> Option<Shown> {
        if name.as_str() == Some("all") {
            return Some(self.all.clone());
        }
        self.all.get_item(name).ok().filter(|found| !found.is_undefined())
    }
}

/// The documents of one instant by key.
struct All<K: Key, V: Value, S> {
    view: View<K, V, S>,
}

impl<K, V, S> Object for All<K, V, S>
where
    K: Key + AsRef<str>,
    V: Value + AsRef<str>,
    S: BuildHasher + Send + Sync + 'static,
    str: Equivalent<K>,
{
    fn get_value(self: &Arc<Self>, key: &Shown) -> Option<Shown> {
        let found = self.view.get(key.as_str()?)?;
        Some(Shown::from(found.value().as_ref()))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let sorted = self.view.sorted();
        Enumerator::Values(sorted.map(|found| Shown::from(found.key().as_ref())).collect())
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.view.len())
    }
}

impl<K: Key, V: Value, S> fmt::Debug for All<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.view.fmt(f)
    }
}
