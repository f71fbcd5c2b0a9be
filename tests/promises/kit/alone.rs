//! Tests that need a process of their own.

use std::env;
use std::process::{Command, Output};

/// Whether this is the process that the test named `name` has to itself. If not, runs it there,
/// prints what it says, and fails if it does.
pub(crate) fn alone(name: &str) -> bool {
    if is_alone() {
        return true;
    }
    let output = run_alone(name);
    println!("{}", String::from_utf8_lossy(&output.stdout));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}, alone: {}\n{errors}", output.status);
    false
}

/// Whether this process was started by `run_alone`.
pub(crate) fn is_alone() -> bool {
    env::var_os(ALONE).is_some()
}

/// Runs one test of this binary in a process of its own.
pub(crate) fn run_alone(name: &str) -> Output {
    let this = env::current_exe().expect("the path of the running test");
    let arguments = [name, "--exact", "--nocapture", "--test-threads=1"];
    let output = Command::new(this).args(arguments).env(ALONE, "1").output();
    let output = output.expect("the test can be run again");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("running 1 test"), "`{name}` is the name of a test: {said}");
    output
}

const ALONE: &str = "FOLIO_TEST_ALONE";
