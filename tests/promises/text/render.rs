//! Templates filled from collections.

use std::sync::Arc;
use std::thread;

use folio::text::render;
use folio::{Collection, Error, RenderError, Store};
use proptest::prelude::*;

type Strings = Collection<String, String>;

fn strings(pairs: &[(&str, &str)]) -> Strings {
    pairs.iter().map(|(key, value)| ((*key).to_string(), (*value).to_string())).collect()
}

proptest! {
    /// Goal: any key reaches its document, and any document is written as it is, even one that
    /// looks like a template. Method: random text as key and value.
    #[test]
    fn any_key_is_reached_and_any_text_is_written_as_it_is(key: String, value in ".{0,20}") {
        let texts = strings(&[(&key, &value), ("template", "{{ template }}")]);
        let quoted = key.replace('\\', "\\\\").replace('"', "\\\"");
        let filled = render(&format!("<{{{{ all[\"{quoted}\"] }}}}>"), &texts);
        prop_assert_eq!(filled, Ok(format!("<{value}>")));
        prop_assert_eq!(render("{{ template }}", &texts), Ok("{{ template }}".to_string()));
    }

    /// Goal: no text is a danger. Method: anything made of what templates are made of is filled or
    /// refused.
    #[test]
    fn whatever_is_no_template_is_refused(
        template in concat!(
            r"(\{\{|\}\}|\{%|%\}|\{#|#\}|\||\(|\)|\[|\]|\.|",
            r#" |"|1|a|all|if|for|in|endfor|\n){0,24}"#,
        ),
    ) {
        if let Err(refused) = render(&template, &strings(&[("a", "b")])) {
            prop_assert!(refused.to_string().starts_with("line "), "{}", refused);
        }
    }
}

/// Goal: each way to name a document. Method: each, by hand; keys that mean something else too.
#[test]
fn template_reaches_every_document_by_its_key() {
    let texts = strings(&[("host", "h"), ("smtp-port", "25"), ("all", "every"), ("loop", "l")]);
    for (template, filled) in [
        ("{{ host }}", "h"),
        ("{{ all.host }}", "h"),
        ("{{ all[\"smtp-port\"] }}", "25"),
        ("{{ all[\"all\"] }}", "every"),
        (
            "{% for key in all %}{{ key }}={{ all[key] }};{% endfor %}",
            "all=every;host=h;loop=l;smtp-port=25;",
        ),
        ("{% for key, value in all|items %}{{ value }}{% endfor %}", "everyhl25"),
        ("{{ all|length }}{{ \"host\" in all }}{{ \"x\" in all }}", "4TrueFalse"),
        ("{{ loop }}{% for _ in range(1) %}{{ loop.index }}{{ all.loop }}{% endfor %}", "l1l"),
        ("{% set host = \"mine\" %}{{ host }}{{ all.host }}", "mineh"),
        ("<{{ host }}>\n", "<h>\n"),
        ("{# {{ host }} #}{% raw %}{{ host }}{% endraw %}", "{{ host }}"),
    ] {
        assert_eq!(render(template, &texts).as_deref(), Ok(filled), "{template}");
    }
}

