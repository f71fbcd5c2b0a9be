//! Moving from dappstore, call by call.
//!
//! [dappstore](https://github.com/dAppCore/go-store) is a store for Go: strings under a *group* and
//! a key, with lifetimes, events, namespaces and templates, in a file or in memory. This
//! page is about what it does in memory. A group is a [`Collection`](crate::Collection) of a
//! [`Store`](crate::Store): of strings, or of anything else.
//!
//! # The calls
//!
//! | dappstore | Folio |
//! |---|---|
//! | `store.New(":memory:")` | [`Store::new()`](crate::Store::new) |
//! | a group, `"config"` | [`store.strings("config")?`](crate::Store::strings): get it once, and keep it |
//! | `s.Get(group, key)` | [`get`](crate::Collection::get), which borrows; [`try_get`](crate::Collection::try_get) with an error, [`get_cloned`](crate::Collection::get_cloned) for a copy |
//! | `s.Set(group, key, value)` | [`set`](crate::Collection::set), which says what it did |
//! | `s.SetWithTTL(group, key, value, ttl)` | `set_with_ttl` |
//! | `s.Delete(group, key)` | [`remove`](crate::Collection::remove), which returns what was there |
//! | `s.DeleteGroup(group)` | [`clear`](crate::Collection::clear) |
//! | `s.DeletePrefix(prefix)` | [`clear_prefix`](crate::Store::clear_prefix) |
//! | `s.Count(group)`, `s.CountAll(prefix)` | [`len`](crate::Collection::len), [`count`](crate::Store::count) |
//! | `s.All(group)`, `s.GetAll(group)` | [`view().entries()`](crate::View::entries), [`iter`](crate::Collection::iter): one instant, without a copy |
//! | `s.GetPage(group, offset, limit)` | [`view().sorted()`](crate::View::sorted)`.skip(offset).take(limit)`; [`Index::page`](crate::Index::page), which goes on where it stopped |
//! | `s.Groups(prefix)`, `s.GroupsSeq(prefix)` | [`collections`](crate::Store::collections) |
//! | `s.GetSplit(group, key, sep)`, `s.GetFields(group, key)` | [`text::split`](crate::text::split), [`text::fields`](crate::text::fields), of the text of what `try_get` returns |
//! | `s.Render(template, group)` | `text::render` (feature `templates`) |
//! | `s.Watch(group, key)`; `Unwatch` | [`watch()`](crate::Collection::watch)`.keys(`[`Pattern::exact(key)`](crate::Pattern::exact)`).subscribe()`; dropping it |
//! | `s.Watch(group, "*")` | [`watch()`](crate::Collection::watch)`.subscribe()` |
//! | `s.Watch("*", key)`, `s.Watch("*", "*")` | [`store.watch()`](crate::Store::watch), with [`keys`](crate::StoreWatchBuilder::keys) or without |
//! | `s.OnChange(f)`; the function that it returns | [`on_change(f)`](crate::Store::on_change); dropping the [`Subscription`](crate::Subscription) |
//! | `EventSet` | [`EventKind::Created`](crate::EventKind) or [`Updated`](crate::EventKind), with the value before |
//! | `EventDelete`, `EventDeleteGroup` | [`Removed`](crate::EventKind), with what was removed; a `Removed` for each, then [`Cleared`](crate::EventKind) |
//! | `s.PurgeExpired()` | `purge_expired` |
//! | `NewScoped(s, namespace)` | [`store.scope(namespace)?`](crate::Store::scope) |
//! | `NewScopedWithQuota(s, ns, QuotaConfig{MaxKeys, MaxGroups})` | the same, and [`set_quota`](crate::Scope::set_quota) with a [`Quota`](crate::Quota) |
//! | `s.Close()` | [`close`](crate::Store::close), or drop the last handle |
//!
//! # Strings, groups, events
//!
//! ```
//! use folio::{Kind, Pattern, Store, text};
//!
//! let store = Store::new();
//! let config = store.strings("config")?;
//! let mut watch = config.watch().keys(Pattern::exact("colour".to_string())).subscribe();
//!
//! config.set("colour".into(), "blue".into())?;
//! config.set("hosts".into(), "a.example b.example".into())?;
//! config.remove("colour")?;
//!
//! assert!(text::fields(&config.try_get("hosts")?).eq(["a.example", "b.example"]));
//! assert_eq!((config.len(), store.collections("")), (1, vec!["config".into()]));
//! assert_eq!([watch.recv()?.what(), watch.recv()?.what()], [Kind::Created, Kind::Removed]);
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! * **A miss** is `None`, not an error; [`try_get`](crate::Collection::try_get) is for those who
//!   want one.
//! * **A slow watch** is told what it has missed, where dappstore's loses events in silence.
//!   Nothing is announced that did not happen: neither the removal of what is not there, nor a
//!   write that was skipped.
//! * **Clearing** removes each document for itself, and tells each, where `DeleteGroup` is one
//!   event.
//! * **Callbacks** run on a thread that writes, one event after another in the order of revisions.
//!   They may call the store.
//! * **Patterns** are not a `"*"` in a name: a collection may be called that.
//!
//! # Namespaces
//!
//! ```
//! use folio::{Quota, Store};
//!
//! let store = Store::new();
//! let tenant = store.scope("tenant-42")?;
//! tenant.set_quota(Quota::default().max_collections(5));
//!
//! let mut watch = tenant.watch().subscribe();
//! tenant.strings("preferences")?.set("locale".into(), "en-GB".into())?;
//! assert_eq!(store.collections(""), ["tenant-42:preferences".into()]);
//! assert_eq!(watch.recv()?.collection(), "preferences");
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! * **Events** of a scope tell the local name; those of the store the whole one.
//! * **A quota** belongs to the namespace, not to the handle: it holds whichever way something is
//!   written, and is not exceeded when two write at once. Without a limit is `None`, not 0.
//! * **Scopes** have every verb of a store: watches, views and dumps as well.
//!
//! # Templates
//!
//! The language is not that of Go's `text/template`, but Jinja's, as [MiniJinja] has it:
//!
//! | Go | Folio |
//! |---|---|
//! | `{{ .host }}` | `{{ host }}` |
//! | `{{ index . "smtp-host" }}` | `{{ all["smtp-host"] }}` |
//! | `{{ if .port }}..{{ else }}..{{ end }}` | `{% if port %}..{% else %}..{% endif %}` |
//! | `{{ if eq .tls "on" }}..{{ end }}` | `{% if tls == "on" %}..{% endif %}` |
//! | `{{ with .port }}{{ . }}{{ end }}` | `{% if port %}{{ port }}{% endif %}` |
//! | `{{ range $key, $value := . }}..{{ end }}` | `{% for key, value in all\|items %}..{% endfor %}`, in key order as well |
//! | `{{ $name := .host }}{{ $name }}` | `{% set name = host %}{{ name }}` |
//! | `{{ len .host }}`, `{{ len . }}` | `{{ host\|length }}`, `{{ all\|length }}` |
//! | `{{ or .port "25" }}` | `{{ port or "25" }}`; `{{ port\|default("25") }}`, if an empty one counts |
//! | `{{ html .name }}` | `{{ name\|escape }}` |
//! | `{{ printf "%s:%s" .host .port }}` | `{{ host ~ ":" ~ port }}` |
//! | `{{- .host -}}` | `{{- host -}}` |
//! | `{{/* .. */}}` | `{# .. #}` |
//!
//! A missing document is written as nothing.
//!
//! ```
//! # #[cfg(feature = "templates")] {
//! use folio::{Store, text};
//!
//! let store = Store::new();
//! let mail = store.strings("mail")?;
//! mail.set("host".into(), "smtp.example.org".into())?;
//! mail.set("smtp-port".into(), "587".into())?;
//!
//! let filled = text::render(r#"{{ host }}:{{ all["smtp-port"] or "25" }}"#, &mail)?;
//! assert_eq!(filled, "smtp.example.org:587");
//! # }
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! [MiniJinja]: https://docs.rs/minijinja/3/minijinja/syntax/
//!
//! # Errors
//!
//! | dappstore | Folio |
//! |---|---|
//! | `NotFoundError` | `None`; of [`try_get`](crate::Collection::try_get) [`ReadError::NotFound`](crate::ReadError) |
//! | `QuotaExceededError` of a new group | [`StoreError::QuotaExceeded`](crate::StoreError), with limit and use |
//! | an invalid namespace | [`StoreError::InvalidNamespace`](crate::StoreError) |
//! | a template that cannot be parsed, or executed | `RenderError::Syntax`, `RenderError::Failed`, with the line |
//! | whatever a closed database says | [`WriteError::Closed`](crate::WriteError), [`StoreError::Closed`](crate::StoreError) |
