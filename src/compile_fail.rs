//! What must not compile, each beside the nearest program that does.
//!
//! A snippet that fails for another reason than the one meant (a renamed verb, say) would still
//! "pass", so each comes as a pair: the second block differs in the one point and compiles and
//! runs. The error codes are compared by nightly compilers alone; stable only sees the failure.

/// A [`Ref`](crate::Ref) holds a pin of its thread. A task may go on elsewhere after an `.await`.
///
/// ```compile_fail
/// # use folio::Collection;
/// fn spawn<T>(_task: impl Future<Output = T> + Send + 'static) {}
///
/// let users: Collection<String, String> = Collection::new();
/// spawn(async move {
///     let user = users.get("ada");
///     std::future::ready(()).await;
///     user.map(|user| user.len())
/// });
/// ```
///
/// ```
/// # use folio::Collection;
/// fn spawn<T>(_task: impl Future<Output = T> + Send + 'static) {}
///
/// let users: Collection<String, String> = Collection::new();
/// spawn(async move {
///     let user = users.get("ada").map(|user| user.snapshot());
///     std::future::ready(()).await;
///     user.map(|user| user.len())
/// });
/// ```
fn a_ref_is_not_held_across_an_await_of_a_spawned_task() {}

/// ```compile_fail,E0277
/// # use folio::Collection;
/// let users: Collection<String, String> = Collection::new();
/// let user = users.get("ada");
/// std::thread::scope(|threads| {
///     threads.spawn(move || user.map(|user| user.len()));
/// });
/// ```
///
/// ```
/// # use folio::Collection;
/// let users: Collection<String, String> = Collection::new();
/// let user = users.get("ada").map(|user| user.snapshot());
/// std::thread::scope(|threads| {
///     threads.spawn(move || user.map(|user| user.len()));
/// });
/// ```
fn a_ref_stays_on_its_thread() {}

/// ```compile_fail,E0277
/// # use folio::Collection;
/// let users: Collection<String, String> = Collection::new();
/// let user = users.get("ada");
/// std::thread::scope(|threads| {
///     threads.spawn(|| user.as_ref().map(|user| user.len()));
/// });
/// ```
///
/// ```
/// # use folio::Collection;
/// let users: Collection<String, String> = Collection::new();
/// let user = users.get("ada").map(|user| user.snapshot());
/// std::thread::scope(|threads| {
///     threads.spawn(|| user.as_ref().map(|user| user.len()));
/// });
/// ```
fn a_ref_is_not_lent_to_another_thread() {}

/// ```compile_fail,E0277
/// # use folio::Collection;
/// let users: Collection<String, String> = Collection::new();
/// let pinned = users.pin();
/// std::thread::scope(|threads| {
///     threads.spawn(move || pinned.contains("ada"));
/// });
/// ```
///
/// ```
/// # use folio::Collection;
/// let users: Collection<String, String> = Collection::new();
/// let view = users.view();
/// std::thread::scope(|threads| {
///     threads.spawn(move || view.contains("ada"));
/// });
/// ```
fn a_pin_stays_on_its_thread() {}

/// ```compile_fail,E0277
/// # use folio::Collection;
/// let users: Collection<String, String> = Collection::new();
/// let mut all = users.iter();
/// std::thread::scope(|threads| {
///     threads.spawn(move || all.next().is_some());
/// });
/// ```
///
/// ```
/// # use folio::Collection;
/// let users: Collection<String, String> = Collection::new();
/// let mut all = users.stream(16);
/// std::thread::scope(|threads| {
///     threads.spawn(move || all.next().is_some());
/// });
/// ```
fn an_iterator_stays_on_its_thread() {}

/// ```compile_fail,E0505
/// # use folio::Collection;
/// let users: Collection<String, String> = Collection::new();
/// let user = users.get("ada");
/// drop(users);
/// assert!(user.is_none());
/// ```
///
/// ```
/// # use folio::Collection;
/// let users: Collection<String, String> = Collection::new();
/// let user = users.get("ada").map(|user| user.snapshot());
/// drop(users);
/// assert!(user.is_none());
/// ```
fn a_ref_does_not_outlive_its_collection() {}

/// ```compile_fail,E0597
/// # use folio::Collection;
/// let users: Collection<String, String> = Collection::new();
/// let user = {
///     let pinned = users.pin();
///     pinned.get("ada")
/// };
/// assert!(user.is_none());
/// ```
///
/// ```
/// # use folio::Collection;
/// let users: Collection<String, String> = Collection::new();
/// let user = {
///     let pinned = users.pin();
///     pinned.get("ada").map(|user| user.snapshot())
/// };
/// assert!(user.is_none());
/// ```
fn a_ref_does_not_outlive_its_pin() {}

/// ```compile_fail,E0597
/// # use folio::Collection;
/// let users: Collection<String, String> = Collection::new();
/// let user = {
///     let view = users.view();
///     view.get("ada")
/// };
/// assert!(user.is_none());
/// ```
///
/// ```
/// # use folio::Collection;
/// let users: Collection<String, String> = Collection::new();
/// let user = {
///     let view = users.view();
///     view.get("ada").map(|user| user.snapshot())
/// };
/// assert!(user.is_none());
/// ```
fn a_ref_does_not_outlive_its_view() {}

