//! A server on a port of its own, and a client that speaks as much HTTP as it takes.

use axum_service::Service;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

pub struct Server {
    pub service: Service,
    port: u16,
}

impl Server {
    /// Serves until the test is over.
    pub async fn of(service: Result<Service, folio::Error>) -> Self {
        let service = service.expect("a service");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let routes = service.clone().routes();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { service, port }
    }

    pub async fn get(&self, path: &str) -> (u16, String) {
        self.ask(&format!("GET {path}"), "").await
    }

    pub async fn put(&self, name: &str, article: &str) -> u16 {
        self.ask(&format!("PUT /articles/{name}"), article).await.0
    }

    pub async fn delete(&self, name: &str) -> u16 {
        self.ask(&format!("DELETE /articles/{name}"), "").await.0
    }

    /// Returns when the stream has begun: what is written from then on is told.
    pub async fn changes(&self, last_event_id: Option<&str>) -> Changes {
        let id = last_event_id.map(|id| format!("Last-Event-ID: {id}\r\n")).unwrap_or_default();
        let stream = self.send("GET /changes", &id, "").await;
        let mut lines = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(lines.read_line(&mut head).await.expect("an answer"), 0, "{head}");
        }
        assert_eq!(body_of(&head).0, 200, "{head}");
        Changes { lines }
    }

    async fn ask(&self, what: &str, body: &str) -> (u16, String) {
        let mut answer = String::new();
        let mut stream = self.send(what, "Content-Type: application/json\r\n", body).await;
        stream.read_to_string(&mut answer).await.expect("an answer");
        body_of(&answer)
    }

    /// As HTTP/1.0, in which an answer ends when the connection does.
    async fn send(&self, what: &str, headers: &str, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.expect("it listens");
        let length = body.len();
        let request = format!("{what} HTTP/1.0\r\n{headers}Content-Length: {length}\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).await.expect("it reads");
        stream
    }
}

pub struct Changes {
    lines: BufReader<TcpStream>,
}

#[derive(Debug, Default)]
pub struct Change {
    pub id: Option<String>,
    pub kind: String,
    pub data: String,
}

impl Changes {
    pub async fn next(&mut self) -> Change {
        let mut change = Change::default();
        loop {
            let mut line = String::new();
            assert_ne!(self.lines.read_line(&mut line).await.expect("a line"), 0, "{change:?}");
            match line.trim_end().split_once(": ") {
                Some(("id", id)) => change.id = Some(id.to_owned()),
                Some(("event", kind)) => kind.clone_into(&mut change.kind),
                Some(("data", data)) => data.clone_into(&mut change.data),
                // An event ends with a blank line; so does a sign of life, which is none.
                None if line.trim().is_empty() && !change.kind.is_empty() => return change,
                _ => {}
            }
        }
    }

    /// Nothing more comes, and the server hangs up.
    pub async fn ends(mut self) {
        let mut rest = String::new();
        self.lines.read_to_string(&mut rest).await.expect("it is text");
        assert_eq!(rest, "");
    }
}

/// The status of an answer, and its body.
pub fn body_of(answer: &str) -> (u16, String) {
    let (head, body) = answer.split_once("\r\n\r\n").expect("a blank line behind the head");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.expect("a status"), body.to_owned())
}
