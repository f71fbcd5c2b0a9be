//! What the feed costs a write: so many of them, over existing keys, while somebody watches or not.
//!
//!     feed_cost CASE WRITES      # prints nanoseconds for one write
//!
//! That is the median of pieces of a thousand, so that it matters little who else runs meanwhile.
//! The cases are in `CASES`. `benches/feed_cost.sh` runs this under callgrind and by the clock,
//! with the feed and without it.
#![allow(clippy::disallowed_methods, reason = "a bench reads the clock")]

use std::hint::black_box;
use std::time::{Duration, Instant};
use std::{env, process};

use folio::{Collection, Pattern, Watch};

type Numbers = Collection<String, [u64; 8]>;
type Watches = Vec<Watch<String, [u64; 8]>>;
type Watched = fn(&Numbers) -> Watches;

/// Who watches, by name. Those who wait do so for what is not written.
const CASES: &[(&str, Watched)] = &[
    ("none", |_| Vec::new()),
    ("idle", |numbers| vec![numbers.watch().subscribe()]),
    ("exact", |numbers| exact(numbers, 1)),
    ("exact_10000", |numbers| exact(numbers, 10_000)),
];

fn main() {
    let mut words = env::args().skip(1);
    let (case, writes) = (words.next(), words.next().and_then(|word| word.parse::<usize>().ok()));
    let known = CASES.iter().find(|known| case.as_deref() == Some(known.0));
    let (Some((_, watched)), Some(writes)) = (known, writes) else {
        let names: Vec<_> = CASES.iter().map(|case| case.0).collect();
        eprintln!("usage: feed_cost {} WRITES", names.join("|"));
        process::exit(2);
    };
    let keys: Vec<_> = (0..DOCS).map(|i| format!("key-{i}")).collect();
    let numbers: Numbers = keys.iter().map(|key| (key.clone(), [0; 8])).collect();
    let all = watched(&numbers);
    // Until as much comes as goes.
    let mut pick = 1;
    write(&numbers, &keys, &mut pick, 4 * DOCS);
    let mut times: Vec<_> = (0..writes / PIECE)
        .map(|_| {
            let start = Instant::now();
            measured(&numbers, &keys, &mut pick, PIECE);
            start.elapsed().as_nanos() / PIECE as u128
        })
        .collect();
    times.sort_unstable();
    println!("{}", times.get(times.len() / 2).copied().unwrap_or_default());
    drop(all);
}

/// Its instructions are counted, and nothing else.
#[inline(never)]
fn measured(numbers: &Numbers, keys: &[String], pick: &mut usize, writes: usize) {
    write(numbers, keys, pick, writes);
}

#[inline]
fn write(numbers: &Numbers, keys: &[String], pick: &mut usize, writes: usize) {
    for _ in 0..writes {
        *pick = pick.wrapping_mul(5).wrapping_add(1);
        let outcome = numbers.replace(&keys[*pick % DOCS], [*pick as u64; 8]);
        black_box(outcome.expect("it is there"));
    }
}

fn exact(numbers: &Numbers, watches: usize) -> Watches {
    let watch = |i: usize| {
        let mut watch = numbers.watch().keys(Pattern::exact(format!("other-{i}"))).subscribe();
        // It has found nothing, so it waits from here on.
        assert!(matches!(watch.recv_timeout(Duration::ZERO), Ok(None)));
        watch
    };
    (0..watches).map(watch).collect()
}

const DOCS: usize = 8_192;
const PIECE: usize = 1_000;