/// Goal: what stands in a Go template has a counterpart. Method: the right-hand column of the
/// guide's table, row by row.
#[test]
fn templates_of_go_can_be_translated() {
    let texts = strings(&[("host", "h<"), ("smtp-host", "s"), ("tls", "on"), ("empty", "")]);
    for (template, filled) in [
        (r#"{{ all["smtp-host"] }}"#, "s"),
        ("{% if port %}a{% else %}b{% endif %}", "b"),
        (r#"{% if tls == "on" %}a{% endif %}"#, "a"),
        ("{% if host %}{{ host }}{% endif %}", "h<"),
        ("{% for key, value in all|items %}{{ key }}{{ value }};{% endfor %}", GO_RANGE),
        ("{% set name = host %}{{ name }}", "h<"),
        ("{{ host|length }}{{ all|length }}", "24"),
        (r#"{{ port or "25" }}{{ empty or "25" }}"#, "2525"),
        (r#"{{ port|default("25") }}{{ empty|default("25") }}"#, "25"),
        ("{{ host|escape }}", "h&lt;"),
        (r#"{{ host ~ ":" ~ tls }}"#, "h<:on"),
        ("a {{- tls -}} b", "aonb"),
        ("{# .. #}", ""),
    ] {
        assert_eq!(render(template, &texts).as_deref(), Ok(filled), "{template}");
    }
}

const GO_RANGE: &str = "empty;hosth<;smtp-hosts;tlson;";

/// Goal: a missing document is empty, false, or asked for; looking into it is an error. Method:
/// each; a closed collection, in which all are missing.
#[test]
fn missing_document_is_empty_where_it_is_written() {
    let texts = strings(&[("host", "h")]);
    let template = "{{ host }}:{{ port }}{% if port %}!{% endif %}{{ port|default(\"25\") }}\
                    {{ port is defined }}{{ all[\"no such\"] }}";
    assert_eq!(render(template, &texts).as_deref(), Ok("h:25False"));
    let refused = render("\n{{ port.number }}", &texts).expect_err("nothing to look into");
    assert_eq!(refused, RenderError::Failed { line: 2, message: "undefined value".into() });
    texts.close();
    assert_eq!(render("{{ host }}{{ all|length }}", &texts).as_deref(), Ok("0"));
}

/// Goal: what is wrong is told by kind and line, and one that never ends is stopped. Method: each
/// kind; the text of the error, and its way into `Error`.
#[test]
fn refused_template_says_where_and_why() {
    let texts = strings(&[("a", "b")]);
    let refused = |template: &str| render(template, &texts).expect_err("no text can be made of it");
    for template in
        ["\n{{ a", "\n{% if a %}", "\n{% include \"a\" %}", "\n{% macro a() %}", "\n{{ a b }}"]
    {
        assert!(matches!(refused(template), RenderError::Syntax { line: 2, .. }), "{template}");
    }
    for template in [
        "\n{{ a|shout }}",
        "\n{{ shout(a) }}",
        "\n{{ a + 1 }}",
        "\n{{ 1 / 0 }}",
        "\n{{ namespace() }}",
    ] {
        assert!(matches!(refused(template), RenderError::Failed { line: 2, .. }), "{template}");
    }
    let nested = "(".repeat(10_000);
    assert!(matches!(refused(&format!("{{{{ {nested}")), RenderError::Syntax { line: 1, .. }));
    let endless =
        "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}";
    let RenderError::TooLong { steps_max } = refused(endless) else { panic!("it ends") };
    let told = format!("the template takes more than {steps_max} steps");
    assert_eq!(Error::from(refused(endless)).to_string(), told);
    assert_eq!(
        Error::from(refused("{{ a|shout }}")).to_string(),
        "line 1 of the template: unknown filter: filter shout is unknown"
    );
}

/// Goal: a template is filled from one instant. Method: a writer keeps two documents equal but for
/// the time between two writes, of which the first is always the larger; no text shows the second
/// ahead, however often the documents are asked for.
#[test]
fn template_is_filled_from_one_instant() {
    let texts: Arc<Strings> = Arc::new(strings(&[("first", "0"), ("second", "0")]));
    let writer = Arc::clone(&texts);
    let writing = thread::spawn(move || {
        for n in 1..=WRITES {
            for key in ["first", "second"] {
                writer.set(key.into(), n.to_string()).expect("open");
            }
        }
    });
    let mut is_over = false;
    while !is_over {
        is_over = writing.is_finished();
        let filled = render("{{ first }} {{ second }} {{ first }}", &texts).expect("a template");
        let told: Vec<u32> = filled.split(' ').map(|n| n.parse().expect("a number")).collect();
        let [first, second, again] = told[..] else { panic!("{filled}") };
        assert!(first == again && (first == second || first == second + 1), "{filled}");
    }
    writing.join().expect("it writes");
}

/// Goal: any keys and values that are text will do. Method: borrowed, shared and owned ones, in a
/// store and with a hasher of one's own.
#[test]
fn keys_and_values_may_be_any_kind_of_text() {
    let borrowed: Collection<&str, &str> = [("host", "h")].into_iter().collect();
    assert_eq!(render("{{ host }}", &borrowed).as_deref(), Ok("h"));
    let store = Store::new();
    let hasher = std::hash::BuildHasherDefault::<std::hash::DefaultHasher>::default();
    let shared = store.builder_for::<Arc<str>, Box<str>>("shared").hasher(hasher).build();
    let shared = shared.expect("a new name");
    shared.set("host".into(), "h".into()).expect("open");
    assert_eq!(render("{{ host }}", &shared).as_deref(), Ok("h"));
}

const WRITES: u32 = if cfg!(miri) { 50 } else { 20_000 };
