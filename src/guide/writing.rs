//! Which verb to write with, and what happens when it cannot.
//!
//! | to ... | use | if it is not so |
//! |---|---|---|
//! | store, whatever is there | [`set`](crate::Collection::set) | |
//! | store under a new key | [`create`](crate::Collection::create), [`insert`](crate::Collection::insert) makes the key | `AlreadyExists` |
//! | store in place of what is there | [`replace`](crate::Collection::replace) | `NotFound` |
//! | store over exactly what I read | [`compare_and_set`](crate::Collection::compare_and_set) | `Conflict` |
//! | change what is there | [`update`](crate::Collection::update), [`try_update`](crate::Collection::try_update), [`update_in_place`](crate::Collection::update_in_place) | `NotFound` |
//! | change, or begin | [`upsert_with`](crate::Collection::upsert_with) | |
//! | load what is missing | [`get_or_insert_with`](crate::Collection::get_or_insert_with): [caching](super::caching) | |
//! | decide by what is there | [`compute`](crate::Collection::compute) | |
//! | remove | [`remove`](crate::Collection::remove), [`remove_if`](crate::Collection::remove_if), [`compare_and_remove`](crate::Collection::compare_and_remove) | `None`; `Conflict` |
//! | write many | [`set_many`](crate::Collection::set_many), [`retain`](crate::Collection::retain), [`clear`](crate::Collection::clear) | |
//!
//! Writes of a value return an [`Outcome`](crate::Outcome): created, updated or unchanged, with
//! version and revision. Writes by a closure return a [`Change`](crate::Change) or
//! [`Computed`](crate::Computed), with the documents before and after.
//!
//! # Two writers of one key
//!
//! One of them is first; the other sees it. With a value the later one wins. With a closure it runs
//! again on what the first one wrote, so nobody's update is lost. Where the two are far apart (a
//! form that was open for minutes), carry the revision and let the loser decide:
//!
//! ```
//! use folio::{Collection, WriteError};
//!
//! let pages: Collection<String, String> = Collection::new();
//! let shown = pages.set("home".into(), "draft".into())?.revision();
//! pages.set("home".into(), "somebody else's".into())?;
//!
//! let refused = pages.compare_and_set("home", shown, "mine".into()).unwrap_err();
//! assert_eq!(refused.given, "mine"); // nothing lost
//! let WriteError::Conflict { actual: Some(actual), .. } = refused.reason else { panic!() };
//! pages.compare_and_set("home", actual, format!("{} after all", refused.given))?;
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! # Closures run more than once
//!
//! A closure runs on an owned snapshot, without lock or pin, and its result is stored if nobody
//! else wrote the key in between; else it runs again. So it should work its result out and do
//! nothing else: no counting, no sending. What was done is in the returned value.
//!
//! ```
//! use folio::{Collection, Computed, Op};
//!
//! let stock: Collection<&str, u32> = [("apples", 1)].into_iter().collect();
//! let sold = stock.compute("apples", |left| match left {
//!     None | Some(0) => Op::Keep,
//!     Some(1) => Op::Remove,
//!     Some(n) => Op::Put(n - 1),
//! })?;
//! assert!(matches!(sold, Computed::Removed(last) if *last == 1));
//! # Ok::<(), folio::WriteError>(())
//! ```
//!
//! It may take its time, call any collection and write other keys. If it panics, nothing is
//! written. If it writes *its own* key, it never gets through: after 100,000 attempts the verb
//! gives up with `Conflict`.
//!
//! # Hooks
//!
//! * [`validate`](crate::Builder::validate) sees every value on every way in, `fork_with`'s
//!   replacements too, and refuses with an error of yours: `Invalid`, whose `source()` it is.
//! * [`unchanged_if`](crate::Builder::unchanged_if) and [`skip_equal`](crate::Builder::skip_equal)
//!   skip the write of a value that counts as equal: nothing is stored, version and revision stay,
//!   the outcome is `Unchanged`. Without them an equal value is a write like any other.
//!
//! Both run without lock or pin, as closures do. A verb looks in this order: closed, too deep (JSON
//! documents), validation, existence, condition, `unchanged_if`. Verbs with a closure look for the
//! document first, since the closure needs it.
//!
//! # A refused write hands back what it was given
//!
//! [`Rejected`](crate::Rejected) holds the value (and the key, where the verb took it) beside the
//! reason. `?` turns it into [`Error`](crate::Error), [`WriteError`](crate::WriteError) or a box.
//! What a closure made is dropped: it can be made again.
//!
//! ```
//! use folio::{Collection, WriteError};
//!
//! let ages: Collection<String, u8> = Collection::builder()
//!     .validate(|age| if *age < 130 { Ok(()) } else { Err("too old") })
//!     .build()?;
//! let refused = ages.set("ada".into(), 200).unwrap_err();
//! let WriteError::Invalid { source, .. } = refused.reason else { panic!() };
//! assert_eq!(source.to_string(), "too old");
//! assert_eq!(refused.given, ("ada".to_string(), 200));
//! # Ok::<(), folio::Error>(())
//! ```
//!
//! # Keys
//!
//! `Hash` runs before anything is touched. `Eq` runs inside the table, and when a key goes in or
//! out even under the lock of a bucket, so it must not call a collection. Both have to agree with
//! each other and with [`Equivalent`](crate::Equivalent), as for any hash map.
