//! A small web shop, the same on every run: pages that load some thirty requests, forms, dialogs, frames of
//! another origin, and faults that are switched on for one session or for everybody.
//!
//! Nothing is kept on the server: cart, user and faults of a session live in its cookies.

mod faults;
mod pages;
mod routes;
mod session;
mod stock;

use std::io;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use faults::Fault;

/// How a shop is started.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Port to listen on; 0 takes a free one.
    pub port: u16,
    /// Faults that are on for everybody.
    pub faults: Vec<Fault>,
}

/// A running shop; it ends when this is dropped.
#[derive(Debug)]
pub struct Shop {
    /// Its address, `http://127.0.0.1:PORT`.
    pub url: String,
    /// Address of the third party that its pages embed, `http://localhost:PORT`: another site for a browser.
    pub third_party: String,
    servers: [JoinHandle<io::Result<()>>; 2],
}

impl Shop {
    /// Starts it on loopback, with the third party on a port of its own.
    ///
    /// # Errors
    /// When a port cannot be bound.
    pub async fn start(options: Options) -> io::Result<Self> {
        let shop = TcpListener::bind(("127.0.0.1", options.port)).await?;
        let other = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", shop.local_addr()?);
        let third_party = format!("http://localhost:{}", other.local_addr()?.port());
        let world = routes::World { third_party: third_party.clone(), faults: options.faults };
        let servers = [
            tokio::spawn(async { axum::serve(shop, routes::shop(world)).await }),
            tokio::spawn(async { axum::serve(other, routes::third_party()).await }),
        ];
        Ok(Self { url, third_party, servers })
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        for server in &self.servers {
            server.abort();
        }
    }
}
