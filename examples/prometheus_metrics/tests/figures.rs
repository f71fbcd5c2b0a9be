//! What Prometheus reads.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

use folio::{Collection, Store};
use metrics_exporter_prometheus::PrometheusBuilder;
use prometheus_metrics::{Watched, serve};

/// Goal: each answer has the figures of its moment, by name, with kind and help. Method: asked over
/// a real connection, before and after a write, with a view open.
#[test]
fn each_answer_has_the_figures_of_its_moment() {
    let recorder = PrometheusBuilder::new().install_recorder().expect("the only one here");
    folio::metrics::describe();
    let store = Store::new();
    let tenants = vec![store.scope("ada").expect("a namespace")];
    let stock: Collection<u32, u32> = tenants[0].collection("stock").expect("a new name");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let watched = Watched { store: store.clone(), tenants };
    thread::spawn(move || serve(&listener, &watched, &recorder));

    stock.set(1, 1).expect("open");
    let first = asked(address);
    assert!(first.starts_with("HTTP/1.1 200 OK\r\n"), "{first}");
    assert!(first.contains("# TYPE folio_documents gauge\n"), "{first}");
    assert!(first.contains("# TYPE folio_writes_total counter\n"), "{first}");
    assert!(first.contains("# HELP folio_writes_total writes that took effect\n"), "{first}");
    assert!(first.contains("\nfolio_documents{name=\"ada\"} 1\n"), "{first}");
    assert!(first.contains("\nfolio_views{name=\"shop\"} 0\n"), "{first}");

    let _view = store.view();
    store.strings("mail").expect("a new name").set("a".into(), "b".into()).expect("open");
    let second = asked(address);
    assert!(second.contains("\nfolio_documents{name=\"ada\"} 1\n"), "{second}");
    assert!(second.contains("\nfolio_documents{name=\"shop\"} 2\n"), "{second}");
    assert!(second.contains("\nfolio_views{name=\"shop\"} 1\n"), "{second}");
    assert!(second.contains("\nfolio_oldest_view_behind{name=\"shop\"} 1\n"), "{second}");
}

fn asked(address: SocketAddr) -> String {
    let mut server = TcpStream::connect(address).expect("it listens");
    server.write_all(b"GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n").expect("it reads");
    let mut answer = String::new();
    server.read_to_string(&mut answer).expect("it answers, and hangs up");
    answer
}
