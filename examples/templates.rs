//! A letter filled from a collection of strings, and what is said of a template that cannot be.
//!
//! ```sh
//! cargo run --example templates --features templates
//! ```

use folio::{Error, RenderError, Store, text};

const LETTER: &str = r#"To: {{ name|title }} <{{ all["e-mail"] }}>
{% if title is defined %}Dear {{ title }} {{ name|title }}{% else %}Hello{% endif %},

you have ordered:
{% for item in items|split(",") -%}
{{ loop.index }}. {{ item|trim }}
{% endfor -%}
We send it to {{ street|default("the address that we know") }}.
"#;

fn main() -> Result<(), Error> {
    let store = Store::new();
    let order = store.strings("order:1")?;
    order.set_many([
        ("name".to_string(), "lovelace".to_string()),
        ("e-mail".into(), "ada@example.org".into()),
        ("items".into(), "tea, 2 lemons, {{ not a template }}".into()),
    ])?;
    print!("{}", text::render(LETTER, &order)?);

    // Each template is filled from one instant; the next one sees what was written meanwhile.
    order.set("title".into(), "Countess".into())?;
    println!("{}", text::render("{{ title }} {{ name|title }}", &order)?);

    println!("{}", text::render("{% for key in all %}[{{ key }}]{% endfor %}", &order)?);
    for template in ["Dear {{ name", "\n{{ name|shout }}", "{{ nobody.name }}"] {
        match text::render(template, &order) {
            Err(RenderError::Syntax { message, .. }) => println!("no template: {message}"),
            Err(refused) => println!("{refused}"),
            Ok(filled) => println!("{filled}"),
        }
    }

    let items = order.get_cloned("items").unwrap_or_default();
    println!("{} items, {} words", text::split(&items, ",").count(), text::fields(&items).count());
    Ok(())
}
