//! The figures of a store, served to Prometheus.
//!
//! Reads and writes record nothing: the figures are published when Prometheus asks for them, right
//! before they are written out. So a figure is as old as the answer that it stands in, and costs
//! nothing between two of them.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

use folio::{Scope, Store};
use metrics_exporter_prometheus::PrometheusHandle;

/// What is asked for its figures.
pub struct Watched {
    /// The whole of it, which is published as `shop`.
    pub store: Store,
    /// Its tenants, each of which is published under the name of its namespace.
    pub tenants: Vec<Scope>,
}

impl Watched {
    /// Publishes the figures of this moment.
    pub fn publish(&self) {
        folio::metrics::publish("shop", &self.store.stats());
        for tenant in &self.tenants {
            folio::metrics::publish(tenant.namespace(), &tenant.stats());
        }
    }
}

/// Answers whoever asks, one after another: Prometheus asks once in a while.
pub fn serve(listener: &TcpListener, watched: &Watched, recorder: &PrometheusHandle) {
    for caller in listener.incoming() {
        if let Err(error) = caller.and_then(|caller| answer(&caller, watched, recorder)) {
            eprintln!("a caller went away: {error}");
        }
    }
}

/// Whatever is asked for, the answer is the figures.
fn answer(
    mut caller: &TcpStream,
    watched: &Watched,
    recorder: &PrometheusHandle,
) -> io::Result<()> {
    let mut lines = BufReader::new(caller).lines();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    watched.publish();
    let figures = recorder.render();
    write!(
        caller,
        "HTTP/1.1 200 OK\r\ncontent-type: text/plain; version=0.0.4\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{figures}",
        figures.len(),
    )
}
