//! Serves articles until it is interrupted:
//!
//! ```sh
//! cargo run -- 127.0.0.1:8080 &
//! curl -N localhost:8080/changes &
//! curl -X PUT localhost:8080/articles/first -H 'Content-Type: application/json' \
//!     -d '{"title": "First", "text": "Some *words*."}'
//! curl localhost:8080/articles/first
//! ```

use std::env;
use std::error::Error;

use axum_service::Service;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let listener = TcpListener::bind(&address).await?;
    println!("listening on http://{}", listener.local_addr()?);

    let service = Service::new()?;
    let interrupted = service.clone();
    axum::serve(listener, service.routes())
        .with_graceful_shutdown(async move {
            // If nobody can tell, it is served for ever.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
            // Else whoever listens to changes would keep the server from coming to its end.
            interrupted.close();
        })
        .await?;
    Ok(())
}
