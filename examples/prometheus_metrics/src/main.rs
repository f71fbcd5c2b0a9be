//! A shop with two tenants that are busy, and their figures for Prometheus.
//!
//! ```sh
//! cd examples/prometheus_metrics && cargo run          # or: cargo run -- 127.0.0.1:9000
//! curl http://127.0.0.1:9090/metrics
//! ```

use std::error::Error;
use std::net::TcpListener;
use std::thread;

use folio::{Collection, Store};
use metrics_exporter_prometheus::PrometheusBuilder;
use prometheus_metrics::{Watched, serve};

fn main() -> Result<(), Box<dyn Error>> {
    let recorder = PrometheusBuilder::new().install_recorder()?;
    folio::metrics::describe();

    let store = Store::new();
    let tenants = vec![store.scope("ada")?, store.scope("bob")?];
    for tenant in &tenants {
        let stock = tenant.collection("stock")?;
        thread::spawn(move || trade(&stock));
    }
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9090".into());
    let listener = TcpListener::bind(address)?;
    println!("figures at http://{}/metrics", listener.local_addr()?);
    serve(&listener, &Watched { store, tenants }, &recorder);
    Ok(())
}

/// Writes a thousand keys over and over, with a rest between two rounds.
fn trade(stock: &Collection<u32, u64>) {
    for round in 0.. {
        for key in 0..1_000 {
            if stock.set(key, round).is_err() {
                return;
            }
        }
        thread::park_timeout(std::time::Duration::from_millis(100));
    }
}
