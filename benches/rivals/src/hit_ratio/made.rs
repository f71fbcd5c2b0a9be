//! Loads made here, each of 200,000 accesses.

use clap::ValueEnum;

use crate::trace::Trace;

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Made {
    /// Zipf 0.99 over 20,000 keys
    Zipf,
    /// Zipf 0.7 over 20,000 keys
    ZipfFlat,
    /// 2,000 keys, round and round
    Loop,
    /// Loops of 200, 1,500 and 6,000 keys, a run of each in turn
    Loops,
    /// Zipf 0.9 over 10,000 keys; after each 3,000 accesses 1,000 keys that never come again
    Scans,
    /// Zipf 0.9 over 10,000 keys; after each 4,000 accesses the same 3,000 others
    Reports,
    /// Zipf 0.9, and every 20 accesses another key is the most popular one
    Drift,
    /// Each key twice, up to 500 accesses apart, then never again
    Twice,
    /// 20,000 accesses each of a loop, a Zipf load and a drift, in turn
    Phases,
}

const LEN: usize = 200_000;

impl Made {
    pub const ALL: [Self; 9] = [
        Self::Zipf,
        Self::ZipfFlat,
        Self::Loop,
        Self::Loops,
        Self::Scans,
        Self::Reports,
        Self::Drift,
        Self::Twice,
        Self::Phases,
    ];

    pub fn trace(self, seed: u64) -> Trace {
        let name = self.to_possible_value().map(|value| value.get_name().to_owned());
        Trace::new(&name.unwrap_or_default(), self.keys(seed).into_iter().take(LEN))
    }

    fn keys(self, seed: u64) -> Vec<u64> {
        let mut dice = Dice(seed);
        match self {
            Self::Zipf => zipf(20_000, 0.99, &mut dice).take(LEN).collect(),
            Self::ZipfFlat => zipf(20_000, 0.7, &mut dice).take(LEN).collect(),
            Self::Loop => (0..2_000).cycle().take(LEN).collect(),
            Self::Loops => loops(&[200, 1_500, 6_000], &mut dice),
            Self::Scans => {
                let mut fresh = OTHER..;
                between(3_000, |keys| keys.extend(fresh.by_ref().take(1_000)), &mut dice)
            }
            Self::Reports => between(4_000, |keys| keys.extend(OTHER..OTHER + 3_000), &mut dice),
            Self::Drift => drift(&mut dice),
            Self::Twice => twice(&mut dice),
            Self::Phases => {
                let zipf = Self::Zipf.keys(dice.draw());
                let drift = drift(&mut dice);
                (0..LEN)
                    .map(|at| match at / 20_000 % 3 {
                        0 => OTHER + at as u64 % 3_000,
                        1 => zipf[at],
                        _ => 2 * OTHER + drift[at],
                    })
                    .collect()
            }
        }
    }
}

/// Keys from here on are others than those below.
const OTHER: u64 = 1 << 32;

fn zipf(keys: usize, skew: f64, dice: &mut Dice) -> impl Iterator<Item = u64> {
    let mut sum = 0.0;
    let sums: Vec<f64> = (1..=keys)
        .map(|rank| {
            sum += (rank as f64).powf(-skew);
            sum
        })
        .collect();
    let mut dice = Dice(dice.draw());
    std::iter::repeat_with(move || {
        let point = dice.part() * sum;
        sums.partition_point(|sum| *sum < point) as u64
    })
}

fn loops(lens: &[u64], dice: &mut Dice) -> Vec<u64> {
    let mut places = vec![0; lens.len()];
    let mut keys = Vec::with_capacity(LEN);
    while keys.len() < LEN {
        let which = dice.below(lens.len() as u64) as usize;
        for _ in 0..dice.below(40) {
            places[which] = (places[which] + 1) % lens[which];
            keys.push(OTHER * which as u64 + places[which]);
        }
    }
    keys
}

/// A skewed load, and something else after each `gap` accesses.
fn between(gap: usize, mut other: impl FnMut(&mut Vec<u64>), dice: &mut Dice) -> Vec<u64> {
    let mut skewed = zipf(10_000, 0.9, dice);
    let mut keys = Vec::with_capacity(LEN);
    while keys.len() < LEN {
        keys.extend(skewed.by_ref().take(gap));
        other(&mut keys);
    }
    keys
}

fn drift(dice: &mut Dice) -> Vec<u64> {
    let ranks = zipf(10_000, 0.9, dice).take(LEN).enumerate();
    ranks.map(|(at, rank)| rank + (LEN - at) as u64 / 20).collect()
}

fn twice(dice: &mut Dice) -> Vec<u64> {
    let mut due: Vec<Vec<u64>> = vec![Vec::new(); LEN + 500];
    let mut keys = Vec::with_capacity(LEN);
    for key in 0..LEN {
        keys.append(&mut due[key]);
        keys.push(key as u64);
        due[key + 1 + dice.below(250) as usize].push(key as u64);
    }
    keys
}

/// `SplitMix64`: the same picks wherever it runs.
struct Dice(u64);

impl Dice {
    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.draw() % end
    }

    /// From 0 to 1.
    fn part(&mut self) -> f64 {
        (self.draw() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
