//! The shop: a small web shop with switchable faults, which tests, benchmarks, the demo and the example scripts
//! watch. It has a second origin on another host, its partner, whose frames and scripts it shows.
//!
//! The same requests of a session always get the same answers: nothing depends on time or chance.

mod api;
mod assets;
mod catalogue;
mod faults;
mod pages;
mod partner;
mod router;
mod sessions;
mod state;
mod visits;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

pub use faults::{Fault, FaultError, FaultKind, Faults};

use crate::server::{Server, listen};
use state::State;
use visits::Visits;

/// How a shop is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where it listens; port 0 chooses a free one.
    pub address: SocketAddr,
    /// Where its partner listens: another host, so that it is another site to the browser.
    pub partner: SocketAddr,
    /// What goes wrong for sessions that have chosen no faults of their own.
    pub faults: Faults,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            partner: SocketAddr::from((Ipv4Addr::new(127, 0, 0, 2), 0)),
            faults: Faults::default(),
        }
    }
}

/// An open shop; it closes when this goes away.
#[derive(Debug)]
pub struct Shop {
    url: String,
    partner_url: String,
    visits: Visits,
    _server: Server,
}

impl Shop {
    /// Opens a shop on free ports of this machine.
    ///
    /// # Errors
    /// When a port cannot be had.
    pub fn open() -> io::Result<Self> {
        Self::open_with(&Options::default())
    }

    /// Opens a shop; it answers when this returns.
    ///
    /// # Errors
    /// When an address cannot be listened on.
    pub fn open_with(options: &Options) -> io::Result<Self> {
        let shop = listen(options.address)?;
        let partner = listen(options.partner)?;
        let url = format!("http://{}", shop.local_addr()?);
        let partner_url = format!("http://{}", partner.local_addr()?);
        let faults = options.faults.clone();
        let visits = Visits::default();
        let noted = visits.clone();
        let server = Server::start("shop", move || serve(shop, partner, faults, noted))?;
        Ok(Self { url, partner_url, visits, _server: server })
    }

    /// Returns the address of the start page, without a slash at its end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns how often a page or an answer of that path was asked for, also when it was never given.
    #[must_use]
    pub fn visits(&self, path: &str) -> usize {
        self.visits.of(path)
    }

    /// Returns the partner's address, without a slash at its end.
    #[must_use]
    pub fn partner_url(&self) -> &str {
        &self.partner_url
    }
}

/// Serves both origins.
async fn serve(shop: TcpListener, partner: TcpListener, faults: Faults, visits: Visits) -> io::Result<()> {
    let state = State::new(partner.local_addr()?, faults, visits)?;
    let shop = tokio::net::TcpListener::from_std(shop)?;
    let partner = tokio::net::TcpListener::from_std(partner)?;
    let shop = axum::serve(shop, router::shop(state.clone()));
    let partner = axum::serve(partner, partner::router(state));
    tokio::select! {
        ended = async { shop.await } => ended,
        ended = async { partner.await } => ended,
    }
}
