//! Finds the program and runs it.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::SystemTime;

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// Runs the program to its end; `stdin` is what it can read.
    pub(crate) fn of(mut command: Command, stdin: &[u8]) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");

        let mut pipe = child.stdin.take().expect("standard input is a pipe");
        let stdin = stdin.to_vec();
        // The program need not read what it is given, so the write may fail.
        let feeder = thread::spawn(move || pipe.write_all(&stdin).ok());
        let output = child.wait_with_output().expect("the program ends");
        feeder.join().expect("the feeder does not panic");
        Self::from(output)
    }

    /// Runs the program on a text that it reads from standard input, without any churn.
    pub(crate) fn on_text(text: impl AsRef<[u8]>) -> Self {
        Self::of(explore(["-", "--churn", "0"]), text.as_ref())
    }

    pub(crate) fn lines(&self) -> Vec<&str> {
        self.stdout.lines().collect()
    }

    /// How many documents it says it has loaded, and in how many milliseconds.
    pub(crate) fn loaded(&self) -> (usize, f64) {
        let line = self.lines().first().copied().unwrap_or_default();
        let words: Vec<&str> = line.split(' ').collect();
        let ["loaded", count, "documents", "in", ms, "ms"] = words[..] else {
            panic!("the first line does not say what is loaded: {self:?}");
        };
        (count.parse().expect("a count"), ms.parse().expect("milliseconds"))
    }

    /// The number behind each of `names` in the line that starts with `start`.
    pub(crate) fn figures<const N: usize>(&self, start: &str, names: [&str; N]) -> [u64; N] {
        let lines = self.lines();
        let line = lines.iter().find(|line| line.starts_with(start));
        let line = line.unwrap_or_else(|| panic!("no line starts with `{start}`: {self:?}"));
        let words: Vec<&str> = line.split(' ').collect();
        names.map(|name| {
            let at = words.iter().position(|word| *word == name);
            let next = at.and_then(|at| words.get(at + 1)).and_then(|word| word.parse().ok());
            next.unwrap_or_else(|| panic!("no number behind `{name}` in `{line}`"))
        })
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the program prints UTF-8");
        Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

/// The program with some arguments, no fault planted, in a folder that is not the crate's.
pub(crate) fn explore<I: IntoIterator<Item: AsRef<OsStr>>>(arguments: I) -> Command {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

    let mut command = Command::new(PROGRAM.get_or_init(|| built("explore")));
    command.args(arguments).env_remove("EXPLORE_PLANT_FAULT").current_dir(scratch());
    command
}

/// A folder for files of ours.
pub(crate) fn scratch() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

/// An example beside this test, built anew if `cargo test --test promises` has left it behind.
pub(crate) fn built(example: &str) -> PathBuf {
    let test = env::current_exe().expect("a test knows its own path");
    let profile = test.ancestors().nth(2).expect("a test is in `deps` of its profile's folder");
    let program = profile.join("examples").join(format!("{example}{}", env::consts::EXE_SUFFIX));

    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = [root.join("src"), root.join("examples")];
    let newest = sources.iter().filter_map(|folder| newest_in(folder)).max();
    if newest > modified(&program) {
        build(example, profile);
    }
    assert!(program.is_file(), "the example is built to {}", program.display());
    program
}

fn build(example: &str, profile: &Path) {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let name = profile.file_name().expect("a profile's folder has a name");
    // Some examples are there only with features that this test may have been built with.
    let features = cfg!(feature = "templates").then_some("--all-features");
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--example", example, "--profile"])
        .arg(if name == "debug" { OsStr::new("dev") } else { name })
        .args(features)
        .arg("--target-dir")
        .arg(profile.parent().expect("a profile's folder is in a target folder"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    assert!(status.expect("cargo starts").success(), "the example builds");
}

fn newest_in(folder: &Path) -> Option<SystemTime> {
    let entries = fs::read_dir(folder).ok()?.filter_map(Result::ok);
    let times = entries.filter_map(|entry| {
        let path = entry.path();
        if path.is_dir() { newest_in(&path) } else { modified(&path) }
    });
    times.max()
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}
