//! Pages of an index, and the tokens between them.

use std::collections::BTreeMap;

use folio::{Collection, DocumentError, Index, Page, PageToken, by};

use crate::common::dice::{Dice, seed};

type Stock = Collection<u64, u64>;

/// Goal: a document that keeps its key is on exactly one page, whatever is written between two.
/// Method: few keys, so that most documents are equals; between two pages documents are rewritten
/// with and without another key, created and removed, those from before the index among them.
#[test]
fn document_that_keeps_its_key_is_on_exactly_one_page() {
    let mut dice = Dice::new(seed());
    for limit in (1..8).cycle().take(300) {
        let stock: Stock = (0..30).map(|key| (key, key % 3)).collect();
        let index = stock.create_index("rest", by(|n: &u64| n % 3)).expect("the first");
        let mut kept = [true; 30];
        let mut met = BTreeMap::<u64, usize>::new();
        let mut page = index.page(.., None, limit);
        loop {
            for found in &page.items {
                *met.entry(*found.key()).or_default() += 1;
            }
            let Some(next) = &page.next else { break };
            for _ in 0..5 {
                write(&stock, &mut dice, &mut kept);
            }
            let next: PageToken = next.to_string().parse().expect("it is read back");
            page = index.page(.., Some(&next), limit);
        }
        for (key, _) in (0..).zip(kept).filter(|(_, kept)| *kept) {
            assert_eq!(met.get(&key), Some(&1), "document {key}, pages of {limit}");
        }
    }
}

fn write(stock: &Stock, dice: &mut Dice, kept: &mut [bool; 30]) {
    let key = dice.place(30);
    match dice.below(6) {
        0 => {
            kept[key] = false;
            drop(stock.update(&(key as u64), |n| n + 1));
        }
        1 => {
            kept[key] = false;
            drop(stock.remove(&(key as u64)));
        }
        2 => drop(stock.set(30 + key as u64, key as u64)),
        _ => drop(stock.update(&(key as u64), |n| n + 3)),
    }
}

/// Goal: pages of a view are of one instant, and all together what it finds between the bounds.
/// Method: pages of each size, in the middle of the keys, while documents are rewritten.
#[test]
fn pages_of_a_view_are_one_answer() {
    let (stock, _index) = filled();
    let view = stock.view();
    let rest = view.index("rest").expect("it is there");
    let all: Vec<u64> = rest.range(3..7).map(|found| *found.key()).collect();
    assert_eq!(all.len(), 40);
    for limit in 1..50 {
        let mut paged = Vec::new();
        let mut token = None;
        loop {
            let page = rest.page(3..7, token.as_ref(), limit);
            paged.extend(page.items.iter().map(|found| *found.key()));
            assert!(stock.update(&(paged.len() as u64), |n| n + 1).is_ok());
            token = page.next;
            if token.is_none() {
                break;
            }
        }
        assert_eq!(paged, all, "pages of {limit}");
    }
    let (empty, none) = (rest.page(.., None, 0), rest.page(11.., None, 5));
    assert!(empty.items.is_empty() && none.items.is_empty() && none.next.is_none());
}

/// Goal: what is no token is refused, and never leads anywhere. Method: every text that differs
/// from a token in one letter, every beginning of one, and foreign texts.
#[test]
fn text_that_is_no_token_is_refused() {
    let (_stock, index) = filled();
    let text = index.page(.., None, 7).next.expect("there is more").to_string();
    let token: PageToken = text.parse().expect("it is read back");
    assert_eq!(token.to_string(), text);
    let long = "A".repeat(1 << 20);
    let mut foreign = vec![String::new(), "AbCd".into(), "\0".into(), "?".repeat(40), long];
    foreign.extend((0..text.len()).map(|end| text[..end].to_string()));
    foreign.push(format!("{text}A"));
    for at in 0..text.len() {
        let other = if &text[at..=at] == "B" { "C" } else { "B" };
        foreign.push([&text[..at], other, &text[at + 1..]].concat());
        foreign.push([&text[..at], " ", &text[at..]].concat());
    }
    for foreign in foreign {
        let parsed = foreign.parse::<PageToken>();
        assert!(matches!(parsed, Err(DocumentError::BadToken)), "{foreign:?}: {parsed:?}");
    }
}

/// Goal: a token of another index leads nowhere, and one that lies outside of the bounds keeps to
/// them. Method: each, with handles and views.
#[test]
fn token_leads_nowhere_but_into_its_own_index() {
    let (stock, index) = filled();
    let other = stock.create_index("other", by(|n: &u64| *n)).expect("the second");
    let token = index.page(5.., None, 3).next.expect("there is more");
    assert!(other.page(.., Some(&token), 10).items.is_empty());
    assert!(other.page(.., Some(&token), 10).next.is_none());

    assert!(index.page(..5, Some(&token), 10).items.is_empty(), "behind the bounds");
    let page = index.page(7..8, Some(&token), 100);
    assert_eq!((page.items.len(), page.next), (10, None), "before the bounds");
    assert!(page.items.iter().all(|found| **found % 10 == 7));
    assert_eq!(index.page(.., Some(&token), 100).items.len(), 47);
    assert!(stock.clear().is_ok());
    assert!(index.page(.., Some(&token), 100).items.is_empty());
}

/// Goal: a token is of one index, also where another one has its name. Method: `try_page` of the
/// index that was created anew, of those of another collection and of a fork, and of the same index
/// by another handle and by views.
#[test]
fn token_is_refused_by_every_other_index_of_the_same_name() {
    let (stock, index) = filled();
    let token = index.page(.., None, 30).next.expect("there is more");
    let goes_on = |page: Result<Page<u64, u64>, DocumentError>| page.map(|page| page.items.len());
    let again = stock.index("rest").expect("it is there");
    assert!(matches!(goes_on(again.try_page(.., Some(&token), 100)), Ok(70)));
    let view = stock.view();
    let as_of_view = view.index("rest").expect("it is there");
    assert!(matches!(goes_on(as_of_view.try_page(.., Some(&token), 100)), Ok(70)));

    let forked = stock.fork().expect("it is open");
    assert_eq!(stock.drop_index("rest"), Ok(()));
    let anew = stock.create_index("rest", by(|n: &u64| n / 10)).expect("dropped");
    let (_other, of_other) = filled();
    let of_fork = forked.index("rest").expect("a fork has the indexes");
    for foreign in [&anew, &of_other, &of_fork] {
        let refused = foreign.try_page(.., Some(&token), 100);
        assert!(matches!(refused, Err(DocumentError::ForeignToken)), "{foreign:?}");
        assert!(foreign.page(.., Some(&token), 100).items.is_empty(), "{foreign:?}");
    }
    assert!(matches!(goes_on(as_of_view.try_page(.., Some(&token), 100)), Ok(70)));
}

/// Ten documents for each of ten keys.
fn filled() -> (Stock, Index<u64, u64>) {
    let stock: Stock = (0..100).map(|key| (key, key)).collect();
    let index = stock.create_index("rest", by(|n: &u64| n % 10)).expect("the first");
    (stock, index)
}
