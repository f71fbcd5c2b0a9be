//! Every variant has its message, its source, and its way into [`Error`].

use super::*;

fn users() -> Arc<str> {
    "users".into()
}

fn invalid() -> WriteError {
    let source = "no e-mail".into();
    WriteError::Invalid { collection: users(), key: key_text("ada"), source }
}

#[test]
fn refused_write_names_collection_and_key() {
    let (collection, key) = (users(), key_text("ada"));
    let actual = Some(Revision::of(7));
    for (error, text) in [
        (WriteError::Closed { collection: users() }, r#"collection "users" is closed"#),
        (invalid(), r#"the value for key "ada" in collection "users" is invalid"#),
        (
            WriteError::NotFound { collection: users(), key: key.clone() },
            r#"no document under key "ada" in collection "users""#,
        ),
        (
            WriteError::AlreadyExists { collection: users(), key: key.clone() },
            r#"there already is a document under key "ada" in collection "users""#,
        ),
        (
            WriteError::Conflict { collection: users(), key: key.clone(), actual },
            r#"key "ada" in collection "users" is at revision 7 by now"#,
        ),
        (
            WriteError::Conflict { collection: users(), key: key.clone(), actual: None },
            r#"key "ada" in collection "users" is absent by now"#,
        ),
        (
            WriteError::Recursive { collection: users(), key: key.clone() },
            r#"the loader of key "ada" in collection "users" asks for that key itself"#,
        ),
        (
            WriteError::TooDeep { collection, key, depth_max: 128 },
            r#"the document for key "ada" in collection "users" is nested deeper than 128 levels"#,
        ),
    ] {
        assert_eq!(error.to_string(), text);
        assert_eq!(Error::from(error).to_string(), text);
    }
}

#[test]
fn failed_read_names_collection_and_key() {
    let missing = ReadError::NotFound { collection: users(), key: key_text(&36) };
    assert_eq!(missing.to_string(), r#"no document under key 36 in collection "users""#);
    let closed = ReadError::Closed { collection: users() };
    assert_eq!(Error::from(closed).to_string(), r#"collection "users" is closed"#);
}

#[test]
fn store_says_what_is_under_a_name() {
    let closed = Error::from(StoreError::Closed);
    assert_eq!(closed.to_string(), "the store or collection is closed");
    let mismatch = StoreError::TypeMismatch { collection: users(), expected: "a", found: "b" };
    assert_eq!(mismatch.to_string(), r#"collection "users" holds b, not a"#);
    let configured = StoreError::Configured { collection: users() };
    let text = r#"collection "users" is in use with other hooks or another hasher"#;
    assert_eq!(configured.to_string(), text);
}

#[test]
fn enormous_key_is_shortened_in_the_message_and_whole_in_the_field() {
    let key = key_text(&"\u{e9}".repeat(10_000));
    let error = ReadError::NotFound { collection: users(), key: key.clone() };
    assert!(error.to_string().len() < 500);
    assert!(error.to_string().contains("... (20002 bytes) in"), "{error}");
    assert!(matches!(error, ReadError::NotFound { key: whole, .. } if whole == key));
}

#[test]
fn validators_error_is_found_again_at_every_layer() {
    let text = |error: &dyn StdError| error.source().map(ToString::to_string);
    assert_eq!(text(&invalid()).as_deref(), Some("no e-mail"));
    assert_eq!(text(&Error::from(invalid())).as_deref(), Some("no e-mail"));
    let update: UpdateError<fmt::Error> = UpdateError::Write(invalid());
    assert_eq!(text(&update).as_deref(), Some("no e-mail"));
    assert_eq!(text(&Error::from(update)).as_deref(), Some("no e-mail"));
    let rejected = Rejected { given: (), reason: invalid() };
    assert_eq!(text(&rejected).as_deref(), Some("no e-mail"));
    assert!(text(&WriteError::Closed { collection: users() }).is_none());
}

#[test]
fn rejected_asks_nothing_of_what_it_carries() {
    // Neither `Debug` nor `Display`, and yet `?` works into everything.
    #[derive(PartialEq)]
    struct Opaque(u8);
    let refuse = || Rejected { given: Opaque(5), reason: invalid() };
    assert!(refuse().given == Opaque(5));
    assert_eq!(refuse().to_string(), invalid().to_string());
    assert!(format!("{:?}", refuse()).starts_with("Rejected { reason: Invalid {"));
    let boxed: BoxError = refuse().into();
    assert!(boxed.downcast_ref::<Rejected<Opaque>>().is_some());
    assert!(matches!(WriteError::from(refuse()), WriteError::Invalid { .. }));
    assert!(matches!(Error::from(refuse()), Error::Write(WriteError::Invalid { .. })));
}

#[test]
fn closures_error_comes_back_as_it_is() {
    let error = UpdateError::Closure("12x".parse::<u8>().unwrap_err());
    assert_eq!(error.to_string(), "invalid digit found in string");
    assert!(error.source().is_none());
    let Error::Closure(inner) = Error::from(error) else { panic!("it was the closure") };
    assert!(inner.is::<std::num::ParseIntError>());
    // A closure may also fail with mere text.
    assert_eq!(Error::from(UpdateError::Closure("too young")).to_string(), "too young");
}

#[test]
fn loaders_error_comes_back_as_it_is() {
    struct Opaque;
    let failed: LoadError<Opaque, _> = LoadError::Loader("12x".parse::<u8>().unwrap_err());
    assert_eq!(failed.to_string(), "invalid digit found in string");
    assert!(failed.source().is_none() && format!("{failed:?}").starts_with("Loader(ParseIntError"));
    let Error::Closure(inner) = Error::from(failed) else { panic!("it was the loader") };
    assert!(inner.is::<std::num::ParseIntError>());

    let refused = || Rejected { given: Some(Opaque), reason: invalid() };
    let refused: LoadError<_, fmt::Error> = LoadError::Rejected(refused());
    assert_eq!(refused.to_string(), invalid().to_string());
    assert_eq!(refused.source().map(ToString::to_string).as_deref(), Some("no e-mail"));
    assert!(format!("{refused:?}").starts_with("Rejected(Rejected { reason: Invalid {"));
    assert!(matches!(Error::from(refused), Error::Write(WriteError::Invalid { .. })));
}

#[test]
fn errors_travel_between_threads() {
    fn travels<T: Send + Sync + 'static>() {}
    travels::<Error>();
    travels::<Rejected<(String, Vec<u8>)>>();
    travels::<UpdateError<fmt::Error>>();
    travels::<LoadError<Vec<u8>, fmt::Error>>();
}
