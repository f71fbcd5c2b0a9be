//! Limits that are looked at all the time, while four threads write against them.

use folio::Collection;

use crate::common::dice::Dice;
use crate::common::sampler::sampled;

type Pages = Collection<u64, Vec<u8>>;

/// What a page weighs: from 1 to 40.
fn weight(page: &[u8]) -> u32 {
    u32::try_from(page.len()).expect("small")
}

/// Sets, makes grow or shrink, or removes, one of so many pages. Says whether it was refused.
fn write(pages: &Pages, keys: u64, dice: &mut Dice) -> bool {
    let (key, page) = (dice.below(keys), vec![0; 1 + dice.place(40)]);
    match dice.below(8) {
        0 => pages.remove(&key).map(drop).is_err(),
        1 => {
            drop(pages.update(&key, |_| page.clone()));
            false
        }
        _ => pages.set(key, page).is_err(),
    }
}

/// That everything that was taken is given back when the documents have gone.
fn assert_returned(pages: &Pages) {
    pages.verify().expect("consistent");
    pages.clear().expect("open");
    pages.verify().expect("consistent");
    assert_eq!((pages.len(), pages.stats().weight), (0, 0));
}

/// Goal: there are never more documents than may be, whoever looks, and when. Method: four writers
/// of ten times as many keys, so that one in ten makes another one go at least; two threads that
/// look at the count, and now and then at an instant. `FOLIO_SAMPLES` says how often.
#[test]
fn samplers_never_find_more_documents_than_may_be() {
    const MAX: usize = 64;
    let pages: Pages = Collection::builder().max_entries(MAX).build().expect("stands alone");
    let seen = sampled(
        |dice| write(&pages, 10 * MAX as u64, dice),
        || {
            let len = pages.len();
            assert!(len <= MAX, "{len} of {MAX}");
            if len == MAX {
                let shown = pages.view().iter().count();
                assert!(shown <= MAX, "{shown} of {MAX} at one instant");
            }
        },
    );
    assert_eq!(seen.refused, 0, "somebody can go");
    seen.assert_short(pages.stats().evictions);
    assert_returned(&pages);
}

/// Goal: they never weigh more than they may. Method: as before, with weights that change under
/// updates, and some that are heavier than all.
#[test]
fn samplers_never_find_more_weight_than_may_be() {
    const MAX: u64 = 500;
    let pages: Pages = Collection::builder()
        .max_weight(MAX, |_, page: &Vec<u8>| weight(page))
        .max_entries(40)
        .build()
        .expect("stands alone");
    let heavy = |dice: &mut Dice| {
        let heavy = pages.set(dice.below(200), vec![0; 501]);
        assert!(heavy.is_err_and(|refused| refused.given.1.len() == 501), "heavier than all");
    };
    let seen = sampled(
        |dice| {
            if dice.one_in(16) {
                heavy(dice);
            }
            write(&pages, 200, dice)
        },
        || {
            let (weight, len) = (pages.stats().weight, pages.len());
            assert!(weight <= MAX && len <= 40, "{weight} of {MAX}, {len} of 40");
            if weight > MAX - 20 {
                let shown: usize = pages.view().values().map(Vec::len).sum();
                assert!(shown as u64 <= MAX, "{shown} of {MAX} at one instant");
            }
        },
    );
    assert_eq!(seen.refused, 0, "somebody can go");
    seen.assert_short(pages.stats().evictions);
    assert_returned(&pages);
}
