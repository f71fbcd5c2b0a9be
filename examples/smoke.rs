use folio::{Collection, Document, by, doc, fields, key};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let c: Collection<u32, (u32, String)> = Collection::new();
    for i in 0..100_000u32 {
        c.set(i, (i % 1000, format!("name{}", i % 77)))?;
    }
    let t = std::time::Instant::now();
    let ix = c.create_index("a", by(|v: &(u32, String)| v.0))?;
    let ix2 = c.create_index("b", by(|v: &(u32, String)| key![v.1, v.0]))?;
    println!("built {:?} {}", t.elapsed(), ix.len());
    assert_eq!(ix.get(5).count(), 100);
    assert_eq!(ix.range(5..10).count(), 500);
    assert_eq!(ix.range(5..10).rev().map(|r| r.0).collect::<Vec<_>>().last(), Some(&5));
    assert_eq!(ix2.prefix("name7").count(), c.iter().filter(|r| r.1 == "name7").count());
    for i in 0..100_000u32 {
        c.set(i, (i % 500, format!("name{}", i % 77)))?;
    }
    assert_eq!(ix.get(5).count(), 200);
    assert_eq!(ix.get(505).count(), 0);
    let t = std::time::Instant::now();
    let mut n = 0;
    for k in 0..500 {
        n += ix.get(k).count();
    }
    println!("get 200: {:?} each {n}", t.elapsed() / 500);
    let t = std::time::Instant::now();
    for k in 0..400 {
        n += ix.range(k..k + 6).count();
    }
    println!("range 1200: {:?} each {n}", t.elapsed() / 400);
    let mut after = None;
    let mut seen = 0;
    loop {
        let p = ix.page(.., after.as_ref(), 997);
        seen += p.items.len();
        after = p.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, 100_000);
    // hopping
    let stop = AtomicBool::new(false);
    let scans = AtomicU64::new(0);
    let h: Collection<u32, u32> = Collection::new();
    for k in 0..8 {
        h.set(k, k)?;
    }
    let hx = h.create_index("v", by(|v: &u32| *v))?;
    std::thread::scope(|s| {
        for t in 0..2 {
            let (h, stop) = (&h, &stop);
            s.spawn(move || {
                let mut x = t;
                while !stop.load(Relaxed) {
                    x = x * 1664525u32 + 1013904223;
                    h.set((x >> 8) % 8, (x >> 16) % 16).unwrap();
                }
            });
        }
        for _ in 0..2 {
            let (hx, stop, scans) = (&hx, &stop, &scans);
            s.spawn(move || {
                while !stop.load(Relaxed) {
                    let mut keys: Vec<u32> = hx.range(..).map(|r| *r.key()).collect();
                    keys.sort();
                    assert_eq!(keys, [0, 1, 2, 3, 4, 5, 6, 7]);
                    scans.fetch_add(1, Relaxed);
                }
            });
        }
        std::thread::sleep(std::time::Duration::from_secs(5));
        stop.store(true, Relaxed);
    });
    println!("{scans:?} scans, {:?}", h.stats());
    for _ in 0..5 {
        h.maintain();
    }
    println!("{:?}", h.stats());
    drop(c);
    let d: Collection<u32, Document> = Collection::new();
    let di = d.create_index("x", fields(["a.b"]))?;
    d.set(1, doc! {"a": {"b": 3}})?;
    d.set(2, doc! {"a": 3})?;
    assert_eq!(di.range(..).count(), 1);
    Ok(())
}