/// ```compile_fail,E0505
/// # use folio::Collection;
/// let users: Collection<String, String> = Collection::new();
/// let pinned = users.pin();
/// let mut all = pinned.iter();
/// drop(pinned);
/// assert!(all.next().is_none());
/// ```
///
/// ```
/// # use folio::Collection;
/// let users: Collection<String, String> = Collection::new();
/// let pinned = users.pin();
/// let mut all = pinned.iter();
/// assert!(all.next().is_none());
/// drop(all);
/// drop(pinned);
/// ```
fn an_iterator_does_not_outlive_its_pin() {}

/// The value belongs to the document, so what is borrowed from a `Ref` ends with it.
///
/// ```compile_fail,E0597
/// # use folio::Collection;
/// # let users: Collection<String, String> = [("ada".into(), "Ada".into())].into_iter().collect();
/// let name: &str = {
///     let user = users.get("ada").unwrap();
///     user.value()
/// };
/// assert_eq!(name, "Ada");
/// ```
///
/// ```
/// # use folio::Collection;
/// # let users: Collection<String, String> = [("ada".into(), "Ada".into())].into_iter().collect();
/// let user = users.get("ada").unwrap();
/// let name: &str = user.value();
/// assert_eq!(name, "Ada");
/// ```
fn a_value_does_not_outlive_its_ref() {}

/// Whoever sees a collection of functions that take any text as one of functions that take
/// `'static` text could put in one that keeps it, and another handle would call it with less.
///
/// ```compile_fail,E0308
/// # use folio::Collection;
/// type Any = for<'a> fn(&'a str);
/// type Lasting = fn(&'static str);
/// fn narrow(actions: Collection<u32, Any>) -> Collection<u32, Lasting> {
///     actions
/// }
/// ```
///
/// ```
/// # use folio::Collection;
/// type Any = for<'a> fn(&'a str);
/// type Lasting = fn(&'static str);
/// fn narrow(action: Any) -> Lasting {
///     action
/// }
/// fn same(actions: Collection<u32, Any>) -> Collection<u32, Any> {
///     actions
/// }
/// ```
fn a_collection_is_invariant_in_its_values() {}

/// ```compile_fail,E0308
/// # use folio::Collection;
/// type Any = for<'a> fn(&'a str);
/// type Lasting = fn(&'static str);
/// fn narrow(actions: Collection<Any, u32>) -> Collection<Lasting, u32> {
///     actions
/// }
/// ```
///
/// ```
/// # use folio::Collection;
/// type Any = for<'a> fn(&'a str);
/// fn same(actions: Collection<Any, u32>) -> Collection<Any, u32> {
///     actions
/// }
/// ```
fn a_collection_is_invariant_in_its_keys() {}

/// A longer borrow may stand where a shorter one is asked for, never the other way round.
///
/// ```compile_fail,E0521
/// # use folio::{Collection, Ref};
/// fn keep(_: Ref<'static, String, String>) {}
/// fn lengthen<'a>(users: &'a Collection<String, String>) {
///     keep(users.get("ada").unwrap());
/// }
/// ```
///
/// ```
/// # use folio::{Collection, Ref};
/// fn pick<'a>(left: Ref<'a, String, String>, _right: Ref<'a, String, String>) -> usize {
///     left.len()
/// }
/// fn shorten<'a>(lasting: Ref<'static, String, String>, users: &'a Collection<String, String>) {
///     pick(lasting, users.get("ada").unwrap());
/// }
/// ```
fn a_ref_is_covariant_in_its_borrow() {}

/// ```compile_fail,E0277
/// # use folio::Collection;
/// let users: Collection<String, std::rc::Rc<str>> = Collection::new();
/// ```
///
/// ```
/// # use folio::Collection;
/// let users: Collection<String, std::sync::Arc<str>> = Collection::new();
/// ```
fn a_value_may_be_read_on_any_thread() {}

/// ```compile_fail,E0599
/// # use folio::Collection;
/// let users: Collection<String, String> = Collection::new();
/// let _ = users.reader().set("ada".into(), "Ada".into());
/// ```
///
/// ```
/// # use folio::Collection;
/// let users: Collection<String, String> = Collection::new();
/// let _ = users.writer().set("ada".into(), "Ada".into());
/// ```
fn a_reader_does_not_write() {}

/// ```compile_fail,E0599
/// # use folio::Collection;
/// let users: Collection<String, String> = Collection::new();
/// let _ = users.writer().get("ada");
/// ```
///
/// ```
/// # use folio::Collection;
/// let users: Collection<String, String> = Collection::new();
/// let _ = users.reader().get("ada");
/// ```
fn a_writer_does_not_read() {}

/// ```compile_fail,E0599
/// # use folio::Collection;
/// let users: Collection<String, String> = Collection::new();
/// let _ = users.watcher().set("ada".into(), "Ada".into());
/// ```
///
/// ```
/// # use folio::Collection;
/// let users: Collection<String, String> = Collection::new();
/// let _ = users.watcher().watch().subscribe();
/// ```
fn a_watcher_does_not_write() {}
